"""The pictures of lesson 02 show the numbers that they claim."""

import pytest
import torch

from fusion_edu import viz
from fusion_edu.viz.regression import downhill, loss_surface, outlier

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
    (_, plane), words = loss_surface(X, Y, slope=0.0, intercept=0.0, reduction="mean", rate=0.1)
    (_, other), _ = loss_surface(X, Y, slope=0.0, intercept=0.0, reduction="sum", rate=0.1)
    mean, total = plane.texts[0].xy, other.texts[0].xy
    assert total == pytest.approx([5 * part for part in mean])
    assert words.startswith("reduction mean: loss")
    assert viz.png(plane).startswith(b"\x89PNG")


def test_the_outlier_is_drawn_with_the_lines_it_is_given():
    lines = {"squared": (2.0, 1.0), "absolute": (1.5, 0.0)}
    pulls = {"squared": lambda e: e, "absolute": torch.sign}
    (left, right), words = outlier(X, Y, lines=lines, pulls=pulls, row=1)
    assert words == "Slopes: squared 2.00, absolute 1.50."
    assert left.lines[0].get_ydata().tolist() == pytest.approx([-1.0, 5.0])
    assert left.collections[1].get_offsets().tolist() == [pytest.approx([X[1].item(), Y[1].item()])]
    assert right.lines[1].get_ydata()[-1] == 1
    with pytest.raises(ValueError, match=r"pulls names \['squared', 'absolute'\], needs \['squared'\]"):
        outlier(X, Y, lines={"squared": (2.0, 1.0)}, pulls=pulls)
