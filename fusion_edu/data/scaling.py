"""Standardise with the numbers of the training rows only."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Standardiser:
    """Shift and scale of each feature (the last axis), learnt from the training rows and then left alone.

    Args:
        mean, scale: (D,), at least float32, float64 of integers. A feature that is constant in training gets scale 1, and so becomes 0.
    """

    mean: Tensor
    scale: Tensor

    @classmethod
    def fit(cls, train: Tensor) -> "Standardiser":
        """Learn from ``train`` (..., D), all axes but the last taken as rows; the variance divides by their number.

        Padded sequences: give only the frames that exist, ``sound[mask]`` (frames, D).

        Raises:
            TypeError: complex numbers. ValueError: fewer than two axes, no row, or a value that is not finite.
        """
        if train.ndim < 2 or train.numel() == 0:
            raise ValueError(f"train has shape {tuple(train.shape)}, needs (..., D) with at least one row")
        if not train.isfinite().all():
            raise ValueError(
                "train has a value that is not finite, needs finite ones: fill or drop missing values first"
            )
        if train.is_complex():
            raise TypeError(f"train has dtype {train.dtype}, needs real numbers")
        rows = train.reshape(-1, train.shape[-1]).double()  # a constant float32 column of 1e6 must come out as constant
        mean, deviation = rows.mean(0), rows.std(0, correction=0)
        constant = deviation <= 1e-12 * rows.abs().amax(0)
        scale = deviation.masked_fill(constant, 1.0)
        dtype = torch.promote_types(train.dtype, torch.float32) if train.is_floating_point() else torch.float64
        return cls(mean.to(dtype), scale.to(dtype))

    def __call__(self, x: Tensor) -> Tensor:
        """Apply to x (..., D); returns the same shape, in the dtype of ``x``, float32 for integers."""
        if x.shape[-1:] != self.mean.shape:
            raise ValueError(f"x has shape {tuple(x.shape)}, needs (..., {len(self.mean)})")
        if x.is_complex():
            raise TypeError(f"x has dtype {x.dtype}, needs real numbers")
        result = x.dtype if x.is_floating_point() else torch.float32
        wide = x.to(torch.promote_types(x.dtype, torch.float32) if x.is_floating_point() else torch.float64)
        return ((wide - self.mean.to(wide)) / self.scale.to(wide)).to(result)
