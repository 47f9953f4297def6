# %% right: autograd on double copies
import torch

def contrastive_grad(a, b, y, margin):
    x = a.detach().double().clone().requires_grad_()
    gap = x - b.double()
    sq = gap.square().sum(1)
    same = sq == 0
    d = torch.where(same, torch.ones_like(sq), sq).sqrt()
    d = torch.where(same, torch.zeros_like(d), d)
    yy = y.double()
    loss = (yy * d**2 + (1 - yy) * torch.relu(margin - d) ** 2).sum() / (2 * len(a))
    if loss.requires_grad:
        loss.backward()
    g = x.grad if x.grad is not None else torch.zeros_like(x)
    return g.to(a.dtype)

# %% right: row by row with ifs
import torch

def contrastive_grad(a, b, y, margin):
    n = a.shape[0]
    rows = []
    for p, q, same in zip(a, b, y.tolist()):
        diff = p - q
        d = torch.linalg.norm(diff)
        if d == 0:
            rows.append(torch.zeros_like(diff))
        elif same == 1:
            rows.append(diff / n)
        else:
            rows.append(-max(margin - d.item(), 0.0) / d * diff / n)
    return torch.stack(rows)

# %% right: one factor per row
import torch

def contrastive_grad(a: torch.Tensor, b: torch.Tensor, y: torch.Tensor, margin: float) -> torch.Tensor:
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype).reshape(-1, 1)
    push = (margin - d).clamp(min=0) / d.clamp(min=1e-9)
    return (y - (1 - y) * push) * diff / a.size(0)

# %% right: numpy with errstate
import numpy as np
import torch

def contrastive_grad(a, b, y, margin):
    diff = a.numpy().astype("float64") - b.numpy().astype("float64")
    d = np.hypot.reduce(diff, axis=1) if diff.shape[1] > 1 else np.abs(diff[:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where((d > 0) & (d < margin), (margin - d) / d, 0.0)
    scale = np.where(y.numpy() == 1, 1.0, -away) / len(diff)
    return torch.from_numpy(scale[:, None] * diff).to(a.dtype)

# %% right: torch.func.grad of the squared-distance form
import torch
from torch.func import grad

def contrastive_grad(a, b, y, margin):
    y = y.to(a.dtype)

    def loss(x):
        sq = (x - b).pow(2).sum(1)
        zero = sq == 0
        d = torch.where(zero, 1.0, sq).sqrt()
        far = torch.where(zero, torch.zeros_like(d), torch.clamp(margin - d, min=0) ** 2)
        return (y * sq + (1 - y) * far).sum() / (2 * x.shape[0])

    return grad(loss)(a)

# %% wrong: 1/N forgotten
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * diff

# %% wrong: the half is not cancelled
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * diff / (2 * len(a))

# %% wrong: gradient towards b
import torch

def contrastive_grad(a, b, y, margin):
    diff = b - a
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * diff / len(a)

# %% wrong: no clamp: different pairs beyond the margin are pulled
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d) / d.clamp(min=1e-9)) * diff / len(a)

# %% wrong: NaN at distance 0
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y * diff - (1 - y) * (margin - d).clamp(min=0) * diff / d) / len(a)

# %% wrong: pushes by (margin - d) without dividing by d
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d).clamp(min=0)) * diff / len(a)

# %% wrong: divides by D
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * diff / a.shape[-1]

# %% wrong: similar pairs pushed, different pulled
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = 1 - y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * diff / len(a)

# %% wrong: margin fixed at 1
import torch

def contrastive_grad(a, b, y, margin):
    margin = 1.0
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * diff / len(a)

# %% wrong: a is changed into the difference
import torch

def contrastive_grad(a, b, y, margin):
    a -= b
    d = a.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y - (1 - y) * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * a / len(a)

# %% two: sign of the push; 1/N forgotten
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (y + (1 - y) * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * diff

# %% two: similar pairs get twice; the margin acts on the square
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d2 = diff.square().sum(1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    pull = 2 * y * diff
    push = torch.where(d2 < margin, (1 - y) * diff, torch.zeros_like(diff))
    return (pull - push) / len(a)

# %% two: only the similar pairs; twice too large
import torch

def contrastive_grad(a, b, y, margin):
    return 2 * y.to(a.dtype)[:, None] * (a - b) / len(a)

# %% two: labels swapped; towards b
import torch

def contrastive_grad(a, b, y, margin):
    diff = b - a
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    return (1 - y - y * (margin - d).clamp(min=0) / d.clamp(min=1e-9)) * diff / len(a)
