"""Low-rank fusion: tensor fusion whose weight is a sum of R products, so that no tensor is ever built."""

from math import prod

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.values import whole


class LowRankFusion(nn.Module):
    r"""Sum of R products of linear maps: :math:`z = \sum_r \prod_m F^{(m)\top}_r [1; x^{(m)}] + b`.

    Equals ``TensorFusion`` with the weight ``expand()``, in :math:`R D \sum_m (1 + D_m)` numbers.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        rank: R, number of products.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D). ``factors[m]`` (R, 1 + dims[m], D).
    Missing: its vector is [1, 0, ..., 0], as in tensor fusion. Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.inputs.features``.
    Source: Liu et al. 2018, arXiv:1806.00064.
    """

    def __init__(self, dims: dict[str, int], dim: int, *, rank: int) -> None:
        super().__init__()
        dim = whole("dim", dim)
        rank = whole("rank", rank)
        self.dims, self.dim, self.rank = check_dims(dims), dim, rank
        scale = rank ** (-0.5 / len(self.dims))  # so that the sum of R products has variance 1 for inputs of variance 1
        self.factors = nn.ParameterDict()  # filled one by one: a dict given at once would be sorted by name
        for m, d in self.dims.items():
            self.factors[m] = scale * torch.randn(rank, 1 + d, dim) / (1 + d) ** 0.5
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self, present)
        maps = [_map(part, self.factors[m]) for m, part in zip(self.dims, parts, strict=True)]
        return prod(maps[1:], start=maps[0]).unflatten(1, (self.rank, self.dim)).sum(dim=1) + self.bias

    def expand(self) -> Tensor:
        """The weight (1 + D_1, ..., 1 + D_M, D) of the equal ``TensorFusion``; large."""
        weight, *others = (self.factors[m] for m in self.dims)  # (R, ..., D); ParameterDict itself sorts names
        for factor in others:
            weight = weight.unsqueeze(-2) * factor.view(self.rank, *[1] * (weight.ndim - 2), *factor.shape[1:])
        return weight.sum(dim=0)


def _map(x: Tensor, factor: Tensor) -> Tensor:
    """(B, R D): F_r^T [1; x] for all r in one product; the row of the 1 is its bias."""
    constant, linear = factor[:, 0].flatten(), factor[:, 1:].transpose(0, 1).flatten(1)
    return torch.addmm(constant, x, linear)
