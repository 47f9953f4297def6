"""Concatenation: side by side, then (if asked) one linear map."""

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.lengths import unit
from fusion_edu.values import whole


class Concat(nn.Module):
    """All features side by side, in the order of ``dims``.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of a linear map after it; None for none, then D is the sum of all widths.
        normalise: scale each modality's row to length 1 first, so that none is loud; a zero row stays zero.
        indicate: append the M columns of ``present`` as 1 and 0, so that "missing" differs from "zero".

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D).
    Missing: the features are 0, which is the mean where features are standardised. Missing entries of x may hold
    anything, NaN too.

    Raises: as ``fusion_edu.fusion.inputs.features``.
    """

    def __init__(
        self, dims: dict[str, int], dim: int | None = None, *, normalise: bool = False, indicate: bool = False
    ) -> None:
        super().__init__()
        self.dims, self.normalise, self.indicate = check_dims(dims), normalise, indicate
        width = sum(self.dims.values()) + len(self.dims) * indicate
        if dim is not None:
            dim = whole("dim", dim)
        self.dim = width if dim is None else dim
        self.project = nn.Identity() if dim is None else nn.Linear(width, dim)

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self, present)
        if self.normalise:
            parts = [_unit(part) for part in parts]
        if self.indicate:
            ones = parts[0].new_ones(len(parts[0]), len(parts))
            parts = [*parts, ones if present is None else present.to(ones.dtype)]
        return self.project(torch.cat(parts, dim=1))


def _unit(part: Tensor) -> Tensor:
    """Rows of length 1 in the dtype of ``part``; in float16 a square of 0.0001 would be 0."""
    return unit(part.to(torch.promote_types(part.dtype, torch.float32))).to(part.dtype)
