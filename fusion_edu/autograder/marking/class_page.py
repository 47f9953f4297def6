"""What a teacher reads about the class: marks, times, how hard each task was, which mistakes are made where, and what looks alike."""

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from fusion_edu.autograder import render
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.marking.export import Results, points, slug
from fusion_edu.autograder.marking.learners import Learner, by_learner, lessons_of
from fusion_edu.autograder.marking.similar import Group, Pair, pairs
from fusion_edu.autograder.marking.similar import groups as groups_of
from fusion_edu.autograder.marking.sorting import POLICY, SCRIPT
from fusion_edu.autograder.verdict import OUTCOMES, WORDS

SHOWN_PAIRS = 100
SHOWN_ROWS = 2000


def class_page(
    course: Course, results: Results, people: Sequence[Learner] = (), alike: Sequence[Group] | None = None
) -> str:
    """The page of a class.

    Args:
        people: all learners; by default those who handed in.
        alike: groups of answers that are the same; by default those of ``results``, with no solution published.
    """
    people = people or by_learner(results, {})
    alike = groups_of(results, {}) if alike is None else alike
    tiers = Counter(result.get("tier", "none") for result in results)
    seconds = [result["seconds"] for result in results]
    lessons = lessons_of(course, results)
    most = sum(lessons.values())
    shares = [100 * each.total / most for each in people if each.best]
    marks = _by_task(results)
    together, skipped = pairs(alike)
    return render.html(
        "class.html",
        submissions=results,
        tiers=", ".join(f"{count} in tier “{tier}”" for tier, count in sorted(tiers.items())),
        median_mark=median(shares or [0]),
        median_seconds=median(seconds or [0]),
        longest=max(seconds, default=0),
        tenths_head=["share of the points", *(f"{10 * t}–{10 * t + (10 if t == 9 else 9)} %" for t in range(10))],
        tenths=_tenths(shares),
        **_learners(course, lessons, people),
        tasks_head=["task", "difficulty planned", "solved", *(name.replace("_", " ") for name in OUTCOMES)],
        tasks=[_difficulty(course, task, found) for task, found in marks.items()],
        heat=[entry for task, found in marks.items() if (entry := _mistakes(course, task, found))["made"]],
        pairs=[_pair(pair) for pair in together[:SHOWN_PAIRS]],
        pairs_left=max(0, len(together) - SHOWN_PAIRS),
        pairs_skipped=skipped,
        alike=[
            {"title": "The same wrong answer", "groups": [group for group in alike if group.wrong]},
            {"title": "The same right answer", "groups": [group for group in alike if not group.wrong]},
        ],
        rows=[_row(result) for result in results[:SHOWN_ROWS]],
        left_out=max(0, len(results) - SHOWN_ROWS),
        shown=SHOWN_ROWS,
        script=Markup(SCRIPT),
        policy=Markup(POLICY),
    )


def _learners(course: Course, lessons: dict[str, int], people: Sequence[Learner]) -> dict[str, Any]:
    """The tables with a row for each learner: columns are the tasks of one lesson, or several lessons."""
    most = sum(lessons.values())
    several = len(lessons) > 1
    by_lesson = []
    for lesson in lessons if several else ():
        title = f"{lesson} {course.lessons.get(lesson, '')}".strip()
        found = [
            [_who(each, lesson), *_tasks(course, each, lesson), each.points(lesson)]
            for each in people
            if lesson in each.best
        ]
        by_lesson.append({"title": title, "head": ["learner", *_ids(course, lesson), "points"], "rows": found})
    rows = []
    for each in people:
        cells = [_lesson(each, lesson, lessons[lesson]) for lesson in lessons]
        if not several:
            cells = [cell for lesson in lessons for cell in _tasks(course, each, lesson)]
        rows.append(
            [_who(each, *lessons), *cells, each.total, most, round(100 * each.total / most) if most else 0, each.note]
        )
    heads = list(lessons) if several else [task for lesson in lessons for task in _ids(course, lesson)]
    head = ["learner", *heads, "points", "of", "%", "note"]
    return {"learners_head": head, "learners": rows, "by_lesson": by_lesson}


def _ids(course: Course, lesson: str) -> list[str]:
    return [task.id for task in course.lesson(lesson)]


def _who(learner: Learner, *lessons: str) -> Any:
    """The name, which leads to the feedback where it is for one lesson."""
    if len(lessons) == 1 and lessons[0] in learner.best:
        return {"href": _page(learner.best[lessons[0]]), "text": learner.person.shown}
    return learner.person.shown


def _tasks(course: Course, learner: Learner, lesson: str) -> list[Any]:
    """What each answer of a lesson was."""
    marks = {mark["task"]: mark for mark in learner.best[lesson]["marks"]} if lesson in learner.best else {}
    return [_mark(marks[task]) if task in marks else "" for task in _ids(course, lesson)]


def _mark(mark: dict[str, Any]) -> dict[str, Any]:
    words = WORDS[mark["outcome"]]
    title = f"{words.title}, {mark['points']} of {mark['max_points']} points"
    return {"points": mark["points"], "sign": words.sign, "kind": mark["outcome"], "title": title, "href": ""}


def _lesson(learner: Learner, lesson: str, most: int) -> Any:
    """The points of a lesson, which lead to the feedback."""
    got = learner.points(lesson)
    if got is None:
        return ""
    title, kind = f"{got} of {most} points", "correct" if got == most else ""
    return {"points": got, "sign": "", "kind": kind, "title": title, "href": _page(learner.best[lesson])}


def _page(result: dict[str, Any]) -> str:
    return f"feedback/{quote(slug(result))}.html"


def _pair(pair: Pair) -> list[Any]:
    counts = [len(pair.letters), len(pair.wrong), len(pair.published)]
    return [" and ".join(pair.learners), len(pair.tasks), pair.bits, *counts, ", ".join(sorted(pair.tasks))]


def _tenths(shares: list[float]) -> list[Any]:
    """How many learners reached which tenth of the points."""
    counts = Counter(min(int(share // 10), 9) for share in shares)
    return ["learners", *(counts[tenth] for tenth in range(10))]


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
    link = {"href": _page(result), "text": result["learner"]}
    hints = f"uses {', '.join(result['hints'])}" if result["hints"] else ""
    note = "; ".join(filter(None, [result["note"], hints]))
    return [link, result["name"], result["lesson"], *points(result), float(result["seconds"]), note]
