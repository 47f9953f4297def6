import math

import pytest
import torch
from fusion_layers import SAME, B, inputs, some_present, spoilt

from fusion_edu.fusion import product_of_experts, product_of_gaussians

PRIOR = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64).log()
missing = pytest.mark.parametrize("present", [None, some_present(SAME)], ids=["all", "some"])


def log_probs():
    return {m: v.log_softmax(1) for m, v in inputs(SAME).items()}


def by_hand(x, prior, present):
    rows = []
    for i in range(B):
        used = [v[i].tolist() for k, v in enumerate(x.values()) if present is None or present[i, k]]
        raw = [math.prod(math.exp(v[c]) for v in used) / math.exp(prior[c]) ** (len(used) - 1) for c in range(4)]
        rows.append([math.log(r / sum(raw)) for r in raw])
    return torch.tensor(rows, dtype=torch.float64)


@missing
def test_equals_plain_loops(present, device):
    mask = None if present is None else present.to(device)
    got = product_of_experts({m: v.to(device) for m, v in log_probs().items()}, PRIOR.to(device), present=mask)
    torch.testing.assert_close(got.cpu(), by_hand(log_probs(), PRIOR.tolist(), present))


def test_two_experts_that_know_nothing_leave_the_prior():
    """Under a 90 % prior the naive product is sure, .988; counted once the prior stays at .900."""
    prior = torch.tensor([0.9, 0.1], dtype=torch.float64)
    x = {"a": prior.log()[None], "b": prior.log()[None]}
    naive = prior[0] ** 2 / (prior**2).sum()
    assert naive.item() == pytest.approx(0.988, abs=5e-4)
    assert product_of_experts(x, prior.log())[0, 0].exp().item() == pytest.approx(0.9)
    flat = torch.full((2,), math.log(0.5), dtype=torch.float64)
    assert product_of_experts(x, flat)[0, 0].exp().item() == pytest.approx(naive.item())


def test_is_the_posterior_where_experts_are_independent_given_the_class():
    """Bayes by hand from p(c), p(u | c) and p(v | c)."""
    torch.manual_seed(0)
    prior, u, v = (torch.rand(*s, dtype=torch.float64) for s in ((3,), (3, 4), (3, 5)))
    prior, u, v = prior / prior.sum(), u / u.sum(1, keepdim=True), v / v.sum(1, keepdim=True)
    joint = prior[:, None, None] * u[:, :, None] * v[:, None, :]  # (C, U, V)
    want = (joint / joint.sum(0)).flatten(1).T  # (U V, C)
    by_u, by_v = (((prior[:, None] * w) / (prior[:, None] * w).sum(0)).T.log() for w in (u, v))
    x = {"u": by_u.repeat_interleave(5, 0), "v": by_v.repeat(4, 1)}
    torch.testing.assert_close(product_of_experts(x, prior.log()).exp(), want)


def test_one_expert_is_left_alone():
    p = log_probs()["text"]
    torch.testing.assert_close(product_of_experts({"text": p}, PRIOR), p)
    alone = torch.tensor([False, True, False]).expand(B, 3)
    torch.testing.assert_close(product_of_experts(log_probs(), PRIOR, present=alone), p)


def test_the_prior_need_not_be_normalised():
    torch.testing.assert_close(product_of_experts(log_probs(), PRIOR + 7), product_of_experts(log_probs(), PRIOR))


def test_no_underflow_where_probabilities_would():
    x = {m: (500 * v).log_softmax(1) for m, v in inputs(SAME).items()}
    got = product_of_experts(x, PRIOR)
    assert got.isfinite().all()
    torch.testing.assert_close(got.exp().sum(1), torch.ones(B, dtype=torch.float64))


def test_impossible_for_one_is_impossible_for_all():
    x = {"a": torch.tensor([[0.0, 0.5, 0.5]]).log(), "b": torch.tensor([[0.4, 0.3, 0.3]]).log()}
    got = product_of_experts(x, torch.zeros(3)).exp()
    torch.testing.assert_close(got, torch.tensor([[0.0, 0.5, 0.5]]))


