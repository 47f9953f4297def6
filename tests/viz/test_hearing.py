"""Sounds and clips in a notebook can be decoded again by others; plots of sound and time say what they show."""

import base64
import html
import io
import math
import re

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.io import wavfile

from fusion_edu import viz
from fusion_edu.viz import playing


def tone(hertz, rate, seconds=0.5):
    return torch.sin(2 * math.pi * hertz * torch.arange(int(seconds * rate)) / rate)


@pytest.mark.parametrize("rate", [8000, 22050, 30720])
def test_a_wav_is_the_sound_at_full_volume(rate):
    found_rate, samples = wavfile.read(io.BytesIO(playing.wav(0.01 * tone(440, rate), rate)))
    assert 7000 < found_rate < 16000
    assert samples.dtype == np.int16
    assert np.abs(samples).max() > 31000
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.fft.rfftfreq(len(samples), 1 / found_rate)[spectrum.argmax()] == pytest.approx(440, abs=3)


def test_silence_is_silent():
    _, samples = wavfile.read(io.BytesIO(playing.wav(torch.zeros(100), 8000)))
    assert not samples.any()


def test_a_strip_holds_the_frames_side_by_side():
    frames = torch.rand(4, 1, 12, 16, generator=torch.Generator().manual_seed(0))
    png, width, height = playing.strip(frames)
    film = Image.open(io.BytesIO(png))
    assert (width, height, film.size) == (192, 144, (4 * 192, 144))
    small = np.asarray(film)[6::12, 6::12] / 255  # (12, 4 * 16)
    for t in range(4):
        assert np.abs(small[:, 16 * t : 16 * (t + 1)] - frames[t, 0].numpy()).max() < 0.003


class Bundles(list):
    def __call__(self, data, *, metadata=None):
        self.append(data)


@pytest.fixture
def shown(monkeypatch):
    made = Bundles()
    monkeypatch.setattr(playing, "bundle", made)
    return made


def test_players_have_controls_and_words(shown):
    viz.hear(tone(300, 8000), sample_rate=8000, caption='He said "no" & left.')
    viz.play(torch.rand(5, 1, 8, 8), torch.rand(5, 100) - 0.5, sample_rate=8000, caption="A hit.")
    document = html.unescape(re.search(r'srcdoc="([^"]+)"', shown[1]["text/html"])[1])
    for page in (shown[0]["text/html"], document):
        sound = re.search(r'<audio [^>]*src="data:audio/wav;base64,([^"]+)">', page)
        assert base64.b64decode(sound[1])[:4] == b"RIFF"
        assert "autoplay" not in page
    assert "&quot;no&quot; &amp; left" in shown[0]["text/html"]
    assert shown[0]["text/plain"] == 'Sound, 0.5 s: He said "no" & left.'


def test_one_button_starts_picture_and_sound(shown):
    viz.play(torch.rand(5, 1, 8, 8), torch.rand(5, 400), sample_rate=8000, caption='A "hit".')
    document = html.unescape(re.search(r'srcdoc="([^"]+)"', shown[0]["text/html"])[1])
    assert document.count("<button") == 1
    assert 'aria-label="Play picture and sound: A &quot;hit&quot;."' in document
    assert "sound.currentTime / 0.2500 * 5" in document  # 5 frames of 400 samples, 8,000 a second
    assert not re.search(r"\{(width|height|film|sound|frames|seconds|caption)\}", document)


def test_plots_name_their_axes():
    axes = viz.utterances({"one": tone(200, 22050), "two": tone(300, 22050)}, sample_rate=22050)
    assert [ax.get_ylabel() for ax in axes[::2]] == ["mel band", "pitch (Hz)", "energy (dB)"]
    assert axes[-1].get_xlabel() == "time (s)"
    assert np.median(axes[2].lines[0].get_ydata()) == pytest.approx(200, rel=0.02)
    strip = viz.filmstrip(torch.rand(6, 1, 4, 4), torch.arange(6.0))
    assert len(strip) == 12
    assert [round(ax.patches[0].get_height()) for ax in strip[6:]] == [0, 1, 2, 3, 4, 5]


def test_a_delayed_signal_moves_and_what_leaves_is_lost():
    values = torch.tensor([1.0, 2, 3, 4])
    assert viz.shifted(values, 1).tolist() == [0, 1, 2, 3]
    assert viz.shifted(values, -2).tolist() == [3, 4, 0, 0]
    assert viz.shifted(values, 9).tolist() == [0, 0, 0, 0]
    ax = viz.in_step({"seen": values, "heard": values}, delay=2)
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0.25, 0.5, 0.75, 1], [0, 0, 0.25, 0.5]]


def test_refusals():
    with pytest.raises(ValueError, match="sound has 0 samples"):
        viz.hear(torch.zeros(0), sample_rate=8000, caption="nothing")
    with pytest.raises(ValueError, match=r"frames has shape \(5, 8, 8\), needs \(T, 1, H, W\)"):
        viz.play(torch.rand(5, 8, 8), torch.rand(5, 100), sample_rate=8000, caption="x")
    with pytest.raises(ValueError, match=r"loudness has shape \(5\), needs \(T=6\)|loudness has shape \(5,\)"):
        viz.filmstrip(torch.rand(6, 1, 4, 4), torch.zeros(5))
