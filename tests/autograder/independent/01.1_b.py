# %% right: a dataclass that is fitted and then applied
from dataclasses import dataclass
import torch
from torch import Tensor

@dataclass
class Scale:
    mu: Tensor
    sd: Tensor

    @classmethod
    def fit(cls, rows: Tensor) -> "Scale":
        wide = rows.to(torch.float64)
        mu = wide.mean(0)
        sd = ((wide - mu) ** 2).mean(0).sqrt()
        flat = (rows == rows[0]).all(0)
        mu = torch.where(flat, wide[0], mu)
        return cls(mu, torch.where(flat, torch.ones_like(sd), sd))

    def __call__(self, rows: Tensor) -> Tensor:
        return ((rows.to(torch.float64) - self.mu) / self.sd).to(rows.dtype)

def standardize(train: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    scale = Scale.fit(train)
    return scale(train), scale(test)

# %% right: numpy in double, column by column
import numpy as np
import torch

def standardize(train, test):
    a, b = train.detach().numpy().astype(np.float64), test.detach().numpy().astype(np.float64)
    new_a, new_b = np.empty_like(a), np.empty_like(b)
    for c in range(a.shape[1]):
        if a[:, c].max() == a[:, c].min():
            middle, width = a[0, c], 1.0
        else:
            middle = a[:, c].mean()
            width = a[:, c].std()
        new_a[:, c], new_b[:, c] = (a[:, c] - middle) / width, (b[:, c] - middle) / width
    return torch.tensor(new_a, dtype=train.dtype), torch.tensor(new_b, dtype=test.dtype)

# %% right: everything minus the first row, then var_mean
import torch

def standardize(train, test):
    base = train[:1].double()
    x, y = train.double() - base, test.double() - base
    var, mean = torch.var_mean(x, dim=0, correction=0)
    sd = var.sqrt()
    sd[(x == 0).all(dim=0)] = 1
    return ((x - mean) / sd).to(train), ((y - mean) / sd).to(test)

# %% right: StandardScaler's idea with Python's fsum
import math
import torch

def standardize(train, test):
    columns = []
    for column in train.T.tolist():
        if len(set(column)) == 1:
            columns.append((column[0], 1.0))
            continue
        m = math.fsum(column) / len(column)
        s = math.sqrt(math.fsum((v - m) ** 2 for v in column) / len(column))
        columns.append((m, s))
    apply = lambda rows: torch.tensor(
        [[(v - m) / s for v, (m, s) in zip(row, columns)] for row in rows.tolist()], dtype=rows.dtype)
    return apply(train), apply(test)

# %% right: legal in-place work on clones
import torch

def standardize(train, test):
    out = [train.clone().double(), test.clone().double()]
    shift = out[0][0].clone()
    for o in out:
        o.sub_(shift)
    const = out[0].abs().amax(0).eq(0)
    centre = out[0].mean(0)
    for o in out:
        o.sub_(centre)
    spread = out[0].pow(2).mean(0).sqrt().masked_fill_(const, 1.0)
    return tuple(o.div_(spread).to(train.dtype) for o in out)

# %% wrong: the test set is scaled with its own statistics
import torch

def standardize(train, test):
    def z(x):
        x = x.double()
        sd = x.std(0, unbiased=False)
        return (x - x.mean(0)) / torch.where(sd == 0, torch.ones_like(sd), sd)
    return z(train).to(train.dtype), z(test).to(test.dtype)

# %% wrong: one mean and deviation for the whole table
import torch

def standardize(train, test):
    t = train.double()
    mu, sd = t.mean(), t.std(unbiased=False)
    if sd == 0:
        sd = torch.tensor(1.0)
    return ((t - mu) / sd).to(train.dtype), ((test.double() - mu) / sd).to(test.dtype)

# %% wrong: statistics of each row
import torch

def standardize(train, test):
    def z(x):
        x = x.double()
        m, s = x.mean(1, keepdim=True), x.std(1, keepdim=True, correction=0)
        return ((x - m) / torch.where(s == 0, 1.0, s))
    return z(train).to(train.dtype), z(test).to(test.dtype)

# %% wrong: shadowed name: test is scaled by the mean of the already standardised train
import torch

def standardize(train, test):
    dtype = train.dtype
    train, test = train.double(), test.double()
    flat = (train == train[0]).all(0)
    sd = train.std(0, unbiased=False).masked_fill(flat, 1.0)
    train = (train - torch.where(flat, train[0], train.mean(0))) / sd
    test = (test - train.mean(0)) / sd
    return train.to(dtype), test.to(dtype)

# %% wrong: small deviations count as constant
import torch

def standardize(train, test):
    x, y = train.double(), test.double()
    mu, sd = x.mean(0), x.std(0, correction=0)
    sd = torch.where(sd < 1e-6, torch.ones_like(sd), sd)
    return ((x - mu) / sd).to(train.dtype), ((y - mu) / sd).to(test.dtype)

# %% wrong: returns test first
import torch

def standardize(train, test):
    x, y = train.double(), test.double()
    flat = (x == x[0]).all(0)
    mu = torch.where(flat, x[0], x.mean(0))
    sd = x.std(0, correction=0).masked_fill(flat, 1)
    return ((y - mu) / sd).to(test.dtype), ((x - mu) / sd).to(train.dtype)

# %% wrong: changes train in place
import torch

def standardize(train, test):
    flat = (train == train[0]).all(0)
    mu = torch.where(flat, train[0].double(), train.double().mean(0))
    sd = train.double().std(0, correction=0).masked_fill(flat, 1)
    test = ((test.double() - mu) / sd).to(test.dtype)
    train.copy_((train.double() - mu) / sd)
    return train, test

# %% wrong: test is only centred, not divided
import torch

def standardize(train, test):
    x, y = train.double(), test.double()
    flat = (x == x[0]).all(0)
    mu = torch.where(flat, x[0], x.mean(0))
    sd = x.std(0, correction=0).masked_fill(flat, 1)
    return ((x - mu) / sd).to(train.dtype), (y - mu).to(test.dtype)

# %% wrong: if any column is constant none is divided
import torch

def standardize(train, test):
    x, y = train.double(), test.double()
    flat = (x == x[0]).all(0)
    mu = torch.where(flat, x[0], x.mean(0))
    sd = x.std(0, correction=0)
    if flat.any():
        sd = torch.ones_like(sd)
    return ((x - mu) / sd).to(train.dtype), ((y - mu) / sd).to(test.dtype)

# %% wrong: divides by the variance
import torch

def standardize(train, test):
    x, y = train.double(), test.double()
    flat = (x == x[0]).all(0)
    mu = torch.where(flat, x[0], x.mean(0))
    sd = x.var(0, correction=0).masked_fill(flat, 1)
    return ((x - mu) / sd).to(train.dtype), ((y - mu) / sd).to(test.dtype)

# %% two: median instead of the mean; sample deviation (N - 1)
import torch

def standardize(train, test):
    x, y = train.double(), test.double()
    mu = x.median(0).values
    sd = x.std(0)
    sd[(x == x[0]).all(0)] = 1
    return ((x - mu) / sd).to(train.dtype), ((y - mu) / sd).to(test.dtype)

# %% two: leaks: statistics over train and test together; constant columns give NaN
import torch

def standardize(train, test):
    both = torch.cat([train, test]).double()
    mu, sd = both.mean(0), both.std(0, unbiased=False)
    return ((train.double() - mu) / sd).to(train.dtype), ((test.double() - mu) / sd).to(test.dtype)

# %% two: not centred; returns float64
import torch

def standardize(train, test):
    x, y = train.double(), test.double()
    flat = (x == x[0]).all(0)
    sd = x.std(0, correction=0).masked_fill(flat, 1)
    return x / sd, y / sd

# %% two: test column constant is checked on test instead of train; N - 1
import torch

def standardize(train, test):
    x, y = train.double(), test.double()
    mu, sd = x.mean(0), x.std(0)
    def scale(v):
        width = sd.clone()
        width[(v == v[0]).all(0)] = 1
        return (v - mu) / width
    return scale(x).to(train.dtype), scale(y).to(test.dtype)
