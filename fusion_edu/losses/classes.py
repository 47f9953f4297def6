"""What the losses over classes ask of their targets and class weights."""

import torch
from torch import Tensor

from fusion_edu.losses.arguments import check_tensors, check_values
from fusion_edu.shapes import expect
from fusion_edu.values import SUM_TOLERANCE


def check_classes(name: str, scores: Tensor, target: Tensor) -> bool:
    """Check (B, C) scores, called ``name``, against their target.

    Returns:
        Whether the target holds class indices (B,) of an integer dtype; else it is a distribution (B, C).

    Raises:
        TypeError, ValueError: another shape or dtype, an empty batch, an index outside 0..C-1, no distribution.
    """
    classes = expect(**{name: (scores, "B C")})["C"]
    expect(target=(target, "..."))
    if tuple(target.shape) not in (tuple(scores.shape[:1]), tuple(scores.shape)):
        batch = f"B={len(scores)}"
        need = f"({batch}) class indices or ({batch}, C={classes}) probabilities"
        raise ValueError(f"target has shape {tuple(target.shape)}, needs {need}")
    check_tensors(**{name: scores, "target": target})
    if target.ndim == 2:
        check_distribution("target", target)
        return False
    if target.is_floating_point() or target.is_complex() or target.dtype == torch.bool:
        raise TypeError(f"target has dtype {target.dtype}, needs integers, as its shape (B) says class indices")
    target = target.long()
    check_values("target", target, (target >= 0) & (target < classes), f"class indices in 0..{classes - 1}")
    return True


def check_distribution(name: str, probs: Tensor) -> None:
    """Refuse rows of (B, C) that are no probabilities: negative numbers, or a sum other than 1."""
    probs = probs.detach()
    low = probs.amin()  # of NaN, NaN; large numbers show in the sum
    check_values(name, low, low >= 0, "probabilities in [0, 1]")
    total = probs.sum(1, dtype=torch.promote_types(probs.dtype, torch.float32))
    check_values(f"{name} summed over a row", total, (total - 1).abs() <= SUM_TOLERANCE, "1")


def check_class_weight(weight: Tensor, scores: Tensor) -> None:
    """Refuse class weights that are not (C,), on the device of ``scores``, >= 0 and finite."""
    expect(weight=(weight, str(scores.shape[1])))
    check_tensors(**{"the input": scores, "weight": weight})
    check_values("weight", weight, (weight >= 0) & torch.isfinite(weight), "numbers >= 0 and finite")


def check_total_weight(target: Tensor, weight: Tensor | None, reduction: str) -> None:
    """Refuse the mean over a batch whose distributions (B, C) fall on classes of weight 0 only."""
    if weight is not None and reduction == "mean":
        total = (target.detach() * weight).sum()
        check_values("weight summed over the batch", total, total > 0, "> 0 to divide by")
