import loss_oracles as oracle
import pytest
import torch
from loss_calls import dtypes, reductions

from fusion_edu.losses import info_nce, supervised_contrastive

LABELS = [0, 1, 0, 2, 1, 0]
WEIGHT = [0.5, 1.0, 0.0, 2.0, 3.0, 1.0]


@reductions
@pytest.mark.parametrize("temperature", [0.1, 1.0])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
def test_equals_the_definition_and_leaves_lonely_samples_out(device, draw, reduction, temperature, weight):
    z = draw(1, 6, 3)[0]
    w = None if weight is None else torch.tensor(weight, device=device, dtype=torch.float64)
    options = {"temperature": temperature, "weight": w, "reduction": reduction}
    got = supervised_contrastive(z.to(device), torch.tensor(LABELS, device=device), **options)
    each = oracle.supervised_contrastive(z.tolist(), LABELS, temperature)
    if reduction == "none":
        want = [(value or 0.0) * (weight[i] if weight else 1) for i, value in enumerate(each)]
    else:
        kept = [i for i, value in enumerate(each) if value is not None]
        want = oracle.reduce([each[i] for i in kept], reduction, [weight[i] for i in kept] if weight else None)
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))


def test_gradients_with_a_lonely_sample(draw):
    z = draw(1, 6, 3)[0].requires_grad_()
    assert torch.autograd.gradcheck(lambda z: supervised_contrastive(z, torch.tensor(LABELS)), z)


def test_two_views_of_each_sample_are_info_nce_with_the_own_side_as_negatives_too(draw):
    """With two samples in two views, each anchor has one positive and two negatives."""
    a, b = draw(2, 2, 3)
    got = supervised_contrastive(torch.cat([a, b]), torch.tensor([0, 1, 0, 1]), temperature=0.5, reduction="none")
    first = info_nce(torch.stack([a[0]] * 3), torch.stack([b[0], a[1], b[1]]), temperature=0.5, reduction="none")
    torch.testing.assert_close(got[0], first[0])


def test_the_same_labels_in_another_tensor_give_the_same_loss(draw):
    """Regression: pytorch-metric-learning drops positives where ``ref_labels is labels``."""
    z, labels = draw(1, 6, 3)[0], torch.tensor(LABELS)
    same = supervised_contrastive(z, labels)
    assert supervised_contrastive(z, labels.clone()) == same
    assert supervised_contrastive(z, labels.int()) == same
    assert supervised_contrastive(z, labels + 100) == same


@dtypes
def test_a_batch_without_any_positive_costs_nothing_and_is_finite(dtype):
    z = torch.eye(3, dtype=dtype, requires_grad=True)
    loss = supervised_contrastive(z, torch.arange(3))
    loss.backward()
    assert loss == 0
    assert (z.grad == 0).all()


@dtypes
def test_a_small_temperature_and_rows_of_zeros_stay_finite(dtype):
    z = torch.tensor([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [1e4, 1e4]], dtype=dtype, requires_grad=True)
    loss = supervised_contrastive(z, torch.tensor([0, 0, 1, 1]), temperature=0.002)
    loss.backward()
    assert loss.isfinite()
    assert loss > 100
    assert z.grad.isfinite().all()


def test_bool_labels_are_two_classes(draw):
    z = draw(1, 4, 3)[0]
    flags = torch.tensor([True, False, True, False])
    assert supervised_contrastive(z, flags) == supervised_contrastive(z, flags.long())


def test_errors():
    z = torch.ones(3, 2)
    with pytest.raises(TypeError, match="^labels has dtype torch.float32, needs integers or bool: class numbers$"):
        supervised_contrastive(z, torch.ones(3))
    with pytest.raises(ValueError, match="^z has 1 row, needs >= 2: the other rows are positives and negatives$"):
        supervised_contrastive(z[:1], torch.tensor([0]))
    with pytest.raises(ValueError, match="^temperature is 0, needs > 0 and finite$"):
        supervised_contrastive(z, torch.tensor([0, 0, 1]), temperature=0)
    with pytest.raises(
        ValueError, match="^temperature is 1e-40, needs more: 1 / temperature is infinite in torch.float32$"
    ):
        supervised_contrastive(z.float(), torch.tensor([0, 0, 1]), temperature=1e-40)
    with pytest.raises(ValueError, match=r"^labels has shape \(2,\), needs \(B=3\)$"):
        supervised_contrastive(z, torch.tensor([0, 0]))
