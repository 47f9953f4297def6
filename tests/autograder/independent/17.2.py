# %% right: unfold
def lag_features(x, lags, horizon):
    rows = x.unfold(0, lags, 1)
    n = len(x) - lags - horizon + 1
    return rows[:n].clone(), x[lags + horizon - 1 :].clone()

# %% right: loop
import torch

def lag_features(x, lags, horizon):
    rows, targets = [], []
    for i in range(len(x) - lags - horizon + 1):
        t = i + lags - 1
        rows.append(x[t - lags + 1 : t + 1])
        targets.append(x[t + horizon])
    return torch.stack(rows), torch.stack(targets)

# %% right: table of indices
import torch

def lag_features(x, lags, horizon):
    n = x.shape[0] - lags - horizon + 1
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags)], x[i + lags - 1 + horizon]

# %% right: columns
import torch

def lag_features(x, lags, horizon):
    n = x.numel() - lags - horizon + 1
    columns = [x[j : j + n] for j in range(lags)]
    return torch.stack(columns, dim=1), x[-n:]

# %% right: NumPy windows
import numpy as np
import torch

def lag_features(x, lags, horizon):
    v = x.detach().numpy()
    n = len(v) - lags - horizon + 1
    windows = np.lib.stride_tricks.sliding_window_view(v, lags)[:n].copy()
    return torch.from_numpy(windows), torch.from_numpy(v[lags + horizon - 1 :].copy())

# %% right: windows with the target in them
def lag_features(x, lags, horizon):
    w = x.unfold(0, lags + horizon, 1)
    return w[:, :lags].contiguous(), w[:, -1].contiguous()

# %% right: as_strided
def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    v = x.clone()
    return v.as_strided((n, lags), (1, 1)).clone(), v[lags + horizon - 1 : lags + horizon - 1 + n]

# %% right: plain lists
import torch

def _cut(values, lags, horizon):
    return [(values[i : i + lags], values[i + lags + horizon - 1]) for i in range(len(values) - lags - horizon + 1)]

def lag_features(x, lags, horizon):
    pairs = _cut(x.tolist(), lags, horizon)
    return torch.tensor([p for p, _ in pairs], dtype=x.dtype), torch.tensor([t for _, t in pairs], dtype=x.dtype)

# %% wrong: newest first
def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n].flip(1), x[lags + horizon - 1 :]

# %% wrong: target one too early (horizon - 1)
def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n], x[lags + horizon - 2 :][:n]

# %% wrong: target one too late, last row dropped
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags)], x[i + lags + horizon]

# %% wrong: horizon ignored, always the next reading
def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n], x[lags : lags + n]

# %% wrong: one row too few
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags)], x[i + lags + horizon - 1]

# %% wrong: columns and rows swapped
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return torch.stack([x[j : j + n] for j in range(lags)]), x[lags + horizon - 1 :]

# %% wrong: all targets up to the horizon
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags)], x[i[:, None] + lags + torch.arange(horizon)]

# %% wrong: windows do not overlap
import torch

def lag_features(x, lags, horizon):
    i = torch.arange(0, len(x) - lags - horizon + 1, lags)
    return x[i[:, None] + torch.arange(lags)], x[i + lags + horizon - 1]

# %% wrong: the row without its newest reading, shifted by one (x[t-lags], ..., x[t-1])
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    i = torch.arange(n)
    return x[(i[:, None] + torch.arange(lags) - 1).clamp(min=0)], x[i + lags + horizon - 1]

# %% wrong: the row contains the target
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags) + horizon], x[i + lags + horizon - 1]

# %% wrong: target from the oldest reading on (i + horizon)
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags)], x[i + horizon]

# %% wrong: torch.roll wraps around, all T rows
import torch

def lag_features(x, lags, horizon):
    rows = torch.stack([torch.roll(x, lags - 1 - j) for j in range(lags)], 1)
    return rows, torch.roll(x, -horizon)

# %% wrong: target as a column
def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n], x[lags + horizon - 1 :].unsqueeze(1)

# %% wrong: lags spaced by the horizon
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    i = torch.arange(n)
    back = torch.arange(lags - 1, -1, -1) * horizon
    return x[(i[:, None] + lags - 1 - back).clamp(min=0)], x[i + lags + horizon - 1]

# %% wrong: target is the mean of the readings up to the horizon
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags)], x[i[:, None] + lags + torch.arange(horizon)].mean(1)

# %% two: newest first; target one too early
def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n].flip(1), x[lags + horizon - 2 :][:n]

# %% two: newest first; horizon ignored
def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n].flip(1), x[lags : lags + n]

# %% two: one row too few; newest first
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags).flip(0)], x[i + lags + horizon - 1]

# %% two: columns and rows swapped; horizon ignored
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return torch.stack([x[j : j + n] for j in range(lags)]), x[lags : lags + n]

# %% two: the row contains the target; newest first
import torch

def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    i = torch.arange(n)
    return x[i[:, None] + torch.arange(lags).flip(0) + horizon], x[i + lags + horizon - 1]
