# %% right: one line with clamp under the root
import torch


def safe_distance(a, b, eps=1e-12):
    return (a - b).pow(2).sum(1).clamp(min=eps).sqrt()


# %% right: over-long, with checks, and a where on both sides of the root
import math

import torch


def safe_distance(a, b, eps=1e-12):
    """Double-where trick: the root never sees a value that sits at or under the floor."""
    if a.dim() != 2 or b.dim() != 2:
        raise ValueError("a and b must be (N, D)")
    if a.shape != b.shape:
        raise ValueError(f"shapes differ: {tuple(a.shape)} and {tuple(b.shape)}")
    if eps <= 0:
        raise ValueError("eps must be positive")
    difference = a - b
    squared = torch.sum(difference * difference, dim=-1)
    above = squared > eps
    # value for the root: harmless 1 where the floor acts
    inner = torch.where(above, squared, torch.ones_like(squared))
    root = torch.sqrt(inner)
    floor = torch.full_like(squared, math.sqrt(eps))
    result = torch.where(above, root, floor)
    return result


# %% right: loop over rows and coordinates
import torch


def safe_distance(a, b, eps=1e-12):
    out = []
    for row_a, row_b in zip(a, b):
        s = 0
        for x, y in zip(row_a, row_b):
            d = x - y
            s = s + d * d
        if s.item() > eps:
            out.append(s.sqrt())
        else:
            # keep the graph alive, but with a gradient of zero
            out.append((s * 0 + eps).sqrt())
    return torch.stack(out)


# %% right: own autograd.Function with the backward written by hand
import torch


class _SafeDist(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, eps):
        diff = a - b
        sq = (diff * diff).sum(dim=1)
        out = sq.clamp(min=eps).sqrt()
        ctx.save_for_backward(diff, out, sq > eps)
        return out

    @staticmethod
    def backward(ctx, grad_out):
        diff, out, live = ctx.saved_tensors
        factor = torch.where(live, grad_out / out, torch.zeros_like(out))
        ga = factor.unsqueeze(1) * diff
        return ga, -ga, None


def safe_distance(a, b, eps=1e-12):
    return _SafeDist.apply(a, b, eps)


# %% right: einsum for the square, relu for the maximum
import torch
import torch.nn.functional as F


def safe_distance(a, b, eps=1e-12):
    d = a - b
    sq = torch.einsum("nd,nd->n", d, d)
    # max(sq, eps) = relu(sq - eps) + eps
    return torch.sqrt(F.relu(sq - eps) + eps)


# %% right: vector_norm, whose gradient at 0 is 0, clamped at the root of eps
import math

import torch


def safe_distance(a, b, eps=1e-12):
    dist = torch.linalg.vector_norm(a - b, ord=2, dim=1)
    return torch.clamp(dist, min=math.sqrt(eps))


# %% wrong: eps is added under the root and is not a floor
import torch


def safe_distance(a, b, eps=1e-12):
    return torch.sqrt(((a - b) ** 2).sum(dim=1) + eps)


# %% wrong: takes the root first and repairs with where afterwards, so the gradient of identical rows is NaN
import torch


def safe_distance(a, b, eps=1e-12):
    sq = torch.einsum("ij,ij->i", a - b, a - b)
    dist = torch.sqrt(sq)
    floor = torch.full_like(dist, eps ** 0.5)
    return torch.where(sq > eps, dist, floor)


# %% wrong: the floor eps is put under the distance, not under the squared distance
import torch


def safe_distance(a, b, eps=1e-12):
    return torch.linalg.vector_norm(a - b, dim=-1).clamp_min(eps)


# %% wrong: multiplies the square out, which is not exact far from the origin
import torch


def safe_distance(a, b, eps=1e-12):
    aa = (a * a).sum(1)
    bb = (b * b).sum(1)
    ab = (a * b).sum(1)
    return (aa + bb - 2 * ab).clamp(min=eps).sqrt()


# %% wrong: each coordinate gets the floor, before the sum
import torch


def safe_distance(a, b, eps=1e-12):
    total = None
    for d in range(a.shape[1]):
        part = torch.clamp((a[:, d] - b[:, d]).square(), min=eps)
        total = part if total is None else total + part
    return total.sqrt()


# %% wrong: b is detached as if it were a fixed target, so no gradient reaches it
import torch


class Distance(torch.nn.Module):
    def __init__(self, eps):
        super().__init__()
        self.eps = eps

    def forward(self, x, reference):
        diff = x - reference.detach()
        return diff.pow(2).sum(-1).clamp(min=self.eps).sqrt()


def safe_distance(a, b, eps=1e-12):
    return Distance(eps)(a, b)


# %% wrong: lifts to the floor with a detached amount, so rows under the floor that differ keep a gradient
import torch


def safe_distance(a, b, eps=1e-12):
    sq = (a - b).square().sum(1)
    lift = torch.relu(eps - sq).detach()
    return (sq + lift).sqrt()


# %% wrong: subtracts in place, so the input a is changed
import torch


def safe_distance(a, b, eps=1e-12):
    diff = a
    diff -= b
    return diff.pow(2).sum(dim=1).clamp(min=eps).sqrt()


# %% wrong: fills a float32 tensor row by row, so float64 comes back as float32
import torch


def safe_distance(a, b, eps=1e-12):
    n = a.shape[0]
    out = torch.zeros(n)
    for i in range(n):
        out[i] = torch.sqrt(torch.clamp(torch.sum((a[i] - b[i]) ** 2), min=eps))
    return out


# %% wrong: squeeze drops the row axis too where N is 1
import torch


def safe_distance(a, b, eps=1e-12):
    d = (a - b).unsqueeze(1)                       # (N, 1, D)
    sq = torch.bmm(d, d.transpose(1, 2)).squeeze()
    return sq.clamp(min=eps).sqrt()


# %% two: averages over the coordinates where it should sum; adds eps where it should be a floor
import torch


def safe_distance(a, b, eps=1e-12):
    mse = torch.mean((a - b) ** 2, dim=1)
    return torch.sqrt(mse + eps)


# %% two: the floor only acts where the square is exactly 0; the result is always float32
import torch


def safe_distance(a, b, eps=1e-12):
    a, b = a.float(), b.float()
    sq = (a - b).pow(2).sum(1)
    sq = torch.where(sq == 0, torch.full_like(sq, eps), sq)
    return sq.sqrt()


# %% two: forgets the root; no gradient to b
import torch


def safe_distance(a, b, eps=1e-12):
    with torch.no_grad():
        target = b.clone()
    d = a - target
    return torch.einsum("nd,nd->n", d, d).clamp(min=eps)


# %% two: multiplies the square out, not exact far away; clamps only after the root, so the gradient at identical rows is NaN
import torch


def safe_distance(a, b, eps=1e-12):
    sq = (a * a).sum(-1) - 2 * (a * b).sum(-1) + (b * b).sum(-1)
    return torch.clamp(torch.sqrt(sq), min=eps ** 0.5)
