"""Pictures of explanations (lesson 13): maps under pictures, one picture with what was said of it, who gets the credit."""

from collections.abc import Mapping

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.picture import figure_of
from fusion_edu.viz.style import COLOURS, GREY, STYLE, Look

METHODS = ((COLOURS["blue"], "o"), (COLOURS["vermillion"], "s"), (COLOURS["green"], "^"))


@mpl.rc_context(STYLE)
def maps(pictures: Tensor, rows: Mapping[str, Tensor]) -> list[Axes]:
    """K pictures side by side, and under them a row of maps for each method.

    Args:
        pictures: (K, 3, H, W) in [0, 1].
        rows: method -> (K, h, w). A map with negative numbers is blue where it speaks against and red where it speaks for;
            the others are the darker the larger. Each map has its own scale.
    """
    count = expect(pictures=(pictures, "K 3 H W"))["K"]
    figure = Figure(figsize=(1.35 * count + 1.9, 1.3 * (len(rows) + 1)), layout="constrained")
    axes = [
        [figure.add_subplot(len(rows) + 1, count, r * count + k + 1) for k in range(count)]
        for r in range(len(rows) + 1)
    ]
    for ax, picture in zip(axes[0], pictures, strict=True):
        _bare(ax).imshow(picture.permute(1, 2, 0).clamp(0, 1).cpu().numpy(), interpolation="nearest")
    for line, (name, values) in zip(axes[1:], rows.items(), strict=True):
        expect(rows=(values, f"{count} H W"))
        for ax, one in zip(line, values, strict=True):
            _heat(ax, one)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    axes[0][0].set_ylabel("picture", rotation=0, ha="right", va="center")
    return [ax for line in axes for ax in line]


@mpl.rc_context(STYLE)
def explained(picture: Tensor, attribution: Tensor, said: Mapping[str, float]) -> tuple[list[Axes], str]:
    """A picture, its signed map, and the probabilities of the classes; and one sentence with the winner.

    Args:
        picture: (3, H, W) in [0, 1]. attribution: (H, W). said: class -> probability.
    """
    expect(picture=(picture, "3 H W"), attribution=(attribution, "H W"))
    found = canvas(3, width=9, height=2.9)
    axes = found if isinstance(found, list) else [found]
    left, middle, right = axes
    _bare(left).imshow(picture.permute(1, 2, 0).clamp(0, 1).cpu().numpy(), interpolation="nearest")
    _heat(middle, attribution)
    left.set_xlabel("picture")
    middle.set_xlabel("red: for the class, blue: against")
    winner = max(said, key=lambda name: said[name])
    colours = [COLOURS["blue"] if name == winner else COLOURS["sky"] for name in said]
    right.barh(list(said), list(said.values()), height=0.65, color=colours)
    right.set(xlim=(0, 1), xlabel="probability (1)")
    right.invert_yaxis()
    return axes, f"It says: {winner}, with {said[winner]:.0%}."


@mpl.rc_context(STYLE)
def credit(games: Mapping[str, Mapping[str, Mapping[str, float]]], *, x: str) -> list[Axes]:
    """How much each modality is given, by several methods: one panel a game, one line a modality, one marker a method.

    Args:
        games: game -> method -> modality -> value; the same methods everywhere, at most three, and the same modalities.
        x: name of the value axis, with unit.
    """
    first = next(iter(next(iter(games.values())).values()))
    found = canvas(len(games), width=9 if len(games) > 1 else 7.4, height=1.7 + 0.42 * len(first), x=x)
    axes = found if isinstance(found, list) else [found]
    for ax, (game, methods) in zip(axes, games.items(), strict=True):
        for k, ((method, values), (colour, marker)) in enumerate(zip(methods.items(), METHODS, strict=False)):
            at = [row + 0.17 * (k - 1) for row in range(len(values))]
            look: Look = {"linestyle": "none", "markersize": 8, "color": colour, "marker": marker}
            ax.plot(list(values.values()), at, label=method if ax is axes[0] else None, zorder=3, **look)
        ax.axvline(0, color=GREY, linewidth=1)
        ax.set_yticks(range(len(first)), list(first))
        ax.set_ylim(len(first) - 0.5, -0.5)
        ax.set_title(game if len(games) > 1 else "")
        ax.grid(True, axis="x")
        ax.tick_params(axis="y", length=0)
    figure_of(axes).legend(loc="outside lower center", ncols=3)
    return axes


def _heat(ax: Axes, values: Tensor) -> None:
    table = values.detach().cpu().float()
    most = max(float(table.abs().max()), 1e-9)
    signed = bool((table < 0).any())
    low, colours = (-most, "RdBu_r") if signed else (0.0, "Reds")
    _bare(ax).imshow(table.numpy(), cmap=colours, vmin=low, vmax=most, interpolation="nearest")


def _bare(ax: Axes) -> Axes:
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="#bbbbbb")
    return ax
