"""Tensor fusion: every product of features of different modalities gets a weight."""

from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fusion_edu.fusion.feature.contract import contract
from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.values import whole


class TensorFusion(nn.Module):
    r"""Linear map of the outer product :math:`[1; x^{(1)}] \otimes \dots \otimes [1; x^{(M)}]`.

    The ones keep the features themselves, and the products of only some modalities, in the product. The weight has
    :math:`D \prod_m (1 + D_m)` numbers; the product itself is only built as far as that is cheap (``contract``).

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D).
    Missing: its vector is [1, 0, ..., 0], so that all products without it remain. Missing entries of x may hold
    anything, NaN too.

    Raises: as ``fusion_edu.fusion.inputs.features``.
    Source: Zadeh et al. 2017, arXiv:1707.07250.
    """

    def __init__(self, dims: dict[str, int], dim: int) -> None:
        super().__init__()
        dim = whole("dim", dim)
        self.dims, self.dim = check_dims(dims), dim
        sizes = [1 + d for d in self.dims.values()]
        self.weight = nn.Parameter(torch.randn(*sizes, dim) / prod(sizes) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self, present)
        return contract([F.pad(part, (1, 0), value=1.0) for part in parts], self.weight) + self.bias
