"""Paired comparisons: bootstrap, McNemar, power, modality gain; against scipy, enumeration and repetition."""

import itertools
import math

import pytest
import torch
from scipy import stats

from fusion_edu.evaluate import Bounds, is_correct, mcnemar, modality_gain, paired_bootstrap, paired_power


def outcomes(n, seed, only_a, only_b, both):
    """Right or wrong of two models, with these probabilities of the four cases."""
    u = torch.rand(n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    a = (u < only_a) | (u > 1 - both)
    b = ((u >= only_a) & (u < only_a + only_b)) | (u > 1 - both)
    return a, b


def test_bootstrap_of_three_items_is_all_27_resamples(device):
    a, b = torch.tensor([1.0, 2.0, 4.0], device=device), torch.tensor([0.0, 0.0, 1.0], device=device)
    every = torch.tensor([sum(draw) / 3 for draw in itertools.product([1.0, 2.0, 3.0], repeat=3)], dtype=torch.float64)
    got = paired_bootstrap(a, b, confidence=0.6, resamples=200_000)
    low, high = every.quantile(0.2).item(), every.quantile(0.8).item()
    assert (got.mean, got.low, got.high, got.n) == pytest.approx((2.0, low, high, 3))


def test_bootstrap_equals_scipy():
    a, b = outcomes(300, 0, 0.15, 0.08, 0.6)
    got = paired_bootstrap(a, b, resamples=20_000)
    difference = (a.double() - b.double()).numpy()
    peer = stats.bootstrap((difference,), lambda x, axis: x.mean(axis), method="percentile", n_resamples=20_000, rng=1)
    assert (got.low, got.high) == pytest.approx(tuple(peer.confidence_interval), abs=0.004)
    assert got.mean == difference.mean()


def test_bootstrap_holds_the_truth_as_often_as_it_says():
    hits = [
        not paired_bootstrap(*outcomes(200, seed, 0.15, 0.10, 0.6), resamples=400, seed=seed).excludes(0.05)
        for seed in range(400)
    ]
    assert sum(hits) / 400 == pytest.approx(0.95, abs=0.035)


def test_pairing_narrows_the_interval():
    a, b = outcomes(500, 0, 0.05, 0.02, 0.6)
    paired = paired_bootstrap(a, b)
    apart = paired_bootstrap(a, b.flip(0))  # the same two models, their items no longer side by side
    assert apart.high - apart.low > 2 * (paired.high - paired.low)
    assert apart.mean == pytest.approx(paired.mean)


def test_the_same_seed_gives_the_same_bounds_and_the_global_state_stays(draw):
    a, b = draw(2, 50)
    before = torch.random.get_rng_state()
    assert paired_bootstrap(a, b, seed=3) == paired_bootstrap(a, b, seed=3) != paired_bootstrap(a, b, seed=4)
    assert torch.equal(before, torch.random.get_rng_state())


def test_bounds_print_themselves():
    bounds = Bounds(0.1234, 0.02, 0.2, 40)
    assert str(bounds) == "0.123 [0.020, 0.200] (40 items)"
    assert f"{bounds:.1f}" == "0.1 [0.0, 0.2] (40 items)"
    assert bounds.excludes()
    assert not bounds.excludes(0.1)


def split(only_a, only_b, both=5):
    a = torch.tensor([True] * only_a + [False] * only_b + [True] * both)
    b = torch.tensor([False] * only_a + [True] * only_b + [True] * both)
    return a, b


@pytest.mark.parametrize(
    ("only_a", "only_b", "p"), [(3, 0, 1 / 4), (5, 1, 14 / 64), (2, 2, 1.0), (0, 6, 1 / 32), (0, 0, 1)]
)
def test_mcnemar_by_hand(only_a, only_b, p):
    got = mcnemar(*split(only_a, only_b))
    assert (got.only_a, got.only_b, got.p) == (only_a, only_b, pytest.approx(p))


@pytest.mark.parametrize(("only_a", "only_b"), [(30, 12), (7, 9), (400, 330), (900, 1100)])
def test_mcnemar_equals_scipy(only_a, only_b, device):
    a, b = (side.to(device) for side in split(only_a, only_b))
    total = only_a + only_b
    assert mcnemar(a, b).p == pytest.approx(stats.binomtest(only_a, total).pvalue, rel=1e-9)
    chi2 = stats.chi2.sf((abs(only_a - only_b) - 1) ** 2 / total, 1)
    assert mcnemar(a.float(), b.float(), exact=False).p == pytest.approx(chi2, rel=1e-9)
    assert mcnemar(b, a).p == mcnemar(a, b).p


def test_one_disagreement_says_nothing():
    assert mcnemar(*split(1, 0)).p == 1
    assert mcnemar(*split(1, 0), exact=False).p == 1
    assert mcnemar(*split(4, 4), exact=False).p == 1


def test_power_is_what_repetition_finds():
    for n, only_a, only_b in ((200, 0.06, 0.04), (1000, 0.08, 0.04), (2000, 0.06, 0.04)):
        found = []
        for seed in range(300):
            a, b = outcomes(n, seed, only_a, only_b, 0.7)
            d = a.double() - b.double()
            z = d.sum().abs() / d.square().sum().clamp_min(1).sqrt()  # McNemar without continuity correction
            found.append((z > 1.96).item() and (d.sum() > 0).item())
        power = paired_power(n, gain=only_a - only_b, disagree=only_a + only_b)
        assert sum(found) / 300 == pytest.approx(power, abs=0.08)
    assert paired_power(200, gain=0.02, disagree=0.1) < 0.2  # two points are invisible on 200 items


def test_modality_gain_takes_the_modality_that_won_on_validation():
    target = torch.arange(100) % 2
    fused = target.clone()
    image, text = target.clone(), target.clone()
    image[:10], text[:30] = 1 - image[:10], 1 - text[:30]
    got = modality_gain(fused, {"image": image, "text": text}, target, valid_accuracy={"text": 0.9, "image": 0.8})
    assert got.best == "text"  # although the picture is better on the test items
    assert got.gain == paired_bootstrap(torch.ones(100), (text == target).float())
    assert got.gain.mean == pytest.approx(0.3)
    assert str(got).endswith("(100 items) over text")
    scores = torch.nn.functional.one_hot(fused, 2).float()
    again = modality_gain(scores, {"image": image, "text": text}, target, valid_accuracy={"text": 0.9, "image": 0.8})
    assert again == got


def test_right():
    assert is_correct(torch.tensor([0, 1, 1]), torch.tensor([0, 1, 0])).tolist() == [True, True, False]
    assert is_correct(torch.tensor([[0.2, 0.8]]), torch.tensor([1])).tolist() == [True]


ONE, TWO = torch.ones(1), torch.ones(2)


def test_complex_numbers_are_refused():
    with pytest.raises(TypeError, match="^b has dtype torch.complex64, needs real numbers$"):
        paired_bootstrap(TWO, TWO + 0j)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: paired_bootstrap(TWO, ONE), r"b has shape \(1,\), needs \(N=2\)"),
        (lambda: paired_bootstrap(ONE, ONE), "a has 1 items, needs >= 2"),
        (lambda: paired_bootstrap(TWO, TWO / 0), "a or b holds nan or infinite"),
        (lambda: paired_bootstrap(TWO, TWO, confidence=95), "confidence is 95, needs a share"),
        (lambda: paired_bootstrap(TWO, TWO, resamples=10), "resamples is 10, needs a whole number >= 100"),
        (lambda: mcnemar(TWO / 2, TWO), "a holds values besides 0 and 1"),
        (lambda: mcnemar(TWO[:0], TWO[:0]), "a has 0 items, needs >= 1"),
        (lambda: paired_power(0, gain=0.1, disagree=0.2), "n is 0"),
        (lambda: paired_power(2.5, gain=0.1, disagree=0.2), "n is 2.5, needs a whole number >= 1"),
        (lambda: paired_power(10, gain=0.2, disagree=0.1), r"disagree is 0.1, needs more than \|gain\| = 0.2"),
        (lambda: modality_gain(TWO, {}, TWO, valid_accuracy={}), "needs the names of single"),
        (lambda: modality_gain(TWO, {"a": TWO}, TWO, valid_accuracy={"b": 1}), r"valid_accuracy has \['b'\]"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_power_grows_to_one():
    powers = [paired_power(n, gain=0.02, disagree=0.1) for n in (100, 1000, 10_000, 100_000)]
    assert powers == sorted(powers)
    assert math.isclose(powers[-1], 1)
