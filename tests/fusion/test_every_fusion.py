"""What holds for every fusion layer: values, gradients, missing modalities, rows, order, devices, errors."""

import copy
import io

import numpy as np
import pytest
import torch
from fusion_layers import CASES, DIMS, B, every_layer, inputs, some_present, spoilt
from fusion_oracles import by_hand
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu import fusion

few = settings(max_examples=12, deadline=None, derandomize=True)


def test_the_table_has_every_layer():
    layers = {name for name in fusion.__all__ if isinstance(getattr(fusion, name), type)} - {"Stacking"}
    layers -= {"CrossModalImputer", "MissingTokens", "ModalityDropout"}  # test_missing.py
    assert {type(case.layer()).__name__ for case in CASES.values()} == layers


def rows_of(x, present):
    for i in range(len(present)):
        yield {m: v[i].tolist() if present[i, k] else None for k, (m, v) in enumerate(x.items())}


def oracle(case, layer, x, present):
    rows = [by_hand(case.oracle, layer, row) for row in rows_of(x, present)]
    return torch.tensor(rows, dtype=torch.float64)


@every_layer
@pytest.mark.parametrize("missing", [False, True], ids=["all there", "some missing"])
def test_equals_plain_loops(case, missing, device):
    layer, x = case.layer(), inputs(case.dims)
    present = some_present(case.dims) if missing else torch.ones(B, len(case.dims), dtype=torch.bool)
    want = oracle(case, layer, x, present)
    got = layer.to(device)({m: v.to(device) for m, v in x.items()}, present.to(device))
    assert got.device.type == device.type
    assert got.shape == (B, getattr(layer, "dim", 4))
    torch.testing.assert_close(got.cpu(), want, rtol=1e-10, atol=1e-12)


@every_layer
def test_all_present_is_the_default(case):
    layer, x = case.layer(), inputs(case.dims)
    torch.testing.assert_close(layer(x), layer(x, torch.ones(B, len(case.dims), dtype=torch.bool)))


@every_layer
@few
@given(data=st.data())
def test_any_shape_equals_plain_loops(case, data):
    batch = data.draw(st.integers(1, 5), "batch")
    width = st.integers(1, 4)
    same = len(set(case.dims.values())) == 1
    dims = dict.fromkeys(case.dims, data.draw(width)) if same else {m: data.draw(width) for m in case.dims}
    layer, x, present = (
        case.layer(dims),
        inputs(dims, batch),
        some_present(dims, batch, seed=data.draw(st.integers(0, 99))),
    )
    torch.testing.assert_close(layer(x, present), oracle(case, layer, x, present), rtol=1e-9, atol=1e-11)


@pytest.mark.sample(25)
@every_layer
@pytest.mark.parametrize("missing", [False, True], ids=["all there", "some missing"])
def test_gradients_of_inputs_and_parameters(case, missing):
    layer, x = case.layer(), inputs(case.dims, batch=4)
    names = [name for name, _ in layer.named_parameters()]
    present = some_present(case.dims, batch=4) if missing else None

    def run(*tensors):
        parts = dict(zip(x, tensors, strict=False))
        return torch.func.functional_call(layer, dict(zip(names, tensors[len(x) :], strict=True)), (parts, present))

    leaves = [v.requires_grad_() for v in x.values()] + [
        p.detach().clone().requires_grad_() for p in layer.parameters()
    ]
    many = sum(leaf.numel() for leaf in leaves) > 400  # number by number they would take minutes
    assert torch.autograd.gradcheck(run, leaves, fast_mode=many)


@every_layer
def test_every_parameter_gets_a_gradient(case):
    """Regression, MultiBench: factors in a Python list are no parameters; 132 of 198,276 were registered."""
    layer = case.layer()
    out = layer({m: v.requires_grad_() for m, v in inputs(case.dims).items()})
    (torch.randn_like(out) * out).sum().backward()
    for name, p in layer.named_parameters():
        assert p.grad is not None, name
        assert (p.grad != 0).all(), name


@every_layer
def test_no_tensor_hides_from_parameters_and_buffers(case):
    layer = case.layer()
    known = {id(t) for t in (*layer.parameters(), *layer.buffers())}

    def tensors(value):
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (t for v in value for t in tensors(v))
        elif isinstance(value, dict):
            yield from (t for v in value.values() for t in tensors(v))

    assert all(id(t) in known for module in layer.modules() for t in tensors(vars(module)))


@every_layer
def test_survives_a_state_dict_round_trip(case):
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    torch.manual_seed(99)
    other = case.build(case.dims).double()
    other.load_state_dict(torch.load(file, weights_only=True))
    assert torch.equal(layer(x, present), other(x, present))


