"""The real data sets: counts, shapes, ranges, balance, and nothing on both sides of a split.

``python3 start.py`` fetches them before the tests; without it ``python -m fusion_edu.data.fetch`` does.
"""

import hashlib

import pytest
import torch

from fusion_edu.data import (
    Standardiser,
    digits,
    emoji,
    emoji_characters,
    emoji_names,
    ratings,
    smartwatch,
    split_groups,
)
from fusion_edu.data.fetch import FIRST_LESSONS, fetch_all, sha256
from fusion_edu.data.pictures import LANGUAGES
from fusion_edu.data.sources import SOURCES


def contents(tensor):
    return {hashlib.sha256(row.contiguous().numpy().tobytes()).digest() for row in tensor}


def test_the_files_are_the_ones_that_are_pinned():
    for name, path in zip(FIRST_LESSONS, fetch_all(FIRST_LESSONS), strict=True):
        assert path.stat().st_size == SOURCES[name].size
        assert sha256(path) == SOURCES[name].sha256


def test_emoji():
    noto, twemoji = emoji("noto"), emoji("twemoji")
    assert len(noto) == 1352
    assert noto.y.bincount().tolist() == [156, 154, 147, 126, 218, 85, 257, 209]
    assert noto.classes == ("smileys", "people", "nature", "food", "travel", "activities", "objects", "symbols")
    assert noto.x["image"].shape == (1352, 3, 16, 16)
    for samples in (noto, twemoji):
        assert samples.x["image"].dtype == torch.float32
        assert 0 <= samples.x["image"].min() < 0.1
        assert 0.99 < samples.x["image"].max() <= 1
        assert len(contents(samples.x["image"])) == 1352  # no two alike, so none can be on both sides of a split
    assert len(set(noto.x["name"])) == 1352
    assert torch.equal(emoji("noto").x["image"], noto.x["image"])  # the cached copy


def test_emoji_styles_are_aligned_row_by_row():
    noto, twemoji = emoji("noto"), emoji("twemoji")
    assert noto.x["name"] == twemoji.x["name"] == emoji_names("en")
    assert torch.equal(noto.y, twemoji.y)
    a, b = (s.x["image"].flatten(1) - s.x["image"].flatten(1).mean(0) for s in (noto, twemoji))
    alike = torch.nn.functional.normalize(a) @ torch.nn.functional.normalize(b).T
    own = alike.diagonal().mean()
    other = (alike.sum() - alike.diagonal().sum()) / (1352 * 1351)
    assert own > other + 0.5
    assert (alike.argmax(1) == torch.arange(1352)).float().mean() > 0.25  # by chance it would be 0.0007


def test_known_emoji_are_what_they_look_like():
    samples, characters = emoji(size=32), emoji_characters()
    for character, name, group, channel in (
        ("🍎", "red apple", "food", 0),
        ("💚", "green heart", "smileys", 1),
        ("🔵", "blue circle", "symbols", 2),
    ):
        row = characters.index(character)
        assert samples.x["name"][row] == name
        assert samples.classes[samples.y[row]] == group
        middle = samples.x["image"][row, :, 12:20, 12:20].mean((1, 2))
        assert middle.argmax() == channel
    corner = samples.x["image"][:, :, 0, 0]
    assert (corner > 0.95).all(1).float().mean() > 0.8  # white ground


def test_emoji_names_in_every_language():
    dog = emoji_characters().index("🐕")
    words = {language: emoji_names(language) for language in LANGUAGES}
    assert len(words) == 14
    assert all(len(names) == 1352 and all(names) for names in words.values())
    assert all("_" not in name and ":" not in name[:1] for names in words.values() for name in names)
    assert {k: words[k][dog] for k in ("en", "de", "fr", "es")} == {
        "en": "dog",
        "de": "hund",
        "fr": "chien",
        "es": "perro",
    }
    with pytest.raises(ValueError, match="language is 'xx', needs one of en, ar"):
        emoji_names("xx")


def test_emoji_refuses():
    with pytest.raises(ValueError, match="style is 'apple', needs one of noto, twemoji"):
        emoji("apple")
    with pytest.raises(ValueError, match="size is 2, needs 4 to 256 pixels"):
        emoji(size=2)


