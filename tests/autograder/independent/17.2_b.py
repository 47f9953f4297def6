# %% right: unfold and a slice
import torch


def lag_features(x, lags, horizon):
    n = x.shape[0] - lags - horizon + 1
    rows = x.unfold(0, lags, 1)[:n].clone()
    return rows, x[lags + horizon - 1:].clone()

# %% right: plain double loop
import torch


def lag_features(x, lags, horizon):
    T = len(x)
    n = T - lags - horizon + 1
    rows = torch.zeros(n, lags, dtype=x.dtype)
    targets = torch.zeros(n, dtype=x.dtype)
    for i in range(n):
        t = i + lags - 1
        for j in range(lags):
            rows[i, j] = x[t - lags + 1 + j]
        targets[i] = x[t + horizon]
    return rows, targets

# %% right: index arithmetic by broadcasting
import torch


def lag_features(x, lags, horizon):
    start = torch.arange(x.numel() - lags - horizon + 1)
    return x[start[:, None] + torch.arange(lags)], x[start + lags - 1 + horizon]

# %% right: numpy sliding windows
import numpy as np
import torch


def lag_features(x, lags, horizon):
    v = x.detach().cpu().numpy()
    win = np.lib.stride_tricks.sliding_window_view(v, lags + horizon)
    return torch.from_numpy(win[:, :lags].copy()), torch.from_numpy(win[:, -1].copy())

# %% right: one shifted column per lag, stacked
import torch


def lag_features(x, lags, horizon):
    n = x.size(0) - lags - horizon + 1
    columns = []
    for j in range(lags):
        columns.append(x[j:j + n])
    y = x[lags - 1 + horizon:lags - 1 + horizon + n]
    return torch.stack(columns, dim=1), y.clone()

# %% wrong: newest reading first
import torch


def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    rows = torch.stack([x[i:i + lags].flip(0) for i in range(n)])
    return rows, x[lags + horizon - 1:].clone()

# %% wrong: target one step too early, for horizon 1 it is the last reading of the row
import torch


def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    idx = torch.arange(n)
    rows = x[idx.unsqueeze(1) + torch.arange(lags).unsqueeze(0)]
    y = x[idx + lags + horizon - 2]
    return rows, y

# %% wrong: one row too few
import torch


def lag_features(x, lags, horizon):
    rows, ys = [], []
    for t in range(lags - 1, len(x) - horizon - 1):
        rows.append(x[t - lags + 1:t + 1])
        ys.append(x[t + horizon])
    if not rows:
        return x.new_zeros(0, lags), x.new_zeros(0)
    return torch.stack(rows), torch.stack(ys)

# %% wrong: horizon ignored for the target, always the next reading
import torch


def lag_features(x, lags, horizon):
    n = x.shape[0] - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n], x[lags:lags + n]

# %% wrong: roll wraps around, rows without a target are kept
import torch


def lag_features(x, lags, horizon):
    rows = x.unfold(0, lags, 1)
    future = torch.roll(x, -horizon)
    return rows, future[lags - 1:]

# %% wrong: standardised by the mean and spread of the whole series
import torch


def lag_features(x, lags, horizon):
    z = (x - x.mean()) / x.std().clamp(min=1e-12)
    n = len(x) - lags - horizon + 1
    rows = torch.stack([z[j:j + n] for j in range(lags)], 1)
    return rows, x[-n:]

# %% wrong: float32 for float64 readings
import torch


def lag_features(x, lags, horizon):
    v = x.tolist()
    n = len(v) - lags - horizon + 1
    rows = [v[i:i + lags] for i in range(n)]
    ys = [v[i + lags - 1 + horizon] for i in range(n)]
    return torch.tensor(rows, dtype=torch.float32), torch.tensor(ys, dtype=torch.float32)

# %% wrong: all readings up to the horizon as target, shape (n, horizon)
import torch


def lag_features(x, lags, horizon):
    win = x.unfold(0, lags + horizon, 1)
    return win[:, :lags], win[:, lags:]

# %% wrong: windows do not overlap, the step is lags
import torch


def lag_features(x, lags, horizon):
    T = x.shape[0]
    rows, target = [], []
    i = 0
    while i + lags - 1 + horizon < T:
        rows.append(x[i:i + lags])
        target.append(x[i + lags - 1 + horizon])
        i += lags
    return torch.stack(rows), torch.stack(target)

# %% wrong: slice to -(horizon - 1) is empty for horizon 1
import torch


def lag_features(x, lags, horizon):
    past = x[: -(horizon - 1)]
    n = max(len(past) - lags, 0)
    start = torch.arange(n)
    rows = past[start[:, None] + torch.arange(lags)[None]]
    return rows, x[start + lags + horizon - 1]

# %% two: newest first; target one step too early
import torch


def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    cols = [x[lags - 1 - j:lags - 1 - j + n] for j in range(lags)]
    return torch.stack(cols, dim=1), x[lags + horizon - 2:lags + horizon - 2 + n]

# %% two: targets of shape (n, 1); one row too few
import torch


def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon
    rows = x.unfold(0, lags, 1)[:n]
    y = x[lags + horizon - 1:lags + horizon - 1 + n]
    return rows, y.unsqueeze(1)

# %% two: rows miss the newest reading and take one before, zero padded; the series is centred in place
import torch


def lag_features(x, lags, horizon):
    x -= x.mean()
    pad = torch.cat([x.new_zeros(1), x])
    n = len(x) - lags - horizon + 1
    rows = torch.stack([pad[i:i + lags] for i in range(n)])
    return rows, x[lags + horizon - 1:].clone()

# %% two: target counted from the first reading of the row; squeeze for lags 1
import torch


def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    i = torch.arange(n)
    rows = x[i[:, None] + torch.arange(lags)]
    return rows.squeeze(1), x[i + horizon]
