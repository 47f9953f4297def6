"""The only maker of outcome, points and message: what an answer did, held against what the reference does."""

from collections.abc import Iterable, Sequence
from typing import Any

from fusion_edu.autograder import describe, stub
from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import same_value
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.diagnose import Diagnosis, diagnose, failing
from fusion_edu.autograder.forbidden import banned, hidden
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.record import Call
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.verdict import Evidence, Verdict

NAMED_SHARE = 60  # per cent of the points, where a known mistake leaves every value right


def judge(
    task: Task,
    cases: Sequence[Case],
    expected: list[Outcome],
    got: list[Outcome],
    *,
    stub: bool = False,
    used: str = "",
) -> Verdict:
    """The verdict on one answer. Pure: whoever ran the answer, and where, brings only outcomes.

    Args:
        task: what was asked.
        cases: named ones first, then random ones.
        expected, got: outcomes of the reference and of the answer on these cases, as they are compared.
        stub: nothing is written in the answer's body yet.
        used: what ``forbidden`` says of its calls, or "".
    """
    if stub:
        text = f"Nothing to check yet: write the body of {task.signature}."
        return verdict(task, "not_attempted", text)
    if used:
        return verdict(task, "forbidden", used)
    wrong = failing(task, expected, got)
    if not wrong:
        return verdict(task, "correct", f"All {len(cases)} cases agree, random ones included.", points=task.points)
    return _wrong(task, list(cases), expected, got, wrong)


def verdict(task: Task, outcome: str, message: str, *, points: int = 0, **more: Any) -> Verdict:
    """A verdict on this task."""
    return Verdict(task.id, task.title, outcome, message, points, task.points, hints=task.hints, **more)


def forbidden(course: Course, task: Task, called: Iterable[Call]) -> str:
    """Why an answer that called these functions does not count, in a sentence; "" where it does."""
    called = sorted(set(called))
    for module, name in called:
        if course.own(module):
            return f"Your function calls {module}.{name}. {course.rule}"
    if name := banned(course, task, called):
        return f"Your function calls {name}. That is the answer itself; here, write it with simpler operations."
    if what := hidden(task, called):
        return f"Your function {what}. Then nobody can see what it calls; here, write it with simple operations alone."
    return ""


def _wrong(task: Task, cases: list[Case], expected: list[Outcome], got: list[Outcome], wrong: list[int]) -> Verdict:
    found = diagnose(task, cases, expected, got)
    at = smallest(task, cases, expected, got, wrong)
    evidence = _evidence(task, cases[at], expected[at], got[at])
    if found and found.exact:
        weak = all(same_value(a, b, atol=task.atol) for a, b in zip(expected, got, strict=True))
        points = task.points * NAMED_SHARE // 100 if weak else 0
        ids = tuple(mistake.id for mistake in found.mistakes)
        return verdict(task, "incorrect", _named(found), points=points, mistakes=ids, evidence=evidence)
    if found:
        text = f"It looks like this, though not everything that your function does fits: {_named(found)}"
        ids = tuple(mistake.id for mistake in found.mistakes)
        return verdict(task, "incorrect", text, looks_like=ids, evidence=evidence)
    if got[at].error and not expected[at].error:
        text = f"{stub.raised_text(got[at])}\nThe task calls {describe.call_text(task, cases[at])}."
        return verdict(task, "raised", text, evidence=evidence)
    general = describe.patterns(expected, got)
    sentence = describe.sentence(task, expected[at], got[at])
    text = f"In general: {general} {sentence}" if general else sentence
    return verdict(task, "incorrect", text, evidence=evidence)


def _named(found: Diagnosis) -> str:
    if len(found.mistakes) == 1:
        return found.mistakes[0].message
    first, second = (mistake.message for mistake in found.mistakes)
    return f"Two mistakes at once.\nFirst: {first}\nSecond: {second}"


def smallest(task: Task, cases: list[Case], expected: list[Outcome], got: list[Outcome], wrong: list[int]) -> int:
    """The failing case to show: a wrong value before a mere side effect, a named corner with its round numbers before a
    random one, then the smallest input."""
    return min(
        wrong, key=lambda i: (same_value(expected[i], got[i], atol=task.atol), i >= len(task.named), cases[i].size)
    )


def _evidence(task: Task, case: Case, expected: Outcome, got: Outcome) -> Evidence:
    def text(outcome: Outcome) -> str:
        if outcome.error:
            return f"raises {outcome.error}"
        shown = describe.show(outcome.value)
        return (
            f"{shown}, gradient {describe.show(list(outcome.gradient))}"
            if also and outcome.gradient is not None
            else shown
        )

    also = same_value(expected, got, atol=task.atol)  # the values agree: what differs is the gradient, if there is one
    return Evidence(case=case.name, call=describe.call_text(task, case), expected=text(expected), got=text(got))
