"""Robustness: the score over how much is missing or how noisy it is, and the area under that curve as one number.

Source: effective robustness curves and their area, in MultiBench: Liang et al. 2021, arXiv:2107.07502 (section 3.3).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fusion_edu.evaluate.intervals import Interval, interval
from fusion_edu.evaluate.seeds import each


def robustness_area(levels: Sequence[float], scores: Sequence[float]) -> float:
    """Area under the curve of scores over levels, divided by its width: the mean score over the range.

    Trapezoids: the levels may lie unevenly. In the unit of the score, so an accuracy stays between 0 and 1.

    Args:
        levels: K >= 2 rising numbers, e.g. the share that is missing, or the standard deviation of a noise.
        scores: K finite numbers.

    Raises:
        ValueError: other lengths, fewer than 2, levels that do not rise, or a number that is not finite.
    """
    at, values = [float(level) for level in levels], [float(score) for score in scores]
    if len(at) < 2 or len(values) != len(at):
        raise ValueError(f"scores has {len(values)} numbers for {len(at)} levels, needs one a level, at least 2")
    if not all(map(math.isfinite, at + values)):
        raise ValueError("levels and scores hold nan or infinite numbers, needs finite ones")
    if any(b <= a for a, b in zip(at, at[1:], strict=False)):
        raise ValueError(f"levels is {at}, needs rising numbers")
    pieces = zip(at, at[1:], values, values[1:], strict=False)
    return math.fsum((b - a) * (u + v) / 2 for a, b, u, v in pieces) / (at[-1] - at[0])


@dataclass(frozen=True)
class Robustness:
    """Scores of one method: ``scores[run][k]`` at ``levels[k]``."""

    levels: tuple[float, ...]
    scores: tuple[tuple[float, ...], ...]

    def at(self, level: float) -> list[float]:
        """The scores at one of the levels, one a run: for ``evaluate.gain``."""
        if level not in self.levels:
            raise ValueError(f"level is {level}, needs one of {list(self.levels)}")
        return [run[self.levels.index(level)] for run in self.scores]

    def areas(self) -> list[float]:
        """The area under the curve, one a run."""
        return [robustness_area(self.levels, run) for run in self.scores]

    def curve(
        self, *, unit: str = "seeds", test_to_train: float | None = None, limits: tuple[float, float] | None = None
    ) -> tuple[tuple[float, ...], list[Interval]]:
        """Levels and an interval for each, as ``viz.curves`` takes them; arguments as in ``evaluate.interval``."""
        found = [
            interval(self.at(level), unit=unit, test_to_train=test_to_train, limits=limits) for level in self.levels
        ]
        return self.levels, found


def robustness(
    run: Callable[[int], Mapping[str, Sequence[float]]],
    seeds: Iterable[int],
    levels: Sequence[float],
    *,
    label: str = "seeds",
    progress: bool = True,
) -> dict[str, Robustness]:
    """Call ``run(seed)`` for every seed; it gives, for each method, its score at each level.

    Args:
        run: trains once and is scored on the *same* corrupted inputs at each level, so that methods can be paired.
        seeds: different whole numbers, at least one.
        levels: rising numbers, as ``robustness_area`` wants them.
        label, progress: of the bar; bars of ``fit`` inside stay silent.

    Raises:
        ValueError: no seed or one twice, methods that differ between seeds, scores that do not fit the levels.
    """

    def one(seed: int) -> dict[str, tuple[float, ...]]:
        scores = {name: tuple(float(s) for s in values) for name, values in run(seed).items()}
        for values in scores.values():
            robustness_area(levels, values)  # refuses what does not fit
        return scores

    found = each(one, seeds, label=label, progress=progress)
    at = tuple(float(level) for level in levels)
    return {name: Robustness(at, tuple(scores[name] for scores in found)) for name in found[0]}
