"""A program to hunt in: a task whose mistakes have their words from the catalogue of the lessons, and what may be put into it."""

from collections.abc import Callable
from dataclasses import dataclass

from fusion_edu.autograder.task import Mistake, Task, edit
from fusion_edu.tasks import TASKS


@dataclass(frozen=True, eq=False)
class Program:
    """A task, and whether inputs keep its promise.

    Args:
        task: its reference is the right program, its mistakes are what can be planted.
        allowed: of the arguments without ``steps`` and ``lr``; only called where their kinds and axes are right.
        tries: a cell of the notebook that runs the program on data of its own.
    """

    task: Task
    allowed: Callable[..., bool]
    tries: str


def planted(task: str, mistake: str, *fragments: str) -> Mistake:
    """The mistake of a lesson's task, as an edit of a program in which it stands."""
    known = TASKS[task].mistake(mistake)
    return Mistake(known.id, edit(*fragments), known.message, known.symptom)
