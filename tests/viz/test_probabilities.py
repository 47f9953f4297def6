"""The reliability curve and the guesses show the numbers that they claim to show."""

import pytest
import torch

from fusion_edu.viz import canvas, png, probabilities


def test_bins_by_hand():
    probs = torch.tensor([[0.55, 0.45], [0.45, 0.55], [0.9, 0.1], [0.0, 1.0]])
    found = probabilities.binned(probs, torch.tensor([0, 0, 0, 1]), bins=2)
    assert [count for *_, count in found] == [2, 2]
    assert [right for _, right, _ in found] == [0.5, 1.0]
    assert [said for said, *_ in found] == pytest.approx([0.55, 0.95])
    assert probabilities.binned(probs, torch.tensor([0, 0, 0, 1]), bins=2, least=3) == []


def test_reliability_draws_one_line_a_model_and_refuses_other_lengths():
    probs = torch.softmax(torch.randn(400, 3, generator=torch.Generator().manual_seed(0)), 1)
    ax = probabilities.reliability({"a": probs, "b": probs}, torch.zeros(400, dtype=torch.long))
    assert [line.get_label() for line in ax.lines] == ["honest", "a", "b"]
    assert png(ax).startswith(b"\x89PNG")
    below = ax.figure.axes[1]
    assert sum(bar.get_height() for bar in below.patches) == 800  # every sample of both models is counted
    assert len(probabilities.reliability({"a": probs}, torch.zeros(400).long(), ax=canvas()).figure.axes) == 1
    with pytest.raises(ValueError, match="labels"):
        probabilities.reliability({"a": probs}, torch.zeros(399, dtype=torch.long))


def test_guesses_have_a_row_for_each_model():
    pictures, probs, labels = torch.rand(3, 1, 8, 8), torch.full((3, 4), 0.25), torch.tensor([0, 3, 1])
    axes = probabilities.guesses(pictures, {"one": probs, "two words": probs}, labels, classes="abcd")
    assert len(axes) == 9
    assert png(axes).startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="two_words"):
        probabilities.guesses(pictures, {"two words": probs[:, :3]}, labels, classes="abcd")
