"""Two drawn things and a sentence about where they are: true or false, and the set of its words does not say which."""

from collections.abc import Sequence

import torch
from torch import Tensor

from fusion_edu.data.drawn import COLOURS, SHAPES, SIDE, drawn
from fusion_edu.data.gaussians import positive
from fusion_edu.data.samples import Samples

RELATIONS = ("left of", "above")
RADIUS = 3.4  # pixels
EDGE, APART = 4.0, 9.0  # pixels: centres keep away from the border, and from each other along the axis of the relation


def relations(
    n: int,
    seed: int,
    *,
    words: Sequence[str] = RELATIONS,
    colours: Sequence[str] = tuple(COLOURS),
    noise: float = 0.05,
) -> Samples:
    """Pictures of two shapes of different colours, and captions like "red circle left of blue square".

    Both things are always in the picture; only where they are makes the caption true or false. Turned round ("blue square
    left of red circle") a true caption becomes false and has the same words: the picture and the set of the words
    together say nothing about the answer.

    Args:
        n: rows, >= 1.
        seed: of all that is drawn.
        words: which relations the captions name, of "left of" and "above".
        colours: which colours there are, two or more of those of ``drawn``.
        noise: standard deviation of each pixel's noise, before the picture is cut to [0, 1]; >= 0.

    Returns:
        x["image"] (n, 3, 24, 24) float32 in [0, 1]; x["caption"] n sentences of 5 or 6 words; x["centres"] (n, 2, 2)
        float32, x and y in pixels from the top left, of the thing named first and of the one named second; y (n,) 1
        where the caption is true.

    Raises:
        ValueError: n < 1, noise < 0, a relation or a colour that is none of these, fewer than two colours.
    """
    positive(n=n)
    if noise < 0:
        raise ValueError(f"noise is {noise}, needs >= 0")
    if not words or not set(words) <= set(RELATIONS):
        raise ValueError(f"words is {words!r}, needs some of {', '.join(map(repr, RELATIONS))}")
    if len(set(colours)) < 2 or not set(colours) <= set(COLOURS):
        raise ValueError(f"colours is {colours!r}, needs at least two of {', '.join(COLOURS)}")
    draw = torch.Generator().manual_seed(seed)
    shape = torch.randint(0, len(SHAPES), (n, 2), generator=draw)
    colour = torch.rand(n, len(colours), generator=draw).argsort(1)[:, :2]  # two different ones
    relation = torch.tensor([RELATIONS.index(w) for w in words])[torch.randint(0, len(words), (n,), generator=draw)]
    y = torch.randint(0, 2, (n,), generator=draw)
    centres = placed(relation, y, draw)
    inks = torch.tensor([COLOURS[name] for name in colours])[colour]  # (n, 2, 3)
    image = torch.zeros(n, 3, SIDE, SIDE)
    for k in range(2):
        inside = drawn(shape[:, k], centres[:, k], torch.full((n,), RADIUS))[:, None]  # (n, 1, 24, 24)
        image = torch.where(inside > 0, inks[:, k, :, None, None], image)
    image = (image + noise * torch.randn(image.shape, generator=draw)).clamp(0, 1)
    rows = zip(colour.tolist(), shape.tolist(), relation.tolist(), strict=True)
    captions = tuple(
        f"{colours[c[0]]} {SHAPES[s[0]]} {RELATIONS[r]} {colours[c[1]]} {SHAPES[s[1]]}" for c, s, r in rows
    )
    return Samples({"image": image, "caption": captions, "centres": centres}, y, ("false", "true"))


def placed(relation: Tensor, y: Tensor, draw: torch.Generator) -> Tensor:
    """Centres (n, 2, 2): apart along the axis of the relation, in the order that ``y`` says; anywhere along the other."""
    n, room = len(y), SIDE - 1 - 2 * EDGE
    gap = APART + (room - APART) * torch.rand(n, generator=draw)
    low = EDGE + (room - gap) * torch.rand(n, generator=draw)
    along = torch.stack([low, low + gap], dim=1)  # what is left or above first
    along = torch.where((y == 1)[:, None], along, along.flip(1))
    across = EDGE + room * torch.rand(n, 2, generator=draw)
    centres = torch.stack([along, across], dim=2)  # (n, thing, axis)
    return torch.where((relation == 1)[:, None, None], centres.flip(2), centres)
