"""How sure is a prediction (lesson 02): claimed against measured variance, and two sensors in a weighted sum."""

from collections.abc import Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.evaluate import Bounds, Interval
from fusion_edu.viz.canvas import canvas, prepared
from fusion_edu.viz.charts import bars
from fusion_edu.viz.style import GREY, STYLE, cue


@mpl.rc_context(STYLE)
def error_calibration(
    claimed: Sequence[float],
    measured: Sequence[float | Interval | Bounds],
    *,
    unit: str,
    group: str = "quarter of the sentences",
    ax: Axes | None = None,
) -> Axes:
    """What a model says its error will be, against what it was, group by group; on the line, it is honest.

    Args:
        claimed, measured: K variances, one a group; a measured one may be an Interval or Bounds. unit: of both.
        group: what one of the K groups is.
    """
    if len(claimed) != len(measured):
        raise ValueError(f"measured has {len(measured)} values, needs {len(claimed)} as claimed has")
    ax = prepared(ax, x=f"claimed variance ({unit})", y=f"measured squared error ({unit})", width=5.2, height=3.8)
    means = [value.mean if isinstance(value, Interval | Bounds) else value for value in measured]
    tops = [value.high if isinstance(value, Interval | Bounds) else value for value in measured]
    top = 1.15 * max(*claimed, *tops)
    ax.plot([0, top], [0, top], color=GREY, linestyle="--", linewidth=1.2, label="claim = error")
    ax.plot(list(claimed), means, label=group, **cue(0) | {"linestyle": "-"})
    for at, value in zip(claimed, measured, strict=True):
        if isinstance(value, Interval | Bounds):
            ax.vlines(at, value.low, value.high, color=cue(0)["color"], linewidth=1.8)
    ax.set(xlim=(0, top), ylim=(0, top))
    ax.legend(loc="upper left")
    return ax


def blend(weight: Tensor, *, first: float, second: float, correlation: float = 0.0) -> Tensor:
    """Mean squared error of ``weight`` * first sensor + (1 - weight) * second one, from what each does alone.

    Args:
        weight: any shape. first, second: mean squared errors, > 0.
        correlation: of the two errors, in [-1, 1].
    """
    other = 1 - weight
    return weight**2 * first + other**2 * second + 2 * weight * other * correlation * (first * second) ** 0.5


@mpl.rc_context(STYLE)
def weighing(*, noise_a: float = 1.0, noise_b: float = 2.0, correlation: float = 0.0) -> tuple[list[Axes], str]:
    """Squared error of a weighted sum of two sensors over the weight of the first, beside four ways to choose it.

    Args:
        noise_a, noise_b: standard deviations of their errors, > 0. correlation: of these errors.

    Returns:
        The two Axes, and one sentence with the numbers.
    """
    first, second = noise_a**2, noise_b**2
    ways = {"A alone": 1.0, "B alone": 0.0, "plain mean": 0.5, "1 / variance": second / (first + second)}
    left, right = canvas(2, width=9, height=3.2)
    weights = torch.linspace(0, 1, 101, dtype=torch.float64)
    for index, (name, rho) in enumerate((("errors as they are", correlation), ("if independent", 0.0))):
        values = blend(weights, first=first, second=second, correlation=rho)
        if index == 0 or correlation:
            left.plot(weights.tolist(), values.tolist(), label=name, **cue(index) | {"marker": ""})
    found = {}
    for index, (name, weight) in enumerate(ways.items(), 2):
        found[name] = blend(torch.tensor(weight), first=first, second=second, correlation=correlation).item()
        if 0 < weight < 1:
            look = cue(index) | {"linestyle": "none", "markersize": 9, "markeredgecolor": "black"}
            left.plot([weight], [found[name]], label=name, **look)
    left.set(xlabel="weight of sensor A (1)", ylabel="mean squared error (1)", ylim=(0, 1.35 * max(first, second)))
    left.legend(loc="upper center", ncols=2)
    left.grid(True)
    bars(found, x="mean squared error (1)", ax=right)
    return [left, right], ", ".join(f"{name} {value:.3f}" for name, value in found.items()) + "."
