"""Gradients of several losses, their angle, PCGrad by hand, and a step with what is left."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fusion_edu.train import gradient_cosine, loss_gradients, pcgrad, set_gradients


def project(first, second):
    """One projection in plain loops."""
    dot = sum(a * b for a, b in zip(first, second, strict=True))
    if dot >= 0:
        return first
    size = sum(b * b for b in second)
    return [a - dot / size * b for a, b in zip(first, second, strict=True)]


def test_two_gradients_by_hand():
    """(1, 0) and (-1, 1) conflict: what is left is (1/2, 1/2) and (0, 1)."""
    left = pcgrad({"a": torch.tensor([1.0, 0.0]), "b": torch.tensor([-1.0, 1.0])})
    torch.testing.assert_close(left["a"], torch.tensor([0.5, 0.5]))
    torch.testing.assert_close(left["b"], torch.tensor([0.0, 1.0]))


def test_three_gradients_one_after_the_other_against_the_originals(draw):
    a, b, c = (g.tolist() for g in draw(3, 2))
    want = {"a": project(project(a, b), c), "b": project(project(b, a), c), "c": project(project(c, a), b)}
    got = pcgrad({"a": torch.tensor(a).double(), "b": torch.tensor(b).double(), "c": torch.tensor(c).double()})
    for name, row in want.items():
        torch.testing.assert_close(got[name], torch.tensor(row).double())


few = settings(max_examples=30, deadline=None, derandomize=True)


@few
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_with_two_nothing_works_against_the_other_any_more(seed, width):
    g = torch.Generator().manual_seed(seed)
    a, b = torch.randn(2, width, generator=g, dtype=torch.float64)
    left = pcgrad({"a": a, "b": b})
    assert torch.dot(left["a"], b) > -1e-9
    assert torch.dot(left["b"], a) > -1e-9
    if torch.dot(a, b) >= 0:
        assert torch.equal(left["a"], a)
        assert torch.equal(left["b"], b)


def test_a_generator_draws_the_order_and_the_gradients_stay_as_they_were(draw):
    named = dict(zip("abcd", draw(4, 2), strict=True))
    before = {name: g.clone() for name, g in named.items()}
    first = pcgrad(named, torch.Generator().manual_seed(1))
    again = pcgrad(named, torch.Generator().manual_seed(1))
    ways = {tuple(pcgrad(named, torch.Generator().manual_seed(s))["a"].tolist()) for s in range(20)}
    assert all(torch.equal(first[n], again[n]) and torch.equal(named[n], before[n]) for n in named)
    assert len(ways) > 1


def test_a_unit_keeps_its_loudness():
    """PCGrad does not mend scale: a gradient 1,000 times as long is still 1,000 times as long."""
    a, b = torch.tensor([1.0, 0.0]).double(), 1000 * torch.tensor([-0.1, 1.0]).double()
    left = pcgrad({"a": a, "b": b})
    assert left["b"].norm() / left["a"].norm() > 990


def test_cosine():
    a = torch.tensor([1.0, 0.0])
    assert gradient_cosine(a, torch.tensor([1.0, 1.0])) == pytest.approx(math.sqrt(0.5))
    assert gradient_cosine(a, torch.tensor([-2.0, 0.0])) == pytest.approx(-1)
    assert math.isnan(gradient_cosine(a, torch.zeros(2)))


@pytest.mark.parametrize(
    ("dtype", "size"), [(torch.float32, 1e-30), (torch.float32, 1e30), (torch.float16, 1e-4), (torch.float16, 6e4)]
)
def test_the_length_of_a_gradient_changes_no_direction(dtype, size):
    """Regression: squares of these leave the dtype, and the projection was infinite, or none."""
    a, b = torch.tensor([1.0, 0.0], dtype=dtype), size * torch.tensor([-1.0, 1.0], dtype=dtype)
    assert gradient_cosine(a, b) == gradient_cosine(size * a, b) == pytest.approx(-math.sqrt(0.5))
    found = pcgrad({"a": a, "b": b})
    assert found["a"].dtype == dtype
    assert found["a"].tolist() == pytest.approx([0.5, 0.5], rel=1e-3)
    assert (found["b"].double() / size).tolist() == pytest.approx([0, 1], abs=1e-3)


def test_gradients_of_each_loss_and_a_step_of_their_sum(device):
    torch.manual_seed(0)
    model = nn.Linear(3, 2).to(device)
    unused = nn.Parameter(torch.zeros(2, device=device))
    x = torch.randn(5, 3, device=device)
    parameters = [*model.parameters(), unused]
    said = model(x)
    losses = {"first": said[:, 0].square().mean(), "second": said[:, 1].square().mean()}
    found = loss_gradients(losses, parameters)
    assert all(p.grad is None for p in parameters)
    assert found["first"].shape == (10,)
    assert (found["first"][3:6] == 0).all()  # the row of the other output
    assert (found["first"][8:] == 0).all()  # what no loss reaches
    sum(losses.values()).backward()
    want = [p.grad.clone() for p in model.parameters()]
    set_gradients(parameters, sum(found.values()))
    for p, grad in zip(model.parameters(), want, strict=True):
        torch.testing.assert_close(p.grad, grad)
    assert (unused.grad == 0).all()


def test_written_gradients_share_no_memory(draw):
    p, q = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(2))
    vector = torch.arange(4.0)
    set_gradients([p, q], vector)
    vector += 1
    assert p.grad.tolist() == [0, 1]
    assert q.grad.tolist() == [2, 3]


def test_refuses():
    p = nn.Parameter(torch.zeros(2))
    with pytest.raises(ValueError, match="^losses is empty, needs at least one$"):
        loss_gradients({}, [p])
    with pytest.raises(ValueError, match="^parameters is empty, needs at least one$"):
        loss_gradients({"a": p.sum()}, [])
    with pytest.raises(ValueError, match=r"^losses\['a'\] has shape \(2,\), needs a scalar$"):
        loss_gradients({"a": 2 * p}, [p])
    with pytest.raises(ValueError, match="^gradients is empty, needs at least one$"):
        pcgrad({})
    with pytest.raises(ValueError, match=r"^gradients\['b'\] has shape \(3,\), needs \(P=2\)$"):
        pcgrad({"a": torch.ones(2), "b": torch.ones(3)})
    with pytest.raises(ValueError, match=r"^gradient has shape \(3,\), needs \(2\)$"):
        set_gradients([p], torch.ones(3))
    with pytest.raises(ValueError, match=r"^b has shape \(3,\), needs \(P=2\)$"):
        gradient_cosine(torch.ones(2), torch.ones(3))
