# %% right: target replaced by pred at the holes
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    filled = torch.where(there, target, pred.detach())
    sq = torch.where(there, pred - filled, torch.zeros_like(pred)) ** 2
    return sq.sum() / there.sum().clamp(min=1).to(pred.dtype)

# %% right: selects the entries that are there
import torch

def masked_mse(pred, target):
    ok = torch.isfinite(target) | torch.isinf(target)
    if not ok.any():
        return (pred * 0).sum()
    return (pred[ok] - target[ok]).square().mean()

# %% right: holes of target set to 0 and weighted with 0
import torch

def masked_mse(pred, target):
    w = (target == target).to(pred.dtype)
    y = torch.where(w > 0, target, torch.zeros_like(target))
    e = w * (pred - y)
    n = w.sum()
    return (e * e).sum() / torch.where(n > 0, n, torch.ones_like(n))

# %% right: loop over rows and columns
import torch

def masked_mse(pred, target):
    total, n = pred.new_zeros(()), 0
    for i in range(pred.shape[0]):
        for k in range(pred.shape[1]):
            if target[i, k].isnan():
                continue
            total = total + (pred[i, k] - target[i, k]) ** 2
            n += 1
    if n == 0:
        return pred.sum() * 0.0
    return total / n

# %% right: masked_fill of the difference before the square, einsum
import torch

def masked_mse(pred, target):
    hole = target.isnan()
    diff = (pred - target).masked_fill(hole, 0.0)
    total = torch.einsum("nk,nk->", diff, diff)
    return total / max(int((~hole).sum()), 1)

# %% right: typed, with a guard, helper for the mask
import torch
from torch import Tensor

def _observed(t: Tensor) -> Tensor:
    return torch.logical_not(torch.isnan(t))

def masked_mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("pred and target must both be (N, K)")
    seen = _observed(target)
    p, t = torch.masked_select(pred, seen), torch.masked_select(target, seen)
    residual = p - t
    return residual.pow(2).sum() / (residual.numel() or 1)

# %% wrong: square first, then where: the gradient at the holes is NaN
import torch

def masked_mse(pred, target):
    m = ~torch.isnan(target)
    sq = (pred - target) ** 2
    sq = torch.where(m, sq, torch.zeros_like(sq))
    return sq.sum() / m.sum().clamp(min=1).to(pred.dtype)

# %% wrong: divides by the whole table N * K
import torch

def masked_mse(pred, target):
    hole = torch.isnan(target)
    e = (pred - target).masked_fill(hole, 0)
    return (e ** 2).mean()

# %% wrong: mean of the column means
import torch

def masked_mse(pred, target):
    m = ~target.isnan()
    e = torch.where(m, pred - target, torch.zeros_like(pred))
    n = m.sum(0)
    col = (e * e).sum(0) / n.clamp(min=1).to(pred.dtype)
    have = n > 0
    if not have.any():
        return col.sum()
    return col[have].mean()

# %% wrong: no target at all gives NaN (only then)
import torch

def masked_mse(pred, target):
    idx = ~torch.isnan(target)
    return ((pred[idx] - target[idx]) ** 2).mean()

# %% wrong: holes count as target 0
import torch

def masked_mse(pred, target):
    n = (~target.isnan()).sum().clamp(min=1)
    t = torch.nan_to_num(target, nan=0.0)
    return (pred - t).square().sum() / n.to(pred.dtype)

# %% wrong: only rows without any hole are used
import torch

def masked_mse(pred, target):
    full = ~torch.isnan(target).any(dim=1)
    d = pred[full] - target[full]
    if d.numel() == 0:
        return pred.sum() * 0
    return (d ** 2).mean()

# %% wrong: the caller's target is filled with zeros
import torch

def masked_mse(pred, target):
    mask = ~torch.isnan(target)
    target[~mask] = 0.0
    err = (pred - target) * mask
    return (err ** 2).sum() / max(1, mask.sum().item())

# %% wrong: root of the mean
import torch

