import loss_oracles as oracle
import pytest
import torch
from loss_calls import dtypes, reductions

from fusion_edu.losses import reduce_loss

VALUES, WEIGHTS = [1.0, 4.0, 0.5], [2.0, 0.0, 1.0]


@reductions
@dtypes
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
def test_equals_plain_sums(device, reduction, dtype, weights):
    w = None if weights is None else torch.tensor(weights, device=device)
    got = reduce_loss(torch.tensor(VALUES, device=device, dtype=dtype), reduction, w)
    want = torch.tensor(oracle.reduce(VALUES, reduction, weights), dtype=torch.promote_types(dtype, torch.float32))
    torch.testing.assert_close(got.cpu(), want)


def test_count_replaces_what_the_mean_divides_by():
    values, weights = torch.tensor(VALUES), torch.tensor(WEIGHTS)
    assert reduce_loss(values, "mean", count=torch.tensor(11.0)) == 0.5
    assert reduce_loss(values, "mean", weights, count=torch.tensor(5.0)) == 0.5


def test_sums_many_half_numbers_without_stalling():
    """In float16 itself a running sum of ones stops at 2048."""
    assert reduce_loss(torch.ones(100_000, dtype=torch.float16), "sum") == 100_000


def test_refuses():
    with pytest.raises(ValueError, match='^reduction is None, needs "none", "mean" or "sum"$'):
        reduce_loss(torch.ones(2), None)
    with pytest.raises(ValueError, match=r"^values is empty, shape \(0,\): needs at least one sample$"):
        reduce_loss(torch.ones(0))
    with pytest.raises(ValueError, match=r"^weight has shape \(3,\), needs \(2,\) or \(2, 3\)$"):
        reduce_loss(torch.ones(2, 3), weight=torch.ones(3))
    with pytest.raises(ValueError, match="^weight summed over the batch has the value 0, needs > 0 to divide by$"):
        reduce_loss(torch.ones(2), weight=torch.zeros(2))
    with pytest.raises(TypeError, match="^weight is a list, needs a torch tensor$"):
        reduce_loss(torch.ones(2), weight=[1.0, 1.0])
