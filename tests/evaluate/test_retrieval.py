import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import top_k_accuracy_score

from fusion_edu.evaluate import median_rank, ranks, recall_at_k

few = settings(max_examples=30, deadline=None, derandomize=True)


def by_hand(similarity, relevant):
    """Sort each list, the right answers last among equals, and walk down to the first right one."""
    places = []
    for row, right in zip(similarity, relevant, strict=True):
        order = sorted(range(len(row)), key=lambda j: (-row[j], right[j]))
        places.append(next(place for place, j in enumerate(order, 1) if right[j]))
    return places


@few
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 7), st.booleans())
def test_ranks_equal_a_sorted_list(seed, queries, items, ties):
    draw = torch.Generator().manual_seed(seed)
    similarity = torch.randn(queries, items, generator=draw, dtype=torch.float64)
    similarity = similarity.round() if ties else similarity
    relevant = torch.rand(queries, items, generator=draw) < 0.3
    relevant[torch.arange(queries), torch.randint(items, (queries,), generator=draw)] = True
    assert ranks(similarity, relevant).tolist() == by_hand(similarity.tolist(), relevant.tolist())


def test_the_diagonal_is_right_where_nothing_is_said(draw, device):
    similarity = draw(1, 6, 6)[0].to(device)
    same = torch.eye(6, dtype=torch.bool, device=device)
    assert torch.equal(ranks(similarity), ranks(similarity, same))
    assert ranks(similarity).device.type == device.type


def test_a_model_that_says_the_same_of_everything_comes_last():
    assert ranks(torch.zeros(3, 3)).tolist() == [3, 3, 3]


def test_one_right_answer_of_several_is_enough():
    """Two pictures, four captions: caption 2 belongs to picture 1, so the diagonal would be wrong."""
    similarity = torch.tensor([[0.9, 0.1, 0.8, 0.2], [0.3, 0.7, 0.6, 0.5]])
    owner = torch.tensor([0, 0, 1, 1])
    rank = ranks(similarity, torch.arange(2)[:, None] == owner)
    assert rank.tolist() == [1, 2]
    assert recall_at_k(rank, 1).mean == 0.5
    assert recall_at_k(rank, 2).mean == 1


@pytest.mark.parametrize("k", [1, 3, 5])
def test_recall_is_scikit_learns_top_k_accuracy(draw, k):
    scores = draw(1, 12, 12)[0]
    want = top_k_accuracy_score(range(12), scores.numpy(), k=k)
    assert recall_at_k(ranks(scores), k).mean == pytest.approx(want)


@pytest.mark.parametrize(("hits", "n"), [(0, 8), (8, 8), (3, 10), (174, 350)])
def test_the_interval_is_wilsons(hits, n):
    rank = torch.tensor([1] * hits + [9] * (n - hits))
    got = recall_at_k(rank, 5)
    share, z = hits / n, 1.959963984540054
    for end in (got.low, got.high):  # the shares p at which (share - p)² = z² p (1 - p) / n
        assert (share - end) ** 2 == pytest.approx(z**2 * end * (1 - end) / n, abs=1e-12)
    assert 0 <= got.low <= share <= got.high <= 1
    assert got.low < got.high
    assert (got.mean, got.n) == (share, n)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_few_queries_bound_no_median(n):
    """All n lie above the median, or all below, in 2 / 2^n of the cases: more than 0.05 below 6 queries."""
    got = median_rank(torch.arange(1, n + 1))
    assert (got.mean, got.low, got.high, got.n) == ((n + 1) / 2, 1, math.inf, n)
    assert f"{got:.0f}".endswith(f"[1, inf] ({n} items)")


@pytest.mark.parametrize("n", [6, 10, 41, 350])
def test_the_interval_of_the_median_covers_it_as_often_as_it_says(n):
    """Between order statistics l and u (from 1) the median lies with the probability of l <= Binomial(n, 1/2) < u."""
    got = median_rank(torch.arange(1, n + 1))
    assert got.mean == (n + 1) / 2
    mass = sum(math.comb(n, k) for k in range(int(got.low), int(got.high))) / 2**n
    assert mass >= 0.95
    narrower = sum(math.comb(n, k) for k in range(int(got.low) + 1, int(got.high) - 1)) / 2**n
    assert narrower < 0.95


def test_median_of_an_even_number_is_between_two():
    assert median_rank(torch.tensor([9, 1, 2, 4])).mean == 3


@few
@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), st.integers(1, 50))
def test_recall_grows_with_k_and_bounds_hold_it(values, k):
    rank = torch.tensor(values)
    got = recall_at_k(rank, k)
    assert 0 <= got.low <= got.mean <= got.high <= 1
    assert got.mean <= recall_at_k(rank, k + 1).mean
    middle = median_rank(rank)
    assert 1 <= middle.low <= middle.mean <= middle.high
    assert (middle.high <= 50) == (len(values) >= 6)


def test_errors():
    with pytest.raises(ValueError, match=r"^similarity has shape \(2, 3\), needs a square one"):
        ranks(torch.zeros(2, 3))
    with pytest.raises(ValueError, match=r"^relevant has shape \(3, 2\), needs \(2, 3\)"):
        ranks(torch.zeros(2, 3), torch.ones(3, 2, dtype=torch.bool))
    with pytest.raises(TypeError, match="^relevant has dtype torch.float32, needs bool"):
        ranks(torch.zeros(2, 2), torch.tensor([[0.3, 0.0], [0.0, 0.1]]))
    with pytest.raises(ValueError, match="^relevant is on meta, needs cpu, the device of similarity$"):
        ranks(torch.zeros(2, 2), torch.eye(2).bool().to("meta"))
    with pytest.raises(ValueError, match="^relevant has a query without a right answer"):
        ranks(torch.zeros(2, 2), torch.tensor([[True, False], [False, False]]))
    with pytest.raises(ValueError, match="^similarity holds nan"):
        ranks(torch.full((2, 2), torch.nan))
    for k in (0, 1.5):
        with pytest.raises(ValueError, match=f"^k is {k}, needs a whole number >= 1$"):
            recall_at_k(torch.tensor([1]), k)
    with pytest.raises(ValueError, match="^rank is empty or holds a number below 1"):
        recall_at_k(torch.tensor([0, 1]), 1)
    with pytest.raises(ValueError, match="^confidence is 1"):
        median_rank(torch.tensor([1]), confidence=1)
