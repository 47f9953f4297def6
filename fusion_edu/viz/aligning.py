"""What a temperature does to one row of similarities, and what a search found."""

import textwrap
from collections.abc import Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.picture import figure_of
from fusion_edu.viz.style import COLOURS, STYLE


@mpl.rc_context(STYLE)
def sharpness(temperature: float, *, cosines: Sequence[float], names: Sequence[str]) -> tuple[Axes, str]:
    """Softmax of one query's cosines divided by the temperature, the right answer first.

    Args:
        temperature: > 0, no unit.
        cosines, names: of the candidates; the first is the right one.

    Returns:
        The plot, and a sentence with the loss and who gets the push.
    """
    share = (torch.tensor(cosines, dtype=torch.float64) / temperature).softmax(0)
    ax = canvas(width=5.6, height=3.0, x="share (1)", y="candidate, cosine (1)")
    colours = [COLOURS["blue"]] + [COLOURS["orange"]] * (len(names) - 1)
    ax.barh(range(len(names)), share.tolist(), color=colours, hatch=[""] + ["//"] * (len(names) - 1), edgecolor="white")
    for row, p in enumerate(share.tolist()):
        ax.text(p + 0.02, row, f"{p:.2f}", va="center", fontsize=10)
    labels = [f"{name}  {cosine:.2f}" for name, cosine in zip(names, cosines, strict=True)]
    ax.set_yticks(range(len(names)), [f"right: {labels[0]}", *labels[1:]])
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.15), xticks=[0, 0.5, 1])
    push = share[1:] / share[1:].sum()
    first = int(push.argmax())
    return ax, (
        f"temperature {temperature:g}: loss {-share[0].log():.3f} nats; {push[first]:.0%} of the push goes to the nearest "
        f"wrong answer, {names[1 + first]}."
    )


@mpl.rc_context(STYLE)
def search_results(pictures: Tensor, names: Sequence[str], right: Sequence[bool], *, title: str = "") -> list[Axes]:
    """The first K pictures of a search, best first, each with its name; a frame and a word mark the right ones.

    Args:
        pictures: (K, 3, S, S) in [0, 1].
        names, right: K names, and whether each is a right answer; ``right`` may be empty where nobody knows.
    """
    count = expect(pictures=(pictures, "K 3 S S"))["K"]
    if len(names) != count or len(right) not in (0, count):
        raise ValueError(f"names has {len(names)} and right {len(right)} entries, needs {count}, one a picture")
    axes = canvas(count, width=1.5 * count, height=2.5)
    axes = axes if isinstance(axes, list) else [axes]
    for place, (ax, picture, name) in enumerate(zip(axes, pictures, names, strict=True)):
        ax.imshow(picture.permute(1, 2, 0).clamp(0, 1).cpu().numpy(), interpolation="bilinear")
        ax.set(xticks=[], yticks=[])
        good = bool(right) and right[place]
        colour = COLOURS["blue"] if good else "#bbbbbb"
        ax.spines[:].set(visible=True, color=colour, linewidth=3 if good else 1)
        ax.set_title(f"{place + 1}. right" if good else f"{place + 1}.", fontsize=11, color=colour if good else "black")
        ax.set_xlabel(textwrap.fill(name, 14), fontsize=9)
    if title:
        figure_of(axes).suptitle(title, fontsize=11)
    return axes


@mpl.rc_context(STYLE)
def nearest_names(picture: Tensor, names: Sequence[str], cosines: Sequence[float], right: Sequence[bool]) -> list[Axes]:
    """A picture, and beside it the K names that are nearest to it, best first; the right one is marked.

    Args:
        picture: (3, S, S) in [0, 1].
        names, cosines, right: of the K names.
    """
    expect(picture=(picture, "3 S S"))
    if not len(names) == len(cosines) == len(right):
        raise ValueError(f"names has {len(names)} entries, cosines {len(cosines)}, right {len(right)}: needs as many")
    left, bars = canvas(2, width=7.0, height=2.6)
    left.imshow(picture.permute(1, 2, 0).clamp(0, 1).cpu().numpy(), interpolation="bilinear")
    left.set(xticks=[], yticks=[])
    left.spines[:].set(visible=True, color="#bbbbbb")
    colours = [COLOURS["blue"] if good else COLOURS["orange"] for good in right]
    bars.barh(
        range(len(names)), list(cosines), color=colours, edgecolor="white", hatch=["" if g else "//" for g in right]
    )
    told = [f"right: {name}" if good else name for name, good in zip(names, right, strict=True)]
    bars.set_yticks(range(len(names)), told)
    bars.invert_yaxis()
    bars.set(xlabel="cosine (1)", xlim=(0, 1))
    return [left, bars]
