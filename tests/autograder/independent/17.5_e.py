# %% right: a loop over the sorted distinct values
def abstention_threshold(confidence, correct, risk):
    conf, ok = confidence.tolist(), correct.tolist()
    for t in sorted(set(conf)):
        decided = [o for c, o in zip(conf, ok) if c >= t]
        if decided.count(False) / len(decided) <= risk:
            return t
    return float('inf')

# %% right: candidates against rows in one matrix, 0-d tensor
import torch

def abstention_threshold(confidence, correct, risk):
    t = torch.unique(confidence)                                   # ascending
    decided = confidence[None, :] >= t[:, None]
    wrong = (decided & ~correct[None, :]).sum(dim=1).double()
    good = wrong / decided.sum(dim=1).double() <= risk
    if not good.any():
        return torch.tensor(float('inf'), dtype=confidence.dtype)
    return t[good][0]

# %% right: next() with a default, very short
def abstention_threshold(confidence, correct, risk):
    return next((float(t) for t in confidence.unique() if (~correct[confidence >= t]).double().mean() <= risk), float('inf'))

# %% right: numpy, sorted once, sums from the end, ties counted from their first row
import numpy as np

def abstention_threshold(confidence, correct, risk):
    conf = confidence.detach().cpu().numpy()
    bad = ~correct.cpu().numpy()
    order = np.argsort(conf, kind='stable')
    conf, bad = conf[order], bad[order].astype(np.int64)
    n = conf.size
    wrong_from = np.cumsum(bad[::-1])[::-1]
    values, first = np.unique(conf, return_index=True)
    share = wrong_from[first] / (n - first)
    hits = np.flatnonzero(share <= risk)
    return float(values[hits[0]]) if hits.size else float('inf')

# %% right: grouped by value in a dict, from the most confident down, keeping the last that is allowed
from collections import defaultdict
import math

class Decider:
    def __init__(self, risk):
        self.risk = risk
        self.decided = 0
        self.wrong = 0
        self.best = math.inf

    def take(self, value, rows, errors):
        self.decided += rows
        self.wrong += errors
        if self.wrong / self.decided <= self.risk:
            self.best = value      # values come in falling order

def abstention_threshold(confidence, correct, risk):
    rows, errors = defaultdict(int), defaultdict(int)
    for c, ok in zip(confidence.tolist(), correct.tolist()):
        rows[c] += 1
        errors[c] += 0 if ok else 1
    d = Decider(risk)
    for value in sorted(rows, reverse=True):
        d.take(value, rows[value], errors[value])
    return d.best

# %% right: torch.unique with inverse, bincount, flipped cumsum, masked minimum
import torch

def abstention_threshold(confidence, correct, risk):
    values, group = torch.unique(confidence, return_inverse=True)
    size = torch.bincount(group, minlength=len(values))
    wrong = torch.zeros(len(values), dtype=torch.int64).scatter_add(0, group, (~correct).long())
    size = size.flip(0).cumsum(0).flip(0)
    wrong = wrong.flip(0).cumsum(0).flip(0)
    allowed = wrong.double() / size.double() <= risk
    return values.masked_fill(~allowed, float('inf')).min()

# %% wrong: an equal share of errors is refused (< instead of <=)
import torch

def abstention_threshold(confidence, correct, risk):
    for t in torch.sort(torch.unique(confidence)).values:
        decided = confidence >= t
        errors = (decided & ~correct).sum().item() / decided.sum().item()
        if errors < risk:
            return t.item()
    return float('inf')

# %% wrong: the share of errors is taken of all rows, not of the decided ones
import numpy as np

def abstention_threshold(confidence, correct, risk):
    conf, bad = confidence.numpy(), ~correct.numpy()
    for t in np.unique(conf):
        if np.mean(bad & (conf >= t)) <= risk:
            return float(t)
    return float('inf')

# %% wrong: decides only the rows strictly above the threshold
import torch

def abstention_threshold(confidence, correct, risk):
    t = torch.unique(confidence)
    decided = confidence.unsqueeze(0) > t.unsqueeze(1)
    n = decided.sum(1)
    share = (decided & ~correct).sum(1).double() / n.clamp(min=1).double()
    good = (n > 0) & (share <= risk)
    return t[good].min() if good.any() else torch.tensor(float('inf'))

