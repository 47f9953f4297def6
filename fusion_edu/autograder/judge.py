"""The only maker of outcome, points and message: what an answer did, held against what the reference does."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.diagnose import diagnose, failing, viewed
from fusion_edu.autograder.explanation import WrongAnswer, explain
from fusion_edu.autograder.forbidden import banned, hidden
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.record import Call
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.verdict import Verdict

VALUES_SHARE = 60  # per cent of the points, where every value is right and something else is not


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
        expected, got: outcomes of the reference and of the answer on these cases.
        stub: nothing is written in the answer's body yet.
        used: what ``forbidden`` says of its calls, or "".
    """
    if stub:
        text = f"Nothing to check yet: write the body of {task.signature}."
        return verdict(task, "not_attempted", text)
    if used:
        return verdict(task, "forbidden", used)
    ours, theirs = ([viewed(task, *pair) for pair in zip(cases, outcomes, strict=True)] for outcomes in (expected, got))
    wrong = failing(task, ours, theirs)
    if not wrong:
        return verdict(task, "correct", f"All {len(cases)} cases agree, random ones included.", points=task.points)
    found = diagnose(task, list(cases), ours, theirs)
    return _wrong(WrongAnswer(task, list(cases), ours, theirs, (expected, got), wrong, found))


def verdict(task: Task, outcome: str, message: str, *, points: int = 0, seed: int = 0) -> Verdict:
    """A verdict on this task."""
    return Verdict(task.id, task.title, outcome, message, points, task.points, hints=task.hints, seed=seed)


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


def _wrong(answer: WrongAnswer) -> Verdict:
    points = answer.task.points * VALUES_SHARE // 100 if answer.right_values else 0
    told = explain(answer)
    return replace(
        verdict(answer.task, told.outcome, told.message, points=points),
        evidence=answer.evidence,
        mistakes=told.mistakes,
        looks_like=told.looks_like,
        seen=told.seen,
    )
