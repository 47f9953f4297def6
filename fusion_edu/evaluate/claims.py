"""A sentence about a number, and whether the number bears it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from fusion_edu.evaluate.intervals import Interval, number
from fusion_edu.evaluate.paired import Bounds

Evidence = bool | float | Interval | Bounds
Effect = Evidence | Sequence[Evidence] | Mapping[str, Evidence]


@dataclass(frozen=True)
class Claim:
    """``says`` the sentence, ``shown`` the numbers as text, ``holds`` whether they bear it out.

    ``key`` names it for good: "05.gate" is a claim of lesson 05. ``low`` and ``high`` are the ends of what was found.
    """

    key: str
    says: str
    shown: str
    low: float
    high: float
    holds: bool


def claim(
    key: str,
    effect: Effect,
    *,
    says: str,
    above: float | None = None,
    below: float | None = None,
    between: tuple[float, float] | None = None,
    digits: int = 3,
) -> Claim:
    """Hold a sentence against what was measured.

    Args:
        key: lesson, point, name: "05.gate".
        effect: a number, or an Interval or Bounds, which must lie beyond the limit *as a whole*; several of them (one a
            seed, or named) must each do so; or a bool, for what is simply so.
        says: the sentence, without numbers that were measured: they are shown beside it.
        above, below: the effect is greater, smaller than this; "better" is ``above=0`` of an interval of gains.
        between: it lies between the two; "the same" is an interval of gains between -margin and margin.
        digits: after the point, of the numbers shown.

    Raises:
        ValueError: no limit for numbers, more than one kind of limit, a limit for bools, bools among numbers, an empty
            sentence or effect, or a key without a lesson.
    """
    parts = _parts(effect)
    _check(key, parts, says, above, below, between)
    if above is not None:
        between = (above, float("inf"))
    elif below is not None:
        between = (float("-inf"), below)
    ends = [(_low(part), _high(part)) for part in parts]
    holds = all(parts) if between is None else all(between[0] < low and high < between[1] for low, high in ends)
    low, high = float(np.min(ends)), float(np.max(ends))  # NaN where one is
    return Claim(key, says, _shown(effect, parts, low, high, digits), low, high, holds)


def _parts(effect: Effect) -> list[Evidence]:
    parts = list(
        effect.values() if isinstance(effect, Mapping) else effect if isinstance(effect, Sequence) else [effect]
    )
    return [bool(part) if _is_bool(part) else part for part in parts]


def _is_bool(part: object) -> bool:
    """Also NumPy's and PyTorch's."""
    return isinstance(part, np.bool_) or (isinstance(part, Tensor) and part.dtype == torch.bool)


def _low(part: Evidence) -> float:
    return float(part.low if isinstance(part, Interval | Bounds) else part)


def _high(part: Evidence) -> float:
    return float(part.high if isinstance(part, Interval | Bounds) else part)


def _shown(effect: Effect, parts: list[Evidence], low: float, high: float, digits: int) -> str:
    """The numbers in words; nothing for a bare yes or no."""
    if isinstance(parts[0], bool):
        return ""
    spec = f".{digits}f"
    if isinstance(effect, Mapping):
        return ", ".join(f"{name} {_one(part, spec)}" for name, part in effect.items())
    if len(parts) == 1:
        return _one(parts[0], spec)
    first, last = _one(low, spec), _one(high, spec)
    return f"{first} in {len(parts)} cases" if first == last else f"from {first} to {last} in {len(parts)} cases"


def _one(part: Evidence, spec: str) -> str:
    return format(part, spec) if isinstance(part, Interval | Bounds) else number(float(part), spec)


def _check(
    key: str,
    parts: list[Evidence],
    says: str,
    above: float | None,
    below: float | None,
    between: tuple[float, float] | None,
) -> None:
    limits = [limit for limit in (above, below, between) if limit is not None]
    if not key[:2].isdigit() or key[2:3] != "." or not key[3:]:
        raise ValueError(f"key is {key!r}, needs the lesson and a name, e.g. '05.gate'")
    if not says.strip():
        raise ValueError("says is empty, needs the sentence that is claimed")
    if not parts:
        raise ValueError("effect is empty, needs at least one number")
    yes_no = isinstance(parts[0], bool)
    if any(isinstance(part, bool) != yes_no for part in parts):
        raise ValueError(f"{key} has both yes or no and numbers, needs one kind: make two claims of it")
    if len(limits) != (0 if yes_no else 1):
        need = "none for yes or no" if yes_no else "exactly one of above, below and between"
        raise ValueError(f"{key} has {len(limits)} limits, needs {need}")
