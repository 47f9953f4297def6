"""Where the answers to tasks stand in the cells of a notebook, and for which lesson it is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from fusion_edu.autograder import static
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.notebook import Cell
from fusion_edu.autograder.task import Task


def answer_id(task: Task) -> str:
    """nbgrader's id of the cell that holds the answer."""
    return "answer-" + task.id.replace(".", "-")


@dataclass(frozen=True)
class Answer:
    """Where an answer stands: the cell, and the name of the function there."""

    task: str
    name: str
    cell: int


def locate(cells: list[Cell], task: Task) -> Answer | None:
    """The answer to a task: the last cell that binds the function's name and is no stub, else the cell of its id.

    Copies, moved cells and cells that lost their id are found by the name; a renamed function by the id of its cell.
    A cell that is no Python and should bind the name comes before a stub: it is told why that answer does not run.
    """
    binding = [cell for cell in cells if task.name in static.names(cell.source)]
    written = [cell for cell in binding if not static.is_stub(static.parse(cell.source), task.name)]
    by_id = [cell for cell in cells if cell.grade_id == answer_id(task)]
    for cell in reversed(by_id if not written else []):
        names = static.functions(static.parse(cell.source))
        if names and task.name not in names:
            return Answer(task.id, names[-1], cell.number)
    broken = [cell for cell in cells if not static.parse(cell.source) and static.defines(cell, task.name)]
    if found := written or broken or binding:
        return Answer(task.id, task.name, found[-1].number)
    return Answer(task.id, task.name, by_id[-1].number) if by_id else None


def lesson_of(cells: list[Cell], tasks: Iterable[Task]) -> str | None:
    """The lesson most of whose answers are here: by ids first, then by names; None where there is no trace of any."""
    ids = {answer_id(task): task.lesson for task in tasks}
    found = [ids[cell.grade_id] for cell in cells if cell.grade_id in ids]
    if not found:
        names = {task.name: task.lesson for task in tasks}
        found = [names[name] for cell in cells for name in sorted(static.names(cell.source)) if name in names]
    return max(sorted(set(found)), key=found.count) if found else None


def of_project(cells: list[Cell], course: Course, named: Collection[str] | None) -> list[Task] | None:
    """The tasks that a project's notebook answers; None where this is no such notebook.

    Args:
        named: ids of the tasks that the file beside the notebook names, None where there is no such file.
    """
    words = course.project_file.words if course.project_file else ()
    if named is None or not any(word in cell.source for cell in cells for word in words):
        return None
    return [task for task in course.tasks if task.id in named]


def sources_of(cells: list[Cell], tasks: Iterable[Task]) -> dict[str, str]:
    """The source of the cell of each answer."""
    found = {task.id: locate(cells, task) for task in tasks}
    return {task: cells[answer.cell - 1].source[:4000] for task, answer in found.items() if answer}
