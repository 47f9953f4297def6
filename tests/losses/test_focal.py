import keras
import loss_oracles as oracle
import pytest
import torch
import torch.nn.functional as F
from loss_calls import CLASSES, dtypes, reductions

from fusion_edu.losses import cross_entropy, focal


@reductions
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_equals_the_definition(device, draw, reduction, gamma):
    (logits,) = draw(1, 6, 4)
    got = focal(logits.to(device), CLASSES.to(device), gamma=gamma, reduction=reduction)
    probs = [oracle.softmax(row) for row in logits.tolist()]
    want = oracle.reduce(oracle.focal(probs, CLASSES.tolist(), gamma), reduction)
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))


def test_equals_keras_whose_alpha_is_a_factor_and_not_a_weight(draw):
    (logits,) = draw(1, 6, 4)
    one_hot = F.one_hot(CLASSES, 4).double()
    want = keras.losses.categorical_focal_crossentropy(one_hot, logits, alpha=0.25, gamma=2.0, from_logits=True)
    torch.testing.assert_close(0.25 * focal(logits, CLASSES, reduction="none"), want)


def test_gamma_zero_is_cross_entropy_with_class_weights_too(draw):
    (logits,), weight = draw(1, 6, 4), torch.tensor([0.5, 2.0, 1.0, 0.0])
    want = cross_entropy(logits, CLASSES, weight=weight)
    torch.testing.assert_close(focal(logits, CLASSES, gamma=0, weight=weight), want)


@dtypes
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_gradient_is_zero_and_not_nan_where_p_is_one(dtype, gamma):
    """Regression: with gamma 0.5 a power of (1 - p) alone gives 0 times infinity."""
    logits = torch.tensor([[1e4, -1e4]], dtype=dtype, requires_grad=True)
    loss = focal(logits, torch.tensor([0]), gamma=gamma)
    loss.backward()
    assert loss == 0
    assert (logits.grad == 0).all()


def test_keeps_the_digits_of_one_minus_p(draw):
    logits = torch.tensor([[0.0, -12.0]])
    wrong = torch.tensor(-12.0, dtype=torch.float64).sigmoid()
    want = (wrong**2 * -torch.log1p(-wrong)).float()
    torch.testing.assert_close(focal(logits, torch.tensor([0])), want, rtol=0.05, atol=0)


def test_refuses_gamma_and_soft_targets(draw):
    with pytest.raises(ValueError, match="^gamma is -1, needs >= 0 and finite$"):
        focal(draw(1, 6, 4)[0], CLASSES, gamma=-1)
    with pytest.raises(ValueError, match=r"^target has shape \(6, 4\), needs \(B=6\)$"):
        focal(draw(1, 6, 4)[0], F.one_hot(CLASSES, 4))
