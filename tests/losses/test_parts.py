"""Losses of a whole batch in parts: the formula's values and gradients, whatever the size, the part and the reduction."""

import pytest
import torch
from torch.nn import functional as F

from fusion_edu.losses import clip, contrastive_from_embeddings, info_nce, siglip, supervised_contrastive
from fusion_edu.losses.pair_parts import row_distances

SCALES = [1.0, 14.0, 100.0]


def table(a, b):
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).T


def info_nce_formula(a, b, scale):
    return F.cross_entropy(scale * table(a, b), torch.arange(len(a)), reduction="none")


def clip_formula(a, b, scale):
    return (info_nce_formula(a, b, scale) + info_nce_formula(b, a, scale)) / 2


def siglip_formula(a, b, scale):
    logits = scale * table(a, b) - 3
    answers = 2 * torch.eye(len(a), dtype=a.dtype) - 1
    return F.softplus(-answers * logits, threshold=60).sum(1)


def supcon_formula(a, b, scale):
    """By the definition, a sample at a time; of one side, which is the sum of both here."""
    cosines, labels = scale * table(a + b, a + b), torch.arange(len(a)) // 3
    losses = []
    for i in range(len(a)):
        others = torch.arange(len(a)) != i
        positive = others & (labels == labels[i])
        losses.append(
            cosines[i][others].logsumexp(0) - cosines[i][positive].mean() if positive.any() else cosines[i].sum() * 0
        )
    return torch.stack(losses)


