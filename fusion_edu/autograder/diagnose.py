"""Name the mistake: the one wrong version, or the pair of them, that does what the answer did on every case."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import differences, same_value
from fusion_edu.autograder.observe import observe
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.task import Mistake, Task
from fusion_edu.autograder.variants import pairs, single


@dataclass(frozen=True)
class Diagnosis:
    """``exact``: every part of every outcome is reproduced; else all values are, but not all side effects."""

    mistakes: tuple[Mistake, ...]
    exact: bool


def viewed(task: Task, case: Case, outcome: Outcome) -> Outcome:
    """What of an outcome is compared: all of it, or its properties where many answers are right."""
    return outcome if task.view is None or outcome.error else task.view(case, outcome)


def run(task: Task, function: Callable, cases: list[Case]) -> list[Outcome]:
    """The outcome of every case, as it is compared."""
    return [viewed(task, case, observe(function, case)) for case in cases]


def failing(task: Task, expected: list[Outcome], got: list[Outcome]) -> list[int]:
    """Positions of the cases in which the outcomes differ."""
    return [i for i, (a, b) in enumerate(zip(expected, got, strict=True)) if differences(a, b, atol=task.atol)]


def diagnose(task: Task, cases: list[Case], expected: list[Outcome], got: list[Outcome]) -> Diagnosis | None:
    """The first single mistake that reproduces ``got``, else the first pair, else what looks like it, else None."""
    wrong = failing(task, expected, got)
    order = wrong + [i for i in range(len(cases)) if i not in wrong]  # candidates fall soonest where the answer differs
    candidates = [_Candidate(task, cases, mistakes, function) for mistakes, function in _candidates(task)]
    for candidate in candidates:
        if all(not differences(candidate.outcome(i), got[i], atol=task.atol) for i in order):
            return Diagnosis(candidate.mistakes, exact=True)
    if all(same_value(a, b, atol=task.atol) for a, b in zip(expected, got, strict=True)):
        return None  # no wrong value to recognise a mistake by
    for candidate in candidates:
        if all(same_value(candidate.outcome(i), got[i], atol=task.atol) for i in order):
            return Diagnosis(candidate.mistakes, exact=False)
    return None


def _candidates(task: Task) -> Iterator[tuple[tuple[Mistake, ...], Callable]]:
    for mistake in task.mistakes:
        yield (mistake,), single(task, mistake)
    for one, two, function in pairs(task):
        yield (one, two), function


class _Candidate:
    """A wrong version whose outcomes are computed once, and only where they are asked for."""

    def __init__(self, task: Task, cases: list[Case], mistakes: tuple[Mistake, ...], function: Callable) -> None:
        self.task, self.cases, self.mistakes, self.function = task, cases, mistakes, function
        self.known: dict[int, Outcome] = {}

    def outcome(self, i: int) -> Outcome:
        if i not in self.known:
            self.known[i] = viewed(self.task, self.cases[i], observe(self.function, self.cases[i]))
        return self.known[i]
