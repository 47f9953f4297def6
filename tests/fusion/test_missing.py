"""Modality dropout, learned tokens, and prediction of what is missing: values by plain loops, chances, gradients, refusals."""

import copy
import io

import pytest
import torch
from fusion_layers import DIMS, B, inputs, some_present, spoilt
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fusion_edu import fusion
from fusion_edu.fusion import CrossModalImputer, MissingTokens, ModalityDropout, drop_modalities
from fusion_edu.model import FusionModel

few = settings(max_examples=25, deadline=None, derandomize=True)
M = len(DIMS)


def kept_by_hand(present, u, p):
    rows = []
    for row, draws in zip(present.tolist(), u.tolist(), strict=True):
        kept = [here and draw >= p for here, draw in zip(row, draws, strict=True)]
        if not any(kept):
            kept[max((m for m, here in enumerate(row) if here), key=lambda m: draws[m])] = True
        rows.append(kept)
    return torch.tensor(rows)


@pytest.mark.parametrize("p", [0.0, 0.3, 0.8])
def test_dropout_equals_plain_loops(p):
    present = some_present(DIMS, batch=50)
    u = torch.rand(present.shape, generator=torch.Generator().manual_seed(4))
    got = drop_modalities(present, p, generator=torch.Generator().manual_seed(4))
    assert torch.equal(got, kept_by_hand(present, u, p))


@few
@given(p=st.floats(0, 1), seed=st.integers(0, 2**31), n=st.integers(1, 20))
def test_dropout_only_hides_and_never_all(p, seed, n):
    present = some_present(DIMS, batch=n, seed=seed)
    got = drop_modalities(present, p, generator=torch.Generator().manual_seed(seed))
    assert not (got & ~present).any()
    assert got.any(dim=1).all()
    if p == 0:
        assert torch.equal(got, present)
    if p == 1:
        assert (got.sum(dim=1) == 1).all()


def test_the_chances_are_those_of_independent_draws():
    """Of two modalities: both (1-p)^2, each alone p(1-p) + p^2/2, none never."""
    n, p = 40_000, 0.4
    got = drop_modalities(torch.ones(n, 2, dtype=torch.bool), p, generator=torch.Generator().manual_seed(0))
    both, first = (got.sum(1) == 2).double().mean().item(), (got[:, 0] & ~got[:, 1]).double().mean().item()
    assert both == pytest.approx(0.36, abs=0.01)
    assert first == pytest.approx(0.4 * 0.6 + 0.08, abs=0.01)


def test_draws_come_from_the_generator_alone():
    present = torch.ones(30, 3, dtype=torch.bool)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    a, b = (drop_modalities(present, 0.5, generator=torch.Generator().manual_seed(2)) for _ in range(2))
    assert torch.equal(a, b)
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.equal(drop_modalities(present, 0.5), drop_modalities(present, 0.5))


def test_the_layer_inside_sees_what_was_kept(device):
    inside = fusion.WeightedSum(DIMS, 5).double().to(device)
    layer = ModalityDropout(inside, 0.5).train()
    x = {m: v.to(device) for m, v in inputs(DIMS).items()}
    torch.manual_seed(8)
    got = layer(x)
    torch.manual_seed(8)
    want = inside(x, drop_modalities(torch.ones(B, M, dtype=torch.bool, device=device), 0.5))
    assert torch.equal(got, want)
    assert torch.equal(layer.eval()(x), inside(x))
    present = some_present(DIMS).to(device)
    assert torch.equal(layer(x, present), inside(x, present))


def test_nothing_is_rescaled():
    layer = ModalityDropout(fusion.Concat(DIMS), 0.5).train()
    x = inputs(DIMS, batch=200)
    got = layer(x).split(list(DIMS.values()), dim=1)
    for part, given_ in zip(got, x.values(), strict=True):
        away = (part == 0).all(1)
        assert 0 < away.sum() < 200
        assert torch.equal(part[~away], given_[~away])


def test_no_gradient_reaches_a_hidden_modality_and_nan_never_leaks():
    present = some_present(DIMS)
    x = spoilt(inputs(DIMS), present, torch.nan)
    layer = ModalityDropout(fusion.Gated(DIMS, 5).double(), 0.6).train()
    out = layer(x, present)
    out.sum().backward()
    assert out.isfinite().all()
    for v, here in zip(x.values(), present.unbind(1), strict=True):
        assert v.grad.isfinite().all()
        assert (v.grad[~here] == 0).all()


