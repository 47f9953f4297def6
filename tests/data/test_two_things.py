"""Scenes of two things: the caption is true exactly where the picture says so, and its words alone say nothing."""

import pytest
import torch

from fusion_edu import data
from fusion_edu.data.drawn import COLOURS


def test_captions_are_true_where_they_say_so():
    scenes = data.relations(600, 3)
    first, second = scenes.x["centres"].unbind(1)
    for words, axis in (("left of", 0), ("above", 1)):
        rows = torch.tensor([words in caption for caption in scenes.x["caption"]])
        assert 200 < rows.sum() < 400
        assert torch.equal((first < second)[rows, axis], scenes.y[rows] == 1)
        assert ((first - second)[rows, axis].abs() >= 9).all()
    assert 0.4 < scenes.y.float().mean() < 0.6


def test_the_thing_that_is_named_first_is_drawn_at_its_centre():
    scenes = data.relations(30, 0, noise=0.0)
    for picture, caption, centres in zip(*(scenes.x[key] for key in ("image", "caption", "centres")), strict=True):
        assert caption.split()[0] != caption.split()[-2]
        for colour, (x, y) in zip(
            (caption.split()[0], caption.split()[-2]), centres.round().long().tolist(), strict=True
        ):
            assert picture[:, y, x].tolist() == torch.tensor(COLOURS[colour]).tolist()


def test_the_set_of_words_says_nothing():
    """Among captions with the same words, as many are true in one order as in the other."""
    scenes = data.relations(4000, 1)
    ordered = torch.tensor([caption.split()[0] < caption.split()[-2] for caption in scenes.x["caption"]])
    for side in (ordered, ~ordered):
        assert scenes.y[side].float().mean() == pytest.approx(0.5, abs=0.04)


def test_same_seed_same_scenes():
    one, again, other = (data.relations(30, seed) for seed in (0, 0, 1))
    assert torch.equal(one.x["image"], again.x["image"])
    assert one.x["caption"] == again.x["caption"] != other.x["caption"]
    assert one.x["image"].shape == (30, 3, 24, 24)
    assert 0 <= one.x["image"].min() <= one.x["image"].max() <= 1


def test_some_relations_and_colours_only():
    captions = data.relations(60, 0, words=("left of",), colours=("blue", "red")).x["caption"]
    assert all("left of" in caption for caption in captions)
    assert {word for caption in captions for word in caption.split()} & set(COLOURS) == {"blue", "red"}


def test_refuses():
    with pytest.raises(ValueError, match=r"^words is \['under'\], needs some of 'left of', 'above'$"):
        data.relations(3, 0, words=["under"])
    with pytest.raises(ValueError, match=r"^colours is \('red',\), needs at least two of red, green"):
        data.relations(3, 0, colours=("red",))
    with pytest.raises(ValueError, match=r"^n is 0, needs"):
        data.relations(0, 0)
    with pytest.raises(ValueError, match=r"^noise is -1, needs >= 0$"):
        data.relations(3, 0, noise=-1)
