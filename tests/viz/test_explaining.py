"""Lesson 13's pictures: what is drawn is what was given."""

import pytest
import torch

from fusion_edu import viz


def test_maps_are_pictures_over_a_row_for_each_method():
    signed = torch.tensor([[[1.0, -2.0], [0.0, 0.5]]]).repeat(3, 1, 1)
    axes = viz.maps(torch.rand(3, 3, 8, 8), {"IG": signed, "size": signed.abs()})
    assert len(axes) == 9
    assert [ax.get_ylabel() for ax in axes[::3]] == ["picture", "IG", "size"]
    assert axes[3].images[0].get_clim() == (-2, 2)
    assert axes[6].images[0].get_clim() == (0, 2)
    with pytest.raises(ValueError, match="rows has shape"):
        viz.maps(torch.rand(3, 3, 8, 8), {"IG": signed[:2]})


def test_explained_names_the_winner():
    axes, sentence = viz.explained(torch.rand(3, 8, 8), torch.rand(8, 8), {"cat": 0.2, "dog": 0.8})
    assert sentence == "It says: dog, with 80%."
    assert [bar.get_width() for bar in axes[2].patches] == [0.2, 0.8]


def test_credit_has_a_panel_a_game_and_a_marker_a_method():
    values = {"Shapley": {"a": 0.25, "b": 0.25}, "solo": {"a": 0.0, "b": 0.5}}
    axes = viz.credit({"xor": values, "copies": values}, x="accuracy (1)")
    assert [ax.get_title() for ax in axes] == ["xor", "copies"]
    assert [list(line.get_xdata()) for line in axes[0].lines[:2]] == [[0.25, 0.25], [0.0, 0.5]]
    assert [label.get_text() for label in axes[1].get_yticklabels()] == ["a", "b"]
    assert len(viz.credit({"one": values}, x="accuracy (1)")) == 1