LOSSES = {
    "info_nce": (lambda a, b, s, **o: info_nce(a, b, temperature=1 / s, **o), info_nce_formula),
    "clip": (lambda a, b, s, **o: clip(a, b, scale=s, **o), clip_formula),
    "siglip": (lambda a, b, s, **o: siglip(a, b, scale=s, bias=-3.0, **o), siglip_formula),
    "supcon": (
        lambda a, b, s, **o: supervised_contrastive(a + b, torch.arange(len(a)) // 3, temperature=1 / s, **o),
        supcon_formula,
    ),
}
losses = pytest.mark.parametrize(("ours", "formula"), LOSSES.values(), ids=LOSSES)


def sides(size, seed=0, dtype=torch.float64):
    a, noise = torch.randn(2, size, 6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return a.to(dtype).requires_grad_(), (a + 0.7 * noise).to(dtype).requires_grad_()


def reduced(values, reduction, weight, paired):
    """What the loss is to be after weights and reduction."""
    values = values if weight is None else values * weight
    total = (torch.ones(len(values)).double() if weight is None else weight)[paired].sum()
    return {"none": values, "sum": values.sum(), "mean": values.sum() / total}[reduction]


@pytest.mark.sample(108)
@losses
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("size", "chunk"), [(23, 1), (23, 5), (23, 23), (23, 64), (601, None), (601, 100)])
def test_parts_are_the_formula(monkeypatch, ours, formula, scale, reduction, weighted, size, chunk):
    monkeypatch.setattr("fusion_edu.losses.table.MANY_ROWS", 512)  # fewer rows than the library's, for the sake of time
    a, b = sides(size)
    weight = torch.linspace(0, 2, size, dtype=torch.float64) if weighted else None
    values = formula(a, b, scale)
    paired = torch.ones(size, dtype=torch.bool)
    if formula is supcon_formula:
        paired = torch.bincount(torch.arange(size) // 3)[torch.arange(size) // 3] > 1
    want = reduced(values, reduction, weight, paired)
    got = ours(a, b, scale, weight=weight, reduction=reduction, chunk=chunk)
    torch.testing.assert_close(got, want, rtol=1e-10, atol=1e-10)
    slope = (
        torch.linspace(-1, 3, want.numel(), dtype=torch.float64).view(want.shape) if want.ndim else torch.tensor(0.37)
    )
    mine, true = (torch.autograd.grad(x, (a, b), slope.to(x.dtype)) for x in (got, want))
    for one, other in zip(mine, true, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-10 * scale)


@losses
@pytest.mark.parametrize("scale", SCALES)
def test_in_float32_parts_are_as_exact_as_the_formula(ours, formula, scale):
    a, b = sides(700, dtype=torch.float32)
    leaves = [x.detach().double().requires_grad_() for x in (a, b)]
    true = formula(*leaves, scale)
    true = true[:699].sum() / 699 if formula is supcon_formula else true.mean()  # the last one is alone in its class
    want = torch.autograd.grad(true, leaves)
    value = ours(a, b, scale)
    assert value.dtype == torch.float32
    assert abs(value.item() - true.item()) < 1e-6 * max(3.0, scale, true.item())
    for one, other in zip(torch.autograd.grad(value, (a, b)), want, strict=True):
        assert (one.double() - other).norm() < 1e-5 * other.norm()


@pytest.mark.sample(8)
@losses
@pytest.mark.parametrize("frozen", [None, 0, 1])
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_first_and_second_derivatives_are_true_also_where_a_side_is_frozen(ours, formula, frozen, reduction):
    leaves = [x.detach().requires_grad_(k != frozen) for k, x in enumerate(sides(7))]

    def call(a, b):
        return ours(a, b, 2.0, chunk=3, reduction=reduction)

    assert torch.autograd.gradcheck(call, leaves)
    assert torch.autograd.gradgradcheck(call, leaves)


def test_scale_and_bias_learn_in_parts_also_alone():
    a, b = (x.detach() for x in sides(9))
    scale, bias = (torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (3.0, -2.0))
    assert torch.autograd.gradcheck(lambda s, t: siglip(a, b, scale=s, bias=t, chunk=4), (scale, bias))
    assert torch.autograd.gradcheck(lambda s: clip(a, b, scale=s, chunk=4), (scale,))
    a.requires_grad_()
    assert torch.autograd.gradcheck(lambda a, s, t: siglip(a, b, scale=s, bias=t, chunk=4), (a, scale, bias))


@losses
def test_the_same_backward_twice_and_none_without_gradients(ours, formula):
    a, b = sides(20)
    value = ours(a, b, 5.0, chunk=6)
    first = torch.autograd.grad(value, (a, b), retain_graph=True)
    again = torch.autograd.grad(value, (a, b))
    for one, other in zip(first, again, strict=True):
        assert torch.equal(one, other)
    with torch.no_grad():
        assert not ours(a, b, 5.0, chunk=6).requires_grad


@losses
def test_transformations_take_the_formula_at_every_size(ours, formula):
    a, b = (x.detach() for x in sides(20))
    leaves = [x.clone().requires_grad_() for x in (a, b)]
    want = torch.autograd.grad(ours(*leaves, 5.0, chunk=6), leaves)
    got = torch.func.grad(lambda a, b: ours(a, b, 5.0, chunk=6), argnums=(0, 1))(a, b)
    for one, other in zip(got, want, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-8, atol=1e-12)
    _, slope = torch.func.jvp(lambda a: ours(a, b, 5.0, chunk=6), (a,), (torch.ones_like(a),))
    torch.testing.assert_close(slope, want[0].sum(), rtol=1e-7, atol=1e-10)


@losses
def test_nan_in_one_row_is_seen_in_the_value(ours, formula):
    a, b = (x.detach().clone() for x in sides(30))
    a[4, 2] = torch.nan
    assert ours(a, b, 5.0, chunk=7).isnan()


@pytest.mark.parametrize("frozen", [None, 0, 1])
def test_many_pairs_are_the_formula(frozen):
    generator = torch.Generator().manual_seed(5)
    a, step = torch.randn(2, 4100, 3, generator=generator, dtype=torch.float64)
    similar = torch.rand(4100, generator=generator) < 0.5
    b = a + 0.4 * step
    leaves = [x.clone().requires_grad_(k != frozen) for k, x in enumerate((a, b))]
    distance = (leaves[0] - leaves[1]).square().sum(1).sqrt()
    true = torch.where(similar, distance, (1 - distance).clamp_min(0)).square() / 2
    got = contrastive_from_embeddings(*leaves, similar, reduction="none")
    torch.testing.assert_close(got, true, rtol=1e-12, atol=1e-14)
    slope = torch.linspace(-1, 1, 4100, dtype=torch.float64)
    learning = [x for x in leaves if x.requires_grad]
    for one, other in zip(*(torch.autograd.grad(x, learning, slope) for x in (got, true)), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)


def test_pairs_have_first_and_second_derivatives():
    a, b = (0.3 * x.detach() for x in sides(9))
    similar = torch.arange(9) % 2 == 0
    leaves = [a.requires_grad_(), b.requires_grad_()]
    assert torch.autograd.gradcheck(lambda a, b: contrastive_from_embeddings(a, b, similar, margin=2.0), leaves)
    assert torch.autograd.gradgradcheck(lambda a, b: contrastive_from_embeddings(a, b, similar, margin=2.0), leaves)


@pytest.mark.parametrize("size", [1e-30, 1e-18, 1.0, 1e18, 1e25])
def test_pairs_of_any_length_keep_their_distance(size):
    a = size * torch.tensor([[3.0, 4.0], [3.0, 4.0]])
    b = torch.tensor([[0.0, 0.0], [3.0 * size, 4.0 * size]])
    got = row_distances(a, b)
    torch.testing.assert_close(got.double(), 5 * size * torch.tensor([1.0, 0.0]).double(), rtol=1e-6, atol=0)
