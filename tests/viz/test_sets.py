"""Prediction sets as pictures: every split is drawn, every class of a set is written."""

import pytest
import torch

from fusion_edu import viz


def test_coverages_draw_every_split_and_the_promise():
    ax = viz.coverages({"whole": [0.9, 0.95, 1.0], "broken": [0.7, 0.8]}, promised=0.9)
    assert sum(patch.get_height() for patch in ax.patches) == 5
    assert ax.lines[-1].get_xdata()[0] == 0.9
    with pytest.raises(ValueError, match="groups is empty"):
        viz.coverages({}, promised=0.9)


def test_prediction_sets_write_the_classes():
    sets = torch.tensor([[True, False, False], [False, True, True], [False, False, False]])
    axes = viz.prediction_sets(torch.rand(3, 4, 5), {"all": sets}, torch.tensor([0, 2, 1]), classes=("x", "y", "z"))
    assert [ax.texts[0].get_text() for ax in axes[3:]] == ["x", "y z", "none"]
    assert axes[3].texts[0].get_color() == axes[4].texts[0].get_color() != axes[5].texts[0].get_color()
    with pytest.raises(ValueError, match=r"all has shape \(3, 2\), needs"):
        viz.prediction_sets(torch.rand(3, 4, 5), {"all": sets[:, :2]}, torch.tensor([0, 2, 1]), classes=("x", "y", "z"))
