# %% right: torch std without correction, where for constant columns
import torch

def standardize(train, test):
    mu = train.mean(0)
    sd = train.std(0, unbiased=False)
    const = (train == train[0]).all(0)
    mu = torch.where(const, train[0], mu)
    sd = torch.where(const | (sd == 0), torch.ones_like(sd), sd)
    return (train - mu) / sd, (test - mu) / sd

# %% right: NumPy in float64, cast back
import numpy as np
import torch

def standardize(train, test):
    tr = train.detach().numpy().astype(np.float64)
    te = test.detach().numpy().astype(np.float64)
    m = tr.mean(axis=0)
    s = tr.std(axis=0)
    flat = np.ptp(tr, axis=0) == 0
    m[flat] = tr[0, flat]
    s[flat] = 1.0
    return (torch.from_numpy((tr - m) / s).to(train.dtype),
            torch.from_numpy((te - m) / s).to(test.dtype))

# %% right: loop over the columns
import torch

def standardize(train, test):
    a, b = torch.empty_like(train), torch.empty_like(test)
    for d in range(train.shape[1]):
        col = train[:, d].double()
        if bool((col == col[0]).all()):
            centre, scale = col[0], 1.0
        else:
            centre = col.mean()
            scale = ((col - centre) ** 2).mean().sqrt()
        a[:, d] = ((col - centre) / scale).to(train.dtype)
        b[:, d] = ((test[:, d].double() - centre) / scale).to(test.dtype)
    return a, b

# %% right: a dataclass scaler with fit and transform
from dataclasses import dataclass
import torch

@dataclass
class Scaler:
    mean: torch.Tensor
    scale: torch.Tensor

    @classmethod
    def fit(cls, x):
        x64 = x.to(torch.float64)
        var, mean = torch.var_mean(x64, dim=0, correction=0)
        same = x64.amax(0) == x64.amin(0)
        return cls(torch.where(same, x64[0], mean), torch.where(same, 1.0, var.sqrt()))

    def transform(self, x):
        return ((x.to(torch.float64) - self.mean) / self.scale).to(x.dtype)

def standardize(train, test):
    scaler = Scaler.fit(train)
    return scaler.transform(train), scaler.transform(test)

# %% right: closure over the statistics, shifted by the first row so that constant columns are exactly 0
import torch
from typing import Tuple

