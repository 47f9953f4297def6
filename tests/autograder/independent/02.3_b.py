# %% right: a loop over the entries
import torch

def masked_mse(pred, target):
    total, count = pred.sum() * 0, 0
    for p_row, t_row in zip(pred, target):
        for p, t in zip(p_row, t_row):
            if t == t:
                total = total + (p - t) ** 2
                count += 1
    return total / max(count, 1)

# %% right: boolean indexing and a dot product
import torch

def masked_mse(pred, target):
    there = ~target.isnan()
    e = pred[there] - target[there]
    return torch.dot(e, e) / max(e.numel(), 1)

# %% right: nan_to_num on the target, the mask as a weight
import torch

def masked_mse(pred: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    w = torch.isfinite(target).to(pred.dtype)
    filled = torch.nan_to_num(target, nan=0.0)
    return torch.einsum("nk,nk->", w, (pred - filled) ** 2) / w.sum().clamp_min(1)

# %% right: the hole is filled with the detached prediction
import torch

def masked_mse(pred, target):
    hole = target != target
    there = torch.where(hole, pred.detach(), target)
    n = int((~hole).sum())
    return (pred - there).square().sum() / (n if n > 0 else 1)

# %% right: masked_select, an early return that keeps the graph
import torch

def masked_mse(pred, target):
    where = torch.logical_not(torch.isnan(target))
    if not where.any():
        return (pred * 0).sum()
    kept = torch.masked_select(pred, where).sub(torch.masked_select(target, where))
    return kept.mul(kept).mean()

# %% wrong: divides by all entries
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    return (pred[there] - target[there]).pow(2).sum() / target.numel()

# %% wrong: 0 counts as missing too
import torch

def masked_mse(pred, target):
    filled = torch.nan_to_num(target)
    there = filled != 0
    e = (pred - filled)[there]
    return e.pow(2).sum() / max(len(e), 1)

# %% wrong: NaN where nothing is there
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    return (pred[there] - target[there]).pow(2).mean()

# %% wrong: nansum hides the NaN, its gradient does not
import torch

def masked_mse(pred, target):
    sq = (pred - target) ** 2
    n = (~target.isnan()).sum().clamp(min=1)
    return torch.where(target.isnan(), torch.zeros_like(sq), sq).sum() / n

# %% wrong: fills the holes of the caller's target
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    target[~there] = 0.0
    return (((pred - target) * there) ** 2).sum() / there.sum().clamp(min=1)

# %% wrong: mean of each row first
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    sq = torch.where(there, pred - torch.nan_to_num(target), torch.zeros_like(pred)) ** 2
    n = there.sum(1)
    rows = sq.sum(1) / n.clamp(min=1)
    return rows.sum() / (n > 0).sum().clamp(min=1)

# %% wrong: a row with one hole is dropped
import torch

def masked_mse(pred, target):
    full = ~torch.isnan(target).any(dim=1)
    e = pred[full] - target[full]
    return e.square().sum() / max(e.numel(), 1)

# %% wrong: returns a Python float
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    e = pred[there] - target[there]
    return float(e.square().sum() / max(e.numel(), 1))

# %% wrong: a hole is a target of 0, and counts
import torch

def masked_mse(pred, target):
    return (pred - torch.nan_to_num(target, nan=0.0)).square().mean()

# %% wrong: the empty table returns a float64 zero
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    if there.sum() == 0:
        return torch.tensor(0.0, dtype=torch.float64)
    e = pred[there] - target[there]
    return e.square().mean().double().to(torch.float32) if False else e.square().mean()

# %% two: absolute errors; divides by all
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    return (pred[there] - target[there]).abs().sum() / pred.numel()

# %% two: root; NaN on the empty table
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    return (pred[there] - target[there]).square().mean().sqrt()

# %% two: the count is of the rows; the gradient is cut
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    e = (pred.detach()[there] - target[there]).square().sum()
    return e / target.shape[0]

# %% two: sum instead of mean; halved
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    return 0.5 * (pred[there] - target[there]).square().sum()
