# %% right: clamp the squared distance, then sqrt
import torch

def safe_distance(a, b, eps=1e-12):
    sq = ((a - b) ** 2).sum(dim=1)
    return sq.clamp(min=eps).sqrt()

# %% right: double where
import torch

def safe_distance(a, b, eps=1e-12):
    delta = a - b
    s = torch.sum(delta * delta, dim=-1)
    big = s > eps
    inner = torch.where(big, s, torch.full_like(s, eps))
    return torch.sqrt(inner)

# %% right: loop over the rows
import torch

def safe_distance(a, b, eps=1e-12):
    out = []
    for row_a, row_b in zip(a, b):
        diff = row_a - row_b
        q = torch.dot(diff, diff)
        out.append(torch.clamp(q, min=eps) ** 0.5)
    return torch.stack(out)

# %% right: einsum and F.threshold
from torch import Tensor
import torch
import torch.nn.functional as F

def safe_distance(a: Tensor, b: Tensor, eps: float = 1e-12) -> Tensor:
    r = a.sub(b)
    sq = torch.einsum("nd,nd->n", r, r)
    return F.threshold(sq, eps, eps).sqrt()

# %% right: own autograd function with a hand-written backward
import torch

class _FlooredNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, diff, eps):
        sq = diff.pow(2).sum(1)
        dist = sq.clamp_min(eps).sqrt()
        ctx.save_for_backward(diff, dist, sq > eps)
        return dist

    @staticmethod
    def backward(ctx, g):
        diff, dist, active = ctx.saved_tensors
        scale = torch.where(active, g / dist, torch.zeros_like(g))
        return scale.unsqueeze(1) * diff, None

def safe_distance(a, b, eps=1e-12):
    return _FlooredNorm.apply(a - b, eps)

# %% right: guards for shapes, maximum with a constant
import torch

def safe_distance(a, b, eps=1e-12):
    if a.ndim != 2 or a.shape != b.shape:
        raise ValueError("a and b must both be (N, D)")
    if a.dtype != b.dtype:
        raise TypeError("a and b must have one dtype")
    floor = torch.tensor(eps, dtype=a.dtype, device=a.device)
    squared = torch.square(a - b).sum(-1)
    return torch.maximum(squared, floor).sqrt()

# %% wrong: adds eps under the root instead of using it as a floor (differs for distances near sqrt(eps) or a larger eps)
import torch

def safe_distance(a, b, eps=1e-12):
    return torch.sqrt(((a - b) ** 2).sum(dim=1) + eps)

# %% wrong: takes the root first and floors the distance, so identical rows give NaN gradients
import torch

def safe_distance(a, b, eps=1e-12):
    dist = (a - b).pow(2).sum(-1).sqrt()
    return dist.clamp(min=eps ** 0.5)

# %% wrong: single where around sqrt, the unused branch still gives NaN gradients for identical rows
import torch

def safe_distance(a, b, eps=1e-12):
    s = torch.square(a - b).sum(1)
    return torch.where(s > eps, torch.sqrt(s), torch.full_like(s, eps).sqrt())

# %% wrong: expands the square with the dot product, inexact far from the origin
import torch

def safe_distance(a, b, eps=1e-12):
    aa = (a * a).sum(dim=1)
    bb = (b * b).sum(dim=1)
    ab = (a * b).sum(dim=1)
    d2 = aa + bb - 2 * ab
    return torch.clamp(d2, min=eps).sqrt()

# %% wrong: forgets the root, returns the squared distance
import torch

def safe_distance(a, b, eps=1e-12):
    difference = a - b
    squared_distance = torch.einsum("ij,ij->i", difference, difference)
    return torch.clamp(squared_distance, min=eps)

# %% wrong: mean over the features instead of the sum
import torch

def safe_distance(a: torch.Tensor, b: torch.Tensor, eps: float = 1e-12) -> torch.Tensor:
    mse_per_row = torch.mean((a - b) ** 2, dim=1)
    return torch.sqrt(torch.clamp(mse_per_row, min=eps))

