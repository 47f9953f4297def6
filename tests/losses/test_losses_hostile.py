"""Where losses break: ends of the range, joints, one sample. Values and gradients are finite, and the right ones."""

import itertools
import math

import pytest
import torch
from loss_calls import dtypes, reductions

from fusion_edu import losses

BIG = 1e4


def finite(loss, *inputs):
    """The loss of leaf tensors, having checked it and its gradients for NaN and infinity."""
    inputs = tuple(x.detach().requires_grad_() for x in inputs)
    value = loss(*inputs)
    grads = torch.autograd.grad(value.sum(), inputs)
    assert value.isfinite().all(), value
    assert all(g.isfinite().all() for g in grads), grads
    return value.detach(), grads


@reductions
@dtypes
@pytest.mark.parametrize("margin", [0.5, 1.0, 100.0])
@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("far", [0.0, 1e-30, "margin", BIG])
def test_contrastive(reduction, dtype, margin, y, far):
    d = torch.tensor([margin if far == "margin" else far], dtype=dtype)
    options = {"margin": margin, "reduction": reduction}
    value, (grad,) = finite(lambda x: losses.contrastive(x, torch.tensor([y]), **options), d)
    d = d.item()
    want, slope = (d**2 / 2, d) if y else (max(margin - d, 0) ** 2 / 2, -max(margin - d, 0))
    torch.testing.assert_close(value.double().squeeze(), torch.tensor(want).double(), rtol=1e-6, atol=1e-12)
    torch.testing.assert_close(grad, torch.tensor([slope], dtype=dtype))


@reductions
@dtypes
@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("gap", [0.0, 6e-8, 1.0, 100.0, BIG])
def test_contrastive_from_embeddings_and_triplet(reduction, dtype, y, gap):
    a = torch.full((1, 3), gap, dtype=dtype)
    b = torch.zeros_like(a)
    similar = torch.tensor([y])
    finite(lambda a, b: losses.contrastive_from_embeddings(a, b, similar, reduction=reduction), a, b)
    finite(lambda a, b: losses.triplet(a, b, b, reduction=reduction), a, b)
    finite(lambda a, b: losses.triplet(a, a, b, reduction=reduction), a, b)
    finite(losses.safe_distance, a, b)


@dtypes
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("c", [0, 1, 2])
def test_cross_entropy_of_one_sample(dtype, smoothing, c):
    for row in itertools.product([-BIG, 0.0, BIG], repeat=3):
        logits = torch.tensor([row], dtype=dtype)
        row = logits.double()[0].tolist()  # what is left of 1e4 in this dtype
        ties = row.count(max(row))
        nll = [max(row) - z + math.log(ties) for z in row]
        want = (1 - smoothing) * nll[c] + smoothing * math.fsum(nll) / 3
        slope = [(z == max(row)) / ties - (1 - smoothing) * (k == c) - smoothing / 3 for k, z in enumerate(row)]
        for target in (torch.tensor([c]), torch.eye(3)[c : c + 1]):
            value, (grad,) = finite(lambda x, t=target: losses.cross_entropy(x, t, label_smoothing=smoothing), logits)
            assert value.item() == pytest.approx(want, rel=1e-6, abs=1e-6)
            assert grad[0].tolist() == pytest.approx(slope, rel=1e-2, abs=1e-3)


@reductions
@dtypes
def test_cross_entropy_of_a_batch(reduction, dtype):
    logits = torch.tensor(list(itertools.product([-BIG, 0.0, BIG], repeat=3)), dtype=dtype)
    target = torch.arange(27) % 3
    for smoothing in (0.0, 0.1):
        options = {"label_smoothing": smoothing, "reduction": reduction, "weight": torch.tensor([0.0, 1.0, 100.0])}
        finite(lambda x, o=options: losses.cross_entropy(x, target, **o), logits)
        finite(lambda x, o=options: losses.cross_entropy(x, torch.eye(3)[target], **o), logits)


@reductions
@dtypes
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
def test_focal(reduction, dtype, gamma):
    options = {"gamma": gamma, "reduction": reduction}
    for *row, c in itertools.product([-BIG, 0.0, BIG], [-BIG, 0.0, BIG], [0, 1]):
        logits = torch.tensor([row], dtype=dtype)
        value, _ = finite(lambda x, c=c: losses.focal(x, torch.tensor([c]), **options), logits)
        if row[0] != row[1]:
            assert value.double() == pytest.approx(max(row) - row[c], rel=2e-3)


@reductions
@dtypes
@pytest.mark.parametrize("p", [0.0, 1e-30, 6e-8, 1e-4, 0.5, 1.0])
def test_cross_entropy_from_probabilities(reduction, dtype, p):
    probs = torch.tensor([[p, 1 - p]], dtype=dtype)
    p, tiny = probs[0, 0].item(), torch.finfo(dtype).tiny
    for target in (torch.tensor([0]), torch.tensor([[1.0, 0.0]])):
        value, (grad,) = finite(
            lambda x, t=target: losses.cross_entropy_from_probabilities(x, t, reduction=reduction), probs
        )
        assert value.item() == pytest.approx(-math.log(max(p, tiny)), rel=1e-6)
        assert grad[0, 0].item() == pytest.approx(-1 / p if p >= tiny else 0, rel=1e-2)
        assert grad[0, 1] == 0


@reductions
@dtypes
def test_regression_losses(reduction, dtype):
    for pred, target in itertools.product([-BIG, -1.0, 0.0, 1.0, BIG], repeat=2):
        p, t = torch.tensor([pred], dtype=dtype), torch.tensor([target], dtype=dtype)
        value, _ = finite(lambda p, t: losses.mse(p, t, reduction=reduction), p, t)
        assert value.item() == pytest.approx((p.item() - t.item()) ** 2, rel=1e-6)
        for delta in (1e-3, 1.0, BIG):
            finite(lambda p, t, delta=delta: losses.huber(p, t, delta=delta, reduction=reduction), p, t)


@reductions
@dtypes
def test_gaussian_nll(reduction, dtype):
    for log_var, error in itertools.product([-BIG, -1.0, 0.0, BIG], [0.0, 1.0, 100.0]):
        if dtype == torch.float16 and log_var == -BIG and error:
            continue  # the true gradient, a million times the error, does not fit float16
        inputs = (torch.tensor([x], dtype=dtype) for x in (0.0, log_var, error))
        value, _ = finite(lambda m, s, t: losses.gaussian_nll(m, s, t, reduction=reduction), *inputs)
        if log_var == BIG:
            assert value.item() == pytest.approx(BIG / 2, rel=2e-3)
