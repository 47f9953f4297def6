"""Whether an answer agrees with the reference on one seed, without a diagnosis: for tests that try thousands of them."""

from functools import cache

from fusion_edu.checks import limit
from fusion_edu.checks.api import cases
from fusion_edu.checks.diagnose import failing, run
from fusion_edu.checks.observe import guarded


@cache
def expected(task, seed):
    """The cases of a seed, and what the reference does on them."""
    inputs = cases(task, seed)
    with guarded():
        return inputs, run(task, task.reference, inputs)


def agrees(task, answer, seed):
    """As ``check(...).correct``, but for the forbidden names."""
    inputs, right = expected(task, seed)
    try:
        with guarded(), limit.seconds(10):
            return not failing(task, right, run(task, answer, inputs))
    except limit.TimeUp:
        return False
