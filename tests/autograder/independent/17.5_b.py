# %% right: loop over the sorted candidates
import math
import torch

def abstention_threshold(confidence, correct, risk):
    for t in torch.unique(confidence).tolist():
        decided = confidence >= t
        n = int(decided.sum())
        errors = int((decided & ~correct).sum())
        if errors / n <= risk:
            return t
    return math.inf

# %% right: comparison matrix of all candidates
import torch

def abstention_threshold(confidence, correct, risk):
    cand = confidence.unique()
    decide = (confidence[None, :] >= cand[:, None]).double()
    share = (decide @ (~correct).double()) / decide.sum(1)
    ok = share <= risk
    if not ok.any():
        return torch.tensor(float("inf"), dtype=confidence.dtype)
    return cand[ok].min()

# %% right: numpy, sorted downwards, cumulative errors, only the last of each tie
import numpy as np
import torch

def abstention_threshold(confidence, correct, risk):
    c = confidence.detach().numpy()
    w = ~correct.numpy()
    idx = np.argsort(-c, kind="stable")
    c, w = c[idx], w[idx]
    share = np.cumsum(w) / np.arange(1, len(c) + 1)
    last = np.append(c[1:] != c[:-1], True)
    good = last & (share <= risk)
    return float(c[good].min()) if good.any() else float("inf")

# %% right: counts for each value by unique, cumulative sums from the end
import torch

def abstention_threshold(confidence, correct, risk):
    values, inv, counts = torch.unique(confidence, return_inverse=True, return_counts=True)
    wrong = torch.zeros_like(counts).index_add_(0, inv, (~correct).long())
    n = counts.flip(0).cumsum(0).flip(0)
    e = wrong.flip(0).cumsum(0).flip(0)
    ok = torch.nonzero(e.double() / n.double() <= risk).flatten()
    return values[ok[0]] if len(ok) else torch.tensor(torch.inf)

# %% right: pure Python with groupby from the top
from itertools import groupby

def abstention_threshold(confidence, correct, risk):
    rows = sorted(zip(confidence.tolist(), correct.tolist()), key=lambda r: -r[0])
    best = float("inf")
    decided = errors = 0
    for value, block in groupby(rows, key=lambda r: r[0]):
        for _, right in block:
            decided += 1
            errors += not right
        if errors / decided <= risk:
            best = value
    return best

# %% wrong: > instead of >=, the rows at the threshold are handed on
import torch

def abstention_threshold(confidence, correct, risk):
    for t in torch.unique(confidence):
        decided = confidence > t
        if decided.any():
            share = (~correct[decided]).double().mean().item()
            if share <= risk:
                return t.item()
    return float("inf")

# %% wrong: strict < risk, an equal share is refused
import torch

def abstention_threshold(confidence, correct, risk):
    result = float("inf")
    for t in sorted(set(confidence.tolist()), reverse=True):
        keep = confidence >= t
        errors = (keep & ~correct).sum().item() / keep.sum().item()
        if errors < risk:
            result = t
    return result

# %% wrong: errors divided by all N rows
import torch

def abstention_threshold(confidence, correct, risk):
    n = len(confidence)
    for t in confidence.unique().tolist():
        wrong = ((confidence >= t) & (~correct)).sum().item()
        if wrong / n <= risk:
            return t
    return float("inf")

# %% wrong: goes down from the top and stops at the first break of the limit
import torch

def abstention_threshold(confidence, correct, risk):
    best = float("inf")
    for t in confidence.unique().flip(0).tolist():
        mask = confidence >= t
        share = 1.0 * int((~correct[mask]).sum()) / int(mask.sum())
        if share > risk:
            break
        best = t
    return best

# %% wrong: ties not treated, cumulative share row by row
import numpy as np
import torch

def abstention_threshold(confidence, correct, risk):
    c, idx = torch.sort(confidence, descending=True, stable=True)
    wrong = (~correct[idx]).double()
    share = wrong.cumsum(0) / torch.arange(1, len(c) + 1, dtype=torch.float64)
    ok = torch.nonzero(share <= risk).flatten()
    if ok.numel() == 0:
        return float("inf")
    return c[ok[-1]].item()

# %% wrong: returns the largest confidence instead of infinity where none keeps the limit
import torch

def abstention_threshold(confidence, correct, risk):
    cands = torch.unique(confidence)
    for t in cands:
        m = confidence >= t
        if (m & ~correct).sum().item() / m.sum().item() <= risk:
            return float(t)
    return float(cands[-1])

# %% wrong: the largest candidate that keeps the limit
import torch

def abstention_threshold(confidence, correct, risk):
    good = []
    for t in confidence.tolist():
        decided = [ok for c, ok in zip(confidence.tolist(), correct.tolist()) if c >= t]
        if decided.count(False) / len(decided) <= risk:
            good.append(t)
    return max(good) if good else float("inf")

# %% wrong: compares right share with 1 - risk, rounding refuses equal shares
import torch

def abstention_threshold(confidence, correct, risk):
    for t in sorted(set(confidence.tolist())):
        keep = confidence >= t
        accuracy = correct[keep].sum().item() / keep.sum().item()
        if 1 - accuracy <= risk:
            return t
    return float("inf")

# %% wrong: confidence sorted, but correct left in the old order
import torch

def abstention_threshold(confidence, correct, risk):
    c = confidence.sort().values
    n = len(c)
    for i in range(n):
        if i > 0 and c[i] == c[i - 1]:
            continue
        rest = correct[i:]
        if (~rest).sum().item() / (n - i) <= risk:
            return c[i].item()
    return float("inf")

# %% wrong: candidates are a grid of hundredths instead of the values that occur
import torch

def abstention_threshold(confidence, correct, risk):
    for step in range(101):
        t = step / 100
        decided = confidence >= t
        n = int(decided.sum())
        if n == 0:
            break
        if int((~correct[decided]).sum()) / n <= risk:
            return t
    return float("inf")

# %% two: > instead of >=; strict < risk
import torch

def abstention_threshold(confidence, correct, risk):
    for t in confidence.unique().tolist():
        m = confidence > t
        if m.sum() > 0 and (~correct[m]).sum().item() / m.sum().item() < risk:
            return t
    return float("inf")

# %% two: share of right rows compared instead of wrong ones; None where there is no candidate
import torch

def abstention_threshold(confidence, correct, risk):
    for t in torch.unique(confidence):
        m = confidence >= t
        if correct[m].double().mean() <= risk:
            return t
    return None

# %% two: divided by all N rows; sorts the input confidence in place
import torch

def abstention_threshold(confidence, correct, risk):
    idx = torch.argsort(confidence)
    right = correct[idx]
    confidence.copy_(confidence[idx])
    n = len(confidence)
    for i in range(n):
        if i and confidence[i] == confidence[i - 1]:
            continue
        if (~right[i:]).sum().item() / n <= risk:
            return confidence[i].item()
    return float("inf")

# %% two: binary search as if the share fell with the threshold; 1.0 where none keeps the limit
import torch

def abstention_threshold(confidence, correct, risk):
    vals = confidence.unique().tolist()
    lo, hi = 0, len(vals)
    while lo < hi:
        mid = (lo + hi) // 2
        m = confidence >= vals[mid]
        if (~correct[m]).sum().item() / m.sum().item() <= risk:
            hi = mid
        else:
            lo = mid + 1
    return vals[lo] if lo < len(vals) else 1.0
