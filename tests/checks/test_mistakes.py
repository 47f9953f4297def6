"""Every mistake is caught and named; every two mistakes of a task are told apart; two at once are named."""

import itertools

import pytest

from fusion_edu.checks import TASKS, broken, check
from fusion_edu.checks.api import cases
from fusion_edu.checks.compare import differences
from fusion_edu.checks.diagnose import run
from fusion_edu.checks.observe import guarded
from fusion_edu.checks.variants import build, pairs, single, source_of

MISTAKES = [(task.id, mistake.id) for task in TASKS.values() for mistake in task.mistakes]
# Pairs whose two edits compose; those that behave as one mistake alone (one hides the other); those that behave as another pair.
PAIRS = {
    "00.1": (13, 0, 0),
    "00.2": (30, 2, 0),
    "00.3": (19, 0, 0),
    "01.1": (30, 6, 0),
    "01.2": (18, 1, 0),
    "01.3": (31, 5, 0),
    "01.4": (10, 6, 0),
    "02.1": (34, 0, 0),
    "02.2": (19, 0, 0),
    "02.3": (23, 2, 2),
    "02.4": (40, 0, 0),
    "03.1": (28, 8, 0),
    "03.2": (53, 2, 0),
    "03.3": (27, 1, 0),
    "03.4": (23, 5, 0),
    "04.1": (39, 9, 0),
    "04.2": (58, 0, 0),
    "04.3": (32, 0, 0),
    "04.4": (19, 0, 0),
    "04.5": (34, 0, 0),
}


def same(task, one, two):
    return not any(differences(a, b, atol=task.atol) for a, b in zip(one, two, strict=True))


@pytest.fixture(scope="module")
def behaviour():
    """(singles, pairs) of a task: what each wrong version does on the cases of seed 0, computed once."""
    known = {}

    def of(task):
        if task.id not in known:
            with guarded():
                inputs = cases(task, 0)
                right = run(task, task.reference, inputs)
                singles = {(m.id,): run(task, single(task, m), inputs) for m in task.mistakes}
                both = {(one.id, two.id): run(task, version, inputs) for one, two, version in pairs(task)}
            known[task.id] = right, singles, both
        return known[task.id]

    return of


def test_there_are_twenty_tasks():
    assert len(TASKS) == 20
    assert len(MISTAKES) == 180
    assert len({task.name for task in TASKS.values()}) == 20


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_the_reference_is_right(task):
    for seed in range(10):
        report = check(task.id, build(task, source_of(task.reference), "copy"), seed=seed, record=False)
        assert report.correct, report
        assert report.points == task.points
        assert not report.advice


@pytest.mark.parametrize(("task_id", "mistake_id"), MISTAKES)
def test_is_caught_and_named(task_id, mistake_id):
    for seed in (0, 1):
        report = check(task_id, broken(task_id, mistake_id), seed=seed, record=False)
        assert report.outcome == "incorrect"
        assert report.mistakes == (mistake_id,), report
        assert report.message == TASKS[task_id].mistake(mistake_id).message
        assert report.points in (0, report.max_points * 60 // 100)
        assert report.evidence


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_no_two_mistakes_behave_alike(task, behaviour):
    right, singles, _ = behaviour(task)
    for one, two in itertools.combinations([right, *singles.values()], 2):
        assert not same(task, one, two)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_pairs_are_told_apart(task, behaviour):
    """A pair is named as itself unless one of its mistakes hides the other; two pairs of 02.3 are the same program."""
    right, singles, both = behaviour(task)
    hidden = {ids for ids, outcome in both.items() if any(same(task, outcome, alone) for alone in singles.values())}
    rest = {ids: outcome for ids, outcome in both.items() if ids not in hidden}
    twins = {
        ids for one, two in itertools.combinations(rest, 2) if same(task, rest[one], rest[two]) for ids in (one, two)
    }
    assert not any(same(task, right, outcome) for outcome in both.values())
    assert (len(both), len(hidden), len(twins)) == PAIRS[task.id]
    for one, two, version in pairs(task):
        report = check(task.id, version, seed=0, record=False)
        if (one.id, two.id) in hidden:
            assert len(report.mistakes) == 1
        elif (one.id, two.id) not in twins:
            assert report.mistakes == (one.id, two.id)
            assert one.message in report.message
            assert two.message in report.message
