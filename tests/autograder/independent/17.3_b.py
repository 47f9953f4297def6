# %% right: compare both mean costs in double
import torch


def cost_threshold(p, c_fp, c_fn):
    q = p.double()
    return (1 - q) * c_fp <= q * c_fn

# %% right: plain loop over Python floats
import torch


def cost_threshold(p, c_fp, c_fn):
    decisions = []
    for prob in p.tolist():
        treat = (1.0 - prob) * c_fp
        wait = prob * c_fn
        if treat < wait or treat == wait:
            decisions.append(True)
        else:
            decisions.append(False)
    return torch.tensor(decisions, dtype=torch.bool)

# %% right: numpy with costs scaled by a power of two
import math

import numpy as np
import torch


def cost_threshold(p, c_fp, c_fn):
    _, e = math.frexp(max(c_fp, c_fn))
    a, b = math.ldexp(c_fp, -e), math.ldexp(c_fn, -e)
    q = p.detach().cpu().numpy().astype(np.float64)
    return torch.from_numpy(np.less_equal((1 - q) * a, q * b))

# %% right: ask argmin which action is the cheapest, treating listed first so equal costs treat
import torch


def cost_threshold(p, c_fp, c_fn):
    q = p.detach().to(torch.float64)
    table = torch.stack([(1 - q) * float(c_fp), q * float(c_fn)], dim=1)
    return table.argmin(dim=1).eq(0)

# %% right: sign of the difference with a cost matrix product
import torch


def cost_threshold(p, c_fp, c_fn):
    probs = torch.stack([1 - p.double(), p.double()], dim=-1)
    costs = torch.diag(torch.tensor([c_fp, c_fn], dtype=torch.float64))
    expected = torch.einsum("ni,ij->nj", probs, costs)
    return torch.ge(expected[:, 1], expected[:, 0])

# %% wrong: strict comparison, equal costs are not treated
import torch


def cost_threshold(p, c_fp, c_fn):
    q = p.double()
    return (1 - q) * c_fp < q * c_fn

# %% wrong: costs swapped
import torch


def cost_threshold(p, c_fp, c_fn):
    t = c_fn / (c_fp + c_fn)
    return p >= t

# %% wrong: one half as threshold, costs ignored
import torch


def cost_threshold(p, c_fp, c_fn):
    return p >= 0.5

# %% wrong: odds c_fp / c_fn taken as the threshold for the probability
import torch


def cost_threshold(p, c_fp, c_fn):
    if c_fn == 0:
        return p == 1
    threshold = c_fp / c_fn
    return torch.tensor([v >= threshold for v in p.tolist()])

# %% wrong: divides by c_fn, crashes if a missed illness costs nothing
import torch


def cost_threshold(p, c_fp, c_fn):
    odds = p.double() / (1 - p.double())
    return odds >= c_fp / c_fn

# %% wrong: 0 and 1 as floats instead of bool
import torch


def cost_threshold(p, c_fp, c_fn):
    q = p.double()
    return torch.where((1 - q) * c_fp <= q * c_fn, 1.0, 0.0)

# %% wrong: absolute tolerance 1e-6, treats too many where costs are in a tiny unit
import torch


def cost_threshold(p, c_fp, c_fn):
    q = p.to(torch.float64)
    treat, wait = (1 - q) * c_fp, q * c_fn
    return treat <= wait + 1e-6

# %% wrong: nobody treated if a missed illness costs nothing, also not p = 1
import torch


def cost_threshold(p, c_fp, c_fn):
    if c_fn == 0:
        return torch.zeros_like(p, dtype=torch.bool)
    return (1 - p.double()) * c_fp <= p.double() * c_fn

# %% wrong: whole costs only, the fractions are cut off
import torch


def cost_threshold(p, c_fp, c_fn):
    a, b = int(c_fp), int(c_fn)
    q = p.double()
    return (1 - q) * a <= q * b

# %% wrong: one decision for everybody from the mean probability
import torch


def cost_threshold(p, c_fp, c_fn):
    m = p.double().mean().item()
    treat = (1 - m) * c_fp <= m * c_fn
    return torch.full(p.shape, treat, dtype=torch.bool)

# %% two: costs swapped; strict comparison
import torch


def cost_threshold(p, c_fp, c_fn):
    return p.double() > c_fn / (c_fp + c_fn)

# %% two: expected costs computed in place in p; strict comparison
import torch


def cost_threshold(p, c_fp, c_fn):
    treat = (1 - p) * c_fp
    p *= c_fn
    return p > treat

# %% two: says who is not treated; threshold rounded to one digit
import torch


def cost_threshold(p, c_fp, c_fn):
    t = round(c_fp / (c_fp + c_fn), 1)
    return ~(p >= t)

# %% two: 1e-6 added to the denominator (tiny costs go wrong); integers instead of bool
import torch


def cost_threshold(p, c_fp, c_fn):
    t = c_fp / (c_fp + c_fn + 1e-6)
    return (p.double() >= t).long()
