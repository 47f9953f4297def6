"""Ways to be missing: at random, by a sensor that fails for a while, and informative, where the absence tells the class."""

import torch
from torch import Tensor

from fusion_edu.shapes import expect

WAYS = ("at random", "by sensor", "informative")


def missing(
    way: str,
    y: Tensor,
    modalities: int = 2,
    *,
    share: float = 0.5,
    which: int = 0,
    strength: float = 0.8,
    seed: int = 0,
) -> Tensor:
    """Which modalities each sample has, when they go missing in one of three ways.

    Args:
        way: "at random": every modality of every sample is hidden with probability ``share``, but never the last one of a
            sample. "by sensor": modality ``which`` fails in one run of consecutive samples, ``share`` of them (it may wrap
            from the last to the first). "informative": modality ``which`` is hidden with probability
            share (1 + strength) in the upper half of the classes, y >= C/2, and share (1 - strength) in the lower half.
        y: (B,) class numbers 0..C-1; only "informative" looks at them.
        modalities: M >= 2. which: 0 to M - 1.
        share: 0 to 1; for "informative" share (1 + strength) must not exceed 1.
        strength: 0 (the absence says nothing) to 1.
        seed: of the draws.

    Returns:
        present (B, M) bool; every sample keeps at least one modality.

    Raises:
        ValueError: an unknown way, or an argument out of range.
    """
    n = expect(y=(y, "B"))["B"]
    if way not in WAYS:
        raise ValueError(f"way is {way!r}, needs one of {', '.join(WAYS)}")
    if modalities < 2 or not 0 <= which < modalities:
        raise ValueError(f"which is {which} of modalities={modalities}, needs at least 2 and one of them")
    if not 0 <= share <= 1 or not 0 <= strength <= 1:
        raise ValueError(f"share is {share} and strength is {strength}, needs both from 0 to 1")
    generator = torch.Generator().manual_seed(seed)
    present = torch.ones(n, modalities, dtype=torch.bool)
    if way == "at random":
        return never_all(torch.rand(n, modalities, generator=generator), share, present)
    if way == "by sensor":
        start = int(torch.randint(0, max(n, 1), (), generator=generator))
        gone = (torch.arange(n) - start) % max(n, 1) < round(share * n)
    else:
        if share * (1 + strength) > 1 + 1e-9:
            raise ValueError(f"share is {share} with strength={strength}, needs share (1 + strength) <= 1")
        upper = 2 * y.cpu() >= int(y.max()) + 1 if n else y.cpu() > 0
        gone = torch.rand(n, generator=generator) < torch.where(upper, share * (1 + strength), share * (1 - strength))
    present[:, which] = ~gone
    return present


def never_all(u: Tensor, p: float, present: Tensor) -> Tensor:
    """What is kept of ``present`` (B, M) bool: hidden where u < p, but never the last one of a sample.

    Args:
        u: (B, M) uniform draws in [0, 1).
        p: probability, 0 to 1. With 1 each sample keeps one modality, any of those it has.
    """
    u = u.masked_fill(~present, -1.0)  # what is not there cannot be kept
    best = torch.zeros_like(present).scatter(1, u.argmax(dim=1, keepdim=True), True)
    kept = present & (u >= p if p < 1 else torch.zeros_like(present))
    return kept | (best & ~kept.any(dim=1, keepdim=True))
