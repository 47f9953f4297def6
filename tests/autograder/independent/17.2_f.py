# %% right: unfold, cut to the rows that have a target
def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    return x.unfold(0, lags, 1)[:n].clone(), x[lags + horizon - 1:].clone()


# %% right: loop over the times t, as the statement writes it
import torch


def lag_features(x, lags, horizon):
    T = x.shape[0]
    rows, targets = [], []
    for t in range(lags - 1, T - horizon):
        rows.append(x[t - lags + 1:t + 1])
        targets.append(x[t + horizon])
    return torch.stack(rows), torch.stack(targets)


# %% right: a matrix of indices
import torch


def lag_features(x, lags, horizon):
    n = x.numel() - lags - horizon + 1
    start = torch.arange(n, device=x.device)
    idx = start[:, None] + torch.arange(lags, device=x.device)
    return x[idx], x[start + (lags - 1 + horizon)]


# %% right: NumPy's sliding_window_view over row and target together
import numpy as np
import torch


def lag_features(x, lags, horizon):
    arr = x.detach().cpu().numpy()
    windows = np.lib.stride_tricks.sliding_window_view(arr, lags + horizon)
    rows = np.ascontiguousarray(windows[:, :lags]).copy()
    targets = windows[:, -1].copy()
    return torch.from_numpy(rows), torch.from_numpy(targets)


# %% right: column by column, narrow
import torch


def lag_features(x, lags, horizon):
    n = x.size(0) - lags - horizon + 1
    columns = torch.stack([x.narrow(0, k, n) for k in range(lags)], dim=1)
    return columns, x.narrow(0, lags + horizon - 1, n).clone()


# %% right: over-long, a stream with a deque, checks, preallocated tensors of the right dtype
from collections import deque

import torch


class LagStream:
    def __init__(self, lags, horizon):
        if lags < 1 or horizon < 1:
            raise ValueError("lags and horizon start at 1")
        self.lags = lags
        self.horizon = horizon

    def pairs(self, readings):
        past = deque(maxlen=self.lags)
        for t, value in enumerate(readings):
            past.append(value)
            if len(past) < self.lags:
                continue
            if t + self.horizon >= len(readings):
                return
            yield list(past), readings[t + self.horizon]


def lag_features(x, lags, horizon):
    if x.dim() != 1:
        raise ValueError("x must be one series")
    n = x.shape[0] - lags - horizon + 1
    if n < 1:
        raise ValueError("x is too short")
    rows = torch.empty((n, lags), dtype=x.dtype)
    targets = torch.empty((n,), dtype=x.dtype)
    for i, (past, future) in enumerate(LagStream(lags, horizon).pairs(x.tolist())):
        rows[i] = torch.tensor(past, dtype=x.dtype)
        targets[i] = future
    return rows, targets


# %% wrong: the target is x[t + horizon - 1], with horizon 1 the last reading of the row itself
import torch


def lag_features(x, lags, horizon):
    n = x.shape[0] - lags - horizon + 1
    rows = x.unfold(0, lags, 1)[:n]
    targets = x[lags + horizon - 2:][:n]
    return rows, targets


# %% wrong: the newest reading stands first in each row
import torch


def lag_features(x, lags, horizon):
    n = len(x) - lags - horizon + 1
    cols = [x[lags - 1 - k:lags - 1 - k + n] for k in range(lags)]
    return torch.stack(cols, dim=1), x[-n:]


# %% wrong: the last row that has a target is left out
import torch


def lag_features(x, lags, horizon):
    X, y = [], []
    for i in range(len(x) - lags - horizon):
        X.append(x[i:i + lags])
        y.append(x[i + lags + horizon - 1])
    if not X:
        return x.new_empty((0, lags)), x.new_empty((0,))
    return torch.stack(X), torch.stack(y)


# %% wrong: the series is standardised first with its mean and spread, which also lets the future into the rows
import torch


