import keras
import loss_oracles as oracle
import pytest
import torch
import torch.nn.functional as F
from loss_calls import CLASSES, SOFT, reductions

from fusion_edu.losses import cross_entropy

WEIGHT = [0.5, 2.0, 1.0, 0.0]
weights = pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
smoothings = pytest.mark.parametrize("smoothing", [0.0, 0.1])


def tensor(values):
    return None if values is None else torch.tensor(values, dtype=torch.float64)


@weights
@smoothings
def test_indices_equal_the_definition(device, draw, weight, smoothing):
    (logits,) = draw(1, 6, 4)
    w = None if weight is None else tensor(weight).to(device)
    options = {"weight": w, "label_smoothing": smoothing, "reduction": "none"}
    got = cross_entropy(logits.to(device), CLASSES.to(device), **options)
    probs = [oracle.softmax(row) for row in logits.tolist()]
    want = oracle.cross_entropy(probs, oracle.one_hot(CLASSES.tolist(), 4), weight, smoothing)
    torch.testing.assert_close(got.cpu(), tensor(want))


def test_weighted_mean_divides_by_the_weights_of_the_target_classes(draw):
    (logits,) = draw(1, 6, 4)
    probs = [oracle.softmax(row) for row in logits.tolist()]
    nll = oracle.cross_entropy(probs, oracle.one_hot(CLASSES.tolist(), 4))
    want = oracle.reduce(nll, "mean", [WEIGHT[c] for c in CLASSES.tolist()])
    torch.testing.assert_close(cross_entropy(logits, CLASSES, weight=tensor(WEIGHT)), tensor(want))


@weights
@smoothings
def test_soft_labels_equal_the_definition(device, draw, weight, smoothing):
    (logits,) = draw(1, 6, 4)
    w = None if weight is None else tensor(weight).to(device)
    options = {"weight": w, "label_smoothing": smoothing, "reduction": "none"}
    got = cross_entropy(logits.to(device), SOFT.to(device), **options)
    probs = [oracle.softmax(row) for row in logits.tolist()]
    torch.testing.assert_close(got.cpu(), tensor(oracle.cross_entropy(probs, SOFT.tolist(), weight, smoothing)))


@weights
@smoothings
@reductions
@pytest.mark.parametrize("target", [CLASSES, SOFT], ids=["indices", "soft"])
def test_value_and_gradient_equal_pytorch_same_conventions(draw, weight, smoothing, reduction, target):
    (logits,) = draw(1, 6, 4)
    logits.requires_grad_()
    options = {"weight": tensor(weight), "label_smoothing": smoothing, "reduction": reduction}
    ours, theirs = cross_entropy(logits, target, **options), F.cross_entropy(logits, target, **options)
    torch.testing.assert_close(ours, theirs)
    grads = [torch.autograd.grad(loss.sum(), logits)[0] for loss in (ours, theirs)]
    torch.testing.assert_close(*grads)


@smoothings
def test_equals_keras_which_has_y_true_first_and_from_logits_false_by_default(draw, smoothing):
    (logits,) = draw(1, 6, 4)
    one_hot = F.one_hot(CLASSES, 4).double()
    want = keras.losses.categorical_crossentropy(one_hot, logits, from_logits=True, label_smoothing=smoothing)
    got = cross_entropy(logits, CLASSES, label_smoothing=smoothing, reduction="none")
    torch.testing.assert_close(got, want)
    sparse = keras.losses.sparse_categorical_crossentropy(CLASSES, logits, from_logits=True)
    torch.testing.assert_close(cross_entropy(logits, CLASSES, reduction="none"), sparse)


def test_gradient_is_p_minus_y(draw):
    (logits,) = draw(1, 6, 4)
    logits.requires_grad_()
    cross_entropy(logits, CLASSES, reduction="sum").backward()
    torch.testing.assert_close(logits.grad, logits.detach().softmax(1) - F.one_hot(CLASSES, 4))


def test_keeps_the_digits_of_a_small_loss_between_large_logits():
    """log-sum-exp minus gather, taken literally, gives 0 here in float32."""
    logits, want = torch.tensor([[1e4, 1e4 - 5.0]]), torch.tensor(6.7153484891e-3)
    assert logits.logsumexp(1) - logits[:, 0] != want
    torch.testing.assert_close(cross_entropy(logits, torch.tensor([0])), want, rtol=1e-4, atol=0)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int32, torch.int64])
def test_any_integer_dtype_is_an_index(draw, dtype):
    (logits,) = draw(1, 6, 4)
    assert cross_entropy(logits, CLASSES.to(dtype)) == cross_entropy(logits, CLASSES)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_distributions_are_smoothed_in_full(draw, dtype):
    """Regression: of 1000 classes the smoothed target had only the digits of the target's dtype."""
    (logits,) = draw(1, 6, 1000)
    got = cross_entropy(logits.to(dtype), F.one_hot(CLASSES, 1000).to(dtype), label_smoothing=0.1)
    want = F.cross_entropy(logits.to(dtype).double(), CLASSES, label_smoothing=0.1)
    torch.testing.assert_close(got.double(), want, rtol=1e-6, atol=0)


def test_one_hot_targets_may_be_integers(draw):
    (logits,) = draw(1, 6, 4)
    torch.testing.assert_close(cross_entropy(logits, F.one_hot(CLASSES, 4)), cross_entropy(logits, CLASSES))


@pytest.mark.parametrize("bad", [-1, 4, -100])
def test_refuses_an_index_out_of_range(draw, bad):
    with pytest.raises(ValueError, match=rf"^target has the value {bad}, needs class indices in 0\.\.3$"):
        cross_entropy(draw(1, 2, 4)[0], torch.tensor([0, bad]))


def test_refuses_float_indices(draw):
    with pytest.raises(TypeError, match=r"^target has dtype torch.float32, needs integers, as its shape \(B\)"):
        cross_entropy(draw(1, 2, 4)[0], torch.tensor([0.0, 1.0]))


@pytest.mark.parametrize("shape", [(2, 1), (3,), (2, 3), ()])
def test_refuses_a_target_of_another_shape(draw, shape):
    match = r"^target has shape \(.*\), needs \(B=2\) class indices or \(B=2, C=4\) probabilities$"
    with pytest.raises(ValueError, match=match):
        cross_entropy(draw(1, 2, 4)[0], torch.zeros(shape, dtype=torch.int64))


def test_refuses_a_target_that_is_no_distribution(draw):
    (logits,) = draw(1, 1, 3)
    with pytest.raises(ValueError, match=r"^target has the value -0.5, needs probabilities in \[0, 1\]$"):
        cross_entropy(logits, torch.tensor([[-0.5, 1.0, 0.5]]))
    with pytest.raises(ValueError, match=r"^target summed over a row has the value 1.5, needs 1$"):
        cross_entropy(logits, torch.tensor([[0.5, 1.0, 0.0]]))


@pytest.mark.parametrize("smoothing", [-0.1, 1.0, float("nan")])
def test_refuses_label_smoothing(draw, smoothing):
    with pytest.raises(ValueError, match=f"^label_smoothing is {smoothing}, needs >= 0 and < 1$"):
        cross_entropy(draw(1, 6, 4)[0], CLASSES, label_smoothing=smoothing)
