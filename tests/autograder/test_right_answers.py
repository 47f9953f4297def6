"""Right answers in other styles pass, whatever the random cases are."""

import importlib

import pytest
from agree import agrees

from fusion_edu.checks import TASKS, check

LESSONS = sorted({task[:2] for task in TASKS})
RIGHT = {
    task: answers
    for lesson in LESSONS
    for task, answers in importlib.import_module(f"right_answers.lesson{lesson}").RIGHT.items()
}
EVERY = [(task, answer) for task, answers in RIGHT.items() for answer in answers]


def test_each_task_has_three():
    assert RIGHT.keys() == TASKS.keys()
    assert min(map(len, RIGHT.values())) >= 3


@pytest.mark.sample(85)
@pytest.mark.parametrize(("task", "answer"), EVERY)
def test_right_in_another_way(task, answer):
    report = check(task, answer, seed=0, record=False)
    assert report.correct, report


@pytest.mark.thorough
@pytest.mark.parametrize(("task", "answer"), EVERY)
def test_right_for_every_seed(task, answer):
    assert all(agrees(TASKS[task], answer, seed) for seed in range(1, 8))
