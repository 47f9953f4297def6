"""What a learner reads: outcome, named mistakes, the smallest failing input. Never what a hidden input should have given."""

from typing import Any

from fusion_edu.autograder import render
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.marking.export import points
from fusion_edu.autograder.verdict import WORDS

Mark = dict[str, Any]  # a Verdict as JSON


def feedback(course: Course, result: dict[str, Any]) -> str:
    """The page of one submission."""
    got, most = points(result)
    return render.html(
        "feedback.html",
        result=result,
        got=got,
        most=most,
        rows=[_row(mark) for mark in result["marks"]],
        hints={task.id: task.hints[0] for task in course.tasks if task.hints},
        cells=sorted(result["cells"].items(), key=lambda item: int(item[0])),
        anchor=_anchor,
        said=_said,
    )


def _row(mark: Mark) -> list[Any]:
    name = {"href": f"#{_anchor(mark['task'])}", "text": f"{mark['task']} {mark['title']}"}
    return [name, _said(mark), mark["points"], mark["max_points"]]


def _anchor(task: str) -> str:
    return f"task-{task.replace('.', '-')}"


def _said(mark: Mark) -> str:
    words = WORDS[mark["outcome"]]
    return f"{words.sign} {words.title.lower()}"
