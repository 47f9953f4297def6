"""Scores as dots: every run faint, the mean with its 95 % interval, on an axis that is zoomed to the data."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from fusion_edu.evaluate import Bounds, Interval, interval
from fusion_edu.viz.canvas import prepared
from fusion_edu.viz.picture import figure_of
from fusion_edu.viz.rows import Row, draw_rows, key, note_lines, row_of, zoom
from fusion_edu.viz.style import STYLE

Scores = Interval | Bounds | float | Sequence[float]
Roles = Mapping[str, str] | None


@mpl.rc_context(STYLE)
def dots(
    groups: Mapping[str, Scores],
    *,
    x: str,
    y: str = "",
    title: str = "",
    chance: float | None = None,
    baseline: float | str | None = None,
    roles: Roles = None,
    limits: tuple[float, float] | None = None,
    view: tuple[float, float] | None = None,
    unit: str = "seeds",
    test_to_train: float | None = None,
    digits: int = 3,
    ax: Axes | None = None,
) -> Axes:
    """One row a method, from the top in the order given: its runs as faint dots, the mean, the 95 % interval, the numbers.

    The axis goes where the scores lie, not to 0. Chance and baseline are lines where they are near enough, and a note at
    the edge where they are not.

    Args:
        groups: name -> values, one a run; or an Interval or Bounds; or one number (no interval).
        x, y: names of the value axis, with unit, and of the methods.
        chance: what guessing scores.
        baseline: a value to compare with, or the name of the group whose mean it is.
        roles: name -> "single" (one modality) or "fusion": two colours and markers; default one for all.
        limits: what a value can be, (0, 1) for an accuracy: no interval goes beyond.
        view: ends of the axis where it must not move, e.g. under a slider; default as far as the scores go.
        unit, test_to_train: what a run is, as in ``evaluate.interval``.
        digits: after the point, of the numbers.

    Raises:
        ValueError: no group, a role that is neither, or a name in ``roles`` or ``baseline`` that no group has.
    """
    rows = _rows(groups, roles, unit, test_to_train, limits, digits)
    lines = {"chance": chance} if chance is not None else {}
    if isinstance(baseline, str):
        if baseline not in groups:
            raise ValueError(f"baseline is {baseline!r}, needs a number or one of {list(groups)}")
        lines |= {baseline: rows[list(groups).index(baseline)].found.mean}
    elif baseline is not None:
        lines |= {"baseline": baseline}
    ax = prepared(ax, x=x, y=y, title=title, width=7.4, height=1.35 + 0.42 * len(rows))
    draw_rows(ax, rows)
    ax.set_yticks(range(len(rows)), list(groups))
    ends = zoom(rows, list(lines.values()), limits=limits, least=10.0 ** (1 - digits)) if view is None else view
    ax.set_xlim(ends)
    legend(ax, [*key(rows), *note_lines(ax, lines, digits=digits)])
    return ax


def legend(ax: Axes, entries: Sequence[Artist]) -> None:
    """One legend under the whole figure; what is said there already is not said twice."""
    figure = figure_of(ax)
    for old in figure.legends:
        entries = [*(handle for handle in old.legend_handles if handle is not None), *entries]
        old.remove()
    named = {str(entry.get_label()): entry for entry in entries}
    if named:
        fits = sum(len(name) + 6 for name in named) <= 12 * figure.get_size_inches()[0]
        columns = len(named) if fits else -(-len(named) // 2)
        figure.legend(handles=list(named.values()), loc="outside lower center", ncols=columns, handlelength=1.6)


def _rows(
    groups: Mapping[str, Scores],
    roles: Roles,
    unit: str,
    test_to_train: float | None,
    limits: tuple[float, float] | None,
    digits: int,
) -> list[Row]:
    if not groups:
        raise ValueError("groups is empty, needs at least one name")
    for name, role in (roles or {}).items():
        if name not in groups or role not in ("single", "fusion"):
            raise ValueError(f"roles has {name!r}: {role!r}, needs one of {list(groups)}, and 'single' or 'fusion'")
    rows = []
    for name, values in groups.items():
        found: Interval | Bounds
        if isinstance(values, Interval | Bounds):
            found = values
        else:
            numbers = [float(v) for v in values] if hasattr(values, "__iter__") else [float(values)]
            if len(numbers) > 1:
                found = interval(numbers, unit=unit, test_to_train=test_to_train, limits=limits)
            else:
                found = Interval(numbers[0], 0.0, 1)
        rows.append(row_of(found, values, role=(roles or {}).get(name), digits=digits))
    return rows
