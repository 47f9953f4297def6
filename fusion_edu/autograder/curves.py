"""Right and wrong as two curves, for the report of a task whose mistake is easiest to see."""

import contextlib
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fusion_edu.autograder.case import mapped
from fusion_edu.autograder.task import Curve, Task

EXPECTED, YOURS = "#0072B2", "#D55E00"  # Okabe-Ito blue and vermillion


@dataclass(frozen=True)
class Drawn:
    """The numbers of one picture: what was expected and what came back over ``curve.at``."""

    curve: Curve
    expected: tuple[float, ...]
    got: tuple[float, ...]


def drawn(task: Task, answer: Callable[..., Any]) -> Drawn | None:
    """The first curve of the task in which the answer differs visibly, or None."""
    for curve in task.curves:
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                expected, got = (
                    tuple(_at(curve, function, x) for x in curve.at) for function in (task.reference, answer)
                )
        except (Exception, SystemExit):
            continue  # the report says what was raised
        scale = max(map(abs, expected), default=1.0) or 1.0
        if any(math.isfinite(b) and abs(a - b) > 0.01 * scale for a, b in zip(expected, got, strict=True)):
            return Drawn(curve, expected, got)
    return None


def _at(curve: Curve, function: Callable[..., Any], x: float) -> float:
    value = float(curve.pick(function(*mapped(curve.args(x), lambda t: t.clone()))))
    return value if abs(value) < 1e6 else math.nan


def image(picture: Drawn) -> str:
    """An <img> element for light and dark pages, and its alt text says what is drawn."""
    from matplotlib.figure import Figure

    from fusion_edu.viz.picture import coded, day_and_night, page

    figure = Figure(figsize=(4.4, 2.4), facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    axes.plot(picture.curve.at, picture.expected, color=EXPECTED, lw=3.5, alpha=0.75, label="expected")
    axes.plot(picture.curve.at, picture.got, color=YOURS, lw=1.8, ls="--", label="yours")
    low, high = min(picture.expected), max(picture.expected)
    axes.set_ylim(*_limits(low, high, [y for y in picture.got if math.isfinite(y)]))
    axes.set(xlabel=picture.curve.x, ylabel=picture.curve.y, title=picture.curve.title)
    axes.legend(frameon=False)
    alt = f"{picture.curve.title}: your curve (dashed) against the expected one (solid)"
    day, night = (coded(shade) for shade in day_and_night(figure))
    return page(day, night, alt=alt)


def _limits(low: float, high: float, got: list[float]) -> tuple[float, float]:
    """Room for both curves, but at most three times the height of the expected one."""
    room = (high - low) or 1.0
    bottom, top = max(min([low, *got]), low - room), min(max([high, *got]), high + room)
    return bottom - 0.05 * room, top + 0.05 * room
