# %% right: the difference of each item, indexed, averaged, quantile
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    diff = correct_a.double() - correct_b.double()
    means = diff[idx].mean(dim=1)
    q = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    lo, hi = torch.quantile(means, q)
    return lo.item(), hi.item()

# %% right: plain Python with its own interpolation
import math


def _quantile(values, q):
    values = sorted(values)
    pos = q * (len(values) - 1)
    lo = min(max(math.floor(pos), 0), len(values) - 1)
    hi = min(lo + 1, len(values) - 1)
    part = pos - lo
    return values[lo] + part * (values[hi] - values[lo])


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a, b = correct_a.tolist(), correct_b.tolist()
    differences = []
    for row in idx.tolist():
        total_a = math.fsum(a[n] for n in row)
        total_b = math.fsum(b[n] for n in row)
        differences.append(total_a / len(row) - total_b / len(row))
    return _quantile(differences, (1 - level) / 2), _quantile(differences, (1 + level) / 2)

# %% right: numpy quantile
import numpy as np


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = correct_a.detach().cpu().numpy().astype(np.float64)
    b = correct_b.detach().cpu().numpy().astype(np.float64)
    draws = idx.detach().cpu().numpy()
    delta = a[draws].mean(axis=1) - b[draws].mean(axis=1)
    lower, upper = np.quantile(delta, [(1 - level) / 2, (1 + level) / 2], method="linear")
    return float(lower), float(upper)

# %% right: how often each item was drawn, times the differences
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    r, n = idx.shape
    counts = torch.zeros(r, n, dtype=torch.float64, device=idx.device)
    counts.scatter_add_(1, idx, torch.ones_like(counts))
    d = counts @ (correct_a.to(torch.float64) - correct_b.to(torch.float64)) / n
    return tuple(torch.quantile(d, q, interpolation="linear") for q in ((1 - level) / 2, (1 + level) / 2))

# %% right: gather on both together, sort and lerp, in a class
import torch


class Bootstrap:
    def __init__(self, a, b, idx):
        both = torch.stack([a.detach().double(), b.detach().double()])
        r, n = idx.shape
        picked = both.unsqueeze(1).expand(2, r, n).gather(2, idx.unsqueeze(0).expand(2, r, n))
        mean_a, mean_b = picked.mean(dim=2)
        self.sorted = (mean_a - mean_b).sort().values

    def at(self, q):
        last = self.sorted.numel() - 1
        pos = q * last
        below = min(int(pos), last)
        above = min(below + 1, last)
        return torch.lerp(self.sorted[below], self.sorted[above], pos - below)


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    if not 0 < level < 1:
        raise ValueError("level must lie between 0 and 1")
    boot = Bootstrap(correct_a, correct_b, idx)
    tail = (1 - level) / 2
    return boot.at(tail), boot.at(tail + level)

# %% right: take, index_select and one row at a time, under no_grad
import torch


@torch.no_grad()
def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    out = torch.empty(idx.shape[0], dtype=torch.float64)
    for r, row in enumerate(idx):
        a = torch.index_select(correct_a, 0, row).double()
        b = torch.take(correct_b, row).double()
        out[r] = (a - b).sum() / row.numel()
    lower = out.quantile((1 - level) / 2)
    upper = out.quantile(1 - (1 - level) / 2)
    return float(lower), float(upper)

# %% wrong: takes the quantiles of A's and of B's means and subtracts them, where the difference must come first
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = correct_a.double()[idx].mean(1)
    b = correct_b.double()[idx].mean(1)
    lo_q, hi_q = (1 - level) / 2, (1 + level) / 2
    lower = a.quantile(lo_q) - b.quantile(lo_q)
    upper = a.quantile(hi_q) - b.quantile(hi_q)
    return lower.item(), upper.item()

# %% wrong: only A is resampled, B keeps its mean over all items
import numpy as np


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = correct_a.detach().double().numpy()
    b = correct_b.detach().double().numpy()
    d = np.array([a[row].mean() - b.mean() for row in idx.numpy()])
    return tuple(float(np.quantile(d, q)) for q in ((1 - level) / 2, (1 + level) / 2))

