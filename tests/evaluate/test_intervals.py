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


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: interval([1.0]), "values has 1 number, needs >= 2"),
        (lambda: interval([1.0, float("nan")]), "values holds nan"),
        (lambda: interval([1.0, 2.0], confidence=95), "confidence is 95, needs a share between 0 and 1"),
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
