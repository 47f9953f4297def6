"""Plausible wrong answers to the tasks of lesson 10: each must be rejected."""

import torch
import torch.nn.functional as F


def dropout_ordinary(feats, u, p, training):
    return F.dropout(feats, p, training), torch.ones(u.shape, dtype=torch.bool)


def dropout_own_draws(feats, u, p, training):
    keep = (torch.rand_like(u) >= p) | (u == u.amax(1, keepdim=True)) | (not training)
    return feats * keep[..., None], keep


def dropout_first_survivor_of_batch(feats, u, p, training):
    keep = u >= p
    if training and not keep.any():
        keep[:, 0] = True
    return feats * keep[..., None] if training else feats, keep if training else torch.ones_like(keep)


def gaussians_averaged_variances(mu, log_var, present):
    here = present[..., None]
    count = here.sum(0) + 1
    variance = (torch.where(here, log_var.exp(), 0.0).sum(0) + 1) / count
    return torch.where(here, mu, 0.0).sum(0) / count, variance.log()


def gaussians_guarded(mu, log_var, present):
    precision = torch.where(present[..., None], torch.exp(-log_var.clamp(min=-4)), 0.0)
    total = precision.sum(0) + 1
    return (precision * torch.where(present[..., None], mu, 0.0)).sum(0) / total, -total.log()


def late_renormalised(probs, present, prior):
    total = torch.where(present[..., None], probs, 0.0).sum(0) + 1e-3
    return torch.where(present.any(0)[:, None], total / total.sum(1, keepdim=True), prior)


def late_prior_of_batch(probs, present, prior):
    total = torch.where(present[..., None], probs, 0.0).sum(0)
    mean = total / present.sum(0)[:, None].clamp_min(1)
    return torch.where(present.any(0)[:, None], mean, mean.mean(0))


def area_simpson(levels, scores):
    middle = (scores[:, :-1] + scores[:, 1:] + 4 * (scores[:, :-1] * scores[:, 1:]).sqrt()) / 6
    return (middle * levels.diff()).sum(1) / (levels[-1] - levels[0])


def area_guarded(levels, scores):
    width = (levels[-1] - levels[0]).clamp(min=1)
    return ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).sum(1) / width


WRONG = {
    "10.1": (dropout_ordinary, dropout_own_draws, dropout_first_survivor_of_batch),
    "10.2": (gaussians_averaged_variances, gaussians_guarded),
    "10.3": (late_renormalised, late_prior_of_batch),
    "10.4": (area_simpson, area_guarded),
}
