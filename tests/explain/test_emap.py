import itertools

import pytest
import torch
from torch import nn

from fusion_edu import fusion
from fusion_edu.explain import emap
from fusion_edu.model import FusionModel


def by_hand(model, x):
    """Average over all combinations that share modality m of sample i, one combination at a time."""
    names, n = list(x), len(next(iter(x.values())))
    cells = {
        index: model({m: x[m][i : i + 1] for m, i in zip(names, index, strict=True)})[0].tolist()
        for index in itertools.product(range(n), repeat=len(names))
    }

    def mean(values):
        return [sum(column) / len(values) for column in zip(*values, strict=True)]

    whole, rows = mean(list(cells.values())), []
    for i in range(n):
        parts = [mean([v for index, v in cells.items() if index[k] == i]) for k in range(len(names))]
        rows.append([sum(column) - (len(names) - 1) * w for *column, w in zip(*parts, whole, strict=True)])
    return torch.tensor(rows, dtype=torch.float64)


def samples(draw, n, **dims):
    return {m: draw(1, n, d)[0] for m, d in dims.items()}


def mixed(x):
    """Interactions, and functions of one modality alone; two outputs a row."""
    product = torch.stack([v.sum(1) for v in x.values()]).prod(0)
    return torch.stack([product + x["a"][:, 0], product.sin()], dim=1)


@pytest.mark.parametrize("dims", [{"a": 2, "b": 3}, {"b": 3, "a": 2}, {"a": 1, "b": 2, "c": 2}])
@pytest.mark.parametrize("chunk", [1, 7, 4096])
def test_equals_plain_loops(draw, device, dims, chunk):
    x = samples(draw, 4, **dims)
    got = emap(mixed, {m: v.to(device) for m, v in x.items()}, chunk=chunk)
    torch.testing.assert_close(got.cpu(), by_hand(mixed, x))


def test_two_modalities_are_row_mean_plus_column_mean_less_the_mean(draw):
    x = samples(draw, 5, a=2, b=3)
    grid = torch.stack([mixed({"a": x["a"][i].expand(5, -1), "b": x["b"]}) for i in range(5)])
    torch.testing.assert_close(emap(mixed, x), grid.mean(1) + grid.mean(0) - grid.mean((0, 1)))


@pytest.mark.parametrize("count", [2, 3])
def test_leaves_an_additive_model_as_it_is(draw, count):
    x = samples(draw, 6, **dict.fromkeys("abc"[:count], 2))

    def additive(x):
        return sum(v.square().sum(1).sin() for v in x.values()) + 3

    torch.testing.assert_close(emap(additive, x), additive(x))


def test_projecting_twice_changes_nothing(draw):
    """The projection is additive over these samples: as a table of its parts it projects to itself."""
    x = samples(draw, 6, a=2, b=3)
    once = emap(mixed, x)
    a = torch.stack([mixed({"a": x["a"][i].expand(6, -1), "b": x["b"]}).mean(0) for i in range(6)])
    parts = {"a": a, "b": once - a}
    torch.testing.assert_close(emap(lambda p: p["a"] + p["b"], parts), once)


def test_xor_has_nothing_left():
    """Four samples, all combinations of two bits: every projection is the mean, 0.5."""
    bits = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    x = {"a": bits[:, :1], "b": bits[:, 1:]}
    got = emap(lambda x: (x["a"] - x["b"]).abs(), x)
    torch.testing.assert_close(got, torch.full((4, 1), 0.5))


def test_takes_a_model_in_eval_mode_and_puts_it_back(draw):
    torch.manual_seed(0)
    dims = {"a": 2, "b": 3}
    encoders = {"a": nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4)), "b": nn.Linear(3, 4)}
    layer = fusion.TensorFusion(dict.fromkeys(dims, 4), 2)
    model = FusionModel(encoders, layer, nn.Dropout(0.5)).double().train()
    model.fusion.eval()
    modes, x = [m.training for m in model.modules()], samples(draw, 5, **dims)
    got = emap(model, x)
    assert [m.training for m in model.modules()] == modes
    assert not got.requires_grad
    torch.testing.assert_close(emap(model.fuse, model.eval().encode(x)), got)


def test_memory_is_bounded_by_the_chunk(draw):
    rows = []

    def watch(x):
        rows.append(len(x["a"]))
        return mixed(x)

    emap(watch, samples(draw, 20, a=1, b=1), chunk=64)
    assert max(rows) == 64
    assert sum(rows) == 400


def test_refuses(draw):
    x = samples(draw, 3, a=1, b=1)
    for call, match in [
        (lambda: emap(mixed, {"a": x["a"]}), "^x has 1 modalities, needs at least 2: one has no interactions$"),
        (lambda: emap(mixed, x, chunk=0), "^chunk is 0, needs a whole number >= 1$"),
        (lambda: emap(mixed, x | {"b": x["b"][1:]}), r"^x\['b'\] has 2 rows, needs 3 as 'a' has$"),
        (lambda: emap(mixed, {m: v[:0] for m, v in x.items()}), "^x has 0 rows, needs 1 to 4472"),
        (
            lambda: emap(mixed, {m: torch.zeros(5000, 1) for m in "ab"}),
            r"^x has 5000 rows, needs 1 to 4472: 2 modalities",
        ),
        (lambda: emap(lambda x: x["a"].sum(), x), r"^model gave torch.Size\(\[\]\), needs one row for each of 9$"),
    ]:
        with pytest.raises(ValueError, match=match):
            call()
