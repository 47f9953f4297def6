# %% right: all candidates, rising
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        decided = confidence >= t
        wrong = (~correct[decided]).double().mean()
        if wrong <= risk:
            return t.item()
    return float("inf")

# %% right: candidates in a list, min with a default
import math

def abstention_threshold(confidence, correct, risk):
    good = []
    for t in set(confidence.tolist()):
        rows = [c for v, c in zip(confidence.tolist(), correct.tolist()) if v >= t]
        if rows.count(False) / len(rows) <= risk:
            good.append(t)
    return min(good, default=math.inf)

# %% right: table
import torch

def abstention_threshold(confidence, correct, risk):
    c = confidence.detach()
    decided = c[None, :] >= c[:, None]
    errors = (decided & ~correct).sum(1).double() / decided.sum(1).double()
    ok = errors <= risk
    return c[ok].min() if ok.any() else torch.tensor(float("inf"), dtype=c.dtype)

# %% right: sorted, running sum, only at the last of ties
import torch

def abstention_threshold(confidence, correct, risk):
    value, order = confidence.sort(descending=True)
    wrong = (~correct[order]).cumsum(0).double()
    n = torch.arange(1, len(value) + 1)
    last = torch.ones(len(value), dtype=torch.bool)
    last[:-1] = value[1:] != value[:-1]
    ok = last & (wrong / n <= risk)
    where = ok.nonzero().flatten()
    return value[where[-1]].item() if len(where) else float("inf")

# %% right: NumPy
import numpy as np

def abstention_threshold(confidence, correct, risk):
    c, r = confidence.detach().numpy(), correct.numpy()
    best = np.inf
    for t in np.unique(c)[::-1]:
        if np.mean(~r[c >= t]) <= risk:
            best = t
    return float(best)

# %% right: counts compared by a product
def abstention_threshold(confidence, correct, risk):
    best = float("inf")
    for t in confidence:
        keep = confidence >= t
        if int((keep & ~correct).sum()) <= risk * int(keep.sum()) and float(t) < best:
            best = float(t)
    return best

# %% right: where and min of a tensor
import torch

def abstention_threshold(confidence, correct, risk):
    c, inverse, count = torch.unique(confidence, return_inverse=True, return_counts=True)
    bad = torch.zeros(len(c), dtype=torch.float64).index_add_(0, inverse, (~correct).double())
    from_here = bad.flip(0).cumsum(0).flip(0) / count.flip(0).cumsum(0).flip(0)
    return torch.where(from_here <= risk, c, torch.full_like(c, float("inf"))).min()

# %% right: helper for the share
def _errors(confidence, correct, t):
    decided = correct[confidence >= t]
    return 1 - decided.double().mean().item() if False else (len(decided) - int(decided.sum())) / len(decided)

def abstention_threshold(confidence, correct, risk):
    candidates = sorted(confidence.unique().tolist())
    return next((t for t in candidates if _errors(confidence, correct, t) <= risk), float("inf"))

# %% wrong: the largest candidate
def abstention_threshold(confidence, correct, risk):
    best = float("inf")
    for t in confidence.unique().flip(0):
        if (~correct[confidence >= t]).double().mean() <= risk:
            return t.item()
    return best

# %% wrong: strictly larger decides
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        decided = confidence > t
        if decided.any() and (~correct[decided]).double().mean() <= risk:
            return t.item()
    return float("inf")

# %% wrong: share of all rows, not of the decided ones
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if ((confidence >= t) & ~correct).double().mean() <= risk:
            return t.item()
    return float("inf")

# %% wrong: strictly below the risk
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if (~correct[confidence >= t]).double().mean() < risk:
            return t.item()
    return float("inf")

# %% wrong: 1 where no candidate keeps the limit
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if (~correct[confidence >= t]).double().mean() <= risk:
            return t.item()
    return 1.0

# %% wrong: the largest confidence where no candidate keeps the limit
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if (~correct[confidence >= t]).double().mean() <= risk:
            return t.item()
    return confidence.max().item()

# %% wrong: stops from above at the first break
def abstention_threshold(confidence, correct, risk):
    best = float("inf")
    for t in confidence.unique().flip(0):
        if (~correct[confidence >= t]).double().mean() > risk:
            break
        best = t.item()
    return best

# %% wrong: share of the right ones compared
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if correct[confidence >= t].double().mean() <= risk:
            return t.item()
    return float("inf")

# %% wrong: ties not kept together
import torch

def abstention_threshold(confidence, correct, risk):
    value, order = confidence.sort(descending=True, stable=True)
    wrong = (~correct[order]).cumsum(0).double()
    ok = (wrong / torch.arange(1, len(value) + 1) <= risk).nonzero().flatten()
    return value[ok[-1]].item() if len(ok) else float("inf")

# %% wrong: the rows below the threshold are decided
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        decided = confidence <= t
        if (~correct[decided]).double().mean() <= risk:
            return t.item()
    return float("inf")

# %% wrong: candidates on a grid of 101 numbers
import torch

def abstention_threshold(confidence, correct, risk):
    for t in torch.linspace(0, 1, 101, dtype=confidence.dtype):
        decided = confidence >= t
        if decided.any() and (~correct[decided]).double().mean() <= risk:
            return t.item()
    return float("inf")

# %% wrong: 0 where no candidate keeps the limit
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if (~correct[confidence >= t]).double().mean() <= risk:
            return t.item()
    return 0.0

# %% wrong: errors divided by the wrong ones' total
def abstention_threshold(confidence, correct, risk):
    total = max(int((~correct).sum()), 1)
    for t in confidence.unique():
        if int(((confidence >= t) & ~correct).sum()) / total <= risk:
            return t.item()
    return float("inf")

# %% wrong: the share of rows it decides instead of the threshold
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        decided = confidence >= t
        if (~correct[decided]).double().mean() <= risk:
            return decided.double().mean().item()
    return float("inf")

# %% wrong: the confidences in the order given, the first that fits
def abstention_threshold(confidence, correct, risk):
    for t in confidence:
        if (~correct[confidence >= t]).double().mean() <= risk:
            return t.item()
    return float("inf")

# %% two: strictly larger decides; share of all rows
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if ((confidence > t) & ~correct).double().mean() <= risk:
            return t.item()
    return float("inf")

# %% two: the largest candidate; strictly below the risk
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique().flip(0):
        if (~correct[confidence >= t]).double().mean() < risk:
            return t.item()
    return float("inf")

# %% two: strictly below the risk; 1 where none
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if (~correct[confidence >= t]).double().mean() < risk:
            return t.item()
    return 1.0

# %% two: share of all rows; 1 where none
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique():
        if ((confidence >= t) & ~correct).double().mean() <= risk:
            return t.item()
    return 1.0

# %% two: stops from above at the first break; 0 where none
def abstention_threshold(confidence, correct, risk):
    best = 0.0
    for t in confidence.unique().flip(0):
        if (~correct[confidence >= t]).double().mean() > risk:
            break
        best = t.item()
    return best
