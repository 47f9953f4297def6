"""Questions about pictures of two things, with the answers that are usual, or so that no answer is usual."""

import random

import torch
from torch import Tensor

from fusion_edu.data.drawn import COLOURS, SHAPES
from fusion_edu.data.gaussians import positive
from fusion_edu.data.samples import Samples

KINDS = ("colour", "shape", "left")
INKS = tuple(COLOURS)[:4]
ANSWERS = (*INKS, *SHAPES, "yes", "no")
USUAL = 0.8  # share of the usual answer in a natural set

Things = list[tuple[str, str]]  # colour and shape of each, the left one first


def things(scenes: Samples) -> list[Things]:
    """For each picture of ``relations(..., words=("left of",))`` its two things, (colour, shape), the left one first."""
    found = []
    for caption, centres in zip(scenes.x["caption"], scenes.x["centres"], strict=True):
        words = caption.split()
        pair = [(words[0], words[1]), (words[-2], words[-1])]
        found.append(pair if centres[0, 0] < centres[1, 0] else pair[::-1])
    return found


def described(scenes: Samples) -> list[str]:
    """For each picture the true sentence that begins at the left: "red circle left of blue square"."""
    return [f"{' '.join(left)} left of {' '.join(right)}" for left, right in things(scenes)]


def questions(scenes: Samples, n: int, seed: int, *, balanced: bool = False) -> Samples:
    """n questions about pictures of two things: the colour of a shape, the shape of a colour, what is left of what.

    In a *natural* set people ask about what is common: circles are usually red, squares green, crosses blue, triangles
    yellow, and the answer to "is ... left of ...?" is usually yes; 80 % of the answers are the usual one. In a *balanced* set
    each answer of a kind is as frequent as the others, whatever the question says.

    Args:
        scenes: of ``relations`` with words=("left of",) and the first four colours.
        n: number of questions; the three kinds take turns.
        seed: of the choice of pictures and of questions.
        balanced: a balanced set instead of a natural one.

    Returns:
        x["row"] (n,) the picture of each question; x["question"] n texts; x["kind"] (n,) 0 colour, 1 shape, 2 left;
        y (n,) the answer, a place in ``classes``: four colours, four shapes, yes and no.

    Raises:
        ValueError: n < 1, or other colours or relations in the pictures.

    Source: balanced pairs: Goyal et al. 2017 (VQA v2), arXiv:1612.00837.
    """
    positive(n=n)
    pairs, draw = things(scenes), random.Random(seed)
    _check(scenes, pairs)
    choices = {"colour": INKS, "shape": SHAPES, "left": ("yes", "no")}
    rows: list[int] = []
    texts: list[str] = []
    kinds: list[int] = []
    answers: list[int] = []
    while len(rows) < n:
        kind = KINDS[len(rows) % 3]
        turn = choices[kind][len(rows) // 3 % len(choices[kind])]
        common = draw.random() < USUAL
        for _ in range(10_000):
            row = draw.randrange(len(pairs))
            made = _asked(kind, pairs[row], draw.randrange(2))
            if made and (made[1] == turn if balanced else (made[1] == _usual(kind, made[0])) == common):
                break
        else:
            raise ValueError(f"scenes has {len(pairs)} pictures, needs more: none fits a question about {turn!r}")
        rows.append(row)
        texts.append(made[0])
        kinds.append(KINDS.index(kind))
        answers.append(ANSWERS.index(made[1]))
    x: dict[str, Tensor | tuple[str, ...]] = {
        "row": torch.tensor(rows),
        "question": tuple(texts),
        "kind": torch.tensor(kinds),
    }
    return Samples(x, torch.tensor(answers), ANSWERS)


def _asked(kind: str, pair: Things, which: int) -> tuple[str, str] | None:
    """Question and answer about one of the two things; None where the question fits both."""
    this, other = pair[which], pair[1 - which]
    if kind == "colour":
        return None if this[1] == other[1] else (f"what colour is the {this[1]} ?", this[0])
    if kind == "shape":
        return f"what shape is the {this[0]} thing ?", this[1]
    return f"is {this[0]} left of {other[0]} ?", "yes" if which == 0 else "no"


def _usual(kind: str, text: str) -> str:
    if kind == "colour":
        return INKS[SHAPES.index(text.split()[4])]
    return SHAPES[INKS.index(text.split()[4])] if kind == "shape" else "yes"


def _check(scenes: Samples, pairs: list[Things]) -> None:
    colours = {colour for pair in pairs for colour, _ in pair}
    if not colours <= set(INKS) or any(" left of " not in caption for caption in scenes.x["caption"]):
        raise ValueError(
            f"scenes has the colours {', '.join(sorted(colours))}, needs some of {', '.join(INKS)}, and left of"
        )
