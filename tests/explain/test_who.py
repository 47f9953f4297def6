"""Shapley values by all orders and in closed form, the shuffled control, coalitions, shuffled weights."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fusion_edu import evaluate, explain, fusion
from fusion_edu.model import FusionModel


def by_all_orders(value, names):
    gains = dict.fromkeys(names, 0.0)
    for order in itertools.permutations(names):
        for k, name in enumerate(order):
            gains[name] += value(frozenset(order[: k + 1])) - value(frozenset(order[:k]))
    return {name: gain / math.factorial(len(names)) for name, gain in gains.items()}


def table(names, numbers):
    groups = [frozenset(g) for r in range(len(names) + 1) for g in itertools.combinations(names, r)]
    return dict(zip(groups, numbers, strict=True)).__getitem__


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.data())
def test_shapley_is_the_mean_over_all_orders(count, data):
    names = list("abcde"[:count])
    numbers = data.draw(st.lists(st.floats(-5, 5), min_size=2**count, max_size=2**count))
    value = table(names, numbers)
    got = explain.shapley(value, names)
    assert got == pytest.approx(by_all_orders(value, names), abs=1e-9)
    assert sum(got.values()) == pytest.approx(value(frozenset(names)) - value(frozenset()), abs=1e-9)


@pytest.mark.parametrize(
    ("numbers", "shapley", "loo", "solo"),
    [
        ((0.5, 1.0, 1.0, 1.0), 0.25, 0.0, 0.5), ((0.5, 0.5, 0.5, 1.0), 0.25, 0.5, 0.0), ((0.75, 0.75, 0.75, 1.0), 0.125, 0.25, 0.0),
    ],
    ids=["copies", "xor", "and"],
)  # fmt: skip
def test_closed_forms_of_two_bits(numbers, shapley, loo, solo):
    value = table("ab", numbers)
    for way, want in ((explain.shapley, shapley), (explain.leave_one_out, loo), (explain.solo, solo)):
        assert way(value, ["a", "b"]) == pytest.approx({"a": want, "b": want})


@pytest.mark.parametrize("count", range(1, 9))
def test_m_copies_share_alike_and_a_bystander_gets_nothing(count):
    names = [f"m{k}" for k in range(count)]
    assert explain.shapley(lambda s: float(bool(s)), names) == pytest.approx(dict.fromkeys(names, 1 / count))
    assert explain.shapley(lambda s: float("m0" in s), names) == pytest.approx({m: float(m == "m0") for m in names})


def test_each_coalition_is_asked_once():
    asked = []
    explain.shapley(lambda s: asked.append(s) or 0.0, list("abcd"))
    assert len(asked) == len(set(asked)) == 16


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "needs a whole number >= 1"),
        (list("aab"), "needs each name once"),
        ([str(k) for k in range(9)], "modalities has 9 names, needs at most 8"),
    ],
)
@pytest.mark.parametrize("way", [explain.shapley, explain.leave_one_out, explain.solo])
def test_names_are_checked(way, names, sentence):
    with pytest.raises(ValueError, match=sentence):
        way(lambda s: 0.0, names)


@pytest.mark.parametrize("rows", [2, 3, 10, 101])
def test_nobody_keeps_its_own(rows):
    for seed in range(20):
        order = explain.of_others(rows, torch.Generator().manual_seed(seed))
        assert sorted(order.tolist()) == list(range(rows))
        assert (order != torch.arange(rows)).all()


def test_of_others_needs_others():
    assert explain.of_others(0).shape == (0,)
    with pytest.raises(ValueError, match="rows is 1, needs at least 2"):
        explain.of_others(1)


def bits(n=400):
    generator = torch.Generator().manual_seed(5)
    a, b = torch.randint(0, 2, (2, n), generator=generator)
    return {"a": a.float()[:, None], "b": b.float()[:, None]}, a, b


def accuracy_of(y):
    return lambda s: evaluate.accuracy(s, y)


def test_what_is_not_used_costs_nothing_and_what_is_costs_all():
    x, a, b = bits()
    only_a = explain.shuffled_control(lambda v: torch.cat([1 - v["a"], v["a"]], 1), x, accuracy_of(a))
    assert only_a["as it is"] == only_a["b"] == 1.0
    assert 0.35 < only_a["a"] < 0.65
    xor = explain.shuffled_control(
        lambda v: torch.cat([(v["a"] == v["b"]).float(), (v["a"] != v["b"]).float()], 1), x, accuracy_of(a ^ b)
    )
    assert xor["as it is"] == 1.0
    assert all(0.35 < xor[m] < 0.65 for m in "ab")


def test_the_control_is_the_mean_over_its_shuffles_and_repeats():
    x, a, _ = bits(20)

    def model(v):
        return torch.cat([1 - v["a"], v["a"]], 1)

    generator = torch.Generator().manual_seed(3)
    orders = [explain.of_others(20, generator) for _ in range(4)]
    want = sum((a[o] == a).double().mean().item() for o in orders) / 4
    got = explain.shuffled_control(model, x, accuracy_of(a), draws=4, seed=3)
    assert got["a"] == pytest.approx(want)
    assert got == explain.shuffled_control(model, x, accuracy_of(a), draws=4, seed=3)


def test_the_control_leaves_generators_modes_and_gradients_alone(draw):
    torch.manual_seed(0)
    net = FusionModel(
        {"a": nn.Linear(2, 3), "b": nn.Linear(2, 3)},
        fusion.Concat({"a": 3, "b": 3}),
        nn.Sequential(nn.Dropout(0.5), nn.Linear(6, 2)),
    )
    net.train()
    x = {m: v.float() for m, v in zip("ab", draw(2, 6, 2), strict=True)}
    state = torch.get_rng_state()
    found = explain.shuffled_control(net, x, lambda s: float(s.requires_grad))
    assert set(found.values()) == {0.0}
    assert torch.equal(torch.get_rng_state(), state)
    assert net.training


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"draws": 0}, "draws is 0"), ({"x": {"a": torch.zeros(1, 2)}}, "rows is 1"), ({"x": {"as it is": torch.zeros(2, 2)}}, "needs another name"),
        ({"x": {"a": torch.zeros(2, 2), "b": torch.zeros(3, 2)}}, "has 3 rows, needs 2"),
    ],
)  # fmt: skip
def test_the_control_names_bad_input(changes, sentence):
    given = {"x": {"a": torch.zeros(2, 2)}} | changes
    with pytest.raises(ValueError, match=sentence):
        explain.shuffled_control(lambda v: v.get("a"), given.pop("x"), lambda s: 0.0, **given)


def test_coalitions_shuffle_what_is_absent_and_keep_the_rest():
    x, a, b = bits()
    value = explain.coalitions(
        lambda v: torch.cat([(v["a"] == v["b"]).float(), (v["a"] != v["b"]).float()], 1), x, accuracy_of(a ^ b)
    )
    assert value(frozenset("ab")) == 1.0
    assert all(0.35 < value(frozenset(s)) < 0.65 for s in ("", "a", "b"))
    found = explain.shapley(value, ["a", "b"])
    assert found == pytest.approx({"a": 0.25, "b": 0.25}, abs=0.1)
    with pytest.raises(ValueError, match=r"the coalition has \['c'\]"):
        value(frozenset("ac"))


def test_coalitions_can_leave_out_or_put_the_mean():
    p = {"a": torch.tensor([[0.9, 0.1], [0.2, 0.8]]), "b": torch.tensor([[0.3, 0.7], [0.4, 0.6]])}
    y = torch.tensor([0, 1])

    def mean(x, present):
        return fusion.average_probabilities(x, present=present)

    value = explain.coalitions(mean, p, accuracy_of(y), absent="missing", nothing=0.5)
    assert [value(frozenset(s)) for s in ("", "a", "b", "ab")] == [0.5, 1.0, 0.5, 1.0]
    seen = []
    value = explain.coalitions(lambda v: seen.append(v) or v["a"], p, accuracy_of(y), absent="mean")
    value(frozenset("a"))
    assert torch.equal(seen[0]["a"], p["a"])
    torch.testing.assert_close(seen[0]["b"], torch.tensor([[0.35, 0.65], [0.35, 0.65]]))
    with pytest.raises(ValueError, match="nothing is None"):
        explain.coalitions(mean, p, accuracy_of(y), absent="missing")
    with pytest.raises(ValueError, match="absent is 'zero'"):
        explain.coalitions(mean, p, accuracy_of(y), absent="zero")
    with pytest.raises(TypeError, match=r"^x\['words'\] has dtype torch.int64, needs floats"):
        explain.coalitions(mean, {"words": y}, accuracy_of(y), absent="mean")


def test_shuffled_weights_are_the_same_numbers_in_other_places():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Linear(5, 2))
    before = {name: value.clone() for name, value in net.state_dict().items()}
    twin = explain.randomised(net, seed=1)
    for (name, p), q in zip(net.named_parameters(), twin.parameters(), strict=True):
        assert torch.equal(p, before[name])
        assert torch.equal(p.flatten().sort().values, q.flatten().sort().values)
        assert p.data_ptr() != q.data_ptr()
    assert not torch.equal(net[0].weight, twin[0].weight)
    assert torch.equal(twin[0].weight, explain.randomised(net, seed=1)[0].weight)
    assert all(torch.equal(p, q) for p, q in zip(net.buffers(), twin.buffers(), strict=True))
