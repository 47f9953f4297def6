"""Wrong answers to the tasks of lesson 11 that no catalogue lists."""

import math

import torch
import torch.nn.functional as F


def weighted_by_rank(losses, log_var):
    order = losses.argsort()
    return (0.5 * torch.exp(-log_var)[order] * losses + 0.5 * log_var).sum()


def priced_by_the_largest(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses).sum() + 0.5 * log_var.max()


def _shares(logits_a, logits_b, y):
    return (torch.softmax(x, 1).gather(1, y[:, None]).sum().item() for x in (logits_a, logits_b))


def ogm_by_difference(logits_a, logits_b, y, alpha):
    a, b = _shares(logits_a, logits_b, y)
    gap = (a - b) / len(y)
    return (1 - math.tanh(alpha * gap) if gap > 0 else 1.0), (1 + math.tanh(alpha * gap) if gap < 0 else 1.0)


def ogm_by_hits(logits_a, logits_b, y, alpha):
    a, b = ((x.argmax(1) == y).sum().item() + 1 for x in (logits_a, logits_b))
    rho = a / b
    return (1 - math.tanh(alpha * rho) if rho > 1 else 1.0), (1 - math.tanh(alpha / rho) if rho < 1 else 1.0)


def blended_by_softmax(tr0, tr1, va0, va1):
    over = (va1 - tr1) - (va0 - tr0)
    return torch.softmax((va0 - va1) / (over**2).clamp_min(1e-6), 0)


def blended_to_the_winner(tr0, tr1, va0, va1):
    over = (va1 - tr1) - (va0 - tr0)
    score = (va0 - va1).clamp_min(0) / (over**2).clamp_min(1e-6)
    return F.one_hot(score.argmax(), len(score)).to(score.dtype) if len(score) > 1 else torch.zeros_like(score)


def conflict_cut(g, other):
    return g.clone() if (g * other).sum() >= 0 else torch.where(g * other < 0, 0, g)


def conflict_meets_halfway(g, other):
    return g.clone() if (g * other).sum() >= 0 else (g + other) / 2


def balance_of_variance(probs):
    share = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return 1 + ((share - 1 / probs.shape[1]) * probs.mean(0)).sum()


def balance_of_the_largest(probs):
    return probs.shape[1] * probs.mean(0).max()


WRONG = {
    "11.1": [weighted_by_rank, priced_by_the_largest],
    "11.2": [ogm_by_difference, ogm_by_hits],
    "11.3": [blended_by_softmax, blended_to_the_winner],
    "11.4": [conflict_cut, conflict_meets_halfway],
    "11.5": [balance_of_variance, balance_of_the_largest],
}