def test_it_stands_around_layers_of_tokens_too():
    dims = {"image": 4, "text": 4}
    layer = ModalityDropout(fusion.CrossAttention(dims, 6), 0.5).train()
    x = {m: torch.randn(3, 5, 4) for m in dims}
    masks = {"text": torch.tensor([[True] * 5, [True] * 2 + [False] * 3, [True] * 4 + [False]])}
    assert layer(x, masks=masks).shape == (3, 6)


def test_it_fits_into_a_model():
    layer = ModalityDropout(MissingTokens(fusion.Concat(DIMS)), 0.5)
    assert layer.dims == DIMS
    assert layer.dim == sum(DIMS.values())
    model = FusionModel({m: nn.Identity() for m in DIMS}, layer, nn.Linear(layer.dim, 4)).double()
    assert model(inputs(DIMS), some_present(DIMS)).shape == (B, 4)
    assert "p=0.5" in repr(model)


def test_tokens_stand_where_something_is_missing(device):
    layer = MissingTokens(fusion.Concat(DIMS)).double().to(device)
    for m in DIMS:
        layer.token[m].data.normal_()
    x, present = {m: v.to(device) for m, v in inputs(DIMS).items()}, some_present(DIMS).to(device)
    got = layer(x, present)
    for i in range(B):
        row = [x[m][i] if present[i, k] else layer.token[m] for k, m in enumerate(DIMS)]
        assert torch.equal(got[i], torch.cat(row))
    assert torch.equal(layer(x), layer.layer(x))


def test_fresh_tokens_are_the_zeros_of_the_layer_inside():
    inside = fusion.Concat(DIMS).double()
    x, present = inputs(DIMS), some_present(DIMS)
    assert torch.equal(MissingTokens(inside).double()(x, present), inside(x, present))


def test_a_token_learns_from_the_rows_that_lack_its_modality_alone():
    layer = MissingTokens(fusion.Concat(DIMS)).double()
    present = some_present(DIMS)
    x = spoilt(inputs(DIMS), present, torch.nan)
    layer(x, present).sum().backward()
    for m, here in zip(DIMS, present.unbind(1), strict=True):
        assert (layer.token[m].grad == float((~here).sum())).all()
        assert torch.equal(x[m].grad, here[:, None].expand_as(x[m]).double())


def test_gradients_of_tokens_and_inputs():
    layer, present = MissingTokens(fusion.Concat(DIMS, 3)).double(), some_present(DIMS)
    names = [name for name, _ in layer.named_parameters()]

    def run(*tensors):
        parts = dict(zip(DIMS, tensors, strict=False))
        return torch.func.functional_call(layer, dict(zip(names, tensors[M:], strict=True)), (parts, present))

    leaves = [*inputs(DIMS).values(), *(torch.randn_like(p) for p in layer.parameters())]
    assert torch.autograd.gradcheck(run, [leaf.detach().requires_grad_() for leaf in leaves])


def imputer():
    torch.manual_seed(3)
    return CrossModalImputer(DIMS, hidden=7).double()


def test_the_imputer_equals_plain_loops(device):
    net, x, present = imputer(), inputs(DIMS), some_present(DIMS)
    first, second = net.net[0], net.net[2]
    got = copy.deepcopy(net).to(device)({m: v.to(device) for m, v in x.items()}, present.to(device))
    for i in range(B):
        seen = [v for k, m in enumerate(DIMS) for v in (x[m][i].tolist() if present[i, k] else [0.0] * DIMS[m])]
        seen += [float(h) for h in present[i]]
        hidden = [max(sum(w * s for w, s in zip(row, seen, strict=True)) + b, 0.0)
                  for row, b in zip(first.weight.tolist(), first.bias.tolist(), strict=True)]  # fmt: skip
        made = [sum(w * h for w, h in zip(row, hidden, strict=True)) + b
                for row, b in zip(second.weight.tolist(), second.bias.tolist(), strict=True)]  # fmt: skip
        row = torch.cat([got[m][i].cpu() for m in DIMS])
        torch.testing.assert_close(row, torch.tensor(made, dtype=torch.float64))


def test_fill_keeps_what_is_there_and_predicts_the_rest():
    net, present = imputer(), some_present(DIMS)
    x = spoilt(inputs(DIMS), present, torch.nan)
    filled, made = net.fill(x, present), net(x, present)
    for m, here in zip(DIMS, present.unbind(1), strict=True):
        assert torch.equal(filled[m][here], x[m][here])
        assert torch.equal(filled[m][~here], made[m][~here])
    sum(v.sum() for v in filled.values()).backward()
    assert all(v.grad.isfinite().all() for v in x.values())
    assert all(p.grad.isfinite().all() for p in net.parameters())


