"""Lesson 12's pictures: the disagreement follows from counting, verdicts from intervals, and what is drawn was given."""

import pytest
import torch

from fusion_edu import viz
from fusion_edu.evaluate import Bounds, Interval
from fusion_edu.viz import judging


@pytest.mark.parametrize(("accuracy", "gain", "correlation"), [(0.8, 0.02, 0.0), (0.8, 0.1, 0.6), (0.5, 0.05, 0.9)])
def test_disagreement_is_that_of_two_models_with_this_correlation(accuracy, gain, correlation):
    share = judging.disagreement(accuracy, gain, correlation)
    only_b, only_a = (share + gain) / 2, (share - gain) / 2
    both = accuracy - only_a
    table = torch.tensor([[both, only_a], [only_b, 1 - both - only_a - only_b]], dtype=torch.float64)  # rows: a
    assert table.min() >= 0
    p, q = table[0].sum(), table[:, 0].sum()
    assert q.item() == pytest.approx(accuracy + gain)
    got = (both - p * q) / (p * (1 - p) * q * (1 - q)).sqrt()
    assert got.item() == pytest.approx(correlation)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"accuracy": 0.8, "gain": 0.1, "correlation": 0.95}, "correlation is 0.95"),
        ({"accuracy": 0.95, "gain": 0.05, "correlation": 0.0}, "a sum below 1"),
        ({"accuracy": 0.8, "gain": 0.0, "correlation": 0.0}, "gain is 0.0"),
    ],
)
def test_disagreement_refuses_what_cannot_be(setting, says):
    with pytest.raises(ValueError, match=says):
        judging.disagreement(**setting)


def test_the_power_curve_rises_and_its_sentence_has_the_dot():
    ax, sentence = viz.power_curve(test_items=200, gain=0.02, correlation=0.5)
    curve = ax.lines[0].get_ydata()
    assert (torch.tensor(curve).diff() >= 0).all()
    n, share = ax.collections[0].get_offsets()[0]
    assert n == 200
    assert f"{share:.0%}" in sentence
    assert share < 0.2
    assert "80 % against 82 %" in sentence
    assert "more than 20,000" in viz.power_curve(gain=0.005, correlation=0.0)[1]


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(0.01, 0.03, "helps"), (-0.01, 0.03, "not shown"), (-0.03, -0.01, "hurts"), (0, 0.1, "not shown")],
)
def test_a_verdict_needs_zero_outside(low, high, word):
    assert viz.verdict(Bounds((low + high) / 2, low, high, 100)) == word


def test_gains_are_drawn_in_points_with_their_verdict():
    ax = viz.gains({"a": Interval(0.05, 0.01, 5), "b": [0.01, -0.02, 0.0]}, x="gain (points)")
    assert [text.get_text() for text in ax.texts] == ["+5.0  helps", "-0.3  not shown"]
    assert ax.containers[0].lines[0].get_xdata()[0] == pytest.approx(5.0)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    with pytest.raises(ValueError, match="groups is empty"):
        viz.gains({}, x="gain (points)")


def test_leaks_name_the_gap():
    ax = viz.leakage({"twins": ([0.5, 0.52], [0.6, 0.62]), "rows": ([0.5], [0.9])}, x="accuracy (1)")
    assert [text.get_text() for text in ax.texts] == ["+10 points", "+40 points"]
    with pytest.raises(ValueError, match="scores is empty"):
        viz.leakage({}, x="accuracy (1)")
