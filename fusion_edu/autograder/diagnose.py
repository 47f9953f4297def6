"""Name the mistake: the wrong version, or the pair of them, that does what the answer did on every case, or on nearly every one."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from fusion_edu.autograder.automatic import automatic, besides
from fusion_edu.autograder.case import Case, mapped
from fusion_edu.autograder.changed_outputs import After
from fusion_edu.autograder.compare import differences, node_differences, same_value, wrong_parts
from fusion_edu.autograder.counts import in_general
from fusion_edu.autograder.observe import observe
from fusion_edu.autograder.outcome import Array, Outcome, plain
from fusion_edu.autograder.task import Mistake, Task
from fusion_edu.autograder.variants import pairs, single
from fusion_edu.autograder.where import wrong_outputs

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
    answer = _Answer(task, cases, expected, got)
    known = [answer.version(single(task, mistake), mistake) for mistake in task.mistakes]
    if found := next(answer.made_by(known), None):
        return found
    unlisted = [answer.version(function, mistake) for mistake, function in automatic(task)]
    shown = _Shown(answer, known, unlisted)
    guesses: list[_Version] = []
    if not answer.only_raises():  # then nothing but an error is known, which many programs raise
        both = [answer.version(function, one, two) for one, two, function in pairs(task)]
        more = (answer.version(function, one, two) for one, two, function in besides(task))
        guesses = [*unlisted, *both]
        found = (
            _sized(list(answer.made_by(unlisted)))
            or _likeliest(list(answer.made_by(both)), shown)
            or next(filter(shown.both, answer.made_by(more)), None)
        )
    if found or answer.values_are_right():
        return found  # without a wrong value nothing else tells a mistake
    for version in [*known, *guesses]:
        if all(answer.has_value(version, i) for i in answer.order) and shown.both(version):
            return Diagnosis(version.mistakes, exact=False, outcomes=version.outcomes())
    return _scaled(answer, known) or _by_output(answer, [*known, *unlisted]) or _majority(answer, known)


class _Answer:
    """A wrong answer, by its outcomes and the right ones, and what it has in common with versions that make known mistakes."""

    def __init__(self, task: Task, cases: list[Case], expected: list[Outcome], got: list[Outcome]) -> None:
        self.task, self.cases, self.expected, self.got = task, cases, expected, got
        self.all = range(len(cases))
        self.wrong = failing(task, expected, got)
        # versions fall soonest where it is wrong
        self.order = self.wrong + [i for i in self.all if i not in self.wrong]
        self.glance = _Glance(task, cases[self.order[0]], got[self.order[0]])

    def version(self, function: Callable[..., Any], *mistakes: Mistake) -> "_Version":
        """What makes these mistakes, on the answer's cases."""
        return _Version(self.task, self.cases, mistakes, function)

    def same(self, a: Outcome, b: Outcome) -> bool:
        """Whether two outcomes have one value."""
        return same_value(a, b, atol=self.task.atol)

    def is_right(self, i: int) -> bool:
        """Whether its value is right in a case."""
        return self.same(self.expected[i], self.got[i])

    def values_are_right(self) -> bool:
        """Whether its value is right in every case, and it is wrong by what it does besides."""
        return all(map(self.is_right, self.all))

    def only_raises(self) -> bool:
        """Whether it raises an error wherever it is wrong."""
        return all(self.got[i].error for i in self.wrong)

    def made_by(self, versions: Iterable["_Version"]) -> Iterator[Diagnosis]:
        """The versions that do what it does on every case. Between right and wrong, within the tolerance of both, nothing is told."""
        for version in versions:
            if self.glance.may_fit(version.function) and all(self._does(version, i) for i in self.order):
                yield Diagnosis(version.mistakes, exact=True)

    def _does(self, version: "_Version", i: int) -> bool:
        does, atol = version.outcome(i), self.task.atol
        return not differences(does, self.got[i], atol=atol) and (
            i not in self.wrong or bool(differences(self.expected[i], does, atol=atol))
        )

    def has_value(self, version: "_Version", i: int) -> bool:
        """Whether a version has its value, and is as right or wrong as it: near both the right value and its own it tells nothing."""
        has = version.outcome(i)
        return self.same(has, self.got[i]) and (self.is_right(i) or not self.same(self.expected[i], has))


