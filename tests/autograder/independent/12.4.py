# %% right: index the differences and torch.quantile
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = (correct_a - correct_b)[idx].mean(dim=1)
    lower = torch.quantile(d, (1 - level) / 2)
    upper = torch.quantile(d, (1 + level) / 2)
    return lower, upper

# %% right: loop over the resamples, both means separately
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    diffs = []
    for row in idx:
        diffs.append(correct_a[row].double().mean().item() - correct_b[row].double().mean().item())
    diffs = torch.tensor(diffs, dtype=torch.float64)
    q = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    lo, hi = torch.quantile(diffs, q).tolist()
    return lo, hi

# %% right: NumPy quantiles
import numpy as np

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = correct_a.detach().cpu().numpy().astype(np.float64)
    b = correct_b.detach().cpu().numpy().astype(np.float64)
    i = idx.cpu().numpy()
    deltas = a[i].mean(axis=1) - b[i].mean(axis=1)
    tail = (1.0 - level) / 2.0
    return float(np.quantile(deltas, tail)), float(np.quantile(deltas, (1.0 + level) / 2.0))

# %% right: quantile with linear interpolation by hand
import math

def _quantile(values, q):
    s = sorted(values)
    pos = q * (len(s) - 1)
    lo = math.floor(pos)
    hi = min(lo + 1, len(s) - 1)
    return s[lo] + (pos - lo) * (s[hi] - s[lo])

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    gap = [x - z for x, z in zip(correct_a.tolist(), correct_b.tolist())]
    means = [sum(gap[j] for j in row) / len(row) for row in idx.tolist()]
    return _quantile(means, (1 - level) / 2), _quantile(means, (1 + level) / 2)

# %% right: counts how often each item was drawn and multiplies
import torch

def paired_bootstrap(correct_a: torch.Tensor, correct_b: torch.Tensor, idx: torch.Tensor, level: float = 0.95):
    R, N = idx.shape
    weight = torch.zeros(R, N, dtype=torch.float64)
    weight.scatter_add_(1, idx, torch.ones(R, N, dtype=torch.float64))
    delta = weight @ (correct_a.double() - correct_b.double()) / N
    tail = 0.5 * (1 - level)
    return tuple(torch.quantile(delta, torch.tensor([tail, 0.5 * (1 + level)], dtype=torch.float64)))

# %% right: guards, gather, no grad
import torch

@torch.no_grad()
def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    if correct_a.shape != correct_b.shape:
        raise ValueError("the two models must be scored on the same items")
    if not 0 < level < 1:
        raise ValueError("level must lie between 0 and 1")
    if idx.shape[1] != correct_a.shape[0]:
        raise ValueError("each resample needs N items")
    R = idx.shape[0]
    mean_a = correct_a.unsqueeze(0).expand(R, -1).gather(1, idx).mean(1)
    mean_b = correct_b.unsqueeze(0).expand(R, -1).gather(1, idx).mean(1)
    stat = mean_a - mean_b
    return stat.quantile((1 - level) / 2).item(), stat.quantile((1 + level) / 2).item()

# %% wrong: the difference is b - a
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    sample_diff = correct_b[idx].mean(1) - correct_a[idx].mean(1)
    tail = (1 - level) / 2
    return sample_diff.quantile(tail).item(), sample_diff.quantile(1 - tail).item()

# %% wrong: always the 95 % interval, `level` is ignored [differs for level != 0.95]
import numpy as np

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    diff = correct_a.numpy() - correct_b.numpy()
    boot = np.array([diff[r].mean() for r in idx.numpy()])
    lo, hi = np.percentile(boot, [2.5, 97.5])
    return float(lo), float(hi)

# %% wrong: B gets the resamples in reversed order of the rows, so the two are not resampled together
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    boot_a = correct_a[idx].mean(dim=1)
    boot_b = correct_b[idx.flip(0)].mean(dim=1)
    delta = boot_a - boot_b
    return torch.quantile(delta, (1 - level) / 2), torch.quantile(delta, (1 + level) / 2)

# %% wrong: cuts 1 - level off on each side instead of half of it
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    alpha = 1 - level
    diffs = (correct_a - correct_b)[idx].mean(1)
    low, high = min(alpha, 1 - alpha), max(alpha, 1 - alpha)
    return float(torch.quantile(diffs, low)), float(torch.quantile(diffs, high))

# %% wrong: normal approximation, mean plus and minus z times the standard deviation
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    means = (correct_a.double() - correct_b.double())[idx].mean(dim=1)
    z = torch.distributions.Normal(0.0, 1.0).icdf(torch.tensor((1 + level) / 2, dtype=torch.float64))
    half = z * means.std(unbiased=False)
    return (means.mean() - half).item(), (means.mean() + half).item()

# %% wrong: basic (reversed) bootstrap interval, 2 * observed - quantile
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    observed = correct_a.mean() - correct_b.mean()
    boot = correct_a[idx].mean(1) - correct_b[idx].mean(1)
    q_lo = torch.quantile(boot, (1 - level) / 2)
    q_hi = torch.quantile(boot, (1 + level) / 2)
    return 2 * observed - q_hi, 2 * observed - q_lo

