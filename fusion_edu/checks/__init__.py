"""Checks that name the mistake: the autograder's face in the lessons of this course.

``check("04.2", my_function)`` gives a Verdict; ``broken("04.2", "no half")`` the wrong version with that mistake;
``unmask("04.2", d, y)`` says which wrong versions an input shows; ``task("04.2").statement`` is what a check demands;
``defend("04.open", runs, conclusion)`` holds a conclusion of your own against your own runs.
"""

from collections.abc import Callable
from typing import Any

from fusion_edu.optional import needed_by

with needed_by("fusion_edu.checks"):
    from fusion_edu.autograder import check as _check
    from fusion_edu.autograder import unmask as _unmask
    from fusion_edu.autograder.limit import SECONDS
    from fusion_edu.autograder.task import Task
    from fusion_edu.autograder.unmask import Unmasked
    from fusion_edu.autograder.variants import single
    from fusion_edu.autograder.verdict import Verdict
    from fusion_edu.checks import progress
    from fusion_edu.checks.defend import defend
    from fusion_edu.tasks import COURSE, TASKS

__all__ = ["COURSE", "TASKS", "Task", "Unmasked", "Verdict", "broken", "check", "defend", "progress", "task", "unmask"]


def check(key: str, answer: Any, *, seed: int | None = None, record: bool = True, seconds: float = SECONDS) -> Verdict:
    """Compare an answer with a task on named and random cases, and name the mistake.

    Args:
        key: id ("04.2") or name ("contrastive_loss") of the task.
        answer: the learner's function itself, not its result.
        seed: of the random cases; fresh ones by default.
        record: whether the result goes to the progress file.
        seconds: limit in all (see ``autograder.limit.seconds`` for where it holds).

    Raises:
        ValueError: unknown task.
    """
    verdict = _check.check(COURSE, key, answer, seed=seed, seconds=seconds)
    return progress.noted(verdict) if record else verdict


def task(key: str) -> Task:
    """A task by id or name.

    Raises:
        ValueError: there is none.
    """
    return COURSE.task(key)


def unmask(key: str, *inputs: Any) -> Unmasked:
    """Which wrong versions of a task one input shows: see ``autograder.unmask``.

    Raises:
        ValueError: unknown task, or the right answer itself fails on this input.
    """
    return _unmask.unmask(COURSE, key, *inputs)


def broken(key: str, mistake_id: str) -> Callable[..., Any]:
    """The wrong version of a task's function that has this mistake: to break it on purpose and see the symptom.

    Raises:
        ValueError: unknown task or mistake.
    """
    asked = COURSE.task(key)
    return single(asked, asked.mistake(mistake_id))
