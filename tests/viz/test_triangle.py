"""The triangle says its numbers, and its way is that of gradient descent on the logits."""

import math

import pytest
import torch
from matplotlib.text import Annotation

from fusion_edu.viz import png, triangle

P = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)


def test_the_gradient_is_p_minus_y_and_the_loss_minus_log_p():
    loss, gradient = triangle.loss_and_gradient(P, 1)
    assert loss == pytest.approx(-math.log(0.5))
    torch.testing.assert_close(gradient, torch.tensor([0.2, -0.5, 0.3], dtype=torch.float64))


def test_simplex_says_its_numbers_and_points_at_the_true_corner():
    (left, right), words = triangle.simplex(probability_of_cat=0.2, dogs_share_of_the_rest=0.625, true_class="dog")
    assert "cat 0.20, dog 0.50, fox 0.30" in words
    assert "loss 0.69 nats" in words
    assert "(+0.20, -0.50, +0.30)" in words
    [arrow] = [text for text in left.texts if isinstance(text, Annotation)]
    assert math.dist(arrow.xy, (1, 0)) < 0.05  # the corner of "dog"
    assert [bar.get_width() for bar in right.patches] == pytest.approx([0.2, -0.5, 0.3])
    assert png(left).startswith(b"\x89PNG")


def test_a_band_ends_where_the_loss_has_its_level():
    half = triangle._at_level(math.log(2), 0, 1)  # p = 1/2 on the edge cat-dog
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
        triangle.simplex(**setting)


@pytest.mark.parametrize("true", [0, 1, 2])
def test_the_first_move_is_what_a_small_step_on_the_logits_does(true):
    y = torch.nn.functional.one_hot(torch.tensor(true), 3)
    moved = ((P.log() + 1e-6 * (y - P)).softmax(0) - P) / 1e-6
    torch.testing.assert_close(triangle.first_move(P, true), moved, atol=1e-5, rtol=0)


def test_a_known_first_move():
    p = torch.tensor([0.2, 0.56, 0.24], dtype=torch.float64)
    assert triangle.first_move(p, 0).tolist() == pytest.approx([0.20, -0.20, -0.01], abs=5e-3)


def test_descent_starts_along_the_first_move_and_ends_at_the_true_class():
    way = triangle.descent(P, 2)
    start = (way[1] - way[0]) / (way[1] - way[0]).norm()
    move = triangle.first_move(P, 2)
    torch.testing.assert_close(start, move / move.norm(), atol=0.02, rtol=0)
    assert way[-1][2] >= 0.97
    assert (way[:, 2].diff() > 0).all()
    torch.testing.assert_close(way.sum(1), torch.ones(len(way), dtype=torch.float64))
