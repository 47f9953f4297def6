"""Pictures of attention and graphs (lesson 08): scenes with captions, where a word looks, what attention costs, nodes."""

import math
from collections.abc import Iterable, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.picture import figure_of
from fusion_edu.viz.style import COLOURS, GREY, STYLE, Look


@mpl.rc_context(STYLE)
def captioned(pictures: Tensor, captions: Sequence[str], verdicts: Sequence[str]) -> list[Axes]:
    """A row of K pictures (K, 3, S, S) in [0, 1], each over its caption, under its verdict."""
    sizes = expect(pictures=(pictures, "K 3 S S"))
    if not len(captions) == len(verdicts) == sizes["K"]:
        raise ValueError(f"captions has {len(captions)} texts and verdicts {len(verdicts)}, needs {sizes['K']} each")
    axes = canvas(sizes["K"], width=2.2 * sizes["K"], height=2.9)
    axes = axes if isinstance(axes, list) else [axes]
    for ax, picture, caption, verdict in zip(axes, pictures, captions, verdicts, strict=True):
        _picture(ax, picture)
        ax.set_title(verdict, fontweight="bold")
        ax.set_xlabel(_in_lines(caption), fontsize=10)
    return axes


@mpl.rc_context(STYLE)
def word_map(picture: Tensor, weights: Tensor, words: Sequence[str], word: int) -> Axes:
    """Where one word looks: the picture beside its patches, each as dark as its weight, with the weight in percent.

    Args:
        picture: (3, S, S) in [0, 1].
        weights: (W, P) one row a word; P patches, a square number, row by row.
        words: W words. word: which of them, 0 .. W - 1.
    """
    sizes = expect(picture=(picture, "3 S S"), weights=(weights, f"{len(words)} P"))
    side, pixels = math.isqrt(sizes["P"]), sizes["S"]
    if side * side != sizes["P"]:
        raise ValueError(f"weights has {sizes['P']} patches, needs a square number")
    left, right = canvas(2, width=6.6, height=2.9)
    _picture(left, picture)
    table = weights[word].reshape(side, side).detach().cpu()
    right.imshow(table.numpy(), cmap="Blues", vmin=0, vmax=max(float(table.max()), 1e-9))
    for r, row in enumerate(table.tolist()):
        for c, value in enumerate(row):
            dark = value > 0.6 * float(table.max())
            right.text(c, r, f"{100 * value:.0f}", ha="center", va="center", color="white" if dark else "black")
    for k in range(1, side):
        left.axhline(k * pixels / side - 0.5, color="white", linewidth=0.6)
        left.axvline(k * pixels / side - 0.5, color="white", linewidth=0.6)
    right.set(xticks=[], yticks=[], xlabel="weight of each patch (%)")
    right.spines[:].set_visible(False)
    left.set_xlabel("picture, cut into patches")
    said = " ".join(f"[{w.upper()}]" if k == word else w for k, w in enumerate(words))
    figure_of(left).suptitle(said, fontsize=12)
    return left


def weight_counts(*, words: int, patches: int, shared: int) -> dict[str, int]:
    """How many attention weights one layer computes, a head and a sample."""
    return {
        "self-attention over all": (words + patches) ** 2,
        "cross-attention, words ask": words * patches,
        "bottleneck": (words + shared) ** 2 + (patches + shared) ** 2,
    }


@mpl.rc_context(STYLE)
def attention_cost(words: int = 8, *, patches: int = 196, shared: int = 4) -> tuple[Axes, str]:
    """Bars of the weights that one layer computes, and what share of self-attention's that is, and one sentence.

    Args:
        words, patches: tokens of the two modalities; shared: tokens of the bottleneck.
    """
    counts = weight_counts(words=words, patches=patches, shared=shared)
    most, every = max(counts.values()), counts["self-attention over all"]
    ax = canvas(x="attention weights a layer (count)", width=6.6, height=2.4)
    ax.barh(list(counts), list(counts.values()), height=0.6, color=COLOURS["sky"], edgecolor=COLOURS["blue"])
    for row, count in enumerate(counts.values()):
        told = f"{count:,}" + (f" ({count / every:.0%})" if row else "")
        ax.text(count + 0.015 * most, row, told, va="center", fontsize=10)
    ax.set_xlim(0, 1.32 * most)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.invert_yaxis()
    whole, cross, neck = counts.values()
    return ax, (
        f"{words} words and {patches} patches: self-attention computes {whole:,} weights, {whole / neck:.2f} times as "
        f"many as a bottleneck of {shared} and {whole / cross:.1f} times as many as cross-attention."
    )


@mpl.rc_context(STYLE)
def view_graph(
    names: Sequence[str], edges: Iterable[tuple[str, str]], *, missing: str | None = None, ax: Axes | None = None
) -> Axes:
    """Nodes on a circle and their edges; a missing node is dashed, and its edges are gone."""
    ax = canvas(width=4.2, height=3.2) if ax is None else ax
    at = {
        m: (math.sin(2 * math.pi * k / len(names)), math.cos(2 * math.pi * k / len(names))) for k, m in enumerate(names)
    }
    for one, two in edges:
        if missing not in (one, two):
            ax.plot(*zip(at[one], at[two], strict=True), color=GREY, linewidth=1.2, zorder=1)
    for name, (x, y) in at.items():
        gone = name == missing
        look: Look = {
            "facecolor": "white" if gone else COLOURS["sky"],
            "edgecolor": GREY,
            "linestyle": "--" if gone else "-",
        }
        ax.scatter(x, y, s=420, zorder=2, linewidths=1.4, **look)
        side: Look = {"ha": "left" if x > 0.1 else "right" if x < -0.1 else "center", "va": "center"}
        ax.annotate(name, (x, y), (22 * (x > 0.1) - 22 * (x < -0.1), 20 * (abs(x) <= 0.1) * (1 if y > 0 else -1)),
                    textcoords="offset points", color=GREY if gone else "black", **side)  # fmt: skip
    ax.set(xlim=(-2.2, 2.2), ylim=(-1.7, 2.0), aspect="equal")
    ax.set_axis_off()
    return ax


def _picture(ax: Axes, picture: Tensor) -> None:
    ax.imshow(picture.permute(1, 2, 0).clamp(0, 1).cpu().numpy(), interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="#bbbbbb")


def _in_lines(caption: str) -> str:
    """Two words, the relation, two words: "red circle / left of / blue square"."""
    words = caption.split()
    return f"{' '.join(words[:2])}\n{' '.join(words[2:-2])}\n{' '.join(words[-2:])}"
