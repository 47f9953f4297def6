# %% right: masked_fill with -inf, softmax, einsum
import math
import torch


def attention_pool(feats, query, present):
    scores = (feats @ query) / math.sqrt(feats.shape[-1])
    scores = scores.masked_fill(~present, float("-inf"))
    weights = torch.softmax(scores, dim=1)
    fused = torch.einsum("nm,nmd->nd", weights, feats)
    return fused, weights

# %% right: loop over the samples, softmax over the chosen ones only
import torch


def attention_pool(feats, query, present):
    N, M, D = feats.shape
    fused, weights = [], []
    for i in range(N):
        idx = torch.nonzero(present[i]).flatten()
        sub = feats[i, idx]                      # (k, D)
        s = (sub * query).sum(1) / D ** 0.5
        w = torch.softmax(s, dim=0)
        fused.append((w[:, None] * sub).sum(0))
        full = torch.zeros(M, dtype=feats.dtype, device=feats.device)
        weights.append(full.index_put((idx,), w))
    return torch.stack(fused), torch.stack(weights)

# %% right: softmax by hand with the masked maximum taken off
import torch


def attention_pool(feats, query, present):
    dim = feats.size(2)
    s = torch.einsum("nmd,d->nm", feats, query) * dim ** -0.5
    low = torch.full_like(s, torch.finfo(s.dtype).min)
    s = torch.where(present, s, low)
    top = s.max(dim=1, keepdim=True).values.detach()
    e = torch.exp(s - top) * present.to(s.dtype)
    weights = e / e.sum(dim=1, keepdim=True)
    fused = (weights.unsqueeze(-1) * feats).sum(dim=1)
    return fused, weights

# %% right: bmm and an additive mask
import torch
from torch.nn import functional as F


def attention_pool(feats, query, present):
    n, m, d = feats.shape
    q = query.view(1, d, 1).expand(n, d, 1)
    scores = torch.bmm(feats, q)[:, :, 0] / (d ** 0.5)
    bias = torch.zeros_like(scores).masked_fill(present.logical_not(), -torch.inf)
    w = F.softmax(scores + bias, dim=-1)
    out = torch.bmm(w[:, None, :], feats)[:, 0, :]
    return out, w

# %% right: explicit python loops over samples and modalities with differentiable scalars
import math
import torch


def attention_pool(feats, query, present):
    N, M, D = feats.shape
    all_w = []
    all_f = []
    for n in range(N):
        scores = {}
        for m in range(M):
            if bool(present[n, m]):
                scores[m] = torch.dot(feats[n, m], query) / math.sqrt(D)
        biggest = max(v.item() for v in scores.values())
        exps = {m: torch.exp(v - biggest) for m, v in scores.items()}
        total = sum(exps.values())
        zero = feats.new_zeros(())
        row = [exps[m] / total if m in exps else zero for m in range(M)]
        vec = sum(row[m] * feats[n, m] for m in exps)
        all_w.append(torch.stack(row))
        all_f.append(vec)
    return torch.stack(all_f), torch.stack(all_w)

# %% wrong: softmax over all modalities, then zeroed: the weights no longer add up to 1
import torch


def attention_pool(feats, query, present):
    scores = feats @ query / feats.shape[-1] ** 0.5
    weights = scores.softmax(dim=1) * present
    fused = (weights[..., None] * feats).sum(1)
    return fused, weights

# %% wrong: divided by D instead of sqrt(D)
import torch


def attention_pool(feats, query, present):
    D = feats.shape[2]
    scores = torch.einsum("nmd,d->nm", feats, query) / D
    scores = torch.where(present, scores, torch.tensor(float("-inf"), dtype=feats.dtype))
    weights = torch.softmax(scores, dim=-1)
    return torch.einsum("nm,nmd->nd", weights, feats), weights

# %% wrong: softmax over all, zeroed and renormalised: 0/0 when a missing modality scores far higher
import torch


def attention_pool(feats, query, present):
    scores = torch.matmul(feats, query) / (query.numel() ** 0.5)
    w = torch.softmax(scores, dim=1)
    w = w * present.to(w.dtype)
    w = w / w.sum(dim=1, keepdim=True)
    return (w.unsqueeze(2) * feats).sum(dim=1), w

# %% wrong: mask value -1e4 is not below scores near -10000
import math
import torch


