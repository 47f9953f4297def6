# %% right: broadcast the differences, square, sum over features
import torch

def pairwise_sq_dists(a, b):
    diff = a[:, None, :] - b[None, :, :]
    return (diff ** 2).sum(dim=-1)

# %% right: einsum over the difference tensor
import torch

def pairwise_sq_dists(a, b):
    delta = a.unsqueeze(1) - b.unsqueeze(0)
    return torch.einsum("nmd,nmd->nm", delta, delta)

# %% right: plain loop over the rows of a, stacked
import torch

def pairwise_sq_dists(a, b):
    rows = []
    for i in range(a.shape[0]):
        r = a[i] - b
        rows.append((r * r).sum(1))
    return torch.stack(rows)

# %% right: accumulates one feature at a time, so memory stays at N x M
import torch

def pairwise_sq_dists(a, b):
    total = a.new_zeros(a.size(0), b.size(0))
    for d in range(a.size(1)):
        total = total + (a[:, d].unsqueeze(1) - b[:, d].unsqueeze(0)).square()
    return total

# %% right: two nested vmaps of a helper for one pair
import torch
from torch.func import vmap

def _one_pair(u, v):
    return (u - v).square().sum()

def pairwise_sq_dists(a, b):
    over_b = vmap(_one_pair, in_dims=(None, 0))
    return vmap(over_b, in_dims=(0, None))(a, b)

# %% right: typed, in chunks, raises for bad shapes
import torch
from torch import Tensor

def pairwise_sq_dists(a: Tensor, b: Tensor, chunk: int = 256) -> Tensor:
    if a.dim() != 2 or b.dim() != 2:
        raise ValueError("a and b must be 2-D")
    if a.size(1) != b.size(1):
        raise ValueError(f"feature sizes differ: {a.size(1)} and {b.size(1)}")
    pieces = [(part.unsqueeze(1) - b).pow(2).sum(2) for part in a.split(chunk)]
    return torch.cat(pieces, dim=0)

# %% wrong: returns the distance, not its square
import torch

def pairwise_sq_dists(a, b):
    return torch.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))

# %% wrong: |a|^2 + |b|^2 - 2ab, which cancels far from the origin
import torch

def pairwise_sq_dists(a, b):
    aa = (a * a).sum(1, keepdim=True)
    bb = (b * b).sum(1, keepdim=True).T
    return aa + bb - 2 * a @ b.T

# %% wrong: torch.cdist squared, whose default switches to the matrix product (differs far from the origin when there are more than 25 rows)
import torch

def pairwise_sq_dists(a, b):
    return torch.cdist(a, b, p=2).pow(2)

# %% wrong: mean over the features instead of the sum (D > 1)
import torch

def pairwise_sq_dists(a, b):
    d = a.unsqueeze(1) - b.unsqueeze(0)
    return d.pow(2).mean(-1)

# %% wrong: sum of absolute differences
import torch

def pairwise_sq_dists(x, y):
    return (x[:, None, :] - y[None, :, :]).abs().sum(-1)

# %% wrong: result is (M, N), rows belong to b
import torch

def pairwise_sq_dists(a, b):
    n, m = len(a), len(b)
    out = (b.view(m, 1, -1) - a.view(1, n, -1)) ** 2
    return out.sum(2)

# %% wrong: values collected with b outside and a inside, then reshaped to (N, M) (differs when N, M > 1)
import torch

def pairwise_sq_dists(a, b):
    vals = []
    for v in b:
        for u in a:
            vals.append(((u - v) ** 2).sum())
    return torch.stack(vals).reshape(a.shape[0], b.shape[0])

# %% wrong: fills a float32 buffer, so float64 inputs give float32
import torch

def pairwise_sq_dists(a, b):
    N, M = a.shape[0], b.shape[0]
    res = torch.zeros(N, M)
    for i in range(N):
        for j in range(M):
            e = a[i] - b[j]
            res[i, j] = torch.dot(e, e)
    return res

