"""Plausible wrong answers to the tasks of lesson 17: each must be rejected."""

import torch


def split_first_rows(groups, order, test_frac):
    """As many rows as asked for, and then whoever they belong to."""
    k = int(test_frac * len(groups.unique()) + 0.5)
    return torch.isin(groups, groups[order[:k]])


def split_argsort(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(patients) + 0.5)
    return torch.isin(groups, patients[order.argsort()[:k]])


def split_one_at_least_each_side(groups, order, test_frac):
    patients = groups.unique()
    k = min(max(int(test_frac * len(patients) + 0.5), 1), max(len(patients) - 1, 1))
    return torch.isin(groups, patients[order[:k]])


def lags_horizon_from_start(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n].clone(), x[horizon : horizon + n].clone()


def lags_wrapped(x, lags, horizon):
    """roll brings the beginning behind the end."""
    rows = torch.stack([x.roll(j) for j in range(lags - 1, -1, -1)], 1)
    n = len(x) - lags - horizon + 1
    return rows[:n], x.roll(-horizon)[:n]


def lags_padded(x, lags, horizon):
    padded = torch.cat([torch.zeros(lags - 1, dtype=x.dtype), x])
    rows = padded.unfold(0, lags, 1)[: len(x) - horizon]
    return rows.clone(), x[horizon:].clone()


def cost_round(p, c_fp, c_fn):
    return p.round() * c_fn >= (1 - p.round()) * c_fp


def cost_quadratic(p, c_fp, c_fn):
    return (1 - p) ** 2 * c_fp <= p**2 * c_fn


def audit_of_pairs(train_x, test_x, train_group, test_group, train_time, test_time):
    n = min(len(train_x), len(test_x))
    same = (train_x[:n] == test_x[:n]).all(1).double().mean()
    return torch.isin(test_group, train_group).double().mean(), same, (test_time <= train_time.max()).double().mean()


def audit_any_leak(train_x, test_x, train_group, test_group, train_time, test_time):
    known = torch.isin(test_group, train_group)
    twin = (test_x[:, None] == train_x).all(2).any(1) | known
    return known.double().mean(), twin.double().mean(), (test_time <= train_time.max()).double().mean()


def threshold_quantile(confidence, correct, risk):
    return confidence.quantile(risk)


def threshold_fewest_errors(confidence, correct, risk):
    errors = [(~correct[confidence >= t]).double().mean().item() for t in confidence]
    return confidence[min(range(len(errors)), key=lambda k: (errors[k], confidence[k]))].item()


def card_two_largest(y, pred, group, least):
    right = (y == pred).double()
    big = [g for g in group.unique() if (group == g).sum() >= least]
    scores = [right[group == g].mean().item() for g in big][:2] or [right.mean().item()]
    return right.mean().item(), min(scores), max(scores) - min(scores)


def card_recall(y, pred, group, least):
    right = (y == pred).double()
    scores = [
        right[(group == g) & (y == 1)].mean().nan_to_num(0).item()
        for g in group.unique()
        if (group == g).sum() >= least
    ]
    scores = scores or [right.mean().item()]
    return right.mean().item(), min(scores), max(scores) - min(scores)


WRONG = {
    "17.1": [split_first_rows, split_argsort, split_one_at_least_each_side],
    "17.2": [lags_horizon_from_start, lags_wrapped, lags_padded],
    "17.3": [cost_round, cost_quadratic],
    "17.4": [audit_of_pairs, audit_any_leak],
    "17.5": [threshold_quantile, threshold_fewest_errors],
    "17.6": [card_two_largest, card_recall],
}
