"""Uncertainty weighting against its definition, its fixed point in closed form, and what it refuses."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu.losses import UncertaintyWeighting, uncertainty_weighted


def by_hand(losses, log_var):
    return sum(math.exp(-s) * value / 2 + s / 2 for value, s in zip(losses, log_var, strict=True))


def test_equals_the_definition(device, draw):
    log_var, raw = draw(2, 7)
    got = uncertainty_weighted(raw.square().to(device), log_var.to(device))
    torch.testing.assert_close(got.item(), by_hand(raw.square().tolist(), log_var.tolist()))


def test_gradients(draw):
    log_var, raw = draw(2, 4)
    leaves = raw.square().requires_grad_(), log_var.requires_grad_()
    assert torch.autograd.gradcheck(uncertainty_weighted, leaves)
    assert torch.autograd.gradgradcheck(uncertainty_weighted, leaves)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=5))
def test_the_lowest_sum_is_at_the_logarithm_of_each_loss(values):
    """There it is (1 + log L) / 2 for each loss, its slope is 0, and it rises to both sides."""
    losses = torch.tensor(values, dtype=torch.float64)
    best = losses.log().requires_grad_()
    lowest = uncertainty_weighted(losses, best)
    torch.testing.assert_close(lowest.item(), sum((1 + math.log(v)) / 2 for v in values))
    (slope,) = torch.autograd.grad(lowest, best)
    torch.testing.assert_close(slope, torch.zeros_like(slope), atol=1e-9, rtol=0)
    for step in (-0.1, 0.1):
        assert uncertainty_weighted(losses, best.detach() + step) > lowest


def test_training_finds_the_fixed_point_and_stays_there():
    losses = {"metres": torch.tensor(0.04), "millimetres": torch.tensor(40_000.0)}
    for factor in (1.0, 20.0):
        weighting = UncertaintyWeighting(losses, first={"metres": factor * 0.04, "millimetres": 40_000.0 / factor})
        optimizer = torch.optim.Adam(weighting.parameters(), lr=0.02)
        for _ in range(800):
            optimizer.zero_grad()
            weighting(losses).backward()
            optimizer.step()
        want = torch.tensor([0.04, 40_000.0]).log()
        torch.testing.assert_close(weighting.log_var.detach(), want, atol=5e-2, rtol=0)
        assert weighting.weights == pytest.approx({"metres": 12.5, "millimetres": 1 / 80_000}, rel=6e-2)


def test_at_the_fixed_point_a_unit_changes_nothing_about_the_direction(draw):
    """The sum there is half the sum of the log losses plus a constant: a factor only moves the constant."""
    (w,) = draw(1, 3)
    grads = []
    for unit in (1.0, 1000.0):
        leaf = w.clone().requires_grad_()
        losses = torch.stack([leaf.square().sum(), unit**2 * (leaf - 1).square().sum()])
        uncertainty_weighted(losses, losses.detach().log()).backward()
        grads.append(leaf.grad)
    torch.testing.assert_close(*grads)


def test_the_module_reads_losses_by_name_and_starts_at_half():
    weighting = UncertaintyWeighting(("b", "a"))
    losses = {"a": torch.tensor(2.0), "b": torch.tensor(4.0)}
    assert weighting(losses).item() == 3.0
    assert weighting.weights == {"b": 0.5, "a": 0.5}
    with torch.no_grad():
        weighting.log_var[0] = math.log(4.0)
    assert weighting(losses).item() == pytest.approx(0.5 + math.log(4.0) / 2 + 1.0)
    restored = UncertaintyWeighting(("b", "a"))
    restored.load_state_dict(weighting.state_dict())
    assert restored.weights == weighting.weights


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_is_computed_in_float32(dtype, device):
    losses = torch.tensor([30_000.0, 30_000.0], dtype=dtype, device=device)
    got = uncertainty_weighted(losses, torch.zeros(2, dtype=dtype, device=device))
    assert got.dtype == torch.float32
    assert got.isfinite()
    with torch.autocast(device.type, dtype=torch.bfloat16):
        assert UncertaintyWeighting(["a"]).to(device)({"a": losses[0]}).dtype == torch.float32


@pytest.mark.parametrize(
    ("losses", "log_var", "error", "match"),
    [
        (torch.ones(2), torch.ones(3), ValueError, r"^log_var has shape \(3,\), needs \(2\)$"),
        (torch.ones(2, 1), torch.ones(2, 1), ValueError, r"^losses has shape \(2, 1\), needs \(K,\): one number a loss$"),
        (torch.ones(0), torch.ones(0), ValueError, "^losses is empty"),
        (torch.ones(2, dtype=torch.int64), torch.ones(2), TypeError, "^losses has dtype torch.int64, needs a floating dtype$"),
    ],
)  # fmt: skip
def test_refuses(losses, log_var, error, match):
    with pytest.raises(error, match=match):
        uncertainty_weighted(losses, log_var)


def test_the_module_refuses():
    for names in ((), ("a", "a")):
        with pytest.raises(ValueError, match=r"^names is \(.*\), needs at least one, each once$"):
            UncertaintyWeighting(names)
    for first in ({"a": 1.0}, {"a": 1.0, "b": 0.0}, {"a": 1.0, "b": math.inf}):
        with pytest.raises(ValueError, match=r"^first is \{.*\}, needs a number > 0 for each of a, b$"):
            UncertaintyWeighting(("a", "b"), first=first)
    weighting = UncertaintyWeighting(("a", "b"))
    with pytest.raises(ValueError, match=r"^losses has \['a'\], needs exactly \['a', 'b'\]$"):
        weighting({"a": torch.tensor(1.0)})
    with pytest.raises(
        ValueError, match=r"^losses\['b'\] has shape \(1,\), needs a scalar tensor: take its mean first$"
    ):
        weighting({"a": torch.tensor(1.0), "b": torch.ones(1)})


def test_a_loss_of_0_costs_nothing_whatever_its_weight():
    """Regression: exp(100) leaves float32, and infinity times 0 is no number."""
    losses = torch.tensor([0.0, 1.0], requires_grad=True)
    log_var = torch.tensor([-100.0, 0.0], requires_grad=True)
    value = uncertainty_weighted(losses, log_var)
    assert value.item() == pytest.approx((0 - 100 + 1 + 0) / 2)
    value.backward()
    assert log_var.grad.tolist() == [0.5, 0.0]
    assert losses.grad.tolist() == [0.0, 0.5]
    plain = torch.tensor([0.0, 1.0], requires_grad=True)
    uncertainty_weighted(plain, torch.zeros(2)).backward()
    assert plain.grad.tolist() == [0.5, 0.5], "a loss that is 0 by chance still has its gradient"