@every_layer
def test_learns_everything_that_the_optimizer_is_given(case):
    layer = case.layer()
    before = copy.deepcopy(layer.state_dict())
    if not list(layer.parameters()):
        return
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(inputs(case.dims)).square().sum().backward()
    optimizer.step()
    assert all(not torch.equal(before[name], p) for name, p in layer.named_parameters())


@every_layer
def test_a_row_depends_on_that_row_alone(case):
    """Regression, MultiBench's multiplicative fusion (B, B, out) and fusilli's attention across the samples."""
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    leaves = {m: v.requires_grad_() for m, v in x.items()}
    out = layer(leaves, present)
    assert out.ndim == 2
    for i in range(B):
        for grad in torch.autograd.grad(out[i].square().sum(), leaves.values(), retain_graph=True, allow_unused=True):
            if grad is not None:
                assert (grad[torch.arange(B) != i] == 0).all()
        alone = layer({m: v[i : i + 1] for m, v in x.items()}, present[i : i + 1])
        torch.testing.assert_close(alone, out[i : i + 1])


@every_layer
@few
@given(seed=st.integers(0, 2**32))
def test_permuting_the_batch_permutes_the_output(case, seed):
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    order = torch.randperm(B, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(layer({m: v[order] for m, v in x.items()}, present[order]), layer(x, present)[order])


@every_layer
def test_the_order_of_modalities_is_that_of_construction(case):
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    backwards = dict(reversed(x.items()))
    assert torch.equal(layer(backwards, present), layer(x, present))


@every_layer
@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -torch.inf, 1e300])
def test_missing_entries_never_leak(case, bad):
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    results = []
    for filling in (bad, 0.0):
        layer.zero_grad()
        leaves = spoilt(x, present, filling)
        out = layer(leaves, present)
        out.square().sum().backward()
        results.append((out, *(v.grad for v in leaves.values()), *(p.grad for p in layer.parameters())))
    for got, want in zip(*results, strict=True):
        assert got.isfinite().all()
        torch.testing.assert_close(got, want, rtol=0, atol=0)
    for grad, here in zip(results[0][1 : 1 + len(x)], present.unbind(1), strict=True):
        assert (grad[~here] == 0).all()


@every_layer
def test_each_missing_modality_makes_a_difference(case):
    layer, x = case.layer(), inputs(case.dims)
    full = layer(x)
    for k in range(len(case.dims)):
        present = torch.ones(B, len(case.dims), dtype=torch.bool)
        present[:, k] = False
        assert not torch.isclose(layer(x, present), full).all(dim=1).any()


@every_layer
def test_stays_finite_for_large_numbers(case):
    """Regression, MultiBench: a sigmoid that is inf or NaN at a logit of 20."""
    layer, x = case.layer(), inputs(case.dims, scale=1e4)
    leaves = {m: v.requires_grad_() for m, v in x.items()}
    out = layer(leaves)
    out.sum().backward()
    assert all(
        t.isfinite().all() for t in (out, *(v.grad for v in leaves.values()), *(p.grad for p in layer.parameters()))
    )


@every_layer
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_keeps_the_dtype(case, dtype, device):
    layer = case.layer().to(device, dtype)
    out = layer({m: v.to(device, dtype) for m, v in inputs(case.dims).items()}, some_present(case.dims).to(device))
    assert out.dtype == dtype
    assert out.isfinite().all()


@every_layer
def test_runs_on_the_meta_device(case):
    layer = case.layer().to("meta")
    x = {m: v.to("meta") for m, v in inputs(case.dims).items()}
    assert layer(x, some_present(case.dims).to("meta")).shape == layer(x).shape == case.layer()(inputs(case.dims)).shape


@every_layer
def test_leaves_its_inputs_alone(case):
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    before = {m: v.clone() for m, v in x.items()}, present.clone()
    layer(x, present)
    assert torch.equal(present, before[1])
    assert all(torch.equal(v, before[0][m]) for m, v in x.items())


@every_layer
def test_refuses_a_row_with_nothing(case):
    present = some_present(case.dims)
    present[2] = False
    with pytest.raises(
        ValueError, match=r"^present has no modality in row 2, needs at least one: there is nothing to fuse$"
    ):
        case.layer()(inputs(case.dims), present)


