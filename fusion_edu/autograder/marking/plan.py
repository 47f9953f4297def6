"""From the cells of a notebook to the passes that are run: which cells, and which answers after which cell."""

import ast
from collections.abc import Iterable
from typing import Any

from fusion_edu.autograder import static
from fusion_edu.autograder.locate import Answer
from fusion_edu.autograder.notebook import Cell


def as_written(cells: list[Cell], answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """The first pass: every cell in its order, and each answer right after its own."""
    asked: dict[int, list[dict[str, str]]] = {}
    for answer in answers:
        asked.setdefault(answer.cell, []).append({"task": answer.task, "name": answer.name})
    return [
        _run(cell, asked.get(cell.number, [])) for cell in cells if cell.number in asked or not static.for_show(cell)
    ]


def alone(cells: list[Cell], answer: Answer, others: Iterable[Answer]) -> list[dict[str, Any]]:
    """One answer without the cells of the others, after all the cells that stay; imports come first."""
    away = {other.cell for other in others} - {answer.cell}
    return at_the_end([cell for cell in cells if cell.number not in away], [answer])


def at_the_end(cells: list[Cell], answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """Answers after all cells, whatever the order of the cells; imports come first."""
    imports = [n for cell in cells for n in static.parse(cell.source) if isinstance(n, (ast.Import, ast.ImportFrom))]
    first = Cell(0, "\n".join(ast.unparse(node) for node in imports if _movable(node)), "")
    asked = [{"task": answer.task, "name": answer.name} for answer in answers]
    run = [_run(cell, []) for cell in (first, *cells) if not static.for_show(cell)]
    return [*run, {"number": len(cells) + 1, "source": "", "snapshot": False, "asked": asked}]


def _movable(node: ast.Import | ast.ImportFrom) -> bool:
    return not (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _run(cell: Cell, asked: list[dict[str, str]]) -> dict[str, Any]:
    return {"number": cell.number, "source": cell.source, "snapshot": not static.plain(cell), "asked": asked}
