"""Drawn scenes with captions: 4 shapes, 6 colours, 2 sizes, 4 corners."""

import torch
from torch import Tensor

from fusion_edu.data.gaussians import positive
from fusion_edu.data.samples import Samples

SHAPES = ("circle", "square", "cross", "triangle")
COLOURS = {
    "red": (1.0, 0.1, 0.1),
    "green": (0.1, 0.8, 0.1),
    "blue": (0.2, 0.2, 1.0),
    "yellow": (1.0, 0.9, 0.1),
    "purple": (0.6, 0.1, 0.8),
    "white": (1.0, 1.0, 1.0),
}
SIZES = (("small", "tiny"), ("large", "big"))  # two words for the same thing
PLACES = ("top left", "top right", "bottom left", "bottom right")
SIDE = 24  # pixels


def scenes(n: int, seed: int, *, noise: float = 0.15) -> Samples:
    """A coloured shape in one corner of a dark picture, and a caption that names its size, colour, shape and corner.

    Mirror the picture, and the caption is wrong until "left" and "right" change places.

    Args:
        n: rows, >= 1.
        seed: of all that is drawn.
        noise: standard deviation of each pixel's noise, before the picture is cut to [0, 1]; >= 0.

    Returns:
        x["image"] (n, 3, 24, 24) float32 in [0, 1]; x["caption"] n sentences; x["factors"] (n, 4) long: shape, colour,
        size and place by number; y (n,) shape, 4 classes.

    Raises:
        ValueError: n < 1 or noise < 0.
    """
    positive(n=n)
    if noise < 0:
        raise ValueError(f"noise is {noise}, needs >= 0")
    generator = torch.Generator().manual_seed(seed)
    counts = (len(SHAPES), len(COLOURS), len(SIZES), len(PLACES))
    factors = torch.stack([torch.randint(0, count, (n,), generator=generator) for count in counts], dim=1)
    shape, colour, size, place = factors.unbind(1)
    centre = torch.stack([place % 2, place // 2], dim=1) * 10.0 + 7.0 + 1.2 * torch.randn(n, 2, generator=generator)
    radius = torch.where(size == 0, 2.6, 5.0)
    mask = drawn(shape, centre, radius)  # (n, 24, 24)
    clean = mask[:, None] * torch.tensor(list(COLOURS.values()))[colour][:, :, None, None]
    image = (clean + noise * torch.randn(n, 3, SIDE, SIDE, generator=generator)).clamp(0, 1)
    style = torch.randint(0, 2, (n, 3), generator=generator)
    captions = tuple(caption(f, s) for f, s in zip(factors.tolist(), style.tolist(), strict=True))
    return Samples({"image": image, "caption": captions, "factors": factors}, shape, SHAPES)


def drawn(shape: Tensor, centre: Tensor, radius: Tensor) -> Tensor:
    """(n, 24, 24) 1 inside the shape and 0 outside; centre (n, 2) is x, y in pixels from the top left, radius (n,)."""
    axis = torch.arange(SIDE).float()
    dx = axis[None, None, :] - centre[:, 0, None, None]  # (n, 1, 24)
    dy = axis[None, :, None] - centre[:, 1, None, None]  # (n, 24, 1), grows downwards
    r = radius[:, None, None]
    circle = dx**2 + dy**2 < r**2
    square = (dx.abs() < 0.85 * r) & (dy.abs() < 0.85 * r)
    cross = ((dx.abs() < 0.3 * r) & (dy.abs() < r)) | ((dy.abs() < 0.3 * r) & (dx.abs() < r))
    triangle = (dy < 0.8 * r) & (dy > -r) & (dx.abs() < 0.55 * (dy + r))
    return torch.stack([circle, square, cross, triangle])[shape, torch.arange(len(shape))].float()


def caption(factors: list[int], style: list[int]) -> str:
    """The sentence of one scene; style picks the word for the size, the article, and one of two templates."""
    shape, colour, size, place = factors
    thing = f"{('a', 'the')[style[1]]} {SIZES[size][style[0]]} {tuple(COLOURS)[colour]} {SHAPES[shape]}"
    if style[2] == 0:
        return f"{thing} in the {PLACES[place]} corner"
    return f"at the {PLACES[place]} there is {thing}"
