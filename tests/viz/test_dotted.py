"""Dots and versus: runs, means, intervals and gains as given, read back from the Axes; the axis shows the data."""

import math

import pytest

from fusion_edu import viz
from fusion_edu.evaluate import Bounds, Interval, gain, interval

RUNS = {"picture": [0.80, 0.82, 0.81], "both": [0.90, 0.93, 0.93], "vote": [0.91, 0.92, 0.93]}


def words(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_figure(root=True).legends[0].get_texts()]


def means(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_marker() in "os" and len(line.get_xdata()) == 1]


def test_every_run_is_a_faint_dot_below_its_mean_and_interval():
    ax = viz.dots(RUNS, x="accuracy (share)")
    assert [part.get_offsets()[:, 0].tolist() for part in ax.collections] == [pytest.approx(v) for v in RUNS.values()]
    assert all(part.get_offsets()[:, 1].min() > row for row, part in enumerate(ax.collections))
    found = [interval(values) for values in RUNS.values()]
    assert means(ax) == pytest.approx([i.mean for i in found])
    bars = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert bars == [pytest.approx([i.low, i.high]) for i in found]
    assert words(ax) == [f"{i.mean:.3f} ± {i.half:.3f}" for i in found]
    assert [label.get_text() for label in ax.get_yticklabels()] == list(RUNS)
    assert legend(ax) == ["one of 3 seeds", "95 % interval of the mean"]


def test_intervals_bounds_and_single_numbers_are_drawn_without_runs():
    ax = viz.dots({"a": Interval(0.9, 0.02, 5), "b": Bounds(0.9, 0.85, 0.92, 200), "c": 0.7}, x="accuracy (share)")
    assert words(ax) == ["0.900 ± 0.020", "0.900 [0.850, 0.920]", "0.700"]
    assert not sum(len(part.get_offsets()) for part in ax.collections)


def test_unit_share_and_limits_reach_the_interval():
    values = [0.97, 0.99, 1.0, 0.98]
    common = {"unit": "splits", "test_to_train": 0.25, "limits": (0, 1)}
    ax = viz.dots({"a": values}, x="accuracy (share)", **common)
    want = interval(values, **common)
    assert want.high == 1
    assert words(ax) == [f"{want.mean:.3f} [{want.low:.3f}, 1.000]"]
    assert "one of 4 splits" in legend(ax)
    assert ax.get_xlim()[1] < 1.01


@pytest.mark.parametrize(("chance", "inside"), [(0.78, True), (0.125, False)])
def test_the_axis_is_zoomed_and_what_is_outside_is_noted_at_its_edge(chance, inside):
    ax = viz.dots(RUNS, x="accuracy (share)", chance=chance, title="three methods")
    low, high = ax.get_xlim()
    assert low > 0.7
    assert high < 1.0
    assert bool(low <= chance <= high) is inside
    assert (f"chance: {chance:.3f}" in legend(ax)) is inside
    assert (f"◂ chance: {chance:.3f}" in words(ax)) is not inside


def test_a_baseline_is_a_number_or_a_group():
    ax = viz.dots(RUNS, x="accuracy (share)", baseline="both", chance=2.0)
    assert "both: 0.920" in legend(ax)
    assert "chance: 2.000 ▸" in words(ax)
    assert "baseline: 0.850" in legend(viz.dots(RUNS, x="accuracy (share)", baseline=0.85))
    with pytest.raises(ValueError, match="baseline is 'none', needs a number or one of"):
        viz.dots(RUNS, x="x", baseline="none")


def test_a_given_view_stays():
    assert viz.dots(RUNS, x="accuracy (share)", chance=0.125, view=(0, 1)).get_xlim() == (0, 1)


def test_equal_scores_are_not_blown_up():
    low, high = viz.dots({"a": [0.5, 0.5], "b": 0.5}, x="accuracy (share)").get_xlim()
    assert high - low >= 0.01
    assert math.isclose((low + high) / 2, 0.5)


def test_roles_have_a_colour_and_a_marker_each():
    ax = viz.dots(RUNS, x="accuracy (share)", roles={"picture": "single", "both": "fusion", "vote": "fusion"})
    looks = [(line.get_color(), line.get_marker()) for line in ax.lines if line.get_marker() in "os"]
    assert looks[0] != looks[1] == looks[2]
    assert legend(ax)[:2] == ["one modality", "fusion"]
    for roles in ({"nobody": "single"}, {"both": "twin"}):
        with pytest.raises(ValueError, match="roles has .*, needs one of"):
            viz.dots(RUNS, x="x", roles=roles)


def test_versus_draws_paired_gains_beside_the_scores():
    left, right = viz.versus(RUNS, against="both", x="accuracy (share)")
    found = {name: gain(RUNS[name], RUNS["both"]) for name in ("picture", "vote")}
    assert words(right) == [f"{i.mean:+.3f} ± {i.half:.3f}" for i in found.values()]
    assert means(right) == pytest.approx([i.mean for i in found.values()])
    assert right.collections[0].get_offsets()[:, 0].tolist() == pytest.approx([-0.10, -0.11, -0.12])
    assert right.get_xlabel() == "gain over both (share)"
    assert right.get_ylim() == left.get_ylim()
    assert right.get_xlim()[0] < 0 < right.get_xlim()[1]
    faces = [line.get_markerfacecolor() for line in right.lines if line.get_marker() in "os"]
    assert faces[0] != "white" == faces[1]  # "vote" is not shown to differ
    assert "hollow: 0 lies inside, not shown" in legend(left)


def test_versus_passes_on_what_a_run_is():
    many = {"unit": "splits", "test_to_train": 0.5}
    _, right = viz.versus(RUNS, against="vote", x="accuracy (share)", **many)
    want = gain(RUNS["picture"], RUNS["vote"], **many)
    assert words(right)[0] == f"{want.mean:+.3f} ± {want.half:.3f}"


def test_versus_needs_runs_and_somebody_to_compare_with():
    with pytest.raises(ValueError, match="against is 'x', needs one of"):
        viz.versus(RUNS, against="x", x="")
    with pytest.raises(ValueError, match=r"groups\['a'\] is Interval.*, needs at least 2 values, run by run"):
        viz.versus({"a": Interval(0.9, 0.1, 3), "b": [0.1, 0.2]}, against="b", x="")
    with pytest.raises(ValueError, match="groups is empty"):
        viz.dots({}, x="")
