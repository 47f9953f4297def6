# %% right: if / elif over the reductions
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("pred and target must have the same shape")
    sq = (target - pred) ** 2
    if reduction == "mean":
        return sq.mean()
    if reduction == "sum":
        return sq.sum()
    if reduction == "none":
        return sq
    raise ValueError(f"unknown reduction {reduction!r}")

# %% right: dictionary of reducers, typed
from typing import Callable, Dict
import torch
from torch import Tensor

_REDUCERS: Dict[str, Callable[[Tensor], Tensor]] = {
    "mean": torch.mean,
    "sum": torch.sum,
    "none": lambda t: t,
}

def mse_loss(pred: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    if reduction not in _REDUCERS:
        raise ValueError("reduction must be mean, sum or none")
    if pred.size() != target.size():
        raise ValueError(f"shape {tuple(pred.shape)} is not {tuple(target.shape)}")
    return _REDUCERS[reduction](torch.square(target - pred))

# %% right: dot product of the flat error with itself
import torch

def mse_loss(pred, target, reduction="mean"):
    if tuple(pred.shape) != tuple(target.shape):
        raise ValueError("shapes differ")
    e = pred - target
    if reduction == "none":
        return e * e
    flat = e.reshape(-1)
    total = torch.dot(flat, flat)
    return total / flat.numel() if reduction == "mean" else total

# %% right: loop over the entries
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("different shapes")
    entries = [(t - p) * (t - p) for p, t in zip(pred.reshape(-1), target.reshape(-1))]
    none = torch.stack(entries).reshape(pred.shape)
    if reduction == "none":
        return none
    acc = entries[0]
    for v in entries[1:]:
        acc = acc + v
    return acc / len(entries) if reduction == "mean" else acc

# %% right: einsum for the sum
import torch

def mse_loss(pred, target, reduction="mean"):
    if not pred.shape == target.shape:
        raise ValueError(f"{pred.shape} vs {target.shape}")
    diff = torch.sub(target, pred)
    if reduction == "none":
        return diff.pow(2)
    v = diff.flatten()
    s = torch.einsum("i,i->", v, v)
    return s / v.shape[0] if reduction == "mean" else s

# %% right: own autograd function
import torch

class _SquaredError(torch.autograd.Function):
    @staticmethod
    def forward(ctx, p, t):
        d = p - t
        ctx.save_for_backward(d)
        return d * d

    @staticmethod
    def backward(ctx, g):
        (d,) = ctx.saved_tensors
        grad = 2 * d * g
        return grad, -grad

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("mse_loss needs equal shapes")
    out = _SquaredError.apply(pred, target)
    if reduction != "none":
        out = out.sum() / (out.numel() if reduction == "mean" else 1)
    return out

# %% wrong: no check of the shapes, (N, 1) and (N,) broadcast
import torch

def mse_loss(pred, target, reduction="mean"):
    err = (target - pred).square()
    if reduction == "mean":
        return err.mean()
    elif reduction == "sum":
        return err.sum()
    return err

# %% wrong: only the number of entries is compared, (N, 1) and (N,) pass
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.numel() != target.numel():
        raise ValueError("pred and target need the same size")
    e2 = (target - pred) ** 2
    return {"mean": e2.mean(), "sum": e2.sum(), "none": e2}[reduction]

# %% wrong: assert instead of ValueError
import torch

def mse_loss(pred, target, reduction="mean"):
    assert pred.shape == target.shape, "shape mismatch"
    r = (pred - target) ** 2
    if reduction == "none":
        return r
    return r.mean() if reduction == "mean" else r.sum()

# %% wrong: mean divides by the first axis only (differs with more than one axis)
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shape mismatch")
    r = (target - pred).pow(2)
    if reduction == "none":
        return r
    if reduction == "sum":
        return r.sum()
    n = r.shape[0] if r.dim() else 1
    return r.sum() / n

# %% wrong: one half in front
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shape mismatch")
    loss = 0.5 * (pred - target) ** 2
    if reduction == "mean":
        loss = loss.mean()
    elif reduction == "sum":
        loss = loss.sum()
    return loss

# %% wrong: "none" gives the flat vector (differs with more than one axis)
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("pred and target differ in shape")
    d = target.reshape(-1) - pred.reshape(-1)
    sq = d * d
    if reduction == "none":
        return sq
    return sq.sum() if reduction == "sum" else sq.sum() / sq.numel()

# %% wrong: "sum" sums over the last axis only (differs with more than one axis)
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes must match")
    sq = (target - pred) ** 2
    if reduction == "mean":
        return torch.mean(sq)
    if reduction == "sum":
        return torch.sum(sq, -1)
    return sq

# %% wrong: goes through the root of the square, gradient NaN at a perfect fit
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shape")
    dist = torch.sqrt((target - pred) ** 2)
    sq = dist ** 2
    if reduction == "mean":
        return sq.mean()
    if reduction == "sum":
        return sq.sum()
    return sq

# %% wrong: casts to float32, float64 is lost
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shape mismatch between pred and target")
    e = target.float() - pred.float()
    out = e * e
    return out if reduction == "none" else getattr(out, reduction)()

# %% wrong: overwrites target with the error
import torch

def mse_loss(pred, target, reduction="mean"):
    if target.shape != pred.shape:
        raise ValueError("not the same shape")
    target -= pred
    sq = target ** 2
    if reduction == "none":
        return sq
    return sq.mean() if reduction == "mean" else sq.sum()

# %% wrong: mean returned through item(), no gradient (reduction mean only)
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shape mismatch")
    sq = (target - pred) ** 2
    if reduction == "sum":
        return sq.sum()
    if reduction == "none":
        return sq
    return torch.tensor(sq.mean().item(), dtype=pred.dtype)

# %% two: root of the mean; no check of the shapes
import torch

def mse_loss(pred, target, reduction="mean"):
    sq = (pred - target) ** 2
    if reduction == "mean":
        return sq.mean().sqrt()
    return sq.sum() if reduction == "sum" else sq

# %% two: absolute error; reduction ignored
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shape mismatch")
    return (target - pred).abs().mean()

# %% two: divides by n - 1; target is brought to the shape of pred instead of an error
import torch

def mse_loss(pred, target, reduction="mean"):
    target = target.reshape(pred.shape)
    sq = (pred - target).square()
    if reduction == "mean":
        return sq.sum() / (sq.numel() - 1)
    if reduction == "sum":
        return sq.sum()
    return sq


# %% right: plain formula
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    sq = (target - pred) ** 2
    if reduction == "mean":
        return sq.mean()
    if reduction == "sum":
        return sq.sum()
    return sq

# %% right: flattened dot product
import torch

def mse_loss(pred, target, reduction="mean"):
    if tuple(pred.shape) != tuple(target.shape):
        raise ValueError(f"{tuple(pred.shape)} is not {tuple(target.shape)}")
    e = pred - target
    if reduction == "none":
        return e * e
    flat = e.reshape(-1)
    total = torch.dot(flat, flat)
    return total if reduction == "sum" else total / flat.numel()

# %% wrong: no check of the shapes, so (N, 1) and (N,) broadcast
import torch

def mse_loss(pred, target, reduction="mean"):
    err = torch.square(target - pred)
    return {"mean": err.mean, "sum": err.sum, "none": lambda: err}[reduction]()

# %% wrong: factor one half in front
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("pred and target must have the same shape")
    loss = 0.5 * (pred - target).pow(2)
    if reduction == "sum":
        return loss.sum()
    elif reduction == "mean":
        return loss.mean()
    return loss

# %% wrong: only the number of entries is compared
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.numel() != target.numel():
        raise ValueError("different number of entries")
    sq = (target.reshape(pred.shape) - pred) ** 2
    if reduction == "none":
        return sq
    return sq.sum() if reduction == "sum" else sq.mean()

# %% wrong: mean divides by the batch size only
import torch

def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError
    sq = (target - pred) ** 2
    if reduction == "none":
        return sq
    if reduction == "sum":
        return sq.sum()
    n = pred.shape[0] if pred.dim() > 0 else 1
    return sq.sum() / n

# %% two: root of the mean (RMSE); assertion instead of ValueError
import torch

def mse_loss(pred, target, reduction="mean"):
    assert pred.shape == target.shape, "shapes differ"
    sq = (pred - target) ** 2
    if reduction == "mean":
        return torch.sqrt(sq.mean())
    if reduction == "sum":
        return sq.sum()
    return sq

# %% two: "none" averages over the last axis; the check is skipped for "sum"
import torch

def mse_loss(pred, target, reduction="mean"):
    if reduction == "sum":
        return ((pred - target) ** 2).sum()
    if pred.shape != target.shape:
        raise ValueError("shape mismatch")
    sq = (pred - target) ** 2
    if reduction == "none":
        return sq.mean(-1)
    return sq.mean()
