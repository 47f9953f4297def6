"""Intervals against scipy's own, and what they promise: coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fusion_edu.evaluate import Interval, gain, interval, over_seeds

numbers = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(numbers, st.floats(0.5, 0.999))
def test_equals_scipy(values, confidence):
    got = interval(values, confidence=confidence)
    want = stats.ttest_1samp(values, 0.0).confidence_interval(confidence) if len(set(values)) > 1 else (values[0],) * 2
    assert (got.low, got.high) == pytest.approx(tuple(want), abs=1e-6, rel=1e-6)
    assert got.n == len(values)


def test_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    draws = rng.normal(0.8, 0.1, size=(2000, 5))
    inside = np.mean([abs(interval(row).mean - 0.8) <= interval(row).half for row in draws])
    assert 0.935 < inside < 0.965


def test_gain_is_paired():
    a, b = [0.9, 0.7, 0.5], [0.8, 0.6, 0.4]
    got = gain(a, b)
    assert (got.mean, got.half) == (pytest.approx(0.1), pytest.approx(0, abs=1e-12))
    want = stats.ttest_rel([3.0, 1.0, 4.0], [1.0, 1.0, 1.0]).confidence_interval()
    assert (gain([3, 1, 4], [1, 1, 1]).low, gain([3, 1, 4], [1, 1, 1]).high) == pytest.approx(tuple(want))


def test_reads_as_a_sentence_part():
    assert str(Interval(0.8123, 0.0099, 5)) == "0.812 ± 0.010 (5 seeds)"
    assert f"{Interval(0.8123, 0.0099, 5):.1f}" == "0.8 ± 0.0 (5 seeds)"


def overlapping_splits(rng, n=90, tests=30, splits=5):
    """A known truth: the error of a fitted mean on new rows is var (1 + 1/train); and its estimates over splits of one pool."""
    pool = rng.normal(size=n)
    values = []
    for _ in range(splits):
        order = rng.permutation(n)
        test, rest = pool[order[:tests]], pool[order[tests:]]
        values.append(np.mean((test - rest.mean()) ** 2))
    return values, 1 + 1 / (n - tests), tests / (n - tests)


def test_splits_that_share_rows_need_the_corrected_interval():
    rng = np.random.default_rng(1)
    plain, corrected = [], []
    for _ in range(1500):
        values, truth, ratio = overlapping_splits(rng)
        found = interval(values, unit="splits"), interval(values, unit="splits", test_to_train=ratio)
        plain.append(found[0].low < truth < found[0].high)
        corrected.append(found[1].low < truth < found[1].high)
    assert 0.93 <= np.mean(corrected) <= 0.99
    assert np.mean(plain) < 0.91


def test_the_correction_is_the_papers():
    values = [0.1, 0.4, 0.3, 0.2]
    want = stats.t.ppf(0.975, 3) * np.std(values, ddof=1) * np.sqrt(1 / 4 + 30 / 60)
    found = interval(values, unit="splits", test_to_train=0.5)
    assert found.half == pytest.approx(want)
    assert (found.about, found.unit) == ("new rows of the same kind", "splits")
    assert interval(values, unit="splits").about == "other splits of these very rows"


def test_a_share_stays_a_share():
    found = interval([0.97, 1.0, 0.99], limits=(0, 1))
    assert found.mean + found.half > 1
    assert found.high == 1.0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: interval([1.0]), "values has 1 number, needs >= 2"),
        (lambda: interval([1.0, float("nan")]), "values holds nan"),
        (lambda: interval([1.0, 2.0], confidence=95), "confidence is 95, needs a share between 0 and 1"),
        (lambda: interval([1.0, 2.0], unit="folds"), "unit is 'folds', needs one of"),
        (lambda: interval([1.0, 2.0], test_to_train=0.5), "leave it out, or say unit='splits'"),
        (lambda: interval([1.0, 2.0], unit="splits", test_to_train=-1), "test_to_train is -1"),
        (lambda: interval([1.0, 2.0], limits=(0, 1)), "values go from 1 to 2, needs values inside"),
        (lambda: gain([1, 2], [1]), "b has 1 values, needs 2"),
        (lambda: over_seeds(float, [], progress=False), "needs at least one"),
        (lambda: over_seeds(float, [1, 1], progress=False), "each once"),
        (lambda: over_seeds(lambda s: {str(s): 1.0}, [1, 2], progress=False), "different methods"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_over_seeds_keeps_the_order_and_the_methods():
    assert over_seeds(lambda seed: seed / 2, [3, 1], progress=False) == [1.5, 0.5]
    assert over_seeds(lambda seed: {"a": seed, "b": -seed}, (1, 2), progress=False) == {"a": [1, 2], "b": [-1, -2]}
