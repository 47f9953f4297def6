"""From the cells of a notebook to the passes that are run: which cells, and which answers after which cell."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from fusion_edu.checks import Task

from . import cells as look
from .notebook import Cell


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
    """
    binding = [cell for cell in cells if task.name in look.bound(look.parse(cell.source))]
    written = [cell for cell in binding if not look.is_stub(look.parse(cell.source), task.name)]
    by_id = [cell for cell in cells if cell.grade_id == answer_id(task)]
    for cell in reversed(by_id if not written else []):
        names = look.functions(look.parse(cell.source))
        if names and task.name not in names:
            return Answer(task.id, names[-1], cell.number)
    if written or binding:
        return Answer(task.id, task.name, (written or binding)[-1].number)
    return Answer(task.id, task.name, by_id[-1].number) if by_id else None


def as_written(cells: list[Cell], answers: Iterable[Answer]) -> list[dict]:
    """The first pass: every cell in its order, and each answer right after its own."""
    asked: dict[int, list] = {}
    for answer in answers:
        asked.setdefault(answer.cell, []).append({"task": answer.task, "name": answer.name})
    return [_run(cell, asked.get(cell.number, [])) for cell in cells if cell.number in asked or not look.for_show(cell)]


def alone(cells: list[Cell], answer: Answer, others: Iterable[Answer]) -> list[dict]:
    """One answer without the cells of the others, after all the cells that stay; imports come first."""
    away = {other.cell for other in others} - {answer.cell}
    return at_the_end([cell for cell in cells if cell.number not in away], [answer])


def at_the_end(cells: list[Cell], answers: Iterable[Answer]) -> list[dict]:
    """Answers after all cells, whatever the order of the cells; imports come first."""
    imports = [n for cell in cells for n in look.parse(cell.source) if isinstance(n, (ast.Import, ast.ImportFrom))]
    first = Cell(0, "\n".join(ast.unparse(node) for node in imports if _movable(node)), "")
    asked = [{"task": answer.task, "name": answer.name} for answer in answers]
    run = [_run(cell, []) for cell in (first, *cells) if not look.for_show(cell)]
    return [*run, {"number": len(cells) + 1, "source": "", "snapshot": False, "asked": asked}]


def _movable(node: ast.Import | ast.ImportFrom) -> bool:
    return not (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _run(cell: Cell, asked: list[dict]) -> dict:
    return {"number": cell.number, "source": cell.source, "snapshot": not look.plain(cell), "asked": asked}


def lesson_of(cells: list[Cell], tasks: Iterable[Task]) -> str | None:
    """The lesson most of whose answers are here: by ids first, then by names; None where there is no trace of any."""
    ids = {answer_id(task): task.id[:2] for task in tasks}
    found = [ids[cell.grade_id] for cell in cells if cell.grade_id in ids]
    if not found:
        names = {task.name: task.id[:2] for task in tasks}
        found = [names[name] for cell in cells for name in look.bound(look.parse(cell.source)) if name in names]
    return max(sorted(set(found)), key=found.count) if found else None


def sources(cells: list[Cell], tasks: Iterable[Task]) -> dict[str, str]:
    """The source of the cell of each answer."""
    found = {task.id: locate(cells, task) for task in tasks}
    return {task: cells[answer.cell - 1].source[:4000] for task, answer in found.items() if answer}
