"""The triangle, the reliability curve and the guesses show the numbers that they claim to show."""

import math

import pytest
import torch
from matplotlib.text import Annotation

from fusion_edu.viz import png, probabilities

P = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)


def test_the_gradient_is_p_minus_y_and_the_loss_minus_log_p():
    loss, gradient = probabilities.loss_and_gradient(P, 1)
    assert loss == pytest.approx(-math.log(0.5))
    torch.testing.assert_close(gradient, torch.tensor([0.2, -0.5, 0.3], dtype=torch.float64))


def test_simplex_says_its_numbers_and_points_at_the_true_corner():
    (left, right), words = probabilities.simplex(probability_of_cat=0.2, dogs_share_of_the_rest=0.625, true_class="dog")
    assert "cat 0.20, dog 0.50, fox 0.30" in words
    assert "loss 0.69 nats" in words
    assert "(+0.20, -0.50, +0.30)" in words
    [arrow] = [text for text in left.texts if isinstance(text, Annotation)]
    assert math.dist(arrow.xy, (1, 0)) < 0.05  # the corner of "dog"
    assert [bar.get_width() for bar in right.patches] == pytest.approx([0.2, -0.5, 0.3])
    assert png(left).startswith(b"\x89PNG")


def test_a_band_ends_where_the_loss_has_its_level():
    half = probabilities._at_level(math.log(2), 0, 1)  # p = 1/2 on the edge cat-dog
    assert half.tolist() == pytest.approx([0.5, 0.0])


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"probability_of_cat": 1.0}, "probability_of_cat is 1.0"),
        ({"dogs_share_of_the_rest": 0.0}, "dogs_share_of_the_rest is 0.0"),
        ({"true_class": "wolf"}, "true_class is 'wolf'"),
    ],
)
def test_simplex_refuses(setting, named):
    with pytest.raises(ValueError, match=named):
        probabilities.simplex(**setting)


def test_bins_by_hand():
    probs = torch.tensor([[0.55, 0.45], [0.45, 0.55], [0.9, 0.1], [0.0, 1.0]])
    found = probabilities.binned(probs, torch.tensor([0, 0, 0, 1]), bins=2)
    assert [count for *_, count in found] == [2, 2]
    assert [right for _, right, _ in found] == [0.5, 1.0]
    assert [said for said, *_ in found] == pytest.approx([0.55, 0.95])
    assert probabilities.binned(probs, torch.tensor([0, 0, 0, 1]), bins=2, least=3) == []


def test_reliability_draws_one_line_a_model_and_refuses_other_lengths():
    probs = torch.softmax(torch.randn(400, 3, generator=torch.Generator().manual_seed(0)), 1)
    ax = probabilities.reliability({"a": probs, "b": probs}, torch.zeros(400, dtype=torch.long))
    assert [line.get_label() for line in ax.lines] == ["honest", "a", "b"]
    assert png(ax).startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="labels"):
        probabilities.reliability({"a": probs}, torch.zeros(399, dtype=torch.long))


def test_guesses_have_a_row_for_each_model():
    pictures, probs, labels = torch.rand(3, 1, 8, 8), torch.full((3, 4), 0.25), torch.tensor([0, 3, 1])
    axes = probabilities.guesses(pictures, {"one": probs, "two words": probs}, labels, classes="abcd")
    assert len(axes) == 9
    assert png(axes).startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="two_words"):
        probabilities.guesses(pictures, {"two words": probs[:, :3]}, labels, classes="abcd")
