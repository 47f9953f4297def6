"""The prerequisite graph as SVG: rows by depth, arrows down from what is needed to what needs it, links in every box."""

import base64
import html
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from fusion_edu.syllabus import Lesson

WIDE, HIGH, GAP_X, GAP_Y = 208, 100, 20, 40
SIGN = {"done": "✓", "started": "◐", "open": "○"}
EDGE = {"done": "#009E73", "started": "#E69F00", "open": "#8a8a8a"}
THEME = {
    "ink": "var(--jp-content-font-color1,#222)",
    "paper": "var(--jp-layout-color1,#fff)",
    "line": "var(--jp-content-font-color2,#666)",
    "link": "var(--jp-content-link-color,#0b5394)",
}
PRINT = {"ink": "#222", "paper": "#fff", "line": "#666", "link": "#0b5394"}


@dataclass(frozen=True)
class State:
    """How far one lesson is: "done", "started" or "open", with its points."""

    word: str
    points: float
    most: float

    @property
    def words(self) -> str:
        """As a box of the map says it."""
        return f"{SIGN[self.word]} {self.word}" + (f", {self.points:g} of {self.most:g} points" if self.most else "")

    def __str__(self) -> str:
        return f"{self.word}" + (f" {self.points:g}/{self.most:g}" if self.most else "")


def places(lessons: Mapping[str, Lesson]) -> dict[str, tuple[int, int]]:
    """Row and column of each lesson: a row below everything it needs."""
    depth: dict[str, int] = {}
    for number, lesson in lessons.items():
        depth[number] = 1 + max((depth[n] for n in lesson.needs if n in depth), default=-1)
    columns: dict[int, int] = {}
    spots = {}
    for number in lessons:
        row = depth[number]
        spots[number] = (row, columns.get(row, 0))
        columns[row] = columns.get(row, 0) + 1
    return spots


def draw(
    lessons: Mapping[str, Lesson],
    now: Mapping[str, State],
    *,
    ink: Mapping[str, str] = THEME,
    facts: Mapping[str, str] | None = None,
) -> str:
    """The SVG, at most in its own size, in which its words are 13 px high, and at least in four fifths of it.

    Args:
        ink: the colours of the theme.
        facts: number -> what a box says below its title; default how far the learner is.
    """
    told = {number: str(state) for number, state in now.items()} if facts is None else facts
    facts = {number: state.words for number, state in now.items()} if facts is None else facts
    spots = places(lessons)
    corner = {n: (4 + c * (WIDE + GAP_X), 4 + r * (HIGH + GAP_Y)) for n, (r, c) in spots.items()}
    wide = max(x for x, _ in corner.values()) + WIDE + 4
    high = max(y for _, y in corner.values()) + HIGH + 4
    arrows = [_arrow(corner[n], corner[to], ink) for to, lesson in lessons.items() for n in lesson.needs if n in corner]
    boxes = [_box(lesson, now[n], corner[n], ink, facts[n]) for n, lesson in lessons.items()]
    name = html.escape("; ".join(f"{n} {lessons[n].title}: {told[n]}" for n in lessons), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="group" '
        f'aria-label="Course map. {name}" style="max-width:max(100%,{0.8 * wide:.0f}px);height:auto" font-family="system-ui,sans-serif">'
        f"{''.join(arrows)}{''.join(boxes)}</svg>"
    )


def image(lessons: Mapping[str, Lesson], now: Mapping[str, State], *, alt: str) -> str:
    """The same map as an <img> on white, its links below: it survives where SVG is taken out of an untrusted notebook."""
    svg = draw(lessons, now, ink=PRINT)
    code = base64.b64encode(svg.encode()).decode()
    style = "max-width:100%;height:auto;background:white"
    links = " · ".join(f'<a href="{lesson_at(lesson)}">{number}</a>' for number, lesson in lessons.items())
    drawing = f'<img alt="{html.escape(alt, quote=True)}" style="{style}" src="data:image/svg+xml;base64,{code}">'
    return f"{drawing}<p>Open lesson {links}</p>"


def lesson_at(lesson: Lesson) -> str:
    """Where a lesson lies, seen from notebooks/, exercises/ and solutions/ alike."""
    return f"../notebooks/{lesson.stem}.ipynb"


def exercises_at(lesson: Lesson) -> str:
    """Where its exercises lie, seen from the same folders."""
    return f"../exercises/{lesson.exercises}.ipynb"


def _arrow(start: tuple[int, int], end: tuple[int, int], ink: Mapping[str, str]) -> str:
    x1, y1, x2, y2 = start[0] + WIDE / 2, start[1] + HIGH, end[0] + WIDE / 2, end[1]
    half = (y2 - y1) / 2
    path = f"M{x1:g} {y1} C{x1:g} {y1 + half:g} {x2:g} {y2 - half:g} {x2:g} {y2 - 7}"
    tip = f"M{x2 - 4:g} {y2 - 8} L{x2:g} {y2} L{x2 + 4:g} {y2 - 8} Z"
    return (
        f'<path d="{path}" fill="none" style="stroke:{ink["line"]}" stroke-width="1.5"/>'
        f'<path d="{tip}" style="fill:{ink["line"]}"/>'
    )


def _box(lesson: Lesson, state: State, corner: tuple[int, int], ink: Mapping[str, str], fact: str) -> str:
    x, y = corner
    lines = textwrap.wrap(f"{lesson.number} {lesson.title}", 26, max_lines=2, placeholder=" …")
    titles = [html.escape(line) for line in lines]
    titles[0] = f'<tspan font-weight="700">{titles[0][: len(lesson.number)]}</tspan>{titles[0][len(lesson.number) :]}'
    title = "".join(_text(x + 12, y + 21 + 17 * row, line, ink["ink"]) for row, line in enumerate(titles))
    dash = ' stroke-dasharray="5 3"' if state.word == "open" else ""
    bar = ""
    if state.most and state.points > 0:
        bar = f'<rect x="{x + 12}" y="{y + HIGH - 8}" width="{(WIDE - 24) * state.points / state.most:g}" height="4" fill="{EDGE[state.word]}"/>'
    return (
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="8" style="fill:{ink["paper"]}" '
        f'stroke="{EDGE[state.word]}" stroke-width="2"{dash}/>{_link(lesson_at(lesson), title)}'
        f"{_text(x + 12, y + 62, fact, ink['ink'])}"
        f"{_link(exercises_at(lesson), _text(x + 12, y + 84, f'Exercises {lesson.number}', ink['link']))}{bar}"
    )


def _link(to: str, content: str) -> str:
    return f'<a href="{to}" style="text-decoration:underline">{content}</a>'


def _text(x: float, y: float, content: str, colour: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="13" style="fill:{colour}">{content}</text>'
