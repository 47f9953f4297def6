"""Bits: what two modalities say about a label, alone and together, and how a small table flatters."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import class_numbers

LEAST = 1e-150  # below it a product of two shares leaves float64, and the bits are none


def table(*labels: Tensor) -> Tensor:
    """How often each combination of class numbers occurs: one (N,) tensor a variable; (A, B, ...) int64 counts.

    Raises:
        ValueError: no variable, lengths that differ, no rows, or a negative number. TypeError: no integers.
    """
    if not labels:
        raise ValueError("labels is empty, needs at least one variable")
    columns = [class_numbers("labels", values) for values in labels]
    for values in columns:
        expect(labels=(values, str(len(columns[0]))))
    if not len(columns[0]) or min(int(values.min()) for values in columns) < 0:
        raise ValueError(f"labels has {len(columns[0])} rows, needs at least one, and class numbers >= 0")
    sizes = [int(values.max()) + 1 for values in columns]
    flat = torch.zeros_like(columns[0])
    for values, size in zip(columns, sizes, strict=True):
        flat = flat * size + values
    return torch.bincount(flat, minlength=math.prod(sizes)).view(sizes)


def mutual_information(joint: Tensor, *, corrected: bool = False) -> float:
    r"""Bits that two variables share: :math:`\sum p(a, b) \log_2 \frac{p(a, b)}{p(a)\,p(b)}`, with 0 log 0 = 0.

    Args:
        joint: (A, B) probabilities or counts, >= 0; divided by their sum here.
        corrected: ``joint`` holds counts, and the bias that a sample of N rows has, (A - 1)(B - 1) / (2 N ln 2) bits over
            the rows and columns that occur, is taken off (Miller and Madow). It may then come out below 0.

    Raises:
        ValueError: no two axes, a negative or infinite number, nothing but 0, or shares where ``corrected``.

    Source: Shannon 1948; Miller 1955; Panzeri et al. 2007, doi:10.1152/jn.00559.2007.
    """
    expect(joint=(joint, "A B"))
    p, n = _shares(joint)
    a, b = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    there = p > LEAST
    bits = float((p[there] * torch.log2((p / (a * b))[there])).sum())
    if not corrected:
        return bits
    if not bool((joint == joint.round()).all()):
        raise ValueError(f"joint holds shares (sum {n:g}), needs counts where corrected=True")
    free = (int((a > 0).sum()) - 1) * (int((b > 0).sum()) - 1)
    return bits - free / (2 * n * math.log(2))


@dataclass(frozen=True)
class Information:
    """Bits about the label: in ``a``, in ``b``, in ``both``; ``interaction`` is both - a - b."""

    a: float
    b: float
    both: float

    @property
    def interaction(self) -> float:
        """Synergy minus redundancy: > 0 they complete each other, < 0 they repeat each other; 0 may be both at once."""
        return self.both - self.a - self.b


def information(joint: Tensor, *, corrected: bool = False) -> Information:
    """What modalities a and b say about y, from their joint table (A, B, Y); arguments as :func:`mutual_information`."""
    expect(joint=(joint, "A B Y"))
    return Information(
        mutual_information(joint.sum(1), corrected=corrected),
        mutual_information(joint.sum(0), corrected=corrected),
        mutual_information(joint.flatten(0, 1), corrected=corrected),
    )


def _shares(joint: Tensor) -> tuple[Tensor, float]:
    """The table in float64 with sum 1, and the sum it had."""
    values = joint.detach().double()
    total = float(values.sum())
    if not (math.isfinite(total) and total > 0 and bool((values >= 0).all())):
        raise ValueError(f"joint has the sum {total}, needs probabilities or counts >= 0 that are not all 0")
    return values / total, total
