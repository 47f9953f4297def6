"""Words to numbers."""

import pytest
import torch

from fusion_edu.encoders import Vocabulary
from fusion_edu.encoders.vocabulary import words


def test_words():
    assert words("Face-with: ROLLING eyes, isn't it?") == ["face", "with", "rolling", "eyes", "isn't", "it"]
    assert words("日本 où ?!") == ["日本", "où"]
    assert words(" … ") == []


def test_the_commonest_word_comes_first():
    vocabulary = Vocabulary.fit(["red cat", "red dog", "a cat", "red"])
    assert vocabulary.words == ("red", "cat", "a", "dog")
    assert len(vocabulary) == 6
    assert Vocabulary.fit(["red cat", "red dog"], least=2).words == ("red",)


def test_ids_leave_0_for_padding_and_1_for_the_unknown():
    vocabulary = Vocabulary(("a", "red", "cat"))
    got = vocabulary.ids(["A red cat!", "a blue", ""])
    assert got.tolist() == [[2, 3, 4], [2, 1, 0], [0, 0, 0]]
    assert got.dtype == torch.long
    assert vocabulary.ids(["a red cat"], length=2).tolist() == [[2, 3]]
    assert vocabulary.ids(["a"], length=3).tolist() == [[2, 0, 0]]
    assert vocabulary.ids([""]).tolist() == [[0]]
    assert vocabulary.ids([], length=3).shape == (0, 3)
    assert got.max() == len(vocabulary) - 1


def test_refusals():
    with pytest.raises(ValueError, match="texts is the one string 'a red cat', needs a sequence"):
        Vocabulary.fit("a red cat")
    with pytest.raises(ValueError, match="texts is the one string"):
        Vocabulary(("a",)).ids("a")
    with pytest.raises(ValueError, match="texts has no word that occurs 2 times"):
        Vocabulary.fit(["a b c"], least=2)
    with pytest.raises(ValueError, match="length is 0, needs a whole number >= 1"):
        Vocabulary(("a",)).ids(["a"], length=0)
