"""One row of a plot of scores: faint dots, a mean, an interval, numbers at the right; and how far the axis goes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from fusion_edu.evaluate import Bounds, Interval
from fusion_edu.viz.style import COLOURS, GREY, ROLES, Look

ONE = {"seeds": "one seed", "splits": "one split", "people": "one person"}
BELOW = 0.24  # rows: how far under the mean its runs are drawn


@dataclass(frozen=True)
class Row:
    """What one row shows: the runs (where they are known), their mean and interval, the numbers as text."""

    runs: list[float]
    found: Interval | Bounds
    text: str
    role: str | None
    hollow: bool = False


def row_of(found: Interval | Bounds, values: object, *, role: str | None, digits: int, signed: bool = False) -> Row:
    """The row of an interval; ``values`` are the runs behind it, or anything that is no list of them.

    Args:
        signed: the numbers are differences: "+0.02", and the mean is hollow where 0 lies inside.
    """
    runs = [float(v) for v in values] if isinstance(values, Iterable) else []
    spec = f"{'+' if signed else ''}.{digits}f"
    text = f"{found.mean:{spec}}"
    half = getattr(found, "half", None)
    if half is None or found.high - found.low < 2 * half - 1e-12:  # not symmetric, or cut at a limit
        text += f" [{found.low:{spec}}, {found.high:{spec}}]"
    elif found.n > 1:
        text += f" ± {half:.{digits}f}"
    return Row(runs if len(runs) > 1 else [], found, text, role, signed and found.low <= 0 <= found.high)


def draw_rows(ax: Axes, rows: Sequence[Row | None]) -> None:
    """Draw them from the top; None leaves its row empty."""
    for place, row in enumerate(rows):
        if row is None:
            continue
        colour, marker, _ = ROLES[row.role]
        at = [place + BELOW + 0.05 * ((k % 3) - 1) for k in range(len(row.runs))]
        ax.scatter(row.runs, at, s=16, color=COLOURS[colour], alpha=0.6, linewidths=0, zorder=2)
        if row.found.high > row.found.low:
            ax.plot([row.found.low, row.found.high], [place] * 2, color=COLOURS[colour], zorder=3, **_BAR)
        face = "white" if row.hollow else COLOURS[colour]
        ax.plot(
            [row.found.mean], [place], color=COLOURS[colour], markerfacecolor=face, zorder=4, marker=marker, **_MEAN
        )
        ax.text(1.02, place, row.text, transform=ax.get_yaxis_transform(), va="center", fontsize=10)
    ax.set_ylim(len(rows) - 0.45, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(True, axis="x")
    ax.set_axisbelow(True)


_BAR: Look = {"linewidth": 2.4, "solid_capstyle": "butt"}
_MEAN: Look = {"markersize": 8, "markeredgewidth": 1.8, "linestyle": "none"}


def zoom(
    rows: Iterable[Row], lines: Sequence[float], *, limits: tuple[float, float] | None, least: float, reach: float = 0.7
) -> tuple[float, float]:
    """The ends of the axis: all runs and intervals, and each line that is less than ``reach`` of their span away.

    Args:
        least: the shortest axis, so that noise below the digits written is not blown up.
        limits: no more than a little beyond them.
    """
    ends = [end for row in rows for end in (row.found.low, row.found.high, *row.runs)]
    low, high = min(ends), max(ends)
    if high - low < least:
        low, high = (low + high - least) / 2, (low + high + least) / 2
    span = high - low
    near = [line for line in lines if low - reach * span <= line <= high + reach * span]
    low, high = min([low, *near]), max([high, *near])
    room = 0.06 * (high - low)
    low, high = low - room, high + room
    if limits is not None:
        low, high = max(low, limits[0] - room / 2), min(high, limits[1] + room / 2)
    return low, high


def note_lines(ax: Axes, lines: Mapping[str, float], *, digits: int) -> list[Artist]:
    """Draw each named value as a line; one outside the axis becomes a note at its edge. Returns legend entries."""
    low, high = ax.get_xlim()
    entries: list[Artist] = []
    outside: dict[str, list[str]] = {"left": [], "right": []}
    for (name, value), style in zip(lines.items(), ("--", ":"), strict=False):
        told = f"{name}: {value:.{digits}f}"
        if low <= value <= high:
            entries.append(ax.axvline(value, color=GREY, linestyle=style, linewidth=1.5, label=told, zorder=1))
        else:
            outside["left" if value < low else "right"].append(told)
    place: Look = {"transform": ax.transAxes, "va": "bottom", "fontsize": 10, "color": GREY}
    if outside["left"]:
        ax.text(0, 1.01, f"◂ {', '.join(outside['left'])}", ha="left", **place)
    if outside["right"]:
        ax.text(1, 1.01, f"{', '.join(outside['right'])} ▸", ha="right", **place)
    if any(outside.values()):
        ax.set_title(ax.get_title(), pad=20)
    return entries


def key(rows: Iterable[Row | None]) -> list[Line2D]:
    """Legend entries: what a faint dot is, what the mean's marker says, and the roles that occur."""
    shown = [row for row in rows if row is not None]
    entries = []
    for role in ROLES:
        if role is not None and any(row.role == role for row in shown):
            colour, marker, word = ROLES[role]
            entries.append(Line2D([], [], color=COLOURS[colour], marker=marker, label=word, **_MEAN))
    counts = {(row.found.n, row.found.unit) for row in shown if row.runs and isinstance(row.found, Interval)}
    if counts:
        count, unit = next(iter(counts))
        words = ONE[unit] if len(counts) > 1 else f"one of {count} {unit}"
        entries.append(Line2D([], [], color=GREY, alpha=0.6, marker="o", markersize=4, linestyle="none", label=words))
    if any(row.found.high > row.found.low for row in shown):
        entries.append(Line2D([], [], color=GREY, marker="|", markersize=0, label="95 % interval of the mean", **_BAR))
    return entries
