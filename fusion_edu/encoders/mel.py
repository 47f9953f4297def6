"""The picture of a sound: how much energy each pitch band has in each short frame, on a logarithmic scale."""

import math

import torch
from torch import Tensor

from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect
from fusion_edu.values import whole


@full_precision
def log_mel(wave: Tensor, *, sample_rate: int, size: int = 512, hop: int = 256, bands: int = 40) -> Tensor:
    r"""Log-mel spectrogram of a waveform, :math:`\log(10^{-6} + \sum_k w_{bk} |X_{fk}|^2)`.

    Args:
        wave: (..., T) samples in [-1, 1].
        sample_rate: samples a second (Hz).
        size, hop: samples in a frame, and from one frame to the next.
        bands: mel bands between 0 Hz and half the sample rate.

    Returns:
        (..., F, bands) in nats, in the dtype of ``wave`` (float16 is computed in float32); F = 1 + (T - size) // hop: complete frames only, none where T < size.

    Raises:
        ValueError: a size out of range, or so many bands that one would hold no frequency.

    The numbers are those of ``librosa.feature.melspectrogram(center=False, htk=True, norm=None)``, then the logarithm:
    periodic Hann window, squared magnitudes, triangles of height 1 (librosa's own defaults pad the ends, use the Slaney
    scale and divide each triangle by its width). Scale: Stevens, Volkmann & Newman 1937; O'Shaughnessy 1987.
    """
    expect(wave=(wave, "... T"))
    check_wave(wave)
    dtype, wave = wave.dtype, wave.to(torch.promote_types(wave.dtype, torch.float32))
    weight = mel_filters(bands, size, sample_rate).to(wave)  # (bands, K)
    size, hop = whole("size", size, 2), whole("hop", hop)
    if wave.shape[-1] < size:
        return wave.new_zeros(*wave.shape[:-1], 0, bands, dtype=dtype)
    if not wave.numel():
        return wave.new_zeros(*wave.shape[:-1], 1 + (wave.shape[-1] - size) // hop, bands, dtype=dtype)
    window = torch.hann_window(size, dtype=wave.dtype, device=wave.device)
    rows = wave.reshape(-1, wave.shape[-1])
    spectrum = torch.stft(rows, size, hop, window=window, center=False, return_complex=True)  # (N, K, F)
    power = weight @ spectrum.abs().square()  # (N, bands, F)
    mel = (1e-6 + power).log().mT.to(dtype)
    return mel.unflatten(0, wave.shape[:-1]) if wave.ndim > 1 else mel[0]


def check_wave(wave: Tensor) -> None:
    """Refuse samples that are whole numbers, as a sound file stores them."""
    if not wave.is_floating_point():
        raise TypeError(
            f"wave has dtype {wave.dtype}, needs floating numbers in [-1, 1]: divide 16-bit samples by 32768"
        )


def mel_filters(bands: int, size: int, sample_rate: int) -> Tensor:
    """(bands, size // 2 + 1) float64: each row a triangle over the frequencies of a frame, equally wide on the mel scale.

    m = 2595 log10(1 + f / 700) with f in Hz.

    Raises:
        ValueError: no band, a frame of less than 2 samples, a sample rate below 1, or so many bands that one would hold no
            frequency.
    """
    bands, size = whole("bands", bands), whole("size", size, 2)
    if not sample_rate >= 1:
        raise ValueError(f"sample_rate is {sample_rate} Hz, needs >= 1")
    top = 2595 * math.log10(1 + sample_rate / 2 / 700)
    edges = 700 * (10 ** (torch.linspace(0, top, bands + 2, dtype=torch.float64) / 2595) - 1)  # Hz
    left, middle, right = (edges[i : i + bands, None] for i in range(3))
    f = torch.linspace(0, sample_rate / 2, size // 2 + 1, dtype=torch.float64)
    triangles = torch.minimum((f - left) / (middle - left), (right - f) / (right - middle)).clamp_min(0)
    if (triangles.sum(1) == 0).any():
        raise ValueError(f"bands is {bands}, needs fewer: a frame of {size} samples is too short to tell them apart")
    return triangles
