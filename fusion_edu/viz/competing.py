"""Two losses of the same two weights (lesson 11): from above, with the path that a way of joining them takes."""

import math

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, GREY, STYLE

WAYS = ("plain sum", "learned weights", "PCGrad")
START = (-2.2, -1.5)
CENTRES = {"A": (1.6, -0.6), "B": (-0.4, 1.7)}
SHAPES = {"A": ((0.35, 0.0), (0.0, 1.6)), "B": ((1.6, 0.5), (0.5, 0.5))}  # curvatures: narrow one way, wide the other
FLOOR = 0.05  # what no weights can mend: a loss of 0 would have no logarithm
STEPS = 400


def two_losses(at: Tensor, unit: float) -> tuple[Tensor, Tensor]:
    """Losses A and B of the weights (..., 2); B is measured in a unit that makes it ``unit`` times as large."""
    found = []
    for name, factor in (("A", 1.0), ("B", unit)):
        away = at - torch.tensor(CENTRES[name], dtype=at.dtype)
        bowl = torch.einsum("...i,ij,...j->...", away, torch.tensor(SHAPES[name], dtype=at.dtype), away)
        found.append(factor * (bowl / 2 + FLOOR))
    return found[0], found[1]


def gradients(at: Tensor, unit: float) -> tuple[Tensor, Tensor]:
    """The gradient (2,) of each loss at the weights (2,)."""
    found = []
    for name, factor in (("A", 1.0), ("B", unit)):
        away = at - torch.tensor(CENTRES[name], dtype=at.dtype)
        found.append(factor * torch.tensor(SHAPES[name], dtype=at.dtype) @ away)
    return found[0], found[1]


def direction(at: Tensor, unit: float, way: str) -> Tensor:
    """What a way of joining walks against: (2,). Learned weights are at their fixed point, 1 / (2 L) each."""
    a, b = gradients(at, unit)
    if way == "learned weights":
        loss_a, loss_b = two_losses(at, unit)
        return a / (2 * loss_a) + b / (2 * loss_b)
    if way == "PCGrad" and (against := torch.dot(a, b)) < 0:
        return a - against / b.square().sum() * b + b - against / a.square().sum() * a
    return a + b


def path(unit: float, way: str) -> Tensor:
    """(T, 2) gradient descent in steps that are short beside the curvature."""
    rate = 0.03 if way == "learned weights" else 0.5 / (1.8 * unit + 1.6)
    at = [torch.tensor(START, dtype=torch.float64)]
    for _ in range(STEPS):
        at.append(at[-1] - rate * direction(at[-1], unit, way))
    return torch.stack(at)


@mpl.rc_context(STYLE)
def tug(*, unit: float = 1.0, way: str = "plain sum") -> tuple[Axes, str]:
    """Contours of two losses, their gradients at the start, and where a way of joining them leads.

    Args:
        unit: loss B is this many times as large, > 0: the same errors in another unit.
        way: "plain sum", "learned weights" (uncertainty weighting at its fixed point) or "PCGrad".

    Returns:
        The Axes, and one sentence with the numbers.
    """
    if way not in WAYS:
        raise ValueError(f"way is {way!r}, needs one of {', '.join(WAYS)}")
    ax = canvas(x="first weight (1)", y="second weight (1)", width=5, height=3.9)
    side = torch.linspace(-3, 3, 61, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(side, side, indexing="xy"), -1)  # (61, 61, 2)
    for name, values, colour in zip("AB", two_losses(grid, 1.0), ("blue", "vermillion"), strict=True):
        levels = [FLOOR + v for v in (0.1, 0.5, 1.5, 3, 6)]
        ax.contour(side.tolist(), side.tolist(), values.numpy(), levels=levels, colors=COLOURS[colour], linewidths=1.1)
        x, y = CENTRES[name]  # paths end there: the letter stands above
        ax.text(x, y + 0.3, name, color=COLOURS[colour], ha="center", va="bottom", fontsize=13, fontweight="bold")
    start = torch.tensor(START, dtype=torch.float64)
    for g, colour in zip(gradients(start, 1.0), ("blue", "vermillion"), strict=True):
        tip = start - 0.9 * g / g.norm()
        ax.annotate("", xy=tip.tolist(), xytext=START, arrowprops={"arrowstyle": "-|>", "color": COLOURS[colour], "linewidth": 2.2})  # fmt: skip
    walked = path(unit, way)
    ax.plot(walked[:, 0].tolist(), walked[:, 1].tolist(), color="black", linewidth=2, zorder=3)
    ax.scatter(
        walked[-1, 0].item(),
        walked[-1, 1].item(),
        marker="*",
        s=150,
        color=COLOURS["green"],
        edgecolors="black",
        zorder=4,
    )
    ax.scatter(START[0], START[1], s=40, color=GREY, zorder=4)
    ax.set(xlim=(-3, 3), ylim=(-3, 3))
    a, b = gradients(walked[-1], 1.0)
    cosine = (torch.dot(a, b) / (a.norm() * b.norm())).item() if a.norm() > 0 and b.norm() > 0 else math.nan
    first, second = (v.item() for v in two_losses(walked[-1], 1.0))
    return ax, (
        f"The path ends at loss A {first:.2f} and loss B {second:.2f} (B in its old unit). "
        f"The two gradients there have the cosine {cosine:.2f}: the closer to -1, the less both could still gain."
    )
