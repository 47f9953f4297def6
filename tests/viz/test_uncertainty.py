"""Two sensors in a weighted sum, and what a model claims about its own error."""

import pytest
import torch

from fusion_edu import viz
from fusion_edu.evaluate import Bounds, Interval
from fusion_edu.viz.uncertainty import blend, error_calibration, weighing


def test_blend_is_the_squared_error_of_the_weighted_sum(draw):
    a, b = draw(2, 50)
    b = 0.5 * a + 2 * b
    first, second = a.square().mean().item(), b.square().mean().item()
    correlation = (a * b).mean().item() / (first * second) ** 0.5
    for weight in (0.0, 0.3, 0.5, 1.0):
        want = (weight * a + (1 - weight) * b).square().mean()
        got = blend(torch.tensor(weight, dtype=torch.float64), first=first, second=second, correlation=correlation)
        torch.testing.assert_close(got, want)


def test_inverse_variance_is_the_lowest_point_of_independent_errors():
    weights = torch.linspace(0, 1, 1001, dtype=torch.float64)
    values = blend(weights, first=1.0, second=4.0)
    assert weights[values.argmin()].item() == pytest.approx(0.8)
    assert values.min().item() == pytest.approx(1 / (1 / 1 + 1 / 4))
    _, words = weighing(noise_a=1.0, noise_b=2.0)
    assert words == "A alone 1.000, B alone 4.000, plain mean 1.250, 1 / variance 0.800."


def test_weighing_draws_the_independent_case_beside_a_correlated_one():
    (alone, _), _ = weighing()
    (both, _), _ = weighing(correlation=0.5)
    assert (len(alone.lines), len(both.lines)) == (3, 4)  # one curve or two, and two marks
    assert viz.png(both).startswith(b"\x89PNG")


def test_claims_puts_each_group_at_its_two_numbers():
    ax = error_calibration([1.0, 2.0], [1.5, 1.8], unit="stars^2")
    assert ax.lines[1].get_xydata().tolist() == [[1.0, 1.5], [2.0, 1.8]]
    with pytest.raises(ValueError, match="measured has 1 values, needs 2"):
        error_calibration([1.0, 2.0], [1.5], unit="1")


def test_measured_errors_may_have_intervals():
    ax = error_calibration(
        [1.0, 2.0], [Interval(1.5, 0.5, 5), Bounds(1.8, 1.0, 2.9, 200)], unit="stars^2", group="third"
    )
    assert ax.lines[1].get_xydata().tolist() == [[1.0, 1.5], [2.0, 1.8]]
    ends = [part.get_segments()[0][:, 1].tolist() for part in ax.collections]
    assert ends == [[1.0, 2.0], [1.0, 2.9]]
    assert ax.get_ylim()[1] > 2.9
    assert ax.get_legend_handles_labels()[1][1] == "third"
