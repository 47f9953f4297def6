"""An empty figure in the course's style, that no global list holds on to."""

from typing import Literal, TypedDict, Unpack, overload

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fusion_edu.viz.style import STYLE


class Size(TypedDict, total=False):
    """Of a whole figure, in inches."""

    width: float
    height: float


@overload
def canvas(
    columns: Literal[1] = 1, *, width: float = ..., height: float = ..., x: str = ..., y: str = ..., title: str = ...
) -> Axes: ...
@overload
def canvas(
    columns: Literal[2, 3], *, width: float = ..., height: float = ..., x: str = ..., y: str = ..., title: str = ...
) -> list[Axes]: ...
@overload
def canvas(
    columns: int, *, width: float = ..., height: float = ..., x: str = ..., y: str = ..., title: str = ...
) -> Axes | list[Axes]: ...
@mpl.rc_context(STYLE)
def canvas(
    columns: int = 1, *, width: float = 6.4, height: float = 3.6, x: str = "", y: str = "", title: str = ""
) -> Axes | list[Axes]:
    """One Axes, or a list of them side by side; names of the axes carry their unit, "time (s)".

    Args:
        columns: number of plots in a row; more than 1 gives a list.
        width, height: of the whole figure, in inches; 9 is about as wide as a notebook shows at full size.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = [figure.add_subplot(1, columns, i + 1) for i in range(columns)]
    for ax in axes:
        ax.set(xlabel=x, ylabel=y, title=title)
    return axes[0] if columns == 1 else axes


def prepared(ax: Axes | None, *, x: str, y: str, title: str = "", **size: Unpack[Size]) -> Axes:
    """The given Axes with its names set, or a new one."""
    if ax is None:
        return canvas(x=x, y=y, title=title, **size)
    ax.set(xlabel=x, ylabel=y, title=title)
    return ax
