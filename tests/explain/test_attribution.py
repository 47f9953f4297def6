"""Saliency and integrated gradients: against finite differences and integrals in closed form, and their promises."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fusion_edu import explain, fusion
from fusion_edu.model import FusionModel


def net(inputs=3, classes=4):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(inputs, 8), nn.Tanh(), nn.Linear(8, classes)).double()


def difference(model, x, target, n, d, step=1e-5):
    """Slope of the score of row n towards its feature d, by a difference."""
    up, down = x.clone(), x.clone()
    up[n, d] += step
    down[n, d] -= step
    with torch.no_grad():
        return (model(up)[n, target[n]] - model(down)[n, target[n]]).item() / (2 * step)


def test_saliency_is_the_size_of_the_slope(draw):
    model, x, target = net(), draw(1, 5, 3)[0], torch.tensor([0, 3, 1, 1, 2])
    want = torch.tensor([[abs(difference(model, x, target, n, d)) for d in range(3)] for n in range(5)])
    torch.testing.assert_close(explain.saliency(model, x, target), want.double(), rtol=1e-5, atol=1e-7)


def test_integrated_gradients_of_a_product_in_closed_form(device):
    """From (1, 1) to (2, 3): f = x0 x1; the integrals of x1 and of x0 along the way are 2 and 1.5."""
    x, base = torch.tensor([[2.0, 3.0]], device=device), torch.tensor([[1.0, 1.0]], device=device)
    got = explain.integrated_gradients(lambda v: v[:, 0] * v[:, 1], x, baseline=base, steps=7)
    torch.testing.assert_close(got, torch.tensor([[1 * 2.0, 2 * 1.5]], device=device))


@pytest.mark.parametrize("baseline", [0.0, -1.5])
def test_complete_to_a_ten_thousandth_of_the_difference(draw, baseline):
    model, x, target = net(), 2 * draw(1, 20, 3)[0], torch.arange(20) % 4
    found = explain.integrated_gradients(model, x, target, baseline=baseline, steps=100)
    gap = explain.completeness_gap(model, x, found, target, baseline=baseline)
    with torch.no_grad():
        gained = (model(x) - model(torch.full_like(x, baseline))).gather(1, target[:, None])[:, 0]
    torch.testing.assert_close(gap, found.sum(1) - gained)
    assert (gap.abs() < 1e-4 * gained.abs().clamp_min(gained.abs().median())).all()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.floats(-3, 3), min_size=3, max_size=3),
    st.lists(st.floats(-3, 3), min_size=3, max_size=3),
    st.integers(1, 9),
)
def test_exact_for_linear_and_for_quadratic_scores(ends, starts, steps):
    """The midpoint rule integrates straight slopes without error."""
    x, base = torch.tensor([ends], dtype=torch.float64), torch.tensor([starts], dtype=torch.float64)
    weights = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    linear = explain.integrated_gradients(lambda v: v @ weights, x, baseline=base, steps=steps)
    torch.testing.assert_close(linear, (x - base) * weights)
    squares = explain.integrated_gradients(lambda v: v.square().sum(1), x, baseline=base, steps=steps)
    torch.testing.assert_close(squares, x.square() - base.square())


def test_what_equals_the_baseline_gets_nothing(draw):
    x = draw(1, 4, 3)[0]
    x[:, 1] = 0.7
    found = explain.integrated_gradients(net(), x, torch.tensor([0, 1, 2, 3]), baseline=0.7, steps=5)
    assert (found[:, 1] == 0).all()
    assert (found[:, [0, 2]] != 0).all()


def fused():
    torch.manual_seed(1)
    branches = {"a": nn.Linear(2, 4), "b": nn.Linear(3, 4)}
    head = nn.Sequential(nn.Dropout(0.5), nn.Tanh(), nn.Linear(8, 3))
    return FusionModel(branches, fusion.Concat({"a": 4, "b": 4}), head).double()


def test_modalities_come_back_as_they_went_in(draw):
    model, x = fused(), {"b": draw(1, 5, 3)[0], "a": draw(1, 5, 2)[0]}
    target = torch.tensor([0, 1, 2, 0, 1])
    found = explain.integrated_gradients(model, x, target, baseline={"a": 0.1, "b": torch.zeros(3)}, steps=50)
    assert {m: v.shape for m, v in found.items()} == {"b": (5, 3), "a": (5, 2)}
    gap = explain.completeness_gap(model, x, found, target, baseline={"a": 0.1, "b": torch.zeros(3)})
    assert gap.abs().max() < 1e-3
    assert explain.saliency(model, x, target).keys() == x.keys()


def test_leaves_model_gradients_modes_and_inputs_alone(draw):
    model, x = fused(), {"a": draw(1, 2, 2)[0], "b": draw(1, 2, 3)[0]}
    model.train()
    before = {m: v.clone() for m, v in x.items()}
    once = explain.saliency(model, x, torch.tensor([0, 1]))
    again = explain.saliency(model, x, torch.tensor([0, 1]))
    assert all(part.training for part in model.modules())
    assert all(p.grad is None for p in model.parameters())
    for m in x:
        torch.testing.assert_close(once[m], again[m])  # dropout is off
        assert torch.equal(x[m], before[m])
        assert not x[m].requires_grad


def test_works_inside_no_grad_for_frozen_models_and_for_inputs_without_a_say(draw):
    model = net().requires_grad_(False)
    with torch.no_grad():
        assert (explain.saliency(model, draw(1, 2, 3)[0], torch.tensor([0, 1])) > 0).any()
        unused = explain.saliency(lambda x: x["a"].sum(1), {"a": draw(1, 2, 2)[0], "b": draw(1, 2, 2)[0]})
    assert (unused["a"] == 1).all()
    assert (unused["b"] == 0).all()
    assert (explain.saliency(lambda x: torch.ones(2), draw(1, 2, 2)[0]) == 0).all()


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(draw, rows):
    x, target = draw(1, 3, 3)[0][:rows], torch.tensor([1, 2, 0])[:rows]
    assert explain.saliency(net(), x, target).shape == (rows, 3)
    found = explain.integrated_gradients(net(), x, target, steps=2)
    assert explain.completeness_gap(net(), x, found, target).shape == (rows,)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_dtype_and_device_are_those_of_the_input(draw, device, dtype):
    model, x = net().to(device, dtype), draw(1, 2, 3)[0].to(device, dtype)
    found = explain.integrated_gradients(model, x, torch.tensor([0, 1], device=device), steps=3)
    assert found.dtype == dtype
    assert found.device == x.device


def test_under_autocast_the_map_is_the_same_to_the_digits_of_bfloat16(draw):
    model, x, target = net().float(), draw(1, 4, 3)[0].float(), torch.tensor([0, 1, 2, 3])
    want = explain.integrated_gradients(model, x, target, steps=8)
    with torch.autocast("cpu", torch.bfloat16):
        got = explain.integrated_gradients(model, x, target, steps=8)
    torch.testing.assert_close(got.float(), want, rtol=0.1, atol=0.05)


REFUSED = [
    ({"x": {}}, "x has no modality"),
    ({"x": torch.tensor(0.5)}, r"^x has shape \(\), needs \(B, ...\)$"),
    ({"x": {"a": torch.zeros(2, 3), "b": torch.zeros(3, 3)}}, r"x\['b'\] has 3 rows, needs 2"),
    ({"target": None}, "target is None, needs"),
    ({"target": torch.tensor([0, 4])}, "target holds a class outside 0 .. 3"),
    ({"target": torch.tensor([0])}, r"target has shape \(1,\)"),
    ({"steps": 0}, "steps is 0, needs a whole number >= 1"),
    ({"baseline": torch.zeros(4)}, r"baseline has shape \(4,\), needs one that expands to \(2, 3\)"),
    ({"baseline": {"a": 0.0}}, r"baseline names \['a'\], needs \['x'\]"),
    ({"model": lambda x: x[None]}, r"model gave \(1, 2, 3\), needs \(B,\) or \(B, C\)"),
    ({"model": lambda x: x.sum(1)}, "target is given, needs None"),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSED)
def test_bad_input_is_named(changes, sentence):
    given = {"model": net().float(), "x": torch.zeros(2, 3), "target": torch.tensor([0, 1])} | changes
    with pytest.raises(ValueError, match=sentence):
        explain.integrated_gradients(**given)


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        (torch.zeros(2, 3, dtype=torch.long), "^x has dtype torch.int64, needs floats"),
        ({"a": [1.0]}, r"^x\['a'\] is a list, needs a tensor of shape \(B, ...\)$"),
    ],
)
def test_inputs_without_a_gradient_are_refused(x, sentence):
    with pytest.raises(TypeError, match=sentence):
        explain.saliency(net().float(), x, torch.tensor([0, 1]))


def test_attributions_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="attribution has other shapes than x"):
        explain.completeness_gap(lambda x: x.sum(1), torch.zeros(2, 3), torch.zeros(2, 2))


def test_many_steps_in_half_precision_add_up():
    """Regression: 3000 parts of 1/3000 each stalled in a float16 sum."""
    x = torch.ones(1, 2, dtype=torch.float16)
    got = explain.integrated_gradients(lambda v: v.sum(1), x, steps=3000)
    assert got.dtype == torch.float16
    torch.testing.assert_close(got, x)
