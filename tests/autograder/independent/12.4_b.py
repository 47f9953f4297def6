# %% right: paired differences, indexing, torch.quantile
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a.double() - correct_b.double()
    stats = d[idx].mean(dim=1)
    q = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    lo, hi = torch.quantile(stats, q)
    return lo, hi


# %% right: NumPy with take and np.quantile
import numpy as np


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = correct_a.detach().numpy().astype(np.float64)
    b = correct_b.detach().numpy().astype(np.float64)
    i = idx.numpy()
    stats = np.take(a, i).mean(axis=1) - np.take(b, i).mean(axis=1)
    tail = (1.0 - level) / 2.0
    return float(np.quantile(stats, tail)), float(np.quantile(stats, tail + level))


# %% right: pure Python with sorted and a hand-made interpolation
import math


def _quantile(values, q):
    s = sorted(values)
    pos = q * (len(s) - 1)
    k = min(math.floor(pos), len(s) - 1)
    nxt = min(k + 1, len(s) - 1)
    return s[k] + (pos - k) * (s[nxt] - s[k])


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a, b = correct_a.tolist(), correct_b.tolist()
    diffs = [math.fsum(a[i] - b[i] for i in row) / len(row) for row in idx.tolist()]
    return _quantile(diffs, (1 - level) / 2), _quantile(diffs, (1 + level) / 2)


# %% right: how often each item was drawn, times the differences (matrix product)
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    R, N = idx.shape
    counts = torch.zeros(R, N, dtype=torch.float64)
    counts.scatter_add_(1, idx, torch.ones(R, N, dtype=torch.float64))
    diffs = counts @ (correct_a.detach().double() - correct_b.detach().double()) / N
    ordered = torch.sort(diffs).values
    ends = []
    for q in ((1 - level) / 2, (1 + level) / 2):
        pos = q * (R - 1)
        low = int(pos)
        ends.append(torch.lerp(ordered[low], ordered[min(low + 1, R - 1)], pos - low))
    return tuple(ends)


# %% right: gather on both models stacked, np.interp on the order statistics
from dataclasses import dataclass
import numpy as np
import torch


@dataclass
class Interval:
    lower: float
    upper: float


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    both = torch.stack([correct_a.double(), correct_b.double()])
    R = idx.size(0)
    drawn = both.unsqueeze(1).expand(2, R, -1).gather(2, idx.unsqueeze(0).expand(2, -1, -1))
    means = torch.einsum("mrn->mr", drawn) / idx.size(1)
    stats = np.sort((means[0] - means[1]).detach().numpy())
    at = np.array([(1 - level) / 2, (1 + level) / 2]) * (R - 1)
    iv = Interval(*np.interp(at, np.arange(R), stats).tolist())
    return iv.lower, iv.upper


# %% wrong: A and B are resampled apart: B with the resamples in reverse order
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    ma = correct_a.double()[idx].mean(1)
    mb = correct_b.double()[idx.flip(0)].mean(1)
    d = ma - mb
    return torch.quantile(d, (1 - level) / 2), torch.quantile(d, (1 + level) / 2)


# %% wrong: b minus a
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    diff = (correct_b.double() - correct_a.double())[idx].mean(dim=-1)
    alpha = 1 - level
    return torch.quantile(diff, alpha / 2).item(), torch.quantile(diff, 1 - alpha / 2).item()


# %% wrong: the whole of 1 - level in each tail
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = (correct_a.double() - correct_b.double())[idx].mean(1)
    return torch.quantile(d, 1 - level), torch.quantile(d, level)


# %% wrong: averages over the resamples instead of over the items
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = (correct_a.double() - correct_b.double())[idx]
    stats = d.mean(dim=0)
    q = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    lo, hi = torch.quantile(stats, q).tolist()
    return lo, hi


# %% wrong: nearest order statistic instead of linear interpolation
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = (correct_a.double() - correct_b.double())[idx].mean(1)
    d, _ = torch.sort(d)
    R = d.numel()
    lo = int(round((1 - level) / 2 * (R - 1)))
    hi = int(round((1 + level) / 2 * (R - 1)))
    return d[lo], d[hi]


# %% wrong: normal interval mean +- z * s instead of the percentiles
from statistics import NormalDist
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = (correct_a.double() - correct_b.double())[idx].mean(1)
    z = NormalDist().inv_cdf((1 + level) / 2)
    m = d.mean().item()
    s = d.std(correction=0).item()
    return m - z * s, m + z * s


# %% wrong: quantiles of A and of B apart, then their differences
import numpy as np


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = correct_a.numpy().astype(float)[idx.numpy()].mean(1)
    b = correct_b.numpy().astype(float)[idx.numpy()].mean(1)
    qs = [(1 - level) / 2, (1 + level) / 2]
    lo, hi = np.quantile(a, qs) - np.quantile(b, qs)
    return float(lo), float(hi)


# %% wrong: 95 % is written into the code, level is ignored
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    diffs = []
    for row in idx:
        diffs.append((correct_a[row].double() - correct_b[row].double()).mean())
    diffs = torch.stack(diffs)
    return torch.quantile(diffs, 0.025), torch.quantile(diffs, 0.975)


# %% wrong: turns partial scores into right or wrong at 0.5 first
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = (correct_a > 0.5).double()
    b = (correct_b > 0.5).double()
    d = (a - b)[idx].mean(1)
    return torch.quantile(d, (1 - level) / 2), torch.quantile(d, (1 + level) / 2)


# %% wrong: basic (reflected) bootstrap interval around the observed difference
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    delta = correct_a.double() - correct_b.double()
    observed = delta.mean()
    d = delta[idx].mean(1)
    lo = torch.quantile(d, (1 - level) / 2)
    hi = torch.quantile(d, (1 + level) / 2)
    return 2 * observed - hi, 2 * observed - lo


# %% two: draws its own resamples of A only; B stays as it is
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    g = torch.Generator().manual_seed(0)
    R, N = idx.shape
    own = torch.randint(N, (R, N), generator=g)
    d = correct_a.double()[own].mean(1) - correct_b.double().mean()
    return torch.quantile(d, (1 - level) / 2), torch.quantile(d, (1 + level) / 2)


# %% two: counts an item only once a resample (unique); one-sided quantiles
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a.double() - correct_b.double()
    stats = torch.stack([d[row.unique()].mean() for row in idx])
    return torch.quantile(stats, 1 - level).item(), torch.quantile(stats, level).item()


# %% two: sum instead of mean of the items; upper end first
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    s = (correct_a.double() - correct_b.double())[idx].sum(1)
    return torch.quantile(s, (1 + level) / 2).item(), torch.quantile(s, (1 - level) / 2).item()


# %% two: leaves out the items on which both agree; lower order statistic without interpolation
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a.double() - correct_b.double()
    used = (d != 0).double()
    stats = (d[idx]).sum(1) / used[idx].sum(1).clamp(min=1)
    q = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    lo, hi = torch.quantile(stats, q, interpolation="lower")
    return lo, hi
