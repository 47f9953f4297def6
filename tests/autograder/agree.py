"""Whether an answer agrees with the reference on one seed, without a diagnosis: for tests that try thousands of them."""

from functools import cache

from fusion_edu.autograder import limit
from fusion_edu.autograder.compare import differences
from fusion_edu.autograder.diagnose import run, viewed
from fusion_edu.autograder.observe import guarded, observe


@cache
def expected(task, seed):
    """The cases of a seed, and what the reference does on them."""
    inputs = task.cases(seed)
    with guarded():
        return inputs, run(task, task.reference, inputs)


@cache
def named(task):
    """The named cases, and what the reference does on them."""
    with guarded():
        return task.named, run(task, task.reference, list(task.named))


def agrees(task, answer, seed):
    """As ``check(...).correct``, but for the forbidden names; the first case that differs ends it."""
    return agrees_on(task, answer, *expected(task, seed))


def agrees_on(task, answer, inputs, right):
    """Whether an answer does what the reference does on these cases."""
    try:
        with guarded(), limit.seconds(10):
            return not any(
                differences(outcome, viewed(task, case, observe(answer, case)), atol=task.atol)
                for case, outcome in zip(inputs, right, strict=True)
            )
    except limit.TimeUp:
        return False
