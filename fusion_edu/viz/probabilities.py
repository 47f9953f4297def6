"""Pictures of probabilities (lesson 03): the triangle of three classes, guesses of digits, and how far to trust them."""

import math
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.losses import cross_entropy
from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas, prepared
from fusion_edu.viz.style import COLOURS, GREY, STYLE, cue

CLASSES = ("cat", "dog", "fox")
CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]], dtype=torch.float64)
LEVELS = (0.0, 0.25, 0.5, 1.0, 2.0, math.inf)  # losses in nats at which the triangle changes its shade


def loss_and_gradient(p: Tensor, true: int) -> tuple[float, Tensor]:
    """Cross-entropy of probabilities p (C,), all > 0, and its gradient (C,) with respect to the logits."""
    logits = p.log()[None].requires_grad_()
    loss = cross_entropy(logits, torch.tensor([true]))
    loss.backward()
    return loss.item(), logits.grad[0]


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
    return [left, right], f"p = ({numbers}), true class {true_class}: loss {loss:.2f} nats, gradient p - y = ({steps})."


def _triangle(ax: Axes, p: Tensor, true: int) -> None:
    others = [c for c in range(3) if c != true]
    shades = mpl.colormaps["Blues"](torch.linspace(0.04, 0.62, len(LEVELS) - 1).numpy())
    for shade, low, high in zip(shades, LEVELS[:-1], LEVELS[1:], strict=True):
        ends = [_at_level(high, true, others[0]), _at_level(high, true, others[1])]
        band = torch.stack([_at_level(low, true, others[0]), *ends, _at_level(low, true, others[1])])
        ax.add_patch(mpl.patches.Polygon(band.numpy(), closed=True, facecolor=shade, edgecolor="white", linewidth=1.0))
        if math.isfinite(high):
            ax.text(
                *ends[0].lerp(ends[1], 1 + 0.07 / (1 - math.exp(-high))).tolist(),
                f"{high:g}",
                ha="center",
                va="center",
                fontsize=9,
            )
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
    start = p @ CORNERS
    tip = start.lerp(CORNERS[true], 0.97)
    look = {"arrowstyle": "-|>", "linewidth": 2.2, "color": COLOURS["vermillion"], "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=tip.tolist(), xytext=start.tolist(), arrowprops=look, zorder=3)
    ax.scatter(*start.tolist(), s=80, color=COLOURS["vermillion"], edgecolors="black", zorder=4)
    ax.set(xlim=(-0.34, 1.34), ylim=(-0.08, 1.02), aspect="equal", title="loss (nats), and the pull y - p")
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


def binned(probs: Tensor, labels: Tensor, *, bins: int = 5, least: int = 1) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) for each bin of confidence that holds enough samples.

    Args:
        probs: (N, C) probabilities; the confidence of a row is its largest one.
        labels: (N,) class indices.
        bins: bins of equal width over [1/C, 1].
        least: bins with fewer samples are left out.
    """
    expect(probs=(probs, "N C"), labels=(labels, "N"))
    low = 1 / probs.shape[1]
    confidence, guess = probs.double().max(1)
    index = ((confidence - low) / (1 - low) * bins).long().clamp(0, bins - 1)
    right = (guess == labels).double()
    inside = [index == b for b in range(bins)]
    return [
        (confidence[b].mean().item(), right[b].mean().item(), int(b.sum())) for b in inside if b.sum() >= max(least, 1)
    ]


@mpl.rc_context(STYLE)
def reliability(
    models: Mapping[str, Tensor], labels: Tensor, *, bins: int = 5, title: str = "", ax: Axes | None = None
) -> Axes:
    """How often a model is right, over how sure it says it is; the diagonal is honest, below it is over-confident.

    Args:
        models: name -> (N, C) probabilities for the same samples.
        labels: (N,) class indices.
        bins: bins of equal width over [1/C, 1]; one with fewer than 40 samples is left out, its share would be noise.
    """
    ax = prepared(
        ax, x="how sure it says it is (largest p)", y="how often it is right (1)", title=title, width=5.6, height=4.0
    )
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.4, label="honest")
    for index, (name, probs) in enumerate(models.items()):
        said, right, _ = zip(*binned(probs, labels, bins=bins, least=40), strict=True)
        ax.plot(said, right, label=name, **cue(index))
    low = min(1 / probs.shape[1] for probs in models.values())
    ax.set(xlim=(low, 1.02), ylim=(0, 1.05))
    ax.grid(True)
    ax.legend(handlelength=3.2)
    return ax


@mpl.rc_context(STYLE)
def guesses(pictures: Tensor, models: Mapping[str, Tensor], labels: Tensor, *, classes: Sequence[str]) -> list[Axes]:
    """Pictures in a row, and below each one the probabilities that every model gives; the true class is dark.

    Args:
        pictures: (K, 1, H, W) grey values in [0, 1].
        models: name -> (K, C) probabilities.
        labels: (K,) class indices.
        classes: names of the C classes, short.
    """
    count = expect(pictures=(pictures, "K 1 H W"), labels=(labels, "K"))["K"]
    for name, probs in models.items():
        expect(**{name.replace(" ", "_"): (probs, f"{count} {len(classes)}")})
    figure = mpl.figure.Figure(figsize=(9, 1.6 + 1.25 * len(models)), layout="constrained")
    grid = figure.subplots(1 + len(models), count, squeeze=False)
    for column in range(count):
        grid[0][column].imshow(pictures[column, 0].numpy(), cmap="gray_r", vmin=0, vmax=1)
        grid[0][column].set(xticks=[], yticks=[], title=f"true: {classes[labels[column]]}")
        for ax, probs in zip(grid[1:, column], models.values(), strict=True):
            dark = [COLOURS["blue"] if c == labels[column] else "#c4c4c4" for c in range(len(classes))]
            ax.bar(range(len(classes)), probs[column].tolist(), color=dark)
            ax.set(ylim=(0, 1), xticks=range(len(classes)), yticks=[0, 1] if column == 0 else [])
            ax.set_xticklabels(classes, fontsize=8)
    for ax, name in zip(grid[1:, 0], models, strict=True):
        ax.set_ylabel(f"{name}\np (1)")
    return list(grid.flat)
