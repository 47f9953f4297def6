"""Pictures of probabilities (lesson 03): guesses of digits, and how far to trust them."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.evaluate.intervals import of_share
from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import prepared
from fusion_edu.viz.style import COLOURS, GREY, STYLE, cue


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

    Each bin has its 95 % interval (Wilson), and below stands how many samples it holds (not where ``ax`` is given).

    Args:
        models: name -> (N, C) probabilities for the same samples.
        labels: (N,) class indices.
        bins: bins of equal width over [1/C, 1]; one with fewer than 40 samples is left out, its share would be noise.
    """
    low = min(1 / probs.shape[1] for probs in models.values())
    sure, often = "how sure it says it is (largest p)", "how often it is right (share)"
    if ax is None:
        figure = mpl.figure.Figure(figsize=(5.8, 4.8), layout="constrained")
        ax, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.2, 1])
        _counts(below, models, bins, low)
        below.set_xlabel(sure)
        ax.set(ylabel=often, title=title)
    else:
        prepared(ax, x=sure, y=often, title=title)
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.4, label="honest")
    for index, (name, probs) in enumerate(models.items()):
        said, right, counts = zip(*binned(probs, labels, bins=bins, least=40), strict=True)
        ax.plot(said, right, label=name, **cue(index))
        ends = [of_share(round(share * n), n) for share, n in zip(right, counts, strict=True)]
        ax.vlines(said, *zip(*ends, strict=True), color=cue(index)["color"], linewidth=1.4)
    ax.set(xlim=(low, 1.02), ylim=(0, 1.05))
    ax.grid(True)
    ax.legend(handlelength=3.2)
    return ax


def _counts(ax: Axes, models: Mapping[str, Tensor], bins: int, low: float) -> None:
    edges = [low + (1 - low) * b / bins for b in range(bins + 1)]
    sure = [probs.double().max(1).values.tolist() for probs in models.values()]
    ax.hist(sure, edges, color=[cue(index)["color"] for index in range(len(models))])
    ax.set_ylabel("samples\n(count)")


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
        grid[0][column].set(xticks=[], yticks=[], title=f"true: {classes[int(labels[column])]}")
        for ax, probs in zip(grid[1:, column], models.values(), strict=True):
            dark = [COLOURS["blue"] if c == labels[column] else "#c4c4c4" for c in range(len(classes))]
            ax.bar(range(len(classes)), probs[column].tolist(), color=dark)
            ax.set(ylim=(0, 1), xticks=range(len(classes)), yticks=[0, 1] if column == 0 else [])
            ax.set_xticklabels(classes, fontsize=8)
    for ax, name in zip(grid[1:, 0], models, strict=True):
        ax.set_ylabel(f"{name}\np (1)")
    return list(grid.flat)
