"""Confidence intervals of a mean over a few runs, and of the gain of one method over another.

Source: Student, "The probable error of a mean", Biometrika 6 (1908).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy import stats


@dataclass(frozen=True)
class Interval:
    """``mean`` +- ``half`` over ``n`` seeds; ``f"{interval:.2f}"`` sets the digits."""

    mean: float
    half: float
    n: int

    @property
    def low(self) -> float:
        return self.mean - self.half

    @property
    def high(self) -> float:
        return self.mean + self.half

    def __format__(self, spec: str) -> str:
        spec = spec or ".3f"
        return f"{self.mean:{spec}} ± {self.half:{spec}} ({self.n} seeds)"

    def __str__(self) -> str:
        return format(self)


def interval(values: Iterable[float], *, confidence: float = 0.95) -> Interval:
    """Student-t interval of the mean of independent runs.

    Args:
        values: one number a seed, at least 2: one run says nothing about the next.
        confidence: share of such intervals that hold the true mean, between 0 and 1.

    Raises:
        ValueError: fewer than 2 values, one that is not finite, or ``confidence`` out of (0, 1).
    """
    numbers = [float(v) for v in values]
    if len(numbers) < 2:
        raise ValueError(
            f"values has {len(numbers)} number{'s' * (len(numbers) != 1)}, needs >= 2: one run has no spread"
        )
    if not all(math.isfinite(v) for v in numbers):
        raise ValueError("values holds nan or infinite numbers, needs finite ones")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}, needs a share between 0 and 1, e.g. 0.95")
    n = len(numbers)
    t = float(stats.t.ppf((1 + confidence) / 2, n - 1))
    return Interval(fmean(numbers), t * stdev(numbers) / math.sqrt(n), n)


def gain(a: Iterable[float], b: Iterable[float], *, confidence: float = 0.95) -> Interval:
    """Interval of ``a - b``, paired by seed: what the seeds share cancels out.

    The gain is real at this confidence where 0 lies outside the interval.
    """
    first, second = [float(v) for v in a], [float(v) for v in b]
    if len(first) != len(second):
        raise ValueError(f"b has {len(second)} values, needs {len(first)} as a has: pairs share a seed")
    return interval([p - q for p, q in zip(first, second, strict=True)], confidence=confidence)
