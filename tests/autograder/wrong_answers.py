"""Plausible wrong answers that are no mistake of the catalogue (or one written in another way): each must be rejected."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import tensor


def split_reseeded_by_size(n, test_frac, seed):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(n))
    k = round(n * test_frac)
    return order[k:], order[:k]


def split_drops_last(n, test_frac, seed):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    k = round(n * test_frac)
    return order[k:-1], order[:k]


def split_numpy_global(n, test_frac, seed):
    np.random.seed(seed)  # noqa: NPY002
    order = torch.from_numpy(np.random.permutation(n))  # noqa: NPY002
    k = round(n * test_frac)
    return order[k:], order[:k]


def scale_by_largest(train, test):
    top = train.abs().amax(0).clamp_min(1e-8)
    return train / top, test / top


def scale_in_place(train, test):
    mean, deviation = train.mean(0), train.std(0, unbiased=False)
    deviation[deviation == 0] = 1
    train -= mean
    return train / deviation, (test - mean) / deviation


def align_first_of_ties(t_src, v_src, t_query, fill=float("nan")):
    best = (t_src[None] - t_query[:, None]).masked_fill(t_src[None] > t_query[:, None], -torch.inf).argmax(1)
    return torch.where(t_query < t_src[0], torch.tensor(fill, dtype=v_src.dtype), v_src[best])


def mean_of_sorted_mask(x, mask):
    steps = mask.sum(1)
    return torch.stack([row[:count].mean(0) if count else row[0] * 0 for row, count in zip(x, steps, strict=True)])


def mse_flattened(pred, target, reduction="mean"):
    if pred.numel() != target.numel():
        raise ValueError
    return F.l1_loss(pred.flatten() ** 2, target.flatten() ** 2, reduction=reduction)


def mse_wrong_error(pred, target, reduction="mean"):
    assert pred.shape == target.shape
    e = (pred - target) ** 2
    return e if reduction == "none" else getattr(e, reduction)()


def huber_fixed(pred, target, delta=1.0):
    e = (pred - target).abs()
    return torch.where(e <= 1, 0.5 * e**2, e - 0.5).mean()


def huber_pseudo(pred, target, delta=1.0):
    return (delta**2 * ((1 + ((pred - target) / delta) ** 2).sqrt() - 1)).mean()


def holes_zero_grad_hook(pred, target):
    return torch.nanmean((pred - target) ** 2).nan_to_num(0.0)


def nll_with_constant(mean, log_var, target):
    return -torch.distributions.Normal(mean, (log_var / 2).exp()).log_prob(target).mean()


def nll_floor(mean, log_var, target):
    variance = log_var.exp().clamp_min(1e-2)
    return 0.5 * (variance.log() + (target - mean) ** 2 / variance).mean()


def softmax_clipped(logits):
    e = logits.clamp(-50, 50).exp()
    return e / e.sum(1, keepdim=True)


def softmax_float32(logits):
    z = logits.float()
    e = (z - z.amax(1, keepdim=True)).exp()
    return e / e.sum(1, keepdim=True)


def softmax_temperature(logits):
    e = (0.99 * (logits - logits.amax(1, keepdim=True))).exp()
    return e / e.sum(1, keepdim=True)


def entropy_binary(logits, target):
    return F.binary_cross_entropy_with_logits(logits, F.one_hot(target, logits.shape[1]).to(logits.dtype))


def entropy_median(logits, target):
    return -logits.log_softmax(1).gather(1, target[:, None]).median()


def smooth_fixed(logits, target, eps=0.1):
    y = 0.9 * F.one_hot(target, logits.shape[1]).to(logits.dtype) + 0.1 / logits.shape[1]
    return -(y * logits.log_softmax(1)).sum(1).mean()


def weighted_then_mean(logits, target, weight):
    weight = weight / weight.mean()
    return (weight[target] * (logits.logsumexp(1) - logits.gather(1, target[:, None])[:, 0])).mean()


def distance_half(a, b, eps=1e-12):
    return torch.sqrt((((a - b) ** 2).sum(-1) / 2).clamp_min(eps))


def distance_manhattan(a, b, eps=1e-12):
    return (a - b).abs().sum(-1)


def contrastive_hinge_of_both(d, y, margin=1.0):
    return torch.clamp(y * d**2 + (1 - y) * (margin - d), min=0).mean() / 2


def contrastive_sigmoid(d, y, margin=1.0):
    return F.binary_cross_entropy_with_logits(margin - d, y.to(d.dtype))


def contrastive_leaky(d, y, margin=1.0):
    return (y * d**2 + (1 - y) * F.leaky_relu(margin - d) ** 2).mean() / 2


def triplet_soft(d_pos, d_neg, margin=0.2):
    return F.softplus(d_pos - d_neg + margin).mean()


def triplet_hardest(d_pos, d_neg, margin=0.2):
    return torch.clamp(d_pos.max() - d_neg.min() + margin, min=0)


def pairs_random_order(labels):
    i, j = torch.triu_indices(len(labels), len(labels), offset=1).flip(1)
    return i, j, (labels[i] == labels[j]).long()


def pairs_minus_one(labels):
    i, j = torch.triu_indices(len(labels), len(labels), offset=1)
    return i, j, torch.where(labels[i] == labels[j], 1, -1)


def force_unclipped_pull(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y[:, None]
    return (y * diff - (1 - y) * torch.clamp(margin - d, min=0) ** 2 * diff / d.clamp_min(1e-12)) / len(a)


def force_step(a, b, y, margin):
    diff = b - a
    d = diff.norm(dim=1, keepdim=True).clamp_min(1e-12)
    y = y[:, None]
    return (y * diff + (1 - y) * torch.clamp(margin - d, min=0) * diff / d) / len(a)


WRONG = {
    "00.1": [
        lambda a, b: (a[:, None] - b[None]).abs().amax(-1),
        lambda a, b: ((a[:, None] - b[None]) ** 2).sum(-1).float().round(decimals=2),
    ],
    "00.2": [split_reseeded_by_size, split_drops_last, split_numpy_global],
    "00.3": [
        lambda x: (x.median().item(), 0.1),
        lambda x: (x.mean().item(), (2 * x.std() / len(x) ** 0.5).item()),
        lambda x: x.mean().item(),
    ],
    "01.1": [scale_by_largest, scale_in_place, lambda a, b: (a, b)],
    "01.2": [
        lambda seqs, pad=0.0: (
            torch.nn.utils.rnn.pad_sequence(seqs, batch_first=True),
            torch.ones(len(seqs), max(map(len, seqs))) > 0,
        ),
        lambda seqs, pad=0.0: torch.nn.utils.rnn.pad_sequence(seqs, batch_first=True, padding_value=pad),
    ],
    "01.3": [mean_of_sorted_mask, lambda x, mask: x.mean(1)],
    "01.4": [align_first_of_ties, lambda t, v, q, fill=0.0: v.new_full((len(q),), fill)],
    "02.1": [mse_flattened, mse_wrong_error, lambda pred, target, reduction="mean": ((pred - target) ** 2).mean()],
    "02.2": [huber_fixed, huber_pseudo, lambda pred, target, delta=1.0: (pred - target).abs().mean()],
    "02.3": [holes_zero_grad_hook, lambda pred, target: torch.nanmean((pred - target) ** 2)],
    "02.4": [nll_with_constant, nll_floor],
    "03.1": [softmax_clipped, softmax_float32, softmax_temperature],
    "03.2": [entropy_binary, entropy_median, lambda logits, target: tensor(0.0)],
    "03.3": [smooth_fixed, lambda logits, target, eps=0.1: (1 - eps) * F.nll_loss(logits.log_softmax(1), target)],
    "03.4": [weighted_then_mean, lambda logits, target, weight: F.nll_loss(logits.log_softmax(1) * weight, target)],
    "04.1": [distance_half, distance_manhattan, lambda a, b, eps=1e-12: (a - b).norm(dim=1) * (1 + eps)],
    "04.2": [contrastive_hinge_of_both, contrastive_sigmoid, contrastive_leaky],
    "04.3": [triplet_soft, triplet_hardest, lambda d_pos, d_neg, margin=0.2: F.relu(d_pos - d_neg).mean() + margin],
    "04.4": [pairs_random_order, pairs_minus_one],
    "04.5": [force_unclipped_pull, force_step],
}
