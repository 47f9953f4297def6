"""What a teacher reads about the class: marks, times, how hard each task was, which mistakes are made where, and what looks alike."""

from collections import Counter
from statistics import median
from typing import Any
from urllib.parse import quote

from fusion_edu.checks import TASKS

from .pages import Html, escape, page, table
from .similar import groups
from .tables import Results, points, slug

HEAT = "<h2>Which mistakes are made where</h2>"
SHOWN_GROUPS = 30
SHOWN_NAMES = 12
SHOWN_ROWS = 2000


def teacher(results: Results) -> str:
    """The page of a class."""
    tiers = Counter(result.get("tier", "none") for result in results)
    seconds = [result["seconds"] for result in results]
    shares = [100 * got / most for got, most in map(points, results) if most]
    said = ", ".join(f"{count} in tier “{tier}”" for tier, count in sorted(tiers.items()))
    parts = [
        f"<p>{len(results)} submissions, run {escape(said)}; median mark {median(shares or [0]):.0f} %, "
        f"median time {median(seconds or [0]):.2f} s, longest {max(seconds, default=0):.1f} s.</p>",
        _shares(shares),
        _tasks(results),
        _heat(results),
        _alike(results),
        _submissions(results),
    ]
    return page("The class", parts)


def _shares(shares: list[float]) -> str:
    """How many reached which tenth of the points."""
    counts = Counter(min(int(share // 10), 9) for share in shares)
    head = ["share of the points", *(f"{10 * tenth}–{10 * tenth + (10 if tenth == 9 else 9)} %" for tenth in range(10))]
    return table("Marks of the class", head, [["submissions", *(counts[tenth] for tenth in range(10))]])


def _marks(results: Results) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list] = {}
    for result in results:
        for mark in result["marks"]:
            found.setdefault(mark["task"], []).append(mark | {"learner": result["learner"]})
    return dict(sorted(found.items()))


def _tasks(results: Results) -> str:
    rows = []
    for task, marks in _marks(results).items():
        counts = Counter(mark["outcome"] for mark in marks)
        tried = len(marks) - counts["not_attempted"]
        share = f"{100 * counts['correct'] / tried:.0f} % of {tried}" if tried else "nobody tried"
        others = [counts[name] for name in ("incorrect", "raised", "forbidden", "timed_out", "not_attempted")]
        rows.append([f"{task} {TASKS[task].title}", TASKS[task].difficulty, share, counts["correct"], *others])
    head = [
        "task",
        "difficulty planned",
        "solved",
        "correct",
        "incorrect",
        "raised",
        "forbidden",
        "timed out",
        "not attempted",
    ]
    return "<h2>How hard each task was</h2>" + table("Outcomes by task", head, rows)


def _heat(results: Results) -> str:
    """A line a task: its mistakes, the commoner the darker; inside, what each one is and who made it."""
    parts = [f"{HEAT}<p>Open a task to read what its mistakes are and who made them.</p>"]
    for task, marks in _marks(results).items():
        made: dict[str, list[str]] = {}
        for mark in marks:
            for mistake in mark["mistakes"]:
                made.setdefault(mistake, []).append(mark["learner"])
        order = sorted(made, key=lambda name: (-len(made[name]), name))
        if order:
            most = len(made[order[0]])
            chips = "".join(_chip(name, len(made[name]), len(made[name]) / most) for name in order)
            lines = "".join(_mistake(task, name, made[name]) for name in order)
            parts.append(f"<details><summary>{_title(task)} {chips}</summary><ul>{lines}</ul></details>")
    return "".join(parts) if len(parts) > 1 else f"{HEAT}<p>No answer showed a mistake that has a name.</p>"


def _chip(name: str, count: int, share: float) -> str:
    return (
        f'<span class="chip" style="background:rgba(213,94,0,{0.1 + 0.5 * share:.2f})">{escape(name)}: {count}</span>'
    )


def _mistake(task: str, name: str, learners: list[str]) -> str:
    known = {mistake.id: mistake.message for mistake in TASKS[task].mistakes}
    who = ", ".join(learners[:SHOWN_NAMES]) + (
        f" and {len(learners) - SHOWN_NAMES} more" if len(learners) > SHOWN_NAMES else ""
    )
    return f"<li><strong>{escape(name)}</strong> ({escape(who)}): {escape(known.get(name, ''))}</li>"


def _title(task: str) -> str:
    return f"{escape(task)} {escape(TASKS[task].title)}"


def _alike(results: Results) -> str:
    found = groups(results)
    parts = [
        "<h2>Answers that look alike</h2><p>The same code but for names and comments. A hint, no verdict: short answers often coincide.</p>"
    ]
    for task, who, sources in found[:SHOWN_GROUPS]:
        names = ", ".join(who[:10]) + (f" and {len(who) - 10} more" if len(who) > 10 else "")
        pair = "".join(f"<pre>{escape(source)}</pre>" for source in sources)
        parts.append(
            f'<details><summary>{escape(task)}: {escape(names)}</summary><div class="pair">{pair}</div></details>'
        )
    return "".join(parts) if found else parts[0] + "<p>None.</p>"


def _submissions(results: Results) -> str:
    rows = [
        [_link(r), r["name"], *points(r), float(r["seconds"]), "; ".join(filter(None, [r["note"], _hints(r)]))]
        for r in results[:SHOWN_ROWS]
    ]
    head = ["learner (feedback page)", "file", "points", "of", "seconds", "note"]
    more = f"<p>{len(results) - SHOWN_ROWS} more in grades.csv.</p>" if len(results) > SHOWN_ROWS else ""
    return "<h2>Submissions</h2>" + table("All submissions", head, rows) + more


def _link(result: dict[str, Any]) -> Html:
    return Html(f'<a href="feedback/{quote(slug(result))}.html">{escape(result["learner"])}</a>')


def _hints(result: dict[str, Any]) -> str:
    return f"uses {', '.join(result['hints'])}" if result["hints"] else ""
