"""Pictures of pairs and distances (lesson 04): the spring, the histogram of distances, what a search found."""

from collections.abc import Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.losses import contrastive
from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas, prepared
from fusion_edu.viz.style import COLOURS, GREY, STYLE

REACH = 2.5  # how far the pictures of one pair go, in units of the distance


def pull_and_push(distance: float, *, similar: bool, margin: float) -> tuple[float, float]:
    """Contrastive loss of one pair, and the force along the line through it (negative pulls together).

    The force is minus the slope of the loss with respect to the distance.
    """
    d = torch.tensor([distance], dtype=torch.float64, requires_grad=True)
    loss = contrastive(d, torch.tensor([float(similar)]), margin=margin)
    loss.backward()
    assert d.grad is not None
    return loss.item(), -d.grad.item() + 0.0  # + 0.0: no "-0"


@mpl.rc_context(STYLE)
def spring(distance: float = 0.6, *, similar: bool = False, margin: float = 1.0) -> tuple[list[Axes], str]:
    """Two points and the force between them, beside the loss over their distance.

    Args:
        distance: of the pair, in [0, 2.5].
        similar: which of the two branches of the loss acts.
        margin: > 0.

    Returns:
        The two Axes, and one sentence with the numbers.
    """
    loss, force = pull_and_push(distance, similar=similar, margin=margin)
    left, right = canvas(2, width=9, height=3.0)
    _pair(left, distance, force, similar, margin)
    _loss_curve(right, distance, loss, similar, margin)
    does = "no force" if abs(force) < 5e-3 else f"force {abs(force):.2f} " + ("inwards" if force < 0 else "outwards")
    kind = "similar (y = 1)" if similar else "dissimilar (y = 0)"
    return [left, right], f"{kind}, distance {distance:.1f}, margin {margin:.1f}: loss {loss:.3f}, {does}."


def _pair(ax: Axes, distance: float, force: float, similar: bool, margin: float) -> None:
    if not similar:
        ring = mpl.patches.Circle((0, 0), margin, fill=False, linestyle="--", edgecolor=GREY)
        ax.add_patch(ring)
        ax.text(0, margin + 0.08, "margin", ha="center", va="bottom", color=GREY, fontsize=10)
    ax.plot([0, distance], [0, 0], color="#bbbbbb", zorder=1)
    for place, name, colour in ((0.0, "a", COLOURS["blue"]), (distance, "b", COLOURS["vermillion"])):
        ax.scatter([place], [0], s=110, color=colour, edgecolors="black", zorder=3)
        ax.text(place, 0.22, name, ha="center", va="bottom", fontsize=12)
    if abs(force) > 5e-3:
        arrow = {"arrowstyle": "-|>", "linewidth": 2.5, "color": "black", "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", xy=(distance + force, -0.35), xytext=(distance, -0.35), zorder=4, arrowprops=arrow)
    ax.set(xlim=(-REACH, REACH + 0.6), ylim=(-2.1, 2.4), aspect="equal", title="the pair, and the force on b")
    ax.axis("off")


def _loss_curve(ax: Axes, distance: float, loss: float, similar: bool, margin: float) -> None:
    d = torch.linspace(0, REACH, 101)
    values = contrastive(d, torch.full_like(d, float(similar)), margin=margin, reduction="none")
    ax.plot(d.tolist(), values.tolist(), color=COLOURS["blue"])
    ax.scatter([distance], [loss], s=70, color=COLOURS["vermillion"], edgecolors="black", zorder=3)
    if not similar:
        ax.axvline(margin, color=GREY, linestyle="--", linewidth=1.2)
    ax.set(xlabel="distance d (1)", ylabel="loss of the pair (1)", ylim=(-0.1, 3.4), title="the loss over the distance")
    ax.grid(True)


@mpl.rc_context(STYLE)
def distances(
    same: Tensor, different: Tensor, *, margin: float | None = None, title: str = "", ax: Axes | None = None
) -> Axes:
    """How far apart pairs are: one histogram for similar pairs, one for the others.

    Args:
        same, different: (P,) and (Q,) distances.
        margin: drawn as a line where given.
    """
    expect(same=(same, "P"), different=(different, "Q"))
    ax = prepared(ax, x="distance of the pair (1)", y="share of pairs (1)", title=title)
    top = max(float(same.max()), float(different.max()), margin or 0.0, 1e-6)
    edges = torch.linspace(0, top, 31).tolist()
    for values, name, colour, hatch in (
        (same, "similar pairs", COLOURS["blue"], None),
        (different, "dissimilar pairs", COLOURS["orange"], "//"),
    ):
        share = [1 / len(values)] * len(values)
        ax.hist(
            values.tolist(), edges, weights=share, alpha=0.6, color=colour, hatch=hatch, label=name, edgecolor="white"
        )
    if margin is not None:
        ax.axvline(margin, color="black", linestyle="--", linewidth=1.4, label="margin")
    ax.legend()
    return ax


@mpl.rc_context(STYLE)
def matches(
    queries: Tensor,
    found: Tensor,
    right: Sequence[bool],
    *,
    asked: str,
    answered: str,
    words: tuple[str, str] = ("right", "wrong"),
) -> list[Axes]:
    """Pairs of pictures: each query above the picture that it was matched with, and whether that was right.

    Args:
        queries, found: (K, 3, H, W) pictures in [0, 1].
        right: K verdicts.
        asked, answered: names of the two rows.
        words: what is written below a pair that is right, and below one that is wrong.
    """
    count = expect(queries=(queries, "K 3 H W"), found=(found, "K 3 H W"))["K"]
    if len(right) != count:
        raise ValueError(f"right has {len(right)} verdicts, needs {count}, one a query")
    figure = mpl.figure.Figure(figsize=(9, 2.6), layout="constrained")
    axes = figure.subplots(2, count)
    for column in range(count):
        for row, picture in enumerate((queries[column], found[column])):
            ax = axes[row][column]
            ax.imshow(picture.permute(1, 2, 0).clamp(0, 1).numpy(), interpolation="nearest")
            ax.set(xticks=[], yticks=[])
        verdict, colour = (words[0], COLOURS["blue"]) if right[column] else (words[1], COLOURS["vermillion"])
        axes[1][column].set_xlabel(verdict, color=colour, fontsize=11)
        axes[1][column].spines[:].set(visible=True, color=colour, linewidth=2.5)
    axes[0][0].set_ylabel(asked)
    axes[1][0].set_ylabel(answered)
    return [ax for row in axes for ax in row]