def lag_features(x, lags, horizon):
    z = (x - x.mean()) / (x.std() + 1e-8)
    windows = z.unfold(0, lags + horizon, 1)
    return windows[:, :lags], windows[:, -1]


# %% wrong: lists of Python floats make float32 tensors, also for a float64 series
import torch


def lag_features(x, lags, horizon):
    v = x.tolist()
    n = len(v) - lags - horizon + 1
    rows = [v[i:i + lags] for i in range(n)]
    return torch.tensor(rows), torch.tensor(v[lags + horizon - 1:])


# %% wrong: the sliding buffer is a view of x, so pushing readings into it overwrites the start of x
import torch


def lag_features(x, lags, horizon):
    T = x.shape[0]
    buf = x[:lags]
    rows = [buf.clone()]
    for t in range(lags, T - horizon):
        buf[:-1] = buf[1:].clone()
        buf[-1] = x[t]
        rows.append(buf.clone())
    return torch.stack(rows), x[lags + horizon - 1:].clone()


# %% wrong: as_strided with step 1 reads between the readings when x is a view with gaps, such as a column
import torch


def lag_features(x, lags, horizon):
    n = x.numel() - lags - horizon + 1
    rows = torch.as_strided(x, (n, lags), (1, 1)).clone()
    return rows, x[lags - 1 + horizon:].clone()


# %% wrong: squeeze makes the rows one-dimensional when there is one lag or one row
import torch


class Windows(torch.utils.data.Dataset):
    def __init__(self, x, lags, horizon):
        self.x, self.lags, self.horizon = x, lags, horizon

    def __len__(self):
        return len(self.x) - self.lags - self.horizon + 1

    def __getitem__(self, i):
        return self.x[i:i + self.lags], self.x[i + self.lags - 1 + self.horizon]


def lag_features(x, lags, horizon):
    data = Windows(x, lags, horizon)
    pairs = [data[i] for i in range(len(data))]
    rows = torch.stack([p[0] for p in pairs])
    targets = torch.stack([p[1] for p in pairs])
    return rows.squeeze(), targets


# %% wrong: the target is always the reading one step after the row, whatever the horizon
import torch


def lag_features(x, lags, horizon):
    w = x.unfold(0, lags + horizon, 1)
    rows, future = w.tensor_split([lags], dim=1)
    return rows.contiguous(), future[:, 0].contiguous()


# %% wrong: the targets are all readings up to the horizon, shape (n, horizon), not the last one alone
import torch


def lag_features(x, lags, horizon):
    n = x.shape[0] - lags - horizon + 1
    i = torch.arange(n).view(-1, 1)
    rows = x[i + torch.arange(lags)]
    targets = x[i + lags + torch.arange(horizon)]
    return rows, targets


# %% two: the rows run from new to old; the last row is missing
import torch


def lag_features(x, lags, horizon):
    n = x.shape[0] - lags - horizon
    rows = x.unfold(0, lags, 1)[:n].flip(1)
    targets = x[lags + horizon - 1:lags + horizon - 1 + n]
    return rows, targets


# %% two: the rows at the end take their targets from the start of the series by wrapping round; everything becomes float32
import torch


def lag_features(x, lags, horizon):
    x = x.float()
    rows = x.unfold(0, lags, 1)
    targets = torch.roll(x, -horizon)[lags - 1:]
    return rows, targets


# %% two: the windows jump by lags instead of 1, so most rows are missing; the targets have shape (n, 1)
import torch


def lag_features(x, lags, horizon):
    w = x.unfold(0, lags + horizon, lags)
    return w[:, :lags], w[:, -1:]


# %% two: targets and rows are returned in the wrong order; the target lies one step too far off and so one row is lost
import torch


def lag_features(x, lags, horizon):
    n = max(x.shape[0] - lags - horizon, 0)
    targets = x[lags + horizon:]
    rows = x.unfold(0, lags, 1)[:n]
    return targets, rows