# %% wrong: goes through NumPy on detached copies, no gradient
import numpy as np
import torch

def pairwise_sq_dists(a, b):
    A = a.detach().cpu().numpy()
    B = b.detach().cpu().numpy()
    D = ((A[:, np.newaxis, :] - B[np.newaxis, :, :]) ** 2).sum(axis=2)
    return torch.from_numpy(D)

# %% wrong: centres both inputs in place before subtracting, the caller's tensors change
import torch

def pairwise_sq_dists(a, b):
    shift = a.detach().mean(dim=0)
    a.data.sub_(shift)
    b.data.sub_(shift)
    return (a.unsqueeze(1) - b.unsqueeze(0)).square().sum(-1)

# %% wrong: squares the sum of the differences instead of summing the squares (D > 1)
import torch

def pairwise_sq_dists(a, b):
    return (a[:, None, :] - b[None, :, :]).sum(-1).square()

# %% two: mean over features; result is (M, N)
import torch

def pairwise_sq_dists(a, b):
    diff = b[:, None, :] - a[None, :, :]
    return torch.mean(diff * diff, dim=-1)

# %% two: matrix product expansion; takes the square root in the end
import torch

def pairwise_sq_dists(a, b):
    sq_a = a.pow(2).sum(1).view(-1, 1)
    sq_b = b.pow(2).sum(1).view(1, -1)
    d2 = sq_a + sq_b - 2.0 * torch.mm(a, b.t())
    return d2.clamp(min=0).sqrt()

# %% two: computes and returns in float32 whatever comes in; no gradient because of no_grad
import torch

@torch.no_grad()
def pairwise_sq_dists(a, b):
    a32, b32 = a.float(), b.float()
    return ((a32[:, None] - b32[None, :]) ** 2).sum(-1)


# %% right: broadcasting
import torch

def pairwise_sq_dists(a, b):
    diff = a.unsqueeze(1) - b.unsqueeze(0)
    return (diff ** 2).sum(dim=-1)

# %% right: loop over rows with einsum
import torch

def pairwise_sq_dists(a, b):
    rows = []
    for x in a:
        d = b - x
        rows.append(torch.einsum("md,md->m", d, d))
    return torch.stack(rows)

# %% wrong: binomial formula |a|^2 + |b|^2 - 2ab, which cancels far from the origin
import torch

def pairwise_sq_dists(a, b):
    aa = (a * a).sum(1, keepdim=True)
    bb = (b * b).sum(1, keepdim=True).t()
    return (aa + bb - 2 * a @ b.t()).clamp(min=0)

# %% wrong: gives the distance, not its square
import torch

def pairwise_sq_dists(a, b):
    out = []
    for i in range(a.shape[0]):
        out.append(torch.linalg.norm(a[i] - b, dim=1))
    return torch.stack(out, 0)

# %% wrong: mean over the features instead of the sum
import torch

def pairwise_sq_dists(a, b):
    delta = a[:, None, :] - b[None, :, :]
    return delta.square().mean(-1)

# %% wrong: computes in numpy, so the graph is cut
import numpy as np
import torch

def pairwise_sq_dists(a, b):
    an = a.detach().numpy()
    bn = b.detach().numpy()
    d = ((an[:, None] - bn[None]) ** 2).sum(2)
    return torch.from_numpy(d)

# %% two: rows and columns exchanged; root taken
import torch

def pairwise_sq_dists(a, b):
    diff = b.unsqueeze(1) - a.unsqueeze(0)
    return torch.sqrt((diff ** 2).sum(-1))

# %% two: absolute values instead of squares; mean instead of sum
import torch

def pairwise_sq_dists(a, b):
    n, m = a.shape[0], b.shape[0]
    rows = []
    for i in range(n):
        rows.append(torch.stack([(a[i] - b[j]).abs().mean() for j in range(m)]))
    return torch.stack(rows)
