"""Barlow Twins and VICReg: one number a batch, made of its statistics."""

import loss_oracles as oracle
import pytest
import torch
from loss_calls import dtypes

from fusion_edu.losses import barlow_twins, vicreg

both = pytest.mark.parametrize("loss", [barlow_twins, vicreg])


@pytest.mark.parametrize("redundancy", [0.0, 5e-3, 1.0])
def test_barlow_twins_equals_the_definition(device, draw, redundancy):
    a, b = draw(2, 7, 3)
    got = barlow_twins(a.to(device), b.to(device), redundancy=redundancy, eps=1e-3)
    assert got.item() == pytest.approx(oracle.barlow_twins(a.tolist(), b.tolist(), redundancy, 1e-3))


@pytest.mark.parametrize("weights", [(25.0, 25.0, 1.0), (1.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, 0.0, 3.0)])
def test_vicreg_equals_the_definition(device, draw, weights):
    a, b = draw(2, 7, 3)
    invariance, variance, covariance = weights
    got = vicreg(a.to(device), b.to(device), invariance=invariance, variance=variance, covariance=covariance, eps=1e-3)
    assert got.item() == pytest.approx(oracle.vicreg(a.tolist(), b.tolist(), *weights, 1e-3))


def test_one_loud_feature_takes_no_digits_from_the_others():
    """Regression: the sum of all squares less those of the diagonal, 8e9 in float32, was 10 % off."""
    z = torch.randn(512, 8, generator=torch.Generator().manual_seed(0)) * torch.tensor([300.0] + 7 * [1.0])
    want = oracle.vicreg(z.double().tolist(), z.double().tolist(), 0.0, 0.0, 1.0, 1e-4)
    got = vicreg(z, z, invariance=0, variance=0)
    assert got.item() == pytest.approx(want, rel=1e-5)
    z = 10 * torch.linalg.qr(z - z.mean(0)).Q  # uncorrelated features: nothing is left off the diagonal
    assert barlow_twins(z, z, redundancy=1.0, eps=1e-12).item() < 1e-10


@both
def test_gradients(draw, loss):
    a, b = (x.requires_grad_() for x in draw(2, 6, 3))
    assert torch.autograd.gradcheck(loss, (a, b))
    assert torch.autograd.gradgradcheck(loss, (a, b))


@both
@dtypes
def test_a_collapsed_batch_costs_much_and_its_gradient_is_finite(loss, dtype, device):
    """All rows equal: the one answer that agreement alone would reward. A naive root has a NaN gradient there."""
    a = torch.ones(5, 3, dtype=dtype, device=device, requires_grad=True)
    value = loss(a, a.detach())
    value.backward()
    assert value.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    assert value.item() == pytest.approx(3 if loss is barlow_twins else 25 * 2 * 0.99, rel=1e-3)
    assert a.grad.isfinite().all()


@both
@dtypes
def test_half_precision_is_computed_in_float32(loss, dtype, draw):
    a, b = (x.to(dtype) for x in draw(2, 6, 3))
    torch.testing.assert_close(loss(a, b).double(), loss(a.double(), b.double()), rtol=1e-5, atol=1e-6)


@both
def test_large_numbers_do_not_overflow_in_float16(loss):
    a = 300 * torch.eye(4, dtype=torch.float16)
    assert loss(a, a).isfinite()


def test_identical_views_of_independent_features_cost_nothing():
    x = torch.tensor([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=torch.float64)
    assert barlow_twins(x, x, eps=1e-12).item() == pytest.approx(0, abs=1e-9)
    assert vicreg(x, x).item() == pytest.approx(0, abs=1e-9)
    repeated = x[:, [0, 0, 1]]
    assert barlow_twins(repeated, repeated, eps=1e-12).item() == pytest.approx(2 * 5e-3)
    assert vicreg(repeated, repeated).item() > 0


@both
def test_the_order_of_the_batch_does_not_matter(loss, draw):
    a, b = draw(2, 6, 3)
    order = torch.tensor([3, 1, 5, 0, 2, 4])
    torch.testing.assert_close(loss(a[order], b[order]), loss(a, b))


@both
def test_runs_on_the_meta_device_and_as_one_graph(loss, draw):
    a, b = draw(2, 6, 3)
    assert loss(a.to("meta"), b.to("meta")).is_meta
    torch.compiler.reset()
    torch.testing.assert_close(torch.compile(loss, backend="eager", fullgraph=True)(a, b), loss(a, b))


@both
def test_errors(loss):
    x = torch.ones(3, 2)
    with pytest.raises(ValueError, match="^a has 1 row, needs >= 2"):
        loss(x[:1], x[:1])
    with pytest.raises(ValueError, match="^a is empty"):
        loss(x[:0], x[:0])
    with pytest.raises(ValueError, match=r"^b has shape \(3, 1\), needs \(B=3, D=2\)$"):
        loss(x, x[:, :1])
    with pytest.raises(ValueError, match="^b is on meta, needs cpu, the device of a$"):
        loss(x, x.to("meta"))
    with pytest.raises(TypeError, match="^a has dtype torch.int64, needs a floating dtype$"):
        loss(x.long(), x.long())
    with pytest.raises(ValueError, match="^eps is 0, needs > 0 and finite$"):
        loss(x, x, eps=0)
    name = "redundancy" if loss is barlow_twins else "variance"
    with pytest.raises(ValueError, match=f"^{name} is -1, needs >= 0 and finite$"):
        loss(x, x, **{name: -1})
