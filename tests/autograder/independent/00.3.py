# %% right: torch mean and std
import math
import torch

def mean_ci(x):
    return x.mean(), 1.96 * x.std() / math.sqrt(len(x))

# %% right: NumPy with ddof=1
import numpy as np
import torch

def mean_ci(x):
    arr = x.detach().cpu().numpy().astype(np.float64)
    half = 1.96 * arr.std(ddof=1) / np.sqrt(arr.size)
    return float(arr.mean()), float(half)

# %% right: plain Python in two passes
import math

def mean_ci(x):
    values = [float(v) for v in x]
    S = len(values)
    m = math.fsum(values) / S
    ss = sum((v - m) ** 2 for v in values)
    return m, 1.96 * math.sqrt(ss / (S - 1)) / math.sqrt(S)

# %% right: explicit formula on a float64 copy
import torch

def mean_ci(x):
    runs = x.double()
    S = runs.numel()
    mu = runs.sum() / S
    var = (runs - mu).pow(2).sum() / (S - 1)
    return mu.item(), (1.96 * (var / S).sqrt()).item()

# %% right: Welford's running update
import math

def mean_ci(x):
    mean, m2 = 0.0, 0.0
    count = 0
    for value in x.tolist():
        count += 1
        step = value - mean
        mean += step / count
        m2 += step * (value - mean)
    return mean, 1.96 * math.sqrt(m2 / (count - 1) / count)

# %% right: a named tuple, and guards
from typing import NamedTuple
import torch

class Interval(NamedTuple):
    mean: torch.Tensor
    half_width: torch.Tensor

def mean_ci(x: torch.Tensor) -> Interval:
    if x.dim() != 1 or x.numel() < 2:
        raise ValueError("need a 1-D tensor of at least two results")
    var, m = torch.var_mean(x, correction=1)
    return Interval(m, 1.96 * torch.sqrt(var) / x.numel() ** 0.5)

# %% wrong: standard deviation divides by S
import torch

def mean_ci(x):
    S = x.shape[0]
    return x.mean().item(), 1.96 * x.std(unbiased=False).item() / S ** 0.5

# %% wrong: no square root of S, the spread of one run
import torch

def mean_ci(x):
    mean = torch.mean(x)
    s = torch.std(x)
    return mean, 1.96 * s

# %% wrong: divides by S instead of its root
import torch

def mean_ci(x):
    n = x.numel()
    m = x.mean()
    sd = ((x - m).square().sum() / (n - 1)).sqrt()
    return float(m), float(1.96 * sd / n)

# %% wrong: standard error with sqrt(S - 1) on top of the sample standard deviation
import numpy as np

def mean_ci(x):
    v = x.numpy()
    se = v.std(ddof=1) / np.sqrt(len(v) - 1)
    return float(v.mean()), float(1.96 * se)

# %% wrong: 2 instead of 1.96
import torch

def mean_ci(x):
    sem = x.std() / torch.sqrt(torch.tensor(float(len(x))))
    return x.mean().item(), (2 * sem).item()

# %% wrong: Student's t quantiles for few seeds
import math

_T975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}

def mean_ci(x):
    s = x.std().item()
    S = len(x)
    t = _T975.get(S - 1, 1.96)
    return x.mean().item(), t * s / math.sqrt(S)

# %% wrong: the full width of the interval
import math
import torch

def mean_ci(x):
    m = x.mean()
    e = 1.96 * x.std(correction=1) / math.sqrt(x.numel())
    lo, hi = m - e, m + e
    return m, hi - lo

# %% wrong: returns the lower and upper bound
import torch

def mean_ci(x):
    centre = x.mean().item()
    h = 1.96 * x.std().item() / len(x) ** 0.5
    return centre - h, centre + h

# %% wrong: variance as mean of squares minus squared mean in float32 (differs far from 0 with little spread)
import torch

def mean_ci(x):
    x = x.float()
    S = x.numel()
    m = x.sum() / S
    s2 = ((x * x).sum() / S - m * m).clamp(min=0) * S / (S - 1)
    return m, 1.96 * (s2 / S).sqrt()

# %% wrong: both numbers are rounded to two digits
import math

def mean_ci(x):
    mean = float(x.mean())
    half = 1.96 * float(x.std()) / math.sqrt(len(x))
    return round(mean, 2), round(half, 2)

# %% wrong: floor of 1e-3 under s (differs for equal or nearly equal results)
import torch

def mean_ci(x):
    s = x.std().clamp(min=1e-3)
    return x.mean(), 1.96 * s / x.numel() ** 0.5

# %% two: order of the two outputs swapped; standard deviation divides by S
import numpy as np

def mean_ci(x):
    a = np.asarray(x)
    width = 1.96 * np.std(a) / np.sqrt(a.shape[0])
    return float(width), float(np.mean(a))

# %% two: median instead of the mean; 1.645, the 90 % quantile
import torch

def mean_ci(x):
    return x.median().item(), 1.645 * x.std().item() / len(x) ** 0.5

# %% two: variance instead of the standard deviation; centres the caller's tensor in place
import math
import torch

def mean_ci(x):
    m = x.mean().item()
    x -= m
    v = (x ** 2).sum().item() / (len(x) - 1)
    return m, 1.96 * v / math.sqrt(len(x))


# %% right: torch.std in double
import torch

def mean_ci(x):
    x = x.double()
    m = x.mean()
    half = 1.96 * x.std(unbiased=True) / len(x) ** 0.5
    return m.item(), half.item()

# %% right: plain Python
import math

def mean_ci(x):
    values = [float(v) for v in x]
    s = len(values)
    if min(values) == max(values):
        return values[0], 0.0
    m = math.fsum(values) / s
    ss = math.fsum((v - m) ** 2 for v in values)
    return m, 1.96 * math.sqrt(ss / (s - 1)) / math.sqrt(s)

# %% wrong: population standard deviation (divided by S)
import numpy as np

def mean_ci(x):
    arr = x.detach().numpy().astype(np.float64)
    return float(arr.mean()), float(1.96 * arr.std() / np.sqrt(arr.size))

# %% wrong: standard deviation not divided by root S
import torch

def mean_ci(x):
    x = x.double()
    return x.mean(), 1.96 * x.std()

# %% wrong: returns the two ends of the interval
import torch

def mean_ci(x):
    x = x.to(torch.float64)
    m = x.mean()
    h = 1.96 * x.std() / (x.numel() ** 0.5)
    return float(m - h), float(m + h)

# %% wrong: variance as mean of squares minus square of the mean, cancels for large results
import torch

def mean_ci(x):
    n = x.numel()
    mean = x.sum() / n
    var = ((x * x).sum() - n * mean * mean) / (n - 1)
    return mean, 1.96 * torch.sqrt(var.clamp(min=0) / n)

# %% two: full width instead of half; population deviation
import torch

def mean_ci(x):
    x = x.double()
    m = x.mean()
    s = torch.sqrt(((x - m) ** 2).mean())
    return m.item(), (2 * 1.96 * s / x.numel() ** 0.5).item()

# %% two: variance used without the root; median instead of the mean
import torch

def mean_ci(x):
    x = x.double()
    centre = x.median()
    half = 1.96 * x.var() / x.numel() ** 0.5
    return centre, half
