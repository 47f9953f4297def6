"""What must hold for any input."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from loss_calls import every_loss

from fusion_edu.losses import contrastive, cross_entropy, cross_entropy_from_probabilities, mse, triplet

few = settings(max_examples=25, deadline=None, derandomize=True)
number = st.floats(-100, 100)
seeds = st.integers(0, 2**32)


def rows(width, low=-100.0, high=100.0):
    return st.lists(st.lists(st.floats(low, high), min_size=width, max_size=width), min_size=1, max_size=6)


def matrix(values):
    return torch.tensor(values, dtype=torch.float64)


@every_loss
@few
@given(seed=seeds)
def test_permuting_the_batch_permutes_the_losses_and_leaves_the_mean(call, seed):
    order = torch.randperm(len(call.inputs[0]), generator=torch.Generator().manual_seed(seed))
    shuffled = [x[order] for x in (*call.inputs, *call.rest)]
    torch.testing.assert_close(call.loss(*shuffled, reduction="none"), call(reduction="none")[order])
    torch.testing.assert_close(call.loss(*shuffled), call())


@every_loss
@few
@given(seed=seeds, keep=st.integers(1, 6))
def test_each_sample_has_a_loss_of_its_own(call, seed, keep):
    if call.mixes:
        pytest.skip("its negatives are the other samples")
    chosen = torch.randperm(len(call.inputs[0]), generator=torch.Generator().manual_seed(seed))[:keep]
    alone = call.loss(*(x[chosen] for x in (*call.inputs, *call.rest)), reduction="none")
    torch.testing.assert_close(alone, call(reduction="none")[chosen])
    mean, total = (call.loss(*(x[chosen] for x in (*call.inputs, *call.rest)), reduction=r) for r in ("mean", "sum"))
    torch.testing.assert_close(mean * keep, total)


@few
@given(rows(2))
def test_mse_is_symmetric_and_zero_only_on_equals(values):
    pred, target = matrix(values).unbind(1)
    assert mse(pred, target) == mse(target, pred) >= 0
    assert mse(pred, pred) == 0


@few
@given(rows(2, 0.0), st.floats(0.01, 100))
def test_contrastive_is_not_negative_and_grows_with_the_margin(values, margin):
    distance, similar = matrix(values)[:, 0], matrix(values)[:, 1] > 50
    loss = contrastive(distance, similar, margin=margin)
    assert 0 <= loss <= contrastive(distance, similar, margin=2 * margin)


@few
@given(rows(2, 0.0), st.floats(0.01, 100), st.sampled_from([0.5, 2.0, 4.0]))
def test_contrastive_scales_with_the_square_of_its_unit(values, margin, unit):
    distance, similar = matrix(values)[:, 0], matrix(values)[:, 1] > 50
    scaled = contrastive(unit * distance, similar, margin=unit * margin)
    torch.testing.assert_close(scaled, unit**2 * contrastive(distance, similar, margin=margin))


@few
@given(rows(4), st.integers(0, 3))
def test_no_smoothing_equals_smoothing_zero_and_probabilities_equal_logits(values, c):
    logits = matrix(values)
    target = torch.full((len(logits),), c)
    loss = cross_entropy(logits, target, reduction="none")
    assert (loss >= 0).all()
    assert torch.equal(loss, cross_entropy(logits, target, label_smoothing=0.0, reduction="none"))
    probs = logits.softmax(1)
    torch.testing.assert_close(cross_entropy_from_probabilities(probs, target, reduction="none"), loss)


@few
@given(rows(4), number, st.floats(0, 0.9))
def test_cross_entropy_ignores_a_shift_and_is_linear_in_the_target(values, shift, smoothing):
    logits = matrix(values)
    target = torch.arange(len(logits)) % 4
    loss = cross_entropy(logits, target, label_smoothing=smoothing)
    torch.testing.assert_close(cross_entropy(logits + shift, target, label_smoothing=smoothing), loss)
    smooth = (1 - smoothing) * torch.eye(4, dtype=torch.float64)[target] + smoothing / 4
    torch.testing.assert_close(cross_entropy(logits, smooth), loss)


@few
@given(rows(6), st.floats(0.01, 10))
def test_triplet_is_zero_once_the_negative_is_further_by_the_margin(values, margin):
    anchor, positive = matrix(values).split(3, dim=1)
    negative = anchor + (2 * (anchor - positive).norm(dim=1, keepdim=True) + margin) * torch.eye(3)[0]
    assert triplet(anchor, positive, negative, margin=margin) <= 1e-9
