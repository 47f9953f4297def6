"""What the autograder is told of a course: its tasks, and what an answer may use. The engine knows no course of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from fusion_edu.autograder.task import Task

__all__ = ["Course", "ProjectFile", "find", "function"]

ENGINE = "fusion_edu.autograder"


@dataclass(frozen=True)
class ProjectFile:
    """A file that a project's notebook writes, and that names the tasks which this notebook answers, of whatever lessons.

    Args:
        name: of the file, e.g. "submission.json".
        tasks: "module:function": from the bytes of such a file the ids of the tasks, None where it is no such file.
        words: one of them stands in the code of the notebook that writes it.
    """

    name: str
    tasks: str
    words: tuple[str, ...]

    def named(self, data: bytes) -> tuple[str, ...] | None:
        """Ids of the tasks that a file names, None where it is none."""
        found: tuple[str, ...] | None = function(self.tasks)(data)
        return found


@dataclass(frozen=True, eq=False)
class Course:
    """A course.

    Args:
        where: "module:NAME" of this object, so that other processes find it.
        tasks: all of them, in order; "04.2" is a task of lesson 04.
        library: the course's package. Answers may import it, and call nothing of it but ``helpers`` and ``given``.
        helpers: modules of the library that an answer may call; ``given``: those whose functions cases hand to answers.
            Both are copied to where submissions run, so they import only what is there: torch, NumPy, the standard library.
        ready: packages and functions that hold ready answers: a task that forbids a function forbids these too.
        slow: packages that answers import and that take seconds, e.g. "keras".
        lessons: titles of the lessons by number, in order.
        record: "module:function" that keeps what a learner has done at home, with the arguments of ``checks.progress.record``.
        projects: "module:function" that marks what is handed in beside notebooks: called with a function that gives learner and bytes
            of each file of a name, the folder of the marks, and the results of the notebooks; gives a line for each.
        project_file: by which a project's notebook, which is for no lesson, says what it answers.
        literals: names of plain values in a notebook that go into its result as JSON, for ``projects``: read from the syntax tree, not run.
    """

    where: str
    tasks: Sequence[Task]
    library: str = ""
    helpers: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()
    lessons: Mapping[str, str] = field(default_factory=dict)
    record: str = ""
    projects: str = ""
    project_file: ProjectFile | None = None
    literals: tuple[str, ...] = ()

    def task(self, key: str) -> Task:
        """A task by id ("04.2") or name ("contrastive_loss").

        Raises:
            ValueError: there is none.
        """
        for task in self.tasks:
            if key in (task.id, task.name):
                return task
        example, ids = self.tasks[0], ", ".join(task.id for task in self.tasks)
        raise ValueError(
            f"task {key!r} is unknown, needs an id such as {example.id!r} or a name such as {example.name!r}: {ids}"
        )

    def lesson(self, number: str) -> list[Task]:
        """The tasks of one lesson."""
        return [task for task in self.tasks if task.lesson == number]

    def asked(self, number: str) -> list[Task]:
        """The tasks of one lesson, or with "" all.

        Raises:
            ValueError: the course has no such lesson.
        """
        found = [task for task in self.tasks if number in ("", task.lesson)]
        if not found:
            known = ", ".join(sorted({task.lesson for task in self.tasks}))
            raise ValueError(f"lesson {number!r} has no tasks, needs one of {known}")
        return found

    def own(self, module: str) -> bool:
        """Whether an answer that calls a function of ``module`` calls the answer itself: the library, helpers apart."""
        packages = filter(None, (self.library, ENGINE))
        return module not in self.helpers + self.given and any(
            module == p or module.startswith(p + ".") for p in packages
        )

    @property
    def rule(self) -> str:
        """One sentence for every statement: what of the library an answer may call."""
        if not self.library:
            return ""
        if not self.helpers:
            return f"Your answer may call nothing of `{self.library}`."
        names = " and ".join(f"`{name}`" for name in self.helpers)
        return f"Of `{self.library}` your answer may call {names}, and nothing else."

    def statement(self, task: Task) -> str:
        """The whole promise of a task: all that a check demands, and what may not be called."""
        ready = f"Nor what other libraries have ready: {', '.join(f'`{name}`' for name in self.ready)}."
        return "\n\n".join(filter(None, [task.statement, ready if task.forbidden and self.ready else "", self.rule]))


def function(where: str) -> Callable[..., Any]:
    """The function of a course that stands at "module:name"."""
    found: Callable[..., Any] = _standing(where)
    return found


def _standing(where: str) -> Any:
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


@cache
def find(where: str) -> Course:
    """The course that stands at "module:NAME".

    Raises:
        ValueError: there is none.
    """
    try:
        found = _standing(where)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"course {where!r} cannot be imported ({error}), needs module:NAME") from error
    if not isinstance(found, Course):
        raise ValueError(f"course {where!r} is a {type(found).__name__}, needs a Course")
    return found
