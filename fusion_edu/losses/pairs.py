"""Pairs out of a labelled batch."""

import torch
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import class_numbers


def all_pairs(labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Every pair of different samples, each once, and whether its two labels agree.

    Args:
        labels: (B,) class of each sample: integers or bool.

    Returns:
        i, j: (P,) int64 indices with i < j, P = B (B - 1) / 2, in the order (0, 1), (0, 2), ..., (B-2, B-1).
        similar: (P,) bool, true where ``labels[i] == labels[j]``.

    Raises:
        TypeError: labels are not integers. ValueError: not of shape (B,), or B < 2.

    Memory grows with B squared: 10,000 samples make 50 million pairs.
    """
    batch = expect(labels=(labels, "B"))["B"]
    labels = class_numbers("labels", labels, bool_too=True)
    if batch < 2:
        raise ValueError(f"labels has {batch} samples, needs >= 2 to make a pair")
    i, j = torch.triu_indices(batch, batch, offset=1, device=labels.device)
    return i, j, labels[i] == labels[j]
