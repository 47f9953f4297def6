import keras
import loss_oracles as oracle
import pytest
import torch
import torch.nn.functional as F
from loss_calls import reductions

from fusion_edu.losses import mse

WEIGHT = [0.5, 1.0, 0.0, 2.0, 3.0]


@reductions
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_equals_the_definition(device, draw, reduction, weight):
    pred, target = draw(2, 5)
    w = None if weight is None else torch.tensor(weight, device=device, dtype=torch.float64)
    got = mse(pred.to(device), target.to(device), weight=w, reduction=reduction)
    want = oracle.reduce(oracle.mse(pred.tolist(), target.tolist()), reduction, weight)
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))


def test_gradient_equals_two_thirds_of_the_error_for_three_samples():
    pred = torch.tensor([1.0, 2.0, 4.0], requires_grad=True)
    mse(pred, torch.tensor([1.0, 0.0, 5.0])).backward()
    torch.testing.assert_close(pred.grad, torch.tensor([0.0, 4 / 3, -2 / 3]))


@reductions
@pytest.mark.parametrize("shape", [(), (5,), (5, 3), (2, 3, 4)])
def test_equals_pytorch_same_convention(draw, reduction, shape):
    pred, target = draw(2, *shape)
    torch.testing.assert_close(mse(pred, target, reduction=reduction), F.mse_loss(pred, target, reduction=reduction))


@reductions
def test_equals_pytorch_with_a_weight_for_each_element(draw, reduction):
    pred, target, weight = draw(3, 5, 3)
    weight = weight.abs()
    want = F.mse_loss(pred, target, reduction=reduction, weight=weight)
    torch.testing.assert_close(mse(pred, target, weight=weight, reduction=reduction), want)


def test_one_weight_a_sample_counts_for_all_its_elements(draw):
    pred, target = draw(2, 5, 3)
    weight = torch.tensor(WEIGHT, dtype=torch.float64)
    want = mse(pred, target, weight=weight.unsqueeze(1).expand(5, 3))
    torch.testing.assert_close(mse(pred, target, weight=weight), want)


def test_equals_keras_whose_order_is_y_true_first_and_whose_values_are_means_of_a_row(draw):
    pred, target = draw(2, 5, 3)
    want = keras.losses.mean_squared_error(target, pred)
    torch.testing.assert_close(mse(pred, target, reduction="none").mean(1), want)
    torch.testing.assert_close(mse(pred, target), want.mean())


def test_weighted_mean_equals_keras_mean_with_sample_weight_and_not_its_default(draw):
    pred, target = draw(2, 5, 1)
    weight = torch.tensor(WEIGHT, dtype=torch.float64)
    ours = mse(pred, target, weight=weight)
    same = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight", dtype="float64")
    default = keras.losses.MeanSquaredError(dtype="float64")  # divides by the number of samples
    near = {"check_dtype": False, "rtol": 1e-6, "atol": 0}  # Keras divides in float32, whatever the dtype
    torch.testing.assert_close(same(target, pred, sample_weight=weight), ours, **near)
    torch.testing.assert_close(default(target, pred, sample_weight=weight), ours * sum(WEIGHT) / 5, **near)


def test_integer_targets_follow_the_predictions():
    torch.testing.assert_close(mse(torch.tensor([1.5, 2.0]), torch.tensor([1, 4])), torch.tensor(2.125))


def test_column_beside_row_is_refused_where_pytorch_broadcasts_to_10_5():
    x = torch.arange(8.0)
    with pytest.warns(UserWarning, match="target size"):
        assert F.mse_loss(x.unsqueeze(1), x) == 10.5
    with pytest.raises(ValueError, match=r"^target has shape \(8,\), needs \(8, 1\)$"):
        mse(x.unsqueeze(1), x)


def test_an_error_of_300_fits_float16_only_in_a_wider_loss():
    pred = torch.full((4,), 300.0, dtype=torch.float16)
    assert F.mse_loss(pred, torch.zeros_like(pred)).isinf()
    assert mse(pred, torch.zeros_like(pred)) == 90000
