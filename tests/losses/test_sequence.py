"""The sequence loss against plain loops, PyTorch, and what its docstring says of padding."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu.losses import sequence_cross_entropy

TARGET = torch.tensor([[2, 1, 3, 0], [4, 0, 0, 0], [1, 1, 2, 2]])


def by_hand(logits, target, padding):
    """[(sum of -log p over the real tokens, their number)] text by text."""
    rows = []
    for scores, tokens in zip(logits.tolist(), target.tolist(), strict=True):
        real = [(row, token) for row, token in zip(scores, tokens, strict=True) if token != padding]
        rows.append((sum(math.log(sum(math.exp(s) for s in row)) - row[token] for row, token in real), len(real)))
    return rows


@pytest.mark.parametrize("padding", [0, 2])
def test_equals_the_definition(device, draw, padding):
    (logits,) = draw(1, 3, 4, 5)
    rows = by_hand(logits, TARGET, padding)
    each = sequence_cross_entropy(logits.to(device), TARGET.to(device), padding=padding, reduction="none")
    torch.testing.assert_close(each.cpu(), torch.tensor([loss for loss, _ in rows], dtype=torch.float64))
    mean = sequence_cross_entropy(logits.to(device), TARGET.to(device), padding=padding)
    assert mean.item() == pytest.approx(sum(loss for loss, _ in rows) / sum(n for _, n in rows))


def test_weights_count_texts_with_all_their_tokens(draw):
    (logits,) = draw(1, 3, 4, 5)
    (a, n), _, (b, m) = by_hand(logits, TARGET, 0)
    weight = torch.tensor([2.0, 0.0, 1.0], dtype=torch.float64)
    mean = sequence_cross_entropy(logits, TARGET, weight=weight)
    assert mean.item() == pytest.approx((2 * a + b) / (2 * n + m))


def test_equals_pytorch_and_its_gradient(draw):
    ours, theirs = (x.requires_grad_() for x in (draw(1, 3, 4, 5)[0].clone() for _ in range(2)))
    with torch.no_grad():
        theirs.copy_(ours)
    loss = sequence_cross_entropy(ours, TARGET)
    want = torch.nn.functional.cross_entropy(theirs.transpose(1, 2), TARGET, ignore_index=0)
    torch.testing.assert_close(loss, want)
    loss.backward()
    want.backward()
    torch.testing.assert_close(ours.grad, theirs.grad)
    assert (ours.grad[TARGET == 0] == 0).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 6), st.integers(0, 10_000))
def test_more_padding_changes_nothing(texts, length, more, seed):
    draw = torch.Generator().manual_seed(seed)
    logits = torch.randn(texts, length, 4, generator=draw, dtype=torch.float64)
    target = torch.randint(1, 4, (texts, length), generator=draw)
    short = sequence_cross_entropy(logits, target)
    logits = torch.cat([logits, 50 * torch.randn(texts, more, 4, generator=draw, dtype=torch.float64)], dim=1)
    target = torch.nn.functional.pad(target, (0, more))
    torch.testing.assert_close(sequence_cross_entropy(logits, target), short)


def test_large_logits_keep_their_digits():
    logits = torch.tensor([[[1000.0, 1001.0]]], dtype=torch.float64)
    assert sequence_cross_entropy(logits, torch.tensor([[1]])).item() == pytest.approx(math.log(1 + math.exp(-1)))


def test_errors_name_the_argument():
    logits = torch.zeros(3, 4, 5)
    with pytest.raises(ValueError, match=r"target has shape \(3, 3\), needs \(B=3, T=4\)"):
        sequence_cross_entropy(logits, TARGET[:, :3])
    with pytest.raises(TypeError, match=r"target has dtype torch.float32, needs integers"):
        sequence_cross_entropy(logits, TARGET.float())
    with pytest.raises(ValueError, match=r"target has the value 9, needs tokens in 0\.\.4"):
        sequence_cross_entropy(logits, TARGET.masked_fill(TARGET == 4, 9))
    for padding in (-100, 5):
        with pytest.raises(ValueError, match=rf"^padding is {padding}, needs a token in 0\.\.4, as target has$"):
            sequence_cross_entropy(logits, TARGET, padding=padding)
    with pytest.raises(ValueError, match="number of tokens that are no padding has the value 0, needs > 0"):
        sequence_cross_entropy(logits, torch.zeros_like(TARGET))
    assert (sequence_cross_entropy(logits, torch.zeros_like(TARGET), reduction="none") == 0).all()
