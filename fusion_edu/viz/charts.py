"""Bars of counts and costs, and strips of runs."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes

from fusion_edu.evaluate import Interval, interval
from fusion_edu.viz.canvas import prepared
from fusion_edu.viz.picture import figure_of
from fusion_edu.viz.style import COLOURS, GREY, STYLE, cue

V = TypeVar("V")
Values = Interval | float | Sequence[float]


def _interval(values: Values) -> Interval:
    if isinstance(values, Interval):
        return values
    numbers = [float(v) for v in values] if hasattr(values, "__iter__") else [float(values)]
    return interval(numbers) if len(numbers) > 1 else Interval(numbers[0], 0.0, 1)


def _line(ax: Axes, value: float | None, name: str, along: str) -> None:
    """A dashed reference line across the bars, with its name."""
    if value is None:
        return
    draw = ax.axvline if along == "y" else ax.axhline
    draw(value, color=GREY, linestyle="--", linewidth=1.2, label=name, zorder=3)
    figure_of(ax).legend(loc="outside lower center")


def _named(groups: Mapping[str, V]) -> Mapping[str, V]:
    if not groups:
        raise ValueError("groups is empty, needs at least one name")
    return groups


@mpl.rc_context(STYLE)
def bars(
    groups: Mapping[str, Values],
    *,
    x: str,
    y: str = "",
    title: str = "",
    chance: float | None = None,
    digits: int = 3,
    ax: Axes | None = None,
) -> Axes:
    """Counts and costs: one horizontal bar each from 0, from the top in the order given, its value written beside it.

    For scores take :func:`fusion_edu.viz.dots`: bars from 0 hide the differences that a score is shown for.

    Args:
        groups: name -> Interval, or values over seeds (their 95 % interval is drawn), or one number (no interval).
        x, y: names of the value axis, with unit, and of the methods.
        chance: what guessing scores, drawn as a line.
    """
    found = {name: _interval(values) for name, values in _named(groups).items()}
    ax = prepared(ax, x=x, y=y, title=title, height=1.2 + 0.45 * len(found) + 0.3 * (chance is not None))
    span = max([abs(i.high) for i in found.values()] + [abs(i.low) for i in found.values()] + [chance or 0]) or 1.0
    for row, i in enumerate(found.values()):
        ax.barh(row, i.mean, height=0.62, color=COLOURS["sky"], edgecolor=COLOURS["blue"], zorder=2)
        if i.half:
            ends = [[i.mean - i.low], [i.high - i.mean]]
            ax.errorbar(i.mean, row, xerr=ends, color="black", capsize=4, linewidth=1.4, zorder=4)
        end = max(i.high, 0.0) if i.mean >= 0 else min(i.low, 0.0)
        text = f"{i.mean:.{digits}f}" + (f" ± {i.half:.{digits}f}" if i.n > 1 else "")
        side = "left" if i.mean >= 0 else "right"
        ax.text(end + (0.015 if i.mean >= 0 else -0.015) * span, row, text, va="center", ha=side, fontsize=10)
    ax.set_yticks(range(len(found)), list(found))
    ax.invert_yaxis()
    low, high = min(0, *(i.low for i in found.values())), max(0, *(i.high for i in found.values()))
    ax.set_xlim(low - 0.3 * span * (low < 0), high + 0.3 * span * (high > 0))
    if low >= 0:  # room for the numbers, but no tick beyond what can be: 1 for shares, about the longest bar for others
        last = 1 if all(i.mean <= 1 for i in found.values()) else 1.05 * high
        ax.set_xticks([tick for tick in ax.get_xticks() if tick <= last])
    _line(ax, chance, f"chance: {chance:.{digits}f}" if chance is not None else "", "y")
    return ax


@mpl.rc_context(STYLE)
def strip(
    groups: Mapping[str, Sequence[float]],
    *,
    y: str,
    x: str = "",
    title: str = "",
    chance: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """One dot a seed, one column a method; beside the dots the mean and its 95 % interval."""
    ax = prepared(ax, x=x, y=y, title=title)
    for column, values in enumerate(_named(groups).values()):
        numbers = [float(v) for v in values]
        place = [column + 0.05 * ((k % 5) - 2) for k in range(len(numbers))]
        ax.scatter(
            place, numbers, s=26, facecolors="none", edgecolors=cue(column)["color"], marker=cue(column)["marker"]
        )
        i = _interval(numbers)
        label = "mean and 95 % interval" if column == 0 and i.n > 1 else None
        ax.errorbar(
            column + 0.28,
            i.mean,
            yerr=[[i.mean - i.low], [i.high - i.mean]] if i.half else None,
            color="black",
            marker="_",
            capsize=4,
            label=label,
            linestyle="none",
        )
    ax.set_xticks(range(len(groups)), [name.replace(" ", "\n", 1) if len(name) > 14 else name for name in groups])
    ax.set_xlim(-0.5, len(groups) - 0.3)
    if chance is not None:
        ax.axhline(chance, color=GREY, linestyle="--", linewidth=1.2, label="chance")
    if ax.get_legend_handles_labels()[0]:
        figure_of(ax).legend(loc="outside lower center", ncols=2)
    return ax
