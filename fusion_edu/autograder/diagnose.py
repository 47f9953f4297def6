"""Name the mistake: the wrong version, or the pair of them, that does what the answer did on every case, or on nearly every one."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from fusion_edu.autograder.automatic import After, automatic, besides
from fusion_edu.autograder.case import Case, mapped
from fusion_edu.autograder.compare import differences, node_differences, same_value, wrong_parts
from fusion_edu.autograder.counts import in_general
from fusion_edu.autograder.describe import wrong_outputs
from fusion_edu.autograder.observe import observe
from fusion_edu.autograder.outcome import Array, Outcome, plain
from fusion_edu.autograder.task import Mistake, Task
from fusion_edu.autograder.variants import pairs, single

TAKEN_BACK = 2  # random cases in which two mistakes that are wrong alone are right together: one takes back the other
# shares of the failing cases and of all on which a mistake must agree to be looked like; whole numbers agree by chance more often
MOST = {"floats": (0.6, 0.8), "whole numbers": (0.85, 0.9)}


@dataclass(frozen=True)
class Diagnosis:
    """``exact``: every part of every outcome is reproduced; else all values are (``outcomes`` of the version that does), or those of
    most cases (``share`` of them). ``ambiguous``: other pairs do the same. ``scaled``: what the answer is of the values of
    ``outcomes``, on every case. ``outputs``: each mistake explains one of several outputs alone, those at these positions."""

    mistakes: tuple[Mistake, ...]
    exact: bool
    share: float = 1.0
    outcomes: tuple[Outcome, ...] = ()
    ambiguous: bool = False
    scaled: str = ""
    outputs: tuple[int, ...] = ()


def viewed(task: Task, case: Case, outcome: Outcome) -> Outcome:
    """What of an outcome is compared: all of it, or its properties where many answers are right."""
    return outcome if task.view is None or outcome.error else task.view(case, outcome)


def run(task: Task, function: Callable[..., Any], cases: list[Case]) -> list[Outcome]:
    """The outcome of every case, as it is compared."""
    return [viewed(task, case, observe(function, case)) for case in cases]


def failing(task: Task, expected: list[Outcome], got: list[Outcome]) -> list[int]:
    """Positions of the cases in which the outcomes differ."""
    return [i for i, (a, b) in enumerate(zip(expected, got, strict=True)) if differences(a, b, atol=task.atol)]


def diagnose(task: Task, cases: list[Case], expected: list[Outcome], got: list[Outcome]) -> Diagnosis | None:
    """The first that fits, in this order: one mistake of the catalogue, one that needs no catalogue, two of the catalogue, on every
    case; then what gives the same values but for side effects; then the one mistake that fits most cases; else None."""
    wrong = failing(task, expected, got)
    order = wrong + [i for i in range(len(cases)) if i not in wrong]  # candidates fall soonest where the answer differs
    known = [_Candidate(task, cases, (mistake,), single(task, mistake)) for mistake in task.mistakes]
    raises = all(got[i].error for i in wrong)  # then nothing but an error is known, which many programs raise
    glance = _Glance(task, cases[order[0]], got[order[0]])

    def fit(candidates: Iterable[_Candidate]) -> Iterator[Diagnosis]:
        for candidate in candidates:
            if glance.may_fit(candidate.function) and all(
                not differences(candidate.outcome(i), got[i], atol=task.atol)
                and (i not in wrong or differences(expected[i], candidate.outcome(i), atol=task.atol))
                for i in order
            ):  # between right and wrong, within the tolerance of both, nothing is told
                yield Diagnosis(candidate.mistakes, exact=True)

    if found := next(fit(known), None):
        return found
    unlisted = [_Candidate(task, cases, (mistake,), function) for mistake, function in automatic(task)]
    listed, other = ({c.mistakes[0].id: c for c in candidates} for candidates in (known, unlisted))

    def seen(mistakes: tuple[Mistake, ...]) -> bool:
        """Whether each of two mistakes shows in the answer, and neither undoes the other."""
        found = [(listed if mistake in task.mistakes else other).get(mistake.id) for mistake in mistakes]
        both = [candidate for candidate in found if candidate]
        undone = [
            i
            for i in range(
                len(task.named), len(cases)
            )  # where numbers are random, two wrongs are seldom right by chance
            if same_value(expected[i], got[i], atol=task.atol)
            and not any(same_value(expected[i], candidate.outcome(i), atol=task.atol) for candidate in both)
        ]
        if len(both) == 2 and len(undone) >= TAKEN_BACK:
            return False
        written = all(
            mistake in task.mistakes for mistake in mistakes
        )  # at two places of the reference, both of them likely
        if not written and not _both_seen(task, both, expected, got):
            return False
        return all(_properties_show(candidate, expected, got) for candidate in both)

    guesses: list[_Candidate] = []
    if not raises:
        both = [_Candidate(task, cases, (one, two), function) for one, two, function in pairs(task)]
        more = (_Candidate(task, cases, (one, two), function) for one, two, function in besides(task))
        guesses = [*unlisted, *both]
        found = (
            _sized(list(fit(unlisted)))
            or _likeliest(list(fit(both)), seen)
            or next((pair for pair in fit(more) if seen(pair.mistakes)), None)
        )
    if found or all(same_value(a, b, atol=task.atol) for a, b in zip(expected, got, strict=True)):
        return found  # without a wrong value nothing else tells a mistake
    for candidate in [*known, *guesses]:
        if all(_has_value(task, candidate.outcome(i), expected[i], got[i]) for i in order) and (
            len(candidate.mistakes) == 1 or seen(candidate.mistakes)
        ):
            outcomes = tuple(candidate.outcome(i) for i in range(len(cases)))
            return Diagnosis(candidate.mistakes, exact=False, outcomes=outcomes)
    return (
        _scaled(task, cases, known, expected, got)
        or _by_output(task, [*known, *unlisted], expected, got)
        or _majority(task, cases, known, expected, got)
    )


def _both_seen(task: Task, both: list["_Candidate"], expected: list[Outcome], got: list[Outcome]) -> bool:
    """Whether each of two mistakes is seen without the other somewhere, if both only move numbers to other places. Any order of
    numbers is many pairs of such moves, one after the other, and none of them need be what was written."""
    if not all(_only_moves(candidate, expected) for candidate in both):
        return True
    return all(_seen_alone(task, [c.outcome(i) for i in range(len(got))], expected, got) for c in both)


def _seen_alone(task: Task, outcomes: list[Outcome], expected: list[Outcome], got: list[Outcome]) -> bool:
    """Whether an answer that is explained by a version and something else has, in some case, the wrong value of the version alone."""
    return any(
        same_value(version, own, atol=task.atol) and not same_value(right, own, atol=task.atol)
        for version, right, own in zip(outcomes, expected, got, strict=True)
    )


def _only_moves(candidate: "_Candidate", expected: list[Outcome]) -> bool:
    """Whether a version returns the right numbers in every case, at other places."""
    moved = False
    for i, right in enumerate(expected):
        ours, theirs = right.value, candidate.outcome(i).value
        if not (isinstance(ours, Array) and isinstance(theirs, Array)) or ours.data.size != theirs.data.size:
            return False
        one, two = ours.data.ravel(), theirs.data.ravel()
        if not np.array_equal(np.sort(one), np.sort(two)):
            return False
        moved = moved or not np.array_equal(one, two)
    return moved


def _has_value(task: Task, version: Outcome, expected: Outcome, got: Outcome) -> bool:
    """Whether a version has the answer's value, and is as right or wrong as it: near both the right value and the answer's it tells nothing."""
    if not same_value(version, got, atol=task.atol):
        return False
    return same_value(expected, got, atol=task.atol) or not same_value(expected, version, atol=task.atol)


def _by_output(
    task: Task, candidates: list["_Candidate"], expected: list[Outcome], got: list[Outcome]
) -> Diagnosis | None:
    """For each of several wrong outputs the mistake that has the answer's values there in every case, and spoils no other output."""
    wrong, _ = wrong_outputs(task, expected, got)
    if len(wrong) < 2 or any(outcome.error for outcome in got):
        return None  # a mistake in one output alone would have been found

    def explains(candidate: "_Candidate", at: int, i: int) -> bool:
        """Whether it has the answer's output ``at`` in case i, and all others right."""
        value = candidate.outcome(i).value
        from_got, from_right = (wrong_parts(of[i].value, value, atol=task.atol) for of in (got, expected))
        if from_got is None or from_right is None or at in from_got or {*from_right} - {at}:
            return False
        return at in from_right or at not in (wrong_parts(expected[i].value, got[i].value, atol=task.atol) or [])

    found: dict[int, Mistake] = {}
    for candidate in candidates:
        for at in wrong:
            if at not in found and all(explains(candidate, at, i) for i in range(len(got))):
                found[at] = candidate.mistakes[0]
    places = tuple(sorted(found))
    return Diagnosis(tuple(found[at] for at in places), exact=False, outputs=places) if found else None


