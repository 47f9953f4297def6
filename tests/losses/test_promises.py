"""What the docstrings promise where numbers are at an edge: excluded classes, no positives, a scale at its limit, any length."""

import math

import pytest
import torch
from loss_calls import CALLS, B
from torch.func import grad, vmap

from fusion_edu import losses

INF = math.inf


def test_a_class_that_nobody_expects_may_be_excluded():
    logits = torch.tensor([[0.0, -INF, 0.0]], requires_grad=True)
    target = torch.tensor([[0.5, 0.0, 0.5]])
    value = losses.cross_entropy(logits, target)
    assert value.item() == pytest.approx(math.log(2))
    value.backward()
    torch.testing.assert_close(logits.grad, torch.zeros(1, 3))
    assert losses.cross_entropy(torch.tensor([[0.0, -INF]]), torch.tensor([[1.0, 0.0]])) == 0
    assert losses.cross_entropy(torch.tensor([[0.0, -INF]]), torch.tensor([[0.0, 1.0]])) == INF
    assert losses.cross_entropy(torch.tensor([[0.0, -INF]]), torch.tensor([0]), label_smoothing=0.1) == INF


def test_a_class_of_weight_0_may_cost_anything():
    logits, weight = torch.tensor([[0.0, -INF], [0.0, 0.0]]), torch.tensor([1.0, 0.0])
    assert losses.cross_entropy(logits, torch.tensor([1, 0]), weight=weight).item() == pytest.approx(math.log(2))
    soft = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    assert losses.cross_entropy(logits, soft, weight=weight).item() == pytest.approx(math.log(2) / 2)
    assert losses.reduce_loss(torch.tensor([INF, 3.0]), "mean", torch.tensor([0.0, 2.0])) == 3


@pytest.mark.parametrize("target", [torch.tensor([1]), torch.tensor([[0.0, 1.0]])], ids=["index", "distribution"])
@pytest.mark.parametrize("loss", [losses.cross_entropy, losses.cross_entropy_from_probabilities])
def test_the_mean_over_classes_of_weight_0_is_refused(loss, target):
    with pytest.raises(ValueError, match="^weight summed over the batch has the value 0, needs > 0 to divide by$"):
        loss(torch.tensor([[0.5, 0.5]]), target, weight=torch.tensor([1.0, 0.0]))


@pytest.mark.parametrize("weight", [None, torch.ones(4), torch.zeros(4)], ids=["none", "ones", "zeros"])
def test_where_no_sample_has_a_positive_there_is_nothing_to_learn(draw, weight):
    (z,) = draw(1, 4, 3)
    assert losses.supervised_contrastive(z, torch.arange(4), weight=weight) == 0


ALONE = [name for name, call in CALLS.items() if not call.mixes and call.weights == B]


@pytest.mark.parametrize("bad", [INF, -INF, math.nan, 1e308, -1e308])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("name", ALONE)
def test_a_sample_of_weight_0_costs_nothing_and_has_no_gradient(name, reduction, bad):
    """The value and the gradient are those of a batch without it, whatever stands there; the same in float32."""
    call, keep, weight = CALLS[name], [0, 1, 3, 4, 5], torch.tensor([1.0, 2.0, 0.0, 0.5, 1.0, 3.0])
    for spoilt in range(len(call.inputs)):
        if name == "contrastive" and bad < 0:
            continue  # a negative distance is refused
        inputs = [x.clone() for x in call.inputs]
        inputs[spoilt][2] = bad
        inputs = [x.requires_grad_() for x in inputs]
        rest = [x.detach()[keep].requires_grad_() for x in inputs]
        got = call(*inputs, reduction=reduction, weight=weight)
        want = call.loss(*rest, *(r[keep] for r in call.rest), reduction=reduction, weight=weight[keep])
        torch.testing.assert_close(got[keep] if reduction == "none" else got, want)
        slopes = torch.autograd.grad(got.sum(), inputs)
        for slope, wanted in zip(slopes, torch.autograd.grad(want.sum(), rest), strict=True):
            torch.testing.assert_close(slope[keep], wanted)
            assert slope[2].eq(0).all()


@pytest.mark.parametrize("bad", [INF, -INF, math.nan])
@pytest.mark.parametrize("loss", [losses.cross_entropy, losses.focal])
def test_a_class_of_weight_0_has_no_gradient(loss, bad):
    logits, target = torch.randn(6, 4, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 3, 1, 1, 2, 0])
    keep, weight = [0, 2, 3, 4, 5], torch.tensor([1.0, 2.0, 0.5, 0.0])
    for places in ([3], [0, 3], [0, 1, 2, 3]):
        spoilt = logits.clone()
        spoilt[1, places] = bad
        spoilt, rest = spoilt.requires_grad_(), logits[keep].requires_grad_()
        got, want = loss(spoilt, target, weight=weight), loss(rest, target[keep], weight=weight)
        torch.testing.assert_close(got, want)
        (slope,), (wanted,) = torch.autograd.grad(got, spoilt), torch.autograd.grad(want, rest)
        torch.testing.assert_close(slope[keep], wanted)
        assert slope[1].eq(0).all()


