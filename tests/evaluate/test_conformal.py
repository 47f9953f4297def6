"""Conformal sets: by hand, and the promise itself over many draws."""

import math

import pytest
import torch

from fusion_edu.evaluate import conformal_sets, coverage


def lac_by_hand(cal, labels, test, alpha):
    scores = sorted(1 - row[label] for row, label in zip(cal, labels, strict=True))
    k = math.ceil(round((len(scores) + 1) * (1 - alpha), 9))
    limit = scores[k - 1] if k <= len(scores) else math.inf
    return [[1 - p <= limit for p in row] for row in test]


def draws(n, seed, classes=4):
    """A model that is too sure of itself, and the labels' own probabilities."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(n, classes, generator=generator, dtype=torch.float64)
    target = torch.multinomial((1.5 * logits).softmax(1), 1, generator=generator).squeeze(1)
    return (5 * logits).softmax(1), target


@pytest.mark.parametrize(("n", "alpha"), [(9, 0.2), (9, 0.1), (19, 0.1), (30, 0.1), (200, 0.25)])
def test_equals_the_rule_by_hand(n, alpha, device):
    (cal, y), (test, _) = draws(n, 0), draws(40, 1)
    got = conformal_sets(cal.to(device), y.to(device), test.to(device), alpha=alpha)
    assert got.device.type == device.type
    assert got.tolist() == lac_by_hand(cal.tolist(), y.tolist(), test.tolist(), alpha)


@pytest.mark.parametrize("score", ["lac", "aps"])
@pytest.mark.parametrize(("n", "alpha"), [(19, 0.1), (50, 0.2)])
def test_the_promise_holds_on_average_and_is_not_wasted(score, n, alpha):
    shares = []
    for seed in range(300):
        probs, target = draws(n + 400, seed)
        sets = conformal_sets(probs[:n], target[:n], probs[n:], alpha=alpha, score=score, seed=seed)
        shares.append(coverage(sets, target[n:]))
    mean, error = torch.tensor(shares).mean().item(), torch.tensor(shares).std().item() / math.sqrt(300)
    assert 1 - alpha - 3 * error < mean < 1 - alpha + 1 / (n + 1) + 3 * error


def test_sets_adapt_to_the_doubt_of_the_model():
    probs, target = draws(2000, 0)
    lac, aps = (conformal_sets(probs[:1000], target[:1000], probs[1000:], score=s) for s in ("lac", "aps"))
    unsure = probs[1000:].amax(1) < 0.6
    assert lac.sum() <= aps.sum()
    assert aps[unsure].sum(1).double().mean() > aps[~unsure].sum(1).double().mean() + 0.5


def test_aps_by_hand():
    """With the shares known: mass of the likelier classes plus the share of one's own."""
    cal, target = draws(30, 0)
    test, _ = draws(5, 1)
    generator = torch.Generator().manual_seed(7)
    share = [torch.rand(n, 1, generator=generator, dtype=torch.float64).flatten().tolist() for n in (30, 5)]

    def score(row, c, u):
        return sum(p for p in row if p > row[c]) + u * row[c]

    true = sorted(score(r, c, u) for r, c, u in zip(cal.tolist(), target.tolist(), share[0], strict=True))
    limit = true[math.ceil(31 * 0.9) - 1]
    want = [[score(r, c, u) <= limit for c in range(4)] for r, u in zip(test.tolist(), share[1], strict=True)]
    assert conformal_sets(cal, target, test, score="aps", seed=7).tolist() == want


def test_too_few_calibration_rows_give_every_class():
    (cal, y), (test, _) = draws(8, 0), draws(3, 1)
    assert conformal_sets(cal, y, test, alpha=0.1).all()
    assert not conformal_sets(*draws(9, 0), test, alpha=0.1).all()


def test_coverage():
    sets = torch.tensor([[True, False], [True, True], [False, False]])
    assert coverage(sets, torch.tensor([0, 1, 1])) == pytest.approx(2 / 3)


def test_refusals():
    cal, y = draws(20, 0)
    for arguments, options, says in (
        ((cal, y, cal), {"alpha": 1.0}, "alpha is 1.0, needs a share"),
        ((cal, y, cal), {"score": "raps"}, "score is 'raps', needs 'lac' or 'aps'"),
        ((cal, y, cal[:, :3] / cal[:, :3].sum(1, keepdim=True)), {}, "test_probs has 3 classes, needs 4"),
        ((cal.log(), y, cal), {}, "cal_probs has rows that are not probabilities"),
        ((cal, y, cal.log()), {}, "test_probs has rows that are not probabilities"),
    ):
        with pytest.raises(ValueError, match=says):
            conformal_sets(*arguments, **options)
    with pytest.raises(ValueError, match="sets has no rows"):
        coverage(torch.zeros(0, 2).bool(), torch.zeros(0).long())
