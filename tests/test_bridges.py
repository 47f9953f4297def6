"""Bridges: against plain loops, with masks and NaN in the padding, and every refusal."""

import math

import pytest
import torch
from torch import nn

from fusion_edu import bridges, fusion, losses

B, T, D, E = 3, 5, 4, 6


def tokens(seed=0, dtype=torch.float64):
    return torch.randn(B, T, D, generator=torch.Generator().manual_seed(seed), dtype=dtype)


MASK = torch.tensor([[1, 1, 1, 1, 1], [1, 0, 1, 0, 0], [0, 0, 0, 0, 0]]).bool()


def made(build):
    torch.manual_seed(2)
    return build().double()


@pytest.mark.parametrize("hidden", [None, 3])
def test_a_projector_is_a_map_of_each_token(hidden, device):
    layer, x = made(lambda: bridges.Projector(D, E, hidden=hidden)).to(device), tokens().to(device)
    got = layer(x)
    maps = [m for m in layer.modules() if isinstance(m, nn.Linear)]
    for b in range(B):
        for t in range(T):
            row = x[b, t].tolist()
            for k, m in enumerate(maps):
                row = [
                    sum(w * v for w, v in zip(ws, row, strict=True)) + c
                    for ws, c in zip(m.weight.tolist(), m.bias.tolist(), strict=True)
                ]
                if k + 1 < len(maps):
                    row = [v * (1 + math.erf(v / 2**0.5)) / 2 for v in row]
            torch.testing.assert_close(got[b, t].cpu(), torch.tensor(row, dtype=torch.float64))


def test_a_prefix_is_a_map_of_the_mean_of_the_real_tokens(device):
    layer, x = made(lambda: bridges.Prefix(D, E, tokens=2)).to(device), tokens().to(device)
    spoilt = x.masked_fill(~MASK.to(device)[..., None], torch.nan)
    got = layer(spoilt, MASK.to(device))
    for b in range(B):
        real = [row for row, r in zip(x[b].tolist(), MASK[b].tolist(), strict=True) if r]
        mean = [sum(column) / len(real) for column in zip(*real, strict=True)] if real else [0.0] * D
        flat = [
            sum(w * v for w, v in zip(ws, mean, strict=True)) + c
            for ws, c in zip(layer.map.weight.tolist(), layer.map.bias.tolist(), strict=True)
        ]
        torch.testing.assert_close(got[b].flatten().cpu(), torch.tensor(flat, dtype=torch.float64))
    torch.testing.assert_close(layer(x[:, 0]), layer(x[:, :1]))  # a vector is one token
    got.sum().backward()
    assert all(p.grad.isfinite().all() for p in layer.parameters())


