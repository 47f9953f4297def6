"""A conclusion passes where the interval of the paired gain bears it out, and what is amiss is said otherwise."""

import pytest

from fusion_edu.checks import defend

CLEAR, WIDE, TIGHT = [0.80, 0.82, 0.81], [0.75, 0.90, 0.80], [0.701, 0.722, 0.710]
BASE = [0.70, 0.72, 0.71]


@pytest.mark.parametrize(
    ("first", "conclusion", "margin"),
    [(CLEAR, "better", None), (TIGHT, "the same", 0.02), (WIDE, "not shown", None)],
)
def test_what_follows_is_correct(first, conclusion, margin):
    assert defend("05.open", {"a": first, "b": BASE}, conclusion, margin=margin).correct


def test_worse_is_the_mirror_of_better():
    assert defend("05.open", {"b": BASE, "a": CLEAR}, "worse").correct


@pytest.mark.parametrize(
    ("first", "conclusion", "margin", "says"),
    [
        (WIDE, "better", None, "Better on average only"),
        (WIDE, "worse", None, "on average the first is even better"),
        (CLEAR, "worse", None, "the other way round: the interval says better"),
        (CLEAR, "not shown", None, "is* shown to be better"),
        (WIDE, "the same", 0.02, '"Not shown" is not "the same"'),
        (TIGHT, "the same", None, "needs a margin"),
        (CLEAR, "good", None, "must be one of"),
        (CLEAR[:2], "better", None, "3 runs|2 and 3"),
        ([0.8, float("nan"), 0.8], "better", None, "finite number"),
    ],
)
def test_what_does_not_follow_is_named(first, conclusion, margin, says):
    report = defend("05.open", {"a": first, "b": BASE}, conclusion, margin=margin)
    assert report.outcome == "incorrect"
    assert any(part in report.message for part in says.split("|"))


def test_runs_that_show_nothing_are_refused():
    assert "too few" in defend("05.open", {"a": [1.0, 2.0], "b": [0.0, 1.0]}, "better").message
    assert "does the seed reach" in defend("05.open", {"a": [1.0] * 4, "b": [0.0] * 4}, "better").message
    assert "needs two" in defend("05.open", {"a": CLEAR}, "better").message


def test_untouched_is_not_attempted_and_has_no_points():
    report = defend("05.open", {}, None)
    assert report.outcome == "not_attempted"
    assert "points" not in str(report)
    assert "points" not in report._repr_mimebundle_()["text/html"]


def test_splits_of_one_pool_get_the_wider_interval():
    first = [0.73, 0.77, 0.73, 0.76]
    second = [0.72, 0.73, 0.71, 0.72]
    assert defend("05.open", {"a": first, "b": second}, "better", unit="splits").correct
    corrected = defend("05.open", {"a": first, "b": second}, "better", unit="splits", test_to_train=0.5)
    assert not corrected.correct