def _scaled(
    task: Task, cases: list[Case], known: list["_Candidate"], expected: list[Outcome], got: list[Outcome]
) -> Diagnosis | None:
    """One mistake, times a factor: that of a constant or of a count, such as a sum where a mean is asked for."""
    if in_general(task, cases, expected, got):
        return None
    fine = [i for i in range(len(cases)) if same_value(expected[i], got[i], atol=task.atol)]
    for candidate in known:
        outcomes = tuple(candidate.outcome(i) for i in range(len(cases)))
        right_there = all(same_value(expected[i], outcomes[i], atol=task.atol) for i in fine)
        if in_general(task, cases, expected, outcomes) or not right_there:
            continue  # a factor would only take back what the mistake does
        words = in_general(task, cases, outcomes, got)
        if words and any(_tells_factor(task, outcomes[i], expected[i], got[i]) for i in range(len(cases))):
            return Diagnosis(candidate.mistakes, exact=False, outcomes=outcomes, scaled=words.replace("ours", "that"))
    return None


def _tells_factor(task: Task, version: Outcome, expected: Outcome, got: Outcome) -> bool:
    """Whether a case shows a mistake without the factor on it, or the factor without the mistake. Where no case does, the factor may be
    what turns one formula into another: half of "a + b - 2 c" is "the mean of a and b, minus c"."""
    if same_value(expected, got, atol=task.atol):
        return False
    if same_value(expected, version, atol=task.atol):
        return True
    return same_value(version, got, atol=task.atol) and not (isinstance(got.value, Array) and not got.value.data.any())


