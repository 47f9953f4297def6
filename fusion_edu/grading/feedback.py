"""What a learner reads: outcome, named mistakes, the smallest failing input. Never what a hidden input should have given."""

from typing import Any

from fusion_edu.checks import TASKS

from .pages import Html, escape, page, table
from .tables import points

WORDS = {
    "correct": "correct",
    "incorrect": "not yet",
    "not_attempted": "not attempted",
    "raised": "raised an error",
    "forbidden": "not allowed here",
    "timed_out": "too slow",
}
SIGNS = {"correct": "✓", "not_attempted": "…"}


def feedback(result: dict[str, Any]) -> str:
    """The page of one submission."""
    got, most = points(result)
    parts = [f"<p><strong>{got} of {most} points</strong> · {escape(result['name'])}</p>"]
    if result["note"]:
        parts.append(f'<p role="alert">Note: {escape(result["note"])}.</p>')
    if result["marks"]:
        parts.append(table("Your marks", ["task", "result", "points", "of"], map(_row, result["marks"])))
    parts += [_section(mark) for mark in result["marks"]]
    if result["cells"]:
        lines = "".join(
            f"<li>Code cell {escape(n)}: {escape(text)}</li>"
            for n, text in sorted(result["cells"].items(), key=_number)
        )
        parts.append(f"<h2>Cells that failed when they were run</h2><ul>{lines}</ul>")
    return page(f"Feedback for {result['learner']}", parts)


def _number(item: tuple[str, str]) -> int:
    return int(item[0])


def _row(mark: dict[str, Any]) -> list[Any]:
    asked = TASKS[mark["task"]]
    name = Html(f'<a href="#{_anchor(mark)}">{escape(asked.id)} {escape(asked.title)}</a>')
    return [name, _said(mark), mark["points"], mark["max_points"]]


def _anchor(mark: dict[str, Any]) -> str:
    return f"task-{mark['task'].replace('.', '-')}"


def _said(mark: dict[str, Any]) -> str:
    return f"{SIGNS.get(mark['outcome'], '✗')} {WORDS[mark['outcome']]}"


def _section(mark: dict[str, Any]) -> str:
    asked = TASKS[mark["task"]]
    head = f"{escape(asked.id)} {escape(asked.title)}: {_said(mark)}, {mark['points']} of {mark['max_points']} points"
    text = "".join(f"<p>{escape(line)}</p>" for line in mark["message"].split("\n") if line)
    named = f"<p>Named mistakes: {escape(', '.join(mark['mistakes']))}.</p>" if mark["mistakes"] else ""
    shown = ""
    if mark["shown"]:
        shown = f"<p>Smallest failing input: <code>{escape(mark['shown'])}</code><br>Yours: <code>{escape(mark['yours'])}</code></p>"
    hints = "" if mark["outcome"] == "correct" else "".join(map(_hint, asked.hints[:1]))
    kind = escape(mark["outcome"])
    return f'<section class="{kind}" id="{_anchor(mark)}"><h2>{head}</h2>{text}{named}{shown}{hints}</section>'


def _hint(text: str) -> str:
    return f"<details><summary>A hint</summary>{escape(text)}</details>"
