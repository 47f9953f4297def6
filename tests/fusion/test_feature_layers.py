"""What one layer promises alone: weights and gates, conventions, errors."""

import pytest
import torch
from fusion_layers import DIMS, SAME, B, inputs, some_present
from torch.nn import functional as F

from fusion_edu import fusion


def test_concat_lays_modalities_side_by_side_in_the_order_of_dims():
    x = inputs(DIMS)
    assert torch.equal(fusion.Concat(DIMS)(x), torch.cat([x["image"], x["text"], x["audio"]], dim=1))
    assert fusion.Concat(DIMS).dim == 9
    assert fusion.Concat(DIMS, indicate=True).dim == 12


def test_concat_normalises_each_modality_by_itself():
    """3-4-5; a zero row stays zero and has a finite gradient."""
    a, b = torch.tensor([[3.0, 4.0], [0.0, 0.0]], requires_grad=True), torch.tensor([[-2.0], [7.0]])
    out = fusion.Concat({"a": 2, "b": 1}, normalise=True)({"a": a, "b": b})
    torch.testing.assert_close(out, torch.tensor([[0.6, 0.8, -1.0], [0.0, 0.0, 1.0]]))
    out.sum().backward()
    assert a.grad.isfinite().all()


def test_indicators_tell_missing_from_zero():
    layer, present = fusion.Concat({"a": 1, "b": 1}, indicate=True), torch.tensor([[True, False], [True, True]])
    x = {"a": torch.ones(2, 1), "b": torch.zeros(2, 1)}
    assert layer(x, present).tolist() == [[1, 0, 1, 0], [1, 0, 1, 1]]
    assert layer(x)[0].tolist() == [1, 0, 1, 1]


def test_learned_weights_start_equal_and_are_a_softmax():
    layer = fusion.WeightedSum(SAME)
    torch.testing.assert_close(layer.weights(), torch.full((3,), 1 / 3))
    layer.scores.data = torch.tensor([0.0, 3.0, 9.0]).log1p()  # 1, 4, 10
    torch.testing.assert_close(layer.weights(), torch.tensor([1, 4, 10]) / 15)
    torch.testing.assert_close(layer.weights(torch.tensor([[True, False, True]])), torch.tensor([[1 / 11, 0, 10 / 11]]))


def test_fixed_weights_do_not_learn_and_only_their_ratio_counts():
    small, large = (fusion.WeightedSum(SAME, weights=w) for w in ([1, 2, 5], [10, 20, 50]))
    assert not list(small.parameters())
    torch.testing.assert_close(small.weights(), torch.tensor([0.125, 0.25, 0.625]))
    torch.testing.assert_close(small.weights(), large.weights())


@pytest.mark.parametrize("weights", [[1, 2], [1, 2, 0], [1, 2, -1], [1, 2, float("nan")], [1, 2, float("inf")]])
def test_refuses_fixed_weights(weights):
    with pytest.raises(ValueError, match=r"^weights is \[.*\], needs 3 finite numbers > 0, one a modality$"):
        fusion.WeightedSum(DIMS, 4, weights=weights)


def test_weighted_sum_without_projection_needs_equal_widths():
    with pytest.raises(
        ValueError, match=r"^dims is \{'image': 3, .*\}, needs equal widths, or dim to project them to$"
    ):
        fusion.WeightedSum(DIMS)


@pytest.mark.parametrize("kind", [fusion.Gated, fusion.GMU])
def test_gates_sum_to_one_and_are_zero_where_missing(kind):
    layer, x, present = kind(DIMS, 5).double(), inputs(DIMS), some_present(DIMS)
    for mask in (None, present):
        gate = layer.gate(x, mask)
        assert gate.shape[:2] == (B, 3)
        torch.testing.assert_close(gate.sum(1), torch.ones_like(gate[:, 0]))
    assert (gate[~present] == 0).all()
    assert (gate[present] > 0).all()
    alone = torch.tensor([[False, True, False]]).expand(B, 3)
    assert (layer.gate(x, alone)[:, 1] == 1).all()


def test_gmu_of_two_is_the_one_of_the_paper():
    """z tanh(Wv v) + (1 - z) tanh(Wt t), z = sigmoid(Wz [v, t]) with Wz the difference of both gates."""
    layer = fusion.GMU({"v": 3, "t": 4}, 5).double()
    v, t = inputs({"v": 3, "t": 4}).values()
    first, second = layer.gates.weight.chunk(2)
    z = torch.sigmoid(F.linear(torch.cat([v, t], 1), first - second))
    want = z * F.linear(v, layer.project["v"].weight).tanh() + (1 - z) * F.linear(t, layer.project["t"].weight).tanh()
    torch.testing.assert_close(layer({"v": v, "t": t}), want)


def test_film_without_its_condition_leaves_the_others_as_they_are():
    layer, x = fusion.FiLM(DIMS, 5).double(), inputs(DIMS)
    present = torch.tensor([True, True, False]).expand(B, 3)
    torch.testing.assert_close(layer(x, present), layer.project["image"](x["image"]) + layer.project["text"](x["text"]))


def test_film_refuses_a_condition_that_is_none_of_the_modalities():
    with pytest.raises(ValueError, match="^condition is 'smell', needs one of image, text, audio$"):
        fusion.FiLM(DIMS, 5, condition="smell")


def test_bilinear_equals_that_of_pytorch():
    dims = {"a": 3, "b": 4}
    ours, theirs = fusion.Bilinear(dims, 5).double(), torch.nn.Bilinear(3, 4, 5).double()
    theirs.weight.data, theirs.bias.data = ours.weight.detach().permute(2, 0, 1), ours.bias.detach()
    x = inputs(dims)
    torch.testing.assert_close(ours(x), theirs(x["a"], x["b"]))


def test_mlb_without_one_modality_is_that_of_the_others():
    layer, x = fusion.MLB(DIMS, 5, rank=3).double(), inputs(DIMS)
    alone = torch.tensor([True, False, False]).expand(B, 3)
    torch.testing.assert_close(layer(x, alone), layer.project(layer.factor["image"](x["image"]).tanh()))


@pytest.mark.parametrize(
    "build", [fusion.TensorFusion, lambda d, n: fusion.LowRankFusion(d, n, rank=16), fusion.Bilinear]
)
def test_starts_with_outputs_of_variance_one(build):
    """Else a deep product would start near 0 or explode."""
    torch.manual_seed(0)
    dims = {"a": 16, "b": 16}
    out = build(dims, 400)({m: v.float() for m, v in inputs(dims, batch=400).items()})
    assert 0.7 < out.std() < 1.4
