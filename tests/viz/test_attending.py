"""Lesson 08's pictures: what is drawn is what was given, and counts follow the formulas."""

import pytest
import torch

from fusion_edu import viz


def test_captioned_puts_each_caption_under_its_picture():
    axes = viz.captioned(
        torch.rand(2, 3, 8, 8), ["red circle above blue cross", "red cross left of blue circle"], ["true", "false"]
    )
    assert [ax.get_title() for ax in axes] == ["true", "false"]
    assert axes[1].get_xlabel() == "red cross\nleft of\nblue circle"
    with pytest.raises(ValueError, match="captions has 1 texts"):
        viz.captioned(torch.rand(2, 3, 8, 8), ["a b c d e"], ["true", "false"])


def test_word_map_writes_the_weight_of_each_patch():
    weights = torch.tensor([[0.1, 0.2, 0.3, 0.4], [1.0, 0.0, 0.0, 0.0]])
    ax = viz.word_map(torch.rand(3, 8, 8), weights, ["red", "circle"], 0)
    figure = ax.get_figure(root=True)
    assert [text.get_text() for text in figure.axes[1].texts] == ["10", "20", "30", "40"]
    assert figure.get_suptitle() == "[RED] circle"
    with pytest.raises(ValueError, match="needs a square number"):
        viz.word_map(torch.rand(3, 8, 8), weights[:, :3], ["red", "circle"], 0)


def test_attention_cost_says_the_counts():
    ax, sentence = viz.attention_cost(6, patches=16, shared=4)
    assert [round(bar.get_width()) for bar in ax.patches] == [22**2, 6 * 16, 10**2 + 20**2]
    assert "6 words and 16 patches: self-attention computes 484 weights" in sentence


def test_view_graph_leaves_out_the_edges_of_a_missing_node():
    pairs = [("a", "b"), ("b", "c"), ("a", "c")]
    assert len(viz.view_graph(["a", "b", "c"], pairs).lines) == 3
    without = viz.view_graph(["a", "b", "c"], pairs, missing="b")
    assert len(without.lines) == 1
    assert len(without.collections) == 3
