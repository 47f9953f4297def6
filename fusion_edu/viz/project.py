"""Pictures of the two-branch model (lesson 07): its graph with shapes, and what several models say of one item."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from fusion_edu.data import Samples
from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, GREY, STYLE


@mpl.rc_context(STYLE)
def branches(rows: Mapping[str, Sequence[str]], joined: Sequence[str], *, title: str = "") -> Axes:
    """Boxes from left to right, one row a branch; behind them the boxes that all branches lead to.

    Args:
        rows: branch -> the texts of its boxes, all branches with the same number; a text may have two lines.
        joined: the texts of the boxes behind the branches, at least one.

    Raises:
        ValueError: no branch, no joined box, or branches of different lengths.
    """
    lengths = {len(boxes) for boxes in rows.values()}
    if len(lengths) != 1 or not joined:
        raise ValueError(
            f"rows have {sorted(lengths)} boxes and joined {len(joined)}, needs one length, and a box behind"
        )
    count, middle = lengths.pop(), (len(rows) - 1) / 2
    ax = canvas(width=1.5 * (count + len(joined)), height=0.95 * len(rows) + 0.3 * bool(title), title=title)
    for line, (boxes, colour) in enumerate(zip(rows.values(), ("sky", "orange", "green", "purple"), strict=False)):
        for place, text in enumerate(boxes):
            _box(ax, place, -line, text, COLOURS[colour])
            _arrow(ax, (place, -line), (place + 1, -line if place + 1 < count else -middle))
    for place, text in enumerate(joined, start=count):
        _box(ax, place, -middle, text, "#dddddd")
        if place + 1 < count + len(joined):
            _arrow(ax, (place, -middle), (place + 1, -middle))
    ax.set(xlim=(-0.5, count + len(joined) - 0.5), ylim=(-len(rows) + 0.5, 0.5))
    ax.axis("off")
    return ax


def _box(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    ax.text(x, y, text, ha="center", va="center", fontsize=9, zorder=3,
            bbox={"boxstyle": "round,pad=0.4", "facecolor": colour, "edgecolor": GREY, "alpha": 0.9})  # fmt: skip


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    look = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 34, "shrinkB": 36}
    ax.annotate("", xy=end, xytext=start, arrowprops=look, zorder=1)


@mpl.rc_context(STYLE)
def item_opinions(samples: Samples, opinions: Mapping[str, Tensor], item: int = 0) -> tuple[list[Axes], str]:
    """One item, and beside it the class probabilities of each model; the true class is marked by a frame.

    Args:
        samples: with x["image"] (N, 3, H, W), x["name"] and ``classes``.
        opinions: model -> (N, C) probabilities, row by row as ``samples``.
        item: row number, 0 to N - 1.

    Returns:
        The Axes, and a sentence with each model's choice.
    """
    count = len(samples)
    if not 0 <= item < count:
        raise ValueError(f"item is {item}, needs 0 to {count - 1}")
    for name, probs in opinions.items():
        expect(**{f"opinions_{name.replace(' ', '_')}": (probs, f"{count} {len(samples.classes)}")})
    figure = Figure(figsize=(2.0 + 2.3 * len(opinions), 2.7), layout="constrained")
    picture, *panels = figure.subplots(1, 1 + len(opinions), width_ratios=[0.9] + [1] * len(opinions))
    truth, name = int(samples.y[item]), str(samples.x["name"][item])
    image = samples.x["image"][item]
    assert isinstance(image, Tensor)
    picture.imshow(image.permute(1, 2, 0).clamp(0, 1).cpu().numpy(), interpolation="nearest")
    picture.set(xticks=[], yticks=[], title=_short(name))
    said = []
    for ax, (model, probs) in zip(panels, opinions.items(), strict=True):
        said.append(f"{model}: {_bars(ax, probs[item], truth, samples.classes, model, first=ax is panels[0])}")
    return [picture, *panels], f"“{name}” is {samples.classes[truth]}. " + ", ".join(said) + "."


def _bars(ax: Axes, probs: Tensor, truth: int, classes: Sequence[str], model: str, *, first: bool) -> str:
    choice, right = int(probs.argmax()), int(probs.argmax()) == truth
    colours = ["#dddddd"] * len(classes)
    colours[choice] = COLOURS["blue"] if right else COLOURS["vermillion"]
    ax.barh(range(len(classes)), probs.tolist(), color=colours, height=0.75)
    ax.barh(truth, 1.0, color="none", edgecolor="black", linewidth=1.2, height=0.9)
    ax.set_yticks(range(len(classes)), classes if first else [])
    ax.set(xlim=(0, 1.02), xticks=[0, 1], xlabel="probability (1)", title=f"{model}: {'right' if right else 'wrong'}")
    ax.invert_yaxis()
    return f"{classes[choice]} ({'right' if right else 'wrong'})"


def _short(name: str, width: int = 18) -> str:
    return name if len(name) <= width else name[: width - 1] + "…"
