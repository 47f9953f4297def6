"""Small changes of a reference are noticed, all but those that change nothing; equivalents/ says why they do not."""

import pytest
from mutate import mutants
from survive import equivalents, survivors

from fusion_edu.checks import TASKS

SOURCE = """
def mean_of_positive(x, floor=0):
    total = x[1:].clamp(min=floor, max=9).sum()
    if total > 3:
        total += 1
    return total / len(x)
"""


def test_the_mutator_changes_each_part():
    found = "\n".join(mutants(SOURCE))
    for part in (
        "floor=1", "x[2:]", "x[:]", "clamp(max=9)", "max=10", ".mean()", "x[1:].sum()", "total >= 3", "3 > total",
        "not total > 3", "if True", "total -= 1", "total = 1", "pass", "total * len(x)", "len(x) / total", "return total\n",
        "return len(x)", "total / x",
    ):  # fmt: skip
        assert part in found, part


@pytest.mark.sample(42)
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_every_change_that_changes_something_is_noticed(task):
    """Whatever the random cases are: one seed may miss it, two must not. A change that is listed must still be there."""
    number, unnoticed = survivors(task)
    assert number >= 5
    assert unnoticed.keys() == equivalents(task).keys()