class _Version:
    """A wrong version, whose outcomes are computed once, and only where they are asked for."""

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

    def outcomes(self) -> tuple[Outcome, ...]:
        """What it does on every case."""
        return tuple(map(self.outcome, range(len(self.cases))))


class _Shown:
    """Whether two mistakes that together do what an answer does both show in it: else any two could have been named.

    Args:
        answer: the answer.
        listed: versions with one mistake of the catalogue.
        unlisted: versions with one mistake that needs no catalogue.
    """

    def __init__(self, answer: _Answer, listed: list[_Version], unlisted: list[_Version]) -> None:
        self.answer = answer
        self.listed, self.unlisted = ({v.mistakes[0].id: v for v in versions} for versions in (listed, unlisted))

    def both(self, found: "Diagnosis | _Version") -> bool:
        """Whether each of the mistakes shows, and none undoes the other; one mistake that does what the answer does shows."""
        if len(found.mistakes) < 2:
            return True
        catalogue = self.answer.task.mistakes
        alone = [
            version
            for mistake in found.mistakes
            if (version := (self.listed if mistake in catalogue else self.unlisted).get(mistake.id))
        ]
        if len(alone) == 2 and self._taken_back(alone) >= TAKEN_BACK:
            return False
        written = all(mistake in catalogue for mistake in found.mistakes)  # at two places of the reference, both likely
        return (written or self._not_only_moves(alone)) and all(map(self._properties, alone))

    def _taken_back(self, alone: list[_Version]) -> int:
        """In how many random cases the answer is right and no mistake alone is: two wrongs are seldom right by chance there."""
        answer = self.answer
        return sum(
            answer.is_right(i) and not any(answer.same(answer.expected[i], each.outcome(i)) for each in alone)
            for i in range(len(answer.task.named), len(answer.cases))
        )

    def _not_only_moves(self, alone: list[_Version]) -> bool:
        """Whether a mistake does more than move numbers to other places, or each is seen without the other somewhere. Any order
        of numbers is many pairs of moves, one after the other, and none of them need be what was written."""
        answer = self.answer
        return not all(_only_moves(each, answer.expected) for each in alone) or all(
            any(answer.same(each.outcome(i), answer.got[i]) and not answer.is_right(i) for i in answer.all)
            for each in alone
        )

    def _properties(self, alone: _Version) -> bool:
        """Whether each property that a mistake spoils by itself is spoilt in the same way in the answer. Only properties are
        compared where many answers are right, and two mistakes that spoil one of them could be any two."""
        for i in self.answer.all:
            ours, mistaken, theirs = (
                each.value for each in (self.answer.expected[i], alone.outcome(i), self.answer.got[i])
            )
            if isinstance(ours, dict) and isinstance(mistaken, dict) and isinstance(theirs, dict):
                same_keys = ours.keys() == mistaken.keys() == theirs.keys()
                if same_keys and any(mistaken[key] not in (ours[key], theirs[key]) for key in ours):
                    return False
        return True


def _only_moves(version: _Version, expected: list[Outcome]) -> bool:
    """Whether a version returns the right numbers in every case, at other places."""
    moved = False
    for i, right in enumerate(expected):
        ours, theirs = right.value, version.outcome(i).value
        if not (isinstance(ours, Array) and isinstance(theirs, Array)) or ours.data.size != theirs.data.size:
            return False
        one, two = ours.data.ravel(), theirs.data.ravel()
        if not np.array_equal(np.sort(one), np.sort(two)):
            return False
        moved = moved or not np.array_equal(one, two)
    return moved


SIZE = re.compile(r"about -?[\d.e+-]+ ")


def _sized(fitting: list[Diagnosis]) -> Diagnosis | None:
    """The first of several slips that do the same, without its size where another size does it too."""
    if not fitting:
        return None
    mistake = fitting[0].mistakes[0]
    text = SIZE.sub("a number ", mistake.message)
    same = [found for found in fitting if SIZE.sub("a number ", found.mistakes[0].message) == text]
    return replace(fitting[0], mistakes=(replace(mistake, message=text),)) if len(same) > 1 else fitting[0]