@pytest.mark.parametrize("chunk", [None, 2])
@pytest.mark.parametrize("loss", [losses.info_nce, losses.siglip])
def test_a_query_of_weight_0_costs_nothing_where_it_is_nobodys_negative(loss, chunk, draw):
    a, b = draw(2, 5, 3)
    weight = torch.tensor([1.0, 0.0, 2.0, 1.0, 1.0])
    found = []
    for value in (1.0, math.nan):
        x, y = a.clone(), b.clone().requires_grad_()
        x[1] = value
        x.requires_grad_()
        got = loss(x, y, weight=weight, chunk=chunk)
        found.append([got, *torch.autograd.grad(got, (x, y))])
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


def test_a_weight_of_0_still_has_its_own_gradient():
    """Who learns weights begins at 0: the slope there is the loss of the sample."""
    weight = torch.tensor([1.0, 0.0], requires_grad=True)
    losses.mse(torch.tensor([1.0, 3.0]), torch.tensor([0.0, 0.0]), weight=weight, reduction="sum").backward()
    assert weight.grad.tolist() == [1.0, 9.0]


@pytest.mark.parametrize("bad", [INF, -INF, math.nan])
def test_logits_at_padding_do_not_count(bad):
    logits, target = torch.zeros(1, 3, 4, dtype=torch.float64), torch.tensor([[1, 2, 0]])
    logits[0, 2] = bad
    logits.requires_grad_()
    value = losses.sequence_cross_entropy(logits, target)
    value.backward()
    assert value.item() == pytest.approx(math.log(4))
    assert logits.grad.isfinite().all()
    assert (logits.grad[0, 2] == 0).all()


@pytest.mark.parametrize("log_var", [-INF, -1e30, -1e9, -100.0])
def test_a_variance_of_0_counts_as_eps(log_var):
    given = torch.tensor([log_var], requires_grad=True)
    value = losses.gaussian_nll(torch.zeros(1), given, torch.tensor([0.001]), eps=1e-4)
    assert value.item() == pytest.approx((math.log(1e-4) + 1e-6 / 1e-4) / 2, rel=1e-5)
    value.backward()
    assert given.grad.isfinite().all()


def test_a_learned_scale_finds_its_way_back_from_its_limit():
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(2, 32, 16, generator=generator)).unbind()
    loss = losses.CLIPLoss(temperature=0.01)
    assert loss.scale == 100
    for step in range(1, 101):
        loss.zero_grad()
        loss(a, b).backward()
        with torch.no_grad():
            loss.log_scale -= 0.1 * loss.log_scale.grad.clamp(-1, 1)
        assert loss.scale <= 100, step
    assert loss.scale < 50  # the pairs are unrelated: the best scale is near 0


def test_at_the_limit_the_way_up_is_closed(draw):
    (a,) = draw(1, 6, 8)
    loss = losses.CLIPLoss(temperature=0.01)
    loss(a, a + 0.1 * a.flip(0)).backward()  # the pairs are each other's nearest: a larger scale would cost less
    assert 0 <= loss.log_scale.grad < 1e-15


@pytest.mark.parametrize("size", [1e-40, 1e-25, 3e-20, 1.0, 1e18, 1e25, 1e37])
def test_lengths_and_distances_of_any_size(size):
    a, b = torch.tensor([[3.0, 4.0]]) * size, torch.zeros(1, 2)
    want = torch.linalg.vector_norm(a.double())
    torch.testing.assert_close(losses.safe_distance(a, b).double()[0], want, rtol=1e-5, atol=0)
    eye = torch.eye(3) * size
    torch.testing.assert_close(losses.info_nce(eye, torch.eye(3)), losses.info_nce(torch.eye(3), torch.eye(3)))
    z = torch.tensor([[0.0], [1.0], [3.0], [7.0]]) * size
    positive, negative = losses.batch_hard(z, z, torch.tensor([0, 1, 0, 1]))
    assert positive.tolist() == [2, 3, 0, 1]
    assert negative.tolist() == [1, 0, 1, 2]


def test_rows_of_zeros_stay_zeros_without_a_gradient():
    a = torch.tensor([[0.0, 0.0], [1.0, 0.0]], requires_grad=True)
    losses.info_nce(a, torch.eye(2)).backward()
    assert (a.grad[0] == 0).all()


def test_one_gradient_a_sample():
    logits, target = torch.tensor([[1.0, 2.0], [0.0, 3.0]]), torch.tensor([0, 1])

    def loss(z, y):
        return losses.cross_entropy(z.unsqueeze(0), y.unsqueeze(0))

    want = logits.softmax(1) - torch.eye(2)
    torch.testing.assert_close(vmap(grad(loss))(logits, target), want)


@pytest.mark.parametrize("loss", [losses.info_nce, losses.clip, losses.siglip])
def test_chunks_under_torch_func(draw, loss):
    a, b = draw(2, 5, 3)
    torch.testing.assert_close(grad(lambda x: loss(x, b, chunk=2))(a), grad(lambda x: loss(x, b))(a))


@pytest.mark.parametrize("loss", [losses.siglip, losses.clip, losses.info_nce, losses.barlow_twins, losses.vicreg])
def test_autocast_changes_no_digit_forward_or_backward(loss):
    generator = torch.Generator().manual_seed(3)
    base = torch.randn(1, 8, generator=generator)
    a, b = base + 0.01 * torch.randn(2, 16, 8, generator=generator)
    leaf, other = a.clone().requires_grad_(), a.clone().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        value = loss(leaf, b)
    value.backward()
    want = loss(other, b)
    want.backward()
    assert torch.equal(value, want)
    assert torch.equal(leaf.grad, other.grad)
