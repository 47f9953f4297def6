"""Every row of one side against every row of the other: what the losses of a whole batch are made of."""

from torch import Tensor

from fusion_edu.lengths import unit
from fusion_edu.losses.arguments import check_tensors, widen
from fusion_edu.losses.reduce import leave_out
from fusion_edu.shapes import expect


def matched(a: Tensor, b: Tensor, alone: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Two sides (B, D) whose rows belong together, checked, at least float32, and every row scaled to length 1.

    Args:
        alone: (B,) weights of losses in which row i of ``a`` stands in loss i alone; where it is 0, that row may be NaN.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, or B < 2: no row has a negative.
    """
    a, b = two_sides(a, b, ": the other rows are the negatives")
    (a,) = leave_out(alone, a)
    return unit(a), unit(b)


def two_sides(a: Tensor, b: Tensor, why: str) -> tuple[Tensor, Tensor]:
    """(B, D) each, checked, at least float32; ``why`` ends the sentence that refuses B < 2."""
    batch = expect(a=(a, "B D"), b=(b, "B D"))["B"]
    check_tensors(a=a, b=b)
    a, b = widen(a=a, b=b)
    if batch < 2:
        raise ValueError(f"a has {batch} row, needs >= 2{why}")
    return a, b


def centred(x: Tensor) -> Tensor:
    """``x`` (B, D) less the mean of each column; twice, for far from the origin the mean itself is rounded."""
    x = x - x.mean(0)
    return x - x.mean(0)
