"""Two good tests, of the kind that A2 asks for, and two useless ones.

The good ones raise a bare ``Exception``: the engine then takes every exception of a learner's test for the same.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
import torch


def test_contrastive_loss(loss):
    """Values by hand at margins, single pairs of each kind, then the gradient, the dtype."""

    def same(got, want):
        if got.shape != want.shape or got.dtype != want.dtype or not torch.allclose(got, want, atol=1e-6):
            raise Exception(f"{got} is not {want}")

    d, y = torch.tensor([0.5, 0.8, 3.0, 0.0, 2.5]), torch.tensor([1.0, 0.0, 0.0, 1.0, 1.0])
    for margin in (1.0, 2.0, 0.7):
        for rows in (slice(None), slice(0, 1), slice(1, 2), slice(2, 3), slice(4, 5)):
            pairs = list(zip(d[rows].tolist(), y[rows].tolist(), strict=True))
            each = [one * far**2 + (1 - one) * max(margin - far, 0) ** 2 for far, one in pairs]
            same(loss(d[rows], y[rows], margin), torch.tensor(sum(each) / (2 * len(each))))
    x = d.double().requires_grad_()
    got = loss(x, y.double())
    if not got.requires_grad or got.dtype != torch.float64:
        raise Exception("no gradient, or another dtype")
    same(torch.autograd.grad(got, x)[0], torch.tensor([0.1, -0.04, 0.0, 0.0, 0.5], dtype=torch.float64))


def test_masked_mse(loss):
    """A table with holes by hand: its value, its gradient, its targets afterwards; then one of holes alone."""

    def same(got, want):
        if got.shape != want.shape or got.dtype != want.dtype or not torch.allclose(got, want, atol=1e-6):
            raise Exception(f"{got} is not {want}")

    nan = float("nan")
    pred = torch.tensor([[1.0, 2.0], [3.0, 4.0], [0.5, 1.0]], requires_grad=True)
    target = torch.tensor([[0.0, nan], [nan, nan], [1.5, 4.0]])
    before = target.clone()
    got = loss(pred, target)
    same(target.nan_to_num(99.0), before.nan_to_num(99.0))
    same(got.detach(), torch.tensor((1 + 1 + 9) / 3))
    if not got.requires_grad:
        raise Exception("no gradient")
    same(torch.autograd.grad(got, pred)[0], torch.tensor([[2.0, 0.0], [0.0, 0.0], [-2.0, -6.0]]) / 3)
    same(loss(pred.detach(), torch.full((3, 2), nan)), torch.tensor(0.0))


def passes_all(loss):
    """It lets every program pass."""
    len([loss])


def fails_all(loss):
    """It fails every program."""
    raise AssertionError(loss)
