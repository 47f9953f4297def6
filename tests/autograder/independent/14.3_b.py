# %% right: loops with exact fractions of a tie
import math
import torch

def best_offset(a, b, max_lag):
    x, y = a.double().tolist(), b.double().tolist()
    n = len(x)

    def r(lag):
        pairs = [(x[t], y[t + lag]) for t in range(n) if 0 <= t + lag < n]
        p, q = zip(*pairs)
        if len(set(p)) == 1 or len(set(q)) == 1:
            return 0.0
        mp, mq = math.fsum(p) / len(p), math.fsum(q) / len(q)
        top = math.fsum((u - mp) * (v - mq) for u, v in pairs)
        return top / math.sqrt(math.fsum((u - mp) ** 2 for u in p) * math.fsum((v - mq) ** 2 for v in q))

    scores = {lag: r(lag) for lag in range(-max_lag, max_lag + 1)}
    best = max(scores.values())
    return min((lag for lag, s in scores.items() if s >= best - 1e-6), key=lambda lag: (abs(lag), lag))

# %% right: torch.corrcoef, candidates tried in the order of preference
import torch

def best_offset(a, b, max_lag):
    a, b = a.to(torch.float64), b.to(torch.float64)
    order = [0] + [s * k for k in range(1, max_lag + 1) for s in (-1, 1)]
    scores = []
    for lag in order:
        n = len(a) - abs(lag)
        p = a[max(0, -lag):][:n]
        q = b[max(0, lag):][:n]
        flat = (p == p[0]).all() or (q == q[0]).all()
        scores.append(0.0 if flat else torch.corrcoef(torch.stack([p, q]))[0, 1].item())
    top = max(scores)
    return next(lag for lag, s in zip(order, scores) if s > top - 1e-6)

# %% right: numpy, standardised pieces
import numpy as np
import torch

def _unit(v: np.ndarray) -> np.ndarray:
    if np.ptp(v) == 0:
        return np.zeros_like(v)
    v = v - v.mean()
    return v / np.linalg.norm(v)

def best_offset(a: torch.Tensor, b: torch.Tensor, max_lag: int) -> int:
    x, y = (t.numpy().astype(np.float64) for t in (a, b))
    lags = sorted(range(-max_lag, max_lag + 1), key=lambda l: (abs(l), l))
    scores = np.array([
        float(_unit(x[: len(x) - l]) @ _unit(y[l:])) if l >= 0 else float(_unit(x[-l:]) @ _unit(y[:l])) for l in lags
    ])
    return int(lags[int(np.flatnonzero(scores > scores.max() - 1e-6)[0])])

# %% right: a table of shifted rows with masks
import torch

def best_offset(a, b, max_lag):
    n = a.shape[0]
    t = torch.arange(n)
    lags = torch.arange(-max_lag, max_lag + 1)
    at = t[None, :] + lags[:, None]
    ok = (at >= 0) & (at < n)
    count = ok.sum(1, keepdim=True)
    p = a.double().expand(len(lags), n)
    q = b.double()[at.clamp(0, n - 1)]
    def centred(v):
        low = v.masked_fill(~ok, torch.inf).amin(1, keepdim=True)
        high = v.masked_fill(~ok, -torch.inf).amax(1, keepdim=True)
        flat = low == high
        c = v - (v - low).masked_fill(~ok, 0).sum(1, keepdim=True) / count - low
        return c.masked_fill(~ok | flat, 0)
    p, q = centred(p), centred(q)
    norm = p.norm(dim=1) * q.norm(dim=1)
    r = torch.where(norm > 0, (p * q).sum(1) / torch.where(norm > 0, norm, torch.ones_like(norm)), torch.zeros_like(norm))
    tied = lags[r >= r.max() - 1e-6].tolist()
    return min(tied, key=lambda lag: 2 * abs(lag) + (lag > 0))

# %% right: generator of (score, lag), recursion on a running best is avoided
import statistics
import torch

def best_offset(a, b, max_lag):
    first, second = a.tolist(), b.tolist()
    def scored():
        for lag in range(-max_lag, max_lag + 1):
            if lag < 0:
                p, q = first[-lag:], second[:lag]
            else:
                p, q = first[:len(first) - lag], second[lag:]
            try:
                yield statistics.correlation(p, q), lag
            except statistics.StatisticsError:
                yield 0.0, lag
    table = list(scored())
    top = max(table)[0]
    return sorted((abs(lag), lag) for s, lag in table if top - s <= 1e-6)[0][1]

