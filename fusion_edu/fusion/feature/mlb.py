"""Multimodal low-rank bilinear pooling: multiply projections, unit by unit."""

from math import prod

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.values import whole


class MLB(nn.Module):
    r"""Projected modalities multiplied unit by unit: :math:`P \prod_m \tanh(U_m x^{(m)} + b_m) + b`.

    A bilinear form whose D matrices share their factors, in R (D_1 + D_2 + D) numbers instead of D_1 D_2 D.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        rank: R, number of products.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D).
    Missing: its factor is 1, so that the others stay as they are. Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.inputs.features``.
    Source: Kim et al. 2017, arXiv:1610.04325, for any number of modalities.
    """

    def __init__(self, dims: dict[str, int], dim: int, *, rank: int) -> None:
        super().__init__()
        dim = whole("dim", dim)
        rank = whole("rank", rank)
        self.dims, self.dim = check_dims(dims), dim
        self.factor = nn.ModuleDict({m: nn.Linear(d, rank) for m, d in self.dims.items()})
        self.project = nn.Linear(rank, dim)

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self, present)
        factors = [layer(part).tanh() for layer, part in zip(self.factor.values(), parts, strict=True)]  # each (B, R)
        if present is not None:
            factors = [
                torch.where(here, f, 1) for f, here in zip(factors, present.unsqueeze(-1).unbind(1), strict=True)
            ]
        return self.project(prod(factors[1:], start=factors[0]))
