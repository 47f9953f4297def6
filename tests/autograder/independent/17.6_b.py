# %% right: loop over unique groups
import torch


def card_numbers(y, pred, group, least):
    ok = (y == pred).double()
    acc = ok.mean().item()
    accs = []
    for g in torch.unique(group):
        m = group == g
        if m.sum().item() >= least:
            accs.append(ok[m].mean().item())
    if not accs:
        return acc, acc, 0.0
    return acc, min(accs), max(accs) - min(accs)

# %% right: pure Python dictionary counting
from collections import defaultdict


def card_numbers(y, pred, group, least):
    hits = defaultdict(int)
    size = defaultdict(int)
    for a, b, g in zip(y.tolist(), pred.tolist(), group.tolist()):
        size[g] += 1
        hits[g] += int(a == b)
    overall = sum(hits.values()) / len(y)
    rates = [hits[g] / size[g] for g in size if size[g] >= least]
    worst = min(rates, default=overall)
    best = max(rates, default=overall)
    return overall, worst, best - worst

# %% right: vectorised by unique inverse and bincount, 0-d tensors
import torch


def card_numbers(y, pred, group, least):
    hit = y.eq(pred).to(torch.float64)
    _, inv = torch.unique(group, return_inverse=True)
    n = torch.bincount(inv)
    per = torch.bincount(inv, weights=hit) / n
    per = per[n >= least]
    total = hit.mean()
    if per.numel() == 0:
        return total, total.clone(), torch.zeros((), dtype=torch.float64)
    return total, per.min(), per.max() - per.min()

# %% right: numpy
import numpy as np


def card_numbers(y, pred, group, least):
    y, pred, group = (np.asarray(t.tolist()) for t in (y, pred, group))
    right = y == pred
    ids, counts = np.unique(group, return_counts=True)
    acc = [right[group == i].mean() for i, c in zip(ids, counts) if c >= least]
    mean = float(right.mean())
    if len(acc) == 0:
        return mean, mean, 0.0
    return mean, float(np.min(acc)), float(np.ptp(acc))

# %% right: sort by group, itertools.groupby
from itertools import groupby


def card_numbers(y, pred, group, least):
    rows = sorted(zip(group.tolist(), (y == pred).tolist()))
    overall = sum(r[1] for r in rows) / len(rows)
    low, high = None, None
    for _, it in groupby(rows, key=lambda r: r[0]):
        flags = [r[1] for r in it]
        if len(flags) < least:
            continue
        a = sum(flags) / len(flags)
        low = a if low is None else min(low, a)
        high = a if high is None else max(high, a)
    if low is None:
        low = high = overall
    return overall, low, high - low

# %% wrong: a group needs more than `least` rows
import torch


def card_numbers(y, pred, group, least):
    ok = (y == pred).double()
    total = float(ok.mean())
    accs = [float(ok[group == g].mean()) for g in group.unique() if (group == g).sum() > least]
    if accs:
        return total, min(accs), max(accs) - min(accs)
    return total, total, 0.0

# %% wrong: the first number only over rows of groups that count
import torch


def card_numbers(y, pred, group, least):
    ok = (y == pred).double()
    keep = torch.zeros(len(y), dtype=torch.bool)
    accs = []
    for g in set(group.tolist()):
        m = group == g
        if int(m.sum()) >= least:
            keep |= m
            accs.append(ok[m].mean().item())
    if not accs:
        return ok.mean().item(), ok.mean().item(), 0.0
    return ok[keep].mean().item(), min(accs), max(accs) - min(accs)

# %% wrong: groups taken as 0 .. number of groups - 1, gaps in the numbers lose groups
import torch


def card_numbers(y, pred, group, least):
    ok = (y == pred).double()
    n_groups = len(torch.unique(group))
    accs = []
    for g in range(n_groups):
        sel = ok[group == g]
        if len(sel) >= least:
            accs.append(sel.mean().item())
    a = ok.mean().item()
    return (a, min(accs), max(accs) - min(accs)) if accs else (a, a, 0.0)