# %% wrong: sign of the lag
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    best, where = None, 0
    for lag in sorted(range(-max_lag, max_lag + 1), key=lambda l: (abs(l), l)):
        n = len(a) - abs(lag)
        p, q = a[max(0, lag):][:n], b[max(0, -lag):][:n]
        if (p == p[0]).all() or (q == q[0]).all():
            r = 0.0
        else:
            r = torch.corrcoef(torch.stack([p, q]))[0, 1].item()
        if best is None or r > best + 1e-6:
            best, where = r, lag
    return where

# %% wrong: largest absolute correlation
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        n = len(a) - abs(lag)
        p, q = a[max(0, -lag):][:n], b[max(0, lag):][:n]
        flat = (p == p[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat else abs(torch.corrcoef(torch.stack([p, q]))[0, 1].item()), lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), l))

# %% wrong: covariance instead of correlation
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        n = len(a) - abs(lag)
        p, q = a[max(0, -lag):][:n], b[max(0, lag):][:n]
        table.append((float(((p - p.mean()) * (q - q.mean())).mean()), lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), l))

# %% wrong: positive lags only
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(0, max_lag + 1):
        n = len(a) - lag
        p, q = a[:n], b[lag:]
        flat = (p == p[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat else torch.corrcoef(torch.stack([p, q]))[0, 1].item(), lag))
    top = max(table)[0]
    return min(l for r, l in table if r > top - 1e-6)

# %% wrong: max_lag itself is not tried
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag) if max_lag else [0]:
        n = len(a) - abs(lag)
        p, q = a[max(0, -lag):][:n], b[max(0, lag):][:n]
        flat = (p == p[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat else torch.corrcoef(torch.stack([p, q]))[0, 1].item(), lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), l))

# %% wrong: a tie goes to the positive lag
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        n = len(a) - abs(lag)
        p, q = a[max(0, -lag):][:n], b[max(0, lag):][:n]
        flat = (p == p[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat else torch.corrcoef(torch.stack([p, q]))[0, 1].item(), lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), -l))

# %% wrong: circular shift
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        q = torch.roll(b, -lag)
        flat = (a == a[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat else torch.corrcoef(torch.stack([a, q]))[0, 1].item(), lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), l))

# %% wrong: means of the whole signals
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    a, b = a - a.mean(), b - b.mean()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        n = len(a) - abs(lag)
        p, q = a[max(0, -lag):][:n], b[max(0, lag):][:n]
        norm = float(p.norm() * q.norm())
        flat = (p == p[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat or norm == 0 else float(p @ q) / norm, lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), l))

# %% wrong: a small number under the fraction swallows quiet signals
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        n = len(a) - abs(lag)
        p, q = a[max(0, -lag):][:n], b[max(0, lag):][:n]
        p, q = p - p.mean(), q - q.mean()
        table.append((float(p @ q / (p.norm() * q.norm() + 1e-3)), lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), l))

# %% wrong: returns a tensor
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        n = len(a) - abs(lag)
        p, q = a[max(0, -lag):][:n], b[max(0, lag):][:n]
        flat = (p == p[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat else torch.corrcoef(torch.stack([p, q]))[0, 1].item(), lag))
    top = max(table)[0]
    return torch.tensor(min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), l)))

# %% two: sign of the lag; covariance
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        n = len(a) - abs(lag)
        p, q = a[max(0, lag):][:n], b[max(0, -lag):][:n]
        table.append((float(((p - p.mean()) * (q - q.mean())).mean()), lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), l))

# %% two: means not subtracted; positive lags only
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(max_lag + 1):
        p, q = a[:len(a) - lag], b[lag:]
        norm = float(p.norm() * q.norm())
        table.append((float(p @ q) / norm if norm else 0.0, lag))
    top = max(table)[0]
    return min(l for r, l in table if r > top - 1e-6)

# %% two: absolute value; a tie goes to the positive lag
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        n = len(a) - abs(lag)
        p, q = a[max(0, -lag):][:n], b[max(0, lag):][:n]
        flat = (p == p[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat else abs(torch.corrcoef(torch.stack([p, q]))[0, 1].item()), lag))
    top = max(table)[0]
    return min((l for r, l in table if r > top - 1e-6), key=lambda l: (abs(l), -l))

# %% two: the smallest correlation; circular
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    table = []
    for lag in range(-max_lag, max_lag + 1):
        q = torch.roll(b, -lag)
        flat = (a == a[0]).all() or (q == q[0]).all()
        table.append((0.0 if flat else torch.corrcoef(torch.stack([a, q]))[0, 1].item(), lag))
    low = min(table)[0]
    return min((l for r, l in table if r < low + 1e-6), key=lambda l: (abs(l), l))
