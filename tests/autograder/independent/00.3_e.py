# %% right: the statistics module, very short
import statistics


def mean_ci(x):
    v = x.tolist()
    return statistics.mean(v), 1.96 * statistics.stdev(v) / len(v) ** 0.5

# %% right: torch in float64, shifted by the first result and scaled by the largest deviation
import math

import torch
from torch import Tensor


def mean_ci(x: Tensor) -> tuple[float, float]:
    x = x.detach().to(torch.float64)
    shifted = x - x[0]
    scale = shifted.abs().max()
    if scale == 0:
        return x[0].item(), 0.0
    unit = shifted / scale
    mean = x[0] + scale * unit.mean()
    half = 1.96 * scale * unit.std(correction=1) / math.sqrt(x.numel())
    return mean.item(), half.item()

# %% right: Welford's loop in plain Python
import math


def mean_ci(x):
    values = [float(r) for r in x]
    big = max(abs(r) for r in values)
    if big == 0.0:
        return 0.0, 0.0
    mean, m2, n = 0.0, 0.0, 0
    for r in values:
        r = r / big
        n += 1
        delta = r - mean
        mean += delta / n
        m2 += delta * (r - mean)
    s = big * math.sqrt(m2 / (n - 1))
    return big * mean, 1.96 * s / math.sqrt(n)

# %% right: numpy with ddof=1
import numpy as np
import torch
from torch import Tensor


def mean_ci(x: Tensor) -> tuple[float, float]:
    a = x.detach().cpu().numpy().astype(np.float64)
    d = a - a[0]
    top = np.abs(d).max()
    if top == 0:
        return float(a[0]), 0.0
    s = top * np.std(d / top, ddof=1)
    mean = a[0] + top * np.mean(d / top)
    return float(mean), float(1.96 * s / np.sqrt(len(a)))

# %% right: a class, with fsum and hypot
import math


class Runs:
    def __init__(self, x):
        if x.ndim != 1 or x.numel() < 2:
            raise ValueError("two runs or more are needed")
        self.values = x.detach().double().tolist()
        self.count = len(self.values)

    @property
    def mean(self):
        first = self.values[0]
        return first + math.fsum((v - first) / self.count for v in self.values)

    @property
    def std(self):
        m = self.mean
        return math.hypot(*[v - m for v in self.values]) / math.sqrt(self.count - 1)

    def half_width(self):
        return 1.96 * self.std / math.sqrt(self.count)


def mean_ci(x):
    runs = Runs(x)
    return runs.mean, runs.half_width()

# %% right: the spread from all pairwise differences, 0-d tensors returned
import torch


def mean_ci(x):
    x = x.double()
    n = x.shape[0]
    d = x[:, None] - x[None, :]
    scale = d.abs().max()
    safe = torch.where(scale > 0, scale, torch.ones_like(scale))
    # the sum over all ordered pairs is 2 n times the sum of squares about the mean
    ss = (d / safe).square().sum() / (2 * n)
    half = 1.96 * scale * torch.sqrt(ss / (n - 1) / n)
    mean = x[0] + (x - x[0]).mean()
    return mean, half

# %% wrong: numpy's std divides by S, not by S - 1
import numpy as np


def mean_ci(x):
    a = x.detach().double().numpy()
    return float(a.mean()), float(1.96 * a.std() / np.sqrt(a.size))

# %% wrong: divided by S, not by the root of S
import torch


def mean_ci(x):
    x = x.double()
    s = x.std()
    return x.mean().item(), (1.96 * s / x.numel()).item()

# %% wrong: takes Student's t for few seeds in place of 1.96
import math

T975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262,
        10: 2.228, 12: 2.179, 15: 2.131, 20: 2.086, 25: 2.060}


def mean_ci(x):
    x = x.double()
    s = x.std(unbiased=True).item()
    n = len(x)
    factor = T975.get(n - 1, 1.96)
    return x.mean().item(), factor * s / math.sqrt(n)

# %% wrong: takes the 95 % point of one side, 1.645, in place of 1.96
import torch
from torch.distributions import Normal


def mean_ci(x):
    x = x.double()
    z = Normal(0.0, 1.0).icdf(torch.tensor(0.95)).item()
    se = x.std() / x.numel() ** 0.5
    return x.mean().item(), z * se.item()

# %% wrong: returns the two ends of the interval in place of mean and half-width
import math
import statistics


def mean_ci(x):
    values = x.tolist()
    m = statistics.fmean(values)
    h = 1.96 * statistics.stdev(values) / math.sqrt(len(values))
    return m - h, m + h

# %% wrong: the variance as mean of squares minus square of the mean loses all digits when the mean is large
import torch


def mean_ci(x):
    n = x.shape[0]
    mean = x.sum() / n
    var = ((x * x).sum() - n * mean * mean) / (n - 1)
    s = var.clamp(min=0).sqrt()
    return mean.item(), (1.96 * s / n ** 0.5).item()

# %% wrong: float64 results are made float32 first, so a small spread about a large mean is lost
import torch


def mean_ci(x):
    x = torch.as_tensor(x, dtype=torch.float32)
    std, mean = torch.std_mean(x)
    return float(mean), float(1.96 * std / x.numel() ** 0.5)

# %% wrong: a small number under the root, so equal results do not give 0
import torch


def mean_ci(x):
    x = x.double()
    mean = x.mean()
    var = ((x - mean) ** 2).sum() / (len(x) - 1)
    s = torch.sqrt(var + 1e-8)
    half = 1.96 * s / torch.sqrt(torch.tensor(float(len(x))))
    return mean.item(), half.item()

# %% wrong: both numbers are rounded to three digits
import math


def mean_ci(x):
    v = [float(e) for e in x]
    m = sum(v) / len(v)
    s = math.sqrt(sum((e - m) ** 2 for e in v) / (len(v) - 1))
    return round(m, 3), round(1.96 * s / math.sqrt(len(v)), 3)

# %% wrong: keepdim gives tensors of shape (1,), not numbers
import torch


def mean_ci(x):
    x = x.to(torch.float64)
    var, mean = torch.var_mean(x, dim=0, correction=1, keepdim=True)
    return mean, 1.96 * torch.sqrt(var / x.shape[0])

# %% two: the root of the variance is forgotten; the full width is returned, not the half
import torch


def mean_ci(x):
    x = x.double()
    half = 1.96 * x.var() / x.numel() ** 0.5
    return x.mean().item(), 2 * half.item()

# %% two: the half-width comes first; the sum of squares is divided by S
import math


def mean_ci(x):
    v = x.tolist()
    n = len(v)
    m = sum(v) / n
    s = math.sqrt(sum((e - m) ** 2 for e in v) / n)
    return 1.96 * s / math.sqrt(n), m

# %% two: the median in place of the mean; not divided by the root of S
import statistics


def mean_ci(x):
    v = x.tolist()
    return statistics.median(v), 1.96 * statistics.stdev(v)

# %% two: the mean absolute deviation in place of s; divided by the root of S - 1
import torch


def mean_ci(x):
    x = x.double()
    m = x.mean()
    s = (x - m).abs().mean()
    return m.item(), (1.96 * s / (x.numel() - 1) ** 0.5).item()
