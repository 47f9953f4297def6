import loss_oracles as oracle
import pytest
import torch
import torch.nn.functional as F
from loss_calls import dtypes

from fusion_edu.losses import safe_distance


def test_equals_the_definition(device, draw):
    a, b = draw(2, 5, 3)
    want = torch.tensor(oracle.distance(a.tolist(), b.tolist()), dtype=torch.float64)
    torch.testing.assert_close(safe_distance(a.to(device), b.to(device)).cpu(), want)


def test_gradients_of_both_orders(draw):
    a, b = (x.requires_grad_() for x in draw(2, 5, 3))
    assert torch.autograd.gradcheck(safe_distance, (a, b))
    assert torch.autograd.gradgradcheck(safe_distance, (a, b))


@dtypes
def test_is_zero_with_gradient_zero_on_a_copy(dtype, draw):
    """Regression: torchmetrics gives NaN on (x, x.clone()), ``F.pairwise_distance`` 2.3e-5 at D = 512."""
    x = draw(1, 4, 512)[0].to(dtype).requires_grad_()
    distance = safe_distance(x, x.detach().clone())
    assert (distance == 0).all()
    assert (F.pairwise_distance(x, x) > 0).all()
    distance.sum().backward()
    assert (x.grad == 0).all()


def test_is_symmetric(draw):
    """Regression: ``F.pairwise_distance`` adds eps to a - b, and b - a differs."""
    a, b = (x.float() for x in draw(2, 9, 512))
    assert torch.equal(safe_distance(a, b), safe_distance(b, a))


def test_keeps_small_distances_between_large_vectors(draw):
    """Regression: ``torch.cdist`` by matrix product is wrong by half at d = 1e-3."""
    a, direction = (x.float() for x in draw(2, 32, 512))
    b = a + 1e-3 * F.normalize(direction, dim=1)
    exact = (a.double() - b.double()).square().sum(1).sqrt().float()
    torch.testing.assert_close(safe_distance(a, b), exact, rtol=1e-5, atol=0)
    by_product = torch.cdist(a, b, compute_mode="use_mm_for_euclid_dist").diagonal()
    assert ((by_product - exact).abs() / exact).max() > 0.1


def test_squared_sums_do_not_overflow_float16():
    a = torch.full((1, 512), 100.0, dtype=torch.float16)
    torch.testing.assert_close(safe_distance(a, -a), torch.tensor([200 * 512**0.5]))


def test_runs_on_the_meta_device():
    a = torch.ones(5, 3, device="meta")
    assert safe_distance(a, a).shape == (5,)
    assert safe_distance(a, a).is_meta


def test_refuses():
    with pytest.raises(ValueError, match=r"^b has shape \(4,\), needs \(B=2, D=3\)$"):
        safe_distance(torch.ones(2, 3), torch.ones(4))
    with pytest.raises(ValueError, match=r"^a is empty, shape \(0, 3\): needs at least one sample$"):
        safe_distance(torch.ones(0, 3), torch.ones(0, 3))
    with pytest.raises(ValueError, match="^b is on meta, needs cpu, the device of a$"):
        safe_distance(torch.ones(2, 3), torch.ones(2, 3, device="meta"))
    with pytest.raises(TypeError, match="^a has dtype torch.int64, needs a floating dtype$"):
        safe_distance(torch.ones(2, 3).long(), torch.ones(2, 3))
