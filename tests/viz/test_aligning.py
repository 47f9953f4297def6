"""Lesson 09's pictures: shares are those of the softmax, and the found pictures stand in their order."""

import math

import pytest
import torch

from fusion_edu import viz

NAMES = ["cat", "dog", "car"]


@pytest.mark.parametrize("temperature", [0.05, 1.0])
def test_shares_follow_the_softmax(temperature):
    cosines = [0.5, 0.4, -0.1]
    ax, sentence = viz.sharpness(temperature, cosines=cosines, names=NAMES)
    powers = [math.exp(c / temperature) for c in cosines]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([p / sum(powers) for p in powers])
    assert f"loss {-math.log(powers[0] / sum(powers)):.3f} nats" in sentence
    assert "wrong answer, dog" in sentence
    viz.png(ax)


@pytest.mark.parametrize("count", [1, 3])
def test_found_marks_the_right_ones(count):
    axes = viz.search_results(
        torch.rand(count, 3, 8, 8), NAMES[:count], [True, False, False][:count], title="an animal"
    )
    assert [ax.get_title() for ax in axes] == ["1. right", "2.", "3."][:count]
    assert axes[0].get_xlabel() == "cat"
    viz.png(axes)
    assert viz.search_results(torch.rand(1, 3, 8, 8), ["cat"], [])[0].get_title() == "1."


def test_named_marks_the_right_name():
    picture, bars = viz.nearest_names(torch.rand(3, 8, 8), NAMES, [0.6, 0.5, 0.1], [False, True, False])
    assert [label.get_text() for label in bars.get_yticklabels()] == ["cat", "right: dog", "car"]
    assert [bar.get_width() for bar in bars.patches] == [0.6, 0.5, 0.1]
    viz.png([picture, bars])
    with pytest.raises(ValueError, match="^names has 3 entries, cosines 1, right 3: needs as many$"):
        viz.nearest_names(torch.rand(3, 8, 8), NAMES, [0.6], [False] * 3)


def test_found_refuses_names_that_do_not_fit():
    with pytest.raises(ValueError, match="^names has 1 and right 0 entries, needs 2, one a picture$"):
        viz.search_results(torch.rand(2, 3, 8, 8), ["cat"], [])