def _properties_show(alone: "_Candidate", expected: list[Outcome], got: list[Outcome]) -> bool:
    """Whether each property that a mistake spoils by itself is spoilt in the same way in the answer. Only properties are compared
    where many answers are right, and two mistakes that spoil one of them could be any two."""
    for i, (right, own) in enumerate(zip(expected, got, strict=True)):
        ours, mistaken, theirs = right.value, alone.outcome(i).value, own.value
        if isinstance(ours, dict) and isinstance(mistaken, dict) and isinstance(theirs, dict):
            same_keys = ours.keys() == mistaken.keys() == theirs.keys()
            if same_keys and any(mistaken[key] not in (ours[key], theirs[key]) for key in ours):
                return False
    return True


SIZE = re.compile(r"about -?[\d.e+-]+ ")


def _sized(fitting: list[Diagnosis]) -> Diagnosis | None:
    """The first of several slips that do the same, without its size where another size does it too."""
    if not fitting:
        return None
    mistake = fitting[0].mistakes[0]
    text = SIZE.sub("a number ", mistake.message)
    same = [found for found in fitting if SIZE.sub("a number ", found.mistakes[0].message) == text]
    return replace(fitting[0], mistakes=(replace(mistake, message=text),)) if len(same) > 1 else fitting[0]


