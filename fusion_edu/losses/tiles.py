"""The table of cosines in square tiles, for a loss that needs whole rows and whole columns.

No band of rows knows the sums of its columns, so forward reads the table once, and backward once more: four products. To
keep the table instead takes 4 * B * B bytes and is slower, for fresh memory costs more than a product.

Source: Cheng 2024 (Inf-CL), arXiv:2410.17243; running maxima: Milakov 2018, arXiv:1805.02867.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from fusion_edu.losses.bands import BITS, Sums, surprise
from fusion_edu.losses.table import Gradients, Kept, Sides

TILE = 512  # rows and columns: 1 MiB of float32 stays in the cache next to a core


class BothWays:
    """The mean of a row's surprise and of its column's: what ``clip`` is made of."""

    @staticmethod
    def plain(a: Tensor, b: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        logits = (scale * a) @ b.T
        return -(logits.log_softmax(0).diagonal() + logits.log_softmax(1).diagonal()) / 2

    @classmethod
    def losses(cls, of: Sides, expected: Tensor | None) -> tuple[Tensor, Kept]:
        """Kept: the log-sum-exp of rows and of columns in bits, and how much of 1 the own pair lacks, both sides added."""
        scaled = of.a * (of.scale * BITS)
        own = torch.linalg.vecdot(scaled, of.b)
        tops, rests = (own.clone(), own.clone()), (torch.zeros_like(own), torch.zeros_like(own))  # of rows, of columns
        for rows, columns, logits, spare in tiles(scaled, of.b, of.chunk):
            if rows == columns:
                logits.diagonal().fill_(-torch.inf)
            for top, rest, dim in ((tops[0][rows], rests[0][rows], 1), (tops[1][columns], rests[1][columns], 0)):
                higher = torch.maximum(top, logits.amax(dim))
                powers = torch.sub(logits, higher.unsqueeze(dim), out=spare).exp2_()
                rest.mul_(top.sub_(higher).exp2_()).add_(powers.sum(dim))
                top.copy_(higher)
        by_row, by_column = (surprise(own - top, rest) for top, rest in zip(tops, rests, strict=True))
        totals = [rest + (own - top).exp2() for top, rest in zip(tops, rests, strict=True)]
        lse = [top + total.log2() for top, total in zip(tops, totals, strict=True)]
        return (by_row + by_column) / 2, (*lse, rests[0] / totals[0] + rests[1] / totals[1])

    @classmethod
    def gradients(cls, of: Sides, upstream: Tensor, expected: Tensor | None, kept: Kept) -> Gradients:
        row_bits, column_bits, lack = kept
        assert row_bits is not None
        assert column_bits is not None
        assert lack is not None
        sums, half = Sums(of), upstream / 2
        for rows, columns, logits, spare in tiles(of.a * (of.scale * BITS), of.b, of.chunk):
            part = torch.sub(logits, row_bits[rows].unsqueeze(1), out=spare).exp2_().mul_(half[rows].unsqueeze(1))
            part.addcmul_(logits.sub_(column_bits[columns]).exp2_(), half[columns])
            if rows == columns:
                part.diagonal().copy_(-half[rows] * lack[rows])
            sums.add(rows, part, columns=columns)
        return sums.gradients(torch.zeros_like(of.scale))


def tiles(a: Tensor, b: Tensor, chunk: int | None) -> Iterator[tuple[slice, slice, Tensor, Tensor]]:
    """Rows, columns, their tile of ``a @ b.T``, and a spare of its shape; the next tile overwrites both."""
    side = min(len(a), chunk or TILE)
    parts = [slice(first, min(first + side, len(a))) for first in range(0, len(a), side)]
    two = a.new_empty(2, side, side)
    for rows in parts:
        for columns in parts:
            logits, spare = two[:, : rows.stop - rows.start, : columns.stop - columns.start]
            yield rows, columns, torch.mm(a[rows], b[columns].T, out=logits), spare
