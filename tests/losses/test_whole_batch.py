"""InfoNCE, CLIP and SigLIP: the other rows of the batch are the negatives."""

import math

import loss_oracles as oracle
import pytest
import torch
from loss_calls import CALLS, dtypes, reductions

from fusion_edu.losses import CLIPLoss, SigLIPLoss, clip, info_nce, siglip

WEIGHT = [0.5, 1.0, 0.0, 2.0, 3.0]
FORMS = {
    "info_nce": (lambda a, b, **o: info_nce(a, b, temperature=0.2, **o), lambda a, b: oracle.info_nce(a, b, 5)),
    "clip": (lambda a, b, **o: clip(a, b, scale=5.0, **o), lambda a, b: oracle.clip(a, b, 5)),
    "siglip": (lambda a, b, **o: siglip(a, b, scale=5.0, bias=-3.0, **o), lambda a, b: oracle.siglip(a, b, 5, -3)),
}
forms = pytest.mark.parametrize(("loss", "by_hand"), FORMS.values(), ids=FORMS)


@forms
@reductions
@pytest.mark.parametrize("chunk", [None, 1, 2, 5, 99])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
def test_equals_the_definition(device, draw, loss, by_hand, reduction, chunk, weight):
    a, b = draw(2, 5, 3)
    w = None if weight is None else torch.tensor(weight, device=device, dtype=torch.float64)
    got = loss(a.to(device), b.to(device), weight=w, reduction=reduction, chunk=chunk)
    want = oracle.reduce(by_hand(a.tolist(), b.tolist()), reduction, weight)
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))


@forms
def test_in_chunks_it_has_the_same_gradient(draw, loss, by_hand):
    def gradients(chunk):
        a, b = (x.requires_grad_() for x in draw_again(draw))
        return torch.autograd.grad(loss(a, b, chunk=chunk), (a, b))

    for one, two in zip(gradients(None), gradients(2), strict=True):
        torch.testing.assert_close(one, two)


def draw_again(draw):
    return (x.detach().clone() for x in torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(1)).double())


