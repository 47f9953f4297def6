# %% right: loop over the groups
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    if not accs:
        return whole, whole, 0.0
    return whole, min(accs), max(accs) - min(accs)

# %% right: bincount of positions
import torch

def card_numbers(y, pred, group, least):
    _, place, count = torch.unique(group, return_inverse=True, return_counts=True)
    hit = (y == pred).double()
    right = torch.zeros(len(count), dtype=torch.float64).index_add_(0, place, hit)
    acc = (right / count)[count >= least]
    whole = hit.mean()
    if acc.numel() == 0:
        return whole, whole, torch.zeros((), dtype=torch.float64)
    return whole, acc.min(), acc.max() - acc.min()

# %% right: dictionaries
def card_numbers(y, pred, group, least):
    n, right = {}, {}
    for a, b, g in zip(y.tolist(), pred.tolist(), group.tolist()):
        n[g] = n.get(g, 0) + 1
        right[g] = right.get(g, 0) + (a == b)
    whole = sum(right.values()) / sum(n.values())
    accs = [right[g] / n[g] for g in n if n[g] >= least] or [whole]
    return whole, min(accs), max(accs) - min(accs)

# %% right: NumPy
import numpy as np

def card_numbers(y, pred, group, least):
    hit = (y.numpy() == pred.numpy()).astype(float)
    g = group.numpy()
    accs = np.array([hit[g == k].mean() for k in np.unique(g) if (g == k).sum() >= least])
    whole = float(hit.mean())
    if accs.size == 0:
        return whole, whole, 0.0
    return whole, float(accs.min()), float(np.ptp(accs))

# %% right: Counter
from collections import Counter

def card_numbers(y, pred, group, least):
    sizes = Counter(group.tolist())
    hits = Counter(g for g, ok in zip(group.tolist(), (y == pred).tolist()) if ok)
    whole = sum(hits.values()) / len(y)
    accs = sorted(hits[g] / m for g, m in sizes.items() if m >= least)
    return (whole, accs[0], accs[-1] - accs[0]) if accs else (whole, whole, 0.0)

# %% right: table of groups and rows
def card_numbers(y, pred, group, least):
    member = (group.unique()[:, None] == group).double()
    n = member.sum(1)
    acc = (member @ (y == pred).double()) / n
    acc = acc[n >= least]
    whole = (y == pred).double().mean()
    low, high = (acc.min(), acc.max()) if len(acc) else (whole, whole)
    return whole.item(), low.item(), (high - low).item()

# %% right: sorted rows, splits
import torch

def card_numbers(y, pred, group, least):
    order = group.argsort()
    hit = (y == pred).float()[order]
    _, counts = group[order].unique_consecutive(return_counts=True)
    accs = [part.mean() for part in hit.split(counts.tolist()) if len(part) >= least]
    whole = hit.mean()
    if len(accs) == 0:
        return [whole, whole, torch.tensor(0.0)]
    accs = torch.stack(accs)
    return [whole, accs.min(), accs.max() - accs.min()]

# %% right: helper
def _accuracy(a, b):
    return int((a == b).sum()) / len(a)

def card_numbers(y, pred, group, least):
    whole = _accuracy(y, pred)
    worst, best = None, None
    for g in set(group.tolist()):
        m = group == g
        if int(m.sum()) < least:
            continue
        a = _accuracy(y[m], pred[m])
        worst = a if worst is None or a < worst else worst
        best = a if best is None or a > best else best
    if worst is None:
        return whole, whole, 0.0
    return whole, worst, best - worst

# %% wrong: all groups count
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique()]
    return hit.mean().item(), min(accs), max(accs) - min(accs)

# %% wrong: more than least
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() > least]
    whole = hit.mean().item()
    return (whole, min(accs), max(accs) - min(accs)) if accs else (whole, whole, 0.0)

# %% wrong: mean of the groups as the accuracy
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    every = [hit[group == g].mean().item() for g in group.unique()]
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = sum(every) / len(every)
    return (whole, min(accs), max(accs) - min(accs)) if accs else (hit.mean().item(), hit.mean().item(), 0.0)

# %% wrong: accuracy over the rows of the groups that count
import torch

def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    keep = torch.zeros_like(group, dtype=torch.bool)
    accs = []
    for g in group.unique():
        m = group == g
        if m.sum() >= least:
            keep |= m
            accs.append(hit[m].mean().item())
    whole = hit.mean().item()
    return (hit[keep].mean().item(), min(accs), max(accs) - min(accs)) if accs else (whole, whole, 0.0)

# %% wrong: gap between the whole and the worst
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, min(accs), whole - min(accs)) if accs else (whole, whole, 0.0)

# %% wrong: best group as the second number
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, max(accs), max(accs) - min(accs)) if accs else (whole, whole, 0.0)

# %% wrong: 0 for the worst if no group counts
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, min(accs), max(accs) - min(accs)) if accs else (whole, 0.0, 0.0)

# %% wrong: error if no group counts
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    return hit.mean().item(), min(accs), max(accs) - min(accs)

# %% wrong: sign of the gap
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, min(accs), min(accs) - max(accs)) if accs else (whole, whole, 0.0)

# %% wrong: share of errors instead of accuracy
def card_numbers(y, pred, group, least):
    hit = (y != pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, max(accs), max(accs) - min(accs)) if accs else (whole, whole, 0.0)

# %% wrong: groups by class (y) instead of group
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[y == g].mean().item() for g in y.unique() if (y == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, min(accs), max(accs) - min(accs)) if accs else (whole, whole, 0.0)

# %% wrong: groups taken as 0 .. largest without gaps, empty ones as accuracy 0
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = []
    for g in range(int(group.min()), int(group.max()) + 1):
        m = group == g
        n = int(m.sum())
        if n >= least or n == 0:
            accs.append(hit[m].sum().item() / max(n, 1))
    whole = hit.mean().item()
    return (whole, min(accs), max(accs) - min(accs)) if accs else (whole, whole, 0.0)

# %% wrong: standard deviation instead of the gap
import numpy as np

def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, min(accs), float(np.std(accs))) if accs else (whole, whole, 0.0)

# %% wrong: least right rows instead of least rows
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if hit[group == g].sum() >= least]
    whole = hit.mean().item()
    return (whole, min(accs), max(accs) - min(accs)) if accs else (whole, whole, 0.0)

# %% wrong: gap over all groups, worst over those that count
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    every = [hit[group == g].mean().item() for g in group.unique()]
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, min(accs), max(every) - min(every)) if accs else (whole, whole, 0.0)

# %% two: all groups count; gap between the whole and the worst
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique()]
    return hit.mean().item(), min(accs), hit.mean().item() - min(accs)

# %% two: more than least; 0 for the worst if no group counts
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() > least]
    whole = hit.mean().item()
    return (whole, min(accs), max(accs) - min(accs)) if accs else (whole, 0.0, 0.0)

# %% two: mean of the groups as the accuracy; all groups count
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique()]
    return sum(accs) / len(accs), min(accs), max(accs) - min(accs)

# %% two: accuracy over the groups that count; more than least
import torch

def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    big = [g for g in group.unique() if (group == g).sum() > least]
    accs = [hit[group == g].mean().item() for g in big]
    whole = hit.mean().item()
    if not accs:
        return whole, whole, 0.0
    return hit[torch.isin(group, torch.stack(big))].mean().item(), min(accs), max(accs) - min(accs)

# %% two: best group as the second number; sign of the gap
def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    whole = hit.mean().item()
    return (whole, max(accs), min(accs) - max(accs)) if accs else (whole, whole, 0.0)