def test_hidden_error_equals_plain_loops():
    net, present = imputer(), torch.ones(B, M, dtype=torch.bool)
    present[0, 2] = False
    shown = drop_modalities(present, 0.5, generator=torch.Generator().manual_seed(5))
    shown[1] = True
    x = spoilt(inputs(DIMS), present, torch.nan)
    got, made = net.hidden_error(x, shown, present), net(x, shown)
    for i in range(B):
        errors = [
            sum((a - b) ** 2 for a, b in zip(made[m][i].tolist(), x[m][i].tolist(), strict=True)) / d
            for k, (m, d) in enumerate(DIMS.items())
            if present[i, k] and not shown[i, k]
        ]
        assert got[i].item() == pytest.approx(sum(errors) / len(errors) if errors else 0.0)
    assert got[1] == 0
    got.sum().backward()
    assert all(p.grad.isfinite().all() for p in net.parameters())


def test_it_learns_what_one_modality_says_of_the_other():
    """b = a W: the linear truth is within reach of the hidden layer, and beats the mean by far."""
    generator = torch.Generator().manual_seed(0)
    a = torch.randn(400, 3, generator=generator)
    x = {"a": a, "b": a @ torch.randn(3, 2, generator=generator)}
    torch.manual_seed(0)
    net = CrossModalImputer({"a": 3, "b": 2}, hidden=32)
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    shown = torch.tensor([[True, False]]).expand(400, 2)
    for _ in range(200):
        optimizer.zero_grad()
        net.hidden_error(x, shown).mean().backward()
        optimizer.step()
    with torch.no_grad():
        assert net.hidden_error(x, shown).mean() < 0.05 * x["b"].square().mean()


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(rows):
    x, present = inputs(DIMS, batch=rows), torch.ones(rows, M, dtype=torch.bool)
    assert drop_modalities(present, 0.5).shape == (rows, M)
    assert ModalityDropout(fusion.Concat(DIMS), 0.5).train()(x).shape[0] == rows
    assert MissingTokens(fusion.Concat(DIMS)).double()(x, present).shape[0] == rows
    assert imputer().hidden_error(x, present).shape == (rows,)


def test_it_survives_a_state_dict():
    layer = ModalityDropout(MissingTokens(fusion.Concat(DIMS, 4)), 0.5).double().eval()
    for p in layer.parameters():
        p.data.normal_()
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    other = ModalityDropout(MissingTokens(fusion.Concat(DIMS, 4)), 0.5).double().eval()
    other.load_state_dict(torch.load(file, weights_only=True))
    x, present = inputs(DIMS), some_present(DIMS)
    assert torch.equal(layer(x, present), other(x, present))


def one_hidden():
    """Something is present in each row, and something is shown, but never the same."""
    present = torch.tensor([[True, False, False]]).expand(B, M)
    return ~present, present


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: drop_modalities(torch.ones(2, 2), 0.5), TypeError, r"^present has dtype torch.float32, needs bool"),
        (lambda: drop_modalities(torch.ones(2).bool(), 0.5), ValueError, r"^present has shape \(2,\), needs \(B, M\)$"),
        (lambda: drop_modalities(torch.zeros(2, 2).bool(), 0.5), ValueError, r"^present has no modality in row 0"),
        (lambda: drop_modalities(torch.ones(2, 2).bool(), 1.5), ValueError, r"^p is 1.5, needs a probability, 0 to 1$"),
        (lambda: ModalityDropout(fusion.Concat(DIMS), -0.1), ValueError, r"^p is -0.1, needs"),
        (lambda: ModalityDropout(nn.Linear(2, 2), 0.5), TypeError, r"^layer is a Linear, needs a fusion layer with dims"),
        (lambda: MissingTokens("Concat"), TypeError, r"^layer is a str, needs a fusion layer"),
        (lambda: ModalityDropout(fusion.Concat(DIMS), 0.5)([1]), TypeError, r"^x is a list, needs a dict"),
        (lambda: CrossModalImputer(DIMS, hidden=0), ValueError, r"^hidden is 0, needs"),
        (lambda: imputer().hidden_error(inputs(DIMS), torch.ones(B, 2).bool()), ValueError, r"^shown has shape"),
        (lambda: imputer().hidden_error(inputs(DIMS), torch.ones(B, M)), TypeError, r"^shown has dtype torch.float32"),
        (lambda: imputer().hidden_error(inputs(DIMS), *one_hidden()), ValueError, r"^shown has no modality in row 0"),
        (lambda: imputer()({"image": torch.zeros(2, 3)}), ValueError, r"^x lacks 'text'"),
    ],
)  # fmt: skip
def test_refusals(call, error, match):
    with pytest.raises(error, match=match):
        call()
