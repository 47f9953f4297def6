# %% right: scipy-free numpy forward, own autograd Function for the way back
import torch
from torch import Tensor

class _SqDists(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a: Tensor, b: Tensor) -> Tensor:
        ctx.save_for_backward(a, b)
        return ((a.unsqueeze(1) - b.unsqueeze(0)) ** 2).sum(-1)

    @staticmethod
    def backward(ctx, g: Tensor):
        a, b = ctx.saved_tensors
        gap = a.unsqueeze(1) - b.unsqueeze(0)
        weighted = 2 * g.unsqueeze(-1) * gap
        return weighted.sum(1), -weighted.sum(0)

def pairwise_sq_dists(a: Tensor, b: Tensor) -> Tensor:
    return _SqDists.apply(a, b)

# %% right: recursion over the columns
import torch

def pairwise_sq_dists(a, b):
    def upto(column):
        step = (a[:, column, None] - b[None, :, column]).square()
        return step if column == 0 else upto(column - 1) + step
    return upto(a.size(1) - 1)

# %% right: vmap of a vmap
import torch

def pairwise_sq_dists(a, b):
    one = lambda p, q: torch.dot(p - q, p - q)
    return torch.vmap(lambda p: torch.vmap(lambda q: one(p, q))(b))(a)

# %% right: meshgrid of row numbers, then einsum
import torch

def pairwise_sq_dists(a, b):
    n, m = len(a), len(b)
    i, j = torch.meshgrid(torch.arange(n), torch.arange(m), indexing="ij")
    diff = a[i.reshape(-1)] - b[j.reshape(-1)]
    return torch.einsum("pd,pd->p", diff, diff).view(n, m)

# %% right: fills a buffer in place, entry by entry
import torch

def pairwise_sq_dists(a, b):
    out = a.new_zeros(a.shape[0], b.shape[0])
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            out[i, j] += ((p - q) * (p - q)).sum()
    return out

# %% wrong: float32 whatever comes in
import torch

def pairwise_sq_dists(a, b):
    d = a.float().unsqueeze(1) - b.float().unsqueeze(0)
    return d.pow(2).sum(-1)

# %% wrong: zips the rows, so only the first min(N, M) pairs are compared and broadcast
import torch

def pairwise_sq_dists(a, b):
    rows = [((p - b) ** 2).sum(1) for p, _ in zip(a, b)]
    return torch.stack(rows)

# %% wrong: rows of the result belong to b
import torch

def pairwise_sq_dists(a, b):
    out = []
    for q in b:
        out.append(((a - q) ** 2).sum(dim=1))
    return torch.stack(out)

# %% wrong: forgets the last column
import torch

def pairwise_sq_dists(a, b):
    total = torch.zeros(a.shape[0], b.shape[0], dtype=a.dtype)
    for d in range(a.shape[1] - 1):
        total = total + (a[:, d][:, None] - b[:, d][None, :]) ** 2
    return total

# %% wrong: centres a in place so that it is exact far away, and so changes the caller's tensors
import torch

def pairwise_sq_dists(a, b):
    centre = b.detach().mean(0)
    with torch.no_grad():
        a -= centre
        b -= centre
    return (a[:, None] - b[None]).square().sum(2)

# %% wrong: numpy inside, no gradient
import numpy as np
import torch

def pairwise_sq_dists(a, b):
    x, y = a.detach().numpy(), b.detach().numpy()
    return torch.from_numpy(((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2))

# %% wrong: sums over the rows of b instead of the columns
import torch

def pairwise_sq_dists(a, b):
    return (a[:, None, :] - b[None, :, :]).square().sum(dim=1)

# %% wrong: keepdim left on
import torch

def pairwise_sq_dists(a, b):
    return (a[:, None, :] - b[None, :, :]).square().sum(dim=-1, keepdim=True)

# %% wrong: squares the sum of the differences
import torch

def pairwise_sq_dists(a, b):
    return (a[:, None, :] - b[None, :, :]).sum(dim=-1) ** 2

# %% wrong: cached by shape, so the second call gives the first answer
import torch
_seen = {}

def pairwise_sq_dists(a, b):
    key = (a.shape, b.shape, a.dtype)
    if key not in _seen:
        _seen[key] = (a[:, None] - b[None]).square().sum(2)
    return _seen[key]

# %% two: distance not squared; transposed
import torch

def pairwise_sq_dists(a, b):
    return torch.linalg.vector_norm(b[:, None] - a[None], dim=2)

# %% two: mean instead of sum; float32 result
import torch

def pairwise_sq_dists(a, b):
    return ((a[:, None] - b[None]) ** 2).mean(-1).to(torch.float32)

# %% two: expanded formula, inexact far away; plus sign before the cross term
import torch

def pairwise_sq_dists(a, b):
    return (a * a).sum(1, keepdim=True) + (b * b).sum(1) + 2 * a @ b.T

# %% two: absolute differences; no gradient
import torch

@torch.no_grad()
def pairwise_sq_dists(a, b):
    return (a[:, None] - b[None]).abs().sum(-1)
