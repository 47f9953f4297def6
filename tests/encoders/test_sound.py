"""Log-mel, pitch and energy against sums written out, SciPy, and tones whose truth is known."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from fusion_edu.encoders import energy, log_mel, mel_filters, pitch
from fusion_edu.encoders.prosody import self_correlation
from fusion_edu.encoders.voice import PROSODY, prosody_of

RATE = 8000


def tone(hertz, seconds=0.5, rate=RATE):
    return torch.sin(2 * math.pi * hertz * torch.arange(int(seconds * rate), dtype=torch.float64) / rate)


def triangle(f, left, middle, right):
    return max(0.0, min((f - left) / (middle - left), (right - f) / (right - middle)))


def log_mel_by_hand(wave, rate, size, hop, bands):
    """Window, Fourier sum, triangles on the mel scale, logarithm: all as plain loops."""
    top = 2595 * math.log10(1 + rate / 2 / 700)
    edges = [700 * (10 ** (top * b / (bands + 1) / 2595) - 1) for b in range(bands + 2)]
    rows = []
    for start in range(0, len(wave) - size + 1, hop):
        frame = [v * (0.5 - 0.5 * math.cos(2 * math.pi * t / size)) for t, v in enumerate(wave[start : start + size])]
        power = []
        for k in range(size // 2 + 1):
            cosine = sum(v * math.cos(2 * math.pi * k * t / size) for t, v in enumerate(frame))
            sine = sum(v * math.sin(2 * math.pi * k * t / size) for t, v in enumerate(frame))
            power.append(cosine**2 + sine**2)
        rows.append(
            [
                math.log(1e-6 + sum(triangle(k * rate / size, *edges[b : b + 3]) * p for k, p in enumerate(power)))
                for b in range(bands)
            ]
        )
    return torch.tensor(rows, dtype=torch.float64)


def test_log_mel_equals_its_definition(device, draw):
    (wave,) = draw(1, 150)
    got = log_mel(wave.to(device), sample_rate=RATE, size=64, hop=24, bands=5)
    torch.testing.assert_close(got.cpu(), log_mel_by_hand(wave.tolist(), RATE, 64, 24, 5))


def test_its_spectrum_is_scipys(draw):
    (wave,) = draw(1, 900)
    window = signal.get_window("hann", 256)  # periodic
    _, _, power = signal.spectrogram(
        wave.numpy(), RATE, window, nperseg=256, noverlap=128, detrend=False, scaling="spectrum", mode="psd"
    )
    power[1:-1] /= 2  # SciPy adds the negative frequencies
    power *= window.sum() ** 2
    want = torch.log(1e-6 + mel_filters(20, 256, RATE) @ torch.from_numpy(power)).T
    torch.testing.assert_close(log_mel(wave, sample_rate=RATE, size=256, hop=128, bands=20), want)


def test_rows_of_a_batch_are_the_waves(draw):
    waves = torch.stack(draw(3, 300)).reshape(3, 1, 300)
    got = log_mel(waves, sample_rate=RATE, size=128, hop=64, bands=8)
    assert got.shape == (3, 1, 3, 8)
    torch.testing.assert_close(got[2, 0], log_mel(waves[2, 0], sample_rate=RATE, size=128, hop=64, bands=8))


def test_log_mel_hears_the_higher_tone_higher():
    low, high = (log_mel(tone(f), sample_rate=RATE).mean(0).argmax() for f in (200, 2000))
    assert high > low + 10


def test_log_mel_is_differentiable(draw):
    (wave,) = draw(1, 40)
    assert torch.autograd.gradcheck(
        lambda x: log_mel(x, sample_rate=RATE, size=16, hop=8, bands=3), wave.requires_grad_()
    )


def test_filters_cover_every_frequency_between_the_ends_once():
    weights = mel_filters(12, 512, RATE)
    f = torch.linspace(0, RATE / 2, 257)
    inner = (f > 150) & (f < 3300)
    torch.testing.assert_close(weights.sum(0)[inner], torch.ones(int(inner.sum()), dtype=torch.float64))


@pytest.mark.parametrize("hertz", [82.0, 120.0, 200.0, 333.0])
def test_pitch_of_tones_with_overtones(hertz, device):
    wave = tone(hertz) + 0.7 * tone(2 * hertz) + 0.5 * tone(3 * hertz)
    found = pitch(wave.to(device), sample_rate=RATE, size=512, hop=128).cpu()
    assert ((found / hertz).log2().abs() < 0.06).all()  # within a semitone of it, and never an octave off


@given(st.floats(80, 350), st.floats(0.01, 1), st.floats(-0.5, 0.5))
def test_pitch_hears_neither_loudness_nor_level(hertz, gain, level):
    wave = tone(hertz, 0.2)
    plain = pitch(wave, sample_rate=RATE, size=512, hop=256)
    assert torch.equal(pitch(gain * wave + level, sample_rate=RATE, size=512, hop=256), plain)


def test_noise_and_silence_have_no_pitch(draw):
    (noise,) = draw(1, 4000)
    assert (pitch(noise, sample_rate=RATE, size=512) > 0).double().mean() < 0.1
    assert not pitch(torch.zeros(2000), sample_rate=RATE, size=512).any()


def test_self_correlation_is_the_sum_it_says(draw):
    (frame,) = draw(1, 30)
    got = self_correlation(frame[None])[0]
    for shift in (0, 1, 7, 20):
        x, y = frame[: 30 - shift].tolist(), frame[shift:].tolist()
        want = sum(p * q for p, q in zip(x, y, strict=True)) / math.hypot(*x) / math.hypot(*y)
        assert got[shift].item() == pytest.approx(want, abs=1e-9)


def test_energy_in_decibels():
    assert energy(torch.ones(1024)).item() == pytest.approx(0, abs=1e-4)
    assert energy(0.1 * torch.ones(1024)).item() == pytest.approx(-20, abs=1e-4)
    assert energy(torch.zeros(1024)).item() == pytest.approx(-100, abs=1e-4)
    assert energy(tone(200).float(), size=800).mean().item() == pytest.approx(10 * math.log10(0.5), abs=1e-2)


@pytest.mark.parametrize("length", [0, 511, 512, 767, 768])
def test_only_complete_frames_count(length):
    wave = torch.ones(length)
    frames = 0 if length < 512 else 1 + (length - 512) // 256
    assert log_mel(wave, sample_rate=RATE).shape == (frames, 40)
    assert energy(wave, size=512).shape == (frames,)
    assert pitch(wave, sample_rate=RATE, size=512).shape == (frames,)


def test_prosody_of_a_rising_tone():
    steps = torch.linspace(0, 1, 22050)
    rising = torch.sin(2 * math.pi * (120 * steps + 60 * steps**2))  # 120 to 240 Hz in a second
    found = dict(zip(PROSODY, prosody_of(rising).tolist(), strict=True))
    assert found["pitch"] == pytest.approx(math.log2(1.8), abs=0.05)
    assert found["voiced share"] > 0.95
    assert found["seconds"] == pytest.approx(1.0)
    assert found["energy"] == pytest.approx(-3, abs=0.1)
    assert not prosody_of(torch.zeros(5000)).any()


def test_refusals():
    with pytest.raises(ValueError, match="bands is 200, needs fewer"):
        log_mel(torch.zeros(600), sample_rate=RATE, bands=200)
    with pytest.raises(ValueError, match="hop is 0, needs a whole number >= 1"):
        log_mel(torch.zeros(600), sample_rate=RATE, hop=0)
    with pytest.raises(ValueError, match="^size is 1, needs a whole number >= 2$"):
        mel_filters(40, 1, RATE)
    with pytest.raises(ValueError, match="low is 400 and high 60"):
        pitch(torch.zeros(2000), sample_rate=RATE, low=400, high=60)
    with pytest.raises(ValueError, match="size is 128 samples, needs >= 268"):
        pitch(torch.zeros(2000), sample_rate=RATE, size=128)
    with pytest.raises(ValueError, match="^size is 0, needs a whole number >= 1$"):
        energy(torch.zeros(2000), size=0)
    with pytest.raises(ValueError, match="^bands is 2.5, needs a whole number >= 1$"):
        mel_filters(2.5, 512, RATE)
    with pytest.raises(ValueError, match="^sample_rate is 0 Hz, needs >= 1$"):
        mel_filters(40, 512, 0)
