"""Pictures of lesson 01: what they count, score and draw, read back."""

import pytest
import torch

from fusion_edu import data
from fusion_edu.viz import png
from fusion_edu.viz.clocks import aligned, timeline
from fusion_edu.viz.heterogeneity import deciding_features, kept, mirrored


def test_timeline_counts_what_is_in_the_window():
    event = data.event(0)
    axes, told = timeline(event)
    assert told == "2 s from second 0: 24 pictures, 9 words, 16000 sound samples, 100 rows of the sensor table."
    assert [ax.get_ylabel() for ax in axes] == ["picture", "caption", "sound", "sensors"]
    _, told = timeline(event, start=0.5, seconds=0.1)
    assert told.startswith("0.1 s from second 0.5: ")
    assert "800 sound samples, 5 rows" in told


def test_timeline_marks_the_impact_only_where_it_is():
    event = data.event(0)
    inside, _ = timeline(event, start=event.impact - 0.1, seconds=0.2)
    outside, _ = timeline(event, start=0.0, seconds=0.1)
    assert [len(ax.lines) for ax in (inside[3], outside[3])] == [1, 0]
    with pytest.raises(ValueError, match="seconds is 0"):
        timeline(event, seconds=0)


def test_deciding_features_draws_scores_and_shares():
    left, right = deciding_features({"quiet": 0.9, "both": 0.3}, share=0.75, chance=0.25)
    assert [line.get_xdata()[0] for line in left.lines if line.get_marker() == "o"] == [0.9, 0.3]
    assert [bar.get_width() for bar in right.patches] == pytest.approx([0.25, 0.75])


def test_kept_draws_one_row_a_mask():
    ax = kept({"a": torch.tensor([True, False]), "b": torch.tensor([False, False])})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert ax.collections[0].get_array().ravel().tolist() == [1, 0, 0, 0]
    with pytest.raises(ValueError, match="rows is empty"):
        kept({})


def test_aligned_shades_what_is_not_known_yet():
    times = torch.tensor([0.0, 1.0, 2.0])
    ax = aligned((times, times), {"truth": (times, 2 * times)}, y="value (1)", now=1.5)
    assert list(ax.lines[0].get_ydata()) == [0, 2, 4]
    assert ax.patches[0].get_x() == 1.5
    assert "not yet known" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_mirrored_flips_the_lower_row():
    pictures = torch.rand(2, 3, 4, 4)
    axes = mirrored(pictures, ["left", "up"], ["right", "up"])
    shown = torch.from_numpy(axes[2].images[0].get_array().data).permute(2, 0, 1)
    assert torch.equal(shown, pictures[0].flip(-1))
    assert [ax.get_xlabel() for ax in axes] == ["left", "up", "right", "up"]
    assert png(axes).startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="needs 2, one a picture"):
        mirrored(pictures, ["left"], ["right", "up"])