# %% wrong: pairwise_distance, which adds eps to the difference (identical rows get a gradient)
import torch
import torch.nn.functional as F

def safe_distance(a, b, eps=1e-12):
    return F.pairwise_distance(a, b, p=2, eps=eps)

# %% wrong: floor applied to every squared coordinate before the sum (differs where a coordinate agrees and eps matters)
import torch

def safe_distance(a, b, eps=1e-12):
    per_coordinate = (a - b).square().clamp_min(eps)
    return per_coordinate.sum(1).sqrt()

# %% wrong: the argument eps is ignored, 1e-12 hard-coded
import torch

EPS = 1e-12

def safe_distance(a, b, eps=EPS):
    sq = (a - b).pow(2).sum(dim=1)
    return torch.max(sq, torch.full_like(sq, EPS)).sqrt()

# %% wrong: whole distance matrix (N, N) instead of row i with row i
import torch

def safe_distance(a, b, eps=1e-12):
    grid = a[:, None, :] - b[None, :, :]
    sq = (grid ** 2).sum(dim=-1)
    return sq.clamp(min=eps).sqrt()

# %% wrong: b is detached, so no gradient reaches it
import torch

def safe_distance(a, b, eps=1e-12):
    target = b.detach()
    gap = a - target
    return gap.pow(2).sum(dim=1).clamp(min=eps).sqrt()

# %% two: sums over the batch axis instead of the features; no root
import torch

def safe_distance(a, b, eps=1e-12):
    return ((a - b) ** 2).sum(dim=0).clamp(min=eps)

# %% two: city-block sum instead of squares; keeps the summed axis
import torch

def safe_distance(a, b, eps=1e-12):
    s = (a - b).abs().sum(dim=1, keepdim=True)
    return s.clamp(min=eps ** 0.5)

# %% two: computes in float32 and returns it; adds eps inside the root
import torch

def safe_distance(a, b, eps=1e-12):
    x = a.float()
    y = b.float()
    return torch.sqrt(((x - y) ** 2).sum(1) + eps)


# %% right: clamp under the root
import torch

def safe_distance(a, b, eps=1e-12):
    sq = ((a - b) ** 2).sum(dim=1)
    return torch.sqrt(torch.clamp(sq, min=eps))

# %% right: where, einsum
import torch

def safe_distance(a, b, eps=1e-12):
    d = a - b
    sq = torch.einsum("nd,nd->n", d, d)
    floor = torch.full_like(sq, eps)
    return torch.where(sq > eps, sq, floor).sqrt()

# %% wrong: eps added to the squared distance
import torch

def safe_distance(a, b, eps=1e-12):
    return ((a - b).square().sum(-1) + eps).sqrt()

# %% wrong: floor put on the root, gradient NaN for identical rows
import torch

def safe_distance(a, b, eps=1e-12):
    dist = torch.sqrt(torch.sum((a - b) ** 2, dim=1))
    return dist.clamp(min=eps ** 0.5)

# %% wrong: expands the square, inexact far from the origin
import torch

def safe_distance(a, b, eps=1e-12):
    sq = (a * a).sum(1) + (b * b).sum(1) - 2 * (a * b).sum(1)
    return torch.sqrt(sq.clamp(min=eps))

# %% wrong: ready-made pairwise distance, which shifts the difference by 1e-6
import torch
import torch.nn.functional as F

def safe_distance(a, b, eps=1e-12):
    d = F.pairwise_distance(a, b)
    return d.clamp(min=math_root(eps))

def math_root(v):
    return v ** 0.5

# %% two: squared distance returned; mean over the features
import torch

def safe_distance(a, b, eps=1e-12):
    return torch.clamp(((a - b) ** 2).mean(dim=1), min=eps)

# %% two: all rows to all rows; eps not used, fixed floor 1e-6
import torch

def safe_distance(a, b, eps=1e-12):
    diff = a[:, None, :] - b[None, :, :]
    sq = diff.pow(2).sum(-1)
    return torch.sqrt(torch.clamp(sq, min=1e-6))
