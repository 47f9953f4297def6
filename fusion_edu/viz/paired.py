"""Gains beside scores: what each method adds to one of them, paired run by run."""

import re
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from fusion_edu.evaluate import Bounds, Interval, gain
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.dotted import Roles, dots, legend
from fusion_edu.viz.rows import Row, draw_rows, row_of, zoom
from fusion_edu.viz.style import GREY, STYLE, Look

SAID = {"higher": "gain over {}", "lower": "difference to {}, below 0 is better"}


@mpl.rc_context(STYLE)
def versus(
    groups: Mapping[str, Sequence[float]],
    *,
    against: str,
    x: str,
    y: str = "",
    title: str = "",
    chance: float | None = None,
    roles: Roles = None,
    limits: tuple[float, float] | None = None,
    unit: str = "seeds",
    test_to_train: float | None = None,
    digits: int = 3,
    better: str = "higher",
) -> list[Axes]:
    """Scores as in :func:`dots` and, beside them, each method's paired gain over one of them, with 0 marked.

    A gain is the method's value minus that of ``against`` in the same run: what the runs share cancels out. Its mean is
    filled where the interval leaves 0 out, and hollow where 0 lies inside: then no difference is shown.

    Args:
        groups: name -> values, one a run, in the same order of runs for all.
        against: name of the method that the others are compared with.
        x, y, title, chance, roles, limits, unit, test_to_train, digits: as in :func:`dots`; gains have the unit of ``x``.
        better: "lower" for errors and losses: what is drawn is then called a difference, and below 0 is better.

    Returns:
        The Axes of the scores and of the gains.

    Raises:
        ValueError: as :func:`dots`; ``against`` is no group; ``better`` is another word; a group without at least two values, run by run.
    """
    if against not in groups:
        raise ValueError(f"against is {against!r}, needs one of {list(groups)}")
    if better not in SAID:
        raise ValueError(f"better is {better!r}, needs one of {list(SAID)}")
    for name, values in groups.items():
        if isinstance(values, Interval | Bounds | int | float) or len(values) < 2:
            raise ValueError(f"groups[{name!r}] is {values!r}, needs at least 2 values, run by run: gains are paired")
    left, right = canvas(2, width=9.6, height=1.6 + 0.42 * len(groups))
    dots(
        groups,
        x=x,
        y=y,
        title=title,
        chance=chance,
        roles=roles,
        limits=limits,
        digits=digits,
        unit=unit,
        test_to_train=test_to_train,
        ax=left,
    )
    gains = {
        name: gain(values, groups[against], unit=unit, test_to_train=test_to_train)
        for name, values in groups.items()
        if name != against
    }
    rows = []
    for name, values in groups.items():
        apart = [float(a) - float(b) for a, b in zip(values, groups[against], strict=True)]
        role = (roles or {}).get(name)
        rows.append(row_of(gains[name], apart, role=role, digits=digits, signed=True) if name in gains else None)
    _gains(right, rows, SAID[better].format(against), digits)
    for ax in (left, right):
        ax.xaxis.set_major_locator(MaxNLocator(5))
    if measured := re.search(r"\([^()]*\)$", x):
        right.set_xlabel(f"{right.get_xlabel()} {measured[0]}")
    return [left, right]


def _gains(ax: Axes, rows: Sequence[Row | None], said: str, digits: int) -> None:
    draw_rows(ax, rows)
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.5, zorder=1)
    ax.set_yticks(range(len(rows)), [""] * len(rows))
    shown = [row for row in rows if row is not None]
    ax.set_xlim(zoom(shown, [0.0], limits=None, least=10.0 ** (1 - digits), reach=float("inf")))
    ax.set_xlabel(said)
    if any(row.hollow for row in shown):
        look: Look = {"marker": "o", "markerfacecolor": "white", "markersize": 8, "markeredgewidth": 1.8}
        legend(ax, [Line2D([], [], color=GREY, linestyle="none", label="hollow: 0 lies inside, not shown", **look)])
