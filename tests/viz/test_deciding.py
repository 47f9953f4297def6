"""Lesson 06's pictures: the jury follows its closed forms, and each rule elects what a count by hand elects."""

import math

import pytest
import torch

from fusion_edu import viz


@pytest.mark.parametrize("accuracy", [0.4, 0.7, 0.9])
@pytest.mark.parametrize("experts", [1, 2, 5])
def test_independent_experts_are_binomial(experts, accuracy):
    want = [math.comb(experts, k) * accuracy**k * (1 - accuracy) ** (experts - k) for k in range(experts + 1)]
    got = viz.right_votes(experts, accuracy=accuracy)
    torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float64), atol=1e-6, rtol=0)


@pytest.mark.parametrize("correlation", [0.3, 0.9])
def test_correlated_experts_keep_their_own_accuracy(correlation):
    got = viz.right_votes(5, accuracy=0.7, correlation=correlation)
    assert got.sum().item() == pytest.approx(1, abs=1e-6)
    assert (got @ torch.arange(6).double() / 5).item() == pytest.approx(0.7, abs=1e-6)


@pytest.mark.parametrize("correlation", [0.3, 0.6])
def test_two_correlated_experts_meet_sheppards_formula(correlation):
    """At accuracy 1/2, two normals of correlation r have the same sign with probability 1/2 + asin(r) / pi."""
    got = viz.right_votes(2, accuracy=0.5, correlation=correlation)
    assert (got[0] + got[2]).item() == pytest.approx(0.5 + math.asin(correlation) / math.pi, abs=1e-6)


def test_majority_of_known_juries():
    assert viz.majority_right(3, accuracy=0.7) == pytest.approx(0.784, abs=1e-6)
    assert viz.majority_right(5, accuracy=0.7) == pytest.approx(0.83692, abs=1e-6)
    assert viz.majority_right(5, accuracy=0.7, correlation=0.9) < viz.majority_right(5, accuracy=0.7, correlation=0.3)


@pytest.mark.parametrize("wrong", [{"experts": 0}, {"accuracy": 1.0}, {"correlation": 1.0}])
def test_a_jury_that_cannot_be_is_refused(wrong):
    given = {"experts": 5, "accuracy": 0.7, "correlation": 0.3} | wrong
    with pytest.raises(ValueError, match="needs >= 1"):
        viz.right_votes(given.pop("experts"), **given)


def test_the_sentence_says_the_numbers():
    (left, right), sentence = viz.jury(accuracy=0.7, correlation=0.0, experts=5)
    assert "83.7%, +13.7 points" in sentence
    assert left.get_xlabel() == "experts"
    assert sum(bar.get_height() for bar in right.patches) == pytest.approx(1, abs=1e-6)


def test_majorities_draws_what_it_is_given():
    lines = {"counted": {1: 0.7, 3: 0.8}, "by formula": {1: 0.7, 3: 0.784}}
    left, right = viz.majorities(lines, one=0.7, here=(3, 0.8), votes=torch.tensor([0.1, 0.2, 0.4, 0.3]))
    assert list(left.lines[0].get_ydata()) == [0.7, 0.8]
    assert left.collections[0].get_offsets().tolist() == [[3, 0.8]]
    assert sorted(bar.get_height() for bar in right.patches) == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_three_rules_elect_three_classes():
    probs = {
        "one": torch.tensor([0.46, 0.12, 0.42]),
        "two": torch.tensor([0.50, 0.08, 0.42]),
        "three": torch.tensor([0.01, 0.85, 0.14]),
    }
    found = viz.decision_rules(probs)
    assert [int(found[name].argmax()) for name in ("votes", "mean", "product")] == [0, 1, 2]
    product = torch.tensor([0.46 * 0.50 * 0.01, 0.12 * 0.08 * 0.85, 0.42 * 0.42 * 0.14])
    torch.testing.assert_close(found["product"], product / product.sum())
    axes = viz.ballots(probs, classes=("cat", "dog", "fox"))
    assert [ax.get_title() for ax in axes[3:]] == ["votes: cat", "mean: dog", "product: fox"]
    with pytest.raises(ValueError, match=r"one has shape \(3,\), needs \(2\)"):
        viz.ballots(probs, classes=("cat", "dog"))
