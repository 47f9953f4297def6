"""Two models, one test set: is the difference more than luck?"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import scipy
import torch
from torch import Tensor

from fusion_edu.evaluate.intervals import number
from fusion_edu.shapes import expect
from fusion_edu.values import whole

CHUNK = 2_000_000  # numbers drawn at a time


@dataclass(frozen=True)
class Bounds:
    """A number over ``n`` test items, and its interval, which need not be symmetric: the function that gives it says which.

    ``mean`` is the number: a mean or a share, and of ``median_rank`` the median.
    """

    mean: float
    low: float
    high: float
    n: int

    def excludes(self, value: float = 0.0) -> bool:
        """Whether ``value`` lies outside: then the mean differs from it at this confidence."""
        return not self.low <= value <= self.high

    def __format__(self, spec: str) -> str:
        spec = spec or ".3f"
        return f"{number(self.mean, spec)} [{number(self.low, spec)}, {number(self.high, spec)}] ({self.n} items)"

    def __str__(self) -> str:
        return format(self)


def paired_bootstrap(
    a: Tensor, b: Tensor, *, confidence: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> Bounds:
    """Percentile interval of mean(a) - mean(b), the items drawn anew with replacement, a and b always together.

    What both models find hard cancels out, so the interval is far narrower than two separate ones. It speaks about other
    test items, not about other trainings: for those repeat with other seeds (``gain``).

    Args:
        a, b: (N,) one number an item, e.g. 1 where the model is right; the same items in the same order.
        confidence: share of such intervals that hold the true difference, between 0 and 1.
        resamples: draws, >= 100; more make the ends steadier, not the interval narrower.
        seed: of the draws.

    Raises: ValueError: shapes that differ, fewer than 2 items, values that are not finite, a number out of range.

    Source: Efron & Tibshirani 1993, "An Introduction to the Bootstrap"; for systems on one test set: Koehn 2004 (EMNLP).
    """
    difference = _difference(a, b)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}, needs a share between 0 and 1, e.g. 0.95")
    resamples = whole("resamples", resamples, 100)
    n, generator = len(difference), torch.Generator().manual_seed(seed)
    chunk = max(1, CHUNK // n)
    means = [
        difference[torch.randint(n, (min(chunk, resamples - done), n), generator=generator)].mean(1)
        for done in range(0, resamples, chunk)
    ]
    tail = (1 - confidence) / 2
    low, high = torch.cat(means).quantile(torch.tensor([tail, 1 - tail], dtype=torch.float64)).tolist()
    return Bounds(difference.mean().item(), low, high, n)


@dataclass(frozen=True)
class McNemar:
    """Items that only one model gets right, and the probability ``p`` of so uneven a split if both were equally good."""

    only_a: int
    only_b: int
    p: float


def mcnemar(a: Tensor, b: Tensor, *, exact: bool = True) -> McNemar:
    r"""McNemar's test: only the items on which the models disagree count; under equality they split like coin flips.

    Args:
        a, b: (N,) bool, or 0 and 1: whether the model is right on item i.
        exact: True sums the binomial distribution, two-sided; False takes chi-squared with one degree of freedom and
            continuity correction, (\|b - c\| - 1)^2 / (b + c), meant for 25 disagreements or more.

    Returns:
        Counts and p; p = 1 where they never disagree.

    Raises: ValueError: shapes that differ, no item, or a value besides 0 and 1.

    Source: McNemar 1947, doi:10.1007/BF02295996; Dietterich 1998, doi:10.1162/089976698300017197.
    """
    for name, values in (("a", a), ("b", b)):
        if isinstance(values, Tensor) and not ((values == 0) | (values == 1)).all():
            raise ValueError(f"{name} holds values besides 0 and 1, needs whether each item is right")
    difference = _difference(a, b, least=1)
    only_a, only_b = int((difference > 0).sum()), int((difference < 0).sum())
    disagree, fewer = only_a + only_b, min(only_a, only_b)
    if not disagree:
        return McNemar(0, 0, 1.0)
    if exact:
        return McNemar(only_a, only_b, min(1.0, 2 * float(scipy.stats.binom.cdf(fewer, disagree, 0.5))))
    statistic = max(abs(only_a - only_b) - 1, 0) ** 2 / disagree
    return McNemar(only_a, only_b, math.erfc(math.sqrt(statistic / 2)))


def paired_power(n: int, *, gain: float, disagree: float, confidence: float = 0.95) -> float:
    """Probability that a true gain in accuracy shows up as significant on ``n`` test items.

    Args:
        gain: true difference of the accuracies, e.g. 0.02.
        disagree: share of items on which exactly one model is right, more than ``|gain|``; alike models disagree less.
        confidence: of the two-sided test.

    Normal approximation of McNemar's test, without continuity correction; the far tail is left out.

    Raises:
        ValueError: n < 1, or a share that is out of range.

    Source: Connor 1987, "Sample size for testing differences in proportions for the paired-sample design", Biometrics 43.
    """
    n = whole("n", n)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}, needs a share between 0 and 1")
    if not abs(gain) < disagree <= 1:
        raise ValueError(f"disagree is {disagree}, needs more than |gain| = {abs(gain)}, at most 1")
    normal = NormalDist()
    z = normal.inv_cdf((1 + confidence) / 2)
    return normal.cdf((abs(gain) * math.sqrt(n) - z * math.sqrt(disagree)) / math.sqrt(disagree - gain**2))


def _difference(a: Tensor, b: Tensor, *, least: int = 2) -> Tensor:
    """(N,) a - b as float64 on the CPU."""
    n = expect(a=(a, "N"), b=(b, "N"))["N"]
    for name, values in (("a", a), ("b", b)):
        if values.is_complex():
            raise TypeError(f"{name} has dtype {values.dtype}, needs real numbers")
    if n < least:
        raise ValueError(f"a has {n} items, needs >= {least}")
    difference = a.detach().cpu().double() - b.detach().cpu().double()
    if not difference.isfinite().all():
        raise ValueError("a or b holds nan or infinite numbers, needs finite ones")
    return difference
