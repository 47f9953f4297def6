"""Pictures of lesson 01: what decides a distance, what a mask keeps, what a mirror does to a name. Over time: clocks.py."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.dotted import dots
from fusion_edu.viz.style import COLOURS, STYLE


@mpl.rc_context(STYLE)
def deciding_features(
    scores: Mapping[str, float | Sequence[float]],
    *,
    share: float,
    chance: float,
    roles: Mapping[str, str] | None = None,
) -> list[Axes]:
    """Left: accuracy of each choice of features, on an axis from 0 to 1. Right: which features decide the distance.

    Args:
        scores: choice -> accuracy, or accuracies, one a seed.
        share: of the squared distance that the loud modality owns, in [0, 1].
        chance: accuracy of guessing. roles: as in :func:`fusion_edu.viz.dots`.
    """
    left, right = canvas(2, width=9.4, height=1.5 + 0.4 * len(scores))
    dots(scores, x="accuracy (share)", chance=chance, roles=roles, limits=(0, 1), view=(0, 1), digits=2, ax=left)
    right.barh([0], [1 - share], color=COLOURS["blue"], label="quiet")
    right.barh([0], [share], left=[1 - share], color=COLOURS["orange"], hatch="//", edgecolor="white", label="loud")
    right.set(xlim=(0, 1), ylim=(-1, 1.6), yticks=[], xlabel="share of the squared distance")
    right.legend(ncols=2, loc="upper center")
    return [left, right]


@mpl.rc_context(STYLE)
def kept(rows: Mapping[str, Tensor], *, x: str = "frame") -> Axes:
    """What masks keep: a row of cells for each, dark where True.

    Args:
        rows: name -> (T,) bool, all of one length.
    """
    if not rows:
        raise ValueError("rows is empty, needs at least one mask")
    table = torch.stack(list(rows.values()))
    expect(rows=(table, "R T"))
    ax = canvas(width=9, height=0.9 + 0.4 * len(rows), x=x)
    ax.pcolormesh(table.float().numpy(), cmap="Blues", vmin=-0.15, vmax=1.3, edgecolors="white", linewidth=0.6)
    ax.set_yticks([r + 0.5 for r in range(len(rows))], list(rows))
    ax.invert_yaxis()
    step = max(1, round(table.shape[1] / 10))
    frames = range(0, table.shape[1], step)
    ax.set_xticks([c + 0.5 for c in frames], [str(c) for c in frames])
    ax.tick_params(left=False)
    return ax


@mpl.rc_context(STYLE)
def mirrored(pictures: Tensor, names: Sequence[str], swapped: Sequence[str]) -> list[Axes]:
    """Pictures above their mirror images, each with the name that it goes by.

    Args:
        pictures: (K, 3, H, W) in [0, 1].
        names, swapped: K names of the pictures, and of their mirror images.
    """
    count = expect(pictures=(pictures, "K 3 H W"))["K"]
    if not len(names) == len(swapped) == count:
        raise ValueError(f"there are {len(names)} names and {len(swapped)} swapped ones, needs {count}, one a picture")
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    axes = figure.subplots(2, count, squeeze=False)
    for row, (flip, titles) in enumerate(((False, names), (True, swapped))):
        for ax, picture, title in zip(axes[row], pictures.flip(-1) if flip else pictures, titles, strict=True):
            ax.imshow(picture.permute(1, 2, 0).clamp(0, 1).numpy(), interpolation="nearest")
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(visible=True, color="#bbbbbb")
            ax.set_xlabel(title.replace(" ", "\n", 1) if len(title) > 16 else title, fontsize=10)
    axes[0][0].set_ylabel("picture")
    axes[1][0].set_ylabel("mirrored")
    return [ax for row in axes for ax in row]
