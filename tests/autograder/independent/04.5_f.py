# %% right: closed formula, very short, unit vectors by F.normalize
import torch
import torch.nn.functional as F


def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = torch.linalg.vector_norm(diff, dim=1, keepdim=True)
    w = y.to(a.dtype).unsqueeze(1)
    return (w * diff - (1 - w) * F.relu(margin - d) * F.normalize(diff, dim=1)) / a.shape[0]

# %% right: autograd on a copy, with the square root kept away from zero
import torch


def contrastive_grad(a, b, y, margin):
    w = y.to(a.dtype)
    x = a.detach().clone()
    with torch.enable_grad():
        x.requires_grad_(True)
        sq = (x - b).pow(2).sum(dim=1)
        same = sq == 0
        d = torch.where(same, torch.ones_like(sq), sq).sqrt()
        push = torch.where(same, torch.zeros_like(d), (margin - d).clamp(min=0) ** 2)
        loss = (w * sq + (1 - w) * push).sum() / (2 * a.shape[0])
        (grad,) = torch.autograd.grad(loss, x)
    return grad

# %% right: numpy in float64, with np.divide where d > 0
import numpy as np
import torch


def contrastive_grad(a, b, y, margin):
    x = a.detach().cpu().numpy().astype(np.float64)
    z = b.detach().cpu().numpy().astype(np.float64)
    w = y.detach().cpu().numpy().astype(np.float64)
    diff = x - z
    d = np.sqrt((diff ** 2).sum(axis=1))
    ratio = np.zeros_like(d)
    np.divide(np.maximum(margin - d, 0.0), d, out=ratio, where=d > 0)
    coeff = (w - (1 - w) * ratio) / len(d)
    return torch.from_numpy(coeff[:, None] * diff).to(a.dtype)

# %% right: plain Python loops over rows and numbers
import math
import torch


def contrastive_grad(a, b, y, margin):
    n = a.shape[0]
    rows = []
    for ra, rb, label in zip(a.tolist(), b.tolist(), y.tolist()):
        diff = [p - q for p, q in zip(ra, rb)]
        d = math.sqrt(sum(v * v for v in diff))
        if d == 0:
            factor = 0.0
        elif label == 1:
            factor = 1.0
        elif d < margin:
            factor = -(margin - d) / d
        else:
            factor = 0.0
        rows.append([factor * v / n for v in diff])
    return torch.tensor(rows, dtype=a.dtype)

# %% right: torch.func: grad of the loss of one pair, vmapped over the rows
import torch
from torch.func import grad, vmap


def contrastive_grad(a, b, y, margin):
    def pair_loss(p, q, w):
        sq = ((p - q) * (p - q)).sum()
        zero = sq == 0
        d = torch.sqrt(torch.where(zero, torch.ones_like(sq), sq))
        hinge = torch.relu(margin - d)
        push = torch.where(zero, torch.zeros_like(d), hinge * hinge)
        return 0.5 * (w * sq + (1 - w) * push)

    per_pair = vmap(grad(pair_loss))(a.detach(), b.detach(), y.to(a.dtype))
    return per_pair / a.shape[0]

# %% right: over-long, a class that fills the two kinds of rows by masks
import torch


class PairGradient:
    def __init__(self, a, b, y, margin):
        if a.shape != b.shape:
            raise ValueError("a and b must have one shape")
        if margin <= 0:
            raise ValueError("margin must be positive")
        self.diff = a - b
        self.dist = self.diff.pow(2).sum(dim=1).sqrt()
        self.similar = y == 1
        self.margin = margin
        self.n = a.shape[0]

    def pull(self, out):
        out[self.similar] = self.diff[self.similar]

    def push(self, out):
        inside = (self.dist > 0) & (self.dist < self.margin)
        active = inside & ~self.similar
        if not bool(active.any()):
            return
        d = self.dist[active]
        out[active] = self.diff[active] * (-(self.margin - d) / d).unsqueeze(1)

    def __call__(self):
        out = torch.zeros_like(self.diff)
        self.pull(out)
        self.push(out)
        return out / self.n


def contrastive_grad(a, b, y, margin):
    return PairGradient(a, b, y, margin)()

# %% wrong: the factor 1/N is forgotten
import torch


def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    unit = torch.nan_to_num(diff / d)
    w = y.to(a.dtype)[:, None]
    return w * diff - (1 - w) * (margin - d).clamp(min=0) * unit

# %% wrong: the minus sign of the inner derivative of max(m - d, 0) is missing, so different pairs are drawn together
import torch


def contrastive_grad(a, b, y, margin):
    out = torch.empty_like(a)
    n = len(a)
    for i in range(n):
        diff = a[i] - b[i]
        d = torch.sqrt(torch.dot(diff, diff))
        if d == 0:
            out[i] = 0
        elif y[i] == 1:
            out[i] = diff / n
        else:
            out[i] = torch.relu(margin - d) * diff / d / n
    return out

# %% wrong: nothing guards the division by d, so rows with d = 0 become NaN
import torch


