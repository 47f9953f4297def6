"""What a few more runs buy (lesson 00): the interval of the mean while seeds are added."""

import math
from collections.abc import Sequence
from statistics import stdev

import matplotlib as mpl
import scipy
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter

from fusion_edu.evaluate import Interval, interval
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, GREY, STYLE, Look


def typical_half(spread: float, seeds: int) -> float:
    """Half-width of the 95 % Student-t interval of a mean of ``seeds`` >= 2 runs whose standard deviation is ``spread``."""
    return float(scipy.stats.t.ppf(0.975, seeds - 1)) * spread / math.sqrt(seeds)


@mpl.rc_context(STYLE)
def interval_width(values: Sequence[float], *, seeds: int, y: str = "accuracy (1)") -> tuple[list[Axes], str]:
    """The first runs with the interval of their mean, beside the half-width over the number of runs.

    Args:
        values: results of S >= 2 runs, one a seed; the curve takes the standard deviation of all of them.
        seeds: how many of them are known so far, 2 to S.
        y: what the values are, with its unit.

    Returns:
        The two Axes, and one sentence with the numbers.

    Raises:
        ValueError: seeds out of range.
    """
    if not 2 <= seeds <= len(values):
        raise ValueError(f"seeds is {seeds}, needs 2 to {len(values)}: one run has no spread")
    found = interval(values[:seeds])
    left, right = canvas(2, width=9, height=3.3)
    _runs(left, values, seeds, found)
    left.set(xlabel="run", ylabel=y, title="runs so far, mean and 95 % interval")
    sizes = range(2, len(values) + 1)
    spread = stdev(values)
    right.plot(sizes, [typical_half(spread, n) for n in sizes], color=COLOURS["blue"], label="typical")
    dot: Look = {"s": 70, "color": COLOURS["vermillion"], "edgecolors": "black"}
    right.scatter([seeds], [found.half], label="of these runs", zorder=3, **dot)
    right.legend()
    right.set(xlabel="number of seeds", ylabel="± (half-width)", title="how wide the interval is")
    if spread > 0:  # a logarithm has no 0
        right.set_yscale("log")
        right.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        right.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        right.yaxis.set_minor_locator(NullLocator())
    right.grid(True)
    for ax in (left, right):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return [left, right], f"{seeds} seeds: {found.mean:.3f} ± {found.half:.3f}."


def _runs(ax: Axes, values: Sequence[float], seeds: int, found: Interval) -> None:
    ax.axhspan(found.low, found.high, color=COLOURS["sky"], alpha=0.35, linewidth=0)
    ax.axhline(found.mean, color=COLOURS["blue"])
    ax.scatter(range(1, seeds + 1), values[:seeds], color="black", s=24, zorder=3)
    ax.scatter(range(seeds + 1, len(values) + 1), values[seeds:], s=20, facecolors="none", edgecolors=GREY, alpha=0.35)
    low, high = min(values), max(values)
    room = 0.6 * (high - low) or 0.1
    ax.set(xlim=(0, len(values) + 1), ylim=(low - room, high + room))
