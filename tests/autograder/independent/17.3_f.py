# %% right: very short, the two average costs
import torch


def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fp <= p * c_fn

# %% right: p against the limit c_fp / (c_fp + c_fn)
import torch


def cost_threshold(p, c_fp, c_fn):
    limit = c_fp / (c_fp + c_fn)
    return torch.ge(p, limit)

# %% right: the odds against the ratio of the costs, with an early return where c_fn is 0
import torch


def cost_threshold(p, c_fp, c_fn):
    if c_fn == 0:
        return p == 1
    odds = p / (1 - p)
    return odds >= c_fp / c_fn

# %% right: a loop in plain Python, one patient at a time
import torch


def cost_threshold(p, c_fp, c_fn):
    decisions = []
    for q in p.tolist():
        treat = (1.0 - q) * c_fp
        leave = q * c_fn
        decisions.append(treat <= leave)
    return torch.tensor(decisions, dtype=torch.bool)

# %% right: torch.bucketize with one boundary, closed on the left
import torch


def cost_threshold(p, c_fp, c_fn):
    boundary = torch.tensor([c_fp / (c_fp + c_fn)], dtype=p.dtype, device=p.device)
    return torch.bucketize(p, boundary, right=True) > 0

# %% right: over-long, a class with checks and a cost table in numpy
import numpy as np
import torch


class Decision:
    def __init__(self, c_fp, c_fn):
        if c_fp < 0 or c_fn < 0:
            raise ValueError("costs must not be negative")
        if c_fp == 0 and c_fn == 0:
            raise ValueError("the costs must not both be 0")
        self.c_fp = float(c_fp)
        self.c_fn = float(c_fn)

    def table(self, prob):
        ill = prob.astype(np.float64)
        healthy = 1.0 - ill
        treat = healthy * self.c_fp
        leave = ill * self.c_fn
        return np.stack([treat, leave])

    def __call__(self, prob):
        costs = self.table(prob)
        return np.less_equal(costs[0], costs[1])


def cost_threshold(p, c_fp, c_fn):
    chosen = Decision(c_fp, c_fn)(p.detach().cpu().numpy())
    return torch.from_numpy(chosen)

# %% wrong: treats only where it is strictly cheaper, not where both cost the same
import torch


def cost_threshold(p, c_fp, c_fn):
    expected = torch.stack([(1 - p) * c_fp, p * c_fn])
    return torch.lt(expected[0], expected[1])

# %% wrong: the two costs are swapped in the limit
import torch


def cost_threshold(p, c_fp, c_fn):
    limit = c_fn / (c_fp + c_fn)
    return p >= limit

# %% wrong: 1e-8 is added to the denominator, which is too much where the costs are 1e-9
import torch


def cost_threshold(p, c_fp, c_fn):
    EPS = 1e-8
    weights = torch.tensor([c_fp, c_fn], dtype=torch.float64)
    share = weights[0] / (weights.sum() + EPS)
    return torch.heaviside(p.double() - share, torch.ones((), dtype=torch.float64)).bool()

# %% wrong: the ratio c_fp / c_fn, a limit for the odds, is used as a limit for p itself
import torch


def cost_threshold(p, c_fp, c_fn):
    if c_fn == 0:
        return p == 1
    return p >= c_fp / c_fn

# %% wrong: divides by c_fn without a guard, so c_fn = 0 raises ZeroDivisionError
import torch


def cost_threshold(p, c_fp, c_fn):
    ratio = c_fp / c_fn
    odds = torch.true_divide(p, 1 - p)
    return odds >= ratio

# %% wrong: the result holds numbers 0 and 1 in the dtype of p instead of bool
import torch


def cost_threshold(p, c_fp, c_fn):
    ones, zeros = torch.ones_like(p), torch.zeros_like(p)
    return torch.where((1 - p) * c_fp <= p * c_fn, ones, zeros)

# %% wrong: equality is judged with torch.isclose, whose tolerance 1e-8 makes all tiny costs equal
import torch


def cost_threshold(p, c_fp, c_fn):
    treat = (1 - p).mul(c_fp)
    leave = p.mul(c_fn)
    return torch.logical_or(treat < leave, torch.isclose(treat, leave))

# %% wrong: 1 - p is computed in place, so the input p is changed
import torch


def cost_threshold(p, c_fp, c_fn):
    leave = p * c_fn
    healthy = p.neg_().add_(1)
    return healthy * c_fp <= leave

# %% wrong: one decision is taken for everybody, from the average costs of the whole group
import torch


class Policy:
    def __init__(self, c_fp, c_fn):
        self.c_fp, self.c_fn = c_fp, c_fn

    def decide(self, p):
        treat = ((1 - p) * self.c_fp).mean()
        leave = (p * self.c_fn).mean()
        return (treat <= leave).expand(p.shape[0]).clone()


def cost_threshold(p, c_fp, c_fn):
    return Policy(c_fp, c_fn).decide(p)

# %% wrong: p is clamped to 0.01 .. 0.99, which changes the decision for very small or very large p
import torch


def cost_threshold(p, c_fp, c_fn):
    safe = torch.clamp(p, 0.01, 0.99)
    return torch.tensor([(1 - q) * c_fp <= q * c_fn for q in safe.tolist()], dtype=torch.bool)

# %% two: the costs are swapped; equal costs are not treated
import torch


def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fn < p * c_fp

# %% two: marks those who are not treated; the result is float and not bool
import torch


def cost_threshold(p, c_fp, c_fn):
    treat = (1 - p) * c_fp
    leave = p * c_fn
    return (treat > leave).float()

# %% two: the limit is c_fn / (c_fp + c_fn) with the costs swapped; it returns the numbers of the patients instead of a bool for each
import torch


def cost_threshold(p, c_fp, c_fn):
    limit = c_fn / (c_fp + c_fn)
    return torch.nonzero(p >= limit).flatten()

# %% two: p is changed in place; equal costs are not treated
import torch


def cost_threshold(p, c_fp, c_fn):
    leave = p * c_fn
    treat = p.mul_(-1).add_(1).mul_(c_fp)
    return treat < leave
