"""Euclidean lengths and distances that neither overflow, nor underflow, nor lose their digits far from the origin."""

import torch
from torch import Tensor

from fusion_edu.precision import full_precision
from fusion_edu.values import known_true

__all__ = ["distances", "length", "unit"]

SMALL, LARGE = 1e-15, 1e15  # beyond these a square leaves float32


def length(x: Tensor) -> Tensor:
    """(..., 1) lengths of the rows of ``x`` (..., D), float32 or float64; a row of zeros gets the gradient 0."""
    scale = _scale(x.detach().abs().amax(-1, keepdim=True))
    return torch.linalg.vector_norm(x / scale, dim=-1, keepdim=True) * scale


def unit(x: Tensor) -> Tensor:
    """Rows of length 1; a row of zeros stays zeros and gets the gradient 0, NaN stays NaN. (``F.normalize`` sends it one of 1e12.)

    Args:
        x: (..., D), float32 or float64.
    """
    long = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    if known_true((long > SMALL) & (long < LARGE)):
        return x / long
    x = x / _scale(x.detach().abs().amax(-1, keepdim=True))
    long = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return torch.where(long == 0, 0, x) / torch.where(long == 0, 1, long)


@full_precision
@torch.no_grad()
def distances(a: Tensor, b: Tensor) -> Tensor:
    """(A, B) distances of every row of ``a`` (A, D) from every row of ``b`` (B, D), to be compared with each other.

    At least float32, and float64 for integers, and where a number is so large or all are so small that a square leaves
    float32. ``torch.cdist`` by itself multiplies matrices from 26 rows on, and far from the origin no digit is left.
    """
    dtype = torch.promote_types(a.dtype, b.dtype)
    dtype = torch.promote_types(dtype, torch.float32) if dtype.is_floating_point else torch.float64
    a, b = a.to(dtype), b.to(dtype)
    if not (a.numel() and b.numel()):
        return a.new_zeros(len(a), len(b))
    scale = _scale(torch.maximum(a.abs().amax(), b.abs().amax()))
    if known_true(scale == 1):
        return _exact(a, b)
    near = _exact(a.double(), b.double())  # of float32 no square leaves float64
    if dtype != torch.float64:
        return near
    far = _exact(a / scale, b / scale) * scale
    return torch.where((near > SMALL**10) & (near < LARGE**10), near, far)


def _exact(a: Tensor, b: Tensor) -> Tensor:
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


def _scale(largest: Tensor) -> Tensor:
    """1 for ordinary numbers, so that not a digit changes; else the number itself."""
    extreme = ((largest > 0) & (largest < SMALL)) | ((largest > LARGE) & largest.isfinite())
    return torch.where(extreme, largest, 1)
