"""The calls that lessons, exercises and the command line make."""

import secrets
from collections.abc import Callable
from typing import Any

from . import attempt, describe, limit, picture, progress
from .case import Case, Draw
from .compare import same_value
from .definition import GIVEN, OWN, Task
from .devices import advice
from .diagnose import Diagnosis, diagnose, failing, run
from .observe import calls, guarded
from .outcome import Outcome
from .report import Evidence, Report
from .tasks import TASKS
from .variants import single


def task(key: str) -> Task:
    """A task by id ("04.2") or name ("contrastive_loss").

    Raises:
        ValueError: there is none.
    """
    for found in TASKS.values():
        if key in (found.id, found.name):
            return found
    raise ValueError(
        f"task {key!r} is unknown, needs an id such as '04.2' or a name such as 'contrastive_loss': {', '.join(TASKS)}"
    )


def cases(task: Task, seed: int) -> list[Case]:
    """The named corners, then random inputs of this seed."""
    return [*task.named, *task.draws(Draw(seed))]


def check(key: str, answer: Callable, *, seed: int | None = None, record: bool = True, seconds: float = 10.0) -> Report:
    """Compare an answer with the task on named and random cases, and name the mistake.

    Args:
        key: id or name of the task.
        answer: the learner's function itself, not its result.
        seed: of the random cases; fresh ones by default.
        record: whether the result goes to the progress file.
        seconds: limit in all (see ``limit.seconds`` for where it holds).

    Raises:
        ValueError: unknown task.
    """
    asked = task(key)
    seed = secrets.randbits(31) if seed is None else seed
    report = _checked(asked, answer, seed, seconds)
    if not record:
        return report
    try:
        progress.record(
            asked.id,
            outcome=report.outcome,
            points=report.points,
            max_points=report.max_points,
            mistakes=report.mistakes,
        )
    except OSError as error:
        report = report.with_advice(f"Your progress was not saved: {error}.")
    return report


def _checked(task: Task, answer: Any, seed: int, seconds: float) -> Report:
    base = {"task": task.id, "title": task.title, "max_points": task.points, "hints": task.hints, "seed": seed}
    if answer is None or answer is ...:
        return Report(**base, outcome="not_attempted", message=f"Nothing to check yet: write {task.signature}.")
    if not callable(answer):
        text = f"Hand over the function itself, without calling it: check({task.id!r}, {task.name})."
        return Report(**base, outcome="incorrect", message=text)
    try:
        with guarded(), limit.seconds(seconds):
            return _judged(task, answer, cases(task, seed), base)
    except limit.TimeUp:
        text = f"Your function did not finish within {seconds:g} s: look for a loop that never ends."
        return Report(**base, outcome="timed_out", message=text)


def _judged(task: Task, answer: Callable, cases: list[Case], base: dict[str, Any]) -> Report:
    got = run(task, answer, cases)
    if attempt.not_attempted(answer, got):
        return Report(
            **base, outcome="not_attempted", message=f"Nothing to check yet: write the body of {task.signature}."
        )
    base = base | {"printed": got[0].printed}
    used = _forbidden(task, answer, cases[0])
    if used:
        text = f"Your function calls {used}. That is the answer itself; here, write it with simpler operations."
        return Report(**base, outcome="forbidden", message=text)
    expected = run(task, task.reference, cases)
    wrong = failing(task, expected, got)
    if not wrong:
        remark = () if task.view else tuple(filter(None, [advice(answer, cases[0])]))
        text = f"All {len(cases)} cases agree, random ones included."
        return Report(**base, outcome="correct", message=text, points=task.points, advice=remark)
    return _wrong(task, answer, cases, expected, got, wrong, base)


def _wrong(
    task: Task,
    answer: Callable,
    cases: list[Case],
    expected: list[Outcome],
    got: list[Outcome],
    wrong: list[int],
    base: dict[str, Any],
) -> Report:
    found = diagnose(task, cases, expected, got)
    shown = _shown(task, cases, expected, got, wrong)
    base = base | {
        "evidence": _evidence(task, cases[shown], expected[shown], got[shown]),
        "picture": picture.drawn(task, answer),
    }
    if found and found.exact:
        weak = all(same_value(a, b, atol=task.atol) for a, b in zip(expected, got, strict=True))
        points = task.points * 60 // 100 if weak else 0
        ids = tuple(mistake.id for mistake in found.mistakes)
        return Report(**base, outcome="incorrect", message=_named(found), points=points, mistakes=ids)
    if found:
        text = f"It looks like this, though not everything that your function does fits: {_named(found)}"
        return Report(
            **base, outcome="incorrect", message=text, looks_like=tuple(mistake.id for mistake in found.mistakes)
        )
    if got[shown].error and not expected[shown].error:
        text = attempt.raised_text(got[shown]) + f"\nThe task calls {describe.call_text(task, cases[shown])}."
        return Report(**base, outcome="raised", message=text)
    text = describe.sentence(task, expected[shown], got[shown])
    general = describe.patterns(expected, got)
    return Report(
        **base, outcome="incorrect", message=" ".join(filter(None, [general and f"In general: {general}", text]))
    )


def _named(found: Diagnosis) -> str:
    if len(found.mistakes) == 1:
        return found.mistakes[0].message
    first, second = (mistake.message for mistake in found.mistakes)
    return f"Two mistakes at once.\nFirst: {first}\nSecond: {second}"


def _shown(task: Task, cases: list[Case], expected: list[Outcome], got: list[Outcome], wrong: list[int]) -> int:
    """The smallest failing case: a wrong value before a mere side effect, a named corner with its round numbers before a random one."""
    return min(
        wrong, key=lambda i: (same_value(expected[i], got[i], atol=task.atol), i >= len(task.named), cases[i].size)
    )


def _evidence(task: Task, case: Case, expected: Outcome, got: Outcome) -> Evidence:
    def text(outcome: Outcome, also: bool) -> str:
        if outcome.error:
            return f"raises {outcome.error}"
        gradient = (
            f", gradient {describe.show(list(outcome.gradient))}" if also and outcome.gradient is not None else ""
        )
        return describe.show(outcome.value) + gradient

    also = same_value(expected, got, atol=task.atol)
    call = describe.call_text(task, case)
    return Evidence(case=case.name, call=call, expected=text(expected, also), got=text(got, also))


def _forbidden(task: Task, answer: Callable, case: Case) -> str:
    """The first forbidden name that runs in this case, or nothing."""
    for name in sorted(name for name in calls(answer, case) if not name.startswith(GIVEN)):
        for banned in (*task.forbidden, *OWN):
            if name == banned or name.startswith(banned + "."):
                return banned
    return ""


def broken(key: str, mistake_id: str) -> Callable:
    """The wrong version of a task's function that has this mistake: to break it on purpose and see the symptom.

    Raises:
        ValueError: unknown task or mistake.
    """
    asked = task(key)
    return single(asked, asked.mistake(mistake_id))