def standardize(train: torch.Tensor, test: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
    if train.ndim != 2 or test.ndim != 2 or train.size(1) != test.size(1):
        raise ValueError("train and test must be (N, D) and (M, D)")
    ref = train[:1].clone()
    shifted = train - ref
    m = shifted.mean(0, keepdim=True)
    s = (shifted - m).square().mean(0, keepdim=True).sqrt()
    s[s == 0] = 1

    def apply(x):
        return (x - ref - m) / s

    return apply(train), apply(test)

# %% right: masked_fill of the zero deviations after setting them from max == min
import torch

def standardize(train, test):
    N = train.size(0)
    hi, _ = train.max(dim=0)
    lo, _ = train.min(dim=0)
    constant = hi == lo
    mean = torch.where(constant, lo, train.sum(0) / N)
    centred = train - mean
    std = (torch.einsum("nd,nd->d", centred, centred) / N).sqrt().masked_fill(constant, 1.0)
    return centred / std, (test - mean) / std

# %% wrong: torch's default std, which divides by N - 1
import torch

def standardize(train, test):
    mean = train.mean(dim=0)
    std = train.std(dim=0)
    std = torch.where(train.max(0).values == train.min(0).values, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std

# %% wrong: test is scaled by its own statistics
import torch

def _z(x):
    m = x.mean(0)
    s = x.std(0, correction=0)
    s = torch.where(s == 0, torch.ones_like(s), s)
    return (x - m) / s

def standardize(train, test):
    return _z(train), _z(test)

# %% wrong: statistics over train and test together
import torch

def standardize(train, test):
    both = torch.cat([train, test], dim=0)
    mu = both.mean(0)
    sigma = both.std(0, unbiased=False)
    same = (both == both[0]).all(0)
    sigma = torch.where(same, torch.ones_like(sigma), sigma)
    return (train - mu) / sigma, (test - mu) / sigma

# %% wrong: adds 1e-6 to the deviation instead of treating constant columns (test differs there, and small deviations)
import torch

def standardize(train, test):
    mu = train.mean(0, keepdim=True)
    sd = train.std(0, keepdim=True, unbiased=False)
    return (train - mu) / (sd + 1e-6), (test - mu) / (sd + 1e-6)

# %% wrong: every deviation below 1e-3 counts as constant (differs for a column with small spread)
import torch

def standardize(train, test):
    m = train.mean(0)
    s = ((train - m) ** 2).mean(0).sqrt()
    s[s < 1e-3] = 1.0
    return (train - m) / s, (test - m) / s

# %% wrong: deviation clamped to at least 1 (differs for columns with a deviation below 1)
import torch

def standardize(train, test):
    centre = train.mean(0)
    spread = train.var(0, unbiased=False).sqrt().clamp(min=1.0)
    return (train - centre) / spread, (test - centre) / spread

# %% wrong: one mean and one deviation for all features
import torch

def standardize(train, test):
    mu, sd = train.mean(), train.std(unbiased=False)
    if sd == 0:
        sd = torch.ones_like(sd)
    return (train - mu) / sd, (test - mu) / sd

# %% wrong: test of a constant column is set to 0 instead of its difference
import torch

def standardize(train, test):
    mu = train.mean(0)
    sd = train.std(0, correction=0)
    dead = train.amax(0) == train.amin(0)
    safe = sd.masked_fill(dead, 1)
    a = ((train - mu) / safe).masked_fill(dead, 0)
    b = ((test - mu) / safe).masked_fill(dead, 0)
    return a, b

# %% wrong: divides by the variance
import torch

def standardize(train, test):
    mean = train.mean(0)
    var = ((train - mean) ** 2).mean(0)
    var = torch.where(train.amax(0) > train.amin(0), var, torch.ones_like(var))
    return (train - mean) / var, (test - mean) / var

# %% wrong: works on the inputs in place
import torch

def standardize(train, test):
    mu = train.mean(0)
    sd = train.std(0, unbiased=False)
    sd[(train == train[0]).all(0)] = 1.0
    train -= mu
    train /= sd
    test -= mu
    test /= sd
    return train, test

# %% wrong: scales to [0, 1] by minimum and range
import torch

def standardize(train, test):
    lo = train.min(0).values
    rng = train.max(0).values - lo
    rng = torch.where(rng == 0, torch.ones_like(rng), rng)
    return (train - lo) / rng, (test - lo) / rng

# %% two: deviation divides by N - 1; constant columns are divided by 1e-8
import torch

def standardize(train, test):
    mean = train.mean(0)
    std = torch.clamp(train.std(0), min=1e-8)
    return (train - mean) / std, (test - mean) / std

# %% two: normalises each row over its features; always float32
import torch

def standardize(train, test):
    def norm(x):
        x = x.float()
        m = x.mean(1, keepdim=True)
        s = x.std(1, keepdim=True, unbiased=False)
        s = torch.where(s == 0, torch.ones_like(s), s)
        return (x - m) / s
    return norm(train), norm(test)

# %% two: returns test first; NumPy result stays float64
import numpy as np
import torch

def standardize(train, test):
    tr = train.numpy().astype(np.float64)
    te = test.numpy().astype(np.float64)
    mu, sd = tr.mean(0), tr.std(0)
    sd = np.where(tr.max(0) == tr.min(0), 1.0, sd)
    return torch.from_numpy((te - mu) / sd), torch.from_numpy((tr - mu) / sd)


# %% right: vectorised in double, constant columns by comparison
import torch

def standardize(train, test):
    tr, te = train.detach().double(), test.detach().double()
    ref = tr[0]
    tr, te = tr - ref, te - ref
    const = (tr == 0).all(dim=0)
    mean = tr.mean(0)
    mean = torch.where(const, torch.zeros_like(mean), mean)
    std = ((tr - mean) ** 2).mean(0).sqrt()
    std = torch.where(const, torch.ones_like(std), std)
    return ((tr - mean) / std).to(train.dtype), ((te - mean) / std).to(test.dtype)

# %% right: loop over the columns in numpy
import numpy as np
import torch

def standardize(train, test):
    a = train.detach().numpy().astype(np.float64)
    b = test.detach().numpy().astype(np.float64)
    a_out, b_out = np.empty_like(a), np.empty_like(b)
    for j in range(a.shape[1]):
        col = a[:, j]
        if col.max() == col.min():
            mu, sd = col[0], 1.0
        else:
            mu = col[0] + np.mean(col - col[0])
            sd = np.sqrt(np.mean((col - mu) ** 2))
        a_out[:, j] = (col - mu) / sd
        b_out[:, j] = (b[:, j] - mu) / sd
    return torch.from_numpy(a_out).to(train.dtype), torch.from_numpy(b_out).to(test.dtype)

# %% wrong: the test set gets its own mean and deviation
import torch

def _z(x):
    y = x.double()
    y = y - y[0]
    m = y.mean(0)
    s = y.std(0, unbiased=False)
    s = torch.where((y == 0).all(0), torch.ones_like(s), s)
    return ((y - m) / s).to(x.dtype)

def standardize(train, test):
    return _z(train), _z(test)

# %% wrong: deviation with N - 1
import torch

def standardize(train, test):
    t = train.double()
    const = (t == t[0]).all(0)
    mu = torch.where(const, t[0], t.mean(0))
    sd = torch.where(const, torch.ones_like(mu), t.std(0))
    return ((t - mu) / sd).to(train.dtype), ((test.double() - mu) / sd).to(train.dtype)

# %% wrong: adds an epsilon to the deviation
import torch

def standardize(train, test):
    t = train.double()
    same = (t == t[:1]).all(0)
    mu = t.mean(0)
    mu[same] = t[0, same]
    sd = t.std(0, unbiased=False) + 1e-6
    sd[same] = 1.0
    f = lambda v: ((v.double() - mu) / sd).to(train.dtype)
    return f(train), f(test)

# %% wrong: one mean and deviation for the whole table
import torch

def standardize(train, test):
    m = train.double().mean()
    s = train.double().std(unbiased=False)
    if s == 0:
        s = torch.ones_like(s)
    return ((train.double() - m) / s).to(train.dtype), ((test.double() - m) / s).to(test.dtype)

# %% two: statistics of train and test together; unbiased deviation
import torch

def standardize(train, test):
    both = torch.cat([train, test]).double()
    mu = both.mean(0)
    sd = both.std(0)
    sd[sd == 0] = 1
    return ((train.double() - mu) / sd).to(train.dtype), ((test.double() - mu) / sd).to(test.dtype)

# %% two: works in place on the inputs; divides by the variance
import torch

def standardize(train, test):
    mu = train.mean(0)
    var = train.var(0, unbiased=False)
    var = torch.where(var == 0, torch.ones_like(var), var)
    train -= mu
    train /= var
    test -= mu
    test /= var
    return train, test
