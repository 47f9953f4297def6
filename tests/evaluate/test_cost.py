"""Costs against counts by hand."""

import pytest
import torch
from torch import nn

from fusion_edu import evaluate, fusion


def test_a_linear_layer_and_what_a_nonlinearity_keeps():
    got = evaluate.cost(nn.Sequential(nn.Linear(5, 3), nn.Tanh()), torch.zeros(2, 5))
    assert got == evaluate.Cost(parameters=18, trainable=18, activations=6, flops=60)


def test_a_convolution():
    layer = nn.Conv2d(3, 4, 3, padding=1, bias=False)
    got = evaluate.cost(layer, torch.zeros(2, 3, 8, 8))
    assert got.parameters == 4 * 3 * 9
    assert got.flops == 2 * 2 * 8 * 8 * 4 * 3 * 9
    assert got.activations == 0  # it keeps its input and its weight, and both are there anyway


def test_two_layers_keep_what_stands_between_them():
    got = evaluate.cost(nn.Sequential(nn.Linear(5, 7), nn.Linear(7, 2)), torch.zeros(4, 5))
    assert got.activations == 4 * 7
    assert got.flops == 2 * 4 * (5 * 7 + 7 * 2)


def test_shared_and_frozen_weights_count_once_and_apart():
    layer = nn.Linear(4, 4)
    net = nn.Sequential(layer, layer, nn.Linear(4, 1).requires_grad_(False))
    got = evaluate.cost(net, torch.zeros(1, 4))
    assert (got.parameters, got.trainable) == (20 + 5, 20)


def test_attention_counts_both_products_whatever_kernel_runs():
    class Attend(nn.Module):
        def forward(self, q, k, v):
            return fusion.attention(q, k, v)

    q, k = torch.zeros(2, 3, 8), torch.zeros(2, 5, 8)
    assert evaluate.cost(Attend(), q, k, k).flops == 2 * 2 * (3 * 5 * 8) * 2


def test_activations_grow_with_the_batch_and_weights_do_not():
    dims = {"a": 4, "b": 4}
    for layer in (fusion.Concat(dims, 3), fusion.TensorFusion(dims, 3), fusion.SelfAttention(dims, 4)):
        one, ten = (evaluate.cost(layer, {m: torch.randn(n, 4) for m in dims}) for n in (2, 20))
        assert one.parameters == ten.parameters == sum(p.numel() for p in layer.parameters())
        assert ten.activations == pytest.approx(10 * one.activations, rel=0.2)
        assert ten.flops == pytest.approx(10 * one.flops, rel=0.2)


def test_nothing_is_left_behind():
    net = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)).eval()
    before = {name: v.clone() for name, v in net.state_dict().items()}
    with torch.no_grad():
        evaluate.cost(net, torch.randn(4, 3))
    assert all(torch.equal(v, before[name]) for name, v in net.state_dict().items())
    assert all(p.grad is None for p in net.parameters())


def test_lazy_weights_are_refused():
    with pytest.raises(ValueError, match=r"^module has lazy parameters, needs"):
        evaluate.cost(nn.LazyLinear(3), torch.zeros(1, 2))
