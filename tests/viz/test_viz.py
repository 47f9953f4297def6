"""What the plots draw, read back from the Axes."""

import pytest
import torch

from fusion_edu import viz
from fusion_edu.evaluate import Interval, interval
from fusion_edu.viz.style import cue


def words(ax):
    return [text.get_text() for text in ax.texts]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_series_differ_in_more_than_colour():
    looks = [cue(i) for i in range(24)]
    assert len({(look["color"], str(look["linestyle"]), look["marker"]) for look in looks}) == 24
    assert len({look["marker"] for look in looks[:8]}) == len({str(look["linestyle"]) for look in looks[:8]}) == 8


def test_first_colours_stand_out_from_white():
    for name in ("blue", "vermillion", "green", "black"):
        assert 1.05 / (luminance(viz.COLOURS[name]) + 0.05) >= 3, name


def test_bars_write_mean_and_interval_and_draw_chance():
    values = [0.7, 0.72, 0.74]
    ax = viz.bars({"alone": values, "both": 0.9, "given": interval(values)}, x="accuracy (1)", chance=0.125)
    want = interval(values)
    assert words(ax) == [f"{want.mean:.3f} ± {want.half:.3f}", "0.900", f"{want.mean:.3f} ± {want.half:.3f}"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["alone", "both", "given"]
    assert [patch.get_width() for patch in ax.patches] == pytest.approx([0.72, 0.9, 0.72])
    assert ax.get_xlabel() == "accuracy (1)"
    assert ax.figure.legends[0].get_texts()[0].get_text() == "chance: 0.125"


def test_strip_draws_every_seed():
    ax = viz.strip({"a": [0.1, 0.2, 0.3], "b": [0.4, 0.5, 0.6]}, y="accuracy (1)", chance=0.5)
    dots = [sorted(part.get_offsets()[:, 1].tolist()) for part in ax.collections if len(part.get_offsets()) == 3]
    assert dots == [pytest.approx([0.1, 0.2, 0.3]), pytest.approx([0.4, 0.5, 0.6])]


def test_curves_start_at_one_and_take_positions():
    ax = viz.curves(
        {"train": [3.0, 2.0], "valid": ([0.5, 1.5], torch.tensor([4.0, 1.0]))}, x="epoch", y="loss (nats)", log=True
    )
    assert [
        line.get_xdata().tolist() if hasattr(line.get_xdata(), "tolist") else list(line.get_xdata())
        for line in ax.lines
    ] == [
        [1, 2],
        [0.5, 1.5],
    ]
    assert ax.get_yscale() == "log"
    with pytest.raises(ValueError, match=r"lines\['a'\] holds values <= 0, needs log=False"):
        viz.curves({"a": [0.0]}, x="epoch", y="loss", log=True)


def test_short_curves_mark_every_point_and_count_in_whole_steps():
    ax = viz.curves(
        {"a": [0.1, 0.2, 0.3], "b": [0.3, 0.2, 0.2], "c": [1, 1, 1], "d": [2, 2, 2]}, x="delay (frames)", y=""
    )
    assert [line.get_markevery() for line in ax.lines] == [(0, 1)] * 4
    assert all(float(tick).is_integer() for tick in ax.get_xticks())


def test_curves_take_intervals_chance_and_floor():
    ax = viz.curves(
        {"a": [Interval(0.5, 0.1, 3), Interval(0.9, 0.2, 3, limits=(0, 1))]}, x="k", y="", chance=0.25, floor=0.1
    )
    assert list(ax.lines[0].get_ydata()) == [0.5, 0.9]
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (pytest.approx(0.4), 1.0)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "chance: 0.25", "floor: 0.1"]


def test_no_bar_of_an_interval_leaves_its_limits():
    given = {"a": Interval(0.95, 0.1, 5, limits=(0, 1))}
    [drawn] = viz.bars(given, x="share").containers[1].lines[2]
    assert drawn.get_segments()[0][:, 0].tolist() == pytest.approx([0.85, 1.0])


def test_heat_writes_every_number():
    ax = viz.heat(
        torch.tensor([[1, 2], [3, 40]]), rows=["r", "s"], columns=["c", "d"], x="predicted", y="true", spec="d"
    )
    assert words(ax) == ["1", "2", "3", "40"]
    with pytest.raises(ValueError, match="rows has 1 names, needs 2"):
        viz.heat(torch.eye(2), rows=["r"], columns=["c", "d"], x="", y="")


def test_scatter_keeps_points_with_their_class():
    points = torch.arange(8.0).reshape(4, 2)
    ax = viz.scatter(points, torch.tensor([1, 0, 1, 1]), names=["a", "b", "none"], x="x", y="y")
    assert [part.get_offsets().tolist() for part in ax.collections] == [[[2, 3]], [[0, 1], [4, 5], [6, 7]], []]
    with pytest.raises(ValueError, match=r"labels run from 0 to 3, needs 0..1"):
        viz.scatter(points, torch.tensor([0, 1, 3, 0]), names=["a", "b"], x="x", y="y")


@pytest.mark.parametrize("draw", [viz.bars, viz.strip, viz.curves])
def test_nothing_to_draw_is_refused(draw):
    with pytest.raises(ValueError, match="is empty, needs at least one name"):
        draw({}, x="x", y="y")
