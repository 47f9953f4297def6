# %% right: shape check, square, three branches
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError(f"shapes differ: {tuple(pred.shape)} and {tuple(target.shape)}")
    sq = (target - pred) ** 2
    if reduction == "mean":
        return sq.mean()
    if reduction == "sum":
        return sq.sum()
    return sq


# %% right: a table of reductions
import torch

_REDUCE = {"mean": torch.mean, "sum": torch.sum, "none": lambda t: t}


def mse_loss(pred, target, reduction="mean"):
    if tuple(pred.size()) != tuple(target.size()):
        raise ValueError("pred and target must have the same shape")
    return _REDUCE[reduction](torch.square(torch.sub(target, pred)))


# %% right: long-winded, entry by entry over the flattened tensors
import torch


def mse_loss(pred, target, reduction="mean"):
    same = pred.ndim == target.ndim
    if same:
        for k in range(pred.ndim):
            if pred.shape[k] != target.shape[k]:
                same = False
    if not same:
        raise ValueError("different shapes")

    p = pred.reshape(-1)
    t = target.reshape(-1)
    errors = []
    for i in range(p.shape[0]):
        e = t[i] - p[i]
        errors.append(e * e)
    errors = torch.stack(errors)

    if reduction == "none":
        return errors.reshape(pred.shape)
    total = errors[0]
    for e in errors[1:]:
        total = total + e
    if reduction == "sum":
        return total
    return total / len(errors)


# %% right: the sum is a dot product of the flat error with itself
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError
    err = target - pred
    if reduction == "none":
        return err * err
    flat = err.flatten()
    total = torch.einsum("i,i->", flat, flat)
    return total if reduction == "sum" else total / flat.numel()


# %% right: a hand-written autograd function with its own backward
import torch


class SquaredError(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target):
        err = target - pred
        ctx.save_for_backward(err)
        return err * err

    @staticmethod
    def backward(ctx, grad_out):
        (err,) = ctx.saved_tensors
        g = 2 * err * grad_out
        return -g, g


def mse_loss(pred, target, reduction="mean"):
    if list(pred.shape) != list(target.shape):
        raise ValueError(f"{pred.shape} vs {target.shape}")
    se = SquaredError.apply(pred, target)
    return se if reduction == "none" else getattr(se, reduction)()


# %% wrong: no shape check, (N, 1) and (N,) broadcast silently
import torch


def mse_loss(pred, target, reduction="mean"):
    loss = (target - pred).square()
    if reduction == "none":
        return loss
    return loss.mean() if reduction == "mean" else loss.sum()


# %% wrong: compares only the number of entries, then reshapes the target
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.numel() != target.numel():
        raise ValueError("pred and target need as many entries")
    target = target.reshape(pred.shape)
    se = torch.pow(target - pred, 2)
    if reduction == "mean":
        se = torch.mean(se)
    elif reduction == "sum":
        se = torch.sum(se)
    return se


# %% wrong: the check stands after the early return for "none"
import torch


def mse_loss(pred, target, reduction="mean"):
    if reduction == "none":
        return (target - pred) ** 2

    if pred.shape != target.shape:
        raise ValueError("shape mismatch")
    total = ((target - pred) ** 2).sum()
    if reduction == "sum":
        return total
    return total / pred.numel()


# %% wrong: an assert, so AssertionError in place of ValueError
import torch


def mse_loss(pred, target, reduction="mean"):
    assert pred.shape == target.shape, "pred and target must have the same shape"
    diff = target - pred
    out = diff * diff
    return {"mean": out.mean(), "sum": out.sum(), "none": out}[reduction]


# %% wrong: the mean divides by the batch size only, not by all entries
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes must match")
    n = pred.shape[0] if pred.dim() > 0 else 1
    squared = (target - pred).pow(2)
    if reduction == "none":
        return squared
    if reduction == "sum":
        return squared.sum()
    return squared.sum() / n


# %% wrong: by way of the RMSE, gradient NaN at a perfect fit
import torch


def rmse(pred, target):
    return ((target - pred) ** 2).mean().sqrt()


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    if reduction == "mean":
        return rmse(pred, target) ** 2
    sq = (target - pred) ** 2
    return sq.sum() if reduction == "sum" else sq


# %% wrong: "mean" is rebuilt from a Python number and has no gradient
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("pred and target differ in shape")
    se = (target - pred) ** 2
    if reduction == "none":
        return se
    if reduction == "sum":
        return se.sum()
    values = se.flatten().tolist()
    return torch.tensor(sum(values) / len(values), dtype=pred.dtype)


# %% wrong: "sum" adds up along the first axis only
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("not the same shape")
    err2 = torch.square(target - pred)
    match reduction:
        case "mean":
            return err2.mean()
        case "sum":
            return sum(err2) if err2.dim() else err2
        case _:
            return err2


# %% wrong: loops over the first axis and crashes for tensors without axes
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("different shapes")
    losses = torch.stack([(t - p) ** 2 for p, t in zip(pred, target)])
    if reduction == "mean":
        return losses.mean()
    elif reduction == "sum":
        return losses.sum()
    else:
        return losses


# %% wrong: subtracts in place, the caller's target is overwritten
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    err = target
    err -= pred
    sq = err**2
    if reduction == "mean":
        return sq.mean()
    if reduction == "sum":
        return sq.sum()
    return sq


# %% two: a factor 1/2 as in the derivations; no shape check
import torch


def mse_loss(pred, target, reduction="mean"):
    half_sq = 0.5 * (target - pred) ** 2
    if reduction == "mean":
        return half_sq.mean()
    if reduction == "sum":
        return half_sq.sum()
    return half_sq


# %% two: the mean of the errors is squared instead of the errors; float64 comes back as float32
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    err = target.float() - pred.float()
    if reduction == "mean":
        return err.mean() ** 2
    if reduction == "sum":
        return (err**2).sum()
    return err**2


# %% two: "none" comes back flat; squeezes before it compares the shapes
import torch


def mse_loss(pred, target, reduction="mean"):
    pred, target = pred.squeeze(), target.squeeze()
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    d = (target - pred).reshape(-1)
    if reduction == "none":
        return d * d
    s = torch.dot(d, d)
    return s if reduction == "sum" else s / d.numel()


# %% two: reductions "mean" and "sum" swapped; pred detached so the gradient is lost
import numpy as np
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    p, t = pred.detach().numpy(), target.detach().numpy()
    se = np.asarray((t - p) ** 2)
    if reduction == "sum":
        se = np.asarray(se.mean())
    elif reduction == "mean":
        se = np.asarray(se.sum())
    return torch.from_numpy(se)
