"""How something is said: pitch and energy of each frame, in plain tensor operations."""

import torch
from torch import Tensor

from fusion_edu.encoders.mel import check_wave
from fusion_edu.shapes import expect
from fusion_edu.values import whole


def energy(wave: Tensor, *, size: int = 1024, hop: int = 256) -> Tensor:
    """(F,) mean square of each complete frame in dB of full scale: 0 dB is a constant 1, silence is -100 dB.

    Args:
        wave: (T,) samples in [-1, 1].
        size, hop: samples in a frame, and from one frame to the next.

    Raises:
        TypeError: whole numbers. ValueError: another shape, or ``size`` or ``hop`` < 1.
    """
    frames = _frames(wave, size, hop)
    return (10 * (frames.square().mean(1) + 1e-10).log10()).to(wave.dtype)


def pitch(
    wave: Tensor,
    *,
    sample_rate: int,
    size: int = 1024,
    hop: int = 256,
    low: float = 60.0,
    high: float = 400.0,
    voiced: float = 0.6,
) -> Tensor:
    """Fundamental frequency of each frame, where there is one.

    A voiced sound repeats itself. Each frame is compared with itself, shifted: the shortest shift at which the
    correlation comes within a tenth of its best is the period, so that two periods are not taken for one.

    Args:
        wave: (T,) samples; its mean is taken out frame by frame.
        sample_rate: samples a second (Hz).
        size, hop: samples in a frame, and from one frame to the next; a frame needs two periods of ``low``.
        low, high: Hz, the range that is searched.
        voiced: least correlation of a voiced frame, between 0 and 1.

    Returns:
        (F,) Hz; 0 where a frame is unvoiced (noise, silence).

    Raises:
        ValueError: the range is empty, or a frame is too short for ``low``.

    Source: Talkin 1995, "A robust algorithm for pitch tracking (RAPT)", normalised cross-correlation, without the tracking.
    """
    if not 0 < low < high <= sample_rate / 2:
        raise ValueError(f"low is {low} and high {high} Hz, need 0 < low < high <= {sample_rate / 2}")
    shortest, longest = int(sample_rate / high), int(sample_rate / low) + 1
    if size < 2 * longest:
        raise ValueError(f"size is {size} samples, needs >= {2 * longest}: two periods of {low} Hz")
    x = _frames(wave, size, hop)
    if not len(x):
        return wave.new_zeros(0)
    x = x - x.mean(1, keepdim=True)
    alike = self_correlation(x)[:, shortest - 1 : longest + 2]  # one more on each side, to see what is a peak
    inner = alike[:, 1:-1]
    peak = (inner >= alike[:, :-2]) & (inner > alike[:, 2:])
    best = inner.masked_fill(~peak, -1.0).amax(1, keepdim=True)  # (F, 1)
    first = (peak & (inner >= 0.9 * best)).int().argmax(1)
    loud = x.square().mean(1) > 1e-8
    return torch.where((best[:, 0] >= voiced) & loud, sample_rate / (first + shortest), 0.0).to(wave)


def self_correlation(x: Tensor) -> Tensor:
    """(F, size) correlation of each frame's beginning with its end, by shift: sum x_t x_{t+s} over the root of both energies."""
    size = x.shape[1]
    product = torch.fft.irfft(torch.fft.rfft(x, 2 * size).abs().square(), 2 * size)[:, :size]
    total = x.square().cumsum(1)  # energy up to and with t
    head = total.flip(1)  # of x[: size - s]
    tail = total[:, -1:] - torch.cat([torch.zeros_like(total[:, :1]), total[:, :-1]], dim=1)  # of x[s:]
    return product / (head * tail).clamp_min(1e-20).sqrt()


def _frames(wave: Tensor, size: int, hop: int) -> Tensor:
    """(F, size) complete frames, at least float32."""
    expect(wave=(wave, "T"))
    check_wave(wave)
    wave = wave.to(torch.promote_types(wave.dtype, torch.float32))
    size, hop = whole("size", size), whole("hop", hop)
    return wave.unfold(0, size, hop) if len(wave) >= size else wave.new_zeros(0, size)
