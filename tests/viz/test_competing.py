"""The contour picture of two losses walks where calculus says; the loss chooser and docs/faq.md are one table."""

from pathlib import Path

import pytest
import torch

from fusion_edu import losses, train, viz
from fusion_edu.syllabus import LESSONS
from fusion_edu.viz import competing
from fusion_edu.viz.choosing import CHOICES, TARGETS


@pytest.mark.parametrize("unit", [1.0, 100.0])
def test_gradients_are_those_of_the_losses(unit):
    at = torch.tensor([0.3, -0.7], dtype=torch.float64, requires_grad=True)
    for loss, want in zip(competing.two_losses(at, unit), competing.gradients(at.detach(), unit), strict=True):
        torch.testing.assert_close(torch.autograd.grad(loss, at)[0], want)


def test_learned_weights_and_pcgrad_are_those_of_the_library():
    at = torch.tensor([0.5, 0.2], dtype=torch.float64, requires_grad=True)
    both = torch.stack(competing.two_losses(at, 100.0))
    losses.uncertainty_weighted(both, both.detach().log()).backward()
    torch.testing.assert_close(competing.direction(at.detach(), 100.0, "learned weights"), at.grad)
    a, b = competing.gradients(at.detach(), 1.0)
    assert torch.dot(a, b) < 0
    want = sum(train.pcgrad({"a": a, "b": b}).values())
    torch.testing.assert_close(competing.direction(at.detach(), 1.0, "PCGrad"), want)


def test_a_unit_drags_the_sum_and_pcgrad_to_b_and_leaves_learned_weights_alone():
    ends = {(way, unit): competing.path(unit, way)[-1] for way in competing.WAYS for unit in (1.0, 1000.0)}
    centre = torch.tensor(competing.CENTRES["B"], dtype=torch.float64)
    assert (ends["plain sum", 1000.0] - centre).norm() < 0.2
    assert (ends["plain sum", 1.0] - centre).norm() > 0.5
    torch.testing.assert_close(ends["learned weights", 1000.0], ends["learned weights", 1.0], atol=0.1, rtol=0)


def test_tug_draws_and_says_its_numbers():
    for way in competing.WAYS:
        ax, sentence = viz.tug(unit=10.0, way=way)
        assert "loss A" in sentence
        assert [t.get_text() for t in ax.texts if t.get_text()] == ["A", "B"]
    with pytest.raises(ValueError, match="^way is 'mean', needs one of plain sum"):
        viz.tug(way="mean")


def test_the_chooser_sets_off_the_rows_of_what_is_predicted():
    for target in TARGETS:
        ax, sentence = viz.loss_chooser(predict=target)
        bold = [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"]
        assert bold.count(target) == sum(c.target == target for c in CHOICES)
        assert all(c.call in sentence for c in CHOICES if c.target == target)
    with pytest.raises(ValueError, match="^predict is 'a feeling', needs one of a number"):
        viz.loss_chooser(predict="a feeling")


def test_every_call_of_the_table_is_there_and_every_lesson():
    import fusion_edu.losses
    import fusion_edu.train

    where = {"losses": fusion_edu.losses, "train": fusion_edu.train, "F": torch.nn.functional}
    for choice in CHOICES:
        module, _, name = choice.call.partition(".")
        assert hasattr(where[module], name), choice.call
        assert choice.lesson in LESSONS, choice.lesson


def test_the_faq_has_the_same_table():
    page = (Path(__file__).parents[2] / "docs/faq.md").read_text(encoding="utf-8")
    for c in CHOICES:
        row = f"| {c.target} | {c.case} | {c.loss} | `{c.call}` | [{c.lesson}](../notebooks/{LESSONS[c.lesson].stem}.ipynb) |"
        assert row in page, row
