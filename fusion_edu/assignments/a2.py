"""Assignment A2, write the test: a learner's tests are tried, in the sandbox, on right programs and on wrong ones.

Each kind of mistake is a task, whose wrong programs come in an order of the learner's own. A test that fails a right program catches nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from fusion_edu.assignments import right_tests
from fusion_edu.assignments import under_test as u
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.check import check as check_of
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.task import Mistake, Task
from fusion_edu.tasks import TASKS

Program = Callable[..., Any]
RULE = """
Your test gets a program that claims to be `{name}`, and calls it as often as it likes. It **raises an exception where the program breaks its promise**
(a failed `assert`, or any other), and ends without one where the program keeps it. What it returns does not matter. It is tried on right programs that are
written in different ways, and on wrong ones that you do not see. The promise:

{promise}
"""
KINDS: dict[str, tuple[str, dict[str, Program]]] = {
    "which pairs": (
        "04.2",
        {"flipped y": u.c17, "pull for all": u.c16, "push for all": u.c20, "pull only": u.c00, "push only": u.c08},
    ),
    "the margin": (
        "04.2",
        {"ignore margin": u.c04, "squared margin": u.c12, "margin on pos": u.c14, "margin added": u.c21},
    ),
    "the powers": (
        "04.2",
        {"no max": u.c15, "hinge not squared": u.c19, "square before max": u.c10, "pos unsquared": u.c05},
    ),
    "the mean": (
        "04.2",
        {"sum": u.c03, "no half": u.c11, "divide by similar": u.c01, "median": u.c09, "not reduced": u.c06},
    ),
    "gradient and dtype": ("04.2", {"detached": u.c07, "float32 forced": u.c02}),
    "the count": (
        "02.3",
        {"mean over all": u.m12, "per row mean": u.m00, "sum": u.m05, "count plus one": u.m13},
    ),
    "the holes": (
        "02.3",
        {"zero fill": u.m11, "zero is missing": u.m07, "row drop": u.m04, "mean fill": u.m10},
    ),
    "what numbers do not show": (
        "02.3",
        {"where after": u.m03, "empty nan": u.m01, "overwrites target": u.m06, "detached": u.m02},
    ),
}
RIGHT = {"04.2": (u.c13, u.c18), "02.3": (u.m08, u.m09)}
TESTS = {"04.2": right_tests.test_contrastive_loss, "02.3": right_tests.test_masked_mse}


def _draws(kind: str, wrong: Sequence[Program], draw: Draw) -> list[Case]:
    return [Case(f"a wrong program: {kind}", (wrong[int(at)],)) for at in draw.order(len(wrong))]


def _silent(case: Case, outcome: Outcome) -> Outcome:
    """A test that raised nothing, whatever it returned or did to its own inputs."""
    return replace(outcome, value=None, changed=(), repeats=True, randomness=False)


def _task(number: int, kind: str) -> Task:
    of, wrong = KINDS[kind]
    under = TASKS[of]
    passes = f"Your test lets a wrong program pass. Look at this part of the promise again: {kind}."
    fails = "Your test fails a right program too: compare with a tolerance, and ask only for what the promise says."
    return Task(
        id=f"A2.{number}",
        title=f"{TESTS[of].__name__}: {kind}",
        promise=RULE.format(name=under.name, promise=under.statement),
        reference=TESTS[of],
        named=tuple(Case(f"a right program, {n}", (each,)) for n, each in enumerate(RIGHT[of], 1)),
        draws=partial(_draws, kind, tuple(wrong.values())),
        mistakes=(
            Mistake("lets it pass", right_tests.passes_all, passes),
            Mistake("fails the right one", right_tests.fails_all, fails),
        ),
        hints=(
            "Work out a value by hand, where every part of the formula matters.",
            "One case on each side of every limit.",
        ),
        difficulty=3,
        points=10,
        minutes=12,
        view=_silent,
    )


COURSE = Course(
    where="fusion_edu.assignments.a2:COURSE",
    tasks=tuple(_task(number, kind) for number, kind in enumerate(KINDS, 1)),
    library="fusion_edu",
    helpers=("fusion_edu.shapes",),
    given=("fusion_edu.assignments.under_test",),
    lessons={"A2": "Write the test"},
)

check = partial(check_of, COURSE)
