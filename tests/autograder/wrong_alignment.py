"""Plausible wrong answers to the tasks of lesson 09: each must be rejected."""

import math

import torch
import torch.nn.functional as F


def nce_one_length(za, zb, tau=0.07):
    return F.cross_entropy(F.normalize(za, dim=1) @ zb.T / tau, torch.arange(len(za)))


def nce_no_own(za, zb, tau=0.07):
    s = F.normalize(za) @ F.normalize(zb).T / tau
    others = s.masked_fill(torch.eye(len(s), dtype=torch.bool), -1e4)
    return (others.logsumexp(1) - s.diagonal()).mean()


def nce_binary(za, zb, tau=0.07):
    s = F.normalize(za) @ F.normalize(zb).T / tau
    return F.binary_cross_entropy_with_logits(s, torch.eye(len(s), dtype=s.dtype))


def nce_sum(za, zb, tau=0.07):
    s = F.normalize(za) @ F.normalize(zb).T / tau
    return F.cross_entropy(s, torch.arange(len(s)), reduction="sum")


def clip_log_limit_100(img, txt, log_scale):
    s = log_scale.clamp(max=100).exp() * img @ txt.T
    y = torch.arange(len(img))
    return (F.cross_entropy(s, y) + F.cross_entropy(s.T, y)) / 2


def clip_same_twice(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100) * img @ txt.T
    y = torch.arange(len(img))
    return (F.cross_entropy(s, y) + F.cross_entropy(s, y)) / 2


def clip_limit_4_6(img, txt, log_scale):
    s = log_scale.exp().clamp(max=math.log(100)) * img @ txt.T
    y = torch.arange(len(img))
    return (F.cross_entropy(s, y) + F.cross_entropy(s.T, y)) / 2


def siglip_bias_in_scale(img, txt, scale, bias):
    logits = scale * (img @ txt.T + bias)
    return -F.logsigmoid((2 * torch.eye(len(img), dtype=img.dtype) - 1) * logits).sum() / len(img)


def siglip_balanced(img, txt, scale, bias):
    logits, n = scale * img @ txt.T + bias, len(img)
    each = -F.logsigmoid((2 * torch.eye(n, dtype=img.dtype) - 1) * logits)
    return each.trace() / n + (each.sum() - each.trace()) / max(n * (n - 1), 1)


def siglip_log_scale(img, txt, scale, bias):
    logits = scale.exp() * img @ txt.T + bias
    return -F.logsigmoid((2 * torch.eye(len(img), dtype=img.dtype) - 1) * logits).sum() / len(img)


def supcon_over_all_pairs(z, labels, tau=0.1):
    me = torch.eye(len(z), dtype=torch.bool)
    s = (z @ z.T / tau).masked_fill(me, -1e9)
    positive = (labels[:, None] == labels) & ~me
    return -s.log_softmax(1)[positive].mean() if positive.any() else 0 * z.sum()


def supcon_diagonal_zero(z, labels, tau=0.1):
    me = torch.eye(len(z), dtype=torch.bool)
    s = (z @ z.T / tau).masked_fill(me, 0)
    positive = (labels[:, None] == labels) & ~me
    count = positive.sum(1)
    each = -(s.log_softmax(1) * positive).sum(1) / count.clamp_min(1)
    return each.sum() / (count > 0).sum().clamp_min(1)


def supcon_first_positive(z, labels, tau=0.1):
    me = torch.eye(len(z), dtype=torch.bool)
    logp = (z @ z.T / tau).masked_fill(me, -1e9).log_softmax(1)
    positive = (labels[:, None] == labels) & ~me
    rows = positive.any(1)
    if not rows.any():
        return 0 * z.sum()
    return -logp[rows, positive[rows].int().argmax(1)].mean()


def recall_first_owner(sim, owner, k):
    own = torch.stack([(owner == i).int().argmax() for i in range(len(sim))])
    i2t = (sim.topk(k, 1).indices == own[:, None]).any(1).float().mean().item()
    return i2t, (sim.topk(k, 0).indices == owner).any(0).float().mean().item()


def recall_zero_based(sim, owner, k):
    own = sim[owner, torch.arange(len(owner))]
    best = torch.stack([own[owner == i].max() for i in range(len(sim))])
    return ((sim > best[:, None]).sum(1) <= k).float().mean().item(), ((sim > own).sum(0) < k).float().mean().item()


def recall_percent(sim, owner, k):
    own = owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]
    found = sim.topk(k, 0).indices == owner
    return 100 * own.any(1).float().mean().item(), 100 * found.any(0).float().mean().item()


def zero_shot_best_prompt(img, prompts):
    scores = torch.einsum("nd,cpd->ncp", F.normalize(img, dim=1), F.normalize(prompts, dim=2))
    return scores.amax(2).argmax(1)


def zero_shot_mean_score(img, prompts):
    scores = torch.einsum("nd,cpd->ncp", F.normalize(img, dim=1), F.normalize(prompts, dim=2))
    return scores.mean(2).argmax(1)


def zero_shot_distance(img, prompts):
    return torch.cdist(img, F.normalize(prompts, dim=2).mean(1)).argmin(1)


WRONG = {
    "09.1": [nce_one_length, nce_no_own, nce_binary, nce_sum],
    "09.2": [clip_log_limit_100, clip_same_twice, clip_limit_4_6],
    "09.3": [siglip_bias_in_scale, siglip_balanced, siglip_log_scale],
    "09.4": [supcon_over_all_pairs, supcon_diagonal_zero, supcon_first_positive],
    "09.5": [recall_first_owner, recall_zero_based, recall_percent],
    "09.6": [zero_shot_best_prompt, zero_shot_mean_score, zero_shot_distance],
}