@every_layer
def test_refuses_other_inputs(case):
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    names = ", ".join(case.dims)
    lacking = {m: v for m, v in x.items() if m != "text"}
    for bad, error, match in [
        (lacking, ValueError, rf"^x lacks 'text', needs exactly {names}: where a modality is missing"),
        (x | {"smell": x["text"]}, ValueError, rf"^x has 'smell', needs exactly {names}$"),
        (list(x.values()), TypeError, rf"^x is a list, needs a dict of the modalities {names}$"),
        (x | {"text": x["text"].long()}, TypeError, r"^x\['text'\] has dtype torch.int64, needs a floating dtype$"),
        (x | {"text": x["text"][0]}, ValueError, r"^x\['text'\] has shape \(4,\), needs \(B=6, "),
        (x | {"text": x["text"][1:]}, ValueError, r"^x\['text'\] has shape \(5, 4\), needs \(B=6, "),
        (x | {"text": x["text"][:, 1:]}, ValueError, r"^x\['text'\] has shape \(6, 3\), needs \(B=6, "),
        (x | {"text": x["text"].tolist()}, TypeError, r"^x\['text'\] is a list, needs a torch tensor"),
        (
            x | {"text": x["text"].to("meta")},
            ValueError,
            r"^x\['text'\] is on meta, needs cpu, the device of the first",
        ),
    ]:
        with pytest.raises(error, match=match):
            layer(bad, present)


@every_layer
def test_refuses_other_masks(case):
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    count = len(case.dims)
    with pytest.raises(
        TypeError, match=r"^present has dtype torch.float64, needs bool: True where the modality is there$"
    ):
        layer(x, present.double())
    for bad in (present[:, 1:], present[1:], present[:, :, None]):
        need = rf"needs \(B=6, M={count}\), columns {', '.join(case.dims)}$"
        with pytest.raises(ValueError, match=r"^present has shape \(.*\), " + need):
            layer(x, bad)
    with pytest.raises(ValueError, match="^present is on meta, needs cpu, the device of x$"):
        layer(x, present.to("meta"))


LAYERS = {name: case for name, case in CASES.items() if not name.startswith("LearnedAverage")}
every_feature_layer = pytest.mark.parametrize("case", LAYERS.values(), ids=LAYERS.keys())


@every_feature_layer
@pytest.mark.parametrize("width", [0, -1, 2.0, True, None])
def test_refuses_widths_that_are_none(case, width):
    with pytest.raises(ValueError, match=rf"^dims\['text'\] is {width!r}, needs a whole number >= 1$"):
        case.build(case.dims | {"text": width})


@every_feature_layer
@pytest.mark.parametrize("name", ["", "a.b", "keys", "get", 3])
def test_refuses_names_that_pytorch_cannot_use(case, name):
    with pytest.raises(ValueError, match=rf"^modality is named {name!r}, needs a word without"):
        case.build({"image": 4, name: 4})


@every_feature_layer
def test_keeps_a_copy_of_dims(case):
    dims = dict(case.dims)
    layer = case.build(dims)
    dims["smell"] = 3
    assert layer.dims == case.dims


@every_feature_layer
def test_a_width_of_numpy_becomes_a_plain_int(case):
    layer = case.build({m: np.int64(d) for m, d in case.dims.items()})
    assert {type(width) for width in layer.dims.values()} == {int}


@pytest.mark.parametrize("build", [fusion.Gated, fusion.GraphFusion, fusion.AttentionPool, fusion.Bottleneck])
def test_a_width_of_the_result_becomes_a_plain_int(build):
    assert type(build(DIMS, np.int64(4)).dim) is int


@pytest.mark.parametrize(
    "build", [fusion.Gated, fusion.GMU, fusion.FiLM, fusion.TensorFusion, fusion.Concat, fusion.WeightedSum]
)
@pytest.mark.parametrize("dim", [0, 1.5, "3"])
def test_refuses_a_width_of_the_result(build, dim):
    with pytest.raises(ValueError, match=rf"^dim is {dim!r}, needs a whole number >= 1$"):
        build(DIMS, dim)


@pytest.mark.parametrize("build", [fusion.MLB, fusion.LowRankFusion])
def test_refuses_a_rank(build):
    with pytest.raises(ValueError, match="^rank is 0, needs a whole number >= 1$"):
        build(DIMS, 3, rank=0)


def test_refuses_too_few_or_too_many_modalities():
    with pytest.raises(ValueError, match="^dims has 0 modalities, needs at least 1$"):
        fusion.Concat({})
    with pytest.raises(ValueError, match="^dims has 1 modalities, needs at least 2$"):
        fusion.FiLM({"image": 3}, 2)
    with pytest.raises(ValueError, match="^dims has 3 modalities, needs 2: MLB and TensorFusion take more$"):
        fusion.Bilinear(DIMS, 2)


@pytest.mark.sample(8)
@every_layer
def test_is_compiled_as_one_graph_which_looks_at_no_values(case):
    layer, x, present = case.layer(), inputs(case.dims), some_present(case.dims)
    torch.compiler.reset()
    compiled = torch.compile(layer, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(x, present), layer(x, present))
