import math

import loss_oracles as oracle
import pytest
import torch
import torch.nn.functional as F
from loss_calls import reductions

from fusion_edu.losses import gaussian_nll, mse


@reductions
def test_equals_minus_log_of_the_density(device, draw, reduction):
    mean, log_var, target = draw(3, 20)
    got = gaussian_nll(mean.to(device), log_var.to(device), target.to(device), full=True, reduction=reduction)
    want = oracle.reduce(oracle.gaussian_nll(mean.tolist(), log_var.tolist(), target.tolist()), reduction)
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))


@pytest.mark.parametrize("full", [False, True])
def test_equals_pytorch_which_takes_target_second_and_the_variance_itself(draw, full):
    mean, log_var, target = draw(3, 20)
    want = F.gaussian_nll_loss(mean, target, log_var.exp(), full=full)
    torch.testing.assert_close(gaussian_nll(mean, log_var, target, full=full), want)


def test_unit_variance_is_half_the_squared_error(draw):
    mean, target = draw(2, 9)
    torch.testing.assert_close(gaussian_nll(mean, torch.zeros(9), target), mse(mean, target) / 2)


def test_best_variance_is_the_mean_squared_error(draw):
    mean, target = draw(2, 50)
    log_var = mse(mean, target).log().expand(50).clone().requires_grad_()
    gaussian_nll(mean, log_var, target, reduction="sum").backward()
    torch.testing.assert_close(log_var.grad.sum(), torch.zeros((), dtype=torch.float64), atol=1e-12, rtol=0)


def test_variance_below_eps_counts_as_eps_and_still_gets_the_gradient_that_lifts_it():
    mean, target = torch.zeros(2).double(), torch.tensor([0.0, 1.0]).double()
    log_var = torch.full((2,), -50.0, dtype=torch.float64, requires_grad=True)
    got = gaussian_nll(mean, log_var, target, eps=1e-4, reduction="none")
    want = torch.tensor([0.0, 5000.0]).double() + math.log(1e-4) / 2
    torch.testing.assert_close(got.detach(), want)
    got.sum().backward()
    torch.testing.assert_close(log_var.grad, torch.tensor([0.5, 0.5 - 5000]).double())


@pytest.mark.parametrize("eps", [0, -1e-6])
def test_refuses_eps(eps):
    with pytest.raises(ValueError, match=f"^eps is {eps}, needs > 0 and finite$"):
        gaussian_nll(torch.ones(2), torch.ones(2), torch.ones(2), eps=eps)


def test_a_far_target_and_a_large_variance_stay_in_the_range():
    """Regression: the square left float32 before it was divided."""
    mean, log_var = torch.tensor([0.0], requires_grad=True), torch.tensor([100.0])
    got = gaussian_nll(mean, log_var, torch.tensor([1e21]))
    assert got.item() == pytest.approx((100 + 1e42 * math.exp(-100)) / 2)
    got.backward()
    assert mean.grad.item() == pytest.approx(-1e21 * math.exp(-100))
