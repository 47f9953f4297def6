"""The triangle of three classes (lesson 03): the loss everywhere, and the way that gradient descent takes."""

import math

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.losses import cross_entropy
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, STYLE, Look

CLASSES = ("cat", "dog", "fox")
CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]], dtype=torch.float64)
LEVELS = (0.0, 0.25, 0.5, 1.0, 2.0, math.inf)  # losses in nats at which the triangle changes its shade


def loss_and_gradient(p: Tensor, true: int) -> tuple[float, Tensor]:
    """Cross-entropy of probabilities p (C,), all > 0, and its gradient (C,) with respect to the logits."""
    logits = p.log()[None].requires_grad_()
    loss = cross_entropy(logits, torch.tensor([true]))
    loss.backward()
    assert logits.grad is not None
    return loss.item(), logits.grad[0]


def first_move(p: Tensor, true: int) -> Tensor:
    """Where a small step of gradient descent on the logits moves the probabilities p (C,): J (y - p), J = diag(p) - p p'.

    It is not the direction y - p: that is what the *logits* get, and the softmax lies between.
    """
    pull = -p.clone()
    pull[true] += 1
    return p * (pull - p @ pull)


def descent(p: Tensor, true: int, *, until: float = 0.97, step: float = 0.02) -> Tensor:
    """The probabilities (K, C) on the way of gradient descent on the logits, in steps of one length, from p (C,) to where
    the true class has the share ``until``."""
    way = [p]
    logits = p.log()
    while way[-1][true] < until:
        pull = -way[-1].clone()
        pull[true] += 1
        logits = logits + step * pull / pull.norm()
        way.append(logits.softmax(0))
    return torch.stack(way)


@mpl.rc_context(STYLE)
def simplex(
    *, probability_of_cat: float = 0.2, dogs_share_of_the_rest: float = 0.7, true_class: str = "cat"
) -> tuple[list[Axes], str]:
    """All predictions over three classes as a triangle, its shade the loss, and the gradient at one of them.

    Args:
        probability_of_cat: p of the first class, in (0, 1).
        dogs_share_of_the_rest: what "dog" gets of 1 - p, in (0, 1); "fox" gets what is left.
        true_class: "cat", "dog" or "fox".

    Returns:
        The two Axes, and one sentence with the numbers.
    """
    given = {"probability_of_cat": probability_of_cat, "dogs_share_of_the_rest": dogs_share_of_the_rest}
    for name, value in given.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}, needs to lie between 0 and 1")
    if true_class not in CLASSES:
        raise ValueError(f"true_class is {true_class!r}, needs one of {', '.join(CLASSES)}")
    dog = (1 - probability_of_cat) * dogs_share_of_the_rest
    p = torch.tensor([probability_of_cat, dog, 1 - probability_of_cat - dog], dtype=torch.float64)
    true = CLASSES.index(true_class)
    loss, gradient = loss_and_gradient(p, true)
    left, right = canvas(2, width=9, height=3.5)
    _triangle(left, p, true)
    _gradient_bars(right, gradient)
    numbers = ", ".join(f"{name} {value:.2f}" for name, value in zip(CLASSES, p.tolist(), strict=True))
    steps = ", ".join(f"{value:+.2f}" for value in gradient.tolist())
    move = ", ".join(f"{value:+.2f}" for value in first_move(p, true).tolist())
    return [left, right], (
        f"p = ({numbers}), true class {true_class}: loss {loss:.2f} nats, gradient p - y = ({steps}); "
        f"a small step moves p along ({move})."
    )


def _triangle(ax: Axes, p: Tensor, true: int) -> None:
    others = [c for c in range(3) if c != true]
    shades = mpl.colormaps["Blues"](torch.linspace(0.04, 0.62, len(LEVELS) - 1).numpy())
    for shade, low, high in zip(shades, LEVELS[:-1], LEVELS[1:], strict=True):
        ends = [_at_level(high, true, others[0]), _at_level(high, true, others[1])]
        band = torch.stack([_at_level(low, true, others[0]), *ends, _at_level(low, true, others[1])])
        ax.add_patch(mpl.patches.Polygon(band.numpy(), closed=True, facecolor=shade, edgecolor="white", linewidth=1.0))
        if math.isfinite(high):
            x, y = ends[0].lerp(ends[1], 1 + 0.07 / (1 - math.exp(-high))).tolist()
            ax.text(x, y, f"{high:g}", ha="center", va="center", fontsize=9)
    for name, (x, y), place in zip(CLASSES, CORNERS.tolist(), ("right", "left", "center"), strict=True):
        weight = "bold" if name == CLASSES[true] else "normal"
        ax.text(
            x + {"right": -0.04, "left": 0.04, "center": 0}[place],
            y + (0.05 if place == "center" else 0),
            f"{name} (true)" if weight == "bold" else name,
            ha=place,
            va="bottom" if place == "center" else "center",
            fontweight=weight,
        )
    way = descent(p, true) @ CORNERS
    start, colour = way[0], COLOURS["vermillion"]
    ax.plot(
        *torch.stack([start, CORNERS[true]]).T.tolist(),
        color=COLOURS["green"],
        linestyle=":",
        linewidth=1.8,
        label="straight",
    )
    ax.plot(*way.T.tolist(), color=colour, linewidth=2.2, zorder=3, label="gradient descent")
    look: Look = {"arrowstyle": "-|>", "linewidth": 2.2, "color": colour, "shrinkA": 0, "shrinkB": 0}
    ax.annotate(
        "", xy=tuple(way[-1].tolist()), xytext=tuple(way[max(-20, -len(way))].tolist()), arrowprops=look, zorder=3
    )
    ax.scatter(start[0].item(), start[1].item(), s=80, color=colour, edgecolors="black", zorder=4)
    ax.legend(loc="upper left", bbox_to_anchor=(-0.12, 1.0), handlelength=1.6)
    ax.set(xlim=(-0.34, 1.34), ylim=(-0.08, 1.02), aspect="equal", title="loss (nats), and the way to the true class")
    ax.axis("off")


def _at_level(loss: float, true: int, other: int) -> Tensor:
    """The point on the edge from the true corner to another one where the loss has this value."""
    return CORNERS[other].lerp(CORNERS[true], math.exp(-loss))


def _gradient_bars(ax: Axes, gradient: Tensor) -> None:
    for row, value in enumerate(gradient.tolist()):
        ax.barh(row, value, height=0.6, color=COLOURS["sky"], edgecolor=COLOURS["blue"])
        ax.text(
            value + (0.04 if value >= 0 else -0.04),
            row,
            f"{value:+.2f}",
            va="center",
            ha="left" if value >= 0 else "right",
        )
    ax.axvline(0, color="black", linewidth=1)
    ax.set_yticks(range(3), CLASSES)
    ax.invert_yaxis()
    ax.set(xlim=(-1.35, 1.35), xlabel="slope of the loss for this logit (nats)", title="gradient p - y")
