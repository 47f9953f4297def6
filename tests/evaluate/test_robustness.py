"""The area under a robustness curve: closed forms, NumPy's trapezoids, properties; and runs that are paired."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu.evaluate import Robustness, gain, robustness, robustness_area

few = settings(max_examples=50, deadline=None, derandomize=True)
numbers = st.floats(-10, 10)


@st.composite
def curves(draw):
    steps = draw(st.lists(st.floats(0.01, 5), min_size=1, max_size=7))
    levels = [draw(numbers)]
    for step in steps:
        levels.append(levels[-1] + step)
    return levels, draw(st.lists(numbers, min_size=len(levels), max_size=len(levels)))


@few
@given(curve=curves())
def test_equals_numpy(curve):
    levels, scores = curve
    want = np.trapezoid(scores, levels) / (levels[-1] - levels[0])
    assert robustness_area(levels, scores) == pytest.approx(want, abs=1e-9)


@few
@given(curve=curves(), shift=numbers, scale=st.floats(0.1, 10))
def test_it_does_not_see_the_unit_of_the_levels_and_stays_between_the_scores(curve, shift, scale):
    levels, scores = curve
    area = robustness_area(levels, scores)
    assert robustness_area([scale * level + shift for level in levels], scores) == pytest.approx(area, abs=1e-6)
    assert min(scores) - 1e-9 <= area <= max(scores) + 1e-9


def test_closed_forms():
    assert robustness_area([0, 1], [1, 0]) == 0.5
    assert robustness_area([2, 5, 6], [0.75] * 3) == pytest.approx(0.75)
    parabola = [i / 1000 for i in range(1001)]
    assert robustness_area(parabola, [1 - x * x for x in parabola]) == pytest.approx(2 / 3, abs=1e-6)


def test_a_level_in_between_changes_nothing():
    assert robustness_area([0, 1, 3], [1, 0.5, 0.25]) == pytest.approx(
        robustness_area([0, 0.5, 1, 3], [1, 0.75, 0.5, 0.25])
    )


def test_runs_are_collected_and_paired():
    asked = []

    def run(seed):
        asked.append(seed)
        return {"a": [1.0, 0.5 + seed / 100], "b": [0.9, 0.1]}

    found = robustness(run, range(3), [0, 1], progress=False)
    assert asked == [0, 1, 2]
    assert found["a"] == Robustness((0.0, 1.0), ((1.0, 0.5), (1.0, 0.51), (1.0, 0.52)))
    assert found["a"].at(1) == [0.5, 0.51, 0.52]
    assert found["a"].areas() == pytest.approx([0.75, 0.755, 0.76])
    assert gain(found["a"].areas(), found["b"].areas()).mean == pytest.approx(0.255)
    levels, intervals = found["a"].curve(unit="splits", test_to_train=0.25, limits=(0, 1))
    assert levels == (0.0, 1.0)
    assert [i.mean for i in intervals] == pytest.approx([1.0, 0.51])
    assert (intervals[1].unit, intervals[1].limits) == ("splits", (0, 1))


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: robustness_area([0, 1], [1, 1, 1]), r"^scores has 3 numbers for 2 levels, needs one a level"),
        (lambda: robustness_area([0], [1]), r"^scores has 1 numbers for 1 levels, needs one a level, at least 2$"),
        (lambda: robustness_area([0, 0], [1, 1]), r"^levels is \[0.0, 0.0\], needs rising numbers$"),
        (lambda: robustness_area([1, 0], [1, 1]), r"^levels is \[1.0, 0.0\], needs rising numbers$"),
        (lambda: robustness_area([0, 1], [1, math.nan]), r"^levels and scores hold nan or infinite numbers"),
        (lambda: robustness_area([0, math.inf], [1, 1]), r"^levels and scores hold nan or infinite numbers"),
        (lambda: robustness(lambda seed: {}, [], [0, 1]), r"^seeds is \[\], needs at least one"),
        (lambda: robustness(lambda seed: {}, [1, 1], [0, 1]), r"^seeds is \[1, 1\], needs at least one, each once"),
        (lambda: robustness(lambda seed: {str(seed): [1, 1]}, [1, 2], [0, 1]), r"^run gives different methods"),
        (lambda: robustness(lambda seed: {"a": [1]}, [1], [0, 1]), r"^scores has 1 numbers for 2 levels"),
        (lambda: Robustness((0.0, 1.0), ((1.0, 0.5),)).at(0.5), r"^level is 0.5, needs one of \[0.0, 1.0\]$"),
    ],
)  # fmt: skip
def test_refusals(call, match):
    with pytest.raises(ValueError, match=match):
        call()
