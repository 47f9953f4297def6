"""Scores against counting by hand and against torchmetrics."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.functional import classification as peer

from fusion_edu.evaluate import accuracy, confusion, f1, precision, recall

pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


def counts(pairs, c):
    hit = sum(p == c == t for p, t in pairs)
    return hit, sum(p == c for p, _ in pairs), sum(t == c for _, t in pairs)


def ratio(a, b):
    return a / b if b else 0.0


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_equals_counting_by_hand(pairs):
    pred, target = (torch.tensor(column) for column in zip(*pairs, strict=True))
    seen = sorted({v for pair in pairs for v in pair})
    table = {c: counts(pairs, c) for c in range(seen[-1] + 1)}
    by_hand = {
        precision: [ratio(hit, called) for hit, called, _ in table.values()],
        recall: [ratio(hit, there) for hit, _, there in table.values()],
        f1: [ratio(2 * hit, called + there) for hit, called, there in table.values()],
    }
    share = sum(p == t for p, t in pairs) / len(pairs)
    assert accuracy(pred, target) == pytest.approx(share)
    for score, values in by_hand.items():
        assert score(pred, target, average=None) == pytest.approx(values)
        assert score(pred, target) == pytest.approx(sum(values[c] for c in seen) / len(seen))
        assert score(pred, target, average="micro") == pytest.approx(share)
    matrix = confusion(pred, target)
    assert all(matrix[t, p] == pairs.count((p, t)) for t in table for p in table)


def test_equals_torchmetrics(device):
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(200, 5, generator=generator).to(device)
    target = torch.randint(5, (200,), generator=generator).to(device)
    rules = {"num_classes": 5, "average": "macro"}
    assert accuracy(scores, target) == pytest.approx(
        peer.multiclass_accuracy(scores, target, num_classes=5, average="micro").item()
    )
    assert precision(scores, target) == pytest.approx(
        peer.multiclass_precision(scores, target, **rules).item(), abs=1e-6
    )
    assert recall(scores, target) == pytest.approx(peer.multiclass_recall(scores, target, **rules).item(), abs=1e-6)
    assert f1(scores, target) == pytest.approx(peer.multiclass_f1_score(scores, target, **rules).item(), abs=1e-6)
    want = peer.multiclass_confusion_matrix(scores, target, num_classes=5).cpu()
    assert torch.equal(confusion(scores, target), want)


def test_scores_fix_the_number_of_classes():
    scores = torch.eye(4)[[0, 0, 1]]
    assert precision(scores, torch.tensor([0, 1, 1]), average=None) == [0.5, 1.0, 0.0, 0.0]
    assert confusion(scores, torch.tensor([0, 1, 1])).shape == (4, 4)
    assert precision(scores, torch.tensor([0, 1, 1])) == 0.75


@pytest.mark.parametrize(
    ("pred", "target", "says"),
    [
        (torch.zeros(2), torch.tensor([0, 1]), r"pred is torch.float32 of shape \(2,\), needs class labels"),
        (torch.zeros(2, 1), torch.tensor([0, 1]), "pred is torch.float32"),
        (torch.tensor([0]), torch.tensor([0, 1]), "pred has 1 samples, needs 2"),
        (torch.tensor([]).long(), torch.tensor([]).long(), "needs N >= 1"),
        (torch.tensor([-1]), torch.tensor([0]), "negative label"),
        (torch.zeros(1, 2), torch.tensor([2]), "target holds label 2, needs < C=2"),
        (torch.full((1, 2), torch.nan), torch.tensor([0]), "pred holds nan"),
        (torch.tensor([0]), torch.tensor([[0]]), r"target has shape \(1, 1\), needs N >= 1"),
    ],
)
def test_refusals_name_the_argument(pred, target, says):
    with pytest.raises(ValueError, match=says):
        accuracy(pred, target)


def test_what_is_no_tensor_of_labels_is_refused():
    labels = torch.tensor([0, 1])
    with pytest.raises(TypeError, match="^pred is a list, needs a torch tensor$"):
        accuracy([0, 1], labels)
    with pytest.raises(TypeError, match="^target has dtype torch.float32, needs integers or bool: class numbers$"):
        accuracy(labels, labels.float())
    with pytest.raises(TypeError, match="^pred has dtype torch.complex64, needs class labels"):
        accuracy(labels + 0j, labels)


def test_unknown_average_is_refused():
    with pytest.raises(ValueError, match="average is 'weighted', needs 'macro', 'micro' or None"):
        f1(torch.tensor([0]), torch.tensor([0]), average="weighted")
