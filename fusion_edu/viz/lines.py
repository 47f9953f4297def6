"""Named curves: what a number does from epoch to epoch, or over a setting."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from fusion_edu.evaluate import Interval
from fusion_edu.viz.canvas import prepared
from fusion_edu.viz.style import GREY, STYLE, cue

Numbers = Sequence[float] | Sequence[Interval]
FEW = 12  # points of a curve up to which each has its marker


@mpl.rc_context(STYLE)
def curves(
    lines: Mapping[str, Numbers | tuple[Sequence[float], Numbers]],
    *,
    x: str,
    y: str,
    title: str = "",
    log: bool = False,
    chance: float | None = None,
    floor: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Several named curves; each has a colour, a line style and markers of its own, at every point where there are few. One curve of
    many points has none: nothing is to be told apart.

    Args:
        lines: name -> values at 1, 2, 3, ... (e.g. ``history.train_loss``), or name -> (positions, values). Values may be
            Intervals: their means are joined, and a faint band goes from end to end.
        log: logarithmic y axis; values must be > 0.
        chance, floor: what guessing scores, what no loss can go below: drawn as a line with its value.

    Raises:
        ValueError: no line, or values <= 0 on a logarithmic axis.
    """
    if not lines:
        raise ValueError("lines is empty, needs at least one name")
    ax = prepared(ax, x=x, y=y, title=title)
    whole = True
    for index, (name, line) in enumerate(lines.items()):
        at, values = line if isinstance(line, tuple) else (range(1, len(line) + 1), line)
        places = [float(p) for p in at]
        whole = whole and all(p.is_integer() for p in places)
        _curve(ax, index, name, places, values, log, marked=len(lines) > 1 or len(places) <= FEW)
    for told, value, style in (("chance", chance, "--"), ("floor", floor, ":")):
        if value is not None:
            ax.axhline(value, color=GREY, linestyle=style, linewidth=1.5, label=f"{told}: {value:.3g}", zorder=1)
    if log:
        ax.set_yscale("log")
    if whole:  # nobody trains 2.5 epochs
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(True, axis="y")
    if len(lines) > 1 or chance is not None or floor is not None:
        ax.legend(handlelength=3.2)
    return ax


def _curve(ax: Axes, index: int, name: str, places: list[float], values: Numbers, log: bool, *, marked: bool) -> None:
    bands = [v for v in values if isinstance(v, Interval)]
    means = [v.mean if isinstance(v, Interval) else float(v) for v in values]
    if log and min(means) <= 0:
        raise ValueError(f"lines[{name!r}] holds values <= 0, needs log=False")
    every = 1 if len(means) <= FEW else max(1, len(means) // 8)
    look = cue(index) if marked else cue(index) | {"marker": ""}
    ax.plot(places, means, label=name, markevery=(index * every // 3 % every, every), zorder=3, **look)
    if bands:
        low, high = [v.low for v in bands], [v.high for v in bands]
        ax.fill_between(places, low, high, color=cue(index)["color"], alpha=0.18, linewidth=0, zorder=2)
