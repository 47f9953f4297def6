"""The table of cosines in bands of whole rows: one matrix product a band, and two more for the gradients.

A row of the table knows its own loss and its derivative, up to the weight of the row. Where the weights are known beforehand,
forward makes the gradient as well, and the table is made once: three products of B * B * D numbers, the least there is.
Logits are counted in bits, ``exp2`` being three times as fast as ``exp`` in PyTorch.

Sources: softmax by parts: Milakov 2018, arXiv:1805.02867; attention by parts: Rabe 2021, arXiv:2112.05682; the gradient in
forward: Hsu 2024 (Liger), arXiv:2410.10989.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from fusion_edu.losses.table import Gradients, Kept, Sides

BITS, NATS = math.log2(math.e), math.log(2)  # bits a nat, nats a bit
BAND = 2**21  # numbers of the table at a time: 8 MiB of float32, about what a shared cache has for one core
LEAST = 64  # rows of a band: fewer make slow products


class RowRule:
    """A loss of which each row of the table knows its own part; ``band`` is all that it has to say."""

    unit = BITS  # what a cosine is multiplied by, besides the scale

    @staticmethod
    def band(logits: Tensor, first: int, bias: Tensor) -> tuple[Tensor, Tensor]:
        """From the rows ``first``, ... of the scaled table (R, B): losses (R,), and factors (R,).

        What it leaves in ``logits``, times the factors, is the derivative of each loss by its row in nats.
        """
        raise NotImplementedError

    @classmethod
    def losses(cls, of: Sides, expected: Tensor | None) -> tuple[Tensor, Kept]:
        return cls._by_rows(of, expected)

    @classmethod
    def gradients(cls, of: Sides, upstream: Tensor, expected: Tensor | None, kept: Kept) -> Gradients:
        factor = None if expected is None else multiple(upstream, expected)
        if factor is None:
            kept = cls._by_rows(of, upstream)[1]
        elif factor != 1:
            kept = tuple(x if x is None else x * factor for x in kept)
        of_a, of_b, of_scale, of_bias = kept
        assert of_scale is not None
        assert of_bias is not None
        return of_a, of_b, of_scale, of_bias

    @classmethod
    def _by_rows(cls, of: Sides, weight: Tensor | None) -> tuple[Tensor, Kept]:
        """Losses (B,) and, where the weight (B,) of each is given, the gradients of their weighted sum."""
        values, of_bias = of.a.new_empty(len(of.a)), of.a.new_zeros(())
        sums = None if weight is None else Sums(of)
        for rows, logits in bands(of.a * (of.scale * cls.unit), of.b, of.chunk):
            values[rows], factor = cls.band(logits, rows.start, of.bias)
            if sums is not None and weight is not None:
                factor = factor * weight[rows]
                sums.add(rows, logits, factor.unsqueeze(1))
                of_bias += torch.dot(logits.sum(1), factor)
        return values, () if sums is None else sums.gradients(of_bias)


def bands(a: Tensor, b: Tensor, chunk: int | None) -> Iterator[tuple[slice, Tensor]]:
    """Rows and their part of ``a @ b.T``, (R, B), in a buffer that the next band overwrites."""
    size = len(a)
    chunk = min(size, chunk or max(LEAST, BAND // size))
    buffer = a.new_empty(chunk, size)
    for first in range(0, size, chunk):
        rows = slice(first, min(first + chunk, size))
        yield rows, torch.mm(a[rows], b.T, out=buffer[: rows.stop - first])


class Sums:
    """``G @ b`` and ``G.T @ a``, (B, D) each, added up over the parts of G, the derivative by the logits."""

    def __init__(self, of: Sides) -> None:
        self.a, self.b, self.scale = of.a, of.b, of.scale
        self.of_a, self.of_b = (torch.zeros_like(x) if yes else None for x, yes in zip(of[:2], of.wanted, strict=True))

    def add(self, rows: slice, part: Tensor, factor: Tensor | None = None, columns: slice = slice(None)) -> None:
        """``part`` (R, C); a ``factor`` (R, 1) of its rows, for whole rows only, costs less on (R, D) than on the part."""
        if self.of_a is not None:
            self.of_a[rows].addmm_(part, self.b[columns])
            if factor is not None:
                self.of_a[rows].mul_(factor)
        if self.of_b is not None:
            self.of_b[columns].addmm_(part.T, self.a[rows] if factor is None else self.a[rows] * factor)

    def gradients(self, of_bias: Tensor) -> Gradients:
        """The sum of G * cosines is that of a * (G @ b), so the gradient of the scale costs no pass over the table."""
        side, other = (self.of_b, self.b) if self.of_a is None else (self.of_a, self.a)
        assert side is not None
        of_scale = (side * other).sum()
        of_a, of_b = (x if x is None else x.mul_(self.scale) for x in (self.of_a, self.of_b))
        return of_a, of_b, of_scale, of_bias


def multiple(upstream: Tensor, expected: Tensor) -> Tensor | None:
    """The number by which ``upstream`` (B,) is ``expected`` (B,), to rounding; None where it is no multiple."""
    factor = torch.dot(upstream, expected) / torch.dot(expected, expected)
    near = 8 * torch.finfo(upstream.dtype).eps
    return factor if torch.allclose(upstream, factor * expected, rtol=near, atol=0) else None


def surprise(own: Tensor, rest: Tensor) -> Tensor:
    """``-ln(2**own / (2**own + rest))`` for ``own`` <= 0 in bits: exact also where it is 0 and ``rest`` is tiny."""
    return torch.log1p(rest + (own.exp2() - 1)) - own * NATS
