"""What holds is what the numbers say, end by end."""

import numpy as np
import pytest
import torch

from fusion_edu.evaluate import Bounds, Interval, claim

WIDE, NARROW = Interval(0.02, 0.03, 5), Interval(0.02, 0.01, 5, "splits")


@pytest.mark.parametrize(
    ("effect", "limit", "holds"),
    [
        (NARROW, {"above": 0}, True),
        (WIDE, {"above": 0}, False),
        (WIDE, {"below": 0.06}, True),
        (WIDE, {"below": 0.05}, False),
        (NARROW, {"between": (-0.04, 0.04)}, True),
        (NARROW, {"between": (-0.02, 0.02)}, False),
        (Bounds(0.5, 0.1, 0.6, 200), {"above": 0.2}, False),
        (0.3, {"above": 0.3}, False),
        ([0.4, 0.31], {"above": 0.3}, True),
        ({"a": NARROW, "b": WIDE}, {"above": 0}, False),
        (True, {}, True),
        ([True, False], {}, False),
        (np.all([True, True]), {}, True),
        ({"a": torch.tensor(True), "b": np.bool_(False)}, {}, False),
        (float("nan"), {"above": 0}, False),
        ([1.0, float("nan")], {"above": 0}, False),
        ([float("nan"), 1.0], {"above": 0}, False),
        ([-1.0, float("nan")], {"below": 0}, False),
        ({"a": 0.1, "b": float("nan")}, {"between": (-1, 1)}, False),
        ([Interval(float("nan"), 0.1, 5), WIDE], {"between": (-1, 1)}, False),
    ],
)
def test_holds_where_the_whole_of_it_does(effect, limit, holds):
    assert claim("05.x", effect, says="so it is", **limit).holds is holds


def test_shows_its_numbers_and_what_they_count():
    assert claim("05.x", NARROW, above=0, says="s").shown == "0.020 ± 0.010 (5 splits)"
    assert claim("05.x", [0.25, 0.5], above=0, says="s", digits=2).shown == "from 0.25 to 0.50 in 2 cases"
    assert claim("05.x", {"a": 1, "b": NARROW}, above=0, says="s", digits=1).shown == "a 1.0, b 0.0 ± 0.0 (5 splits)"
    assert claim("05.x", True, says="s").shown == ""
    assert claim("05.x", [1e-9, 2e-9], above=0, says="s").shown == "0.000 in 2 cases"
    assert claim("05.x", -1e-9, between=(-1, 1), says="what rounds to 0 has no sign").shown == "0.000"


@pytest.mark.parametrize(
    ("key", "effect", "limits", "says"),
    [
        ("gate", 1.0, {"above": 0}, "key is 'gate', needs the lesson and a name"),
        ("05.gate", 1.0, {}, "has 0 limits, needs exactly one"),
        ("05.gate", 1.0, {"above": 0, "below": 2}, "has 2 limits"),
        ("05.gate", True, {"above": 0}, "needs none for yes or no"),
        ("05.gate", [True, 0.0], {}, "05.gate has both yes or no and numbers, needs one kind"),
        ("05.gate", [], {"above": 0}, "effect is empty"),
    ],
)
def test_refusals(key, effect, limits, says):
    with pytest.raises(ValueError, match=says):
        claim(key, effect, says="so it is", **limits)
    with pytest.raises(ValueError, match="says is empty"):
        claim("05.gate", 1.0, above=0, says=" ")