# %% wrong: the difference is taken in place, so correct_a is changed
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a
    d -= correct_b
    boot = d[idx].mean(dim=-1)
    return (torch.quantile(boot, (1 - level) / 2).item(),
            torch.quantile(boot, (1 + level) / 2).item())

# %% wrong: an item that is drawn several times in a resample counts only once
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a.double() - correct_b.double()
    boot = torch.stack([d[torch.unique(row)].mean() for row in idx])
    return boot.quantile((1 - level) / 2).item(), boot.quantile((1 + level) / 2).item()

# %% wrong: the scores are made bool, so that a part score such as 0.5 counts as 1
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = correct_a.bool().double()
    b = correct_b.bool().double()
    boot = a[idx].mean(1) - b[idx].mean(1)
    q = torch.tensor([1 - level, 1 + level], dtype=boot.dtype) / 2
    return tuple(torch.quantile(boot, q).tolist())

# %% wrong: the tensor of quantiles is float32, and torch.quantile refuses it for float64 scores
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    boot = (correct_a - correct_b)[idx].mean(dim=1)
    q = torch.tensor([(1 - level) / 2, (1 + level) / 2])
    lower, upper = torch.quantile(boot, q)
    return lower, upper

# %% wrong: the whole of 1 - level is cut off at each side
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    alpha = 1 - level
    d = correct_a.double() - correct_b.double()
    boot = torch.einsum("rn->r", d[idx]) / idx.shape[1]
    lower = torch.quantile(boot, min(alpha, level)).item()
    upper = torch.quantile(boot, max(alpha, level)).item()
    return lower, upper

# %% wrong: the quantiles are the nearest sorted value, without interpolation
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    boot = (correct_a.double() - correct_b.double())[idx].mean(1).sort().values
    last = boot.shape[0] - 1
    lo = round((1 - level) / 2 * last)
    hi = round((1 + level) / 2 * last)
    return boot[lo].item(), boot[hi].item()

# %% wrong: the basic bootstrap, twice the measured difference minus the quantiles, not the percentile interval
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a.double() - correct_b.double()
    seen = d.mean()
    boot = d[idx].mean(1)
    lo = torch.quantile(boot, (1 - level) / 2)
    hi = torch.quantile(boot, (1 + level) / 2)
    return (2 * seen - hi).item(), (2 * seen - lo).item()

# %% wrong: the mean is taken over the resamples, not over the items of a resample
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = torch.gather(correct_a.double().expand(idx.shape), 1, idx)
    b = torch.gather(correct_b.double().expand(idx.shape), 1, idx)
    boot = a.mean(0) - b.mean(0)
    return boot.quantile((1 - level) / 2).item(), boot.quantile((1 + level) / 2).item()

# %% two: the level is ignored; B minus A
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    boot = correct_b.double()[idx].mean(1) - correct_a.double()[idx].mean(1)
    return torch.quantile(boot, 0.025).item(), torch.quantile(boot, 0.975).item()

# %% two: a normal interval from the spread in place of the quantiles; upper comes before lower
import torch
from torch.distributions import Normal


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    boot = (correct_a.double() - correct_b.double())[idx].mean(1)
    z = Normal(0.0, 1.0).icdf(torch.tensor((1 + level) / 2)).item()
    m, s = boot.mean().item(), boot.std(correction=0).item()
    return m + z * s, m - z * s

# %% two: items on which both models agree are left out; the lower neighbour in place of interpolation
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a.double() - correct_b.double()
    values = []
    for row in idx:
        picked = d[row]
        picked = picked[picked != 0]
        values.append(picked.mean() if len(picked) else picked.sum())
    values = torch.stack(values)
    return (torch.quantile(values, (1 - level) / 2, interpolation="lower").item(),
            torch.quantile(values, (1 + level) / 2, interpolation="lower").item())

# %% two: B is resampled with the rows in reverse order; sums in place of means
import torch


def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = correct_a.double()[idx].sum(1)
    b = correct_b.double()[idx.flip(0)].sum(1)
    boot = a - b
    return boot.quantile((1 - level) / 2).item(), boot.quantile((1 + level) / 2).item()
