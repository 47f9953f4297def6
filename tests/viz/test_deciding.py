"""Lesson 06's pictures: the jury follows its closed forms, and each rule elects what a count by hand elects."""

import pytest
import torch

from fusion_edu import viz


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
