# %% right: short, a loop over unique
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    accs = [hit[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least]
    total = hit.mean().item()
    return (total, min(accs), max(accs) - min(accs)) if accs else (total, total, 0.0)


# %% right: plain Python with a dict of lists
from collections import defaultdict

import torch


def card_numbers(y, pred, group, least):
    rows = defaultdict(list)
    for a, b, g in zip(y.tolist(), pred.tolist(), group.tolist()):
        rows[g].append(1 if a == b else 0)
    everything = [h for hits in rows.values() for h in hits]
    overall = sum(everything) / len(everything)
    accs = []
    for hits in rows.values():
        if len(hits) >= least:
            accs.append(sum(hits) / len(hits))
    if len(accs) == 0:
        return overall, overall, 0.0
    return overall, min(accs), max(accs) - min(accs)


# %% right: numpy unique with inverse and bincount
import numpy as np
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).numpy().astype(np.float64)
    _, inverse = np.unique(group.numpy(), return_inverse=True)
    inverse = inverse.reshape(-1)
    count = np.bincount(inverse)
    right = np.bincount(inverse, weights=hit)
    acc = (right / count)[count >= least]
    overall = float(hit.mean())
    if acc.size == 0:
        return overall, overall, 0.0
    return overall, float(acc.min()), float(np.ptp(acc))


# %% right: torch index_add and 0-d tensors
import torch


def card_numbers(y, pred, group, least):
    hit = y.eq(pred).to(torch.float64)
    names, which, count = torch.unique(group, return_inverse=True, return_counts=True)
    right = torch.zeros(names.numel(), dtype=torch.float64).index_add(0, which, hit)
    acc = right / count
    acc = acc[count >= least]
    overall = hit.mean()
    if acc.numel() == 0:
        return overall, overall.clone(), torch.zeros_like(overall)
    low, high = torch.aminmax(acc)
    return overall, low, high - low


# %% right: matrix of memberships, with infinities for the groups that do not count
import torch


def card_numbers(y, pred, group, least):
    hit = (pred == y).double()
    member = (group[None, :] == torch.unique(group)[:, None]).double()   # (G, N)
    size = member.sum(1)
    acc = torch.einsum("gn,n->g", member, hit) / size
    counts = size >= least
    overall = float(hit.mean())
    if not bool(counts.any()):
        return [overall, overall, 0.0]
    low = torch.where(counts, acc, torch.full_like(acc, float("inf"))).min()
    high = torch.where(counts, acc, torch.full_like(acc, float("-inf"))).max()
    return [overall, float(low), float(high - low)]


# %% right: over-long class, sorts the rows by group and walks over the runs
from itertools import groupby

import torch


class ModelCard:
    def __init__(self, y, pred, group, least):
        if not (len(y) == len(pred) == len(group)):
            raise ValueError("y, pred and group must have one length")
        if least < 1:
            raise ValueError("least must be at least 1")
        self.least = least
        self.rows = sorted(zip(group.tolist(), (y == pred).tolist()))

    @staticmethod
    def share(hits):
        return sum(hits) / len(hits)

    def accuracy(self):
        return self.share([int(h) for _, h in self.rows])

    def group_accuracies(self):
        result = []
        for _, run in groupby(self.rows, key=lambda row: row[0]):
            hits = [int(h) for _, h in run]
            if len(hits) < self.least:
                continue
            result.append(self.share(hits))
        return result

    def worst(self):
        return min(self.group_accuracies(), default=self.accuracy())

    def gap(self):
        accs = self.group_accuracies()
        if not accs:
            return 0.0
        return max(accs) - min(accs)


def card_numbers(y, pred, group, least):
    card = ModelCard(y, pred, group, least)
    return card.accuracy(), card.worst(), card.gap()


# %% wrong: a group with exactly least rows does not count
import torch


def card_numbers(y, pred, group, least):
    correct = (y == pred).float()
    overall = correct.mean().item()
    accs = []
    for g in torch.unique(group):
        rows = group == g
        if rows.sum() > least:
            accs.append(correct[rows].mean().item())
    if not accs:
        return overall, overall, 0.0
    return overall, min(accs), max(accs) - min(accs)


# %% wrong: breaks with an error where no group counts
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    names, inv, n = torch.unique(group, return_inverse=True, return_counts=True)
    acc = torch.zeros(len(names), dtype=torch.double).scatter_add(0, inv, hit) / n
    acc = acc[n >= least]
    return hit.mean(), acc.min(), acc.max() - acc.min()


# %% wrong: the first number leaves out the rows of groups that do not count
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    sizes = (group[:, None] == group[None, :]).sum(1)
    keep = sizes >= least
    if not keep.any():
        return hit.mean().item(), hit.mean().item(), 0.0
    hit, group = hit[keep], group[keep]
    accs = torch.stack([hit[group == g].mean() for g in group.unique()])
    return hit.mean().item(), accs.min().item(), (accs.max() - accs.min()).item()


# %% wrong: groupby without sorting, so a group whose rows are not together falls into several
from itertools import groupby

import torch


def card_numbers(y, pred, group, least):
    hits = (y == pred).int().tolist()
    overall = sum(hits) / len(hits)
    accs = []
    for _, part in groupby(zip(group.tolist(), hits), key=lambda p: p[0]):
        part = [h for _, h in part]
        if len(part) >= least:
            accs.append(sum(part) / len(part))
    if not accs:
        return overall, overall, 0.0
    return overall, min(accs), max(accs) - min(accs)


