"""Right answers to the tasks of lesson 00, in other styles than the references."""

import math
import random
import statistics

import numpy as np
import torch


def by_rows(a, b):
    return torch.stack([((row - b) ** 2).sum(1) for row in a])


def by_cells(a, b):
    out = a.new_zeros(len(a), len(b))
    for i in range(len(a)):
        for j in range(len(b)):
            difference = a[i] - b[j]
            out[i, j] = torch.dot(difference, difference)
    return out


def by_einsum(a, b):
    d = a.unsqueeze(1) - b.unsqueeze(0)
    return torch.einsum("nmd,nmd->nm", d, d)


def by_cdist(a, b):
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist") ** 2


def by_centred_gram(a, b):
    centre = b.mean(0)
    a, b = (a - centre).double(), (b - centre).double()
    squared = a.pow(2).sum(1, keepdim=True) + b.pow(2).sum(1) - 2 * a @ b.T
    return squared.clamp(min=0).to(centre.dtype)


def by_vmap(a, b):
    return torch.vmap(lambda x: torch.vmap(lambda z: (x - z).square().sum())(b))(a)


def by_columns(a, b):
    total = 0
    for k in range(a.shape[1]):
        total = total + torch.subtract(a[:, k, None], b[None, :, k]) ** 2
    return total


def split_sorted(n, test_frac, seed):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    k = round(n * test_frac)
    return order[k:].sort().values, order[:k].sort().values


def split_numpy(n, test_frac, seed):
    order = np.random.default_rng(seed).permutation(n)
    k = round(n * test_frac)
    return torch.from_numpy(order[: n - k].copy()), torch.from_numpy(order[n - k :].copy())


def split_python(n, test_frac, seed):
    rows = list(range(n))
    random.Random(seed).shuffle(rows)
    k = round(n * test_frac)
    return [torch.tensor(rows[k:], dtype=torch.long), torch.tensor(rows[:k], dtype=torch.long)]


def split_mask(n, test_frac, seed):
    noise = torch.rand(n, generator=torch.Generator().manual_seed(seed + 12345))
    chosen = torch.zeros(n, dtype=torch.bool)
    chosen[noise.argsort()[: round(n * test_frac)]] = True
    return (~chosen).nonzero().flatten(), chosen.nonzero().flatten()


def split_forked(n, test_frac, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        order = torch.randperm(n)
    return order[round(n * test_frac) :].int(), order[: round(n * test_frac)].int()


def interval_numpy(x):
    x = np.asarray(x, dtype=np.float64)
    return x.mean(), 1.96 * x.std(ddof=1) / np.sqrt(len(x))


def interval_python(x):
    values = [float(v) for v in x]
    return statistics.fmean(values), 1.96 * statistics.stdev(values) / math.sqrt(len(values))


def interval_tensor(x):
    n = x.shape[0]
    mean = x.sum() / n
    variance = ((x - mean) ** 2).sum() / (n - 1)
    return mean, 1.96 * (variance / n).sqrt()


def interval_list(x):
    return [torch.mean(x).item(), float(1.96 * torch.std(x) * len(x) ** -0.5)]


def split_from_the_end(n, test_frac, seed):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    keep = n - round(n * test_frac)
    return order[:keep], order[keep:]


def interval_variance(x):
    return x.double().mean(), 1.96 * (x.double().var() / len(x)) ** 0.5


RIGHT = {
    "00.1": [by_rows, by_cells, by_einsum, by_cdist, by_centred_gram, by_vmap, by_columns],
    "00.2": [split_sorted, split_numpy, split_python, split_mask, split_forked, split_from_the_end],
    "00.3": [interval_numpy, interval_python, interval_tensor, interval_list, interval_variance],
}
