"""Small drawings of the ways to fuse two modalities (lesson 05)."""

from collections.abc import Callable

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fusion_edu.viz.style import COLOURS, STYLE

A, B, BOTH, ONE = COLOURS["sky"], COLOURS["orange"], COLOURS["green"], "#dddddd"


@mpl.rc_context(STYLE)
def fusion_diagrams() -> list[Axes]:
    """Eight ways to fuse a (three features) with b (two), one small picture each."""
    figure = Figure(figsize=(9.4, 4.2), layout="constrained")
    axes = list(figure.subplots(2, 4).flat)
    for ax, (name, draw) in zip(axes, WAYS.items(), strict=True):
        ax.set(xlim=(0, 10), ylim=(0.3, 5.8), aspect="equal", title=name)
        ax.axis("off")
        draw(ax)
    return axes


def _cells(ax: Axes, x: float, y: float, colours: list[list[str]]) -> None:
    """A table of squares whose lower left corner is (x, y), the first row on top."""
    for row, line in enumerate(reversed(colours)):
        for column, colour in enumerate(line):
            square = mpl.patches.Rectangle((x + column, y + row), 1, 1, facecolor=colour, edgecolor="black")
            ax.add_patch(square)


def _strip(ax: Axes, x: float, colours: list[str], y: float | None = None) -> None:
    _cells(ax, x, 3 - len(colours) / 2 if y is None else y, [[colour] for colour in colours])


def _word(ax: Axes, x: float, y: float, text: str) -> None:
    ax.text(x, y, text, ha="center", va="center", fontsize=11)


def _sum_of(first: str, second: str) -> Callable[[Axes], None]:
    def draw(ax: Axes) -> None:
        ax.text(2.3, 3, first, ha="right", va="center", fontsize=11)
        _strip(ax, 2.6, [A] * 4)
        _word(ax, 4.5, 3, "+")
        ax.text(7.3, 3, second, ha="right", va="center", fontsize=11)
        _strip(ax, 7.6, [B] * 4)

    return draw


def _concat(ax: Axes) -> None:
    _strip(ax, 4.5, [A] * 3 + [B] * 2)


def _film(ax: Axes) -> None:
    _word(ax, 1.4, 3, "(1 +")
    _strip(ax, 2.7, [B] * 4)
    _word(ax, 4.6, 3, ") ⊙")
    _strip(ax, 5.7, [A] * 4)
    _word(ax, 7.4, 3, "+")
    _strip(ax, 8.2, [B] * 4)


def _mlb(ax: Axes) -> None:
    _strip(ax, 2.6, [A] * 4)
    _word(ax, 5, 3, "⊙")
    _strip(ax, 6.4, [B] * 4)


def _bilinear(ax: Axes) -> None:
    _cells(ax, 4, 1.5, [[BOTH] * 2] * 3)


def _tensor(ax: Axes) -> None:
    _cells(ax, 3.5, 1, [[ONE, B, B]] + [[A, BOTH, BOTH]] * 3)
    _word(ax, 4, 4.5, "1")


def _low_rank(ax: Axes) -> None:
    ax.set_xlim(0, 11.4)
    for x in (0.1, 6.3):
        _strip(ax, x, [ONE, A, A, A])
        _word(ax, x + 1.5, 3, "⊗")
        _cells(ax, x + 2, 2.5, [[ONE, B, B]])
        _word(ax, x + 0.5, 4.5, "1")
        _word(ax, x + 2.5, 3, "1")
    _word(ax, 5.7, 3, "+")


WAYS = {
    "concatenation": _concat,
    "weighted sum": _sum_of("w ·", "v ·"),
    "gated": _sum_of("g(x) ·", "h(x) ·"),
    "FiLM": _film,
    "MLB": _mlb,
    "bilinear": _bilinear,
    "tensor": _tensor,
    "low-rank tensor": _low_rank,
}
