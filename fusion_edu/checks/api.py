"""The calls that lessons, exercises and the command line make."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import attempt, judge, limit, picture, progress, stale
from .case import Case, Draw
from .definition import GIVEN, OWN, Task
from .devices import advice
from .diagnose import run
from .observe import calls, guarded
from .report import Report
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
    if answer is None or answer is ...:
        return judge.report(task, "not_attempted", f"Nothing to check yet: write {task.signature}.", seed=seed)
    if not callable(answer):
        text = f"Hand over the function itself, without calling it: check({task.id!r}, {task.name})."
        return judge.report(task, "incorrect", text, seed=seed)
    if old := stale.reason(task.name, answer):
        return judge.report(task, "raised", f"{old} Mend the cell, run it, and check again.", seed=seed)
    started = time.monotonic()
    try:
        with guarded(), limit.seconds(seconds):
            return replace(_judged(task, answer, cases(task, seed)), seed=seed)
    except limit.TimeUp:
        spent = time.monotonic() - started  # a busy machine computes less in it: see limit.seconds
        text = f"Your function was stopped after {spent:.0f} s and had not finished: look for a loop that never ends."
        return judge.report(task, "timed_out", text, seed=seed)


def _judged(task: Task, answer: Callable, cases: list[Case]) -> Report:
    """Run the answer here, have it judged, and add what only its own process can see."""
    got = run(task, answer, cases)
    if attempt.not_attempted(answer, got):
        return judge.judge(task, cases, [], got, stub=True)
    used = _forbidden(task, answer, cases[0])
    expected = [] if used else run(task, task.reference, cases)
    found = replace(judge.judge(task, cases, expected, got, used=used), printed=got[0].printed)
    if found.correct and not task.view:
        return replace(found, advice=tuple(filter(None, [advice(answer, cases[0])])))
    return replace(found, picture=picture.drawn(task, answer)) if found.evidence else found


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
