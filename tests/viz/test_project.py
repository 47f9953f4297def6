"""Lesson 07's pictures say what the models said."""

import pytest
import torch

from fusion_edu import viz
from fusion_edu.data import Samples
from fusion_edu.viz.project import branches, item_opinions

CLASSES = ("food", "travel", "objects")


def items():
    return Samples(
        {"image": torch.rand(2, 3, 8, 8), "name": ("tea", "a rocket with a very long name")},
        torch.tensor([0, 2]),
        CLASSES,
    )


def opinions():
    return {
        "picture": torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]]),
        "both": torch.tensor([[0.2, 0.7, 0.1], [0.1, 0.1, 0.8]]),
    }


def test_the_sentence_tells_truth_and_choices():
    _, sentence = item_opinions(items(), opinions(), 1)
    assert sentence == "“a rocket with a very long name” is objects. picture: travel (wrong), both: objects (right)."


def test_bars_are_the_probabilities_and_the_frame_is_the_truth():
    (picture, left, right), _ = item_opinions(items(), opinions(), item=0)
    assert picture.get_title() == "tea"
    assert [bar.get_width() for bar in left.patches[:3]] == pytest.approx([0.7, 0.2, 0.1])
    assert right.patches[3].get_y() + right.patches[3].get_height() / 2 == pytest.approx(0)
    assert (left.get_title(), right.get_title()) == ("picture: right", "both: wrong")


@pytest.mark.parametrize("item", [-1, 2])
def test_a_row_that_is_not_there_is_refused(item):
    with pytest.raises(ValueError, match="needs 0 to 1"):
        item_opinions(items(), opinions(), item)


def test_opinions_of_other_rows_are_refused():
    with pytest.raises(ValueError, match="opinions_one_model"):
        item_opinions(items(), {"one model": torch.rand(3, 3)}, 0)


def test_branches_draw_every_box_once():
    ax = branches({"image": ["pixels", "CNN"], "text": ["words", "LSTM"]}, ["join", "classes"])
    texts = [text.get_text() for text in ax.texts if text.get_text()]
    assert texts == ["pixels", "CNN", "words", "LSTM", "join", "classes"]
    assert viz.png(ax.get_figure())


@pytest.mark.parametrize(("rows", "joined"), [({}, ["a"]), ({"a": ["b"], "c": ["d", "e"]}, ["f"]), ({"a": ["b"]}, [])])
def test_branches_that_do_not_fit_are_refused(rows, joined):
    with pytest.raises(ValueError, match="needs one length"):
        branches(rows, joined)