def _likeliest(fitting: list[Diagnosis], seen: Callable[[tuple[Mistake, ...]], bool]) -> Diagnosis | None:
    """The first of several pairs that do the same and that show: which of them was meant, nobody can tell."""
    found = next((pair for pair in fitting if seen(pair.mistakes)), None)
    return replace(found, ambiguous=len(fitting) > 1) if found else None


def _majority(
    task: Task, cases: list[Case], known: list["_Candidate"], expected: list[Outcome], got: list[Outcome]
) -> Diagnosis | None:
    """The one mistake that has the answer's values in most failing cases and in most of all cases, if there is just one best."""
    values = [i for i in range(len(got)) if not same_value(expected[i], got[i], atol=task.atol)]
    counted = []
    by_chance = _whole(expected) or _chosen(cases, expected)
    failing_share, share = MOST["whole numbers" if by_chance else "floats"]
    for candidate in known:
        agree = {i for i in range(len(got)) if _has_value(task, candidate.outcome(i), expected[i], got[i])}
        if len(agree & set(values)) >= failing_share * len(values) and len(agree) >= share * len(got):
            counted.append((len(agree), candidate))
    counted.sort(key=lambda entry: -entry[0])
    if not counted or (len(counted) > 1 and counted[0][0] == counted[1][0]):
        return None
    most, best = counted[0]
    return Diagnosis(best.mistakes, exact=False, share=most / len(got))


def _whole(outcomes: list[Outcome]) -> bool:
    """Whether all right answers are whole numbers."""
    return all(
        outcome.error
        or (
            outcome.value.data.dtype.kind in "iub"
            if isinstance(outcome.value, Array)
            else isinstance(outcome.value, int)
        )
        for outcome in outcomes
    )


def _chosen(cases: list[Case], outcomes: list[Outcome]) -> bool:
    """Whether every right answer is one of the numbers of an argument: a choice among few, as whole numbers are."""
    values = [outcome.value for outcome in outcomes if not outcome.error]
    numbers = [float(value.data) if isinstance(value, Array) and value.data.ndim == 0 else value for value in values]
    return all(isinstance(number, float) for number in numbers) and all(
        any(isinstance(x, torch.Tensor) and bool((x == number).any()) for x in case.args)
        for case, number in zip((c for c, o in zip(cases, outcomes, strict=True) if not o.error), numbers, strict=True)
    )


class _Glance:
    """Whether a version can be the one, from its value in one case alone: most cannot, and a whole look at each would take long."""

    def __init__(self, task: Task, case: Case, got: Outcome) -> None:
        self.task, self.case, self.got = task, case, got
        self.known: dict[Callable[..., Any], Any] = {}

    def may_fit(self, function: Callable[..., Any]) -> bool:
        """False only where its value in the case is another one."""
        if self.got.error or self.case.randomness or self.case.also:
            return True
        try:
            value = function.change(self._result(function.base)) if isinstance(function, After) else self._run(function)
            outcome = viewed(self.task, self.case, Outcome(plain(value)))
        except Exception:
            return False
        return not {"kind", "shape", "value"} & set(
            node_differences(outcome.value, self.got.value, atol=self.task.atol)
        )

    def _result(self, base: Callable[..., Any]) -> Any:
        if base not in self.known:
            self.known[base] = self._run(base)
        return mapped(self.known[base], torch.clone)

    def _run(self, function: Callable[..., Any]) -> Any:
        return function(*mapped(self.case.args, torch.clone))


class _Candidate:
    """A wrong version whose outcomes are computed once, and only where they are asked for."""

    def __init__(
        self, task: Task, cases: list[Case], mistakes: tuple[Mistake, ...], function: Callable[..., Any]
    ) -> None:
        self.task, self.cases, self.mistakes, self.function = task, cases, mistakes, function
        self.known: dict[int, Outcome] = {}

    def outcome(self, i: int) -> Outcome:
        """What it does on a case."""
        if i not in self.known:
            self.known[i] = viewed(self.task, self.cases[i], observe(self.function, self.cases[i]))
        return self.known[i]
