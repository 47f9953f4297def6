"""What can be heard in a spoken sentence, as one row of numbers; nothing in it is learned."""

from collections.abc import Sequence

import torch
from torch import Tensor

from fusion_edu.data.fetch import SOURCES
from fusion_edu.data.speech import SAMPLE_RATE, speak
from fusion_edu.encoders.cache import cached
from fusion_edu.encoders.mel import log_mel
from fusion_edu.encoders.prosody import energy, pitch

BANDS = 40
PROSODY = ("pitch", "pitch spread", "energy", "energy spread", "voiced share", "seconds")


def prosody_of(wave: Tensor) -> Tensor:
    """(6,) of one waveform (T,) at 22,050 Hz: what PROSODY names.

    Median of the pitch of the voiced frames in octaves above 100 Hz, and the distance of
    their quartiles, which a few wrong frames do not move; mean and standard deviation of the
    energy in dB of the frames above -50 dB; share of frames that are voiced; duration in s. All 0 where there is no sound.
    """
    f0, loud = pitch(wave, sample_rate=SAMPLE_RATE), energy(wave)
    octaves, heard = (f0[f0 > 0] / 100).log2(), loud[loud > -50]
    if len(octaves) < 2 or len(heard) < 2:
        return wave.new_zeros(len(PROSODY))
    share = (f0 > 0).float().mean()
    low, middle, high = octaves.quantile(octaves.new_tensor([0.25, 0.5, 0.75]))
    return torch.stack([middle, high - low, heard.mean(), heard.std(), share, loud.new_tensor(len(wave) / SAMPLE_RATE)])


def voice_features(texts: Sequence[str], settings: Tensor, *, progress: bool = True) -> Tensor:
    """(B, 86) of B texts spoken at ``settings``: PROSODY, then mean and spread of 40 log-mel bands over the frames.

    Computed once, then read from the cache. The settings themselves are not among the features.

    Args:
        texts, settings: as ``data.speak`` takes them.

    Raises: as ``data.speak``.
    """

    def compute() -> Tensor:
        return torch.stack([_features(wave) for wave in speak(texts, settings, progress=progress)])

    origin = SOURCES["espeak"].sha256 if "espeak" in SOURCES else "the system's own"
    return cached("voice", [tuple(texts), settings, origin], compute, version=2)


def _features(wave: Tensor) -> Tensor:
    bands = log_mel(wave, sample_rate=SAMPLE_RATE, bands=BANDS)
    if len(bands) < 2:
        return wave.new_zeros(len(PROSODY) + 2 * BANDS)
    return torch.cat([prosody_of(wave), bands.mean(0), bands.std(0)])