def attention_pool(feats, query, present):
    N, M, D = feats.shape
    logits = (feats * query.view(1, 1, D)).sum(-1) / math.sqrt(D)
    logits = logits.masked_fill(present == False, -1e4)
    weights = torch.nn.functional.softmax(logits, dim=1)
    fused = torch.bmm(weights.unsqueeze(1), feats).squeeze(1)
    return fused, weights

# %% wrong: scores of missing modalities set to 0, which still gives them weight
import torch


def attention_pool(feats, query, present):
    scores = (feats @ query) / feats.size(-1) ** 0.5
    scores = scores * present.to(scores.dtype)
    weights = torch.softmax(scores, dim=1)
    fused = torch.einsum("nm,nmd->nd", weights, feats)
    return fused, weights

# %% wrong: exp without taking off the maximum overflows (or gives 0/0) for big scores
import torch


def attention_pool(feats, query, present):
    d = query.shape[0]
    e = torch.exp(feats @ query / d ** 0.5)
    e = torch.where(present, e, torch.zeros_like(e))
    weights = e / e.sum(1, keepdim=True)
    fused = (feats * weights[:, :, None]).sum(1)
    return fused, weights

# %% wrong: softmax over the samples (dim 0), not the modalities; NaN set to 0
import torch


def attention_pool(feats, query, present):
    scores = (feats @ query) / feats.shape[-1] ** 0.5
    scores = scores.masked_fill(~present, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, 0))
    fused = (weights.unsqueeze(-1) * feats).sum(dim=1)
    return fused, weights

# %% wrong: the mask is turned round in place, present is changed
import torch


def attention_pool(feats, query, present):
    missing = present.logical_not_()
    scores = feats.matmul(query).div(feats.shape[-1] ** 0.5)
    weights = scores.masked_fill(missing, float("-inf")).softmax(-1)
    return torch.einsum("nmd,nm->nd", feats, weights), weights

# %% wrong: weights detached, so query gets no gradient
import torch


def attention_pool(feats, query, present):
    N, M, D = feats.shape
    with torch.no_grad():
        scores = feats @ query / D ** 0.5
        scores[~present] = -torch.inf
        weights = torch.softmax(scores, dim=1)
    fused = (weights[:, :, None] * feats).sum(dim=1)
    return fused, weights

# %% wrong: the weighted sum is divided by the number of present modalities
import torch


def attention_pool(feats, query, present):
    n, m, d = feats.shape
    scores = torch.stack([feats[:, j] @ query for j in range(m)], dim=1) / d ** 0.5
    scores = scores.masked_fill(~present, -torch.inf)
    weights = torch.softmax(scores, dim=1)
    fused = torch.zeros(n, d, dtype=feats.dtype)
    for j in range(m):
        fused = fused + weights[:, j:j + 1] * feats[:, j]
    fused = fused / present.sum(dim=1, keepdim=True)
    return fused, weights

# %% two: no scaling by sqrt(D); the two results are returned in the wrong order
import torch


def attention_pool(feats, query, present):
    scores = (feats @ query).masked_fill(~present, float("-inf"))
    weights = torch.softmax(scores, dim=1)
    fused = (weights[..., None] * feats).sum(1)
    return weights, fused

# %% two: scaled by sqrt(M) instead of sqrt(D); softmax over all modalities with the mask only in the sum
import torch


def attention_pool(feats, query, present):
    M = feats.shape[1]
    scores = torch.einsum("nmd,d->nm", feats, query) / M ** 0.5
    weights = torch.softmax(scores, dim=1)
    fused = torch.einsum("nm,nmd->nd", weights * present, feats)
    return fused, weights

# %% two: mask the wrong way round for samples with something missing; squeeze() drops the axis of N = 1
import torch


def attention_pool(feats, query, present):
    scores = feats @ query / feats.shape[-1] ** 0.5
    # only mask where there is something to mask
    some = (~present).any(dim=1, keepdim=True)
    scores = scores.masked_fill(present & some, float("-inf"))
    weights = torch.softmax(scores, dim=1)
    fused = torch.bmm(weights.unsqueeze(1), feats).squeeze()
    return fused, weights

# %% two: always float32; mask value -1e4 is too near to the scores
import torch


def attention_pool(feats, query, present):
    x = feats.float()
    q = query.float()
    s = (x * q).sum(-1) / (x.shape[-1] ** 0.5)
    s = torch.where(present, s, torch.full_like(s, -1e4))
    w = torch.softmax(s, dim=1)
    return (w.unsqueeze(-1) * x).sum(1), w
