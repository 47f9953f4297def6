"""In which cases, and in which of several outputs, an answer is wrong."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from fusion_edu.autograder.case import Case, tensors
from fusion_edu.autograder.compare import differences, wrong_parts
from fusion_edu.autograder.formatting import ORDINALS, dtypes
from fusion_edu.autograder.outcome import Array, Outcome
from fusion_edu.autograder.task import Task

FEW = 3  # failing cases that are told by their names
REMEMBERED = (
    "It is, digit for digit, what your function returned for another input before: does something stay from one call to the next "
    "(a cache, a global, a default list)?"
)


def in_cases(task: Task, cases: Sequence[Case], wrong: Sequence[int]) -> str:
    """In which few cases alone an answer is wrong; "" where they are many."""
    if len(wrong) > FEW or len(wrong) * 3 > len(cases):
        return ""
    names = list(dict.fromkeys(f"“{cases[i].name}”" for i in wrong))
    rest = len(cases) - len(wrong)
    return f"The other {rest} cases agree: it is wrong only in {' and '.join(names)}."


def elsewhere(task: Task, cases: Sequence[Case], expected: Sequence[Outcome], got: Sequence[Outcome], at: int) -> bool:
    """Whether what is wrong in a case beside its values is right in another one that asks for it."""
    part = differences(expected[at], got[at], atol=task.atol)[0]

    def asks(i: int) -> bool:
        if part == "gradient":
            return bool(cases[i].gradient)
        return part != "dtype" or dtypes(expected[i].value) == dtypes(expected[at].value)

    return any(asks(i) and not differences(expected[i], got[i], atol=task.atol) for i in range(len(cases)))


def wrong_outputs(task: Task, expected: Sequence[Outcome], got: Sequence[Outcome]) -> tuple[list[int], int]:
    """Positions of the outputs that are wrong in any case, and how many outputs there are; none of 0 where each case has others."""
    wrong, counts = set(), set()
    for a, b in zip(expected, got, strict=True):
        if a.error and a.error == b.error:
            continue
        found = None if a.error or b.error else wrong_parts(a.value, b.value, atol=task.atol)
        if found is None:
            return [], 0
        wrong.update(found)
        counts.add(len(a.value))
    return (sorted(wrong), counts.pop()) if len(counts) == 1 else ([], 0)


def in_outputs(task: Task, expected: Sequence[Outcome], got: Sequence[Outcome]) -> str:
    """Which of several outputs are wrong in any case, where others are right in all of them; "" where that is not so."""
    wrong, count = wrong_outputs(task, expected, got)
    if count > len(ORDINALS) or not 0 < len(wrong) < count:
        return ""
    which, rest = " and ".join(ORDINALS[i] for i in wrong), count - len(wrong)
    return (
        f"Of your {count} outputs the {which} {'is' if len(wrong) == 1 else 'are'} wrong, "
        f"the other{'s are' if rest > 1 else ' is'} right. "
    )


def remembered(cases: Sequence[Case], got: Sequence[Outcome], wrong: Sequence[int]) -> str:
    """That each wrong answer is, digit for digit, the right one of an earlier case of which no argument is the same; else ""."""
    numbers: set[float] = set()
    for i in wrong:
        own = _leaves(got[i].value)
        before = (j for j in range(i) if j not in wrong and _alike(own, _leaves(got[j].value)))
        if got[i].error or not own or not any(_apart(cases[i], cases[j]) for j in before):
            return ""
        numbers |= {float(x) for leaf in own for x in leaf.ravel()} - {-1.0, 0.0, 1.0}
    return REMEMBERED if len(numbers) >= FEW else ""  # one or two numbers come twice by chance


def _apart(one: Case, two: Case) -> bool:
    pairs = zip(tensors(list(one.args)), tensors(list(two.args)), strict=False)
    return all(a.shape != b.shape or not torch.equal(a, b) for a, b in pairs)


def _leaves(value: Any) -> list[np.ndarray]:
    parts = value if isinstance(value, list) else [value]
    found = [part.data if isinstance(part, Array) else np.asarray(part) for part in parts]
    return [leaf for leaf in found if leaf.dtype.kind == "f" and np.isfinite(leaf).all()]


def _alike(one: list[np.ndarray], two: list[np.ndarray]) -> bool:
    return len(one) == len(two) and all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
