"""Lesson 05's pictures: what is drawn is what was given."""

import pytest
import torch

from fusion_edu import fusion, viz


def test_parameters_says_the_two_ends():
    ax, sentence = viz.parameters(128, modalities=3, rank=4)
    assert ax.get_xscale() == "log"
    assert [line.get_xdata()[0] for line in ax.lines][:8] == list(
        fusion.parameter_counts(width=128, modalities=3, rank=4).values()
    )
    assert "3 modalities of width 128 to 64: tensor fusion learns 137 million numbers" in sentence


def test_magnitudes_are_dots_that_say_how_many_times():
    ax = viz.magnitudes({"a": 200, "b": 5000}, x="numbers (count)", against="a")
    assert [text.get_text() for text in ax.texts] == ["200", "5 thousand (× 25)"]
    assert not ax.patches
    low, high = ax.get_xlim()
    assert 10 < low < 200
    assert 5000 < high < 50_000
    with pytest.raises(ValueError, match="needs at least one number, all > 0"):
        viz.magnitudes({"a": 0}, x="")


@pytest.mark.parametrize(
    ("count", "words"), [(7, "7"), (2300, "2.3 thousand"), (17_173_520, "17.2 million"), (4.43e12, "4.43 trillion")]
)
def test_large_numbers_in_short(count, words):
    assert viz.in_short(count) == words


def test_interactions_draws_every_point_once():
    points, labels = torch.randn(12, 2), torch.arange(12) % 2
    axes = viz.interactions({"and": (points, labels), "xor": (points, 1 - labels)})
    assert [ax.get_title() for ax in axes] == ["and", "xor"]
    assert sum(len(part.get_offsets()) for part in axes[0].collections) == 12
    with pytest.raises(ValueError, match="labels"):
        viz.interactions({"and": (points, labels[:5]), "xor": (points, labels)})


def test_gates_are_shares_of_their_group():
    ax = viz.gates({"a bad": torch.tensor([0.1, 0.2, 0.15]), "b bad": torch.tensor([0.9, 0.8])}, x="gate (1)")
    assert sum(patch.get_height() for patch in ax.patches) == pytest.approx(2.0)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a bad", "b bad"]


def test_ways_has_a_sketch_for_each_fusion():
    axes = viz.fusion_diagrams()
    assert [ax.get_title() for ax in axes][:2] == ["concatenation", "weighted sum"]
    assert len(axes) == 8
    assert len(axes[6].patches) == 4 * 3  # tensor: [1; a] of four by [1; b] of three
