"""Grad-CAM, occlusion, deletion curves, rank correlation: against plain loops, and where they must be 0."""

import math

import pytest
import torch
from scipy import stats
from torch import nn

from fusion_edu import explain
from fusion_edu.encoders import SmallCNN


def cnn(classes=3):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1),
        nn.Tanh(),
        nn.Conv2d(4, 5, 3),
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(5 * 4 * 4, classes),
    ).double()


def cam_by_hand(model, x, target):
    """Plain loops; the gradient from a forward pass that begins at the layer."""
    maps = model[:4](x).detach().requires_grad_()
    out = model[4:](maps)
    rows = []
    for n in range(len(x)):
        slope = torch.autograd.grad(out[n, target[n]], maps, retain_graph=True)[0][n].tolist()
        values = maps[n].tolist()
        weight = [sum(sum(row) for row in channel) / 16 for channel in slope]
        cam = [[max(0.0, sum(w * values[c][i][j] for c, w in enumerate(weight))) for j in range(4)] for i in range(4)]
        most = max(map(max, cam))
        rows.append([[v / most if most else 0.0 for v in row] for row in cam])
    return torch.tensor(rows, dtype=torch.float64)


def test_grad_cam_equals_plain_loops(draw, device):
    model, x, target = cnn(), draw(1, 4, 3, 6, 6)[0], torch.tensor([0, 2, 1, 1])
    got = explain.grad_cam(model.to(device), model[3], x.to(device), target.to(device))
    torch.testing.assert_close(got.cpu(), cam_by_hand(model.cpu(), x, target))


def test_grad_cam_enlarged_is_between_0_and_1_and_leaves_no_hook(draw):
    model, x = cnn().requires_grad_(False), draw(1, 2, 3, 6, 6)[0]
    got = explain.grad_cam(model, model[3], x, torch.tensor([0, 1]), size=(6, 6))
    assert got.shape == (2, 6, 6)
    torch.testing.assert_close(got.amax((1, 2)), torch.ones(2, dtype=torch.float64))
    assert got.min() >= 0
    assert not model[3]._forward_hooks
    assert explain.grad_cam(model, model[3], x[:0], torch.tensor([], dtype=torch.long)).shape == (0, 4, 4)


def test_grad_cam_of_a_class_that_nothing_speaks_for_is_0():
    layer = nn.Identity()
    got = explain.grad_cam(lambda x: -layer(x).sum((1, 2, 3)), layer, torch.ones(2, 1, 2, 2))
    assert torch.equal(got, torch.zeros(2, 2, 2))


def test_grad_cam_says_what_is_wrong_with_the_layer(draw):
    model, x, target = cnn(), draw(1, 2, 3, 6, 6)[0], torch.tensor([0, 1])
    with pytest.raises(ValueError, match="layer ran 0 times"):
        explain.grad_cam(model, nn.Identity(), x, target)
    with pytest.raises(ValueError, match=r"layer has shape \(2, 80\)"):
        explain.grad_cam(model, model[4], x, target)
    twice = nn.Identity()
    with pytest.raises(ValueError, match="layer ran 2 times"):
        explain.grad_cam(lambda v: twice(twice(v)).sum((2, 3)), twice, x, target)


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (2, 1), (2, 2), (3, 2), (5, 4)])
def test_occlusion_equals_plain_loops(draw, size, stride):
    """A linear score: what a square covers is the sum of its weights times what was there."""
    weights, x = draw(2, 3, 5, 6)
    corners = [sorted({*range(0, n - size, stride), n - size}) for n in (5, 6)]
    want = torch.zeros(5, 6, dtype=torch.float64)
    count = torch.zeros(5, 6, dtype=torch.float64)
    for i in corners[0]:
        for j in corners[1]:
            fall = sum(
                weights[c, r, s].item() * (x[c, r, s].item() - 0.5)
                for c in range(3) for r in range(i, i + size) for s in range(j, j + size)
            )  # fmt: skip
            want[i : i + size, j : j + size] += fall
            count[i : i + size, j : j + size] += 1
    assert count.min() >= 1
    got = explain.occlusion(lambda v: (v * weights).sum((1, 2, 3)), x[None], size=size, stride=stride, fill=0.5)
    torch.testing.assert_close(got[0], want / count)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_occlusion_counts_further_than_half_precision_does(dtype):
    """Regression: 576 squares cover the middle, and bfloat16 counts no further than 256. Every square costs the same."""
    x = torch.ones(1, 1, 48, 48)
    got = explain.occlusion(lambda v: (v.amin((1, 2, 3)) * 3).to(dtype), x, size=24, stride=1)
    assert got.dtype == dtype
    assert (got == 3).all()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"size": 0}, "size is 0"), ({"size": 7}, "size is 7, needs at most 5"), ({"stride": 0}, "stride is 0"),
        ({"images": torch.zeros(5, 6)}, r"images has shape \(5, 6\)"),
    ],
)  # fmt: skip
def test_occlusion_names_bad_input(changes, sentence):
    given = {"images": torch.zeros(1, 3, 5, 6), "size": 2, "stride": 1} | changes
    with pytest.raises(ValueError, match=sentence):
        explain.occlusion(lambda v: v.sum((1, 2, 3)), **given)


