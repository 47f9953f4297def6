"""The load term against its definition in plain loops, its two ends, its gradient and what it refuses."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu.losses import load_balance


def by_hand(probs, top):
    experts, total = len(probs[0]), 0.0
    for e in range(experts):
        chosen = sum(e in sorted(range(experts), key=lambda k: -row[k])[:top] for row in probs)  # a stable sort
        total += chosen / (top * len(probs)) * sum(row[e] for row in probs) / len(probs)
    return experts * total


@pytest.mark.parametrize("top", [1, 2, 4])
def test_equals_plain_loops(device, draw, top):
    (scores,) = draw(1, 9, 4)
    probs = scores.softmax(1)
    torch.testing.assert_close(load_balance(probs.to(device), top=top).item(), by_hand(probs.tolist(), top))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(experts=st.integers(1, 6), seed=st.integers(0, 99))
def test_is_one_where_the_load_is_even_and_the_number_of_experts_where_one_has_all(experts, seed):
    sure = torch.eye(experts, dtype=torch.float64)
    order = torch.randperm(experts, generator=torch.Generator().manual_seed(seed))
    assert load_balance(sure[order]).item() == pytest.approx(1)
    assert load_balance(sure[:1].expand(5, -1)).item() == pytest.approx(experts)
    assert load_balance(torch.full((3, experts), 1 / experts)).item() == pytest.approx(1)


def test_a_step_down_the_gradient_takes_from_the_crowded_expert(draw):
    scores = torch.tensor([[2.0, 1.0], [2.0, 0.0], [1.0, 0.5], [0.0, 1.0]], dtype=torch.float64, requires_grad=True)
    load_balance(scores.softmax(1)).backward()
    assert (scores.grad[:, 0] > 0).all()
    assert (scores.grad[:, 1] < 0).all()


def test_gradient_is_that_of_the_probabilities_with_counts_held(draw):
    (scores,) = draw(1, 5, 3)
    assert torch.autograd.gradcheck(lambda s: load_balance(s.softmax(1)), scores.requires_grad_())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_is_computed_in_float32(dtype, device, draw):
    (scores,) = draw(1, 300, 4)
    probs = scores.softmax(1).to(device, dtype)
    got = load_balance(probs)
    assert got.dtype == torch.float32
    torch.testing.assert_close(got.double().cpu(), load_balance(probs.double()).cpu(), rtol=1e-3, atol=0)


@pytest.mark.parametrize(
    ("probs", "top", "error", "match"),
    [
        (torch.ones(3), 1, ValueError, r"^probs has shape \(3,\), needs \(B, E\)$"),
        (torch.ones(0, 3), 1, ValueError, "^probs is empty"),
        (torch.full((2, 2), 0.5), 3, ValueError, "^top is 3, needs 1 to 2, the experts of probs$"),
        (torch.full((2, 2), 0.5), 0, ValueError, "^top is 0, needs a whole number >= 1$"),
        (torch.ones(2, 2), 1, ValueError, "^probs summed over a row has the value 2, needs 1$"),
        (torch.tensor([[1.5, -0.5]]), 1, ValueError, "^probs has the value -0.5, needs probabilities in \\[0, 1\\]$"),
        (torch.tensor([[torch.nan, 1.0]]), 1, ValueError, "^probs has the value nan"),
        (torch.ones(2, 1, dtype=torch.int64), 1, TypeError, "^probs has dtype torch.int64, needs a floating dtype$"),
    ],
)  # fmt: skip
def test_refuses(probs, top, error, match):
    with pytest.raises(error, match=match):
        load_balance(probs, top=top)