# %% wrong: third number is overall accuracy minus the worst group
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    overall = hit.mean()
    ids, inv, n = torch.unique(group, return_inverse=True, return_counts=True)
    acc = torch.zeros(len(ids), dtype=torch.float64).index_add_(0, inv, hit) / n
    acc = acc[n >= least]
    if len(acc) == 0:
        return overall.item(), overall.item(), 0.0
    return overall.item(), acc.min().item(), (overall - acc.min()).abs().item()

# %% wrong: second number 0 if no group counts
import torch


def card_numbers(y, pred, group, least):
    correct = y == pred
    acc = correct.sum().item() / len(y)
    values = []
    for g in group.unique().tolist():
        c = correct[group == g]
        if c.numel() >= least:
            values.append(c.sum().item() / c.numel())
    if len(values) == 0:
        return acc, 0.0, 0.0
    return acc, min(values), max(values) - min(values)

# %% wrong: min of an empty list, crashes if no group counts
def card_numbers(y, pred, group, least):
    ok = [a == b for a, b in zip(y.tolist(), pred.tolist())]
    gs = group.tolist()
    accs = []
    for g in sorted(set(gs)):
        mine = [o for o, h in zip(ok, gs) if h == g]
        if len(mine) >= least:
            accs.append(sum(mine) / len(mine))
    return sum(ok) / len(ok), min(accs), max(accs) - min(accs)

# %% wrong: `least` ignored, small groups count too
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = torch.stack([hit[group == g].mean() for g in torch.unique(group)])
    return hit.mean(), accs.min(), accs.max() - accs.min()

# %% wrong: gap over all groups, also those too small to count
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    every, counted = [], []
    for g in torch.unique(group):
        a = hit[group == g].mean().item()
        every.append(a)
        if (group == g).sum() >= least:
            counted.append(a)
    total = hit.mean().item()
    if not counted:
        return total, total, 0.0
    return total, min(counted), max(every) - min(every)

# %% wrong: first number is the mean of the group accuracies
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    per, big = [], []
    for g in torch.unique(group):
        m = group == g
        per.append(hit[m].mean().item())
        big.append(m.sum().item() >= least)
    macro = sum(per) / len(per)
    counted = [a for a, b in zip(per, big) if b]
    if not counted:
        return macro, hit.mean().item(), 0.0
    return macro, min(counted), max(counted) - min(counted)

# %% wrong: a single counting group is treated as if none counted
import torch


def card_numbers(y, pred, group, least):
    ok = y.eq(pred).double()
    total = ok.mean().item()
    accs = [ok[group == g].mean().item() for g in group.unique() if int((group == g).sum()) >= least]
    if len(accs) < 2:
        return total, total, 0.0
    accs.sort()
    return total, accs[0], accs[-1] - accs[0]

# %% two: more than `least` rows needed; second number 0 if no group counts
import torch


def card_numbers(y, pred, group, least):
    ok = (y == pred).double()
    accs = [ok[group == g].mean().item() for g in group.unique() if (group == g).sum().item() > least]
    worst = min(accs) if accs else 0.0
    gap = max(accs) - min(accs) if accs else 0.0
    return ok.mean().item(), worst, gap

# %% two: percent instead of 0 to 1; third number is overall minus worst
import torch


def card_numbers(y, pred, group, least):
    ok = (y == pred).double() * 100
    total = ok.mean().item()
    accs = [ok[group == g].mean().item() for g in group.unique() if (group == g).sum().item() >= least]
    if not accs:
        return total, total, 0.0
    return total, min(accs), total - min(accs)

# %% two: groups made of the true classes instead of `group`; `least` ignored
import torch


def card_numbers(y, pred, group, least):
    ok = (y == pred).double()
    accs = [ok[y == c].mean().item() for c in y.unique()]
    return ok.mean().item(), min(accs), max(accs) - min(accs)

# %% two: first number over the counting rows only; numbers rounded to two digits
import torch


def card_numbers(y, pred, group, least):
    ids, inv, n = torch.unique(group, return_inverse=True, return_counts=True)
    ok = (y == pred).double()
    keep = n[inv] >= least
    if not keep.any():
        a = round(ok.mean().item(), 2)
        return a, a, 0.0
    accs = [ok[group == g].mean().item() for g in ids[n >= least]]
    return round(ok[keep].mean().item(), 2), round(min(accs), 2), round(max(accs) - min(accs), 2)
