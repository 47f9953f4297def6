# %% right: torch.where of the two branches
import torch

def huber_loss(pred, target, delta=1.0):
    e = pred - target
    a = e.abs()
    return torch.where(a <= delta, 0.5 * e ** 2, delta * (a - 0.5 * delta)).mean()

# %% right: clamped part and rest
import torch

def huber_loss(pred, target, delta=1.0):
    abs_err = torch.abs(pred - target)
    near = abs_err.clamp(max=delta)
    far = abs_err - near
    return (0.5 * near.square() + delta * far).mean()

# %% right: loop over the samples
import torch

def huber_loss(pred, target, delta=1.0):
    terms = []
    for p, t in zip(pred, target):
        e = p - t
        if abs(e.item()) <= delta:
            terms.append(e * e / 2)
        else:
            terms.append(delta * (e.abs() - delta / 2))
    return torch.stack(terms).mean()

# %% right: sums both parts by boolean index
import torch

def huber_loss(pred, target, delta=1.0):
    r = pred - target
    inside = r.abs() <= delta
    quad = (r[inside] ** 2).sum() / 2
    outer = r[~inside].abs()
    lin = (delta * outer - delta ** 2 / 2).sum()
    return (quad + lin) / r.numel()

# %% right: own autograd function with the clamped error as gradient
import torch

class _Huber(torch.autograd.Function):
    @staticmethod
    def forward(ctx, e, delta):
        c = e.clamp(-delta, delta)
        ctx.save_for_backward(c)
        return (e * c - 0.5 * c * c).sum() / e.numel()

    @staticmethod
    def backward(ctx, g):
        (c,) = ctx.saved_tensors
        return g * c / c.numel(), None

def huber_loss(pred, target, delta=1.0):
    return _Huber.apply(pred - target, float(delta))

# %% right: typed, with guards, mask as numbers
import torch
from torch import Tensor