# %% wrong: goes down from the most confident and stops at the first value that breaks the limit
def abstention_threshold(confidence, correct, risk):
    pairs = list(zip(confidence.tolist(), correct.tolist()))
    best = float('inf')
    for t in sorted({c for c, _ in pairs}, reverse=True):
        decided = [ok for c, ok in pairs if c >= t]
        if 1 - sum(decided) / len(decided) > risk:
            break
        best = t
    return best

# %% wrong: rows with tied confidence are looked at one by one after sorting instead of together
import torch

def abstention_threshold(confidence, correct, risk):
    conf, order = torch.sort(confidence, descending=True, stable=True)
    wrong = (~correct[order]).double().cumsum(0)
    share = wrong / torch.arange(1, len(conf) + 1)
    good = torch.nonzero(share <= risk).flatten()
    if good.numel() == 0:
        return float('inf')
    return conf[good[-1]]

# %% wrong: returns 1.0 instead of infinity where no candidate keeps the limit
import torch

def abstention_threshold(confidence, correct, risk):
    candidates = confidence.unique()
    shares = torch.stack([1 - correct[confidence >= t].double().mean() for t in candidates])
    good = candidates[shares <= risk + 1e-12]
    return good.min().item() if len(good) else 1.0

# %% wrong: tries only confidences of right rows as candidates
def abstention_threshold(confidence, correct, risk):
    rows = sorted(zip(confidence.tolist(), correct.tolist()))
    n = len(rows)

    def share(t):
        decided = [ok for c, ok in rows if c >= t]
        return sum(not ok for ok in decided) / len(decided)

    return min((c for c, ok in rows if ok and share(c) <= risk), default=float('inf'))

# %% wrong: binary search, as if the share of errors could only fall with the threshold
import torch

def abstention_threshold(confidence, correct, risk):
    values = torch.unique(confidence)
    lo, hi = 0, len(values)
    while lo < hi:
        mid = (lo + hi) // 2
        decided = confidence >= values[mid]
        if (~correct[decided]).double().mean() <= risk:
            hi = mid
        else:
            lo = mid + 1
    return values[lo].item() if lo < len(values) else float('inf')

# %% wrong: divides the wrong rows by the right rows (odds) instead of by all decided rows
import numpy as np

def abstention_threshold(confidence, correct, risk):
    c = confidence.numpy()
    ok = correct.numpy()
    values, inv = np.unique(c, return_inverse=True)
    right = np.bincount(inv, weights=ok)[::-1].cumsum()[::-1]
    wrong = np.bincount(inv, weights=~ok)[::-1].cumsum()[::-1]
    for v, r, w in zip(values, right, wrong):
        if r > 0 and w / r <= risk:
            return float(v)
    return float('inf')

# %% wrong: sorts the given confidence in place through its numpy view
import numpy as np

def abstention_threshold(confidence, correct, risk):
    conf = confidence.numpy()
    order = np.argsort(conf, kind='stable')
    ok = correct.numpy()[order]
    conf.sort()
    n = len(conf)
    best = float('inf')
    for i in range(n - 1, -1, -1):
        if i > 0 and conf[i - 1] == conf[i]:
            continue
        if (n - ok[i:].sum()) - i <= risk * (n - i):
            best = float(conf[i])
    return best

# %% two: takes the largest allowed candidate; the share is of all rows
import torch

def abstention_threshold(confidence, correct, risk):
    good = [t.item() for t in confidence.unique() if ((confidence >= t) & ~correct).double().mean() <= risk]
    return max(good) if good else float('inf')

# %% two: asks the share of right rows to be at most risk; returns None where there is no candidate
def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique().tolist():
        if correct[confidence >= t].double().mean().item() <= risk:
            return t

# %% two: tries the grid 0, 0.01, ... 1 instead of the occurring values; returns 1.0 where none is allowed
import torch

def abstention_threshold(confidence, correct, risk):
    for i in range(101):
        t = i / 100
        decided = confidence >= t
        if decided.any() and (~correct[decided]).double().mean() <= risk:
            return t
    return 1.0

# %% two: never tries the smallest value; returns the place in the sorted list instead of the confidence
import torch

def abstention_threshold(confidence, correct, risk):
    values = torch.unique(confidence)
    for i in range(1, len(values)):
        decided = confidence >= values[i]
        if (decided & ~correct).sum() / decided.sum() <= risk:
            return i
    return float('inf')
