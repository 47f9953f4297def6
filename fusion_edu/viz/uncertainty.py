"""How sure is a prediction (lesson 02): claimed against measured variance, and two sensors in a weighted sum."""

from collections.abc import Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.viz.canvas import canvas, prepared
from fusion_edu.viz.style import GREY, STYLE, cue


@mpl.rc_context(STYLE)
def claims(claimed: Sequence[float], measured: Sequence[float], *, unit: str, ax: Axes | None = None) -> Axes:
    """What a model says its error will be, against what it was, group by group; on the line, it is honest.

    Args:
        claimed, measured: K variances, one a group. unit: of both.
    """
    if len(claimed) != len(measured):
        raise ValueError(f"measured has {len(measured)} values, needs {len(claimed)} as claimed has")
    ax = prepared(ax, x=f"claimed variance ({unit})", y=f"measured squared error ({unit})", width=5.2, height=3.8)
    top = 1.15 * max(*claimed, *measured)
    ax.plot([0, top], [0, top], color=GREY, linestyle="--", linewidth=1.2, label="claim = error")
    ax.plot(list(claimed), list(measured), label="quarter of the sentences", **cue(0) | {"linestyle": "-"})
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
def weighing(
    *, noise_a: float = 1.0, noise_b: float = 2.0, correlation: float = 0.0, unit: str = "1"
) -> tuple[Axes, str]:
    """Squared error of a weighted sum of two sensors over the weight of the first, with two choices marked.

    Args:
        noise_a, noise_b: standard deviations of their errors, > 0. correlation: of these errors. unit: of the square.

    Returns:
        The Axes, and one sentence with the numbers.
    """
    first, second = noise_a**2, noise_b**2
    weights = torch.linspace(0, 1, 101, dtype=torch.float64)
    ax = canvas(width=5.6, height=3.8, x="weight of sensor A (1)", y=f"mean squared error ({unit})")
    kinds = (("errors as they are", correlation), ("if errors were independent", 0.0))
    for index, (name, rho) in enumerate(kinds if correlation else kinds[:1]):
        values = blend(weights, first=first, second=second, correlation=rho)
        ax.plot(weights.tolist(), values.tolist(), label=name, **cue(index) | {"marker": ""})
    choices = {"plain mean": 0.5, "1 / variance": second / (first + second)}
    told = []
    for index, (name, weight) in enumerate(choices.items(), 2):
        value = blend(torch.tensor(weight), first=first, second=second, correlation=correlation).item()
        ax.scatter(
            [weight],
            [value],
            s=80,
            label=name,
            zorder=4,
            edgecolors="black",
            marker=cue(index)["marker"],
            color=cue(index)["color"],
        )
        told.append(f"{name} {value:.3f}")
    ax.set_ylim(bottom=0)
    ax.grid(True)
    ax.get_figure(root=True).legend(loc="outside lower center", ncols=2)
    return ax, f"Squared error: A alone {first:.3f}, B alone {second:.3f}, " + ", ".join(told) + "."
