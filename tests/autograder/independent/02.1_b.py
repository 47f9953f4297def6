# %% right: plain torch with if and elif
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError(f"shapes differ: {tuple(pred.shape)} and {tuple(target.shape)}")
    sq = (target - pred) ** 2
    if reduction == "mean":
        return sq.mean()
    elif reduction == "sum":
        return sq.sum()
    elif reduction == "none":
        return sq
    raise ValueError(f"unknown reduction {reduction!r}")


# %% right: autograd.Function with NumPy inside
import numpy as np
import torch


class _Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target):
        ctx.save_for_backward(pred, target)
        d = pred.detach().cpu().numpy() - target.detach().cpu().numpy()
        return torch.as_tensor(np.square(d), dtype=pred.dtype).reshape(pred.shape)

    @staticmethod
    def backward(ctx, g):
        pred, target = ctx.saved_tensors
        d = 2 * (pred - target) * g
        return d, -d


def mse_loss(pred, target, reduction="mean"):
    if tuple(pred.shape) != tuple(target.shape):
        raise ValueError("pred and target must have one shape")
    e = _Square.apply(pred, target)
    return {"none": lambda: e, "sum": lambda: e.sum(), "mean": lambda: e.sum() / e.numel()}[reduction]()


# %% right: a loop over single entries
import torch


def mse_loss(pred, target, reduction="mean"):
    if list(pred.size()) != list(target.size()):
        raise ValueError("different shapes")
    p, t = pred.reshape(-1), target.reshape(-1)
    errors = [(t[i] - p[i]) * (t[i] - p[i]) for i in range(len(p))]
    if reduction == "none":
        return torch.stack(errors).reshape(pred.shape)
    total = errors[0]
    for e in errors[1:]:
        total = total + e
    return total if reduction == "sum" else total / len(errors)


# %% right: dot product of the flattened error with itself
import torch


def _same_shape(a, b):
    if a.dim() != b.dim() or any(i != j for i, j in zip(a.shape, b.shape)):
        raise ValueError("mse_loss wants two tensors of one shape")


def mse_loss(pred, target, reduction="mean"):
    _same_shape(pred, target)
    e = torch.sub(pred, target)
    if reduction == "none":
        return torch.mul(e, e)
    flat = e.flatten()
    sse = torch.einsum("i,i->", flat, flat)
    return sse if reduction == "sum" else sse / flat.shape[0]


# %% right: addcmul and a table of reductions
import torch

_REDUCE = {"mean": torch.mean, "sum": torch.sum, "none": lambda t: t}


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shape mismatch")
    err = target - pred
    return _REDUCE[reduction](torch.addcmul(torch.zeros_like(err), err, err))


# %% wrong: absolute instead of squared error
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes")
    e = (target - pred).abs()
    if reduction == "sum":
        return e.sum()
    if reduction == "none":
        return e
    return e.mean()


# %% wrong: takes the root at the end for "mean" (RMSE)
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shape")
    loss = torch.square(pred - target)
    if reduction == "mean":
        loss = torch.sqrt(torch.mean(loss))
    elif reduction == "sum":
        loss = torch.sum(loss)
    return loss


# %% wrong: a factor one half for the nicer gradient
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("pred and target differ")
    loss = 0.5 * (pred - target).pow(2)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


# %% wrong: compares the number of entries only and reshapes
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.numel() != target.numel():
        raise ValueError("sizes differ")
    sq = (pred - target.reshape(pred.shape)) ** 2
    if reduction == "none":
        return sq
    return sq.sum() if reduction == "sum" else sq.mean()


# %% wrong: with reduction="none" the shapes are not checked and broadcast
import torch


def mse_loss(pred, target, reduction="mean"):
    if reduction == "none":
        return (target - pred) ** 2
    if pred.shape != target.shape:
        raise ValueError("shapes must match")
    s = ((target - pred) ** 2).sum()
    return s / pred.numel() if reduction == "mean" else s


# %% wrong: squares the mean error instead of averaging the squares
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError
    diff = target - pred
    if reduction == "mean":
        return diff.mean() ** 2
    if reduction == "sum":
        return (diff ** 2).sum()
    return diff ** 2


# %% wrong: AssertionError instead of ValueError
import torch


def mse_loss(pred, target, reduction="mean"):
    assert pred.shape == target.shape, "shapes differ"
    e2 = torch.pow(target - pred, 2)
    match reduction:
        case "mean":
            return e2.mean()
        case "sum":
            return e2.sum()
        case _:
            return e2


# %% wrong: averages over the samples only, sums over the other axes
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    sq = (target - pred) ** 2
    if reduction == "none":
        return sq
    if reduction == "sum":
        return sq.sum()
    n = pred.shape[0] if pred.dim() > 0 else 1
    return sq.sum() / n


# %% wrong: cuts pred off the graph, the gradient goes to nobody
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes")
    sq = (target - pred.data) ** 2
    return sq if reduction == "none" else getattr(sq, reduction)()


# %% wrong: subtracts in place and so changes target
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("not the same shape")
    error = target
    error -= pred
    sq = error * error
    if reduction == "mean":
        return sq.mean()
    if reduction == "sum":
        return sq.sum()
    return sq


# %% two: "none" comes back flat; "sum" is divided by two
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes")
    sq = (target - pred).reshape(-1) ** 2
    if reduction == "mean":
        return sq.mean()
    if reduction == "sum":
        return sq.sum() / 2
    return sq


# %% two: checks only the number of axes; RMSE for "mean"
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.dim() != target.dim():
        raise ValueError("number of axes")
    sq = (target - pred) ** 2
    if reduction == "mean":
        return sq.mean().sqrt()
    if reduction == "sum":
        return sq.sum()
    return sq


# %% two: Python floats without a graph for "mean" and "sum"; no shape check at all
import torch


def mse_loss(pred, target, reduction="mean"):
    sq = (target - pred) ** 2
    if reduction == "mean":
        return sq.mean().item()
    if reduction == "sum":
        return sq.sum().item()
    return sq


# %% two: result always float32; "sum" and "mean" swapped
import torch


def mse_loss(pred, target, reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    sq = (target.float() - pred.float()) ** 2
    if reduction == "mean":
        return sq.sum()
    if reduction == "sum":
        return sq.mean()
    return sq
