import keras
import loss_oracles as oracle
import pytest
import torch
import torch.nn.functional as F
from loss_calls import reductions

from fusion_edu.losses import huber, mse


@reductions
@pytest.mark.parametrize("delta", [0.1, 1.0, 3.0])
def test_equals_the_definition_and_pytorch(device, draw, reduction, delta):
    pred, target = (3 * x for x in draw(2, 20))
    got = huber(pred.to(device), target.to(device), delta=delta, reduction=reduction).cpu()
    want = oracle.reduce(oracle.huber(pred.tolist(), target.tolist(), delta), reduction)
    torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float64))
    torch.testing.assert_close(got, F.huber_loss(pred, target, delta=delta, reduction=reduction))


def test_equals_keras_same_formula_averaged_over_a_row(draw):
    pred, target = (3 * x for x in draw(2, 5, 4))
    want = keras.losses.huber(target, pred, delta=0.7)
    torch.testing.assert_close(huber(pred, target, delta=0.7, reduction="none").mean(1), want)


def test_smooth_l1_of_pytorch_is_huber_divided_by_delta(draw):
    pred, target = draw(2, 9)
    torch.testing.assert_close(huber(pred, target, delta=0.3) / 0.3, F.smooth_l1_loss(pred, target, beta=0.3))


def test_gradient_is_the_error_cut_at_delta_also_at_zero_and_at_the_joint():
    pred = torch.tensor([-9.0, -2.0, -1.0, 0.0, 1.0, 2.0, 9.0], requires_grad=True)
    huber(pred, torch.zeros(7), delta=2.0, reduction="sum").backward()
    torch.testing.assert_close(pred.grad, torch.tensor([-2.0, -2.0, -1.0, 0.0, 1.0, 2.0, 2.0]))


def test_large_delta_is_half_the_squared_error(draw):
    pred, target = draw(2, 9)
    torch.testing.assert_close(huber(pred, target, delta=1e3), mse(pred, target) / 2)


@pytest.mark.parametrize("delta", [0, -1.0, float("nan"), float("inf")])
def test_refuses_delta(delta):
    with pytest.raises(ValueError, match=f"^delta is {delta}, needs > 0 and finite$"):
        huber(torch.ones(2), torch.ones(2), delta=delta)
