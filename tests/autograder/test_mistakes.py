"""Every mistake is caught and named, and the report shows nothing of the reference."""

import pytest
from agree import expected

from fusion_edu.autograder.diagnose import diagnose, run
from fusion_edu.autograder.observe import guarded
from fusion_edu.autograder.variants import build, source_of
from fusion_edu.checks import TASKS, broken, check

MISTAKES = [(task.id, mistake.id) for task in TASKS.values() for mistake in task.mistakes]


def test_none_is_lost():
    assert min(len(task.mistakes) for task in TASKS.values()) >= 7
    assert len({task.name for task in TASKS.values()}) == len(TASKS)


@pytest.mark.sample(17)
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_the_reference_is_right(task):
    for seed in range(10):
        report = check(task.id, build(task, source_of(task.reference), "copy"), seed=seed, record=False)
        assert report.correct, report
        assert report.points == task.points
        assert not report.advice


@pytest.mark.sample(128)
@pytest.mark.parametrize(("task_id", "mistake_id"), MISTAKES)
def test_is_caught_and_told(task_id, mistake_id):
    task, version = TASKS[task_id], broken(task_id, mistake_id)
    report = check(task_id, version, seed=0, record=False)
    assert report.outcome == "incorrect"
    assert report.mistakes == (mistake_id,), report
    assert report.message == task.mistake(mistake_id).message
    assert report.points in (0, report.max_points * 60 // 100)
    assert report.evidence
    lines = [line.strip() for line in source_of(task.reference).splitlines() if len(line.strip()) > 25]
    assert not [line for line in lines if line in str(report)]


@pytest.mark.sample(654)
@pytest.mark.parametrize(("task_id", "mistake_id"), MISTAKES)
def test_is_named(task_id, mistake_id):
    task, version = TASKS[task_id], broken(task_id, mistake_id)
    inputs, right = expected(task, 1)
    with guarded():
        outcomes = run(task, version, inputs)
        found = diagnose(task, inputs, right, outcomes)
    assert not {outcome.error for outcome in outcomes} & {"NameError", "RecursionError", "SyntaxError"}  # a broken edit
    assert found.exact
    assert [mistake.id for mistake in found.mistakes] == [mistake_id]
