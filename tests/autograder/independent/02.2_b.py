# %% right: where over the two branches, in double precision
import torch


def huber_loss(pred, target, delta=1.0):
    d = min(float(delta), 1e12)
    e = (pred - target).double()
    a = e.abs()
    per_item = torch.where(a <= d, 0.5 * e * e, d * (a - 0.5 * d))
    return per_item.mean().to(pred.dtype)


# %% right: min(|e|, delta) times (|e| minus half of it)
import torch


def huber_loss(pred, target, delta=1.0):
    a = (pred - target).abs()
    q = a.clamp(max=min(delta, 1e30))
    return (q * (a - 0.5 * q)).mean()


# %% right: a loop over the items with a helper
import torch


def _one(e, delta):
    if abs(e.item()) <= delta:
        return e * e / 2
    return delta * (torch.abs(e) - delta / 2)


def huber_loss(pred, target, delta=1.0):
    losses = [_one(p - t, delta) for p, t in zip(pred, target)]
    return torch.stack(losses).sum() / len(losses)


# %% right: NumPy inside an autograd.Function, its gradient is the clipped error
import numpy as np
import torch


class Huber(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target, delta):
        e = pred.detach().cpu().numpy().astype(np.float64) - target.detach().cpu().numpy().astype(np.float64)
        near = np.abs(e) <= delta
        loss = np.empty_like(e)
        loss[near] = 0.5 * e[near] ** 2
        loss[~near] = delta * (np.abs(e[~near]) - 0.5 * delta)
        ctx.grad = torch.as_tensor(np.clip(e, -delta, delta) / e.size, dtype=pred.dtype)
        return torch.tensor(loss.mean(), dtype=pred.dtype)

    @staticmethod
    def backward(ctx, g):
        return g * ctx.grad, -g * ctx.grad, None


def huber_loss(pred, target, delta=1.0):
    return Huber.apply(pred, target, float(delta))


# %% right: boolean indexing, two sums
import torch


def huber_loss(pred, target, delta=1.0):
    err = torch.sub(pred, target)
    size = torch.abs(err.detach())
    inner = err[size <= delta]
    outer = err[size > delta]
    total = inner.square().sum() / 2
    if outer.numel():
        total = total + delta * (outer * outer.detach().sign() - delta / 2).sum()
    return total / err.numel()


# %% wrong: linear branch without minus half delta, a jump at the border
import torch


def huber_loss(pred, target, delta=1.0):
    e = pred - target
    quad = 0.5 * e ** 2
    lin = delta * e.abs()
    return torch.where(e.abs() <= delta, quad, lin).mean()


# %% wrong: smooth L1: everything divided by delta
import torch


def huber_loss(pred, target, delta=1.0):
    a = torch.abs(pred - target)
    loss = torch.where(a <= delta, 0.5 * a * a / delta, a - 0.5 * delta)
    return loss.mean()


# %% wrong: the two branches are swapped
import torch


def huber_loss(pred, target, delta=1.0):
    e = pred - target
    small = e.abs() <= delta
    return torch.where(small, delta * (e.abs() - 0.5 * delta), 0.5 * e.pow(2)).mean()


# %% wrong: forgets the absolute value in the line, negative errors are rewarded
import torch


def huber_loss(pred, target, delta=1.0):
    e = pred - target
    near = torch.abs(e) <= delta
    loss = torch.where(near, 0.5 * e * e, delta * (e - 0.5 * delta))
    return loss.mean()


# %% wrong: parabola without the factor one half
import torch


def huber_loss(pred, target, delta=1.0):
    e = (pred - target).abs()
    vals = []
    for v in e:
        if v.item() <= delta:
            vals.append(v ** 2)
        else:
            vals.append(delta * (v - 0.5 * delta))
    return torch.stack(vals).mean()


# %% wrong: sum instead of mean
import torch


def huber_loss(pred, target, delta=1.0):
    a = (pred - target).abs()
    q = torch.clamp(a, max=delta)
    return (0.5 * q ** 2 + delta * (a - q)).sum()


# %% wrong: one branch for all items, chosen by the mean absolute error
import torch


def huber_loss(pred, target, delta=1.0):
    e = pred - target
    mae = e.abs().mean()
    if mae <= delta:
        return (0.5 * e ** 2).mean()
    return (delta * (e.abs() - 0.5 * delta)).mean()


# %% wrong: clips the error and takes the parabola, flat beyond delta
import torch


def huber_loss(pred, target, delta=1.0):
    e = torch.clamp(pred - target, -delta, delta)
    return 0.5 * (e ** 2).mean()


# %% wrong: parabola minus the parabola of the excess: cancels for a small delta and a large error
import torch


def huber_loss(pred, target, delta=1.0):
    e = pred - target
    excess = torch.relu(e.abs() - delta)
    return (0.5 * e * e - 0.5 * excess * excess).mean()


# %% wrong: absolute value as sqrt(e^2): the gradient at e = 0 is NaN
import torch


def huber_loss(pred, target, delta=1.0):
    sq = (pred - target) ** 2
    a = torch.sqrt(sq)
    return torch.where(a <= delta, 0.5 * sq, delta * (a - 0.5 * delta)).mean()


# %% two: compares the squared error with delta; sum instead of mean
import torch


def huber_loss(pred, target, delta=1.0):
    e = pred - target
    return torch.where(e * e <= delta, 0.5 * e * e, delta * (e.abs() - 0.5 * delta)).sum()


# %% two: delta is fixed at 1; no gradient because of detach
import torch


def huber_loss(pred, target, delta=1.0):
    a = (pred.detach() - target).abs()
    return torch.where(a <= 1, 0.5 * a ** 2, a - 0.5).mean()


# %% two: parabola without one half; line minus 1/2 instead of minus delta/2
import torch


def huber_loss(pred, target, delta=1.0):
    a = (pred - target).abs()
    loss = (a <= delta) * a ** 2 + (a > delta) * delta * (a - 0.5)
    return loss.mean().to(pred.dtype)


# %% two: subtracts target from pred in place; averages only over the near items and the far ones apart
import torch


def huber_loss(pred, target, delta=1.0):
    with torch.no_grad():
        pred.sub_(target)
    a = pred.abs()
    near, far = a[a <= delta], a[a > delta]
    loss = pred.sum() * 0
    if len(near):
        loss = loss + (0.5 * near ** 2).mean()
    if len(far):
        loss = loss + (delta * (far - 0.5 * delta)).mean()
    return loss
