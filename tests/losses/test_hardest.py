import loss_oracles as oracle
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu.losses import batch_hard, triplet


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(2, 8))
def test_equals_a_search_by_hand(seed, batch):
    draw = torch.Generator().manual_seed(seed)
    a, b = torch.randn(2, batch, 3, generator=draw, dtype=torch.float64).unbind()
    labels = torch.cat([torch.tensor([0, 1]), torch.randint(3, (batch - 2,), generator=draw)])
    for other, given_labels in ((b, labels), (a, labels), (b, None)):
        got = batch_hard(a, other, given_labels)
        plain = range(batch) if given_labels is None else given_labels.tolist()
        want = oracle.hardest(a.tolist(), other.tolist(), list(plain))
        assert list(zip(*(x.tolist() for x in got), strict=True)) == want


def test_near_rows_are_told_apart(device):
    """Regression: ``torch.cdist`` by matrix products errs by half at a distance of 1e-3, and would mix these two up."""
    b = torch.zeros(40, 64, device=device)
    b[:, 0] = 100 + 1e-3 * torch.arange(40, device=device)
    a = b.clone()
    _, negative = batch_hard(a, b)
    assert (negative.cpu() - torch.arange(40)).abs().max() == 1


def test_the_triplet_of_the_hardest_costs_at_least_that_of_any_other(draw):
    z, labels = draw(1, 8, 3)[0], torch.tensor([0, 0, 0, 0, 1, 1, 2, 2])
    positive, negative = batch_hard(z, z, labels)
    hard = triplet(z, z[positive], z[negative], reduction="none")
    for i in range(8):
        for p in (labels == labels[i]).nonzero():
            for n in (labels != labels[i]).nonzero():
                assert triplet(z[[i]], z[p], z[n]) <= hard[i] + 1e-12


def test_no_gradient_and_half_precision():
    a = torch.eye(3, dtype=torch.float16, requires_grad=True)
    positive, negative = batch_hard(a, 300 * a)
    assert positive.tolist() == [0, 1, 2]
    assert not negative.requires_grad


def test_errors():
    x = torch.ones(3, 2)
    with pytest.raises(ValueError, match="^labels has the class 7 only, needs a negative for every row$"):
        batch_hard(x, x, torch.tensor([7, 7, 7]))
    with pytest.raises(ValueError, match=r"^labels has shape \(2,\), needs \(3\)$"):
        batch_hard(x, x, torch.tensor([0, 1]))
    with pytest.raises(TypeError, match="^labels has dtype torch.float32, needs integers or bool: class numbers$"):
        batch_hard(x, x, torch.ones(3))
    with pytest.raises(ValueError, match="^a is empty"):
        batch_hard(x[:0], x[:0])


def test_one_far_row_spoils_no_other_distance():
    """Regression: all rows were divided by the largest number, and the near ones became one."""
    rows, labels = [[0.0], [1.0], [5.0], [5.5], [1e30]], [0, 0, 1, 1, 1]
    got = batch_hard(torch.tensor(rows), torch.tensor(rows), torch.tensor(labels))
    assert list(zip(*(x.tolist() for x in got), strict=True)) == oracle.hardest(rows, rows, labels)
    assert got[0].tolist()[:2] == [1, 0]
