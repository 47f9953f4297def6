"""Pictures of fusion (lesson 05): what each way costs, the four interactions, the gates."""

from collections.abc import Mapping

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu import fusion
from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas, prepared
from fusion_edu.viz.picture import figure_of
from fusion_edu.viz.style import COLOURS, GREY, STYLE, Look


def in_short(count: float) -> str:
    """17_173_520 -> "17.2 million"."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if count >= size:
            return f"{count / size:.3g} {word}"
    return f"{count:.3g}"


@mpl.rc_context(STYLE)
def magnitudes(counts: Mapping[str, float], *, x: str, against: str | None = None) -> Axes:
    """Numbers that differ by powers of ten: one dot each on a logarithmic scale (a bar there would have no length).

    Args:
        counts: name -> number > 0, from the top in the order given.
        x: name of the axis, with unit.
        against: the name that the others are compared with: "× 12" is written behind their numbers.
    """
    if not counts or min(counts.values()) <= 0:
        raise ValueError(f"counts is {dict(counts)}, needs at least one number, all > 0")
    ax = canvas(x=x, width=7.4, height=1.2 + 0.36 * len(counts))
    for row, (name, count) in enumerate(counts.items()):
        ax.plot([count], [row], color=COLOURS["blue"], marker="o", markersize=8, linestyle="none")
        times = f"{count / counts[against]:.2g}" if against not in (None, name) else ""
        told = f" (× {in_short(float(times))})" if times else ""
        ax.text(1.02, row, in_short(count) + told, transform=ax.get_yaxis_transform(), va="center", fontsize=10)
    if against is not None:
        ax.axvline(counts[against], color=GREY, linestyle=":", linewidth=1.5, zorder=1)
    ax.set(xscale="log", xlim=(min(counts.values()) / 2.5, 2.5 * max(counts.values())))
    ax.set_yticks(range(len(counts)), list(counts))
    ax.set_ylim(len(counts) - 0.4, -0.6)
    ax.minorticks_off()
    ax.tick_params(axis="y", length=0)
    ax.grid(True, axis="x")
    return ax


def parameters(width: int = 32, *, modalities: int = 2, rank: int = 4, dim: int = 64) -> tuple[Axes, str]:
    """:func:`magnitudes` of :func:`fusion.parameter_counts`, and one sentence with the two ends.

    Args: as :func:`fusion.parameter_counts`.
    """
    sizes = fusion.parameter_counts(width=width, modalities=modalities, rank=rank, dim=dim)
    times = sizes["tensor"] / sizes["concat + linear"]
    return magnitudes(sizes, x="numbers to learn (count)", against="concat + linear"), (
        f"{modalities} modalities of width {width} to {dim}: tensor fusion learns {in_short(sizes['tensor'])} numbers, "
        f"{in_short(float(f'{times:.2g}'))} times as many as concatenation with a linear layer."
    )


@mpl.rc_context(STYLE)
def interactions(clouds: Mapping[str, tuple[Tensor, Tensor]]) -> list[Axes]:
    """One panel a kind of interaction: modality a across, modality b up, two classes.

    Args:
        clouds: kind -> points (N, 2) and labels (N,) of 0 and 1.
    """
    axes = canvas(len(clouds), width=9.4, height=3.1, x="modality a (1)")
    axes = axes if isinstance(axes, list) else [axes]
    reach = 1.1 * max(float(points.abs().max()) for points, _ in clouds.values())
    for ax, (kind, (points, labels)) in zip(axes, clouds.items(), strict=True):
        expect(points=(points, "N 2"), labels=(labels, "N"))
        for label, colour, marker in ((0, COLOURS["sky"], "o"), (1, COLOURS["vermillion"], "^")):
            spots = points[labels == label]
            ax.scatter(spots[:, 0], spots[:, 1], s=16, color=colour, marker=marker, edgecolors="black", linewidths=0.3)
            ax.scatter([], [], s=40, color=colour, marker=marker, edgecolors="black", label=f"class {label}")
        ax.set(
            title=kind, xlim=(-reach, reach), ylim=(-reach, reach), xticks=[-3, 0, 3], yticks=[-3, 0, 3], aspect="equal"
        )
        ax.axhline(0, color=GREY, linewidth=0.6, zorder=0)
        ax.axvline(0, color=GREY, linewidth=0.6, zorder=0)
    axes[0].set_ylabel("modality b (1)")
    handles, names = axes[0].get_legend_handles_labels()
    figure_of(axes).legend(handles, names, loc="outside lower center", ncols=2)
    return axes


@mpl.rc_context(STYLE)
def gates(groups: Mapping[str, Tensor], *, x: str, ax: Axes | None = None) -> Axes:
    """How far the gate of each sample opens: one histogram a group of samples.

    Args:
        groups: name -> (N,) gate values in [0, 1].
        x: name of the gate axis.
    """
    ax = prepared(ax, x=x, y="share of the group (1)", height=3.2)
    edges = torch.linspace(0, 1, 21).tolist()
    looks = ((COLOURS["blue"], None), (COLOURS["orange"], "//"), (COLOURS["green"], ".."))
    for (name, values), (colour, hatch) in zip(groups.items(), looks, strict=False):
        expect(values=(values, "N"))
        share = [1 / len(values)] * len(values)
        look: Look = {"alpha": 0.6, "color": colour, "hatch": hatch, "edgecolor": "white"}
        ax.hist(values.tolist(), edges, weights=share, label=name, **look)
    ax.set_xlim(0, 1)
    ax.legend()
    return ax
