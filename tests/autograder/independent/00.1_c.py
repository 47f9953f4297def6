# %% right: broadcasting the differences, then squares summed over the features
import torch
from torch import Tensor


def pairwise_sq_dists(a: Tensor, b: Tensor) -> Tensor:
    return (a[:, None, :] - b[None, :, :]).pow(2).sum(dim=-1)


# %% right: two plain loops, one scalar at a time, stacked
import torch


def pairwise_sq_dists(a, b):
    rows = []
    for x in a:
        row = []
        for y in b:
            diff = x - y
            row.append((diff * diff).sum())
        rows.append(torch.stack(row))
    return torch.stack(rows)


# %% right: nested vmap of a function for one pair
import torch
from torch import Tensor


def pairwise_sq_dists(a: Tensor, b: Tensor) -> Tensor:
    def one_pair(x, y):
        d = x - y
        return torch.dot(d, d)

    to_all_b = torch.vmap(one_pair, in_dims=(None, 0))
    return torch.vmap(to_all_b, in_dims=(0, None))(a, b)


# %% right: torch.cdist told never to use matrix multiplication, then squared
import torch


def pairwise_sq_dists(a, b):
    dist = torch.cdist(a, b, p=2.0, compute_mode="donot_use_mm_for_euclid_dist")
    return dist.square()


# %% right: adds up one feature after the other
import torch
from torch import Tensor


def pairwise_sq_dists(a: Tensor, b: Tensor) -> Tensor:
    """Loop over D only: outer differences of column d of a and column d of b."""
    total = a.new_zeros((a.shape[0], b.shape[0]))
    for col_a, col_b in zip(a.unbind(1), b.unbind(1)):
        gap = torch.sub(col_a.unsqueeze(1), col_b.unsqueeze(0))
        total = total + gap**2
    return total


# %% wrong: expands |a|^2 + |b|^2 - 2ab, which cancels far from the origin
import torch


def pairwise_sq_dists(a, b):
    aa = (a * a).sum(1, keepdim=True)
    bb = (b * b).sum(1, keepdim=True).T
    return (aa + bb - 2 * a @ b.T).clamp(min=0)


# %% wrong: cdist in its default mode, which goes over to matmul for more than 25 rows
import torch


def pairwise_sq_dists(a, b):
    return torch.cdist(a, b) ** 2


# %% wrong: the distance itself, not squared
import torch
from torch import Tensor


def pairwise_sq_dists(a: Tensor, b: Tensor) -> Tensor:
    diff = a.unsqueeze(1) - b.unsqueeze(0)
    return torch.linalg.vector_norm(diff, dim=2)


# %% wrong: rows of b first, so the result is (M, N)
import torch


def pairwise_sq_dists(a, b):
    diff = b[:, None] - a[None, :]
    return torch.einsum("ijd,ijd->ij", diff, diff)


# %% wrong: mean over the features instead of their sum
import torch
from torch.nn import functional as F


def pairwise_sq_dists(a, b):
    n, m = len(a), len(b)
    left = a[:, None].expand(n, m, -1)
    right = b[None].expand(n, m, -1)
    return F.mse_loss(left, right, reduction="none").mean(-1)


# %% wrong: computed in NumPy, so no gradient comes back
import numpy as np
import torch


def pairwise_sq_dists(a, b):
    x = a.detach().cpu().numpy()
    y = b.detach().cpu().numpy()
    d = np.square(x[:, np.newaxis, :] - y[np.newaxis, :, :]).sum(axis=2)
    return torch.from_numpy(d)


# %% wrong: fills a float32 table, float64 inputs come back as float32
import torch


def pairwise_sq_dists(a, b):
    N, D = a.shape
    M = b.shape[0]
    out = torch.zeros(N, M)
    for i in range(N):
        for j in range(M):
            out[i, j] = ((a[i] - b[j]) ** 2).sum()
    return out


# %% wrong: repeat and repeat_interleave mixed up, the entries land in the wrong places
import torch


def pairwise_sq_dists(a, b):
    n = a.size(0)
    m = b.size(0)
    A = a.repeat(m, 1)  # (n*m, D)
    B = b.repeat_interleave(n, dim=0)  # (n*m, D)
    sq = (A - B).square().sum(dim=1)
    return sq.reshape(n, m)


# %% wrong: takes the root and squares it again, gradient NaN where two rows coincide
import torch
from torch import Tensor


def euclid(x: Tensor, y: Tensor) -> Tensor:
    return torch.sqrt(((x - y) ** 2).sum(dim=-1))


def pairwise_sq_dists(a: Tensor, b: Tensor) -> Tensor:
    d = euclid(a[:, None], b[None])
    return d * d


# %% wrong: takes the table for symmetric and mirrors its upper half
import torch


def pairwise_sq_dists(a, b):
    n, m = a.shape[0], b.shape[0]
    cells = {}
    for i in range(n):
        for j in range(i, m):
            d = ((a[i] - b[j]) ** 2).sum()
            cells[i, j] = d
            cells[j, i] = d  # distances are symmetric: saves half of the work
    zero = a.new_zeros(())
    return torch.stack([torch.stack([cells.get((i, j), zero) for j in range(m)]) for i in range(n)])


# %% two: absolute differences instead of squares; result transposed to (M, N)
import torch


def pairwise_sq_dists(a, b):
    diff = (a[None, :, :] - b[:, None, :]).abs()
    return diff.sum(2)


# %% two: takes the mean over the features; squeezes away the axes of size 1
import torch


def pairwise_sq_dists(a, b):
    d = torch.stack([(x - b).pow(2).mean(1) for x in a])
    return d.squeeze()


# %% two: moves both inputs in place to the common centre; returns the distance, not squared
import torch


def pairwise_sq_dists(a, b):
    with torch.no_grad():
        centre = torch.cat([a, b]).mean(0)
        a -= centre
        b -= centre
    return ((a[:, None] - b[None]) ** 2).sum(-1).add(1e-20).sqrt()


# %% two: float32 table for float64 inputs; .item() cuts the gradient
import torch


def pairwise_sq_dists(a, b):
    table = torch.zeros((len(a), len(b)))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            s = 0.0
            for p, q in zip(x, y):
                s += (p - q).item() ** 2
            table[i][j] = s
    return table
