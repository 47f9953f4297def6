"""Attention itself: against plain loops and PyTorch's own layers; masks that leave little, or nothing."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fusion_edu import fusion
from fusion_edu.fusion.feature.attention import Block, MultiHead

few = settings(max_examples=15, deadline=None, derandomize=True)


def drawn(*shapes, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(*shape, generator=generator, dtype=torch.float64) for shape in shapes]


def by_hand(query, key, value, mask, heads):
    """Query by query, head by head, key by key, in Python numbers."""
    out = []
    for q_rows, k_rows, v_rows, real in zip(query, key, value, mask, strict=True):
        rows = []
        for q in q_rows:
            row = []
            for h in range(heads):
                d, e = len(q) // heads, len(v_rows[0]) // heads
                powers = [
                    math.exp(sum(q[h * d + i] * k[h * d + i] for i in range(d)) / math.sqrt(d)) if r else 0.0
                    for k, r in zip(k_rows, real, strict=True)
                ]
                total = sum(powers) or 1.0
                row += [sum(p * v[h * e + i] for p, v in zip(powers, v_rows, strict=True)) / total for i in range(e)]
            rows.append(row)
        out.append(rows)
    return torch.tensor(out, dtype=torch.float64)


@few
@given(data=st.data())
def test_equals_plain_loops(data):
    batch, queries, keys = (data.draw(st.integers(1, 4)) for _ in range(3))
    heads = data.draw(st.integers(1, 3))
    q, k, v = drawn((batch, queries, 2 * heads), (batch, keys, 2 * heads), (batch, keys, heads))
    mask = torch.tensor(
        data.draw(st.lists(st.lists(st.booleans(), min_size=keys, max_size=keys), min_size=batch, max_size=batch))
    )
    got = fusion.attention(q, k, v, mask, heads=heads)
    torch.testing.assert_close(got, by_hand(q.tolist(), k.tolist(), v.tolist(), mask.tolist(), heads))
    weights = fusion.attention_weights(q, k, mask, heads=heads)
    seen = weights @ v.unflatten(2, (heads, -1)).transpose(1, 2)
    torch.testing.assert_close(seen.transpose(1, 2).flatten(2), got)
    assert (weights.masked_select(~mask[:, None, None].expand_as(weights)) == 0).all()


def test_is_that_of_pytorch(device):
    """The same numbers as nn.MultiheadAttention, whose mask says the opposite."""
    theirs = nn.MultiheadAttention(6, 2, batch_first=True, bias=False).double().to(device)
    ours = MultiHead(6, 2).double().to(device)
    for name, weight in zip(("query", "key", "value"), theirs.in_proj_weight.chunk(3), strict=True):
        getattr(ours, name).weight.data = weight.detach()
    ours.query.bias.data.zero_()
    ours.out.weight.data = theirs.out_proj.weight.detach()
    x, y = (t.to(device) for t in drawn((3, 4, 6), (3, 5, 6)))
    mask = torch.tensor([[1, 1, 0, 0, 0], [1, 0, 1, 1, 0], [1, 1, 1, 1, 1]], device=device).bool()
    want, weights = theirs(x, y, y, key_padding_mask=~mask, average_attn_weights=False)
    torch.testing.assert_close(ours(x, y, mask), want)
    torch.testing.assert_close(ours.weights(x, y, mask), weights)


def test_block_is_a_transformer_layer_of_pytorch():
    ours = Block(6, 2).double()
    theirs = nn.TransformerEncoderLayer(6, 2, 12, 0.0, "gelu", batch_first=True, norm_first=True).double()
    look, think = ours.look, ours.think
    theirs.self_attn.in_proj_weight.data = torch.cat([look.query.weight, look.key.weight, look.value.weight]).detach()
    theirs.self_attn.in_proj_bias.data = torch.cat([look.query.bias, torch.zeros(12, dtype=torch.float64)]).detach()
    theirs.self_attn.out_proj.weight.data = look.out.weight.detach()
    theirs.linear1.load_state_dict(think[1].state_dict())
    theirs.linear2.load_state_dict(think[3].state_dict())
    x, mask = drawn((2, 4, 6))[0], torch.tensor([[True, True, False, True], [True, False, False, False]])
    real = mask.unsqueeze(2)
    torch.testing.assert_close(ours(x, mask) * real, theirs(x, src_key_padding_mask=~mask) * real)


@pytest.mark.parametrize("bad", [torch.nan, torch.inf, 1e300])
def test_masked_keys_and_values_may_hold_anything(bad):
    mask = torch.tensor([[True, False, True], [False, False, False]])
    results = []
    for filling in (bad, 0.0):
        q, k, v = drawn((2, 2, 4), (2, 3, 4), (2, 3, 4))
        k, v = (torch.where(mask[:, :, None], t, filling).requires_grad_() for t in (k, v))
        q.requires_grad_()
        out = fusion.attention(q, k, v, mask, heads=2)
        results.append((out, *torch.autograd.grad(out.square().sum() + out.sum(), (q, k, v))))
    for got, want in zip(*results, strict=True):
        assert torch.equal(got, want)
        assert got.isfinite().all()
    out, *grads = results[0]
    assert (out[1] == 0).all()  # nothing to look at
    assert all((grad[1] == 0).all() for grad in grads)
    assert all((grad[~mask] == 0).all() for grad in grads[1:])


@pytest.mark.parametrize("masked", [False, True])
def test_gradients(masked):
    leaves = [t.requires_grad_() for t in drawn((2, 2, 4), (2, 3, 4), (2, 3, 2))]
    mask = torch.tensor([[True, False, True], [False, False, False]]) if masked else None
    assert torch.autograd.gradcheck(lambda q, k, v: fusion.attention(q, k, v, mask, heads=2), leaves)


@pytest.mark.parametrize("scale", [1e2, 1e4])
def test_large_scores_stay_finite(scale):
    q, k, v = (t.float() for t in drawn((2, 3, 4), (2, 5, 4), (2, 5, 4)))
    q.requires_grad_()
    out = fusion.attention(scale * q, k, v, torch.tensor([[True] * 5, [True] + [False] * 4]))
    out.sum().backward()
    assert out.isfinite().all()
    assert q.grad.isfinite().all()


def test_the_order_of_the_keys_does_not_matter():
    q, k, v = drawn((2, 3, 4), (2, 5, 4), (2, 5, 4))
    order = torch.tensor([3, 0, 4, 2, 1])
    torch.testing.assert_close(fusion.attention(q, k[:, order], v[:, order]), fusion.attention(q, k, v))


def test_nothing_to_look_at_adds_nothing():
    layer, (x, y) = MultiHead(4, 2).double(), drawn((2, 3, 4), (2, 5, 4))
    assert (layer(x, y, torch.zeros(2, 5, dtype=torch.bool)) == 0).all()


def test_refuses():
    q, k, v = drawn((2, 3, 4), (2, 5, 4), (2, 5, 6))
    mask = torch.ones(2, 5, dtype=torch.bool)
    for call, error, match in [
        (lambda: fusion.attention(q, k[..., :3], v), ValueError, r"^key has shape \(2, 5, 3\), needs \(B=2, K, D=4\)$"),
        (lambda: fusion.attention(q, k, v[:, 1:]), ValueError, r"^value has shape \(2, 4, 6\), needs \(B=2, K=5, E\)$"),
        (lambda: fusion.attention(q.long(), k, v), TypeError, "^query has dtype torch.int64, needs a floating dtype$"),
        (lambda: fusion.attention(q, k, v, mask.double()), TypeError, "^key_mask has dtype torch.float64, needs bool"),
        (
            lambda: fusion.attention(q, k, v, mask.T),
            ValueError,
            r"^key_mask has shape \(5, 2\), needs \(2, 5\), \(B, K\)$",
        ),
        (
            lambda: fusion.attention(q, k, v, mask.to("meta")),
            ValueError,
            "^key_mask is on meta, needs cpu, the device of key$",
        ),
        (lambda: fusion.attention(q, k, v, heads=3), ValueError, "^heads is 3, needs a divisor of dim = 4$"),
        (lambda: fusion.attention(q, k, v, heads=0), ValueError, "^heads is 0, needs a whole number >= 1$"),
        (lambda: MultiHead(6, 4), ValueError, "^heads is 4, needs a divisor of dim = 6$"),
    ]:
        with pytest.raises(error, match=match):
            call()
