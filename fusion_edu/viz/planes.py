"""Matrices with their numbers, and points of several classes."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import prepared
from fusion_edu.viz.style import STYLE, Look, cue


@mpl.rc_context(STYLE)
def heat(
    matrix: Tensor,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    x: str,
    y: str,
    title: str = "",
    spec: str = ".2f",
    ax: Axes | None = None,
) -> Axes:
    """A matrix (R, C) with every number written into its cell; the darker, the larger.

    Args:
        rows, columns: their names, R and C of them.
        spec: format of the numbers, "d" for counts.
    """
    sizes = expect(matrix=(matrix, "R C"))
    for name, names, size in (("rows", rows, sizes["R"]), ("columns", columns, sizes["C"])):
        if len(names) != size:
            raise ValueError(f"{name} has {len(names)} names, needs {size}")
    numbers = matrix.detach().cpu()
    side = {"width": 2.0 + 0.62 * len(columns), "height": 1.5 + 0.42 * len(rows)}
    ax = prepared(ax, x=x, y=y, title=title, **side)
    shades = numbers.double().numpy()
    image = ax.imshow(shades, cmap="Blues", aspect="auto")
    for r, row in enumerate(numbers.tolist()):
        for c, value in enumerate(row):
            dark = bool(np.asarray(image.norm(value)) > 0.68)
            ax.text(
                c, r, format(value, spec), ha="center", va="center", fontsize=10, color="white" if dark else "black"
            )
    turn: Look = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if max(map(len, columns)) > 5 else {}
    ax.set_xticks(range(len(columns)), columns, **turn)
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


@mpl.rc_context(STYLE)
def scatter(
    points: Tensor,
    labels: Tensor,
    *,
    names: Sequence[str],
    x: str,
    y: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Points (N, 2) of classes 0..C-1, labels (N,); every class has its colour and its marker.

    Args:
        names: of the C classes.
    """
    expect(points=(points, "N 2"), labels=(labels, "N"))
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < len(names):
        raise ValueError(
            f"labels run from {int(labels.min())} to {int(labels.max())}, needs 0..{len(names) - 1} as names has"
        )
    ax = prepared(ax, x=x, y=y, title=title, width=5.6, height=4.0)
    spots, classes = points.detach().cpu().double(), labels.detach().cpu()
    for index, name in enumerate(names):
        part = spots[classes == index]
        look = {key: value for key, value in cue(index).items() if key != "linestyle"}
        ax.scatter(part[:, 0], part[:, 1], s=30, alpha=0.85, linewidths=0.4, edgecolors="black", label=name, **look)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handletextpad=0.2)
    return ax
