"""Confidence intervals of a mean over a few runs, and of the gain of one method over another.

Sources: Student, "The probable error of a mean", Biometrika 6 (1908). Runs that share rows: Nadeau and Bengio,
"Inference for the generalization error", Machine Learning 52 (2003), doi:10.1023/A:1024068626366.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, stdev

import scipy

UNITS = {
    "seeds": "other seeds",
    "splits": "other splits of these very rows",
    "people": "other people",
}
NEW_ROWS = "new rows of the same kind"


@dataclass(frozen=True)
class Interval:
    """``mean`` +- ``half`` over ``n`` runs; ``f"{interval:.2f}"`` sets the digits.

    ``unit`` says what n counts, ``about`` which truth the interval speaks of, ``limits`` what a value can be at all.
    """

    mean: float
    half: float
    n: int
    unit: str = "seeds"
    about: str = UNITS["seeds"]
    limits: tuple[float, float] = (-math.inf, math.inf)

    @property
    def low(self) -> float:
        """Lower end, never below what a value can be."""
        return max(self.mean - self.half, self.limits[0])

    @property
    def high(self) -> float:
        """Upper end, never above what a value can be."""
        return min(self.mean + self.half, self.limits[1])

    def __format__(self, spec: str) -> str:
        spec = spec or ".3f"
        return f"{number(self.mean, spec)} ± {self.half:{spec.lstrip('+')}} ({self.n} {self.unit})"

    def __str__(self) -> str:
        return format(self)


def number(value: float, spec: str) -> str:
    """``value`` as text; what rounds to 0 has no minus."""
    text = format(value, spec)
    return format(0.0, spec) if re.fullmatch(r"-[0.%]+", text) else text


def interval(
    values: Iterable[float],
    *,
    unit: str = "seeds",
    test_to_train: float | None = None,
    limits: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Student-t interval of the mean of a few runs.

    Args:
        values: one number a run, at least 2: one run says nothing about the next.
        unit: what was drawn anew from run to run: "seeds" (data or training drawn independently), "splits" (the same rows,
            split anew) or "people" (each run tests on one other person).
        test_to_train: test rows divided by training rows, for runs that share their rows (where each run draws few of many
            training rows, those of the two sides of the pool: runs share hardly any of the few). With it the variance of the mean
            is (1/n + test_to_train) s^2 instead of s^2/n, and the interval speaks about new rows of the same kind;
            splits without it speak about other splits of these very rows only.
        limits: lowest and highest possible value, e.g. (0, 1) for an accuracy; ``low`` and ``high`` stay inside.
        confidence: share of such intervals that hold the true mean, between 0 and 1.

    Raises:
        ValueError: fewer than 2 values, one that is not finite or outside ``limits``, an unknown ``unit``,
            ``test_to_train`` <= 0 or given for seeds, or ``confidence`` out of (0, 1).
    """
    numbers = [float(v) for v in values]
    _check(numbers, unit, test_to_train, limits, confidence)
    n = len(numbers)
    t = float(scipy.stats.t.ppf((1 + confidence) / 2, n - 1))
    half = t * stdev(numbers) * math.sqrt(1 / n + (test_to_train or 0.0))
    about = NEW_ROWS if unit == "splits" and test_to_train is not None else UNITS[unit]
    return Interval(fmean(numbers), half, n, unit, about, limits or (-math.inf, math.inf))


def gain(
    a: Iterable[float],
    b: Iterable[float],
    *,
    unit: str = "seeds",
    test_to_train: float | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Interval of ``a - b``, paired by run: what the runs share cancels out. Arguments as in :func:`interval`.

    The gain is shown at this confidence where 0 lies outside the interval. Where 0 lies inside, nothing is shown:
    "the same" needs an interval that lies inside a margin named beforehand.

    Raises:
        ValueError: not as many values in ``b`` as in ``a``, or as :func:`interval`.
    """
    first, second = [float(v) for v in a], [float(v) for v in b]
    if len(first) != len(second):
        raise ValueError(f"b has {len(second)} values, needs {len(first)} as a has: pairs share a run")
    differences = [p - q for p, q in zip(first, second, strict=True)]
    return interval(differences, unit=unit, test_to_train=test_to_train, confidence=confidence)


def of_share(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of the share ``hits / n`` of n independent items: both ends in [0, 1].

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    found = scipy.stats.binomtest(hits, n).proportion_ci(confidence, method="wilson")
    return float(found.low), float(found.high)


def _check(
    numbers: list[float],
    unit: str,
    test_to_train: float | None,
    limits: tuple[float, float] | None,
    confidence: float,
) -> None:
    if len(numbers) < 2:
        raise ValueError(
            f"values has {len(numbers)} number{'s' * (len(numbers) != 1)}, needs >= 2: one run has no spread"
        )
    if not all(math.isfinite(v) for v in numbers):
        raise ValueError("values holds nan or infinite numbers, needs finite ones")
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}, needs one of {list(UNITS)}")
    if test_to_train is not None and unit == "seeds":
        raise ValueError("test_to_train is given for seeds, which share no rows: leave it out, or say unit='splits'")
    if test_to_train is not None and not (math.isfinite(test_to_train) and test_to_train > 0):
        raise ValueError(f"test_to_train is {test_to_train}, needs test rows / training rows, > 0")
    if limits is not None and not all(limits[0] <= v <= limits[1] for v in numbers):
        raise ValueError(f"values go from {min(numbers):g} to {max(numbers):g}, needs values inside limits={limits}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}, needs a share between 0 and 1, e.g. 0.95")
