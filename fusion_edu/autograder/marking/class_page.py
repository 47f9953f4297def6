"""What a teacher reads about the class: marks, times, how hard each task was, which mistakes are made where, and what looks alike."""

from collections import Counter
from statistics import median
from typing import Any
from urllib.parse import quote

from fusion_edu.autograder import render
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.marking.export import Results, points, slug
from fusion_edu.autograder.marking.similar import groups
from fusion_edu.autograder.verdict import OUTCOMES

SHOWN_GROUPS = 30
SHOWN_ROWS = 2000


def class_page(course: Course, results: Results) -> str:
    """The page of a class."""
    tiers = Counter(result.get("tier", "none") for result in results)
    seconds = [result["seconds"] for result in results]
    shares = [100 * got / most for got, most in map(points, results) if most]
    marks = _by_task(results)
    return render.html(
        "class.html",
        submissions=results,
        tiers=", ".join(f"{count} in tier “{tier}”" for tier, count in sorted(tiers.items())),
        median_mark=median(shares or [0]),
        median_seconds=median(seconds or [0]),
        longest=max(seconds, default=0),
        tenths_head=["share of the points", *(f"{10 * t}–{10 * t + (10 if t == 9 else 9)} %" for t in range(10))],
        tenths=_tenths(shares),
        tasks_head=["task", "difficulty planned", "solved", *(name.replace("_", " ") for name in OUTCOMES)],
        tasks=[_difficulty(course, task, found) for task, found in marks.items()],
        heat=[entry for task, found in marks.items() if (entry := _mistakes(course, task, found))["made"]],
        alike=groups(results)[:SHOWN_GROUPS],
        rows=[_row(result) for result in results[:SHOWN_ROWS]],
        left_out=max(0, len(results) - SHOWN_ROWS),
    )


def _tenths(shares: list[float]) -> list[Any]:
    """How many reached which tenth of the points."""
    counts = Counter(min(int(share // 10), 9) for share in shares)
    return ["submissions", *(counts[tenth] for tenth in range(10))]


def _by_task(results: Results) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        for mark in result["marks"]:
            found.setdefault(mark["task"], []).append(mark | {"learner": result["learner"]})
    return dict(sorted(found.items()))


def _difficulty(course: Course, task: str, marks: list[dict[str, Any]]) -> list[Any]:
    counts = Counter(mark["outcome"] for mark in marks)
    tried = len(marks) - counts["not_attempted"]
    share = f"{100 * counts['correct'] / tried:.0f} % of {tried}" if tried else "nobody tried"
    asked = course.task(task)
    return [f"{task} {asked.title}", asked.difficulty, share, *(counts[name] for name in OUTCOMES)]


def _mistakes(course: Course, task: str, marks: list[dict[str, Any]]) -> dict[str, Any]:
    """The named mistakes of a task, the commonest first, with who made them."""
    made: dict[str, list[str]] = {}
    for mark in marks:
        for mistake in mark["mistakes"]:
            made.setdefault(mistake, []).append(mark["learner"])
    known = {mistake.id: mistake.message for mistake in course.task(task).mistakes}
    order = sorted(made, key=lambda name: (-len(made[name]), name))
    return {
        "title": f"{task} {course.task(task).title}",
        "made": [
            {
                "name": name,
                "learners": made[name],
                "share": len(made[name]) / len(made[order[0]]),
                "message": known.get(name, ""),
            }
            for name in order
        ],
    }


def _row(result: dict[str, Any]) -> list[Any]:
    link = {"href": f"feedback/{quote(slug(result))}.html", "text": result["learner"]}
    hints = f"uses {', '.join(result['hints'])}" if result["hints"] else ""
    note = "; ".join(filter(None, [result["note"], hints]))
    return [link, result["name"], *points(result), float(result["seconds"]), note]
