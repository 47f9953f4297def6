"""Fusion of sequences: what holds for every layer that takes tokens, beside test_every_fusion, which gives them vectors."""

import pytest
import torch
from fusion_oracles import by_hand

from fusion_edu import fusion

DIMS = {"image": 3, "text": 4, "audio": 2}
LENGTHS = {"image": 5, "text": 3}  # audio stays a vector
B = 4
LAYERS = {
    "attention_pool": lambda: fusion.AttentionPool(DIMS, 6, heads=2),
    "self_attention": lambda: fusion.SelfAttention(DIMS, 6, heads=2, layers=2),
    "cross_attention": lambda: fusion.CrossAttention(DIMS, 6, query="text", heads=3),
    "bottleneck": lambda: fusion.Bottleneck(DIMS, 6, tokens=2, heads=2, layers=3),
}
every_layer = pytest.mark.parametrize("name", LAYERS)


def made(name):
    torch.manual_seed(1)
    return LAYERS[name]().double()


def inputs(seed=2):
    generator = torch.Generator().manual_seed(seed)
    shapes = {m: (B, LENGTHS[m], d) if m in LENGTHS else (B, d) for m, d in DIMS.items()}
    return {m: torch.randn(*shape, generator=generator, dtype=torch.float64) for m, shape in shapes.items()}


MASKS = {
    "image": torch.tensor([[1, 1, 1, 1, 1], [1, 0, 0, 1, 0], [0, 0, 0, 0, 1], [1, 1, 0, 0, 0]]).bool(),
    "text": torch.tensor([[1, 1, 0], [1, 1, 1], [0, 0, 0], [1, 0, 0]]).bool(),  # sample 2 has an empty text
}
PRESENT = torch.tensor([[1, 1, 1], [0, 1, 1], [1, 1, 0], [1, 0, 1]]).bool()


def rows_of(x, present, masks):
    for i in range(B):
        row = {}
        for k, (m, v) in enumerate(x.items()):
            tokens = v[i][masks[m][i]].tolist() if m in masks else v[i].tolist()
            row[m] = tokens if present[i, k] and tokens else None
        yield row


@every_layer
@pytest.mark.parametrize("missing", [False, True])
def test_equals_plain_loops(name, missing, device):
    layer, x = made(name), inputs()
    present = PRESENT if missing else torch.ones(B, 3, dtype=torch.bool)
    masks = MASKS if missing else {}
    want = torch.tensor([by_hand(name, layer, row) for row in rows_of(x, present, masks)], dtype=torch.float64)
    on = {m: v.to(device) for m, v in x.items()}
    got = layer.to(device)(on, present.to(device), {m: mask.to(device) for m, mask in masks.items()})
    torch.testing.assert_close(got.cpu(), want, rtol=1e-10, atol=1e-12)


@every_layer
@pytest.mark.parametrize("bad", [torch.nan, torch.inf, 1e300])
def test_padding_may_hold_anything(name, bad):
    layer = made(name)
    results = []
    for filling in (bad, 0.0):
        layer.zero_grad()
        x = {m: torch.where(MASKS[m][:, :, None], v, filling) if m in MASKS else v for m, v in inputs().items()}
        x = {m: v.requires_grad_() for m, v in x.items()}
        out = layer(x, None, MASKS)
        out.square().sum().backward()
        results.append((out, *(v.grad for v in x.values()), *(p.grad for p in layer.parameters())))
    for got, want in zip(*results, strict=True):
        assert got.isfinite().all()
        assert torch.equal(got, want)


@every_layer
def test_longer_padding_changes_nothing(name):
    layer, x = made(name), inputs()
    longer = {m: torch.cat([x[m], torch.full((B, 2, DIMS[m]), 7.0, dtype=torch.float64)], 1) for m in MASKS}
    masks = {m: torch.cat([mask, torch.zeros(B, 2, dtype=torch.bool)], 1) for m, mask in MASKS.items()}
    torch.testing.assert_close(layer(x | longer, PRESENT, masks), layer(x, PRESENT, MASKS))


@every_layer
def test_an_empty_sequence_is_a_missing_modality(name):
    layer, x = made(name), inputs()
    masks = {"text": torch.zeros(B, 3, dtype=torch.bool)}
    present = torch.tensor([True, False, True]).expand(B, 3)
    torch.testing.assert_close(layer(x, None, masks), layer(x, present))


@every_layer
def test_a_vector_is_one_token(name):
    layer, x = made(name), inputs()
    torch.testing.assert_close(layer(x), layer(x | {"audio": x["audio"].unsqueeze(1)}))


@every_layer
def test_tokens_have_no_order_of_their_own(name):
    layer, x = made(name), inputs()
    order = torch.tensor([4, 2, 0, 1, 3])
    turned, masks = x | {"image": x["image"][:, order]}, MASKS | {"image": MASKS["image"][:, order]}
    torch.testing.assert_close(layer(turned, PRESENT, masks), layer(x, PRESENT, MASKS))


