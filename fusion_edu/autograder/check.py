"""Check an answer in this very process, as a notebook does: run it, have it judged, add what only its process can see."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fusion_edu.autograder import curves, judge, limit, stale, stub
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.devices import advice
from fusion_edu.autograder.observe import guarded, observe, observed
from fusion_edu.autograder.task import Task
from fusion_edu.autograder.verdict import Verdict

__all__ = ["check"]


def check(course: Course, key: str, answer: Any, *, seed: int | None = None, seconds: float = limit.SECONDS) -> Verdict:
    """Compare an answer with a task on named and random cases, and name the mistake.

    Args:
        course: whose task it is.
        key: id or name of the task.
        answer: the learner's function itself, not its result.
        seed: of the random cases; fresh ones by default.
        seconds: limit in all (see ``limit.seconds`` for where it holds).

    Raises:
        ValueError: unknown task.
    """
    task = course.task(key)
    seed = secrets.randbits(31) if seed is None else seed
    if answer is None or answer is ...:
        return judge.verdict(task, "not_attempted", f"Nothing to check yet: write {task.signature}.", seed=seed)
    if not callable(answer):
        text = f"Hand over the function itself, without calling it: check({task.id!r}, {task.name})."
        return judge.verdict(task, "incorrect", text, seed=seed)
    if old := stale.reason(task.name, answer):
        return judge.verdict(task, "raised", f"{old} Mend the cell, run it, and check again.", seed=seed)
    started = time.monotonic()
    try:
        with limit.seconds(seconds):
            return replace(_judged(course, task, answer, seed), seed=seed)
    except limit.TimeUp:
        spent = time.monotonic() - started  # a busy machine computes less in it: see limit.seconds
        text = f"Your function was stopped after {spent:.0f} s and had not finished: {limit.LOOK_FOR}."
        return judge.verdict(task, "timed_out", text, seed=seed)


def _judged(course: Course, task: Task, answer: Callable[..., Any], seed: int) -> Verdict:
    with guarded():  # by itself: what an answer sets for all of torch is not set for the reference
        cases = task.cases(seed)
        got, called = observed(answer, cases, operators=bool(task.forbidden))
    with guarded():
        if stub.not_attempted(answer, got):
            return judge.judge(task, cases, [], got, stub=True)
        used = judge.forbidden(course, task, called)
        expected = [] if used else [observe(task.reference, case) for case in cases]
        found = replace(judge.judge(task, cases, expected, got, used=used), printed=got[0].printed)
        if found.correct and not task.view:
            return replace(found, advice=tuple(filter(None, [advice(answer, cases[0])])))
        return replace(found, picture=curves.drawn(task, answer)) if found.evidence else found
