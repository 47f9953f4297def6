"""Encoders at an edge: no frame, no word, whole numbers, another dtype; modes put back; words in one form."""

import pytest
import torch
from torch import nn

from fusion_edu.encoders import (
    FrameCNN,
    SensorCNN,
    SmallCNN,
    SoundCNN,
    SoundGRU,
    Symbols,
    TextLSTM,
    VideoEncoder,
    Vocabulary,
    encode,
    energy,
    log_mel,
    pitch,
)
from fusion_edu.encoders.vocabulary import words
from fusion_edu.evaluate import bleu, chrf

WAVE = 0.3 * torch.sin(torch.arange(4096) * 0.1)


@pytest.mark.parametrize(
    ("encoder", "x"),
    [
        (SoundGRU(5, width=6), torch.zeros(2, 0, 5)),
        (SoundCNN(5, width=6), torch.zeros(2, 0, 5)),
        (TextLSTM(7, width=6), torch.zeros(2, 0, dtype=torch.long)),
        (VideoEncoder(FrameCNN(1, 8, 8, features=6)), torch.zeros(2, 0, 1, 8, 8)),
        (VideoEncoder(FrameCNN(1, 8, 8), pool="gru", width=6), torch.zeros(2, 0, 1, 8, 8)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_without_anything_to_read_it_gives_zeros(encoder, x):
    assert torch.equal(encoder(x), torch.zeros(2, 6))


@pytest.mark.parametrize("sound", [log_mel, pitch])
def test_sound_in_16_bits_is_refused_by_name_and_float16_is_computed_in_float32(sound):
    with pytest.raises(TypeError, match=r"^wave has dtype torch.int16, needs floating numbers in \[-1, 1\]"):
        sound((WAVE * 32768).to(torch.int16), sample_rate=8000)
    half = sound(WAVE.half(), sample_rate=8000)
    want = sound(WAVE.half().float(), sample_rate=8000)
    torch.testing.assert_close(half.float(), want, rtol=2e-3, atol=2e-3)
    assert half.dtype == torch.float16
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(sound(WAVE, sample_rate=8000), sound(WAVE, sample_rate=8000).float())
        torch.testing.assert_close(
            log_mel(WAVE, sample_rate=8000), log_mel(WAVE.double(), sample_rate=8000).float(), rtol=1e-3, atol=1e-3
        )


def test_energy_of_float16_silence():
    assert energy(torch.zeros(2048, dtype=torch.float16)).tolist() == [-100] * 5


@pytest.mark.parametrize(
    ("encoder", "name", "shape"),
    [(SmallCNN(width=4), "images", (1, 3, 8, 8)), (SensorCNN(3), "signal", (1, 3, 16)), (SoundGRU(5), "frames", (1, 4, 5)),
     (SoundCNN(5), "frames", (1, 4, 5)), (FrameCNN(1, 8, 8), "frames", (1, 2, 1, 8, 8))],
)  # fmt: skip
def test_another_dtype_than_that_of_the_weights_is_refused_by_name(encoder, name, shape):
    for dtype in (torch.float64, torch.uint8):
        with pytest.raises(TypeError, match=f"^{name} has dtype {dtype}, needs "):
            encoder(torch.ones(shape, dtype=dtype))


def test_encode_puts_back_the_mode_of_every_part():
    model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.Dropout())
    model[1].eval()
    encode(model, torch.ones(4, 3), progress=False)
    assert [part.training for part in model] == [True, False, True]
    model[0].weight = None
    with pytest.raises(TypeError):
        encode(model, torch.ones(4, 3), progress=False)
    assert [part.training for part in model] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("\u0130stanbul", ["istanbul"]),
        ("cre\u0300me br\u00fbl\u00e9e", ["cr\u00e8me", "br\u00fbl\u00e9e"]),
        ("Don\u2019t", ["don't"]),
        ("'hello', \u2018world\u2019 dogs'", ["hello", "world", "dogs"]),
        ("STRASSE Stra\u00dfe", ["strasse", "strasse"]),
        ("\u039f\u0394\u039f\u03a3", ["\u03bf\u03b4\u03bf\u03c3"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ["\u0939\u093f\u0928\u094d\u0926\u0940"]),
        ("I \u2764\ufe0f it's 3.5 a_b -- ''", ["i", "it's", "3", "5", "a_b"]),
    ],
)  # fmt: skip
def test_words(text, want):
    assert words(text) == want


def test_texts_count_the_same_however_their_accents_are_stored():
    composed, apart = "cr\u00e8me br\u00fbl\u00e9e du soir", "cre\u0300me bru\u0302le\u0301e du soir"
    for made in (Vocabulary.fit([composed]), Symbols.fit([composed]), Symbols.fit([composed], between=" ")):
        assert torch.equal(made.ids([apart]), made.ids([composed]))
    assert bleu([composed], [apart]) == pytest.approx(100)
    assert chrf([composed], [apart]) == pytest.approx(100)
