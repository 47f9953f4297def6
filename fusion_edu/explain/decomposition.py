"""Partial information: the bits that two modalities repeat, have alone, or have only together. Three answers, not one."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from fusion_edu.explain.information import _shares, information, mutual_information
from fusion_edu.shapes import expect

MEASURES = ("minimum", "specific", "unique")
ROUNDS, CLOSE = 1000, 1e-8


@dataclass(frozen=True)
class Decomposition:
    """Bits: ``redundant`` (either modality has them), ``unique_a``, ``unique_b``, ``synergy`` (only both together).

    redundant + unique_a = I(a; y), redundant + unique_b = I(b; y), and all four add up to I(a, b; y).
    """

    redundant: float
    unique_a: float
    unique_b: float
    synergy: float


def decomposition(joint: Tensor, *, measure: str = "unique") -> Decomposition:
    """Divide I(a, b; y) into four parts. Three equations for four unknowns: somebody has to define redundancy.

    Args:
        joint: (A, B, Y) probabilities or counts, >= 0.
        measure: "minimum": the smaller of I(a; y) and I(b; y) (Barrett 2015). "specific": the same minimum taken for each
            value of y, then averaged (Williams & Beer 2010). "unique": as much synergy as must be there, whatever links a and b (Bertschinger et
            al. 2014; an alternating minimisation, accurate to about 1e-4 bits on small tables).

    Raises:
        ValueError: no three axes, another measure, a negative number, or nothing but 0.

    Source: arXiv:1004.2515, arXiv:1411.2832, arXiv:1311.2852.
    """
    expect(joint=(joint, "A B Y"))
    if measure not in MEASURES:
        raise ValueError(f"measure is {measure!r}, needs one of {', '.join(MEASURES)}")
    p, _ = _shares(joint)
    bits = information(p)
    if measure == "minimum":
        shared = min(bits.a, bits.b)
    elif measure == "specific":
        y = p.sum((0, 1))
        shared = float(
            sum(y[k] * min(_specific(p.sum(1), k), _specific(p.sum(0), k)) for k in range(len(y)) if y[k] > 0)
        )
    else:
        shared = bits.a + bits.b - mutual_information(_least_synergy(p).flatten(0, 1))
    return Decomposition(shared, bits.a - shared, bits.b - shared, bits.both - bits.a - bits.b + shared)


def _specific(pair: Tensor, k: int) -> float:
    """What a modality says about the one value k: sum over a of p(a | k) log2 p(k | a) / p(k)."""
    a, y = pair.sum(1), pair.sum(0)
    there = pair[:, k] > 0
    return float((pair[there, k] / y[k] * torch.log2(pair[there, k] / (a[there] * y[k]))).sum())


def _least_synergy(p: Tensor) -> Tensor:
    """The table with the same (a, y) and (b, y) tables in which a and b together say least about y.

    H(y | a, b) is concave, so two projections in turn reach it: the mean over y, then back to the pairs of each y.
    """
    table = p.cpu().numpy()  # small tables: NumPy's calls cost less
    rows, columns, y = table.sum(1), table.sum(0), table.sum((0, 1))  # (A, Y), (B, Y), (Y,)
    q = rows[:, None] * columns[None] / np.where(y > 0, y, 1)
    for _ in range(ROUNDS):
        before, q = q, np.broadcast_to(q.sum(2, keepdims=True), q.shape)
        for _ in range(20):
            q = q * _ratio(rows, q.sum(1))[:, None]
            q = q * _ratio(columns, q.sum(0))[None]
            if np.abs(q.sum(1) - rows).max() < CLOSE / 100:
                break
        if np.abs(q - before).max() < CLOSE:
            break
    return torch.from_numpy(np.ascontiguousarray(q))


def _ratio(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
