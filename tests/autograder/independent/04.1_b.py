# %% right: clamp the squared distance, then sqrt
import torch


def safe_distance(a, b, eps=1e-12):
    d2 = ((a - b) ** 2).sum(dim=1)
    return torch.sqrt(d2.clamp(min=eps))

# %% right: plain loop over the rows, constant for floored rows
import torch


def safe_distance(a, b, eps=1e-12):
    rows = []
    for i in range(a.shape[0]):
        diff = a[i] - b[i]
        d2 = (diff * diff).sum()
        if d2.item() > eps:
            rows.append(d2.sqrt())
        else:
            # floor: constant, hence no gradient (times 0 keeps the graph)
            rows.append((diff * 0).sum() + eps ** 0.5)
    return torch.stack(rows)

# %% right: double where, einsum
import torch


def safe_distance(a, b, eps=1e-12):
    d = a - b
    sq = torch.einsum("nd,nd->n", d, d)
    floored = sq <= eps
    # inner where: sqrt never sees a 0, so no NaN comes back
    inner = torch.where(floored, torch.ones_like(sq), sq)
    root = torch.sqrt(inner)
    return torch.where(floored, torch.full_like(sq, eps).sqrt(), root)

# %% right: vector_norm with its subgradient 0 and a floor sqrt(eps)
import math
import torch


def safe_distance(a, b, eps=1e-12):
    return torch.linalg.vector_norm(a - b, dim=-1).clamp_min(math.sqrt(eps))

# %% right: own autograd.Function with the gradient by hand
import torch


class _SafeDist(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, eps):
        diff = a - b
        sq = diff.pow(2).sum(1)
        dist = torch.maximum(sq, torch.full_like(sq, eps)).sqrt()
        ctx.save_for_backward(diff, dist, sq > eps)
        return dist

    @staticmethod
    def backward(ctx, grad_out):
        diff, dist, active = ctx.saved_tensors
        coef = torch.where(active, grad_out / dist, torch.zeros_like(dist))
        g = coef.unsqueeze(1) * diff
        return g, -g, None


def safe_distance(a, b, eps=1e-12):
    return _SafeDist.apply(a, b, eps)

# %% wrong: eps is added under the root instead of being a floor
import torch


def safe_distance(a, b, eps=1e-12):
    return torch.sqrt(torch.sum((a - b) ** 2, dim=1) + eps)

# %% wrong: root first, floor after it: gradient NaN for identical rows
import torch


def safe_distance(a, b, eps=1e-12):
    dist = (a - b).pow(2).sum(1).sqrt()
    return torch.clamp(dist, min=eps ** 0.5)

# %% wrong: squared distance by the expansion |a|^2 + |b|^2 - 2ab, not exact far from the origin
import torch


def safe_distance(a, b, eps=1e-12):
    aa = (a * a).sum(-1)
    bb = (b * b).sum(-1)
    ab = torch.einsum("nd,nd->n", a, b)
    d2 = aa + bb - 2 * ab
    return d2.clamp_min(eps).sqrt()

# %% wrong: one where only, the untaken sqrt(0) branch sends NaN back
import torch


def safe_distance(a, b, eps=1e-12):
    squared = torch.sum(torch.square(a - b), dim=1)
    floor = torch.full_like(squared, eps ** 0.5)
    return torch.where(squared > eps, torch.sqrt(squared), floor)

# %% wrong: floor eps on the distance, not on the squared distance
import torch


def safe_distance(a, b, eps=1e-12):
    norm = torch.linalg.norm(a - b, dim=1)
    return torch.clamp_min(norm, eps)

# %% wrong: F.pairwise_distance adds eps to every difference, no floor
import torch
from torch.nn import functional as F


def safe_distance(a, b, eps=1e-12):
    return F.pairwise_distance(a, b, p=2.0, eps=eps)

# %% wrong: floor applied to each coordinate's square, before the sum
import torch


def safe_distance(a, b, eps=1e-12):
    total = torch.zeros(a.shape[0], dtype=a.dtype, device=a.device)
    for d in range(a.shape[1]):
        sq = (a[:, d] - b[:, d]) ** 2
        total = total + torch.clamp(sq, min=eps)
    return total.sqrt()

# %% wrong: straight-through floor: gradient not 0 for different rows under the floor
import torch


def safe_distance(a, b, eps=1e-12):
    d2 = ((a - b) ** 2).sum(1)
    # lift the value to eps but let the gradient through
    lift = (eps - d2).clamp(min=0).detach()
    return (d2 + lift).sqrt()

# %% wrong: diagonal of cdist, whose matmul shortcut (more than 25 rows) is inexact far from the origin
import torch


def safe_distance(a, b, eps=1e-12):
    all_pairs = torch.cdist(a, b)            # (N, N)
    return all_pairs.diagonal().clamp(min=eps ** 0.5)

# %% wrong: squeeze() makes a 0-d result for N = 1
import torch


def safe_distance(a, b, eps=1e-12):
    diff = (a - b).unsqueeze(1)                 # (N, 1, D)
    d2 = torch.bmm(diff, diff.transpose(1, 2))  # (N, 1, 1)
    d2 = torch.clamp(d2, min=eps)
    return d2.sqrt().squeeze()

# %% two: mean over the features instead of the sum; eps added instead of a floor
import torch


def safe_distance(a, b, eps=1e-12):
    d2 = torch.mean((a - b) ** 2, dim=1)
    return torch.sqrt(d2 + eps)

# %% two: computed in float32, so wrong dtype for float64; floor after the root, NaN gradient at 0
import torch


def safe_distance(a, b, eps=1e-12):
    a, b = a.float(), b.float()
    dist = torch.sqrt(((a - b) ** 2).sum(dim=1))
    return torch.maximum(dist, torch.full_like(dist, eps ** 0.5))

# %% two: via numpy, so no gradient; result of shape (N, 1)
import numpy as np
import torch


def safe_distance(a, b, eps=1e-12):
    x = a.detach().numpy()
    y = b.detach().numpy()
    d2 = np.sum((x - y) ** 2, axis=1, keepdims=True)
    return torch.from_numpy(np.sqrt(np.maximum(d2, eps)).astype(x.dtype))

# %% two: sum of absolute differences (Manhattan); eps fixed at 1e-12, the argument is ignored
import torch


def safe_distance(a, b, eps=1e-12):
    dist = (a - b).abs().sum(dim=-1)
    return torch.clamp(dist, min=1e-6)
