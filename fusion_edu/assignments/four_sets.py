"""Four data sets of two modalities, whose labels need them in four different ways; every learner has an order and rows of their own."""

from dataclasses import dataclass

import torch
from torch import Tensor

from fusion_edu.autograder.marking.marker import case_seed

KINDS = ("redundant", "unique", "and", "xor")
NAMES = ("A", "B", "C", "D")
ROWS = {"train": 1000, "validation": 400, "test": 400}


@dataclass(frozen=True)
class Side:
    """Rows of one side: ``a`` and ``b`` (N, 4) float32, ``y`` (N,) int64 in 0 .. 1."""

    a: Tensor
    b: Tensor
    y: Tensor


def kinds_of(secret: str, learner: str) -> dict[str, str]:
    """Which of the learner's sets is of which kind."""
    order = torch.randperm(4, generator=torch.Generator().manual_seed(case_seed(secret, "A3 kinds", learner)))
    return {name: KINDS[int(at)] for name, at in zip(NAMES, order, strict=True)}


def sides(secret: str, learner: str, name: str) -> dict[str, Side]:
    """The rows of one of the learner's sets."""
    kind = kinds_of(secret, learner)[name]
    g = torch.Generator().manual_seed(case_seed(secret, f"A3 rows {name}", learner))
    along = torch.randn(2, 4, generator=g)
    along = 2 * along / along.norm(dim=1, keepdim=True)
    return {side: _draw(kind, n, along, g) for side, n in ROWS.items()}


def _draw(kind: str, n: int, along: Tensor, g: torch.Generator) -> Side:
    u, v = torch.randint(0, 2, (2, n), generator=g)
    v = u.clone() if kind == "redundant" else v
    y = {"redundant": u, "unique": u, "and": u & v, "xor": u ^ v}[kind]
    a, b = (
        (2 * bit - 1)[:, None] * way + 0.9 * torch.randn(n, 4, generator=g)
        for bit, way in zip((u, v), along, strict=True)
    )
    return Side(a, b, y)