def by_hand(layer, x, mask):
    """One cross-attention layer of a resampler: norm, scores head by head, weighted mean, and the hidden layer, as loops over queries."""
    block, heads = layer.layers[0], layer.layers[0].look.heads
    look, norm = block.look, block.norm
    seen = layer.project(x) + (0 if layer.where is None else layer.where)
    out = []
    for b in range(len(x)):
        keys = norm(seen[b][mask[b]])
        rows = []
        for q in layer.queries:
            asked = look.query(norm(q))
            parts = []
            for h in range(heads):
                part = slice(h * E // heads, (h + 1) * E // heads)
                if not len(keys):
                    parts.append(torch.zeros(E // heads, dtype=x.dtype))
                    continue
                scores = [(asked[part] @ look.key(k)[part]).item() / math.sqrt(E / heads) for k in keys]
                total = sum(math.exp(s) for s in scores)
                parts.append(sum(math.exp(s) / total * look.value(k)[part] for s, k in zip(scores, keys, strict=True)))
            found = q + look.out(torch.cat(parts))
            rows.append(found + block.think(found))
        out.append(torch.stack(rows))
    return torch.stack(out)


@pytest.mark.parametrize("places", [None, T])
def test_a_resampler_equals_plain_loops(places):
    layer, x = made(lambda: bridges.Resampler(D, E, queries=2, places=places, heads=2)), tokens()
    torch.testing.assert_close(layer(x, MASK), by_hand(layer, x, MASK))
    torch.testing.assert_close(layer(x), by_hand(layer, x, torch.ones_like(MASK)))


def test_padding_may_hold_anything_and_changes_nothing():
    for talk in (False, True):
        layer, x = (
            made(lambda t=talk: bridges.Resampler(D, E, queries=2, heads=2, layers=2, self_attention=t)),
            tokens(),
        )
        spoilt = x.masked_fill(~MASK[..., None], torch.nan)
        got = layer(spoilt, MASK)
        torch.testing.assert_close(got, layer(x, MASK))
        got.sum().backward()
        assert all(p.grad is None or p.grad.isfinite().all() for p in layer.parameters())
        assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in layer.project.parameters())
        torch.testing.assert_close(got[1], layer(x[1:2, [0, 2]])[0])  # the padding cut away
        torch.testing.assert_close(got, layer(x.flip(0), MASK.flip(0)).flip(0))


def test_without_places_the_order_of_tokens_does_not_matter_and_with_them_it_does():
    x, order = tokens(), torch.tensor([3, 0, 4, 1, 2])
    without = made(lambda: bridges.Resampler(D, E, queries=2))
    torch.testing.assert_close(without(x[:, order]), without(x))
    with_places = made(lambda: bridges.Resampler(D, E, queries=2, places=T))
    assert (with_places(x[:, order]) - with_places(x)).abs().max() > 1e-3


def test_queries_that_talk_see_each_other():
    """Changing one query moves what the others give only where they look at each other."""
    for talk, moves in ((False, False), (True, True)):
        layer, x = made(lambda t=talk: bridges.Resampler(D, E, queries=3, self_attention=t)), tokens()
        before = layer(x).detach()
        with torch.no_grad():
            layer.queries[0] += torch.arange(E)  # a constant would be normalised away
        assert ((layer(x) - before)[:, 1:].abs().max() > 1e-6) == moves


def test_weights_are_those_of_the_first_layer():
    layer, x = made(lambda: bridges.Resampler(D, E, queries=2, heads=2, places=T, self_attention=True)), tokens()
    weights = layer.weights(x, MASK)
    assert weights.shape == (B, 2, 2, T)
    sums = weights.sum(3)
    torch.testing.assert_close(sums[:2], torch.ones_like(sums[:2]))
    assert (weights.masked_select(~MASK[:, None, None].expand_as(weights)) == 0).all()
    block, queries = layer.layers[0], layer.talk[0](layer.queries[None].expand(B, -1, -1))
    seen = layer.project(x) + layer.where
    by_name = fusion.attention_weights(
        block.look.query(block.norm(queries)), block.look.key(block.norm(seen)), MASK, heads=2
    )
    torch.testing.assert_close(weights, by_name)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: bridges.Projector(0, 3), ValueError, "inputs is 0, needs"),
        (lambda: bridges.Projector(2, 3, hidden=0), ValueError, "hidden is 0, needs"),
        (lambda: bridges.Prefix(2, 3, tokens=0), ValueError, "tokens is 0, needs"),
        (lambda: bridges.Resampler(2, 3, queries=0), ValueError, "queries is 0, needs"),
        (lambda: bridges.Resampler(2, 3, queries=1, heads=2), ValueError, "heads is 2, needs a divisor of dim = 3"),
        (lambda: bridges.Resampler(2, 3, queries=1, layers=0), ValueError, "layers is 0, needs"),
        (lambda: bridges.Resampler(2, 3, queries=1, places=0), ValueError, "places is 0, needs"),
        (lambda: bridges.Projector(D, E)(tokens()), TypeError, "tokens has dtype torch.float64, needs torch.float32"),
        (
            lambda: bridges.Projector(D, E)(torch.zeros(B, T, D).long()),
            TypeError,
            "tokens has dtype torch.int64, needs",
        ),
        (lambda: bridges.Projector(D, E)(torch.zeros(B, D)), ValueError, r"tokens has shape \(3, 4\), needs"),
        (lambda: bridges.Prefix(D, E, tokens=1)(torch.zeros(B, 0, D)), ValueError, "needs T >= 1"),
        (
            lambda: bridges.Resampler(D, E, queries=1, places=4)(torch.zeros(B, T, D)),
            ValueError,
            r"tokens has shape \(3, 5, 4\), needs \(B, T?4?",
        ),
        (
            lambda: bridges.Resampler(D, E, queries=1)(torch.zeros(B, T, D), MASK.float()),
            TypeError,
            "mask has dtype torch.float32, needs bool",
        ),
        (
            lambda: bridges.Resampler(D, E, queries=1)(torch.zeros(B, T, D), MASK[:, :3]),
            ValueError,
            r"mask has shape \(3, 3\)",
        ),
    ],
)
def test_refusals(call, error, says):
    with pytest.raises(error, match=says):
        call()


# --- the loss behind a prefix ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", [1, 2, 4])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_the_loss_equals_plain_loops(prefix, reduction, device):
    generator = torch.Generator().manual_seed(prefix)
    logits = torch.randn(3, prefix + 4, 5, generator=generator, dtype=torch.float64)
    target = torch.tensor([[1, 4, 2, 3], [2, 0, 0, 0], [3, 3, 0, 0]])
    each, tokens_of = [], 0
    for row, text in zip(logits.tolist(), target.tolist(), strict=True):
        total = 0.0
        for j, token in enumerate(text):
            if token:
                said = row[prefix - 1 + j]
                total += math.log(sum(math.exp(v) for v in said)) - said[token]
                tokens_of += 1
        each.append(total)
    want = {"none": each, "sum": sum(each), "mean": sum(each) / tokens_of}[reduction]
    logits = logits.to(device).requires_grad_()
    got = losses.prefix_cross_entropy(logits, target.to(device), prefix=prefix, reduction=reduction)
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))
    got.sum().backward()
    assert (logits.grad[:, : prefix - 1] == 0).all()
    assert (logits.grad[:, -1] == 0).all()


def test_the_loss_weighs_texts_and_refuses():
    logits, target = torch.randn(2, 5, 4), torch.tensor([[1, 2], [3, 0]])
    each = losses.prefix_cross_entropy(logits, target, prefix=3, reduction="none")
    got = losses.prefix_cross_entropy(logits, target, prefix=3, weight=torch.tensor([1.0, 3.0]))
    torch.testing.assert_close(got, (each[0] + 3 * each[1]) / (2 * 1 + 1 * 3))
    with pytest.raises(ValueError, match=r"^logits has shape \(2, 5, 4\), needs \(B=2, 6, C\)"):
        losses.prefix_cross_entropy(logits, target, prefix=4)
    with pytest.raises(ValueError, match=r"^prefix is 0, needs a whole number >= 1"):
        losses.prefix_cross_entropy(logits, target, prefix=0)
