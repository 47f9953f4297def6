"""Where any random result is right, one that is random in name only is not."""

import pytest
import torch

from fusion_edu.checks import check


def block_with_gaps(n, test_frac, seed):
    k = round(n * test_frac)
    draw = torch.Generator().manual_seed(seed)
    start = int(torch.randint(n, (), generator=draw))
    wanted = [i for i in range(k + 2) if i not in (k // 3, 2 * k // 3 + 1)][:k] if k + 2 <= n else range(k)
    test = sorted({(start + i) % n for i in wanted})
    return torch.tensor([i for i in range(n) if i not in test]), torch.tensor(test, dtype=torch.int64)


def shift_with_a_swap(n, seed):
    order = torch.arange(n).roll(seed % (n - 1) + 1)
    if n > 4:
        for j in range(1, n):
            new = order.clone()
            new[[0, j]] = order[[j, 0]]
            if not (new == torch.arange(n)).any():
                return new
    return order


@pytest.mark.parametrize(("task", "answer"), [("00.2", block_with_gaps), ("15.4", shift_with_a_swap)])
@pytest.mark.parametrize("seed", [0, 1])
def test_an_order_that_is_none_by_lot_is_seen(task, answer, seed):
    verdict = check(task, answer, seed=seed, record=False)
    assert verdict.outcome == "incorrect"
    assert verdict.points < verdict.max_points
