"""Rated sentences and how they are spoken. The sentences and ratings are real; the voice, and what it knows, are made."""

import torch
from torch import Tensor

from fusion_edu.data.gaussians import positive
from fusion_edu.data.rated import ratings
from fusion_edu.data.samples import Samples

WORDS = (4, 12)  # words of a sentence: a clip of two to five seconds
VOICE = (170.0, 50.0, 50.0)  # rate (words a minute), pitch, pitch range: eSpeak NG's own
MOOD = (10.0, 7.0, 9.0)  # change of each with one point of mood
IRONIC = (128.0, 42.0, 16.0)  # slower, lower, flatter (Cheang and Pell 2008)
LOW, HIGH = torch.tensor([80.0, 0.0, 0.0]), torch.tensor([450.0, 99.0, 99.0])


def spoken_ratings(n: int, seed: int = 0, *, noise: float = 1.8) -> Samples:
    """Sentences of film reviews, and a voice whose rate, pitch and pitch range rise with how the rating was, give or take.

    **By construction** the voice knows the rating: the speaker's mood is the rating plus noise. So a gain over the text
    says that a fusion can use a second witness, not that people speak like this.

    Args:
        n: sentences, at most about 1,200; no sentence is also in ``irony``.
        seed: of the choice of sentences and of the voices.
        noise: standard deviation of the mood around the rating, in points of the rating; >= 0.

    Returns:
        x["text"] n sentences; x["voice"] (n, 3) float32 settings for ``speak``; y (n,) mean rating in [-4, 4]; groups.

    Raises:
        ValueError: n out of range, or noise < 0.
        FetchError: the sentences are not there and cannot be had.
    """
    if noise < 0:
        raise ValueError(f"noise is {noise}, needs >= 0")
    rated, generator = _drawn(n, seed, half=0, least=0.0)
    mood = rated.y + noise * torch.randn(n, generator=generator)
    voice = torch.tensor(VOICE) + mood[:, None] * torch.tensor(MOOD)
    return Samples(rated.x | {"voice": _humanly(voice, generator)}, rated.y, groups=rated.groups)


def irony(n: int, seed: int = 0, *, share: float = 0.3) -> Samples:
    """Sentences that praise or pan, some of them meant the other way round; only the voice says which.

    The words say whether it sounds good. The voice, slow, low and flat or not, says whether it is meant. What is meant is the one
    turned round by the other. The coin that makes a sentence ironic knows nothing of the words.

    Args:
        n: sentences rated 1 or more away from 0, at most about 900; none is also in ``spoken_ratings``.
        seed: of the choice of sentences, of the coins and of the voices.
        share: probability that a sentence is meant ironically, 0 to 1.

    Returns:
        x["text"], x["voice"] as ``spoken_ratings``; x["ironic"] (n,) long, 1 where it is; y (n,) what is meant: 0 bad, 1
        good; groups.

    Raises: as ``spoken_ratings``; ValueError where share is out of range.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}, needs 0 to 1")
    rated, generator = _drawn(n, seed, half=1, least=1.0)
    ironic = (torch.rand(n, generator=generator) < share).long()
    voice = torch.stack([torch.tensor(VOICE), torch.tensor(IRONIC)])[ironic]
    meant = (rated.y > 0).long() ^ ironic
    x = rated.x | {"voice": _humanly(voice, generator), "ironic": ironic}
    return Samples(x, meant, ("bad", "good"), rated.groups)


def _drawn(n: int, seed: int, *, half: int, least: float) -> tuple[Samples, torch.Generator]:
    """n short sentences of one half, at least ``least`` points away from 0, and the generator that goes on drawing."""
    positive(n=n)
    rated = ratings("movie")
    words = torch.tensor([len(text.split()) for text in rated.x["text"]])
    assert rated.groups is not None
    short = (words >= WORDS[0]) & (words <= WORDS[1]) & (rated.groups % 2 == half)
    fit = (short & (rated.y.abs() >= least)).nonzero().squeeze(1)
    if n > len(fit):
        raise ValueError(f"n is {n}, needs <= {len(fit)}: so many sentences of that kind there are")
    generator = torch.Generator().manual_seed(seed)
    return rated.take(fit[torch.randperm(len(fit), generator=generator)[:n]]), generator


def _humanly(voice: Tensor, generator: torch.Generator) -> Tensor:
    """Settings with a wobble of their own in each knob, within what the engine can do."""
    wobble = torch.tensor([12.0, 6.0, 8.0]) * torch.randn(len(voice), 3, generator=generator)
    return (voice + wobble).round().clamp(LOW, HIGH)
