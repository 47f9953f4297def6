"""The full bilinear form of two modalities."""

import torch
from torch import Tensor, nn

from fusion_edu.fusion.feature.contract import contract
from fusion_edu.fusion.inputs import check_dims, features, fill_missing
from fusion_edu.values import whole


class Bilinear(nn.Module):
    r"""A weight for every product of two features: :math:`z_k = x^{(1)\top} W_k x^{(2)} + b_k`.

    Products only: ``TensorFusion`` also keeps each modality by itself, ``MLB`` is the cheap one.

    Args:
        dims: input width of each of the two modalities; its order is the column order of ``present``.
        dim: width D of the fused vector; the weight has D_1 D_2 D numbers.

    Shape: x[m] (B, dims[m]); present (B, 2) bool, default all; returns (B, D).
    Missing: a vector of ones stands in, so that what remains is linear in the other modality. Missing entries of x
    may hold anything, NaN too.

    Raises: ValueError at construction: not two modalities. In the call: as ``fusion_edu.fusion.inputs.features``.
    """

    def __init__(self, dims: dict[str, int], dim: int) -> None:
        super().__init__()
        dim = whole("dim", dim)
        self.dims, self.dim = check_dims(dims, least=2), dim
        if len(self.dims) > 2:
            raise ValueError(f"dims has {len(self.dims)} modalities, needs 2: MLB and TensorFusion take more")
        first, second = self.dims.values()
        self.weight = nn.Parameter(torch.randn(first, second, dim) / (first * second) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = fill_missing(features(x, self, present), present, 1.0)
        return contract(parts, self.weight) + self.bias
