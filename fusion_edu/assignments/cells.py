"""Cells of a notebook that is handed out, with nbgrader's marks where it is to be marked."""

import nbformat
from nbformat import NotebookNode

HERE = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}


def text(source: str) -> NotebookNode:
    """A markdown cell."""
    return nbformat.v4.new_markdown_cell(source)


def code(source: str) -> NotebookNode:
    """A code cell."""
    return nbformat.v4.new_code_cell(source)


def answer(source: str, grade_id: str) -> NotebookNode:
    """A code cell that the learner changes."""
    return _marked(code(source), grade_id, solution=True)


def stub(signature: str) -> str:
    """A function that waits for its body, with the words of nbgrader's own stubs."""
    return f"def {signature}:\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def check(source: str, grade_id: str, points: int) -> NotebookNode:
    """A locked cell that gives points; learners get it with nothing in it but a comment."""
    return _marked(code(source), grade_id, grade=True, locked=True, points=points)


def written(source: str, grade_id: str, points: int) -> NotebookNode:
    """A markdown cell that the learner writes and a person marks."""
    return _marked(text(source), grade_id, grade=True, solution=True, points=points)


def book(cells: list[NotebookNode]) -> NotebookNode:
    """A notebook whose cells have the same ids at each run."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:02}"
    return nbformat.v4.new_notebook(cells=cells, metadata=HERE)


def _marked(
    cell: NotebookNode,
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: int = 0,
) -> NotebookNode:
    cell.metadata["nbgrader"] = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
        **({"points": points} if grade else {}),
    }
    return cell
