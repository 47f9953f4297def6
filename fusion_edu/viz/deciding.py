"""Pictures of decisions (lesson 06): a jury of correlated experts, and what each rule makes of the same experts."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from torch import Tensor

from fusion_edu import fusion
from fusion_edu.shapes import expect
from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, GREY, STYLE, cue

MOST = 15  # experts drawn along the axis


@mpl.rc_context(STYLE)
def majorities(
    lines: Mapping[str, Mapping[int, float]], *, one: float, here: tuple[int, float], votes: Tensor
) -> list[Axes]:
    """How often the majority is right, over the number of experts; and how often how many of them are right.

    Args:
        lines: name of the jury -> {number of experts: share of the samples in which the majority is right}.
        one: share in which a single expert is right, drawn as a line.
        here: (experts, share) that is circled.
        votes: (K + 1,) shares of the samples in which 0, 1, ..., K experts are right.
    """
    left, right = canvas(2, width=9, height=3.4)
    for index, (name, line) in enumerate(lines.items()):
        left.plot(list(line), list(line.values()), label=name, **cue(index))
    left.axhline(one, color=GREY, linestyle=":", linewidth=1.4, label="one expert")
    left.scatter([here[0]], [here[1]], s=130, facecolors="none", edgecolors="black", linewidths=2, zorder=4)
    sizes = sorted({size for line in lines.values() for size in line})
    left.set(xlabel="experts", ylabel="majority is right (share)", xticks=sizes)
    left.set_ylim(0.45 if one >= 0.5 else 0.15, 1.02)
    left.legend(loc="lower right" if one >= 0.5 else "upper right")
    left.grid(True)
    _counts(right, votes)
    return [left, right]


def jury(*, accuracy: float = 0.7, correlation: float = 0.3, experts: int = 5) -> tuple[list[Axes], str]:
    """:func:`majorities` of juries that :func:`fusion.majority_accuracy` computes, and one sentence with the numbers.

    Args:
        accuracy: of each expert. correlation: of their noise, in [0, 1).
        experts: odd, so that two classes cannot tie; 1 to 15.
    """
    lines = {
        name: {k: fusion.majority_accuracy(k, accuracy=accuracy, correlation=rho) for k in range(1, MOST + 1, 2)}
        for name, rho in (("independent", 0.0), ("these experts", correlation))
    }
    found = fusion.majority_accuracy(experts, accuracy=accuracy, correlation=correlation)
    votes = fusion.right_votes(experts, accuracy=accuracy, correlation=correlation)
    gained = 100 * (found - accuracy)
    return majorities(lines, one=accuracy, here=(experts, found), votes=votes), (
        f"{experts} experts, each right in {accuracy:.0%}, noise correlated {correlation:.2f}: "
        f"the majority is right in {found:.1%}, {gained:+.1f} points."
    )


def _counts(ax: Axes, chances: Tensor) -> None:
    experts = len(chances) - 1
    for lost, name, colour, hatch in (
        (True, "majority is wrong", COLOURS["orange"], "//"),
        (False, "majority is right", COLOURS["blue"], None),
    ):
        rows = [k for k in range(experts + 1) if (2 * k <= experts) == lost]
        heights = [chances[k].item() for k in rows]
        ax.bar(rows, heights, width=0.8, color=colour, hatch=hatch, edgecolor="white", label=name)
    top = max(0.3, 1.35 * chances.max().item())
    ax.set(xlabel="experts that are right", ylabel="how often (share)", xticks=range(experts + 1), ylim=(0, top))
    ax.legend(loc="upper left")


def decision_rules(probs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What vote, mean and product make of M experts' probabilities for one sample, each (C,): shares that sum to 1.

    Args:
        probs: for each expert (C,) probabilities; the prior of the product is uniform.
    """
    rows = {name: p[None] for name, p in probs.items()}
    stack = torch.stack(list(probs.values()))
    uniform = torch.zeros_like(stack[0]).log_softmax(0)
    return {
        "votes": torch.nn.functional.one_hot(stack.argmax(1), stack.shape[1]).to(stack).mean(0),
        "mean": fusion.average_probabilities(rows)[0],
        "product": fusion.product_of_experts({name: p.log() for name, p in rows.items()}, uniform)[0].exp(),
    }


@mpl.rc_context(STYLE)
def ballots(probs: Mapping[str, Tensor], *, classes: Sequence[str]) -> list[Axes]:
    """Each expert's probabilities for one sample, above what each rule makes of them; what a rule elects is dark.

    Args:
        probs: for each of M experts (C,) probabilities. classes: C names.
    """
    expect(**{name.replace(" ", "_"): (p, str(len(classes))) for name, p in probs.items()})
    figure = mpl.figure.Figure(figsize=(9, 4.2), layout="constrained")
    grid = figure.subplots(2, max(3, len(probs)), sharey=True, squeeze=False)
    looks = (COLOURS["blue"], COLOURS["vermillion"])
    for row, panels, dark in zip(grid, (probs, decision_rules(probs)), looks, strict=True):
        for ax in row[len(panels) :]:
            ax.axis("off")
        for ax, (name, p) in zip(row, panels.items(), strict=False):
            best = int(p.argmax())
            ax.bar(
                classes, p.tolist(), width=0.7, color=[dark if c == best else "#c4c4c4" for c in range(len(classes))]
            )
            for c, value in enumerate(p.tolist()):
                ax.text(c, value + 0.03, f"{value:.2f}", ha="center", fontsize=10)
            ax.set(title=f"{name}: {classes[best]}", ylim=(0, 1.08), yticks=[0, 0.5, 1])
    grid[0][0].set_ylabel("an expert says\np (1)")
    grid[1][0].set_ylabel("a rule makes of it\nshare (1)")
    return list(grid.flat)
