"""Samples, splits and the standardiser."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fusion_edu.data import Samples, Standardiser, split, split_groups


@pytest.fixture
def three():
    return Samples(
        {"a": torch.arange(6.0).view(3, 2), "t": ("x", "y", "z")},
        torch.tensor([0, 1, 0]),
        ("n", "p"),
        torch.tensor([5, 5, 6]),
    )


def test_take_keeps_rows_together(three):
    some = three.take(torch.tensor([2, 0, 2]))
    assert len(some) == 3
    assert some.x["a"].tolist() == [[4, 5], [0, 1], [4, 5]]
    assert some.x["t"] == ("z", "x", "z")
    assert some.y.tolist() == [0, 0, 0]
    assert some.groups.tolist() == [6, 5, 6]
    assert some.classes == ("n", "p")
    assert three.take(torch.tensor([True, False, True])).x["t"] == ("x", "z")
    assert len(three.take([])) == 0


def test_take_copies(three):
    three.take(torch.tensor([0])).x["a"].fill_(9)
    assert three.x["a"][0].tolist() == [0, 1]


def test_samples_refuse_what_does_not_fit(three):
    with pytest.raises(ValueError, match="b has 2 rows, needs 3, as y has"):
        Samples({"b": torch.zeros(2)}, torch.zeros(3))
    with pytest.raises(ValueError, match="groups has 1 rows, needs 3"):
        Samples({}, torch.zeros(3), groups=torch.zeros(1))
    with pytest.raises(ValueError, match=r"index is a mask of shape \(2,\), needs \(3,\)"):
        three.take(torch.tensor([True, False]))
    with pytest.raises(ValueError, match="needs whole numbers or bool"):
        three.take(torch.tensor([0.5]))


@given(st.integers(2, 300), st.floats(0.01, 0.99), st.integers(0, 2**31))
def test_split_cuts_all_rows_in_two(n, fraction, seed):
    train, test = split(n, fraction, seed)
    assert sorted(train.tolist() + test.tolist()) == list(range(n))
    assert len(test) == min(max(round(n * fraction), 1), n - 1)
    assert torch.equal(split(n, fraction, seed)[0], train)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.floats(0.05, 0.95), st.integers(0, 2**31))
def test_split_with_labels_cuts_every_class(values, fraction, seed):
    labels = torch.tensor(values + values)  # every class has two rows at least
    train, test = split(len(labels), fraction, seed, labels=labels)
    assert sorted(train.tolist() + test.tolist()) == list(range(len(labels)))
    for label in set(values):
        count = 2 * values.count(label)
        assert (labels[test] == label).sum() == min(max(round(count * fraction), 1), count - 1)


@given(st.lists(st.integers(-5, 9), min_size=2, max_size=80), st.floats(0.05, 0.95), st.integers(0, 2**31))
def test_split_groups_never_cuts_a_group(values, fraction, seed):
    groups = torch.tensor(values)
    if len(set(values)) < 2:
        with pytest.raises(ValueError, match="the number of groups is 1, needs >= 2"):
            split_groups(groups, fraction, seed)
        return
    train, test = split_groups(groups, fraction, seed)
    assert sorted(train.tolist() + test.tolist()) == list(range(len(values)))
    assert not set(groups[train].tolist()) & set(groups[test].tolist())
    assert len(set(groups[test].tolist())) == min(max(round(len(set(values)) * fraction), 1), len(set(values)) - 1)


def test_splits_differ_by_seed_and_leave_the_global_generator():
    state = torch.random.get_rng_state()
    assert not torch.equal(split(50, 0.3, 0)[1], split(50, 0.3, 1)[1])
    split_groups(torch.arange(9), 0.3, 0)
    assert torch.equal(torch.random.get_rng_state(), state)


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, 20, float("nan")])
def test_split_refuses_a_fraction_out_of_range(fraction):
    with pytest.raises(ValueError, match="test_fraction is .*, needs 0 < test_fraction < 1"):
        split(10, fraction, 0)


def test_split_refuses_too_few_rows():
    with pytest.raises(ValueError, match="n is 1, needs >= 2"):
        split(1, 0.5, 0)
    with pytest.raises(ValueError, match="rows with label 1 is 1, needs >= 2"):
        split(3, 0.5, 0, labels=torch.tensor([0, 0, 1]))
    with pytest.raises(ValueError, match=r"labels has shape \(3,\), needs \(4\)"):
        split(4, 0.5, 0, labels=torch.tensor([0, 0, 1]))


def test_standardiser_learns_from_the_training_rows_only(device):
    train = torch.tensor([[1.0, 10.0, 7.0], [3.0, 30.0, 7.0]], device=device)
    scale = Standardiser.fit(train)
    assert scale(train).tolist() == [[-1, -1, 0], [1, 1, 0]]
    assert scale(torch.tensor([[5.0, 20.0, 8.0]], device=device)).tolist() == [[3, 0, 1]]
    assert scale(torch.zeros(4, 5, 3, device=device, dtype=torch.float64)).dtype == torch.float64


@pytest.mark.parametrize("value", [0.1, 1e6 + 0.3, -1e-8])
def test_standardiser_gives_zero_for_a_constant(value):
    train = torch.full((1000, 1), value)
    assert Standardiser.fit(train)(train).abs().max() < 1e-6


def test_standardiser_refuses():
    with pytest.raises(ValueError, match="not finite"):
        Standardiser.fit(torch.tensor([[1.0], [torch.nan]]))
    with pytest.raises(ValueError, match="at least one row"):
        Standardiser.fit(torch.zeros(0, 3))
    with pytest.raises(ValueError, match=r"x has shape \(2, 2\), needs \(..., 3\)"):
        Standardiser.fit(torch.rand(4, 3))(torch.zeros(2, 2))
