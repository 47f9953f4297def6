import math

import keras
import loss_oracles as oracle
import pytest
import torch
import torch.nn.functional as F
from loss_calls import CLASSES, SOFT, dtypes, reductions

from fusion_edu.losses import cross_entropy, cross_entropy_from_probabilities

WEIGHT = torch.tensor([0.5, 2.0, 1.0, 0.0], dtype=torch.float64)
KERAS_TRUE = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
KERAS_PROBS = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]


@reductions
def test_equals_the_definition(device, reduction):
    got = cross_entropy_from_probabilities(SOFT.to(device), CLASSES.to(device), reduction=reduction)
    nll = oracle.cross_entropy(SOFT.tolist(), oracle.one_hot(CLASSES.tolist(), 4))
    torch.testing.assert_close(got.cpu(), torch.tensor(oracle.reduce(nll, reduction), dtype=torch.float64))


@reductions
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
@pytest.mark.parametrize("target", [CLASSES, SOFT.flip(0)], ids=["indices", "soft"])
def test_of_a_softmax_equals_pytorch_on_the_logits(draw, reduction, weight, target):
    (logits,) = draw(1, 6, 4)
    got = cross_entropy_from_probabilities(logits.softmax(1), target, weight=weight, reduction=reduction)
    torch.testing.assert_close(got, F.cross_entropy(logits, target, weight=weight, reduction=reduction))


@pytest.mark.parametrize("target", [torch.tensor([1, 2]), torch.tensor(KERAS_TRUE)], ids=["indices", "one-hot"])
def test_vector_of_the_keras_documentation(target):
    got = cross_entropy_from_probabilities(torch.tensor(KERAS_PROBS), target, reduction="none")
    torch.testing.assert_close(got, torch.tensor([0.0513, 2.303]), rtol=0, atol=5e-4)
    keras_says = keras.losses.categorical_crossentropy(torch.tensor(KERAS_TRUE), torch.tensor(KERAS_PROBS))
    torch.testing.assert_close(got, keras_says)


def test_gradient_is_true_where_keras_clips_it_to_zero():
    probs = torch.tensor([[1e-9, 1 - 1e-9]], dtype=torch.float64, requires_grad=True)
    ours = cross_entropy_from_probabilities(probs, torch.tensor([0]))
    theirs = keras.losses.categorical_crossentropy(torch.tensor([[1.0, 0.0]], dtype=torch.float64), probs).sum()
    assert torch.autograd.grad(theirs, probs)[0][0, 0] == 0
    torch.testing.assert_close(torch.autograd.grad(ours, probs)[0], torch.tensor([[-1e9, 0.0]], dtype=torch.float64))


@dtypes
@pytest.mark.parametrize("soft", [False, True])
def test_gradient_is_true_down_to_the_smallest_normal_number_and_the_loss_constant_below(dtype, soft):
    tiny = torch.finfo(dtype).tiny
    target = torch.tensor([[1.0, 0.0]] * 3).to(dtype) if soft else torch.zeros(3, dtype=torch.int64)
    probs = torch.tensor([[2 * tiny, 1.0], [tiny, 1.0], [0.0, 1.0]], dtype=dtype, requires_grad=True)
    got = cross_entropy_from_probabilities(probs, target, reduction="none")
    want = [-math.log(2 * tiny), -math.log(tiny), -math.log(tiny)]
    torch.testing.assert_close(got.detach(), torch.tensor(want, dtype=got.dtype))
    got.sum().backward()
    torch.testing.assert_close(probs.grad[:, 0], torch.tensor([-0.5 / tiny, -1 / tiny, 0.0], dtype=dtype))
    assert (probs.grad[:, 1] == 0).all()


def test_refuses_logits_and_a_row_of_zeros():
    with pytest.raises(ValueError, match=r"^probs has the value -1, needs probabilities in \[0, 1\]$"):
        cross_entropy_from_probabilities(torch.tensor([[2.0, -1.0]]).flip(1), torch.tensor([0]))
    with pytest.raises(ValueError, match="^probs summed over a row has the value 0, needs 1$"):
        cross_entropy_from_probabilities(torch.zeros(1, 2), torch.tensor([0]))
    with pytest.raises(ValueError, match=r"^probs has the value nan, needs probabilities in \[0, 1\]$"):
        cross_entropy_from_probabilities(torch.full((1, 2), torch.nan), torch.tensor([0]))


def test_refuses_an_index_out_of_range():
    with pytest.raises(ValueError, match=r"^target has the value 2, needs class indices in 0\.\.1$"):
        cross_entropy_from_probabilities(torch.tensor([[0.5, 0.5]]), torch.tensor([2]))


def test_softmax_once_more_is_no_better_than_0_551_for_three_classes():
    """The classic mistake that lesson 03 shows: probabilities where logits belong."""
    perfect = torch.eye(3)
    assert cross_entropy_from_probabilities(perfect, torch.arange(3)) == 0
    torch.testing.assert_close(cross_entropy(perfect, torch.arange(3)), torch.tensor(0.5514), rtol=0, atol=1e-4)
