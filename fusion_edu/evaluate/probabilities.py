"""What the measures of probabilities ask of their arguments."""

import torch
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import SUM_TOLERANCE, class_numbers


def checked(name: str, probs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """``probs`` (N, C) as float64 and ``target`` (N,) as long, both on the CPU.

    Raises:
        TypeError: no tensors, complex probabilities, or a target that is not whole. ValueError: shapes that do not fit, nothing there, rows that are no probabilities (logits
            perhaps), or a target outside 0..C-1.
    """
    sizes = expect(**{name: (probs, "N C"), "target": (target, "N")})
    if not sizes["N"]:
        raise ValueError(f"{name} has no rows, needs at least one")
    classes = class_numbers("target", target, bool_too=True).detach().cpu()
    if classes.min() < 0 or classes.max() >= sizes["C"]:
        raise ValueError(f"target holds {classes.min()}..{classes.max()}, needs 0..{sizes['C'] - 1} as {name} has")
    return checked_rows(name, probs), classes


def checked_rows(name: str, probs: Tensor) -> Tensor:
    """``probs`` (N, C) as float64 on the CPU, each row >= 0 with sum 1 (to 0.01, as everywhere), so that bfloat16 and a mean of rows pass."""
    expect(**{name: (probs, "N C")})
    if probs.is_complex():
        raise TypeError(f"{name} has dtype {probs.dtype}, needs real numbers")
    values = probs.detach().cpu().double()
    if not (values >= 0).all() or not ((values.sum(1) - 1).abs() <= SUM_TOLERANCE).all():
        raise ValueError(
            f"{name} has rows that are not probabilities, needs >= 0 with sum 1: take the softmax of logits"
        )
    return values


def confidence(probs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """(N,) largest probability of each row, and (N,) 1.0 where its class is right; of equal ones the first class."""
    said, guess = probs.max(1)
    return said, (guess == target).to(torch.float64)
