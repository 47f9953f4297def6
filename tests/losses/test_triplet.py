import loss_oracles as oracle
import pytest
import torch
import torch.nn.functional as F
from loss_calls import reductions

from fusion_edu.losses import triplet


@reductions
@pytest.mark.parametrize("margin", [0.2, 1.0])
def test_equals_the_definition(device, draw, reduction, margin):
    three = draw(3, 8, 3)
    got = triplet(*(x.to(device) for x in three), margin=margin, reduction=reduction)
    want = oracle.reduce(oracle.triplet(*(x.tolist() for x in three), margin), reduction)
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))


def test_equals_pytorch_once_the_eps_1e_6_that_it_adds_to_each_difference_is_zero(draw):
    three = draw(3, 8, 3)
    torch.testing.assert_close(triplet(*three), F.triplet_margin_loss(*three, eps=0.0))
    assert triplet(*three) != F.triplet_margin_loss(*three)


def test_three_equal_points_cost_the_margin_and_have_gradient_zero():
    points = [torch.ones(1, 3, requires_grad=True) for _ in range(3)]
    loss = triplet(*points, margin=0.3)
    loss.backward()
    torch.testing.assert_close(loss.detach(), torch.tensor(0.3))
    assert all((p.grad == 0).all() for p in points)


def test_refuses_margin_and_shapes():
    x = torch.ones(2, 3)
    with pytest.raises(ValueError, match="^margin is 0, needs > 0 and finite$"):
        triplet(x, x, x, margin=0)
    with pytest.raises(ValueError, match=r"^negative has shape \(3, 3\), needs \(B=2, D=3\)$"):
        triplet(x, x, torch.ones(3, 3))
