"""Answers that were written from the statements alone, by somebody who never saw the catalogue: see independent/."""

import collections

import pytest
from agree import agrees
from independent import answers

from fusion_edu.checks import TASKS, check

pytestmark = pytest.mark.thorough

ANSWERS = collections.defaultdict(list)
for each in answers():
    ANSWERS[each.task].append(each)
# Whoever wrote these meant a mistake; they are right by the statement (integers of any width; log_var far below what float32 can hold; a division by
# the variance, whose gradient leaves float32 where log_var is near -60 and the error is far too large for it: the formula as it stands;
# the numbers of an input stay, and what hangs on it, .grad, is not looked at; exp of logits minus their log-sum-exp, which rounding
# spoils where float32 logits are a million, and 1000 is asked for; as_strided, wrong on a waveform that is a view with gaps, and
# inputs are cloned, so none is; 1 - accuracy, which rounding puts above an equal share that floats do not hold, and only others are asked for;
# a constant column asked of its computed deviation, which a rounding of its mean spoils, and its statement has constants of whole
# numbers; a sum before the division, which overflows near the largest float, and up to 1e30 is asked for; the slope at a weight of
# exactly 0, of which a finite one is asked for; a sigmoid by hand, whose gradient is NaN far below 0; a table of words with "<pad>",
# which no text holds; a softmax that overflows at the smallest temperatures, where the statement leaves out what rounding decides).
ACCEPTED = {
    ("01.1", 55),
    ("02.4", 15),
    ("02.4", 40),
    ("03.1", 40),
    ("05.2", 61),
    ("05.3", 59),
    ("06.2", 61),
    ("07.1", 59),
    ("09.6", 14),
    ("12.3", 56),
    ("14.1", 42),
    ("14.1", 59),
    ("14.2", 10),
    ("15.1", 11),
    ("16.7", 20),
    ("16.7", 36),
    ("17.2", 59),
    ("17.5", 40),
}


@pytest.mark.parametrize("task", sorted(ANSWERS))
def test_right_ones_are_accepted_and_wrong_ones_are_not(task):
    assert len(ANSWERS[task]) in (28, 28 + 19, 28 + 20, 28 + 38, 28 + 39)  # 19 or 20 more in each further file
    for answer in ANSWERS[task]:
        function, what = answer.function(TASKS[task].name), f"{task} {answer.number} ({answer.kind}: {answer.says})"
        if answer.kind == "right":
            verdict = check(task, function, seed=0, record=False, seconds=60)
            assert verdict.correct, f"{what}: {verdict.message}"
        else:
            assert agrees(TASKS[task], function, 0) == ((task, answer.number) in ACCEPTED), what