def _likeliest(fitting: list[Diagnosis], shown: _Shown) -> Diagnosis | None:
    """The first of several pairs that do the same and that show: which of them was meant, nobody can tell."""
    found = next(filter(shown.both, fitting), None)
    return replace(found, ambiguous=len(fitting) > 1) if found else None


def _scaled(answer: _Answer, known: list[_Version]) -> Diagnosis | None:
    """One mistake, times a factor: that of a constant or of a count, such as a sum where a mean is asked for."""
    task, cases, expected, got = answer.task, answer.cases, answer.expected, answer.got
    if in_general(task, cases, expected, got):
        return None
    fine = [i for i in answer.all if answer.is_right(i)]
    for version in known:
        outcomes = version.outcomes()
        right_there = all(answer.same(expected[i], outcomes[i]) for i in fine)
        if in_general(task, cases, expected, outcomes) or not right_there:
            continue  # a factor would only take back what the mistake does
        words = in_general(task, cases, outcomes, got)
        if words and any(_tells_factor(answer, version, i) for i in answer.all):
            return Diagnosis(version.mistakes, exact=False, outcomes=outcomes, scaled=words.replace("ours", "that"))
    return None


def _tells_factor(answer: _Answer, version: _Version, i: int) -> bool:
    """Whether a case shows a mistake without the factor on it, or the factor without the mistake. Where no case does, the factor may be
    what turns one formula into another: half of "a + b - 2 c" is "the mean of a and b, minus c"."""
    if answer.is_right(i):
        return False
    own = answer.got[i].value
    return answer.same(answer.expected[i], version.outcome(i)) or (
        answer.same(version.outcome(i), answer.got[i]) and not (isinstance(own, Array) and not own.data.any())
    )


def _by_output(answer: _Answer, versions: list[_Version]) -> Diagnosis | None:
    """For each of several wrong outputs the mistake that has the answer's values there in every case, and spoils no other output."""
    task, expected, got = answer.task, answer.expected, answer.got
    wrong, _ = wrong_outputs(task, expected, got)
    if len(wrong) < 2 or any(outcome.error for outcome in got):
        return None  # a mistake in one output alone would have been found

    def explains(version: _Version, at: int, i: int) -> bool:
        """Whether it has the answer's output ``at`` in case i, and all others right."""
        value = version.outcome(i).value
        from_got, from_right = (wrong_parts(of[i].value, value, atol=task.atol) for of in (got, expected))
        if from_got is None or from_right is None or at in from_got or {*from_right} - {at}:
            return False
        return at in from_right or at not in (wrong_parts(expected[i].value, got[i].value, atol=task.atol) or [])

    found: dict[int, Mistake] = {}
    for version in versions:
        for at in wrong:
            if at not in found and all(explains(version, at, i) for i in answer.all):
                found[at] = version.mistakes[0]
    places = tuple(sorted(found))
    return Diagnosis(tuple(found[at] for at in places), exact=False, outputs=places) if found else None


def _majority(answer: _Answer, known: list[_Version]) -> Diagnosis | None:
    """The one mistake that has the answer's values in most failing cases and in most of all cases, if there is just one best."""
    off = {i for i in answer.all if not answer.is_right(i)}
    counted = []
    by_chance = _whole(answer.expected) or _chosen(answer.cases, answer.expected)
    failing_share, share = MOST["whole numbers" if by_chance else "floats"]
    for version in known:
        agree = {i for i in answer.all if answer.has_value(version, i)}
        if len(agree & off) >= failing_share * len(off) and len(agree) >= share * len(answer.all):
            counted.append((len(agree), version))
    counted.sort(key=lambda entry: -entry[0])
    if not counted or (len(counted) > 1 and counted[0][0] == counted[1][0]):
        return None
    most, best = counted[0]
    return Diagnosis(best.mistakes, exact=False, share=most / len(answer.all))


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
