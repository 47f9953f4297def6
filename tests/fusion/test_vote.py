import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu.fusion import majority_vote, weighted_vote

few = settings(max_examples=100, deadline=None, derandomize=True)


def ballots(*columns):
    return {f"m{i}": torch.tensor(column) for i, column in enumerate(columns)}


def by_hand(votes, weights, present):
    """One sample: count per class, keep the heaviest, then the first voter among them."""
    total = {}
    for vote, weight, here in zip(votes, weights, present, strict=True):
        if here:
            total[vote] = total.get(vote, 0) + weight
    best = max(total.values())
    winners = {c for c, w in total.items() if math.isclose(w, best, rel_tol=1e-9)}
    return next(v for v, here in zip(votes, present, strict=True) if here and v in winners)


@few
@given(st.data())
def test_equals_plain_counting(data):
    models, batch = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))

    def table(values):
        row = st.lists(values, min_size=models, max_size=models)
        return data.draw(st.lists(row, min_size=batch, max_size=batch))

    votes, present = table(st.integers(0, 3)), table(st.booleans())
    for row in present:
        row[data.draw(st.integers(0, models - 1))] = True
    weights = data.draw(st.lists(st.sampled_from([1, 2, 0.1, 0.2, 0.3]), min_size=models, max_size=models))
    given_votes, mask = ballots(*zip(*votes, strict=True)), torch.tensor(present)
    got = weighted_vote(given_votes, dict(zip(given_votes, weights, strict=True)), present=mask)
    assert got.tolist() == [by_hand(v, weights, p) for v, p in zip(votes, present, strict=True)]
    got = majority_vote(given_votes, present=mask)
    assert got.tolist() == [by_hand(v, [1] * models, p) for v, p in zip(votes, present, strict=True)]


@pytest.mark.parametrize(
    ("votes", "winner"),
    [([0, 0, 2], 0), ([2, 0], 2), ([2, 0, 0], 0), ([3, 1, 1, 0, 0], 1), ([0, 1, 2], 0), ([1, 0, 2, 2, 0], 0)],
    ids=["clear", "tie: the first", "the first may lose", "tie among later ones", "all differ", "tie of two and two"],
)
def test_ties_go_to_the_first_model_that_names_a_tied_class(votes, winner):
    assert majority_vote(ballots(*[[v] for v in votes])).tolist() == [winner]


def test_a_tie_is_decided_by_those_who_are_there():
    votes, present = ballots([2], [0], [1]), torch.tensor([[False, True, True]])
    assert majority_vote(votes, present=present).tolist() == [0]


def test_weights_that_tie_but_for_rounding_tie():
    """0.1 + 0.2 > 0.3 in floating point."""
    votes = ballots([1], [0], [0])
    assert weighted_vote(votes, {"m0": 0.3, "m1": 0.1, "m2": 0.2}).tolist() == [1]
    assert weighted_vote(votes, {"m2": 0.2, "m1": 0.2, "m0": 0.3}).tolist() == [0]


@pytest.mark.parametrize(("experts", "right"), [(3, 0.784), (5, 0.83692)])
def test_independent_experts_of_70_percent(experts, right):
    """All 2**M patterns of right and wrong, weighted by how often they occur: the binomial formula."""
    patterns = list(itertools.product([0, 1], repeat=experts))
    votes = {f"m{k}": torch.tensor([p[k] for p in patterns]) for k in range(experts)}
    chance = torch.tensor([math.prod(0.7 if v else 0.3 for v in p) for p in patterns], dtype=torch.float64)
    assert (chance * majority_vote(votes)).sum().item() == pytest.approx(right)
    formula = sum(math.comb(experts, k) * 0.7**k * 0.3 ** (experts - k) for k in range(experts // 2 + 1, experts + 1))
    assert right == pytest.approx(formula, abs=1e-4)


def test_equals_scikit_learn_where_nothing_ties(device):
    """VotingClassifier(voting="hard"), whose ties go to the smallest class."""
    np = pytest.importorskip("numpy")
    from sklearn.ensemble import VotingClassifier
    from sklearn.preprocessing import LabelEncoder

    class Fixed:
        def __init__(self, column):
            self.column = column

        def predict(self, x):
            return x[:, self.column].astype(int)

    table = torch.randint(3, (200, 5), generator=torch.Generator().manual_seed(0))
    weights = [0.31, 0.17, 0.29, 0.12, 0.11]  # no two sums are equal
    theirs = VotingClassifier([(f"m{k}", None) for k in range(5)], voting="hard", weights=weights)
    theirs.estimators_, theirs.le_ = [Fixed(k) for k in range(5)], LabelEncoder().fit([0, 1, 2])
    votes = {f"m{k}": column.to(device) for k, column in enumerate(table.unbind(1))}
    got = weighted_vote(votes, {f"m{k}": w for k, w in enumerate(weights)})
    assert np.array_equal(got.cpu().numpy(), theirs.predict(table.numpy()))


def test_order_of_weights_does_not_matter_and_missing_votes_may_be_anything():
    votes, present = ballots([1, -99], [0, 2], [0, 3]), torch.tensor([[True, True, True], [False, True, True]])
    weights = {"m0": 3.0, "m1": 1.0, "m2": 2.5}
    assert weighted_vote(votes, weights, present=present).tolist() == [0, 3]
    assert weighted_vote(votes, dict(reversed(weights.items())), present=present).tolist() == [0, 3]


def test_runs_on_the_meta_device():
    votes = {m: torch.zeros(4, dtype=torch.long, device="meta") for m in "ab"}
    assert majority_vote(votes, present=torch.ones(4, 2, dtype=torch.bool, device="meta")).shape == (4,)


def test_refuses():
    votes = ballots([1, 0], [0, 1])
    for call, error, match in [
        (lambda: majority_vote({}), ValueError, "^votes is empty, needs at least one model$"),
        (lambda: majority_vote([1]), TypeError, "^votes is a list, needs a dict"),
        (
            lambda: majority_vote({"a": torch.rand(2)}),
            TypeError,
            r"^votes\['a'\] has dtype torch.float32, needs integers",
        ),
        (
            lambda: majority_vote({"a": torch.tensor([[1]])}),
            ValueError,
            r"^votes\['a'\] has shape \(1, 1\), needs \(B\)",
        ),
        (
            lambda: majority_vote(votes | {"c": torch.tensor([1])}),
            ValueError,
            r"^votes\['c'\] has shape \(1,\), needs \(B=2\)",
        ),
        (lambda: weighted_vote(votes, {"m0": 1.0}), ValueError, "^weights is .*, needs one number for each of m0, m1$"),
        (
            lambda: weighted_vote(votes, {"m0": 1.0, "m1": 0}),
            ValueError,
            r"^weights\['m1'\] is 0, needs a finite number > 0",
        ),
        (
            lambda: majority_vote(votes, present=torch.zeros(2, 2).bool()),
            ValueError,
            "^present has no modality in row 0",
        ),
        (
            lambda: majority_vote(votes, present=torch.ones(2, 3).bool()),
            ValueError,
            r"^present has shape \(2, 3\), needs",
        ),
    ]:
        with pytest.raises(error, match=match):
            call()
