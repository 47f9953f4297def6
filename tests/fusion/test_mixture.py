"""A mixture of experts: which expert a sample reaches, what the factor is, and what it costs to choose (test_every_fusion has the rest)."""

import pytest
import torch

from fusion_edu.fusion import MixtureOfExperts

DIMS = {"a": 2, "b": 3}


def mixture(**options):
    torch.manual_seed(1)
    layer = MixtureOfExperts(DIMS, 4, **options).double()
    layer.score.weight.data.normal_()
    return layer


def given(draw, rows=7):
    a, b = draw(2, rows, 3)
    return {"a": a[:, :2], "b": b}


def test_only_the_best_expert_of_a_sample_gets_a_gradient_and_its_probability_is_the_factor(draw):
    layer, x = mixture(experts=3, top=1), given(draw)
    out, probs = layer(x), layer.gate(x)
    joined = torch.cat([x["a"], x["b"]], 1)
    for row, p in enumerate(probs):
        best = int(p.argmax())
        torch.testing.assert_close(out[row], p[best] * layer.experts[best](joined[row]))
        grads = torch.autograd.grad(out[row].sum(), [e[2].bias for e in layer.experts], retain_graph=True)
        assert [bool(g.any()) for g in grads] == [e == best for e in range(3)]
    torch.testing.assert_close(probs.sum(1), torch.ones(7, dtype=torch.float64))


def test_the_gate_learns_also_with_one_expert_a_sample(draw):
    layer = mixture(experts=3, top=1)
    layer(given(draw)).square().sum().backward()
    assert layer.score.weight.grad.abs().max() > 0


def test_all_experts_are_the_soft_mixture(draw):
    x = given(draw)
    torch.testing.assert_close(mixture(experts=3)(x), mixture(experts=3, top=3)(x))
    two = mixture(experts=3, top=2)(x) - mixture(experts=3, top=1)(x)
    assert (two != 0).any(dim=1).all()


def test_starts_near_even():
    torch.manual_seed(0)
    layer = MixtureOfExperts({"a": 50}, 2, experts=4)
    probs = layer.gate({"a": torch.randn(200, 50)})
    assert (probs - 0.25).abs().max() < 0.1


def test_refuses():
    for options, match in [
        ({"top": 5}, "^top is 5, needs 1 to 4, the number of experts$"),
        ({"top": 0}, "^top is 0, needs a whole number >= 1$"),
        ({"experts": 0}, "^experts is 0, needs a whole number >= 1$"),
        ({"hidden": 1.5}, "^hidden is 1.5, needs a whole number >= 1$"),
    ]:
        with pytest.raises(ValueError, match=match):
            MixtureOfExperts(DIMS, 4, **options)
