"""What a teacher reads about the class: marks, times, how hard each task was, which mistakes are made where, and what looks alike."""

from collections import Counter
from statistics import median
from typing import Any

from fusion_edu.checks import TASKS

from .pages import escape, page, table
from .similar import groups
from .tables import Results, points, slug

SHOWN_GROUPS = 30
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
        _tasks(results),
        _heat(results),
        _alike(results),
        _submissions(results),
    ]
    return page("The class", parts)


def _marks(results: Results) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list] = {}
    for result in results:
        for mark in result["marks"]:
            found.setdefault(mark["task"], []).append(mark)
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
    parts = ["<h2>Which mistakes are made where</h2>"]
    for task, marks in _marks(results).items():
        counts = Counter(mistake for mark in marks for mistake in mark["mistakes"])
        if not counts:
            continue
        most = max(counts.values())
        cells = "".join(
            f'<td style="background:rgba(213,94,0,{0.15 + 0.75 * n / most:.2f})">{escape(name)}: {n}</td>'
            for name, n in counts.most_common()
        )
        parts.append(f'<table><tbody><tr><th scope="row">{escape(task)}</th>{cells}</tr></tbody></table>')
    return "".join(parts) if len(parts) > 1 else parts[0] + "<p>No answer showed a mistake that has a name.</p>"


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
        [
            r["learner"],
            r["name"],
            *points(r),
            round(r["seconds"], 2),
            "; ".join(filter(None, [r["note"], _hints(r)])),
            slug(r),
        ]
        for r in results[:SHOWN_ROWS]
    ]
    head = ["learner", "file", "points", "of", "seconds", "note", "feedback page"]
    more = f"<p>{len(results) - SHOWN_ROWS} more in grades.csv.</p>" if len(results) > SHOWN_ROWS else ""
    return "<h2>Submissions</h2>" + table("All submissions", head, rows) + more


def _hints(result: dict[str, Any]) -> str:
    return f"uses {', '.join(result['hints'])}" if result["hints"] else ""