@every_layer
def test_samples_stay_apart(name):
    """Regression, fusilli 2.0.0: attention over tables (B, D) runs across the samples of the batch."""
    layer, x = made(name), inputs()
    out = layer(x, PRESENT, MASKS)
    for i in range(B):
        one = {m: v[i : i + 1] for m, v in x.items()}
        alone = layer(one, PRESENT[i : i + 1], {m: mask[i : i + 1] for m, mask in MASKS.items()})
        torch.testing.assert_close(alone, out[i : i + 1])


@every_layer
def test_is_compiled_as_one_graph(name):
    layer, x = made(name), inputs()
    torch.compiler.reset()
    compiled = torch.compile(layer, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(x, PRESENT, MASKS), layer(x, PRESENT, MASKS))


@pytest.mark.parametrize("name", ["attention_pool", "cross_attention"])
def test_weights_sum_to_one_over_what_is_there(name):
    layer, x = made(name), inputs()
    weights = layer.weights(x, PRESENT, MASKS)
    keys = [
        MASKS["image"] & PRESENT[:, :1],
        *([MASKS["text"] & PRESENT[:, 1:2]] if name == "attention_pool" else []),
        PRESENT[:, 2:],
    ]
    keys = torch.cat(keys, 1)
    assert weights.shape[-1] == keys.shape[1]
    total = weights.sum(-1)
    torch.testing.assert_close(total, torch.ones_like(total))
    flat = weights.flatten(1, -2)
    assert (flat.masked_select(~keys[:, None].expand_as(flat)) == 0).all()


def test_nobody_to_look_at_leaves_a_token_what_it_is():
    layer, x = made("cross_attention"), inputs()
    present = torch.tensor([False, True, False]).expand(B, 3)
    z = layer.project["text"](x["text"])
    torch.testing.assert_close(layer(x, present), (z + layer.block.think(z)).mean(1))
    assert (layer.weights(x, present) == 0).all()


def test_one_head_of_attention_pooling_is_a_gate():
    pool, gate = fusion.AttentionPool(DIMS, 6).double(), fusion.Gated(DIMS, 6).double()
    gate.project.load_state_dict(pool.project.state_dict())
    gate.score.weight.data = pool.query.detach()[None] / 6**0.5
    x = inputs() | {m: inputs()[m][:, 0] for m in LENGTHS}
    torch.testing.assert_close(pool(x, PRESENT), gate(x, PRESENT))


@every_layer
def test_refuses(name):
    layer, x = made(name), inputs()
    none = {"image": torch.zeros(B, 5, dtype=torch.bool)}
    only_image = torch.tensor([True, False, False]).expand(B, 3)
    for call, error, match in [
        (
            lambda: layer(x, None, {"smell": MASKS["text"]}),
            ValueError,
            "^masks has 'smell', needs modalities out of image",
        ),
        (lambda: layer(x, None, [MASKS["text"]]), TypeError, "^masks is a list, needs a dict: modality -> "),
        (
            lambda: layer(x, None, {"text": MASKS["text"].double()}),
            TypeError,
            r"^masks\['text'\] has dtype torch.float64",
        ),
        (
            lambda: layer(x, None, {"text": MASKS["image"]}),
            ValueError,
            r"^masks\['text'\] has shape \(4, 5\), needs \(4, 3\)",
        ),
        (
            lambda: layer(x, None, {"text": MASKS["text"].to("meta")}),
            ValueError,
            r"^masks\['text'\] is on meta, needs cpu",
        ),
        (lambda: layer(x, only_image, none), ValueError, "^masks leave no token in row 0, needs at least one"),
        (
            lambda: layer(x | {"text": x["text"][..., :3]}),
            ValueError,
            r"^x\['text'\] has shape \(4, 3, 3\), needs \(B=4, T_text, 4\)",
        ),
    ]:
        with pytest.raises(error, match=match):
            call()


def test_refuses_at_construction():
    for build, match in [
        (
            lambda: fusion.Bottleneck(DIMS, 6, layers=1),
            "^layers is 1, needs >= 2: what one modality writes is read in the",
        ),
        (lambda: fusion.Bottleneck(DIMS, 6, tokens=0), "^tokens is 0, needs a whole number >= 1$"),
        (lambda: fusion.SelfAttention(DIMS, 6, layers=0), "^layers is 0, needs a whole number >= 1$"),
        (lambda: fusion.AttentionPool(DIMS, 6, heads=4), "^heads is 4, needs a divisor of dim = 6$"),
        (lambda: fusion.CrossAttention(DIMS, 6, query="smell"), "^query is 'smell', needs one of image, text, audio$"),
        (lambda: fusion.CrossAttention({"image": 3}, 6), "^dims has 1 modalities, needs at least 2$"),
        (lambda: fusion.AttentionPool(DIMS, 0), "^dim is 0, needs a whole number >= 1$"),
    ]:
        with pytest.raises(ValueError, match=match):
            build()
