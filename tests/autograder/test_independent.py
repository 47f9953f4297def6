"""Answers that were written from the statements alone, by somebody who never saw the catalogue: see independent/."""

import collections

import pytest
from independent import answers

from fusion_edu.checks import TASKS, check

ANSWERS = collections.defaultdict(list)
for each in answers():
    ANSWERS[each.task].append(each)
# Whoever wrote these meant a mistake, and they are accepted: right by what the statement says since (int32), or wrong where no case
# goes yet. Who mends one takes it out.
ACCEPTED = {
    ("00.2", 13), ("01.3", 15), ("01.4", 16), ("02.3", 16), ("02.4", 15), ("06.1", 14), ("07.1", 16), ("09.6", 14), ("14.2", 10),
    ("15.1", 11), ("15.2", 14), ("15.3", 16), ("15.4", 14),
}  # fmt: skip


def told(answer):
    return check(answer.task, answer.function(TASKS[answer.task].name), seed=0, record=False, seconds=60)


@pytest.mark.parametrize("task", TASKS)
def test_right_ones_are_accepted_and_wrong_ones_are_not(task):
    assert len(ANSWERS[task]) == 20
    for answer in ANSWERS[task]:
        right = answer.kind == "right" or (task, answer.number) in ACCEPTED
        verdict = told(answer)
        assert verdict.correct == right, f"{task} {answer.number} ({answer.kind}: {answer.says}): {verdict.message}"
