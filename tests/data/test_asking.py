"""Questions about two things: each answer is true of its picture, and the shares are what the docstring says."""

import pytest
import torch

from fusion_edu import data
from fusion_edu.data.asking import ANSWERS, INKS, KINDS, things

SCENES = {"words": ("left of",), "colours": INKS}
HABIT = dict(zip(("circle", "square", "cross", "triangle"), INKS, strict=False))


@pytest.fixture(scope="module")
def scenes():
    return data.relations(500, seed=3, **SCENES)


def true_of(pair, text, answer):
    """Whether the answer is right for the two things, the left one first; by reading the question."""
    words = text.split()
    if text.startswith("what colour"):
        return [colour for colour, shape in pair if shape == words[4]] == [answer]
    if text.startswith("what shape"):
        return [shape for colour, shape in pair if colour == words[4]] == [answer]
    return (answer == "yes") == ([colour for colour, _ in pair] == [words[1], words[4]])


@pytest.mark.parametrize("balanced", [False, True])
def test_every_answer_is_true(scenes, balanced):
    asked, pairs = data.questions(scenes, 600, seed=1, balanced=balanced), things(scenes)
    for row, text, y, kind in zip(asked.x["row"], asked.x["question"], asked.y, asked.x["kind"], strict=True):
        assert true_of(pairs[row], text, ANSWERS[y])
        assert {"what colour": 0, "what shape": 1}.get(" ".join(text.split()[:2]), 2) == kind
    assert asked.x["kind"].bincount().tolist() == [200, 200, 200]


def test_the_description_begins_at_the_left(scenes):
    told = data.described(scenes)
    for k in range(50):
        x = scenes.x["centres"][k, :, 0]
        words = scenes.x["caption"][k].split()
        first = " ".join(words[:2] if x[0] < x[1] else words[-2:])
        assert told[k].startswith(first + " left of ")


def test_a_balanced_set_has_no_usual_answer(scenes):
    asked = data.questions(scenes, 1200, seed=2, balanced=True)
    for k, count in enumerate((4, 4, 2)):
        shares = asked.y[asked.x["kind"] == k].bincount().float()
        assert shares[shares > 0].tolist() == pytest.approx([400 / count] * count)


def test_a_natural_set_has_one(scenes):
    asked = data.questions(scenes, 1500, seed=2)
    usual = 0
    for text, y in zip(asked.x["question"], asked.y, strict=True):
        word, answer = text.split()[4], ANSWERS[y]
        usual += HABIT[word] == answer if word in HABIT else answer == "yes" or HABIT.get(answer) == word
    assert usual / 1500 == pytest.approx(0.8, abs=0.04)
    assert torch.equal(data.questions(scenes, 1500, seed=2).y, asked.y)


def test_refusals(scenes):
    with pytest.raises(ValueError, match=r"^n is 0, needs"):
        data.questions(scenes, 0, seed=0)
    with pytest.raises(ValueError, match=r"^scenes has the colours .*needs"):
        data.questions(data.relations(20, 0, words=("left of",)), 3, seed=0)
    with pytest.raises(ValueError, match=r"^scenes has 1 pictures, needs more"):
        data.questions(data.relations(1, 0, **SCENES), 60, seed=0, balanced=True)
    assert KINDS == ("colour", "shape", "left")
