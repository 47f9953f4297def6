"""Partial information: the bits that two modalities repeat, have alone, or have only together. Three answers, not one."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from fusion_edu.explain.information import LEAST, _shares, information, mutual_information
from fusion_edu.shapes import expect

MEASURES = ("minimum", "specific", "unique")
WALLS, STEPS, CLOSE, TINY = [10.0**-k for k in range(1, 9)], 50, 1e-10, 1e-12


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
            al. 2014; Newton's method, accurate to about 1e-6 bits, for tables of up to some thousand cells).

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
    there = pair[:, k] > LEAST
    return float((pair[there, k] / y[k] * torch.log2(pair[there, k] / (a[there] * y[k]))).sum())


def _least_synergy(p: Tensor) -> Tensor:
    """The table with the same (a, y) and (b, y) tables in which a and b together say least about y.

    What they say is convex in the table, so Newton's method finds the least: with a wall, -mu w log q, that keeps every q above 0 and is
    taken away step by step. What remains of it is off by mu at most, in nats, where the w add up to 1 (Boyd & Vandenberghe 2004,
    section 11.3).
    """
    joint = p.cpu().numpy()
    rows, columns, y = joint.sum(1), joint.sum(0), joint.sum((0, 1))  # (A, Y), (B, Y), (Y,)
    # a and b independent given y: 0 where every table is 0. What has less than TINY stays so, for it says nothing.
    start = rows[:, None] * columns[None] / np.where(y > 0, y, 1)
    free = (rows > TINY)[:, None] & (columns > TINY)[None]
    cells, moves = np.nonzero(free), _moves(free, rows, columns)
    q, pair = start[cells], cells[0] * len(columns) + cells[1]  # (N,), the number of each cell's (a, b)
    weight = q
    for mu in WALLS if len(moves) else ():
        wall = mu * weight
        for _ in range(STEPS):
            together = np.bincount(pair, q)[pair]  # (N,) sums over y
            slope = np.log(q / together) - wall / q
            bend = np.diag(1 / q + wall / q**2) - (pair[:, None] == pair) / together
            table = moves @ bend @ moves.T
            size = np.sqrt(table.diagonal())  # brought to 1 on the diagonal, for cells differ by many orders
            table = table / size[:, None] / size + 1e-13 * np.eye(len(size))
            step = moves.T @ (np.linalg.solve(table, -moves @ slope / size) / size)
            length = min(1.0, 0.9 / max((-step / q).max(), 0.9))  # at most nine tenths of the way to the wall
            while length > 1e-9 and _height(q + length * step, pair, wall) > _height(q, pair, wall) + 1e-15:
                length /= 2
            q = q + length * step
            if -slope @ step < CLOSE:
                break
    start[cells] = q
    return torch.from_numpy(start)


def _height(q: np.ndarray, pair: np.ndarray, wall: np.ndarray) -> float:
    """What is made least: the sum of q log q(y | a, b), and the wall."""
    return float((q * np.log(q / np.bincount(pair, q)[pair]) - wall * np.log(q)).sum())


def _moves(free: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(M, N): all ways to move mass between the N ``free`` cells of (A, B, Y) that change no sum over a, and none over b.

    For each y the free cells are a rectangle; +1 and -1 at the corners of every part of it that ends in its heaviest row and column are
    enough.
    """
    number = np.cumsum(free).reshape(free.shape) - 1
    found = []
    for k in range(free.shape[2]):
        a, b = np.flatnonzero(free[:, :, k].any(1)), np.flatnonzero(free[:, :, k].any(0))
        if not len(a) or not len(b):
            continue
        *a, last_a = a[rows[a, k].argsort()]
        *b, last_b = b[columns[b, k].argsort()]
        for i in a:
            for j in b:
                move = np.zeros(free.sum())
                move[number[[i, last_a], [j, last_b], k]] = 1
                move[number[[i, last_a], [last_b, j], k]] = -1
                found.append(move)
    return np.array(found)