def test_digits():
    train, test = digits()
    for samples, n in ((train, 3000), (test, 1000)):
        assert samples.x["image"].shape == (n, 1, 28, 28)
        assert samples.x["sound"].shape == (n, 92, 13)
        assert samples.y.bincount().tolist() == [n // 10] * 10
        assert samples.x["image"].min() == 0
        assert samples.x["image"].max() == 1
        assert samples.x["length"].min() >= 6
        assert samples.x["length"].max() <= 92
        after = torch.arange(92) >= samples.x["length"][:, None]
        assert (samples.x["sound"][after] == 0).all()
        assert (samples.x["sound"][~after].abs().sum(1) > 0).all()


@pytest.mark.parametrize("seed", [0, 7])
def test_no_picture_and_no_recording_is_on_both_sides(seed):
    train, test = digits(train=4000, test=1000, seed=seed)
    for name, here, there in (("image", 4000, 1000), ("sound", 2400, 600)):
        sides = contents(train.x[name]), contents(test.x[name])
        assert [len(side) for side in sides] == [here, there]
        assert not sides[0] & sides[1]


def test_each_picture_and_each_recording_keeps_its_own_digit():
    """A recording has one label whatever it is paired with, and the nearest other picture is mostly of the same digit."""
    train, _ = digits(train=4000)
    labels = {}
    for sound, label in zip(train.x["sound"], train.y.tolist(), strict=True):
        assert labels.setdefault(sound.numpy().tobytes(), label) == label
    flat = train.x["image"].flatten(1)[:1000]
    near = torch.cdist(flat, flat).fill_diagonal_(torch.inf).argmin(1)
    assert (train.y[:1000][near] == train.y[:1000]).float().mean() > 0.85


def test_digits_repeat_by_seed_and_refuse():
    one, again, other = (digits(train=100, test=55, seed=s)[1] for s in (0, 0, 1))
    assert torch.equal(one.x["image"], again.x["image"])
    assert not torch.equal(one.x["image"], other.x["image"])
    assert sorted(one.y.bincount().tolist()) == [5] * 5 + [6] * 5
    with pytest.raises(ValueError, match="train is 5000, needs 10 to 4000"):
        digits(train=5000)


COUNTS = {"movie": 10_605, "tweets": 4_200, "products": 3_708, "news": 5_190}


@pytest.mark.parametrize("source", COUNTS)
def test_ratings(source):
    samples = ratings(source)
    assert len(samples) == COUNTS[source]
    assert samples.y.dtype == torch.float32
    assert -4 <= samples.y.min() < -2
    assert 2 < samples.y.max() <= 4
    assert all(text == text.strip() and text for text in samples.x["text"])
    assert not any("&amp;" in text for text in samples.x["text"])
    train, test = (samples.take(side) for side in split_groups(samples.groups, 0.2, 0))
    sides = [{text.casefold() for text in side.x["text"]} for side in (train, test)]
    assert not sides[0] & sides[1]


def test_ratings_mean_what_they_say():
    for source in COUNTS:
        samples = ratings(source)
        mean = {
            word: samples.y[[word in text.lower().split() for text in samples.x["text"]]].mean()
            for word in ("bad", "great")
        }
        assert mean["great"] > mean["bad"] + 0.5, source
    with pytest.raises(ValueError, match="source is 'books', needs one of movie, tweets"):
        ratings("books")


def test_smartwatch():
    samples = smartwatch()
    assert len(samples) == 1149
    assert samples.x["accelerometer"].shape == samples.x["gyroscope"].shape == (1149, 3, 200)
    assert samples.y.bincount().tolist() == [121, 190, 192, 177, 179, 143, 147]
    assert sorted(set(samples.groups.tolist())) == list(range(1, 11))
    assert all(len(set(samples.y[samples.groups == person].tolist())) == 7 for person in range(1, 11))
    assert 0.9 < samples.x["accelerometer"].norm(dim=1).median() < 1.2  # gravity is 1 g
    assert samples.x["gyroscope"].mean((0, 2)).abs().max() < 0.3  # arms turn back
    assert len(contents(samples.x["gyroscope"])) == 1149
    assert smartwatch(seconds=2.0).x["gyroscope"].shape[2] == 100
    with pytest.raises(ValueError, match="seconds is 30, needs 0.2 to 18"):
        smartwatch(seconds=30)


def test_smartwatch_people_are_on_one_side():
    samples = smartwatch()
    train, test = (samples.take(side) for side in split_groups(samples.groups, 0.3, 0))
    assert len(set(test.groups.tolist())) == 3
    assert not set(train.groups.tolist()) & set(test.groups.tolist())
    assert not contents(train.x["accelerometer"]) & contents(test.x["accelerometer"])
    scale = Standardiser.fit(train.x["accelerometer"].transpose(1, 2))
    got = scale(train.x["accelerometer"].transpose(1, 2))
    torch.testing.assert_close(got.mean((0, 1)), torch.zeros(3), atol=1e-4, rtol=0)