def huber_loss(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    if delta <= 0:
        raise ValueError("delta must be positive")
    residual = torch.sub(pred, target)
    size = residual.abs()
    is_far = (size > delta).to(pred.dtype)
    parabola = 0.5 * residual * residual
    line = delta * (size - 0.5 * delta)
    per_sample = parabola * (1 - is_far) + line * is_far
    return per_sample.sum() / per_sample.shape[0]

# %% wrong: no one half in the parabola
import torch

def huber_loss(pred, target, delta=1.0):
    e = pred - target
    return torch.where(e.abs() <= delta, e ** 2, delta * (e.abs() - 0.5 * delta)).mean()

# %% wrong: threshold fixed at 1, delta only in the line (delta other than 1)
import torch

def huber_loss(pred, target, delta=1.0):
    err = (pred - target).abs()
    sq = 0.5 * err.pow(2)
    lin = delta * (err - 0.5 * delta)
    return torch.where(err <= 1.0, sq, lin).mean()

# %% wrong: smooth L1, divided by delta (delta other than 1)
import torch

def huber_loss(pred, target, delta=1.0):
    diff = torch.abs(pred - target)
    loss = torch.where(diff < delta, 0.5 * diff ** 2 / delta, diff - 0.5 * delta)
    return loss.mean()

# %% wrong: the line is not shifted down by delta^2 / 2
import torch

def huber_loss(pred, target, delta=1.0):
    a = (pred - target).abs()
    small = (a <= delta).type_as(a)
    return (small * 0.5 * a ** 2 + (1 - small) * delta * a).mean()

# %% wrong: sum over the samples
import torch

def huber_loss(pred, target, delta=1.0):
    a = (pred - target).abs()
    q = torch.clamp(a, max=delta)
    return torch.sum(0.5 * q ** 2 + delta * (a - q))

# %% wrong: compares e, not |e|, so large negative errors stay on the parabola
import torch

def huber_loss(pred, target, delta=1.0):
    e = pred - target
    quadratic = 0.5 * e * e
    linear = delta * (e.abs() - 0.5 * delta)
    return torch.where(e <= delta, quadratic, linear).mean()

# %% wrong: smaller of the two branches, which is always the line
import torch

def huber_loss(pred, target, delta=1.0):
    a = torch.abs(pred - target)
    return torch.minimum(0.5 * a ** 2, delta * (a - 0.5 * delta)).mean()

# %% wrong: half the square of the clipped error, flat beyond delta
import torch

def huber_loss(pred, target, delta=1.0):
    e = torch.clamp(pred - target, min=-delta, max=delta)
    return 0.5 * (e ** 2).mean()

# %% wrong: pseudo-Huber
import torch

def huber_loss(pred, target, delta=1.0):
    z = (pred - target) / delta
    return (delta ** 2 * (torch.sqrt(1 + z ** 2) - 1)).mean()

# %% wrong: one branch for the whole batch, chosen by the largest error
import torch

def huber_loss(pred, target, delta=1.0):
    e = pred - target
    if e.abs().max() <= delta:
        return (0.5 * e ** 2).mean()
    return (delta * (e.abs() - 0.5 * delta)).mean()

# %% wrong: mean of each branch on its own, added (differs when both branches occur)
import torch

def huber_loss(pred, target, delta=1.0):
    e = (pred - target).abs()
    near, far = e[e <= delta], e[e > delta]
    loss = e.new_zeros(())
    if near.numel():
        loss = loss + (0.5 * near ** 2).mean()
    if far.numel():
        loss = loss + (delta * (far - 0.5 * delta)).mean()
    return loss

# %% two: no one half in the parabola; sum instead of the mean
import torch

def huber_loss(pred, target, delta=1.0):
    d = torch.abs(pred - target)
    return torch.where(d <= delta, d ** 2, delta * (d - 0.5 * delta)).sum()

# %% two: delta ignored, always 1; Python number without gradient
import torch

def huber_loss(pred, target, delta=1.0):
    total = 0.0
    for p, t in zip(pred.tolist(), target.tolist()):
        e = abs(p - t)
        total += 0.5 * e * e if e <= 1 else e - 0.5
    return torch.tensor(total / len(pred), dtype=pred.dtype)

# %% two: branches swapped; always float32
import torch

def huber_loss(pred, target, delta=1.0):
    a = (pred - target).abs().float()
    return torch.where(a > delta, 0.5 * a ** 2, delta * (a - 0.5 * delta)).mean()


# %% right: where
import torch

def huber_loss(pred, target, delta=1.0):
    e = pred - target
    a = e.abs()
    return torch.where(a <= delta, 0.5 * e ** 2, delta * (a - 0.5 * delta)).mean()

# %% right: clipped error, no branch
import torch

def huber_loss(pred, target, delta=1.0):
    a = (pred - target).abs()
    near = torch.clamp(a, max=delta)
    far = torch.relu(a - delta)
    return (0.5 * near * near + delta * far).mean()

# %% wrong: smooth L1, everything divided by delta
import torch

def huber_loss(pred, target, delta=1.0):
    diff = torch.abs(pred - target)
    quad = 0.5 * diff ** 2 / delta
    lin = diff - 0.5 * delta
    return torch.where(diff < delta, quad, lin).mean()

# %% wrong: the parabola lacks the one half
import torch

def huber_loss(pred, target, delta=1.0):
    e = pred - target
    inside = (e.abs() <= delta).to(e.dtype)
    loss = inside * e ** 2 + (1 - inside) * delta * (e.abs() - delta / 2)
    return loss.mean()

# %% wrong: sum instead of mean
import torch

def huber_loss(pred, target, delta=1.0):
    total = 0.0
    for p, t in zip(pred, target):
        e = (p - t).abs()
        if e <= delta:
            total = total + 0.5 * e * e
        else:
            total = total + delta * (e - 0.5 * delta)
    return total

# %% wrong: pseudo-Huber, the smooth relative
import torch

def huber_loss(pred, target, delta=1.0):
    r = (pred - target) / delta
    return (delta ** 2 * (torch.sqrt(1 + r ** 2) - 1)).mean()

# %% two: line without the one half on delta; branch chosen on the squared error
import torch

def huber_loss(pred, target, delta=1.0):
    e = pred - target
    sq = e ** 2
    return torch.where(sq <= delta, 0.5 * sq, delta * (e.abs() - delta)).mean()

# %% two: line lacks the factor delta; absolute value as root of the square, gradient NaN at 0
import torch

def huber_loss(pred, target, delta=1.0):
    e2 = (pred - target) ** 2
    a = torch.sqrt(e2)
    return torch.where(a <= delta, 0.5 * e2, a - 0.5 * delta).mean()