def contrastive_grad(a, b, y, margin):
    delta = a - b
    dist = torch.einsum("nd,nd->n", delta, delta).sqrt()
    w = y.to(a.dtype)
    coef = w - (1 - w) * torch.clamp(margin - dist, min=0) / dist
    return torch.einsum("n,nd->nd", coef, delta) / a.shape[0]

# %% wrong: F.pairwise_distance adds 1e-6 to every difference, which spoils the gradient of very near pairs
import torch
import torch.nn.functional as F


def contrastive_grad(a, b, y, margin):
    d = F.pairwise_distance(a, b).unsqueeze(1)
    diff = a - b
    w = y.to(a.dtype).unsqueeze(1)
    return (w * diff - (1 - w) * F.relu(margin - d) * diff / d) / a.shape[0]

# %% wrong: divides by the number of rows with d > 0 instead of by N
import torch


def contrastive_grad(a, b, y, margin):
    grad = torch.zeros_like(a)
    diff = a - b
    d = torch.linalg.norm(diff, dim=1)
    keep = torch.nonzero(d > 0).flatten()
    if keep.numel() == 0:
        return grad
    w = y[keep].to(a.dtype)
    c = w - (1 - w) * torch.relu(margin - d[keep]) / d[keep]
    grad[keep] = c.unsqueeze(1) * diff[keep] / keep.numel()
    return grad

# %% wrong: takes the loss with max(m - d^2, 0) instead of max(m - d, 0)^2
import torch


def contrastive_grad(a, b, y, margin):
    p = a.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        sq = ((p - b) ** 2).sum(1)
        w = y.to(a.dtype)
        loss = (w * sq + (1 - w) * torch.relu(margin - sq)).mean() / 2
        return torch.autograd.grad(loss, p)[0]

# %% wrong: m - d is not cut off at 0, so different pairs beyond the margin are pulled back
import numpy as np
import torch


def contrastive_grad(a, b, y, margin):
    diff = a.numpy() - b.numpy()
    d = np.linalg.norm(diff, axis=1, keepdims=True)
    safe = np.where(d == 0, 1, d)
    w = y.numpy().astype(diff.dtype)[:, None]
    g = w * diff - (1 - w) * (margin - d) * diff / safe
    return torch.from_numpy(g / len(diff)).to(a.dtype)

# %% wrong: it returns the gradient with respect to b
import torch


def contrastive_grad(a, b, y, margin):
    def total(first, second):
        sq = (first - second).pow(2).sum(1)
        zero = sq == 0
        d = torch.where(zero, torch.ones_like(sq), sq).sqrt()
        far = torch.where(zero, torch.zeros_like(d), torch.relu(margin - d) ** 2)
        w = y.to(first.dtype)
        return (w * sq + (1 - w) * far).sum() / (2 * len(first))

    return torch.func.grad(total, argnums=1)(a, b)

# %% wrong: the result is filled into a default torch.zeros, so float64 inputs give float32
import torch


def contrastive_grad(a, b, y, margin):
    n, dim = a.shape
    out = torch.zeros(n, dim)
    for i in range(n):
        d = torch.dist(a[i], b[i]).item()
        if d == 0:
            continue
        if int(y[i]) == 1:
            out[i] = (a[i] - b[i]) / n
        else:
            out[i] = -max(margin - d, 0.0) / d * (a[i] - b[i]) / n
    return out

# %% wrong: b is subtracted from a in place, so the input a is changed
import torch
import torch.nn.functional as F


def contrastive_grad(a, b, y, margin):
    diff = a.sub_(b)
    d = diff.norm(dim=1, keepdim=True)
    w = y.to(a.dtype).view(-1, 1)
    return (w * diff - (1 - w) * F.relu(margin - d) * F.normalize(diff, dim=1)) / len(diff)

# %% two: similar and different are exchanged (y = 1 is read as different); the factor 1/N is missing
import torch
import torch.nn.functional as F


def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    w = y.to(a.dtype).unsqueeze(1)
    return (1 - w) * diff - w * F.relu(margin - d) * F.normalize(diff, dim=1)

# %% two: the difference of different pairs is not divided by d; everything is twice too large since the one half is dropped
import torch


def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1)
    w = y.to(a.dtype)
    coeff = 2 * w - 2 * (1 - w) * torch.clamp(margin - d, min=0)
    return coeff[:, None] * diff / a.size(0)

# %% two: m - d is not cut off at 0; divides by N * D instead of N
import torch


def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    unit = torch.where(d > 0, diff / d, torch.zeros_like(diff))
    w = y.to(a.dtype).reshape(-1, 1)
    return (w * diff - (1 - w) * (margin - d) * unit) / a.numel()

# %% two: NaN where d = 0; the sign of the whole gradient is turned around (b - a)
import torch


def contrastive_grad(a, b, y, margin):
    delta = b - a
    d = delta.square().sum(dim=1).sqrt()
    w = y.to(a.dtype)
    scale = w - (1 - w) * torch.relu(margin - d) / d
    return torch.diag(scale) @ delta / a.shape[0]
