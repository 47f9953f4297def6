"""The synthetic voice: what its knobs do, the same at each run, and what is said where it cannot be had."""

import subprocess
import sys

import pytest
import torch

from fusion_edu.data import irony, speak, speech, spoken_ratings
from fusion_edu.data.fetch import SOURCES, FetchError
from fusion_edu.data.sources import ESPEAK
from fusion_edu.encoders import pitch, voice_features
from fusion_edu.encoders.voice import PROSODY

TEXT = "It was a wonderful evening and nobody wanted to go home."


def spoken(*settings):
    return speak([TEXT] * len(settings), torch.tensor(settings, dtype=torch.float32))


def test_the_knobs_do_what_they_say():
    usual, fast, high, flat = spoken((170, 50, 50), (300, 50, 50), (170, 80, 50), (170, 50, 0))
    assert 2 < len(usual) / speech.SAMPLE_RATE < 6
    assert len(fast) < 0.75 * len(usual)

    def octaves(wave):
        f0 = pitch(wave, sample_rate=speech.SAMPLE_RATE)
        return f0[f0 > 0].log2().quantile(torch.tensor([0.25, 0.5, 0.75]))

    assert octaves(high)[1] > octaves(usual)[1] + 0.3
    assert octaves(flat).diff().sum() < 0.5 * octaves(usual).diff().sum()


def test_the_same_list_gives_the_same_samples_in_range():
    first, second = (spoken((170, 50, 50), (140, 30, 20)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(0.1 < wave.abs().max() <= 1 and wave.dtype == torch.float32 for wave in first)


def test_what_cannot_be_spoken():
    assert speak([], torch.zeros(0, 3)) == []
    (nothing,) = speak([""], torch.tensor([[170.0, 50, 50]]))
    assert len(nothing) < speech.SAMPLE_RATE / 10
    with pytest.raises(ValueError, match="settings has a rate of 20 to 20, needs 80 to 450"):
        spoken((20, 50, 50))
    with pytest.raises(ValueError, match="settings has a pitch of 50 to 120, needs 0 to 99"):
        spoken((170, 120, 50), (170, 50, 50))
    with pytest.raises(ValueError, match=r"settings has shape \(2, 3\), needs \(1, 3\)"):
        speak([TEXT], torch.zeros(2, 3))


def test_where_there_is_no_wheel_the_systems_engine_is_named(monkeypatch):
    monkeypatch.delitem(SOURCES, "espeak")
    monkeypatch.setattr(speech.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(speech.platform, "system", lambda: "Linux")
    monkeypatch.setattr(speech.platform, "machine", lambda: "aarch64")
    with pytest.raises(FetchError, match="no package of eSpeak NG for Linux aarch64: .*sudo apt install libespeak-ng1"):
        spoken((170, 50, 50))
    monkeypatch.setattr(speech.ctypes.util, "find_library", lambda name: "libespeak-ng.so.1")
    assert speech.library() == ["libespeak-ng.so.1"]


def test_an_engine_that_fails_is_one_sentence(monkeypatch):
    monkeypatch.setattr(speech, "library", lambda: ["/no/such/library.so"])
    with pytest.raises(FetchError, match="eSpeak NG does not run here"):
        spoken((170, 50, 50))


def test_the_engine_needs_nothing_but_python():
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", f"import ast; exec(open({str(speech.ENGINE)!r}).read(), {{}})"]
    )
    assert done.returncode == 0


def test_every_wheel_is_pinned():
    assert len({source.sha256 for source in ESPEAK.values()}) == 4
    for (system, machine), source in ESPEAK.items():
        assert source.filename.endswith(".whl")
        assert 9_000_000 < source.size < 11_000_000
        assert {"Linux": "linux", "Darwin": "macos", "Windows": "win"}[system] in source.filename
        assert machine.lower().replace("amd64", "amd64") in source.filename


def test_the_mood_is_the_rating_and_noise():
    samples = spoken_ratings(400, seed=1)
    rate = samples.x["voice"][:, 0]
    assert torch.corrcoef(torch.stack([rate, samples.y]))[0, 1] > 0.4
    assert all(4 <= len(text.split()) <= 12 for text in samples.x["text"])
    exact = spoken_ratings(400, seed=1, noise=0.0)
    assert exact.x["text"] == samples.x["text"]
    assert torch.corrcoef(torch.stack([exact.x["voice"][:, 0], exact.y]))[0, 1] > 0.8


def test_irony_turns_the_words_round_and_knows_nothing_of_them():
    samples = irony(800, seed=2)
    ironic = samples.x["ironic"]
    assert abs(ironic.float().mean() - 0.3) < 0.05
    words = (samples.y ^ ironic).float()
    assert torch.corrcoef(torch.stack([ironic.float(), words]))[0, 1].abs() < 0.12
    rate = samples.x["voice"][:, 0]
    assert rate[ironic == 1].mean() < rate[ironic == 0].mean() - 30
    assert torch.equal(irony(50, share=0.0).x["ironic"], torch.zeros(50).long())
    assert irony(50, share=1.0).x["ironic"].all()


def test_no_sentence_is_in_both():
    assert not set(spoken_ratings(1200).x["text"]) & set(irony(1000).x["text"])


def test_voice_features_hear_the_settings_and_are_kept(monkeypatch):
    settings = torch.tensor([[130.0, 40, 10], [220.0, 75, 80]])
    found = voice_features([TEXT, TEXT], settings, progress=False)
    assert found.shape == (2, 86)
    assert found.isfinite().all()
    slow, quick = (dict(zip(PROSODY, row[:6].tolist(), strict=True)) for row in found)
    assert slow["seconds"] > 1.3 * quick["seconds"]
    assert slow["pitch"] < quick["pitch"] - 0.5
    monkeypatch.setattr("fusion_edu.encoders.voice.speak", lambda *a, **k: pytest.fail("spoken again"))
    assert torch.equal(voice_features([TEXT, TEXT], settings, progress=False), found)


def test_refusals():
    with pytest.raises(ValueError, match="n is 5000, needs <= "):
        irony(5000)
    with pytest.raises(ValueError, match="share is 2, needs 0 to 1"):
        irony(10, share=2)
    with pytest.raises(ValueError, match="noise is -1, needs >= 0"):
        spoken_ratings(10, noise=-1)
