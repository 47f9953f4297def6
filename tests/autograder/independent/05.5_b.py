# %% right: recursion over the modalities
import torch

def low_rank_fusion(feats, factors):
    def product(m):
        x = torch.nn.functional.pad(feats[m], (1, 0), value=1.0)
        mine = torch.einsum("nd,rdh->rnh", x, factors[m])
        return mine if m + 1 == len(feats) else mine * product(m + 1)
    return product(0).sum(0)

# %% right: the bias row apart
import math
import torch

def low_rank_fusion(feats, factors):
    each = [f[:, :1, :] + x @ f[:, 1:, :] for x, f in zip(feats, factors)]
    return torch.stack(each).prod(0).sum(0) if False else sum(math.prod(e[r] for e in each) for r in range(len(factors[0])))

# %% right: loops over samples, rank and hidden
import torch

def low_rank_fusion(feats, factors):
    n, h = feats[0].shape[0], factors[0].shape[2]
    rows = []
    for i in range(n):
        total = torch.zeros(h, dtype=feats[0].dtype)
        for r in range(factors[0].shape[0]):
            term = torch.ones(h, dtype=feats[0].dtype)
            for x, f in zip(feats, factors):
                term = term * (torch.cat([x.new_ones(1), x[i]]) @ f[r])
            total = total + term
        rows.append(total)
    return torch.stack(rows)

# %% right: reduce with operator.mul, tensordot
from functools import reduce
from operator import mul
import torch

def low_rank_fusion(feats: list[torch.Tensor], factors: list[torch.Tensor]) -> torch.Tensor:
    with_one = (torch.hstack((torch.ones_like(x[:, :1]), x)) for x in feats)
    parts = (torch.tensordot(x, f, dims=([1], [1])) for x, f in zip(with_one, factors))
    return reduce(mul, parts).sum(dim=1)

# %% right: the full tensor of outer products (slow, and the same)
import torch

def low_rank_fusion(feats, factors):
    xs = [torch.cat([x.new_ones(len(x), 1), x], 1) for x in feats]
    out = 0
    for r in range(factors[0].shape[0]):
        flat, w = xs[0], factors[0][r]
        for x, f in zip(xs[1:], factors[1:]):
            flat = (flat[:, :, None] * x[:, None, :]).flatten(1)
            w = (w[:, None, :] * f[r][None, :, :]).flatten(0, 1)
        out = out + flat @ w
    return out

# %% wrong: the 1 stands behind
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
        out = out * torch.einsum("nd,rdh->rnh", x, f)
    return out.sum(0)

# %% wrong: a zero in front instead of the one
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x = torch.cat([torch.zeros_like(x[:, :1]), x], dim=1)
        out = out * torch.einsum("nd,rdh->rnh", x, f)
    return out.sum(0)

# %% wrong: mean over the rank
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
        out = out * torch.einsum("nd,rdh->rnh", x, f)
    return out.mean(0)

# %% wrong: only the first rank (early return in the loop)
import torch

def low_rank_fusion(feats, factors):
    total = 0
    for r in range(factors[0].shape[0]):
        term = 1
        for x, f in zip(feats, factors):
            term = term * (torch.cat([torch.ones_like(x[:, :1]), x], 1) @ f[r])
        total = total + term
        return total

# %% wrong: sums over the modalities
import torch

def low_rank_fusion(feats, factors):
    out = 0
    for x, f in zip(feats, factors):
        x = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
        out = out + torch.einsum("nd,rdh->rnh", x, f)
    return out.sum(0)

# %% wrong: sums the rank before the product
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
        out = out * torch.einsum("nd,rdh->nh", x, f)
    return out

# %% wrong: product over the rank too
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
        out = out * torch.einsum("nd,rdh->rnh", x, f)
    return out.prod(0)

# %% wrong: the last modality is left out
import torch

def low_rank_fusion(feats, factors):
    out = torch.ones(1, dtype=feats[0].dtype)
    for m in range(len(feats) - 1 or 1):
        x = torch.cat([torch.ones_like(feats[m][:, :1]), feats[m]], dim=1)
        out = out * torch.einsum("nd,rdh->rnh", x, factors[m])
    return out.sum(0)

# %% wrong: the list of the caller is changed
import torch

def low_rank_fusion(feats, factors):
    for m, x in enumerate(feats):
        feats[m] = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
    out = 1
    for x, f in zip(feats, factors):
        out = out * torch.einsum("nd,rdh->rnh", x, f)
    return out.sum(0)

# %% wrong: factors are detached
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
        out = out * torch.einsum("nd,rdh->rnh", x, f.data)
    return out.sum(0)

# %% two: tanh on each part; mean over the rank
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
        out = out * torch.tanh(torch.einsum("nd,rdh->rnh", x, f))
    return out.mean(0)

# %% two: no ones at all; only the first rank
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        out = out * (x @ f[0, 1:])
    return out

# %% two: max over the rank; the one behind
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
        out = out * torch.einsum("nd,rdh->rnh", x, f)
    return out.max(0).values

# %% two: the factors in reverse order where sizes allow it, else the first; sum over modalities
import torch

def low_rank_fusion(feats, factors):
    out = 0
    turned = factors[::-1] if all(f.shape == factors[0].shape for f in factors) else factors
    for x, f in zip(feats, turned):
        x = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
        out = out + torch.einsum("nd,rdh->rnh", x, f)
    return out.sum(0)
