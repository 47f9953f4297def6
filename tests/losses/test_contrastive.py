import loss_oracles as oracle
import pytest
import torch
from loss_calls import SIMILAR, dtypes, reductions

from fusion_edu.losses import contrastive, contrastive_from_embeddings

WEIGHT = [0.5, 1.0, 0.0, 2.0, 3.0, 1.0]


@reductions
@pytest.mark.parametrize("margin", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
def test_equals_the_definition(device, draw, reduction, margin, weight):
    distance = draw(1, 6)[0].abs()
    w = None if weight is None else torch.tensor(weight, device=device, dtype=torch.float64)
    options = {"margin": margin, "weight": w, "reduction": reduction}
    got = contrastive(distance.to(device), SIMILAR.to(device), **options)
    want = oracle.reduce(oracle.contrastive(distance.tolist(), SIMILAR.tolist(), margin), reduction, weight)
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))


@reductions
def test_embeddings_equal_the_definition(device, draw, reduction):
    a, b = draw(2, 6, 3)
    got = contrastive_from_embeddings(a.to(device), b.to(device), SIMILAR.to(device), margin=2, reduction=reduction)
    each = oracle.contrastive(oracle.distance(a.tolist(), b.tolist()), SIMILAR.tolist(), 2)
    torch.testing.assert_close(got.cpu(), torch.tensor(oracle.reduce(each, reduction), dtype=torch.float64))


def test_by_hand():
    """Similar at .5, dissimilar at .5, 1 and 2: (.25 + .25 + 0 + 0) / 8."""
    distance, similar = torch.tensor([0.5, 0.5, 1.0, 2.0]), torch.tensor([1, 0, 0, 0])
    assert contrastive(distance, similar) == 0.0625


def test_gradient_is_d_for_similar_and_d_minus_margin_within_it():
    distance = torch.tensor([0.25, 2.0, 0.0, 0.25, 1.0, 2.0], requires_grad=True)
    contrastive(distance, torch.tensor([1, 1, 0, 0, 0, 0]), reduction="sum").backward()
    torch.testing.assert_close(distance.grad, torch.tensor([0.25, 2.0, -1.0, -0.75, 0.0, 0.0]))


@dtypes
@pytest.mark.parametrize("y", [0, 1])
def test_equal_embeddings_get_gradient_zero_in_both_classes(dtype, y):
    """Regression: a naive root has the gradient NaN at d = 0, even where y = 1."""
    a = torch.ones(2, 3, dtype=dtype, requires_grad=True)
    b = a.detach().clone().requires_grad_()
    loss = contrastive_from_embeddings(a, b, torch.tensor([y, y]))
    loss.backward()
    assert loss == (0 if y else 0.5)
    assert (a.grad == 0).all()
    assert (b.grad == 0).all()


def test_the_margin_is_not_squared_nor_compared_with_the_squared_distance():
    """Regression: pytorch-metric-learning with power=2 takes relu(m - d^2), and averages the classes apart."""
    assert contrastive(torch.tensor([0.5]), torch.tensor([0]), margin=2.0) == 1.125
    distance, similar = torch.tensor([0.2, 0.9, 1.0]), torch.tensor([1, 0, 0])
    torch.testing.assert_close(contrastive(distance, similar), torch.tensor((0.04 + 0.01) / 6))


@pytest.mark.parametrize("dtype", [torch.bool, torch.int32, torch.float16, torch.float64])
def test_labels_of_any_dtype(draw, dtype):
    distance = draw(1, 6)[0].abs()
    assert contrastive(distance, SIMILAR.to(dtype)) == contrastive(distance, SIMILAR)


@pytest.mark.parametrize("bad", [-1, 2, 0.5, float("nan")])
def test_refuses_labels_other_than_0_and_1(bad):
    with pytest.raises(ValueError, match=rf"^similar has the value {bad}, needs 0 \(dissimilar\) or 1 \(similar\)$"):
        contrastive(torch.ones(2), torch.tensor([1, bad]))


def test_refuses_a_negative_distance():
    with pytest.raises(ValueError, match="^distance has the value -0.25, needs numbers >= 0$"):
        contrastive(torch.tensor([1.0, -0.25]), torch.tensor([1, 0]))


@pytest.mark.parametrize("margin", [0, -1.0, float("nan"), float("inf")])
def test_refuses_margin(margin):
    with pytest.raises(ValueError, match=f"^margin is {margin}, needs > 0 and finite$"):
        contrastive(torch.ones(2), torch.tensor([1, 0]), margin=margin)


def test_refuses_embeddings_of_other_shapes():
    with pytest.raises(ValueError, match=r"^b has shape \(2, 4\), needs \(B=2, D=3\)$"):
        contrastive_from_embeddings(torch.ones(2, 3), torch.ones(2, 4), torch.tensor([1, 0]))