# %% wrong: counts the groups and takes their numbers to be 0, 1, 2 ..., so with gaps some groups are not seen
import torch


def card_numbers(y, pred, group, least):
    ok = y == pred
    overall = ok.double().mean().item()
    accs = []
    for g in range(len(torch.unique(group))):
        mine = ok[group == g]
        if len(mine) >= least:
            accs.append(mine.double().mean().item())
    worst = min(accs) if accs else overall
    gap = max(accs) - worst if accs else 0.0
    return overall, worst, gap


# %% wrong: shifts the group numbers to begin at 0 in a numpy view, which changes the input
import numpy as np
import torch


def card_numbers(y, pred, group, least):
    g = group.numpy()
    g -= g.min()
    hit = (y == pred).numpy().astype(float)
    n = np.bincount(g)
    right = np.bincount(g, weights=hit)
    keep = n >= least
    total = float(hit.mean())
    if not keep.any():
        return total, total, 0.0
    acc = right[keep] / n[keep]
    return total, float(acc.min()), float(acc.max() - acc.min())


# %% wrong: the search for the smallest begins at the overall accuracy, so it stays there where all groups that count are better
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    overall = float(hit.mean())
    worst, best, any_counts = overall, 0.0, False
    for g in set(group.tolist()):
        rows = hit[group == g]
        if rows.numel() < least:
            continue
        any_counts = True
        acc = float(rows.mean())
        if acc < worst:
            worst = acc
        if acc > best:
            best = acc
    return overall, worst, (best - worst if any_counts else 0.0)


# %% wrong: the third number is how far the accuracies of the groups with most and with fewest rows are apart
from collections import Counter

import torch


def card_numbers(y, pred, group, least):
    hits = Counter()
    sizes = Counter()
    for a, b, g in zip(y.tolist(), pred.tolist(), group.tolist()):
        sizes[g] += 1
        hits[g] += int(a == b)
    overall = sum(hits.values()) / len(y)
    counting = [g for g in sizes if sizes[g] >= least]
    if not counting:
        return overall, overall, 0.0
    acc = {g: hits[g] / sizes[g] for g in counting}
    largest = max(counting, key=lambda g: sizes[g])
    smallest = min(counting, key=lambda g: sizes[g])
    return overall, min(acc.values()), abs(acc[largest] - acc[smallest])


# %% wrong: least is compared with the number of correct rows of a group and not with all its rows
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    member = (group.unique()[:, None] == group).double()
    right = member @ hit
    size = member.sum(1)
    acc = (right / size)[right >= least]
    overall = hit.mean()
    if acc.numel() == 0:
        return overall, overall, torch.tensor(0.0)
    return overall, acc.min(), acc.max() - acc.min()


# %% wrong: the largest accuracy of the third number is looked for in all groups, also those that do not count
import torch


class Card:
    def __init__(self, hit, group):
        self.acc = {g: hit[group == g].mean().item() for g in group.unique().tolist()}
        self.size = {g: int((group == g).sum()) for g in self.acc}

    def big(self, least):
        return [g for g in self.acc if self.size[g] >= least]


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    overall = hit.mean().item()
    card = Card(hit, group)
    big = card.big(least)
    if len(big) == 0:
        return overall, overall, 0.0
    worst = min(card.acc[g] for g in big)
    return overall, worst, max(card.acc.values()) - worst


# %% two: the first number is the mean of the group accuracies; a group with exactly least rows does not count
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    groups = [hit[group == g] for g in group.unique()]
    overall = sum(h.mean().item() for h in groups) / len(groups)
    accs = [h.mean().item() for h in groups if len(h) > least]
    if not accs:
        return overall, hit.mean().item(), 0.0
    return overall, min(accs), max(accs) - min(accs)


# %% two: groups the rows by true class and not by group; the third number is the standard deviation
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    overall = hit.mean()
    accs = [hit[y == k].mean() for k in torch.unique(y) if (y == k).sum() >= least]
    if not accs:
        return overall, overall, torch.tensor(0.0)
    accs = torch.stack(accs)
    return overall, accs.min(), accs.std(unbiased=False)


# %% two: the correct rows of a group are divided by all N; where no group counts the second number is 0
import torch


def card_numbers(y, pred, group, least):
    hit = y == pred
    n = len(y)
    overall = hit.sum().item() / n
    worst, gap = 0.0, 0.0
    accs = []
    for g in group.unique().tolist():
        rows = group == g
        if rows.sum().item() >= least:
            accs.append((hit & rows).sum().item() / n)
    if accs:
        worst = min(accs)
        gap = max(accs) - worst
    return overall, worst, gap


# %% two: small groups are put together into one group of the rest that may count; this overwrites the input group
import torch


def card_numbers(y, pred, group, least):
    hit = (y == pred).double()
    for g in group.unique():
        rows = group == g
        if rows.sum() < least:
            group[rows] = -1
    accs = []
    for g in group.unique():
        h = hit[group == g]
        if len(h) >= least:
            accs.append(h.mean().item())
    overall = hit.mean().item()
    if not accs:
        return overall, overall, 0.0
    return overall, min(accs), max(accs) - min(accs)
