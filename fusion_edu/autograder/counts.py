"""What an answer is of ours on every input: ours times a count (what it divides by, and should not) or a constant, plus one, or turned round."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import RTOL, close
from fusion_edu.autograder.formatting import ORDINALS
from fusion_edu.autograder.outcome import Array, Outcome
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.where import wrong_outputs

FEWEST = 3  # cases, or numbers, that a remark must fit: fewer could by chance
SPREAD = 0.05  # of the largest factor: what varies less is as well explained by a constant
NUMBERS = (1.0, 2.0, 0.5)
Counts = dict[str, float]


def in_general(task: Task, cases: Sequence[Case], expected: Sequence[Outcome], got: Sequence[Outcome]) -> str:
    """What an answer is of ours on every input, in a sentence: a factor, an offset, the transpose; "" where nothing fits."""
    return factor(task, cases, expected, got) or patterns(expected, got) or _of_one_output(task, cases, expected, got)


def _of_one_output(task: Task, cases: Sequence[Case], expected: Sequence[Outcome], got: Sequence[Outcome]) -> str:
    """The same of one of several outputs, where the others are right."""
    wrong, count = wrong_outputs(task, expected, got)
    if any(outcome.error for outcome in got) or len(wrong) != 1 or not 1 < count <= len(ORDINALS):
        return ""
    ours, theirs = ([replace(o, value=o.value[wrong[0]]) for o in outcomes] for outcomes in (expected, got))
    text = factor(task, cases, ours, theirs) or patterns(ours, theirs)
    return text.replace("your answer is", f"your {ORDINALS[wrong[0]]} output is")


def factor(task: Task, cases: Sequence[Case], expected: Sequence[Outcome], got: Sequence[Outcome]) -> str:
    """ "On every input your answer is ours times A / B", where A and B are counts of the input; "" where no such pair fits."""
    if not all(_comparable(a, b) for a, b in zip(expected, got, strict=True)):
        return ""
    seen = [
        (ratio, case) for case, a, b in zip(cases, expected, got, strict=True) if (ratio := _ratio(a, b)) is not None
    ]
    ratios = [ratio for ratio, _ in seen]
    if (
        len(seen) < FEWEST
        or not all(map(math.isfinite, ratios))
        or max(ratios) - min(ratios) < SPREAD * max(map(abs, ratios))
    ):
        return ""  # hardly a factor of the input
    found = [(ratio, _counts(task, case)) for ratio, case in seen]
    for words, value in _formulas(set.intersection(*(set(counts) for _, counts in found))):
        try:
            if all(math.isclose(value(counts), ratio, rel_tol=1e-3) for ratio, counts in found):
                return f"On every input your answer is ours times {words}: look at what you divide by."
        except (ZeroDivisionError, ValueError):
            continue
    return ""


def patterns(expected: Sequence[Outcome], got: Sequence[Outcome]) -> str:
    """A general remark that holds on every case with a comparable value, or nothing."""
    if any(bool(a.error) != bool(b.error) for a, b in zip(expected, got, strict=True)):
        return ""  # not on every input
    both = [(a.value, b.value) for a, b in zip(expected, got, strict=True) if a.error is None and b.error is None]
    both = [(a, b) for a, b in both if isinstance(a, Array) and isinstance(b, Array) and a.data.size]
    if len(both) < FEWEST or any(a.data.dtype.kind != "f" for a, _ in both):
        return ""
    if all(
        a.data.ndim == 2 and a.data.T.shape == b.data.shape and close(Array("tensor", str(a.data.dtype), a.data.T), b)
        for a, b in both
    ):
        return "On every input your answer is the transpose of ours."
    if any(a.data.shape != b.data.shape for a, b in both):
        return ""
    both = [(a.data.astype(float), b.data.astype(float)) for a, b in both]
    if any(np.isfinite(a).all() and not np.isfinite(b).all() for a, b in both):
        return ""
    both = [(a, b) for a, b in both if np.isfinite(a).all() and np.isfinite(b).all()]
    if len(both) < FEWEST:
        return ""
    a, b = (np.concatenate([pair[k].ravel() for pair in both]) for k in (0, 1))
    return _constant(a, b) or _offset(a, b)


def _constant(a: np.ndarray, b: np.ndarray) -> str:
    large = np.abs(a) > 1e-3
    if large.sum() < FEWEST:
        return ""
    ratio = float(np.median(b[large] / a[large]))
    if abs(ratio) < 1e-6 or abs(ratio - 1) < 1e-3 or not np.allclose(b, ratio * a, rtol=1e-3, atol=1e-5):
        return ""
    if abs(ratio + 1) < 1e-3:
        return "On every input your answer is ours with the sign flipped."
    inverse = f" (1/{1 / ratio:.4g})" if abs(ratio) < 1 else ""
    return f"On every input your answer is {ratio:.4g}{inverse} times ours."


def _offset(a: np.ndarray, b: np.ndarray) -> str:
    offset = float(np.median(b - a))
    if abs(offset) < 1e-4 or not np.allclose(b - a, offset, rtol=1e-3, atol=1e-5):
        return ""
    return f"On every input your answer is ours {'plus' if offset > 0 else 'minus'} {abs(offset):.4g}."


def _comparable(a: Outcome, b: Outcome) -> bool:
    """False where one of the two raised and the other did not, or has another shape."""
    if bool(a.error) != bool(b.error):
        return False
    one, two = _numbers(a), _numbers(b)
    return one is None or (two is not None and one.shape == two.shape)


def _ratio(a: Outcome, b: Outcome) -> float | None:
    """The one factor between two outcomes; None where there is nothing to see it by, NaN where there is no such factor."""
    one, two = _numbers(a), _numbers(b)
    if one is None or two is None or one.shape != two.shape or not np.isfinite(one).all() or not np.isfinite(two).all():
        return None
    large = np.abs(one) > 1e-4 * max(1.0, float(np.abs(one).max(initial=0)))
    if not large.any():
        return None
    ratio = float(np.median(two[large] / one[large]))
    return ratio if np.allclose(two, ratio * one, rtol=10 * RTOL["float32"], atol=1e-6) else math.nan


def _numbers(outcome: Outcome) -> np.ndarray | None:
    value = outcome.value
    if isinstance(value, Array) and value.data.dtype.kind == "f":
        return value.data.astype(float).ravel()
    return np.array([float(value)]) if isinstance(value, float) else None


def _counts(task: Task, case: Case) -> Counts:
    """What can be counted of the arguments, in words."""
    found: Counts = {}
    for name, value in zip(task.parameters, case.args, strict=False):
        if isinstance(value, torch.Tensor):
            found |= _of_tensor(name, value)
        elif isinstance(value, (list, tuple, str)):
            found[f"the number of `{name}`"] = len(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found[f"`{name}`"] = value
    return {words: float(count) for words, count in found.items()}


def _of_tensor(name: str, x: torch.Tensor) -> Counts:
    found: Counts = {f"the length of axis {axis} of `{name}`": size for axis, size in enumerate(x.shape)}
    if x.ndim > 1:
        found[f"the number of entries of `{name}`"] = x.numel()
    if not x.is_floating_point() or set(x.unique().tolist()) <= {0.0, 1.0}:
        found[f"the number of entries of `{name}` that are not 0"] = int((x != 0).sum())
        found[f"the number of entries of `{name}` that are 0"] = int((x == 0).sum())
        found[f"the number of different values in `{name}`"] = len(x.unique())
    else:
        found[f"the sum of `{name}`"] = float(x.sum())
    return found


def _formulas(names: set[str]) -> Iterator[tuple[str, Callable[..., float]]]:
    """Words and value of every factor that is tried, the simplest first."""
    order = sorted(names)
    for name in order:
        yield name, lambda c, n=name: c[n]
        yield f"1 / ({name})", lambda c, n=name: 1 / c[n]
    for name in order:
        yield f"the root of {name}", lambda c, n=name: math.sqrt(c[n])
        yield f"1 / the root of {name}", lambda c, n=name: 1 / math.sqrt(c[n])
        yield f"({name} - 1) / ({name})", lambda c, n=name: (c[n] - 1) / c[n]
        yield f"({name}) / ({name} - 1)", lambda c, n=name: c[n] / (c[n] - 1)
        yield f"1 / ({name} - 1)", lambda c, n=name: 1 / (c[n] - 1)
        for number in NUMBERS[1:]:
            yield f"{number:g} times {name}", lambda c, n=name, k=number: k * c[n]
            yield f"{number:g} / ({name})", lambda c, n=name, k=number: k / c[n]
    for one, two in itertools.permutations(order, 2):
        for number in NUMBERS:
            head = "" if number == 1 else f"{number:g} times "
            yield f"{head}({one}) / ({two})", lambda c, a=one, b=two, k=number: k * c[a] / c[b]
    for one, two in itertools.combinations(order, 2):
        yield f"({one}) times ({two})", lambda c, a=one, b=two: c[a] * c[b]
        yield f"1 / ({one}) / ({two})", lambda c, a=one, b=two: 1 / (c[a] * c[b])
