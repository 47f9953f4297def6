# %% right: einsum for each modality
import torch

def low_rank_fusion(feats, factors):
    prod = None
    for x, f in zip(feats, factors):
        x1 = torch.cat([torch.ones_like(x[:, :1]), x], dim=1)
        proj = torch.einsum("nd,rdh->rnh", x1, f)
        prod = proj if prod is None else prod * proj
    return prod.sum(dim=0)

# %% right: broadcasted matmul, stack and prod
import torch
import torch.nn.functional as F

def low_rank_fusion(feats, factors):
    per_modality = [F.pad(x, (1, 0), value=1.0) @ f for x, f in zip(feats, factors)]
    out = per_modality[0]
    for p in per_modality[1:]:
        out = out.mul(p)
    return out.sum(0)

# %% right: loops over ranks and modalities
import torch

def low_rank_fusion(feats, factors):
    n = feats[0].shape[0]
    R, _, H = factors[0].shape
    total = torch.zeros(n, H, dtype=feats[0].dtype, device=feats[0].device)
    for r in range(R):
        term = torch.ones_like(total)
        for m in range(len(feats)):
            one = feats[m].new_ones(n, 1)
            term = term * (torch.cat([one, feats[m]], 1) @ factors[m][r])
        total = total + term
    return total

# %% right: the row of ones handled as a bias
import torch

def low_rank_fusion(feats, factors):
    acc = 1.0
    for x, F_m in zip(feats, factors):
        bias = F_m[:, :1, :]
        acc = acc * (torch.matmul(x.unsqueeze(0), F_m[:, 1:, :]) + bias)
    return acc.sum(dim=0)

# %% right: functools.reduce with guards
from functools import reduce
import operator
import torch

def low_rank_fusion(feats: list, factors: list) -> torch.Tensor:
    if len(feats) != len(factors) or not feats:
        raise ValueError("one factor for each modality")
    for x, f in zip(feats, factors):
        if f.shape[1] != x.shape[1] + 1:
            raise ValueError("factor does not fit the features")

    def project(pair):
        x, f = pair
        ones = torch.ones(x.shape[0], 1, dtype=x.dtype, device=x.device)
        return torch.tensordot(torch.hstack([ones, x]), f, dims=([1], [1]))

    return reduce(operator.mul, map(project, zip(feats, factors))).sum(dim=1)

# %% right: one sample at a time
import torch

def low_rank_fusion(feats, factors):
    rows = []
    for n in range(feats[0].shape[0]):
        terms = []
        for x, f in zip(feats, factors):
            row = torch.cat([x.new_ones(1), x[n]])
            terms.append((row[None, :, None] * f).sum(dim=1))
        rows.append(torch.stack(terms).prod(dim=0).sum(dim=0))
    return torch.stack(rows)

# %% wrong: the 1 at the end of the row
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x1 = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
        out = out * torch.matmul(x1, f)
    return out.sum(0)

# %% wrong: mean over the rank
import torch

def low_rank_fusion(feats, factors):
    z = None
    for x, f in zip(feats, factors):
        ones = x.new_ones(x.shape[0], 1)
        y = torch.einsum("nd,rdh->nrh", torch.cat([ones, x], 1), f)
        z = y if z is None else z * y
    return z.mean(dim=1)

# %% wrong: adds over the rank before multiplying over the modalities
import torch

def low_rank_fusion(feats, factors):
    fused = 1.0
    for x, f in zip(feats, factors):
        padded = torch.nn.functional.pad(x, (1, 0), value=1.0)
        fused = fused * torch.einsum("nd,rdh->nh", padded, f)
    return fused

# %% wrong: adds over the modalities instead of multiplying
import torch

def low_rank_fusion(feats, factors):
    projections = []
    for x, f in zip(feats, factors):
        one = torch.ones(x.size(0), 1, dtype=x.dtype)
        projections.append(torch.cat([one, x], dim=1) @ f)
    return torch.stack(projections).sum(dim=0).sum(dim=0)

# %% wrong: only the first rank
import torch

def low_rank_fusion(feats, factors):
    n = feats[0].size(0)
    result = torch.ones(n, factors[0].size(2), dtype=feats[0].dtype)
    for x, f in zip(feats, factors):
        result = result * (torch.cat([x.new_ones(n, 1), x], 1) @ f[0])
    return result

# %% wrong: only the first two modalities
import torch

def low_rank_fusion(feats, factors):
    def proj(k):
        x = feats[k]
        return torch.cat([torch.ones_like(x[:, :1]), x], dim=1) @ factors[k]
    if len(feats) == 1:
        return proj(0).sum(0)
    return (proj(0) * proj(1)).sum(dim=0)

# %% wrong: no 1 in front, first row of the factor dropped
import torch

def low_rank_fusion(feats, factors):
    prod = torch.ones((), dtype=feats[0].dtype)
    for x, f in zip(feats, factors):
        prod = prod * torch.einsum("nd,rdh->rnh", x, f[:, 1:])
    return prod.sum(dim=0)

# %% wrong: the running product is not reset for the next rank
import torch

