"""A jury of experts follows the binomial, Sheppard's formula and numbers by hand."""

import math

import pytest
import torch

from fusion_edu import fusion


@pytest.mark.parametrize("accuracy", [0.4, 0.7, 0.9])
@pytest.mark.parametrize("experts", [1, 2, 5])
def test_independent_experts_are_binomial(experts, accuracy):
    want = [math.comb(experts, k) * accuracy**k * (1 - accuracy) ** (experts - k) for k in range(experts + 1)]
    got = fusion.right_votes(experts, accuracy=accuracy)
    torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float64), atol=1e-6, rtol=0)


@pytest.mark.parametrize("correlation", [0.3, 0.9, 0.99, 0.999])
def test_correlated_experts_keep_their_own_accuracy(correlation):
    got = fusion.right_votes(5, accuracy=0.7, correlation=correlation)
    assert got.sum().item() == pytest.approx(1, abs=1e-6)
    assert (got @ torch.arange(6).double() / 5).item() == pytest.approx(0.7, abs=1e-6)


@pytest.mark.parametrize("correlation", [0.3, 0.6])
def test_two_correlated_experts_meet_sheppards_formula(correlation):
    """At accuracy 1/2, two normals of correlation r have the same sign with probability 1/2 + asin(r) / pi."""
    got = fusion.right_votes(2, accuracy=0.5, correlation=correlation)
    assert (got[0] + got[2]).item() == pytest.approx(0.5 + math.asin(correlation) / math.pi, abs=1e-6)


def test_majority_of_known_juries():
    assert fusion.majority_accuracy(3, accuracy=0.7) == pytest.approx(0.784, abs=1e-6)
    assert fusion.majority_accuracy(5, accuracy=0.7) == pytest.approx(0.83692, abs=1e-6)
    assert fusion.majority_accuracy(5, accuracy=0.7, correlation=0.9) < fusion.majority_accuracy(
        5, accuracy=0.7, correlation=0.3
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"experts": 0}, "^experts is 0, needs a whole number >= 1$"),
        ({"experts": 2.5}, "^experts is 2.5, needs a whole number >= 1$"),
        ({"accuracy": 1.0}, "^accuracy is 1.0, needs > 0 and < 1$"),
        ({"correlation": 1.0}, "^correlation is 1.0, needs >= 0 and < 1$"),
    ],
)
def test_a_jury_that_cannot_be_is_refused(wrong, sentence):
    given = {"experts": 5, "accuracy": 0.7, "correlation": 0.3} | wrong
    with pytest.raises(ValueError, match=sentence):
        fusion.right_votes(given.pop("experts"), **given)
