# %% right: vectorised in float64, first row taken off, scaled by the largest distance
import torch


def standardize(train, test):
    a, b = train.detach().double(), test.detach().double()
    first = a[:1].clone()
    a, b = a - first, b - first
    size = a.abs().amax(dim=0, keepdim=True)
    constant = size == 0
    size = torch.where(constant, torch.ones_like(size), size)
    a, b = a / size, b / size
    mu = a.mean(dim=0, keepdim=True)
    sd = (a - mu).square().mean(dim=0, keepdim=True).sqrt()
    sd = torch.where(constant, torch.ones_like(sd), sd)
    return ((a - mu) / sd).to(train.dtype), ((b - mu) / sd).to(train.dtype)


# %% right: numpy, one column after the other, hypot for the deviation
import numpy as np
import torch


def standardize(train, test):
    A = train.detach().cpu().numpy().astype(np.float64)
    B = test.detach().cpu().numpy().astype(np.float64)
    out_a = np.zeros_like(A)
    out_b = np.zeros_like(B)
    for d in range(A.shape[1]):
        start = A[0, d]
        seen, new = A[:, d] - start, B[:, d] - start
        if np.all(A[:, d] == start):
            out_b[:, d] = new
            continue
        m = seen.mean()
        dev = np.hypot.reduce(seen - m) / np.sqrt(len(seen))
        out_a[:, d] = (seen - m) / dev
        out_b[:, d] = (new - m) / dev
    return torch.from_numpy(out_a).to(train.dtype), torch.from_numpy(out_b).to(test.dtype)


# %% right: exact fractions and the statistics module
import statistics
from fractions import Fraction

import torch


def standardize(train, test):
    left, right = [], []
    for seen, new in zip(train.T.tolist(), test.T.tolist()):
        seen = [Fraction(v) for v in seen]
        centre = sum(seen) / len(seen)
        spread = statistics.pstdev(seen)
        if spread == 0:
            spread = 1.0
        left.append([float(v - centre) / spread for v in seen])
        right.append([float(Fraction(v) - centre) / spread for v in new])
    return (
        torch.tensor(left, dtype=torch.float64).T.to(train.dtype).contiguous(),
        torch.tensor(right, dtype=torch.float64).T.to(test.dtype).contiguous(),
    )


# %% right: torch.var_mean with correction 0, constant columns found by comparison
import torch


def standardize(train, test):
    same = (train == train[0]).all(dim=0)
    base = train[0].double()
    x = train.double() - base
    y = test.double() - base
    unit = x.abs().max(dim=0).values.masked_fill(same, 1.0)
    var, mu = torch.var_mean(x / unit, dim=0, correction=0)
    sd = var.sqrt().masked_fill(same, 1.0)
    back = lambda t: ((t / unit - mu) / sd).to(train.dtype)
    return back(x), back(y)


# %% right: Welford's running mean and sum of squares, row by row
import torch


def standardize(train, test):
    with torch.no_grad():
        origin = train[0].to(torch.float64)
        shifted_train = train.to(torch.float64) - origin
        shifted_test = test.to(torch.float64) - origin
        # the range of every column, so that squares neither vanish nor explode
        low = shifted_train.min(dim=0).values
        high = shifted_train.max(dim=0).values
        is_constant = low == high
        width = high - low
        width[is_constant] = 1.0

        count = 0
        mean = torch.zeros_like(origin)
        squares = torch.zeros_like(origin)
        for row in shifted_train / width:
            count += 1
            delta = row - mean
            mean = mean + delta / count
            squares = squares + delta * (row - mean)
        deviation = torch.sqrt(squares / count)
        deviation[is_constant] = 1.0

        new_train = (shifted_train / width - mean) / deviation
        new_test = (shifted_test / width - mean) / deviation
        return new_train.to(train.dtype), new_test.to(test.dtype)


# %% wrong: torch.std with its default, divides by N - 1
import torch


def standardize(train, test):
    a, b = train.double(), test.double()
    base = a[0]
    a, b = a - base, b - base
    width = a.abs().amax(0)
    const = width == 0
    width = width.masked_fill(const, 1.0)
    a, b = a / width, b / width
    mean = a.mean(0)
    std = a.std(0).masked_fill(const, 1.0)
    return ((a - mean) / std).to(train.dtype), ((b - mean) / std).to(train.dtype)


# %% wrong: adds 1e-8 to every deviation
import torch

EPS = 1e-8


def standardize(train, test):
    x, y = train.double(), test.double()
    flat = (train == train[:1]).all(0, keepdim=True)
    x, y = x - train[:1].double(), y - train[:1].double()
    mu = x.mean(0, keepdim=True)
    sd = ((x - mu) ** 2).mean(0, keepdim=True).sqrt() + EPS
    sd = torch.where(flat, torch.ones_like(sd), sd)
    return ((x - mu) / sd).to(train.dtype), ((y - mu) / sd).to(test.dtype)


# %% wrong: the test set is brought to its own mean and deviation
import numpy as np
import torch


def standardize(train, test):
    def own(t):
        a = t.numpy().astype(np.float64)
        a = a - a[0]
        top = np.abs(a).max(axis=0)
        a = a / np.where(top == 0, 1.0, top)
        a = a - a.mean(axis=0)
        sd = np.sqrt((a**2).mean(axis=0))
        sd[top == 0] = 1.0
        return torch.from_numpy(a / sd).to(t.dtype)

    return own(train), own(test)


# %% wrong: constant columns found by computed deviation == 0, a float64 constant such as 0.1 is missed when its mean is rounded
import torch


