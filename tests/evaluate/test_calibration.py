"""Calibration error against counting by hand and torchmetrics; what it can and cannot see; temperature."""

import math

import pytest
import torch
import torch.nn.functional as F
from torchmetrics.functional.classification import multiclass_calibration_error

from fusion_edu.evaluate import accuracy, apply_temperature, ece, ece_floor, fit_temperature, reliability


def sample(n, classes, seed, sharpness=1.0):
    """Probabilities, and labels drawn from them: an honest model, unless it speaks more sharply than it knows."""
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(n, classes, generator=generator, dtype=torch.float64)
    target = torch.multinomial(logits.softmax(1), 1, generator=generator).squeeze(1)
    return sharpness * logits, target


def by_hand(probs, target, bins):
    """Equal widths, item by item."""
    groups = {}
    for row, label in zip(probs.tolist(), target.tolist(), strict=True):
        said = max(row)
        groups.setdefault(min(math.floor(said * bins), bins - 1), []).append((said, row.index(said) == label))
    error = 0
    for group in groups.values():
        said, right = (sum(column) / len(group) for column in zip(*group, strict=True))
        error += len(group) / len(target) * abs(said - right)
    return error


@pytest.mark.parametrize("bins", [1, 5, 10, 15])
def test_equals_counting_by_hand_and_torchmetrics(bins, device):
    logits, target = sample(400, 4, 0, sharpness=2)
    probs = logits.softmax(1)
    got = ece(probs.to(device), target.to(device), bins=bins)
    assert got == pytest.approx(by_hand(probs, target, bins), abs=1e-12)
    peer = multiclass_calibration_error(probs, target, num_classes=4, n_bins=bins, norm="l1")
    assert got == pytest.approx(peer.item(), abs=1e-6)


def test_the_ends_of_the_scale():
    sure = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    assert ece(sure, torch.tensor([0, 1, 0])) == 0
    assert ece(sure, torch.tensor([0, 1, 1])) == pytest.approx(1 / 3)
    table = reliability(torch.tensor([[0.5, 0.5], [0.95, 0.05]]), torch.tensor([0, 1]))
    assert table.confidence.tolist() == pytest.approx([0.5, 0.95])
    assert table.accuracy.tolist() == [1, 0]
    assert table.count.tolist() == [1, 1]


def test_bins_of_equal_mass():
    logits, target = sample(1000, 3, 1)
    probs = logits.softmax(1)
    table = reliability(probs, target, bins=8, binning="mass")
    assert table.count.tolist() == [125] * 8
    order = probs.amax(1).argsort()
    said = [part.mean().item() for part in probs.amax(1)[order].split(125)]
    right = [part.double().mean().item() for part in (probs.argmax(1) == target)[order].split(125)]
    assert table.confidence.tolist() == pytest.approx(said)
    assert table.accuracy.tolist() == pytest.approx(right)
    assert table.error == pytest.approx(sum(abs(a - b) for a, b in zip(said, right, strict=True)) / 8)


def test_equal_confidences_share_a_bin_whatever_their_order():
    probs = torch.tensor([[0.7, 0.3]] * 10)
    target = torch.tensor([0] * 7 + [1] * 3)
    for order in (torch.arange(10), torch.arange(9, -1, -1)):
        table = reliability(probs[order], target[order], bins=5, binning="mass")
        assert table.count.tolist() == [10]
        assert table.error == pytest.approx(0, abs=1e-7)


def test_an_honest_model_is_at_the_floor_and_a_loud_one_far_above():
    values = [sample(500, 3, seed) for seed in range(20)]
    honest = [ece(logits.softmax(1), target) for logits, target in values]
    floor = [ece_floor(logits.softmax(1), draws=20) for logits, _ in values]
    loud = [ece((3 * logits).softmax(1), target) for logits, target in values]
    mean = [sum(numbers) / 20 for numbers in (honest, floor, loud)]
    assert mean[0] == pytest.approx(mean[1], rel=0.15)
    assert 0.01 < mean[0] < 0.3 * mean[2]
    few = [ece(logits[:50].softmax(1), target[:50]) for logits, target in values]
    assert sum(few) / 20 > 2 * mean[0]  # fewer samples, larger error, same honest model


