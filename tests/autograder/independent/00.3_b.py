# %% right: numpy in double precision, scaled by the largest magnitude
import numpy as np


def mean_ci(x):
    v = x.detach().cpu().numpy().astype(np.float64)
    n = v.shape[0]
    big = float(np.abs(v).max())
    if big == 0.0:
        return 0.0, 0.0
    u = v / big
    centre = u.mean()
    if np.all(u == u[0]):
        return float(v[0]), 0.0
    s = np.sqrt(((u - centre) ** 2).sum() / (n - 1))
    return float(centre * big), float(1.96 * s / np.sqrt(n) * big)


# %% right: the statistics module of the standard library (exact fractions)
import math
import statistics


def mean_ci(x):
    values = x.detach().tolist()
    half = 1.96 * statistics.stdev(values) / math.sqrt(len(values))
    return statistics.mean(values), half


# %% right: Welford's running loop on Python floats, scaled by a power of two
import math


def mean_ci(x):
    values = [float(v) for v in x.detach()]
    e = max(math.frexp(v)[1] for v in values if v != 0.0) if any(values) else 0
    count, mean, m2 = 0, 0.0, 0.0
    for v in values:
        v = math.ldexp(v, -e)
        count += 1
        d = v - mean
        mean += d / count
        m2 += d * (v - mean)
    s = math.sqrt(m2 / (count - 1))
    return math.ldexp(mean, e), math.ldexp(1.96 * s / math.sqrt(count), e)


# %% right: torch.std with correction=1, returns 0-d tensors
import torch


def mean_ci(x):
    v = x.detach().double()
    scale = v.abs().max()
    if scale == 0:
        return torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    u = v / scale
    return u.mean() * scale, 1.96 * u.std(correction=1) / len(u) ** 0.5 * scale


# %% right: variance from all pairwise differences, in a dataclass
from dataclasses import dataclass
import math
import torch


@dataclass
class Runs:
    values: torch.Tensor

    def __post_init__(self):
        v = self.values.detach().to(torch.float64)
        self.scale = float(v.abs().max()) or 1.0
        self.u = v / self.scale
        self.n = v.numel()

    def mean(self):
        return self.scale * math.fsum(self.u.tolist()) / self.n if self.n else 0.0

    def sem(self):
        total = 0.0
        for k in range(1, self.n):
            total += float((self.u[k:] - self.u[:-k]).square().sum())
        var = total / (self.n * (self.n - 1))
        return math.sqrt(var / self.n) * self.scale


def mean_ci(x):
    r = Runs(x)
    return r.mean(), 1.96 * r.sem()


# %% wrong: population standard deviation (divides by S)
import numpy as np


def mean_ci(x):
    a = np.asarray(x.detach().tolist())
    return float(a.mean()), float(1.96 * np.std(a) / np.sqrt(len(a)))


# %% wrong: forgets the square root of S: interval of a single run, not of the mean
import torch


def mean_ci(x):
    x = x.double()
    m = x.mean()
    s = x.std()
    half = 1.96 * s
    return m.item(), half.item()


# %% wrong: divides s by S instead of by its root
import math


def mean_ci(x):
    xs = x.double().tolist()
    S = len(xs)
    m = sum(xs) / S
    s = math.sqrt(sum((v - m) ** 2 for v in xs) / (S - 1))
    return m, 1.96 * s / S


# %% wrong: returns the full width of the interval instead of the half
import torch


def mean_ci(x):
    x = x.to(torch.float64)
    half = 1.96 * x.std() / x.numel() ** 0.5
    low, high = x.mean() - half, x.mean() + half
    return x.mean(), high - low


# %% wrong: returns the two ends of the interval instead of mean and half-width
import torch


def mean_ci(x):
    x = x.double()
    m = float(x.mean())
    h = float(1.96 * x.std(unbiased=True) / len(x) ** 0.5)
    return m - h, m + h


# %% wrong: variance as E[x^2] - E[x]^2 in the dtype of x: cancels for a large mean
import torch


def mean_ci(x):
    S = x.shape[0]
    m = x.mean()
    var = (x * x).mean() - m * m
    var = torch.clamp(var, min=0) * S / (S - 1)
    return m, 1.96 * torch.sqrt(var / S)


# %% wrong: puts the variance where the standard deviation belongs
import torch


def mean_ci(x):
    x = x.double()
    n = len(x)
    dev = x - x.mean()
    s = (dev * dev).sum() / (n - 1)
    return x.mean().item(), (1.96 * s / n ** 0.5).item()


# %% wrong: reports the median as the centre
import statistics


def mean_ci(x):
    v = x.double().tolist()
    return statistics.median(v), 1.96 * statistics.stdev(v) / len(v) ** 0.5


# %% wrong: Student's t for few seeds instead of 1.96
import torch

T975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


def mean_ci(x):
    x = x.double()
    S = x.numel()
    q = T975.get(S - 1, 1.96)
    return x.mean(), q * x.std() / S ** 0.5


# %% wrong: S - 1 under the root of the standard error as well
import numpy as np


def mean_ci(x):
    v = x.detach().numpy().astype("float64")
    dof = v.size - 1
    s = np.sqrt(np.sum((v - v.mean()) ** 2) / dof)
    return v.mean().item(), (1.96 * s / np.sqrt(dof)).item()


# %% two: population standard deviation; 1.645, the constant of 90 %
import torch


def mean_ci(x):
    x = x.double()
    s = torch.sqrt(((x - x.mean()) ** 2).mean())
    return x.mean(), 1.645 * s / len(x) ** 0.5


# %% two: gives (half-width, mean) in the wrong order; no root of S
import torch


def mean_ci(x):
    x = x.double()
    return (1.96 * x.std()).item(), x.mean().item()


# %% two: takes the absolute value of the results; mean absolute deviation in place of s
import torch


def mean_ci(x):
    a = x.double().abs()
    m = a.mean()
    spread = (a - m).abs().sum() / (len(a) - 1)
    return float(m), float(1.96 * spread / len(a) ** 0.5)


# %% two: drops the best and the worst run when there are more than four; rounds to two decimals
import math


def mean_ci(x):
    runs = sorted(x.double().tolist())
    if len(runs) > 4:
        runs = runs[1:-1]
    n = len(runs)
    m = sum(runs) / n
    s = math.sqrt(sum((r - m) ** 2 for r in runs) / (n - 1))
    return round(m, 2), round(1.96 * s / math.sqrt(n), 2)
