# %% right: pick what is there with a boolean index
import torch


def masked_mse(pred, target):
    there = ~torch.isnan(target)
    d = pred[there] - target[there]
    return (d * d).sum() / max(int(there.sum()), 1)


# %% right: holes filled with the prediction itself, so that they differ by 0
import torch


def masked_mse(pred, target):
    hole = target.isnan()
    filled = torch.where(hole, pred.detach(), target.detach())
    n = (~hole).sum().clamp(min=1).to(pred.dtype)
    return (pred - filled).pow(2).sum() / n


# %% right: F.mse_loss with reduction sum on the selected entries
import torch
from torch.nn import functional as F


def masked_mse(pred, target):
    keep = target == target  # NaN is not equal to itself
    count = keep.sum().item()
    total = F.mse_loss(pred.masked_select(keep), target.masked_select(keep), reduction="sum")
    return total if count == 0 else total / count


# %% right: plain loops over the table
import math

import torch


def masked_mse(pred, target):
    N, K = pred.shape
    total = pred[:0].sum()  # a zero that hangs in the graph
    count = 0
    for i in range(N):
        for k in range(K):
            t = target[i, k].item()
            if math.isnan(t):
                continue
            total = total + (pred[i, k] - t) ** 2
            count += 1
    if count > 0:
        total = total / count
    return total


# %% right: own autograd function, forward and backward by hand in numpy
import numpy as np
import torch


class _HoleyMSE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target):
        p = pred.detach().cpu().numpy()
        t = target.detach().cpu().numpy()
        there = ~np.isnan(t)
        diff = np.zeros_like(p)
        diff[there] = p[there] - t[there]
        n = max(int(there.sum()), 1)
        ctx.slope = torch.from_numpy(2 * diff / n).to(pred.dtype)
        return torch.tensor(float((diff.astype(np.float64) ** 2).sum() / n), dtype=pred.dtype)

    @staticmethod
    def backward(ctx, g):
        return g * ctx.slope, None


def masked_mse(pred, target):
    return _HoleyMSE.apply(pred, target)


# %% wrong: multiplies the squares by the mask, NaN times 0 stays NaN
import torch


def masked_mse(pred, target):
    mask = (~torch.isnan(target)).to(pred.dtype)
    return ((pred - target) ** 2 * mask).sum() / mask.sum().clamp(min=1)


# %% wrong: torch.where after squaring, right value but NaN gradient at the holes
import torch


def masked_mse(pred, target):
    hole = torch.isnan(target)
    sq = (pred - target) ** 2
    sq = torch.where(hole, torch.zeros_like(sq), sq)
    return sq.sum() / torch.clamp((~hole).sum(), min=1)


# %% wrong: divides by N times K, holes counted
import torch
from torch.nn import functional as F


def masked_mse(pred, target):
    there = torch.logical_not(torch.isnan(target))
    clean = torch.where(there, target, torch.zeros_like(target))
    return F.mse_loss(pred * there, clean)


# %% wrong: after nan_to_num a target of 0 counts as missing too
import torch


def masked_mse(pred, target):
    t = torch.nan_to_num(target, nan=0.0)
    m = t != 0
    err = (pred - t)[m]
    return err.square().sum() / max(m.sum().item(), 1)


# %% wrong: mean of an empty selection, NaN when no target is there
import torch


def masked_mse(pred, target):
    ok = ~target.isnan()
    return (pred[ok] - target[ok]).pow(2).mean()


# %% wrong: mean of each column first, then the mean over the columns
import torch


def masked_mse(pred, target):
    there = ~torch.isnan(target)
    diff = pred - torch.where(there, target, pred.detach())
    n = there.sum(dim=0)
    per_column = (diff**2).sum(dim=0) / n.clamp(min=1)
    used = (n > 0).sum().clamp(min=1)
    return per_column.sum() / used


# %% wrong: leaves out every row that has a hole
import torch


def masked_mse(pred, target):
    full = []
    for i in range(len(target)):
        if not torch.isnan(target[i]).any():
            full.append(i)
    p, t = pred[full], target[full]
    return ((p - t) ** 2).sum() / max(t.numel(), 1)


# %% wrong: writes zeros into the holes of target itself
import torch


def masked_mse(pred, target):
    hole = torch.isnan(target)
    target[hole] = 0.0
    diff = (pred - target).masked_fill(hole, 0.0)
    return torch.einsum("nk,nk->", diff, diff) / (~hole).sum().clamp(min=1)


# %% wrong: none there gives a fresh float32 zero, whatever the dtype, cut from pred
import torch


def masked_mse(pred, target):
    sel = torch.nonzero(~torch.isnan(target), as_tuple=True)
    if len(sel[0]) == 0:
        return torch.tensor(0.0)
    return torch.mean((pred[sel] - target[sel]) ** 2)


# %% wrong: holes become target 0 and their squares stay in the sum
import torch


def masked_mse(pred, target):
    number = torch.isfinite(target).sum()
    residual = pred - target.nan_to_num(0.0)
    return residual.pow(2).sum() / torch.maximum(number, torch.ones_like(number))


# %% two: torch.nanmean gives NaN when none is there; the gradient at the holes is NaN
import torch


def masked_mse(pred, target):
    return torch.nanmean((pred - target) ** 2)


# %% two: root of the mean square; one added to the number of targets
import torch


def masked_mse(pred, target):
    there = ~torch.isnan(target)
    d = (pred - target)[there]
    return torch.sqrt((d**2).sum() / (there.sum() + 1))


# %% two: absolute errors instead of squares; result of shape (1,)
import torch


def masked_mse(pred, target):
    there = ~torch.isnan(target)
    d = (pred[there] - target[there]).abs()
    return d.sum().reshape(1) / max(int(there.sum()), 1)


# %% two: computed in numpy so no gradient reaches pred; mean over the rows of the row means
import numpy as np
import torch


def masked_mse(pred, target):
    p, t = pred.detach().numpy(), target.detach().numpy()
    rows = []
    for a, b in zip(p, t):
        ok = ~np.isnan(b)
        if ok.any():
            rows.append(float(np.mean((a[ok] - b[ok]) ** 2)))
    value = sum(rows) / len(rows) if rows else 0.0
    return torch.tensor(value, dtype=pred.dtype)