@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -torch.inf])
def test_missing_entries_never_leak(bad):
    present, results = some_present(SAME), []
    for filling in (bad, 0.0):
        leaves, spread = spoilt(log_probs(), present, filling), spoilt(inputs(SAME), present, filling)
        mean, log_var = product_of_gaussians(leaves, spread, present=present)
        out = product_of_experts(leaves, PRIOR, present=present)
        (out.square().sum() + mean.square().sum() + log_var.sum()).backward()
        results.append((out, mean, log_var, *(v.grad for v in (*leaves.values(), *spread.values()))))
    for got, want in zip(*results, strict=True):
        torch.testing.assert_close(got, want, rtol=0, atol=0)


@missing
@pytest.mark.parametrize("prior", [False, True])
def test_gaussians_equal_plain_loops(present, prior):
    mean, log_var = inputs(SAME), inputs(SAME, seed=12)
    got = product_of_gaussians(mean, log_var, present=present, prior=prior)
    for i in range(B):
        for d in range(4):
            used = [m for k, m in enumerate(mean) if present is None or present[i, k]]
            pairs = [(mean[m][i, d].item(), math.exp(-log_var[m][i, d].item())) for m in used] + [(0.0, 1.0)] * prior
            precision = sum(t for _, t in pairs)
            assert got[0][i, d].item() == pytest.approx(sum(m * t for m, t in pairs) / precision)
            assert got[1][i, d].item() == pytest.approx(-math.log(precision))


@missing
def test_gradients(present):
    x = [v.requires_grad_() for v in (*inputs(SAME).values(), *inputs(SAME, seed=12).values())]

    def experts(*values):
        return product_of_experts(
            {m: v.log_softmax(1) for m, v in zip(SAME, values, strict=True)}, PRIOR, present=present
        )

    def gaussians(*values):
        mean, log_var = dict(zip(SAME, values[:3], strict=True)), dict(zip(SAME, values[3:], strict=True))
        return product_of_gaussians(mean, log_var, present=present)

    assert torch.autograd.gradcheck(experts, x[:3])
    assert torch.autograd.gradcheck(gaussians, x)


def test_runs_on_the_meta_device():
    x, present = {m: v.to("meta") for m, v in inputs(SAME).items()}, some_present(SAME).to("meta")
    assert product_of_experts(x, PRIOR.to("meta"), present=present).shape == (B, 4)
    assert product_of_gaussians(x, x, present=present)[1].shape == (B, 4)


def test_refuses():
    x = log_probs()
    certain = {"a": torch.tensor([[1.0, 0.0]]).log(), "b": torch.tensor([[0.0, 1.0]]).log()}
    for call, error, match in [
        (lambda: product_of_experts({}, PRIOR), ValueError, "^log_probs is empty"),
        (lambda: product_of_experts([], PRIOR), TypeError, "^log_probs is a list"),
        (lambda: product_of_experts(x, PRIOR[1:]), ValueError, r"^log_prior has shape \(3,\), needs \(C=4\)"),
        (lambda: product_of_experts(x, PRIOR.to("meta")), ValueError, "^log_prior is on meta, needs cpu"),
        (lambda: product_of_experts(x, PRIOR - torch.inf), ValueError, "^log_prior holds nan or infinite numbers"),
        (lambda: product_of_experts(x, PRIOR, present=torch.zeros(B, 3).bool()), ValueError, "^present has no modality in row 0"),
        (lambda: product_of_experts(certain, torch.zeros(2)), ValueError, "^log_probs has -inf for every class in row 0"),
        (lambda: product_of_gaussians(x, {"image": x["image"]}), ValueError, "^log_var lacks 'text', 'audio', needs exactly"),
        (lambda: product_of_gaussians(x, {m: v[:, :1] for m, v in x.items()}), ValueError, "^log_var has shape"),
    ]:  # fmt: skip
        with pytest.raises(error, match=match):
            call()