def test_saying_the_commonest_class_scores_well_and_knows_nothing():
    target = torch.tensor([0] * 60 + [1] * 40)
    assert ece(torch.tensor([[0.6, 0.4]]).expand(100, 2), target) == pytest.approx(0, abs=1e-7)


def nll(logits, target, t):
    return F.cross_entropy(logits / t, target).item()


@pytest.mark.parametrize("sharpness", [0.3, 1.0, 2.5, 8.0])
def test_temperature_undoes_a_sharpening(sharpness, device):
    logits, target = sample(4000, 4, 3, sharpness)
    t = fit_temperature(logits.float().to(device), target.to(device))
    assert t == pytest.approx(sharpness, rel=0.06)
    grid = [t * factor for factor in (0.98, 0.999, 1.001, 1.02)]
    assert all(nll(logits, target, t) <= nll(logits, target, other) for other in grid)


def test_temperature_leaves_every_decision_and_mends_the_confidence():
    logits, target = sample(2000, 4, 4, sharpness=3)
    valid, test = slice(0, 1000), slice(1000, 2000)
    t = fit_temperature(logits[valid], target[valid])
    before, after = apply_temperature(logits[test], 1.0), apply_temperature(logits[test], t)
    assert torch.equal(before.argmax(1), after.argmax(1))
    assert accuracy(before, target[test]) == accuracy(after, target[test])
    assert ece(after, target[test]) < 0.4 * ece(before, target[test])


def test_temperature_at_the_ends():
    separable = torch.tensor([[5.0, 0.0], [0.0, 5.0]])
    assert fit_temperature(separable, torch.tensor([0, 1])) == 0.01
    assert fit_temperature(separable, torch.tensor([1, 0])) == 100
    assert fit_temperature(separable + 1000, torch.tensor([0, 0])) == pytest.approx(100)


PROBS = torch.tensor([[0.5, 0.5]])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ece(PROBS * 3, torch.tensor([0])), "probs has rows that are not probabilities"),
        (lambda: ece(torch.tensor([[1.5, -0.5]]), torch.tensor([0])), "probs has rows that are not"),
        (lambda: ece(torch.full((1, 2), torch.nan), torch.tensor([0])), "probs has rows that are not"),
        (lambda: ece(PROBS, torch.tensor([2])), r"target holds 2..2, needs 0..1 as probs has"),
        (lambda: ece(PROBS, torch.tensor([0, 1])), r"target has shape \(2,\), needs \(N=1\)"),
        (lambda: ece(PROBS[:0], torch.tensor([]).long()), "probs has no rows"),
        (lambda: ece(PROBS, torch.tensor([0]), bins=0), "bins is 0, needs a whole number >= 1"),
        (lambda: ece(PROBS, torch.tensor([0]), bins=2.5), "bins is 2.5, needs a whole number >= 1"),
        (lambda: ece(PROBS, torch.tensor([0]), binning="size"), "binning is 'size', needs 'width' or 'mass'"),
        (lambda: ece_floor(PROBS, draws=0), "draws is 0, needs a whole number >= 1"),
        (lambda: ece_floor(PROBS[:0]), "probs has no rows, needs at least one"),
        (lambda: fit_temperature(PROBS / 0, torch.tensor([0])), "needs at least one, and finite"),
        (lambda: fit_temperature(PROBS, torch.tensor([2])), r"target holds 2..2, needs 0..1 as logits has"),
        (lambda: apply_temperature(PROBS, 0.0), "temperature is 0.0, needs > 0"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_dtypes_are_refused():
    with pytest.raises(TypeError, match="^target has dtype torch.float32, needs integers or bool: class numbers$"):
        ece(PROBS, torch.tensor([0.0]))
    with pytest.raises(TypeError, match="^probs has dtype torch.complex64, needs real numbers$"):
        ece(PROBS + 0j, torch.tensor([0]))
    assert ece(PROBS, torch.tensor([False])) == ece(PROBS, torch.tensor([0]))