# %% wrong: picks sorted entries by int(), no interpolation
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    R = idx.shape[0]
    d = torch.stack([(correct_a[i] - correct_b[i]).mean() for i in idx]).sort().values
    lo = int((1 - level) / 2 * R)
    hi = min(int((1 + level) / 2 * R), R - 1)
    return d[lo].item(), d[hi].item()

# %% wrong: the mean runs over the resamples (dim=0) instead of the items
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    picked = correct_a[idx] - correct_b[idx]
    stats = picked.mean(0)
    bounds = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=stats.dtype)
    lower, upper = stats.quantile(bounds)
    return lower, upper

# %% wrong: subtracts b from a in place, so correct_a is changed
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a.sub_(correct_b)
    boot = d[idx].mean(dim=1)
    return boot.quantile((1 - level) / 2).item(), boot.quantile((1 + level) / 2).item()

# %% wrong: gives quantiles between 0 and 1 to np.percentile, which wants per cent
import numpy as np

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    A, B, I = (np.asarray(v) for v in (correct_a, correct_b, idx))
    dist = A[I].mean(1) - B[I].mean(1)
    return float(np.percentile(dist, (1 - level) / 2)), float(np.percentile(dist, (1 + level) / 2))

# %% wrong: turns the scores into right / wrong at 0.5 first [differs where scores lie between 0 and 1]
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a = (correct_a > 0.5).double()
    b = (correct_b > 0.5).double()
    result = []
    for r in range(idx.size(0)):
        take = idx[r]
        result.append(a[take].mean() - b[take].mean())
    result = torch.stack(result)
    return torch.quantile(result, (1 - level) / 2).item(), torch.quantile(result, (1 + level) / 2).item()

# %% two: absolute difference; one-sided quantiles (1 - level and level)
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = (correct_a[idx].mean(1) - correct_b[idx].mean(1)).abs()
    return torch.quantile(d, 1 - level), torch.quantile(d, level)

# %% two: subtracts the observed difference from the resampled ones; returns upper before lower
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    diff = correct_a - correct_b
    centred = diff[idx].mean(1) - diff.mean()
    return centred.quantile((1 + level) / 2).item(), centred.quantile((1 - level) / 2).item()

# %% two: averages only over the items where the two models differ; takes the nearest value instead of interpolating
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    values = []
    for row in idx:
        a, b = correct_a[row], correct_b[row]
        m = a != b
        values.append(((a - b)[m].sum() / m.sum().clamp(min=1)).item())
    t = torch.tensor(values, dtype=torch.float64)
    return (t.quantile((1 - level) / 2, interpolation="nearest").item(),
            t.quantile((1 + level) / 2, interpolation="nearest").item())


# %% right: difference first, torch.quantile
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = (correct_a.double() - correct_b.double())[idx].mean(dim=1)
    q = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    lo, hi = torch.quantile(d, q)
    return lo, hi

# %% right: loop over the resamples, interpolation by hand
import math

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    a, b = correct_a.tolist(), correct_b.tolist()
    diffs = sorted(sum(a[i] - b[i] for i in row) / len(row) for row in idx.tolist())

    def quantile(q):
        pos = q * (len(diffs) - 1)
        k = min(int(math.floor(pos)), len(diffs) - 1)
        n = min(k + 1, len(diffs) - 1)
        return diffs[k] + (pos - k) * (diffs[n] - diffs[k])

    return quantile((1 - level) / 2), quantile((1 + level) / 2)

# %% wrong: normal interval from the standard deviation of the differences
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = correct_a[idx].double().mean(1) - correct_b[idx].double().mean(1)
    z = torch.distributions.Normal(0.0, 1.0).icdf(torch.tensor((1 + level) / 2))
    half = z * d.std(unbiased=False)
    return (d.mean() - half).item(), (d.mean() + half).item()

# %% wrong: quantiles 1 - level and level
import numpy as np

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    diff = correct_a.numpy() - correct_b.numpy()
    means = diff[idx.numpy()].mean(axis=1)
    lo, hi = np.quantile(means, [1 - level, level])
    return float(lo), float(hi)

# %% wrong: A and B resampled apart (B with the rows turned round)
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    ma = correct_a[idx].double().mean(dim=1)
    mb = correct_b[idx.flip(0)].double().mean(dim=1)
    d = ma - mb
    return (torch.quantile(d, (1 - level) / 2).item(), torch.quantile(d, (1 + level) / 2).item())

# %% wrong: nearest sorted value without interpolation
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d, _ = (correct_a - correct_b)[idx].mean(dim=1).sort()
    R = d.numel()
    lower = d[int((1 - level) / 2 * R)]
    upper = d[min(R - 1, int((1 + level) / 2 * R))]
    return lower, upper

# %% two: b minus a; mean over the resamples instead of the items
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = (correct_b - correct_a).double()[idx].mean(dim=0)
    return torch.quantile(d, (1 - level) / 2), torch.quantile(d, (1 + level) / 2)

# %% two: absolute difference of the means; level is ignored
import torch

def paired_bootstrap(correct_a, correct_b, idx, level=0.95):
    d = torch.stack([(correct_a[r].mean() - correct_b[r].mean()).abs() for r in idx])
    return torch.quantile(d, 0.025), torch.quantile(d, 0.975)
