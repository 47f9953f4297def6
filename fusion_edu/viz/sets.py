"""Pictures of prediction sets (lesson 12): what they hold, and how often they hold the truth."""

import math
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import prepared
from fusion_edu.viz.style import COLOURS, STYLE, cue


@mpl.rc_context(STYLE)
def coverages(
    groups: Mapping[str, Sequence[float]], *, promised: float, title: str = "", ax: Axes | None = None
) -> Axes:
    """Histogram of the coverage of many splits, one a group; the line is what was promised.

    Args:
        groups: name -> coverage of each split, shares in [0, 1]; the last is drawn on top.
        promised: 1 - alpha.
    """
    if not groups:
        raise ValueError("groups is empty, needs at least one name")
    ax = prepared(ax, x="coverage of a split (share)", y="splits (count)", title=title)
    low = min(min(values) for values in groups.values())
    edges = torch.linspace(math.floor(20 * low) / 20, 1.0, 41).tolist()
    for index, (name, values) in enumerate(groups.items()):
        look = {"color": cue(index)["color"], "alpha": 0.65, "edgecolor": "white", "hatch": ("", "//", "..")[index % 3]}
        ax.hist([float(v) for v in values], edges, label=name, **look)
    ax.axvline(promised, color="black", linestyle="--", linewidth=1.6, label=f"promised: {promised:g}")
    ax.legend(loc="upper left")
    return ax


@mpl.rc_context(STYLE)
def prediction_sets(
    pictures: Tensor, sets: Mapping[str, Tensor], labels: Tensor, *, classes: Sequence[str]
) -> list[Axes]:
    """Pictures in a row, and below each one the classes that every set holds; blue where the true one is among them.

    Args:
        pictures: (K, H, W) grey values, any range.
        sets: name -> (K, C) bool.
        labels: (K,) class indices.
        classes: names of the C classes, short.
    """
    count = expect(pictures=(pictures, "K H W"), labels=(labels, "K"))["K"]
    figure = mpl.figure.Figure(figsize=(9, 1.5 + 0.45 * len(sets)), layout="constrained")
    grid = figure.subplots(1 + len(sets), count, squeeze=False, height_ratios=[3] + [1] * len(sets))
    for row, (name, given) in enumerate(sets.items(), start=1):
        expect(**{name.replace(" ", "_"): (given, f"{count} {len(classes)}")})
        for column, ax in enumerate(grid[row]):
            inside = [classes[c] for c in given[column].nonzero().flatten().tolist()]
            hit = bool(given[column, labels[column]])
            ax.text(0.5, 0.5, " ".join(inside) or "none", ha="center", va="center", fontsize=10,
                    color=COLOURS["blue"] if hit else COLOURS["vermillion"], weight="normal" if hit else "bold")  # fmt: skip
            ax.set(xticks=[], yticks=[])
        grid[row][0].set_ylabel(name, rotation=0, ha="right", va="center")
    for column, ax in enumerate(grid[0]):
        ax.imshow(pictures[column].numpy(), cmap="gray_r", interpolation="nearest")
        ax.set(xticks=[], yticks=[], title=f"true: {classes[int(labels[column])]}")
    return list(grid.flat)