def standardize(train, test):
    a, b = train.double(), test.double()
    mean = a.mean(dim=0)
    centred = a - mean
    big = centred.abs().amax(dim=0)
    big[big == 0] = 1.0
    std = (centred / big).pow(2).mean(dim=0).sqrt() * big
    std[std == 0] = 1.0
    return (centred / std).to(train.dtype), ((b - mean) / std).to(test.dtype)


# %% wrong: columns with a deviation below 1e-6 are taken for constant
import torch


def standardize(train, test):
    a = train.to(torch.float64)
    b = test.to(torch.float64)
    zero = a[0].clone()
    a = a - zero
    b = b - zero
    mu = a.mean(axis=0)
    sigma = torch.sqrt(torch.mean((a - mu) ** 2, axis=0))
    sigma[sigma < 1e-6] = 1.0
    return ((a - mu) / sigma).to(train.dtype), ((b - mu) / sigma).to(test.dtype)


# %% wrong: variance as mean of squares minus square of the mean, cancels far from 0
import torch


def standardize(train, test):
    const = (train == train[0]).all(0)
    mean = torch.where(const, train[0], train.mean(0))
    var = (train * train).mean(0) - train.mean(0) ** 2
    std = var.clamp(min=torch.finfo(train.dtype).tiny).sqrt()
    std = torch.where(const, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std


# %% wrong: train and test are overwritten in place
import torch


def standardize(train, test):
    base = train[0].clone()
    const = (train == base).all(0)
    train -= base
    test -= base
    width = train.abs().amax(0).masked_fill(const, 1.0)
    train /= width
    test /= width
    mu = train.double().mean(0)
    sd = (train.double() - mu).pow(2).mean(0).sqrt().masked_fill(const, 1.0)
    train.copy_((train.double() - mu) / sd)
    test.copy_((test.double() - mu) / sd)
    return train, test


# %% wrong: in a constant column the test rows become 0 too
import numpy as np
import torch


def standardize(train, test):
    a, b = train.numpy().astype("float64"), test.numpy().astype("float64")
    ref = a[0].copy()
    a, b = a - ref, b - ref
    spread = np.ptp(a, axis=0)
    useful = spread > 0
    A, B = np.zeros_like(a), np.zeros_like(b)
    au, bu = a[:, useful] / spread[useful], b[:, useful] / spread[useful]
    m, s = au.mean(0), au.std(0)
    A[:, useful] = (au - m) / s
    B[:, useful] = (bu - m) / s
    return torch.tensor(A, dtype=train.dtype), torch.tensor(B, dtype=test.dtype)


# %% wrong: divides by 0 in constant columns and patches with nan_to_num, so test becomes huge there
import torch


def standardize(train, test):
    x = train.double() - train[0].double()
    y = test.double() - train[0].double()
    k = x.abs().amax(0)
    k = k + (k == 0)
    m = (x / k).mean(0)
    s = (x / k - m).square().mean(0).sqrt()
    out = [torch.nan_to_num(((t / k - m) / s).to(train.dtype)) for t in (x, y)]
    return out[0], out[1]


# %% wrong: divides by the variance, the root is forgotten
import torch


def standardize(train, test):
    N, D = train.shape
    cols_a, cols_b = [], []
    for d in range(D):
        c0 = train[0, d].double()
        a = train[:, d].double() - c0
        b = test[:, d].double() - c0
        if (train[:, d] == train[0, d]).all():
            cols_a.append(a)
            cols_b.append(b)
        else:
            mu = a.sum() / N
            var = ((a - mu) ** 2).sum() / N
            cols_a.append((a - mu) / var)
            cols_b.append((b - mu) / var)
    return torch.stack(cols_a, 1).to(train.dtype), torch.stack(cols_b, 1).to(train.dtype)


# %% two: mean and deviation from train and test together; divided by N - 1
import torch


def standardize(train, test):
    both = torch.cat([train, test]).double()
    ref = both[0]
    const = (train == train[0]).all(0)
    mean = (both - ref).mean(0).masked_fill(const, 0.0)
    std = (both - ref).std(0).masked_fill(const, 1.0)
    a = (train.double() - ref - mean) / std
    b = (test.double() - ref - mean) / std
    return a.to(train.dtype), b.to(train.dtype)


# %% two: one mean and deviation for the whole table; results in swapped order
import torch


def standardize(train, test):
    mean = train.double().mean()
    std = train.double().std(unbiased=False)
    if std == 0:
        std = torch.ones_like(std)
    scale = lambda t: ((t.double() - mean) / std).to(t.dtype)
    return scale(test), scale(train)


# %% two: the result stays float64; constant columns give NaN
import numpy as np
import torch


def standardize(train, test):
    a = np.asarray(train, dtype=np.float64)
    b = np.asarray(test, dtype=np.float64)
    mu = a.mean(0)
    mu = np.where((a == a[0]).all(0), a[0], mu)
    sd = np.sqrt(((a - mu) ** 2).mean(0))
    with np.errstate(all="ignore"):
        return torch.from_numpy((a - mu) / sd), torch.from_numpy((b - mu) / sd)


# %% two: mean absolute deviation instead of the standard deviation; the test set gets only the scale, its mean is not taken off
import torch


def standardize(train, test):
    base = train[0].double()
    x = train.double() - base
    const = (train == train[0]).all(0)
    mu = x.mean(0)
    mad = (x - mu).abs().mean(0)
    mad = torch.where(const, torch.ones_like(mad), mad)
    return ((x - mu) / mad).to(train.dtype), (test.double() / mad).to(train.dtype)
