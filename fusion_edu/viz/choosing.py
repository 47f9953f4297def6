"""Which loss for what (lesson 11, and docs/faq.md): the decision table of the course, as data and as a picture."""

from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes

from fusion_edu.viz.canvas import canvas
from fusion_edu.viz.style import COLOURS, GREY, STYLE


@dataclass(frozen=True)
class Choice:
    """One row: what is predicted, in which situation, the loss, its name in ``fusion_edu``, and the lesson that shows it."""

    target: str
    case: str
    loss: str
    call: str
    lesson: str


CHOICES = (
    Choice("a number", "nothing special", "mean squared error", "losses.mse", "02"),
    Choice("a number", "outliers", "Huber", "losses.huber", "02"),
    Choice("a number", "noise that differs", "Gaussian likelihood", "losses.gaussian_nll", "02"),
    Choice("one class of several", "nothing special", "cross-entropy of logits", "losses.cross_entropy", "03"),
    Choice("one class of several", "rare classes", "weighted or focal", "losses.focal", "03"),
    Choice("one class of several", "wrong labels", "label smoothing", "losses.cross_entropy", "03"),
    Choice("several labels at once", "each yes or no", "binary, label by label", "F.binary_cross_entropy_with_logits", "03"),
    Choice("what is alike", "pairs marked alike or not", "contrastive", "losses.contrastive", "04"),
    Choice("what is alike", "an order: closer than", "triplet", "losses.triplet", "04"),
    Choice("what is alike", "classes known", "supervised contrastive", "losses.supervised_contrastive", "09"),
    Choice("what is alike", "only pairs of two modalities", "CLIP or SigLIP", "losses.clip", "09"),
    Choice("what is alike", "no negatives wanted", "VICReg or Barlow Twins", "losses.vicreg", "09"),
    Choice("a sequence of words", "padding", "cross-entropy with a mask", "losses.sequence_cross_entropy", "15"),
    Choice("several things at once", "other units", "standardise, or learn weights", "losses.UncertaintyWeighting", "11"),
    Choice("several things at once", "gradients in conflict", "measure the angle first", "train.gradient_cosine", "11"),
    Choice("one thing, two modalities", "one of them starves", "add each one's own loss", "losses.cross_entropy", "11"),
    Choice("one thing, several experts", "some are idle", "add the load term", "losses.load_balance", "11"),
)  # fmt: skip
TARGETS = tuple(dict.fromkeys(choice.target for choice in CHOICES))


@mpl.rc_context(STYLE)
def loss_chooser(*, predict: str = TARGETS[0]) -> tuple[Axes, str]:
    """The whole table, with the rows for what you predict set off.

    Args:
        predict: one of ``TARGETS``.

    Returns:
        The Axes, and one sentence: the losses of these rows, each with its lesson.

    Raises:
        ValueError: nothing in the table predicts that.
    """
    if predict not in TARGETS:
        raise ValueError(f"predict is {predict!r}, needs one of {', '.join(TARGETS)}")
    ax = canvas(x="", width=9.6, height=0.75 + 0.3 * len(CHOICES))
    ax.set_axis_off()
    places = (0.0, 0.27, 0.56, 0.91)
    for place, word in zip(places, ("you predict", "and there is / are", "loss", "lesson"), strict=True):
        ax.text(place, -1, word, fontweight="bold", va="center")
    for row, choice in enumerate(CHOICES):
        chosen = choice.target == predict
        if chosen:
            ax.axhspan(row - 0.5, row + 0.5, color=COLOURS["sky"], alpha=0.35, linewidth=0)
        for place, text in zip(places, (choice.target, choice.case, choice.loss, choice.lesson), strict=True):
            ax.text(
                place,
                row,
                text,
                va="center",
                color="black" if chosen else GREY,
                fontweight="bold" if chosen else "normal",
            )
    ax.set(xlim=(-0.01, 1.0), ylim=(len(CHOICES) - 0.4, -1.7))
    rows = [f"{c.case}: {c.loss}, `{c.call}` (lesson {c.lesson})" for c in CHOICES if c.target == predict]
    return ax, f"You predict {predict}. " + "; ".join(rows) + "."
