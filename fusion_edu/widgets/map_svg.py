"""The prerequisite graph as SVG: columns by depth, arrows from what is needed to what needs it."""

import base64
import html
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from fusion_edu.syllabus import Lesson

WIDE, HIGH, GAP_X, GAP_Y = 196, 78, 40, 18
SIGN = {"done": "✓", "started": "◐", "open": "○"}
EDGE = {"done": "#009E73", "started": "#E69F00", "open": "#8a8a8a"}
THEME = {
    "ink": "var(--jp-content-font-color1,#222)",
    "paper": "var(--jp-layout-color1,#fff)",
    "line": "var(--jp-content-font-color2,#666)",
}
PRINT = {"ink": "#222", "paper": "#fff", "line": "#666"}


@dataclass(frozen=True)
class State:
    """How far one lesson is: "done", "started" or "open", with its points."""

    word: str
    points: float
    most: float

    def __str__(self) -> str:
        return f"{self.word}" + (f" {self.points:g}/{self.most:g}" if self.most else "")


def places(lessons: Mapping[str, Lesson]) -> dict[str, tuple[int, int]]:
    """Column and row of each lesson: a column right of everything it needs."""
    depth: dict[str, int] = {}
    for number, lesson in lessons.items():
        depth[number] = 1 + max((depth[n] for n in lesson.needs if n in depth), default=-1)
    rows: dict[int, int] = {}
    spots = {}
    for number in lessons:
        column = depth[number]
        spots[number] = (column, rows.get(column, 0))
        rows[column] = rows.get(column, 0) + 1
    return spots


def draw(lessons: Mapping[str, Lesson], now: Mapping[str, State], *, ink: Mapping[str, str] = THEME) -> str:
    """The SVG; ``ink`` holds the colours of the theme."""
    spots = places(lessons)
    corner = {n: (4 + c * (WIDE + GAP_X), 4 + r * (HIGH + GAP_Y)) for n, (c, r) in spots.items()}
    wide = max(x for x, _ in corner.values()) + WIDE + 4
    high = max(y for _, y in corner.values()) + HIGH + 4
    arrows = [_arrow(corner[n], corner[to], ink) for to, lesson in lessons.items() for n in lesson.needs if n in corner]
    boxes = [_box(lesson, now[number], corner[number], ink) for number, lesson in lessons.items()]
    name = html.escape("; ".join(f"{n} {lessons[n].title}: {state}" for n, state in now.items()), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" '
        f'aria-label="Course map. {name}" style="max-width:100%;height:auto" font-family="system-ui,sans-serif">'
        f"{''.join(arrows)}{''.join(boxes)}</svg>"
    )


def image(lessons: Mapping[str, Lesson], now: Mapping[str, State], *, alt: str) -> str:
    """The same map as an <img> on white: it survives where inline SVG is taken out of an untrusted notebook."""
    svg = draw(lessons, now, ink=PRINT)
    code = base64.b64encode(svg.encode()).decode()
    style = "max-width:100%;height:auto;background:white"
    return f'<img alt="{html.escape(alt, quote=True)}" style="{style}" src="data:image/svg+xml;base64,{code}">'


def _arrow(start: tuple[int, int], end: tuple[int, int], ink: Mapping[str, str]) -> str:
    x1, y1, x2, y2 = start[0] + WIDE, start[1] + HIGH / 2, end[0], end[1] + HIGH / 2
    half = (x2 - x1) / 2
    path = f"M{x1} {y1:g} C{x1 + half:g} {y1:g} {x2 - half:g} {y2:g} {x2 - 7} {y2:g}"
    tip = f"M{x2 - 8} {y2 - 4:g} L{x2} {y2:g} L{x2 - 8} {y2 + 4:g} Z"
    return (
        f'<path d="{path}" fill="none" style="stroke:{ink["line"]}" stroke-width="1.5"/>'
        f'<path d="{tip}" style="fill:{ink["line"]}"/>'
    )


def _box(lesson: Lesson, state: State, corner: tuple[int, int], ink: Mapping[str, str]) -> str:
    x, y = corner
    lines = textwrap.wrap(f"{lesson.number} {lesson.title}", 25, max_lines=2, placeholder=" …")
    titles = [html.escape(line) for line in lines]
    titles[0] = f'<tspan font-weight="700">{titles[0][: len(lesson.number)]}</tspan>{titles[0][len(lesson.number) :]}'
    texts = [_text(x + 12, y + 20 + 16 * row, title, ink, size=13) for row, title in enumerate(titles)]
    dash = ' stroke-dasharray="5 3"' if state.word == "open" else ""
    words = f"{SIGN[state.word]} {state.word}" + (f", {state.points:g} of {state.most:g} points" if state.most else "")
    bar = ""
    if state.most and state.points > 0:
        bar = f'<rect x="{x + 12}" y="{y + HIGH - 10}" width="{(WIDE - 24) * state.points / state.most:g}" height="4" fill="{EDGE[state.word]}"/>'
    texts.append(_text(x + 12, y + HIGH - 18, words, ink, size=12))
    return (
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="8" style="fill:{ink["paper"]}" '
        f'stroke="{EDGE[state.word]}" stroke-width="2"{dash}/>{"".join(texts)}{bar}'
    )


def _text(x: float, y: float, content: str, ink: Mapping[str, str], *, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" style="fill:{ink["ink"]}">{content}</text>'
