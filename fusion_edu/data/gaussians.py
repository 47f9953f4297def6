"""Gaussian clouds whose truth is known: two modalities with a dial, a loud useless one, and plain classes."""

import torch
from torch import Tensor

from fusion_edu.data.samples import Samples

KINDS = ("redundant", "unique", "and", "xor")


def gauss_pair(
    kind: str, n: int, seed: int, *, noise: float = 0.9, loudness: float = 1.0, dim: int = 4, strength: float = 2.0
) -> Samples:
    """Two modalities, each a hidden bit plus noise, and a label made of the two bits u (in "a") and v (in "b").

    Args:
        kind: "redundant" y = u = v; "unique" y = u, b says nothing; "and" y = u and v; "xor" y = u xor v, each alone
            says nothing.
        n: rows.
        seed: of the rows; the two directions that the bits move along are always the same.
        noise: standard deviation of each feature around its centre, >= 0.
        loudness: b is multiplied by it, > 0: the same information in another unit.
        dim: features of each modality.
        strength: distance of a centre from the origin; the two centres are twice that apart.

    Returns:
        x["a"], x["b"] (n, dim) float32; y (n,) of the classes "0" and "1".

    Raises:
        ValueError: unknown kind, n or dim < 1, noise < 0 or loudness <= 0.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, needs one of {', '.join(KINDS)}")
    positive(n=n, dim=dim, loudness=loudness)
    if noise < 0:
        raise ValueError(f"noise is {noise}, needs >= 0")
    generator = torch.Generator().manual_seed(seed)
    u = torch.randint(0, 2, (n,), generator=generator)
    v = torch.randint(0, 2, (n,), generator=generator)
    if kind == "redundant":
        v = u.clone()
    y = {"redundant": u, "unique": u, "and": u & v, "xor": u ^ v}[kind]
    x = {}
    for name, bit, layout in (("a", u, 1), ("b", v, 2)):
        direction = torch.randn(dim, generator=torch.Generator().manual_seed(layout))
        centre = (2 * bit - 1)[:, None] * strength * direction / direction.norm()  # (n, dim)
        x[name] = centre + noise * torch.randn(n, dim, generator=generator)
    x["b"] = loudness * x["b"]
    return Samples(x, y, ("0", "1"))


def loud_pair(n: int, seed: int, *, loudness: float = 100.0, classes: int = 4, dim: int = 6) -> Samples:
    """A quiet modality that tells the classes apart, and a loud one that hardly does.

    With 1,000 rows to train (seed 1) and to test (seed 2), 5 nearest neighbours get .93 from "quiet", .30 from "loud",
    .30 from both side by side and .89 from both standardised: the unit of a feature decides whom the distance hears.

    Args:
        n: rows, >= 1.
        seed: of the rows; the centres of the classes are always the same.
        loudness: the loud modality is multiplied by it, > 0.
        classes: C, chance is 1/C.
        dim: features of each modality.

    Returns:
        x["quiet"], x["loud"] (n, dim) float32; y (n,) of C classes.
    """
    positive(n=n, loudness=loudness, classes=classes, dim=dim)
    generator = torch.Generator().manual_seed(seed)
    layout = torch.Generator().manual_seed(4)  # the centres are the same for every seed
    y = torch.randint(0, classes, (n,), generator=generator)
    quiet = 1.2 * torch.randn(classes, dim, generator=layout)[y] + torch.randn(n, dim, generator=generator)
    loud = 0.15 * torch.randn(classes, dim, generator=layout)[y] + torch.randn(n, dim, generator=generator)
    return Samples({"quiet": quiet, "loud": loudness * loud}, y, tuple(str(c) for c in range(classes)))


def blobs(
    classes: int, dim: int, n: int, seed: int, *, spread: float = 2.0, noise: float = 1.0, layout: int = 0
) -> Samples:
    """n points in C Gaussian clouds.

    Args:
        classes: C >= 1.
        dim: features D.
        n: rows.
        seed: of the points; train and test take two seeds and one ``layout``.
        spread: standard deviation of the centres.
        noise: standard deviation of a point around its centre.
        layout: seed of the centres.

    Returns:
        x["point"] (n, D) float32; y (n,) of C classes.
    """
    positive(classes=classes, dim=dim, n=n)
    generator = torch.Generator().manual_seed(seed)
    centres = spread * torch.randn(classes, dim, generator=torch.Generator().manual_seed(layout))
    y = torch.randint(0, classes, (n,), generator=generator)
    point: Tensor = centres[y] + noise * torch.randn(n, dim, generator=generator)
    return Samples({"point": point}, y, tuple(str(c) for c in range(classes)))


def positive(**numbers: float) -> None:
    """Raise ValueError for the first number that is not above 0."""
    for name, number in numbers.items():
        if not number > 0:
            raise ValueError(f"{name} is {number}, needs > 0")
