"""Every two mistakes of a task are told apart; two at once are named, and what is named is true.

A sample of the pairs; ``FUSION_EDU_PAIRS=1000`` tries so many of each task.
"""

import itertools
import os
import random

import pytest

from fusion_edu.autograder.compare import differences, same_value
from fusion_edu.autograder.diagnose import diagnose, failing, run
from fusion_edu.autograder.observe import guarded
from fusion_edu.autograder.variants import pairs, single
from fusion_edu.checks import TASKS, check

pytestmark = pytest.mark.thorough

TRIED = int(os.environ.get("FUSION_EDU_PAIRS", "4"))  # of each task


def same(task, one, two):
    return not any(differences(a, b, atol=task.atol) for a, b in zip(one, two, strict=True))


def one_hides(task, right, one, two, got):
    """Whether one of two mistakes takes back what the other does, or spoils the same property in another way."""
    for ours, first, second, theirs in zip(right, one, two, got, strict=True):
        if same_value(ours, theirs, atol=task.atol):
            if not any(same_value(ours, single, atol=task.atol) for single in (first, second)):
                return True
        elif isinstance(ours.value, dict):
            return True
    return False


def drawn_anew(task, got):
    """Whether an answer draws at each call, where properties are compared: those of two draws may be the same by chance."""
    return task.view is not None and not all(outcome.repeats for outcome in got)


def some_pairs(task):
    """A few pairs, the same ones as long as the catalogue is the same."""
    found = list(pairs(task))
    return random.Random(task.id).sample(found, min(TRIED, len(found)))


@pytest.fixture(scope="module")
def behaviour():
    """(right, singles) of a task: what the reference and each wrong version do on the cases of seed 0, computed once."""
    known = {}

    def of(task):
        if task.id not in known:
            with guarded():
                inputs = task.cases(0)
                singles = {m.id: run(task, single(task, m), inputs) for m in task.mistakes}
                known[task.id] = run(task, task.reference, inputs), singles
        return known[task.id]

    return of


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_no_two_mistakes_behave_alike(task, behaviour):
    right, singles = behaviour(task)
    for one, two in itertools.combinations([right, *singles.values()], 2):
        assert not same(task, one, two)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_pair_is_named_by_what_does_the_same(task, behaviour):
    """One mistake may hide another, and two pairs may be one program: whatever is named does what the answer did."""
    right, singles = behaviour(task)
    inputs = task.cases(0)
    versions = {(one.id, two.id): version for one, two, version in pairs(task)}
    for one, two, version in some_pairs(task):
        with guarded():
            got = run(task, version, inputs)
            wrong = failing(task, right, got)
            if all(got[i].error for i in wrong):  # right, or an error that many programs raise
                continue
            if drawn_anew(task, got) or not same(task, got, run(task, version, inputs)):
                continue  # random: it does not even do the same as itself
            found = diagnose(task, inputs, right, got)
            if found is None or not found.exact:
                assert one_hides(task, right, singles[one.id], singles[two.id], got), (one.id, two.id)
                continue
            ids = tuple(mistake.id for mistake in found.mistakes)
            if len(ids) == 2:
                named = run(task, versions[ids], inputs)
            else:
                named = singles.get(ids[0]) or run(task, found.mistakes[0].change, inputs)
        assert same(task, named, got), (one.id, two.id, ids)


def test_two_at_once_are_told_one_after_the_other():
    for one, two, version in some_pairs(TASKS["04.2"]):
        verdict = check("04.2", version, seed=0, record=False)
        if len(verdict.mistakes) == 2:
            assert verdict.message.startswith("Two mistakes at once.")
            assert len(verdict.message.splitlines()) == 3
            assert verdict.mistakes == (one.id, two.id)


def test_edits_compose_on_different_places_only():
    task = TASKS["04.2"]
    ids = {(one.id, two.id) for one, two, _ in pairs(task)}
    assert ("no half", "sum") not in ids, "both change the divisor"
    assert ("flipped y", "no half") in ids
