"""Three sensors that see one of four classes, each with noise of its own; every learner has rows of their own."""

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor

from fusion_edu.autograder.marking.marker import case_seed

SENSORS = ("a", "b", "c")
CLASSES = 4
NOISE = {"a": 0.7, "b": 1.1, "c": 1.4}
ROWS = {"train": 1500, "validation": 1000, "test": 1000}
PATTERNS = tuple("".join(p) for k in (3, 2, 1) for p in itertools.combinations(SENSORS, k))  # "abc", "ab", ..., "c"


@dataclass(frozen=True)
class Side:
    """Rows of one side: ``x`` sensor -> (N, 6) float32, ``y`` (N,) int64 in 0 .. 3."""

    x: dict[str, Tensor]
    y: Tensor


@dataclass(frozen=True)
class World:
    """A learner's rows by side, and the centre (4, 6) of each class in each sensor, which learners do not get."""

    sides: dict[str, Side]
    centres: dict[str, Tensor]

    def best(self, pattern: str) -> float:
        """Accuracy on the test rows of who knows the centres and the noise: nobody does better, but by luck."""
        test = self.sides["test"]
        score = sum(-(torch.cdist(test.x[m], self.centres[m]) ** 2) / (2 * NOISE[m] ** 2) for m in pattern)
        assert isinstance(score, Tensor)
        return (score.argmax(1) == test.y).double().mean().item()


def world(secret: str, learner: str) -> World:
    """The rows of one learner."""
    g = torch.Generator().manual_seed(case_seed(secret, "A4 rows", learner))
    centres = {}
    for m in SENSORS:
        way = torch.linalg.qr(torch.randn(6, 6, generator=g)).Q[:, :CLASSES].T
        centres[m] = 1.4 * way  # all classes equally far apart: no learner has an easier world
    sides = {}
    for side, n in ROWS.items():
        y = torch.randint(0, CLASSES, (n,), generator=g)
        sides[side] = Side({m: centres[m][y] + NOISE[m] * torch.randn(n, 6, generator=g) for m in SENSORS}, y)
    return World(sides, centres)