def masked_mse(pred, target):
    m = ~torch.isnan(target)
    if m.sum() == 0:
        return 0.0 * pred.sum()
    return torch.sqrt(((pred[m] - target[m]) ** 2).mean())

# %% wrong: count plus 1e-3
import torch

def masked_mse(pred, target):
    valid = torch.isnan(target).logical_not()
    diff = torch.where(valid, pred - target, torch.zeros_like(target))
    return diff.square().sum() / (valid.sum().to(pred.dtype) + 1e-3)

# %% wrong: divided by the number of rows with at least one target
import torch

def masked_mse(pred, target):
    seen = ~target.isnan()
    r = (pred - target).masked_fill(~seen, 0.0)
    rows = seen.any(1).sum().clamp(min=1)
    return r.pow(2).sum() / rows

# %% wrong: without any target a fresh float32 zero without a gradient is returned (only then)
import torch

def masked_mse(pred, target):
    keep = ~torch.isnan(target)
    if not bool(keep.any()):
        return torch.tensor(0.0)
    gap = pred[keep] - target[keep]
    return torch.dot(gap, gap) / gap.numel()

# %% two: nanmean of the squares, gradient NaN at the holes; no target gives NaN
import torch

def masked_mse(pred, target):
    return torch.nanmean((pred - target) ** 2)

# %% two: absolute error; divides by N * K
import torch

def masked_mse(pred, target):
    m = ~torch.isnan(target)
    e = (pred - torch.nan_to_num(target)).abs() * m
    return e.mean()

# %% two: mask inverted in the count; float32 result
import torch

def masked_mse(pred, target):
    hole = torch.isnan(target)
    d = (pred - target).masked_fill(hole, 0).float()
    return (d * d).sum() / hole.sum().clamp(min=1)


# %% right: index the entries that are there
import torch

def masked_mse(pred, target):
    there = ~torch.isnan(target)
    if not there.any():
        return (pred * 0).sum()
    return ((pred[there] - target[there]) ** 2).mean()

# %% right: where on both sides before subtracting
import torch

def masked_mse(pred, target):
    hole = torch.isnan(target)
    zero = torch.zeros_like(pred)
    e = torch.where(hole, zero, pred) - torch.where(hole, zero, target)
    n = (~hole).sum().clamp(min=1)
    return (e * e).sum() / n.to(pred.dtype)

# %% wrong: divides by all entries of the table
import torch

def masked_mse(pred, target):
    ok = torch.isfinite(target)
    t = torch.where(ok, target, pred.detach())
    return ((pred - t) ** 2).mean()

# %% wrong: mask applied after the square, NaN gradients at the holes
import torch

def masked_mse(pred, target):
    sq = (pred - target) ** 2
    mask = ~torch.isnan(target)
    sq = torch.where(mask, sq, torch.zeros_like(sq))
    return sq.sum() / mask.sum().clamp(min=1)

# %% wrong: a mean per column first, then over the columns
import torch

def masked_mse(pred, target):
    m = ~torch.isnan(target)
    t = torch.nan_to_num(target)
    sq = torch.where(m, pred - t, torch.zeros_like(pred)) ** 2
    n = m.sum(0)
    per_col = sq.sum(0) / n.clamp(min=1)
    used = n > 0
    if not used.any():
        return sq.sum() * 0
    return per_col[used].mean()

# %% wrong: nothing there gives NaN
import torch

def masked_mse(pred, target):
    keep = target == target
    e = pred[keep] - target[keep]
    return (e ** 2).sum() / keep.sum()

# %% two: targets of 0 count as missing too; division by the number of rows
import torch

def masked_mse(pred, target):
    t = torch.nan_to_num(target, nan=0.0)
    m = (t != 0).to(pred.dtype)
    return (m * (pred - t) ** 2).sum() / pred.shape[0]

# %% two: holes written to 0 in the caller's tensor; absolute errors
import torch

def masked_mse(pred, target):
    hole = torch.isnan(target)
    n = (~hole).sum()
    target[hole] = 0
    if n == 0:
        return pred.sum() * 0
    return ((pred - target).abs() * (~hole)).sum() / n
