"""What every decision fusion asks of class scores and weights."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from fusion_edu.fusion.inputs import check_floating, check_present, fill_missing, in_order
from fusion_edu.values import SUM_TOLERANCE, readable


def stacked(x: dict[str, Tensor], names: Sequence[str], present: Tensor | None, *, what: str) -> tuple[Tensor, Tensor]:
    """Scores (B, M, C) of the modalities ``names``, 0 where missing, and ``present`` (B, M).

    Raises:
        TypeError: ``x`` is no dict of floating tensors, ``present`` is not bool. ValueError: no modality, shapes or
            devices differ, a row of ``present`` without any modality.
    """
    values = in_order(x, names, what)
    if not values:
        raise ValueError(f"{what} is empty, needs at least one modality")
    check_floating({f"{what}[{m!r}]": (v, "B C") for m, v in zip(names, values, strict=True)})
    if present is None:
        return torch.stack(values, dim=1), values[0].new_ones(len(values[0]), len(values), dtype=torch.bool)
    check_present(present, names, values[0])
    return torch.stack(fill_missing(values, present), dim=1), present


def check_probabilities(probs: Tensor, present: Tensor, what: str) -> None:
    """Refuse present rows of (B, M, C) that are no probabilities."""
    if not readable(probs):
        return
    rows = probs.detach()[present]
    if not (rows >= 0).all():
        raise ValueError(f"{what} has the value {rows[~(rows >= 0)][0].item():.6g}, needs probabilities in [0, 1]")
    total = rows.sum(dim=-1, dtype=torch.promote_types(rows.dtype, torch.float32))
    if not ((total - 1).abs() <= SUM_TOLERANCE).all():
        worst = total[~((total - 1).abs() <= SUM_TOLERANCE)][0].item()
        raise ValueError(f"{what} has a row that sums to {worst:.6g}, needs 1: logits go through softmax first")


def weight_vector(weights: dict[str, float] | None, names: Sequence[str], like: Tensor) -> Tensor:
    """(M,) weights > 0 in the order of ``names``, at least float32; ones for None. Of extreme ones, the ratio is kept."""
    dtype = torch.promote_types(like.dtype, torch.float32)
    if weights is None:
        return like.new_ones(len(names), dtype=dtype)
    if not isinstance(weights, dict) or set(weights) != set(names):
        raise ValueError(f"weights is {weights}, needs one number for each of {', '.join(names)}")
    for m, w in weights.items():
        if not 0 < w < math.inf:
            raise ValueError(
                f"weights[{m!r}] is {w}, needs a finite number > 0: leave a model out instead of giving it 0"
            )
    numbers = [float(weights[m]) for m in names]
    if max(numbers) > 1e30 or min(numbers) < 1e-30:
        numbers, dtype = [w / max(numbers) for w in numbers], torch.float64  # where the largest is missing, too
    return like.new_tensor(numbers, dtype=dtype)


def shares(weight: Tensor, present: Tensor) -> Tensor:
    """(B, M) weights, 0 where missing; each row sums to 1."""
    used = torch.where(present, weight, 0)
    return used / used.sum(dim=1, keepdim=True)
