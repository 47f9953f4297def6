"""Pictures of evidence (lesson 12): what a test set can show, gains with their intervals, what leaks pretend."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

import matplotlib as mpl
import torch
from matplotlib.axes import Axes

from fusion_edu.evaluate import Bounds, Interval, interval, paired_power
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.picture import figure_of
from fusion_edu.viz.style import COLOURS, GREY, STYLE, Look

VERDICTS = {"helps": "blue", "not shown": "black", "hurts": "vermillion"}
SIZES = (50, 20_000)  # test items from one end of the power curve to the other


def disagreement(accuracy: float, gain: float, correlation: float) -> float:
    """Share of items that exactly one of two models gets right.

    Args:
        accuracy: of the weaker model, between 0 and 1.
        gain: what the other one adds to it, > 0.
        correlation: of their being right, item by item; 0 for independent models.

    Raises:
        ValueError: accuracy + gain not below 1, or a correlation that no two such models can have.
    """
    p, q = accuracy, accuracy + gain
    if not (0 < p < 1 and gain > 0 and q < 1):
        raise ValueError(f"accuracy is {accuracy} and gain is {gain}, need > 0 and a sum below 1")
    share = p * (1 - q) + q * (1 - p) - 2 * correlation * math.sqrt(p * (1 - p) * q * (1 - q))
    if not gain < share <= min(p + q, 2 - p - q):
        raise ValueError(f"correlation is {correlation}: no two models of accuracy {p:g} and {q:g} can have it")
    return share


@mpl.rc_context(STYLE)
def power_curve(
    *, test_items: int = 200, gain: float = 0.02, correlation: float = 0.5, accuracy: float = 0.8
) -> tuple[Axes, str]:
    """How often a true gain shows, over the size of the test set.

    Args:
        test_items: where the dot stands, 50 to 20,000.
        gain: true difference of the two accuracies.
        correlation: as in ``disagreement``.
        accuracy: of the weaker model.

    Returns:
        The Axes, and one sentence with the numbers.
    """
    apart = disagreement(accuracy, gain, correlation)
    sizes = torch.logspace(math.log10(SIZES[0]), math.log10(SIZES[1]), 90).round().int().tolist()
    ax = canvas(x="test items (count)", y="how often the gain shows (share)", width=5.4, height=3.5)
    ax.plot(sizes, [paired_power(n, gain=gain, disagree=apart) for n in sizes], color=COLOURS["blue"])
    ax.axhline(0.8, color=GREY, linestyle="--", linewidth=1.2)
    ax.text(SIZES[0], 0.81, "usual wish: 0.8", va="bottom", color=GREY, fontsize=10)
    here = paired_power(test_items, gain=gain, disagree=apart)
    ax.scatter([test_items], [here], s=80, color=COLOURS["vermillion"], edgecolors="black", zorder=3)
    ax.set(xscale="log", ylim=(-0.03, 1.05), title=f"a true gain of {100 * gain:.0f} points")
    ax.set_xticks([50, 200, 1000, 5000, 20_000], ["50", "200", "1,000", "5,000", "20,000"])
    ax.grid(True)
    enough = next((n for n in sizes if paired_power(n, gain=gain, disagree=apart) >= 0.8), None)
    wish = f"needs about {_rounded(enough)} items" if enough else f"needs more than {SIZES[1]:,} items"
    return ax, (
        f"{100 * accuracy:.0f} % against {100 * (accuracy + gain):.0f} %, exactly one right on {apart:.0%} of the items: "
        f"{test_items:,} items show the gain in {here:.0%} of all test sets; 80 % {wish}."
    )


def _rounded(count: int) -> str:
    """Two digits that count: 1234 -> "1,200"."""
    step = 10 ** max(len(str(count)) - 2, 0)
    return f"{round(count / step) * step:,}"


def verdict(i: Interval | Bounds) -> str:
    """What an interval of a gain says: "helps" above 0, "hurts" below, "not shown" where 0 lies inside."""
    return "helps" if i.low > 0 else "hurts" if i.high < 0 else "not shown"


@mpl.rc_context(STYLE)
def gains(groups: Mapping[str, Interval | Bounds | Sequence[float]], *, x: str, title: str = "") -> Axes:
    """One dot with its interval a row, in percentage points; the line is "no gain", the colour and shape the verdict.

    Args:
        groups: name -> Interval, Bounds, or gains over seeds, as shares: 0.02 is drawn at 2.
        x: name of the axis, with unit.
    """
    if not groups:
        raise ValueError("groups is empty, needs at least one name")
    found = {name: i if isinstance(i, Interval | Bounds) else interval(i) for name, i in groups.items()}
    ax = canvas(x=x, title=title, width=7.2, height=1.4 + 0.36 * len(found))
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.2)
    for row, i in enumerate(found.values()):
        word = verdict(i)
        ends = [[100 * (i.mean - i.low)], [100 * (i.high - i.mean)]]
        ax.errorbar(
            100 * i.mean,
            row,
            xerr=ends,
            color=COLOURS[VERDICTS[word]],
            marker={"helps": "o", "not shown": "s", "hurts": "v"}[word],
            capsize=4,
            linestyle="none",
        )
        ax.text(1.01, row, f"{100 * i.mean:+.1f}  {word}", transform=ax.get_yaxis_transform(), va="center", fontsize=10)
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.grid(True, axis="x")
    return ax


@mpl.rc_context(STYLE)
def leakage(scores: Mapping[str, tuple[Sequence[float], Sequence[float]]], *, x: str) -> Axes:
    """The honest score and the leaking one, a row each: runs are faint dots, the line between the means is what the leak pretends.

    Args:
        scores: name of the leak -> (honest, leaking), each over seeds.
        x: name of the axis, with unit.
    """
    if not scores:
        raise ValueError("scores is empty, needs at least one leak")
    ax = canvas(x=x, width=7.8, height=1.5 + 0.5 * len(scores))
    for row, pair in enumerate(scores.values()):
        honest, leaking = map(fmean, pair)
        ax.plot([honest, leaking], [row, row], color="#bbbbbb", linewidth=5, zorder=1)
        for values, colour, marker, name in zip(
            pair, ("blue", "vermillion"), "oX", ("honest", "with the leak"), strict=True
        ):
            look: Look = {"color": COLOURS[colour], "marker": marker, "linestyle": "none"}
            ax.plot(values, [row] * len(values), markersize=5, alpha=0.35, markeredgewidth=0, **look)
            ax.plot(fmean(values), row, markersize=9, label=None if row else name, **look)
        gap = f"{100 * (leaking - honest):+.0f} points"
        ax.text(1.01, row, gap, transform=ax.get_yaxis_transform(), va="center", fontsize=10)
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set(ylim=(len(scores) - 0.4, -0.6), xlim=(0.3, 1.03))
    ax.grid(True, axis="x")
    figure_of(ax).legend(loc="outside lower center", ncols=2)
    return ax
