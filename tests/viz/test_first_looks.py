"""The plots of lesson 00: what they show, read back from the Axes."""

import math
from statistics import mean, stdev

import pytest
import torch

from fusion_edu import data, viz
from fusion_edu.viz.seeds import typical_half


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_gallery_shows_every_picture_at_its_own_size():
    large, small = torch.rand(3, 3, 12, 12), torch.rand(3, 3, 4, 4)
    axes = viz.gallery([large, small], ["sharp", "coarse"], names=["a b", "c", "d"], groups=["x", "y", "z"])
    assert [ax.images[0].get_array().shape[0] for ax in axes] == [12, 12, 12, 4, 4, 4]
    assert [ax.get_title() for ax in axes[:3]] == ["x", "y", "z"]
    assert [ax.get_xlabel() for ax in axes[3:]] == ["a\nb", "c", "d"]
    assert [axes[0].get_ylabel(), axes[3].get_ylabel()] == ["sharp", "coarse"]
    seen = torch.from_numpy(axes[1].images[0].get_array().filled())
    torch.testing.assert_close(seen, large[1].permute(1, 2, 0))


@pytest.mark.parametrize(
    ("rows", "labels", "extra", "message"),
    [
        ([], [], {}, "at least one row"),
        ([torch.rand(2, 3, 4, 4)], ["a", "b"], {}, "labels has 2 texts, needs 1"),
        ([torch.rand(2, 3, 4, 4)], ["a"], {"names": ["n"]}, "names has 1 texts, needs 2"),
        ([torch.rand(2, 3, 4, 4)], ["a"], {"groups": ["g"]}, "groups has 1 texts, needs 2"),
        ([torch.rand(2, 3, 4, 4), torch.rand(3, 3, 4, 4)], ["a", "b"], {}, "row_1 has shape"),
    ],
)
def test_gallery_names_what_does_not_fit(rows, labels, extra, message):
    with pytest.raises(ValueError, match=message):
        viz.gallery(rows, labels, **extra)


def test_event_streams_share_one_clock_and_mark_the_impact():
    event = data.event(seed=3, seconds=3.0)
    axes = viz.event_streams(event)
    assert all(ax.get_xlim() == (0, 3.0) for ax in axes)
    assert all(any(list(line.get_xdata()) == [event.impact] * 2 for line in ax.lines) for ax in axes)
    assert texts(axes[1]) == list(event.streams["caption"].values)
    assert [image.get_extent()[0] for image in axes[0].images] == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5])
    assert [ax.get_ylabel() for ax in axes] == ["picture", "caption", "sound", "sensor"]
    assert axes[3].get_xlabel() == "time (s)"


def test_interval_width_tells_mean_and_half_width_by_hand():
    values = [0.80, 0.82, 0.78, 0.84, 0.81, 0.70]
    (left, right), sentence = viz.interval_width(values, seeds=5)
    half = 2.776 * stdev(values[:5]) / math.sqrt(5)
    assert sentence == f"5 seeds: {mean(values[:5]):.3f} ± {half:.3f}."
    full, empty = (part.get_offsets()[:, 1].tolist() for part in left.collections)
    assert full == values[:5]
    assert empty == values[5:]
    assert right.collections[0].get_offsets()[0].tolist() == pytest.approx([5, half], abs=1e-4)
    assert list(right.lines[0].get_xdata()) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(("seeds", "t"), [(2, 12.706), (5, 2.776), (20, 2.093), (80, 1.990)])
def test_typical_half_follows_students_table(seeds, t):
    assert typical_half(0.5, seeds) == pytest.approx(t * 0.5 / math.sqrt(seeds), rel=1e-3)


@pytest.mark.parametrize("seeds", [1, 7])
def test_interval_width_needs_as_many_runs_as_it_shows(seeds):
    with pytest.raises(ValueError, match=f"seeds is {seeds}, needs 2 to 6"):
        viz.interval_width([0.1] * 6, seeds=seeds)


def test_equal_runs_are_drawn_too():
    _, sentence = viz.interval_width([0.5, 0.5, 0.5], seeds=2)
    assert sentence == "2 seeds: 0.500 ± 0.000."