@forms
def test_in_chunks_what_waits_for_the_backward_pass_does_not_grow_with_the_square(loss, by_hand):
    """Regression: open_clip's chunked SigLIP still keeps the whole table."""

    def kept(batch, chunk):
        seen = {}

        def pack(x):
            seen[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
            return x

        a, b = torch.randn(2, batch, 4).unbind()
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
            loss(a.requires_grad_(), b.requires_grad_(), chunk=chunk)
        return sum(seen.values())

    table = 4 * 1024**2
    for chunk in (16, None):
        assert kept(1024, chunk) < table / 10
    assert kept(512, 16) < 3 * kept(256, 16)


def test_by_hand_two_pairs_at_a_right_angle():
    x = torch.eye(2, dtype=torch.float64)
    cost = math.log(1 + math.exp(-1))
    assert info_nce(x, 3 * x, temperature=1).item() == pytest.approx(cost)
    assert clip(x, x, scale=1).item() == pytest.approx(cost)
    yes, no = math.log(1 + math.exp(0)), math.log(1 + math.exp(-10))
    assert siglip(x, x).item() == pytest.approx(yes + no)


def test_clip_is_the_mean_of_both_directions(draw):
    a, b = draw(2, 6, 4)
    both = (info_nce(a, b, temperature=0.1) + info_nce(b, a, temperature=0.1)) / 2
    torch.testing.assert_close(clip(a, b, scale=10), both)
    assert not torch.isclose(info_nce(a, b), info_nce(b, a))


def test_embeddings_that_say_nothing_cost_log_b():
    same = torch.ones(8, 3)
    torch.testing.assert_close(info_nce(same, same), torch.tensor(math.log(8)))


@dtypes
def test_a_small_temperature_keeps_value_and_gradient(dtype):
    """Regression: pytorch-metric-learning's NTXent at temperature 0.01 gives 87.3 where 150 is true, and no gradient."""
    angle = torch.tensor([0.0, math.pi / 3], dtype=torch.float64)
    a = torch.stack([angle.cos(), angle.sin()], 1).to(dtype).requires_grad_()
    b = torch.stack([-angle.cos(), -angle.sin()], 1).to(dtype).flip(0)  # a_0 b_0 at -1/2, a_0 b_1 at -1, and so on
    b = torch.stack([b[0].neg(), b[1]])  # the first right answer is now worse by 1.5
    got = info_nce(a, b, temperature=0.01, reduction="none")
    want = oracle_large(a.detach().double().tolist(), b.double().tolist(), 100)
    torch.testing.assert_close(got.detach().double(), torch.tensor(want, dtype=torch.float64), rtol=1e-4, atol=1e-3)
    got.sum().backward()
    assert max(want) > 100
    assert a.grad.isfinite().all()
    assert a.grad.abs().max() > 1


def oracle_large(a, b, scale):
    """log of a sum of powers around the largest, which ``math.exp`` can hold."""
    values = []
    for i, row in enumerate(oracle.cosines(a, b)):
        top = max(row)
        values.append(scale * (top - row[i]) + math.log(math.fsum(math.exp(scale * (c - top)) for c in row)))
    return values


@forms
@dtypes
@pytest.mark.parametrize("chunk", [None, 2])
def test_rows_of_zeros_equal_rows_and_huge_rows_stay_finite(loss, by_hand, dtype, chunk):
    """Regression: the gradient of ``F.normalize`` at a row of zeros is 1e12 times too large."""
    rows = torch.tensor([[0.0, 0.0], [1e4, 1e4], [1e4, 1e4], [1e-4, 0.0]], dtype=dtype)
    a, b = rows.clone().requires_grad_(), rows.flip(0).requires_grad_()
    value = loss(a, b, chunk=chunk)
    value.backward()
    assert value.isfinite()
    assert a.grad.isfinite().all()
    assert b.grad.isfinite().all()
    assert (a.grad[0] == 0).all()


@forms
def test_the_length_of_an_embedding_changes_nothing(draw, loss, by_hand):
    a, b = draw(2, 5, 3)
    torch.testing.assert_close(loss(a * torch.tensor([[1], [2], [100], [0.01], [3]]), 7 * b), loss(a, b))


@pytest.mark.parametrize("scale", [0.5, 20.0])
def test_the_scale_and_the_bias_get_gradients(draw, scale):
    a, b = draw(2, 5, 3)
    s = torch.tensor(scale, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor(-1.0, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda s: clip(a, b, scale=s), s)
    assert torch.autograd.gradcheck(lambda s: clip(a, b, scale=s, chunk=2), s)
    assert torch.autograd.gradcheck(lambda s, bias: siglip(a, b, scale=s, bias=bias, chunk=2), (s, bias))


def test_the_learned_scale_is_its_logarithm_and_stops_at_100(device, draw):
    a, b = (x.to(device) for x in draw(2, 5, 3))
    learned = CLIPLoss(temperature=0.05).to(device)
    torch.testing.assert_close(learned(a, b), clip(a, b, scale=20.0), rtol=1e-6, atol=1e-6)
    learned(a, b).backward()
    assert learned.log_scale.grad != 0
    with torch.no_grad():
        learned.log_scale.fill_(9.0)
    learned.log_scale.grad = None
    assert learned.scale == 100
    torch.testing.assert_close(learned(a, b), clip(a, b, scale=100.0))
    assert [name for name, _ in learned.named_parameters()] == ["log_scale"]


def test_siglip_learns_scale_and_bias(device, draw):
    a, b = (x.to(device) for x in draw(2, 5, 3))
    learned = SigLIPLoss().to(device)
    torch.testing.assert_close(learned(a, b), siglip(a, b), rtol=1e-6, atol=1e-6)
    learned(a, b).backward()
    assert {name for name, p in learned.named_parameters() if p.grad != 0} == {"log_scale", "bias"}
    other = SigLIPLoss(scale=2.0, bias=1.0)
    other.load_state_dict(learned.state_dict())
    torch.testing.assert_close(other.scale, learned.scale.cpu())


def test_siglip_is_finite_where_the_sigmoid_is_0():
    x = torch.eye(2, requires_grad=True)
    value = siglip(x, -x, scale=500.0, bias=0.0)
    value.backward()
    assert value.item() == pytest.approx(500 + math.log(2))
    assert x.grad.isfinite().all()


def test_errors():
    x, one = torch.ones(3, 2), torch.ones(1, 2)
    for loss in (info_nce, clip, siglip):
        with pytest.raises(ValueError, match="^a has 1 row, needs >= 2: the other rows are the negatives$"):
            loss(one, one)
        with pytest.raises(
            ValueError, match="^chunk is 0, needs a whole number >= 1 of rows, or None to choose by size$"
        ):
            loss(x, x, chunk=0)
    for bad in (0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match=rf"^temperature is {bad}, needs > 0 and finite$"):
            info_nce(x, x, temperature=bad)
        with pytest.raises(ValueError, match=rf"^temperature is {bad}, needs > 0 and finite$"):
            CLIPLoss(temperature=bad, limit=math.inf)
        with pytest.raises(ValueError, match=rf"^scale has the value {bad:.6g}, needs > 0 and finite$"):
            clip(x, x, scale=bad)
    with pytest.raises(ValueError, match=r"^scale has shape \(1,\), needs \(\) or a number$"):
        siglip(x, x, scale=torch.ones(1))
    with pytest.raises(ValueError, match="^temperature is 0.001, needs >= 0.01, so that the scale is <= 100$"):
        CLIPLoss(temperature=0.001)
    with pytest.raises(ValueError, match="^scale is 0, needs > 0 and finite$"):
        SigLIPLoss(scale=0)


@pytest.mark.parametrize("chunk", [None, 2])
def test_a_bias_that_would_broadcast_is_refused(chunk):
    x = torch.eye(4)
    for shape in ((4,), (4, 1), (1,)):
        with pytest.raises(ValueError, match=r"^bias has shape \(\d.*\), needs \(\) or a number$"):
            siglip(x, x, bias=torch.zeros(shape), chunk=chunk)
    for bad in (math.nan, math.inf, torch.tensor(math.nan)):
        with pytest.raises(ValueError, match=r"^bias has the value (nan|inf), needs a finite number$"):
            siglip(x, x, bias=bad, chunk=chunk)
    with pytest.raises(ValueError, match="^bias is nan, needs > -inf and finite$"):
        SigLIPLoss(bias=math.nan)


def test_a_temperature_without_an_inverse_is_refused():
    x = torch.ones(3, 2)
    needs_more = "^temperature is 1e-40, needs more: 1 / temperature is infinite in torch.float32$"
    with pytest.raises(ValueError, match=needs_more):
        info_nce(x, x, temperature=1e-40)
    assert info_nce(x.double(), x.double(), temperature=1e-40).item() == pytest.approx(math.log(3))


def test_the_limit_of_clip_is_above_0():
    for bad in (0, -1.0, math.nan):
        with pytest.raises(ValueError, match=f"^limit is {bad}, needs > 0$"):
            CLIPLoss(limit=bad)
    assert CLIPLoss(limit=math.inf).scale.item() == pytest.approx(1 / 0.07)


def test_the_table_of_all_losses_holds_them_whole_and_in_chunks():
    assert {f"{name}{how}" for name in FORMS for how in ("", " in chunks")} <= CALLS.keys()
