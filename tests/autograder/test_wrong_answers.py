"""Wrong answers that no catalogue knows do not pass, whatever the random cases are, and get a sentence."""

import pytest
import wrong_alignment
import wrong_answers
import wrong_attention
import wrong_bridges
import wrong_clinic
import wrong_competing
import wrong_explaining
import wrong_fusion
import wrong_missing
import wrong_speech
import wrong_tools
import wrong_translation
from agree import agrees

from fusion_edu.checks import TASKS, check

WRONG = (
    wrong_answers.WRONG
    | wrong_attention.WRONG
    | wrong_alignment.WRONG
    | wrong_fusion.WRONG
    | wrong_missing.WRONG
    | wrong_speech.WRONG
    | wrong_tools.WRONG
)
WRONG |= wrong_translation.WRONG | wrong_bridges.WRONG | wrong_clinic.WRONG
WRONG |= wrong_competing.WRONG | wrong_explaining.WRONG
EVERY = [(task, answer) for task, answers in WRONG.items() for answer in answers]


def test_each_task_has_two():
    assert WRONG.keys() == TASKS.keys()
    assert min(map(len, WRONG.values())) >= 2


@pytest.mark.sample(21)
@pytest.mark.parametrize(("task", "answer"), EVERY)
def test_wrong_in_another_way(task, answer):
    report = check(task, answer, seed=0, record=False)
    assert report.outcome in ("incorrect", "raised"), report
    assert len(report.message) > 20


@pytest.mark.thorough
@pytest.mark.parametrize(("task", "answer"), EVERY)
def test_wrong_for_every_seed(task, answer):
    assert not [seed for seed in range(1, 6) if agrees(TASKS[task], answer, seed)]
