"""The pictures of lesson 02 show the numbers that they claim."""

import math

import pytest
import torch
from matplotlib.figure import Figure
from sklearn.linear_model import HuberRegressor, LinearRegression, QuantileRegressor

from fusion_edu import viz
from fusion_edu.viz.regression import downhill, fit_line, outlier, pull, valley

X = torch.tensor([-1.0, 0.0, 0.5, 1.0, 2.0])
Y = torch.tensor([-2.0, 0.3, 1.1, 2.4, 3.9])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_downhill_is_minus_the_gradient_by_hand(reduction):
    errors = [1.5 * x - 0.5 - y for x, y in zip(X.tolist(), Y.tolist(), strict=True)]
    share = 1 / len(errors) if reduction == "mean" else 1.0
    by_slope = -2 * share * sum(e * x for e, x in zip(errors, X.tolist(), strict=True))
    want = share * sum(e * e for e in errors), by_slope, -2 * share * sum(errors)
    got = downhill(X, Y, slope=1.5, intercept=-0.5, reduction=reduction)
    assert got == pytest.approx(want, abs=1e-6)


def test_the_arrow_of_the_sum_is_n_times_that_of_the_mean():
    (_, plane), words = valley(X, Y, slope=0.0, intercept=0.0, reduction="mean", rate=0.1)
    (_, other), _ = valley(X, Y, slope=0.0, intercept=0.0, reduction="sum", rate=0.1)
    mean, total = plane.texts[0].xy, other.texts[0].xy
    assert total == pytest.approx([5 * part for part in mean])
    assert words.startswith("reduction mean: loss")
    assert viz.png(plane).startswith(b"\x89PNG")


def test_pull_is_the_slope_of_the_loss():
    error = torch.tensor([-3.0, -0.4, 0.2, 2.5], dtype=torch.float64, requires_grad=True)
    values = {
        "squared": error.square().sum() / 2,
        "absolute": error.abs().sum(),
        "Huber": torch.nn.functional.huber_loss(error, torch.zeros(4, dtype=torch.float64), delta=0.5, reduction="sum"),
    }
    for loss, value in values.items():
        (want,) = torch.autograd.grad(value, error)
        torch.testing.assert_close(pull(error.detach(), loss, delta=0.5), want)
    with pytest.raises(ValueError, match="loss is 'cubic', needs 'squared'"):
        pull(error, "cubic")


def test_lines_are_those_of_scikit_learn(draw):
    x, noise = draw(2, 15)
    y = 1.5 * x + 0.5 + 0.3 * noise
    y[3] += 12
    rows, targets = x[:, None].numpy(), y.numpy()
    plain = LinearRegression().fit(rows, targets)
    middle = QuantileRegressor(quantile=0.5, alpha=0).fit(rows, targets)
    assert fit_line(x, y, "squared") == pytest.approx((plain.coef_[0], plain.intercept_), abs=1e-6)
    assert fit_line(x, y, "absolute") == pytest.approx((middle.coef_[0], middle.intercept_), abs=1e-3)
    robust = HuberRegressor(epsilon=1.35, alpha=0, tol=1e-8, max_iter=1000).fit(
        rows, targets
    )  # delta = epsilon * scale_
    want = pytest.approx((robust.coef_[0], robust.intercept_), abs=1e-3)
    assert fit_line(x, y, "Huber", delta=1.35 * robust.scale_) == want


def test_the_outlier_moves_the_squared_line_and_not_the_callers_data():
    before = Y.clone()
    axes, calm = outlier(X, Y, size=0.0)
    _, moved = outlier(X, Y, size=20.0)
    assert torch.equal(Y, before)
    assert isinstance(axes[0].figure, Figure)

    def slopes(text):
        return [float(part.split()[-1].rstrip(".")) for part in text.removeprefix("Slopes: ").split(", ")]

    shift = [abs(a - b) for a, b in zip(slopes(calm), slopes(moved), strict=True)]
    assert shift[0] > 4 * max(shift[1:])
    assert all(math.isfinite(s) for s in shift)
