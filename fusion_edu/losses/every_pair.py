"""Every row of one side against every row of the other: what the losses of a whole batch are made of."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from fusion_edu.lengths import unit
from fusion_edu.losses.arguments import not_empty, widen
from fusion_edu.shapes import expect

Row = Callable[[Tensor, int], Tensor]


def matched(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Two sides (B, D) whose rows belong together, checked, at least float32, and every row scaled to length 1.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, or B < 2: no row has a negative.
    """
    a, b = two_sides(a, b, ": the other rows are the negatives")
    return unit(a), unit(b)


def two_sides(a: Tensor, b: Tensor, why: str) -> tuple[Tensor, Tensor]:
    """(B, D) each, checked, at least float32; ``why`` ends the sentence that refuses B < 2."""
    batch = expect(a=(a, "B D"), b=(b, "B D"))["B"]
    not_empty(a=a, b=b)
    a, b = widen(a=a, b=b)
    if batch < 2:
        raise ValueError(f"a has {batch} row, needs >= 2{why}")
    return a, b


def centred(x: Tensor) -> Tensor:
    """``x`` (B, D) less the mean of each column; twice, for far from the origin the mean itself is rounded."""
    x = x - x.mean(0)
    return x - x.mean(0)


def each_row(loss: Row, a: Tensor, b: Tensor, chunk: int | None) -> Tensor:
    """A loss of each row of the table of cosines ``a @ b.T``, with no more than ``chunk`` rows of it in memory.

    Args:
        loss: ``loss(cosines, first)`` gives (R,) from the rows ``first``, ``first`` + 1, ... of the table, (R, B).
        a, b: (B, D), rows of length 1.
        chunk: rows at a time; the backward pass makes each part anew. None makes the whole table at once: faster, and
            it takes B * B numbers. Under ``torch.func.grad`` and its like no part can be made anew, and all are kept.

    Returns:
        (B,), the same numbers and gradients for every ``chunk``.

    Source: recomputing instead of storing: Chen 2016, arXiv:1604.06174.
    """
    if chunk is None:
        return loss(a @ b.T, 0)
    if chunk < 1:
        raise ValueError(f"chunk is {chunk}, needs >= 1 rows, or None for all at once")

    def part(rows: Tensor, first: int) -> Tensor:
        return loss(rows @ b.T, first)

    firsts = range(0, len(a), chunk)
    try:
        parts = [
            checkpoint(part, a[first : first + chunk], first, use_reentrant=False, preserve_rng_state=False)
            for first in firsts
        ]
    except RuntimeError as error:
        if "saved tensor hooks" not in str(error):
            raise
        parts = [part(a[first : first + chunk], first) for first in firsts]
    return torch.cat(parts)