def test_deletion_curve_equals_plain_loops(draw):
    model, x, order = cnn(), draw(1, 3, 3, 6, 6)[0], draw(1, 3, 6, 6)[0]
    target = torch.tensor([2, 0, 1])
    counts = [0, 1, 7, 36]
    got = explain.deletion_curve(model, x, order, target, counts=counts, fill=0.3)
    for n in range(3):
        places = sorted(range(36), key=lambda k, n=n: -order[n].flatten()[k].item())
        for column, count in enumerate(counts):
            covered = x[n].clone()
            for k in places[:count]:
                covered[:, k // 6, k % 6] = 0.3
            with torch.no_grad():
                logits = model(covered[None])[0].tolist()
            p = math.exp(logits[target[n]]) / sum(math.exp(s) for s in logits)
            assert got[n, column].item() == pytest.approx(p)


def test_deletion_curve_breaks_ties_in_reading_order_and_takes_no_counts():
    x = torch.arange(4.0).view(1, 1, 2, 2).repeat(1, 2, 1, 1)

    def model(v):
        return torch.stack([v[:, 0].flatten(1)[:, 0], v[:, 0].flatten(1)[:, 3]], dim=1)

    got = explain.deletion_curve(model, x, torch.zeros(1, 2, 2), torch.tensor([0]), counts=[1], fill=9.0)
    torch.testing.assert_close(got[0, 0], torch.tensor([9.0, 3.0]).softmax(0)[0])
    assert explain.deletion_curve(model, x, torch.zeros(1, 2, 2), torch.tensor([0]), counts=[]).shape == (1, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"counts": [37]}, "counts has 37, needs at most 36"), ({"counts": [-1]}, "counts is -1"),
        ({"order_by": torch.full((2, 6, 6), torch.nan)}, "order_by holds nan"),
        ({"order_by": torch.zeros(2, 3, 6, 6)}, "order_by has shape"),
    ],
)  # fmt: skip
def test_deletion_curve_names_bad_input(changes, sentence):
    given = {"order_by": torch.zeros(2, 6, 6), "counts": [1]} | changes
    with pytest.raises(ValueError, match=sentence):
        explain.deletion_curve(cnn().float(), torch.zeros(2, 3, 6, 6), target=torch.tensor([0, 1]), **given)


def test_rank_correlation_is_that_of_scipy_also_with_ties(draw):
    a, b = draw(2, 4, 3, 5)
    a, b = a.round(decimals=0), b.round(decimals=0)
    want = [stats.spearmanr(p.flatten().numpy(), q.flatten().numpy()).statistic for p, q in zip(a, b, strict=True)]
    torch.testing.assert_close(explain.rank_correlation(a, b), torch.tensor(want, dtype=torch.float64))
    torch.testing.assert_close(explain.rank_correlation(a, a.exp()), torch.ones(4, dtype=torch.float64))
    assert explain.rank_correlation(torch.ones(1, 3), torch.ones(1, 3)).isnan().all()
    assert explain.rank_correlation(a[:0], b[:0]).shape == (0,)
    with pytest.raises(ValueError, match="b has shape"):
        explain.rank_correlation(a, b[:, :2])
    for places in (0, 1):
        with pytest.raises(ValueError, match="with at least two places$"):
            explain.rank_correlation(torch.ones(2, places), torch.ones(2, places))
    with pytest.raises(ValueError, match="a holds nan"):
        explain.rank_correlation(a.log(), b)


def test_a_planted_square_is_found_by_all_of_them():
    """A score that reads one corner: nothing else may get a share."""
    model = nn.Sequential(SmallCNN(3, width=4), nn.Linear(4, 2)).eval()
    torch.manual_seed(0)
    x = torch.rand(3, 3, 8, 8)

    def corner(v):
        return v[:, :, :2, :2].square().sum((1, 2, 3))

    outside = torch.ones(8, 8, dtype=torch.bool)
    outside[:2, :2] = False
    assert (explain.saliency(corner, x)[:, :, outside] == 0).all()
    assert (explain.integrated_gradients(corner, x)[:, :, outside] == 0).all()
    assert (explain.occlusion(corner, x, size=1)[:, outside] == 0).all()
    assert explain.occlusion(model, x, torch.tensor([0, 1, 0]), size=3, stride=2).shape == (3, 8, 8)


def pictures(draw):
    return draw(1, 3, 3, 6, 6)[0], torch.tensor([0, 2, 1])


def overwriting():
    """The model of ``cnn`` with ReLUs, once as they are and once in place, the first layer too."""
    models = []
    for inplace in (False, True):
        layers = list(cnn())
        layers[1], layers[3] = nn.ReLU(inplace), nn.ReLU(inplace)
        models.append(nn.Sequential(nn.ReLU(inplace), *layers))
    return models


@pytest.mark.parametrize("frozen", [False, True])
def test_layers_that_work_in_place_change_no_explanation(draw, frozen):
    """Regression: the next layer overwrote what Grad-CAM had seen, and the first one the caller's pictures."""
    (plain, inplace), (x, target) = overwriting(), pictures(draw)
    for model in (plain, inplace):
        model.requires_grad_(not frozen)
    before = x.clone()
    for explained in (
        lambda model: explain.grad_cam(model, model[1], x, target),
        lambda model: explain.grad_cam(model, model[3], x, target),
        lambda model: explain.saliency(model, x, target),
        lambda model: explain.integrated_gradients(model, x, target, steps=3),
        lambda model: explain.completeness_gap(model, x, x, target),
        lambda model: explain.occlusion(model, x, target, size=2, stride=2),
        lambda model: explain.deletion_curve(model, x, x.sum(1), target, counts=[0, 9]),
    ):
        want = explained(plain)
        torch.testing.assert_close(explained(inplace), want)
        assert torch.equal(x, before)
        assert want.count_nonzero() > 0
