"""Right answers to the tasks of lesson 17, in other styles than the references."""

import math

import numpy as np
import torch


def split_loop(groups, order, test_frac):
    patients = sorted(set(groups.tolist()))
    k = math.floor(test_frac * len(patients) + 0.5)
    chosen = {patients[i] for i in order.tolist()[:k]}
    return torch.tensor([g in chosen for g in groups.tolist()])


def split_inverse(groups, order, test_frac):
    """Each row's place in the list, and the rank of that place in the order."""
    patients, place = torch.unique(groups, return_inverse=True)
    rank = torch.empty_like(order)
    rank[order] = torch.arange(len(order))
    k = math.floor(test_frac * len(patients) + 0.5)
    return rank[place] < k


def split_numpy(groups, order, test_frac):
    patients = np.unique(groups.numpy())
    k = int(np.floor(test_frac * patients.size + 0.5))
    return torch.from_numpy(np.isin(groups.numpy(), patients[order.numpy()][:k]))


def split_compare(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * patients.numel() + 0.5)
    return (groups[:, None] == patients[order][:k]).any(dim=1)


def lags_unfold(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n].clone(), x[lags - 1 + horizon :].clone()


def lags_index(x, lags, horizon):
    n = x.shape[0] - lags - horizon + 1
    at = torch.arange(n)[:, None] + torch.arange(lags)
    return x[at], x[torch.arange(n) + lags - 1 + horizon]


def lags_lists(x, lags, horizon):
    v = x.tolist()
    ends = range(lags - 1, len(v) - horizon)
    rows = [v[t - lags + 1 : t + 1] for t in ends]
    return torch.tensor(rows, dtype=x.dtype), torch.tensor([v[t + horizon] for t in ends], dtype=x.dtype)


def lags_columns(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return torch.stack([x[j : j + n] for j in range(lags)], 1), x[-n:]


def cost_limit(p, c_fp, c_fn):
    return p * (c_fp + c_fn) >= c_fp


def cost_difference(p, c_fp, c_fn):
    return p * c_fn - (1 - p) * c_fp >= 0


def cost_loop(p, c_fp, c_fn):
    return torch.tensor([(1 - q) * c_fp <= q * c_fn for q in p.tolist()])


def cost_argmin(p, c_fp, c_fn):
    both = torch.stack([(1 - p) * c_fp, p * c_fn], dim=1)  # the first of two equal ones is taken
    return both.argmin(dim=1) == 0


def audit_sets(train_x, test_x, train_group, test_group, train_time, test_time):
    rows, people, last = {tuple(r) for r in train_x.tolist()}, set(train_group.tolist()), max(train_time.tolist())
    m = len(test_x)
    return (
        sum(g in people for g in test_group.tolist()) / m,
        sum(tuple(r) in rows for r in test_x.tolist()) / m,
        sum(t <= last for t in test_time.tolist()) / m,
    )


def audit_compare(train_x, test_x, train_group, test_group, train_time, test_time):
    group = (test_group[:, None] == train_group).any(1)
    twin = torch.stack([(row == train_x).all(1).any() for row in test_x])
    late = test_time > train_time.amax()
    return group.float().mean(), twin.float().mean(), 1 - late.float().mean()


def audit_numpy(train_x, test_x, train_group, test_group, train_time, test_time):
    a, b = train_x.numpy(), test_x.numpy()
    twin = np.array([np.any(np.all(a == row, axis=1)) for row in b])
    return [
        float(np.isin(test_group.numpy(), train_group.numpy()).mean()),
        float(twin.mean()),
        float((test_time.numpy() <= train_time.numpy().max()).mean()),
    ]


def audit_difference(train_x, test_x, train_group, test_group, train_time, test_time):
    gap = (test_x[:, None].double() - train_x[None].double()).abs().sum(2).amin(1)
    shares = [torch.isin(test_group, train_group.unique()), gap == 0, ~(test_time > train_time.max())]
    return tuple(sum(s.tolist()) / len(test_x) for s in shares)


def threshold_table(confidence, correct, risk):
    t = confidence.unique()  # sorted
    decided = confidence[None] >= t[:, None]
    errors = (decided & ~correct).double().sum(1) / decided.double().sum(1)
    good = t[errors <= risk + 1e-9]
    return good[0] if len(good) else math.inf


def threshold_min(confidence, correct, risk):
    pairs = list(zip(confidence.tolist(), correct.tolist(), strict=True))

    def wrong(t):
        decided = [ok for c, ok in pairs if c >= t]
        return decided.count(False) <= risk * len(decided) + 1e-9

    return min((c for c, _ in pairs if wrong(c)), default=float("inf"))


def threshold_cumulative(confidence, correct, risk):
    order = confidence.argsort(descending=True)
    c, wrong = confidence[order], (~correct[order]).double().cumsum(0)
    share = wrong / torch.arange(1, len(c) + 1)
    last = torch.cat([c[1:] != c[:-1], torch.tensor([True])])  # the last row of each tie
    good = c[last & (share <= risk + 1e-9)]
    return good.min().item() if len(good) else float("inf")


def threshold_numpy(confidence, correct, risk):
    c, ok = confidence.numpy(), correct.numpy()
    for t in np.unique(c):
        if 1 - ok[c >= t].mean() <= risk + 1e-9:
            return float(t)
    return np.inf


def card_loop(y, pred, group, least):
    by = {}
    for a, b, g in zip(y.tolist(), pred.tolist(), group.tolist(), strict=True):
        by.setdefault(g, []).append(a == b)
    scores = [sum(r) / len(r) for r in by.values() if len(r) >= least]
    overall = sum(map(sum, by.values())) / len(y)
    scores = scores or [overall]
    return overall, min(scores), max(scores) - min(scores)


def card_counts(y, pred, group, least):
    _, place, rows = group.unique(return_inverse=True, return_counts=True)
    hits = torch.zeros(len(rows), dtype=torch.float64).index_add_(0, place, (y == pred).double())
    accuracy = (hits / rows)[rows >= least]
    overall = hits.sum() / len(y)
    if len(accuracy) == 0:
        return overall, overall, 0.0
    return overall, accuracy.min(), accuracy.max() - accuracy.min()


def card_numpy(y, pred, group, least):
    ok, g = (y == pred).numpy(), group.numpy()
    scores = np.array([ok[g == k].mean() for k in np.unique(g) if (g == k).sum() >= least])
    if scores.size == 0:
        scores = np.array([ok.mean()])
    return float(ok.mean()), float(scores.min()), float(np.ptp(scores))


def card_sorted(y, pred, group, least):
    right = y.eq(pred).double()
    scores = sorted(right[group.eq(g)].mean().item() for g in set(group.tolist()) if group.eq(g).sum().item() >= least)
    overall = right.mean().item()
    return (overall, scores[0], scores[-1] - scores[0]) if scores else (overall, overall, 0)


RIGHT = {
    "17.1": [split_loop, split_inverse, split_numpy, split_compare],
    "17.2": [lags_unfold, lags_index, lags_lists, lags_columns],
    "17.3": [cost_limit, cost_difference, cost_loop, cost_argmin],
    "17.4": [audit_sets, audit_compare, audit_numpy, audit_difference],
    "17.5": [threshold_table, threshold_min, threshold_cumulative, threshold_numpy],
    "17.6": [card_loop, card_counts, card_numpy, card_sorted],
}