def low_rank_fusion(feats, factors):
    n = len(feats[0])
    R, _, H = factors[0].shape
    rows = [torch.cat([x.new_ones(n, 1), x], dim=1) for x in feats]
    out = torch.zeros(n, H, dtype=feats[0].dtype)
    term = torch.ones(n, H, dtype=feats[0].dtype)
    for r in range(R):
        for x1, f in zip(rows, factors):
            term = term * (x1 @ f[r])
        out = out + term
    return out

# %% wrong: product through log and exp of absolute values, the sign is lost
import torch

def low_rank_fusion(feats, factors):
    log_sum = 0
    for x, f in zip(feats, factors):
        x1 = torch.nn.functional.pad(x, (1, 0), value=1.0)
        log_sum = log_sum + torch.log(torch.abs(x1 @ f))
    return torch.exp(log_sum).sum(dim=0)

# %% wrong: product over the rank as well
import torch

def low_rank_fusion(feats, factors):
    parts = [torch.cat([torch.ones_like(x[:, :1]), x], 1) @ f for x, f in zip(feats, factors)]
    stacked = torch.stack(parts)
    return stacked.prod(dim=0).prod(dim=0)

# %% wrong: factors detached, they get no gradient
import torch

def low_rank_fusion(feats, factors):
    weights = [torch.as_tensor(f.detach()) for f in factors]
    res = 1
    for x, w in zip(feats, weights):
        x1 = torch.cat([x.new_ones(x.shape[0], 1), x], dim=1)
        res = res * torch.einsum("nd,rdh->rnh", x1, w)
    return res.sum(dim=0)

# %% two: the 1 at the end; mean over the rank
import torch

def low_rank_fusion(feats, factors):
    z = 1
    for x, f in zip(feats, factors):
        z = z * (torch.nn.functional.pad(x, (0, 1), value=1.0) @ f)
    return z.mean(0)

# %% two: no ones; adds over the rank before the product
import torch

def low_rank_fusion(feats, factors):
    out = torch.ones(feats[0].shape[0], factors[0].shape[2], dtype=feats[0].dtype)
    for x, f in zip(feats, factors):
        out = out * (x @ f[:, 1:, :].sum(dim=0))
    return out

# %% two: keeps the rank axis (R, N, H); adds over the modalities
import torch

def low_rank_fusion(feats, factors):
    s = 0
    for x, f in zip(feats, factors):
        one = torch.ones_like(x[:, :1])
        s = s + torch.matmul(torch.cat([one, x], dim=1), f)
    return s


# %% right: einsum for each modality
import torch

def low_rank_fusion(feats, factors):
    prod = None
    for x, f in zip(feats, factors):
        x1 = torch.cat([x.new_ones(len(x), 1), x], dim=1)
        y = torch.einsum("nd,rdh->rnh", x1, f)
        prod = y if prod is None else prod * y
    return prod.sum(0)

# %% right: loops over rank and modality
import torch

def low_rank_fusion(feats, factors):
    R = factors[0].shape[0]
    total = 0
    for r in range(R):
        term = 1
        for m in range(len(feats)):
            F = factors[m][r]
            term = term * (F[0] + feats[m] @ F[1:])
        total = total + term
    return total

# %% wrong: adds the modalities instead of multiplying
import torch

def low_rank_fusion(feats, factors):
    out = 0
    for x, f in zip(feats, factors):
        x1 = torch.cat([torch.ones_like(x[:, :1]), x], 1)
        out = out + torch.matmul(x1, f)
    return out.sum(dim=0)

# %% wrong: rank summed before the product
import torch

def low_rank_fusion(feats, factors):
    out = 1
    for x, f in zip(feats, factors):
        x1 = torch.cat([torch.ones_like(x[:, :1]), x], 1)
        out = out * (x1 @ f.sum(0))
    return out

# %% wrong: the one is put behind
import torch
import torch.nn.functional as F

def low_rank_fusion(feats, factors):
    ys = [F.pad(x, (0, 1), value=1.0) @ f for x, f in zip(feats, factors)]
    return torch.stack(ys).prod(dim=0).sum(dim=0)

# %% wrong: mean over the rank
import torch
import torch.nn.functional as F

def low_rank_fusion(feats, factors):
    ys = torch.stack([F.pad(x, (1, 0), value=1.0) @ f for x, f in zip(feats, factors)])
    return ys.prod(0).mean(0)

# %% two: constant row of the factors ignored; the last modality is left out
import torch

def low_rank_fusion(feats, factors):
    prod = torch.matmul(feats[0], factors[0][:, 1:])
    for m in range(1, len(feats) - 1):
        prod = prod * torch.matmul(feats[m], factors[m][:, 1:])
    return prod.sum(0)

# %% two: product over the rank; sum over the modalities
import torch

def low_rank_fusion(feats, factors):
    total = 0
    for x, f in zip(feats, factors):
        x1 = torch.cat([x.new_ones(x.size(0), 1), x], 1)
        total = total + torch.einsum("nd,rdh->nrh", x1, f).prod(1)
    return total
