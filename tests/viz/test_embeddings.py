"""Lesson 04's pictures: the force is the slope of the loss, and what is drawn is what was given."""

import pytest
import torch

from fusion_edu import viz


@pytest.mark.parametrize("similar", [True, False])
@pytest.mark.parametrize("margin", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("distance", [0.0, 0.3, 1.0, 1.9, 2.5])
def test_force_and_loss_follow_the_formula(distance, similar, margin):
    loss, force = viz.pull_and_push(distance, similar=similar, margin=margin)
    lack = max(margin - distance, 0.0)
    assert loss == pytest.approx((distance**2 if similar else lack**2) / 2)
    assert force == pytest.approx(-distance if similar else lack)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"distance": 0.6}, ["dissimilar", "loss 0.080", "force 0.40 outwards"]),
        ({"distance": 1.5}, ["loss 0.000", "no force"]),
        ({"distance": 1.5, "similar": True}, ["similar (y = 1)", "loss 1.125", "force 1.50 inwards"]),
        ({"distance": 0.5, "margin": 2.0}, ["margin 2.0", "loss 1.125", "outwards"]),
    ],
)
def test_the_sentence_says_the_numbers(setting, words):
    (pair, curve), sentence = viz.spring(**setting)
    assert all(word in sentence for word in words), sentence
    assert curve.get_xlabel() == "distance d (1)"
    assert curve.collections[0].get_offsets()[0][0] == pytest.approx(setting["distance"])


def test_distances_draws_both_kinds_as_shares():
    same, different = torch.tensor([0.1, 0.2, 0.2]), torch.tensor([0.9, 1.4])
    ax = viz.distances(same, different, margin=1.0)
    heights = [patch.get_height() for patch in ax.patches]
    assert sum(heights) == pytest.approx(2.0)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["similar pairs", "dissimilar pairs", "margin"]


def test_matches_names_each_verdict():
    axes = viz.matches(torch.rand(2, 3, 4, 4), torch.rand(2, 3, 4, 4), [True, False], asked="Noto", answered="found")
    assert [ax.get_xlabel() for ax in axes[2:]] == ["right", "wrong"]
    with pytest.raises(ValueError, match="right has 1 verdicts, needs 2"):
        viz.matches(torch.rand(2, 3, 4, 4), torch.rand(2, 3, 4, 4), [True], asked="a", answered="b")
    with pytest.raises(ValueError, match=r"found has shape \(3, 3, 4, 4\), needs \(K=2"):
        viz.matches(torch.rand(2, 3, 4, 4), torch.rand(3, 3, 4, 4), [True] * 2, asked="a", answered="b")
