# %% right: -inf on the absent modalities, softmax, einsum
import torch


def attention_pool(feats, query, present):
    d = feats.shape[-1]
    scores = torch.einsum("nmd,d->nm", feats, query) / d**0.5
    scores = scores.masked_fill(~present, float("-inf"))
    weights = torch.softmax(scores, dim=1)
    fused = torch.einsum("nm,nmd->nd", weights, feats)
    return fused, weights


# %% right: one sample at a time, softmax over the modalities it has, scattered back
import math

import torch


def attention_pool(feats, query, present):
    N, M, D = feats.shape
    fused, weights = [], []
    for n in range(N):
        idx = torch.nonzero(present[n]).squeeze(1)
        f = feats[n, idx]
        w = torch.softmax(f @ query / math.sqrt(D), dim=0)
        weights.append(feats.new_zeros(M).scatter(0, idx, w))
        fused.append(w @ f)
    return torch.stack(fused), torch.stack(weights)


# %% right: exp by hand, the maximum taken over the present ones only
import torch


def attention_pool(feats, query, present):
    scale = query.numel() ** -0.5
    s = (feats * query).sum(-1) * scale
    low = torch.full_like(s, -torch.inf)
    top = torch.where(present, s, low).amax(dim=1, keepdim=True).detach()
    safe = torch.where(present, s - top, torch.zeros_like(s))
    e = torch.exp(safe) * present
    w = e / e.sum(1, keepdim=True)
    return (w.unsqueeze(-1) * feats).sum(1), w


# %% right: the smallest number of the dtype as the mask, batched matrix products
import torch
from torch.nn import functional as F


def attention_pool(feats, query, present):
    floor = torch.finfo(feats.dtype).min
    logits = torch.matmul(feats, query).div(feats.size(2) ** 0.5)
    logits = torch.where(present, logits, floor)
    alpha = F.softmax(logits, dim=-1) * present
    out = torch.bmm(alpha.unsqueeze(1), feats).squeeze(1)
    return out, alpha


# %% right: vmap over samples, the log of the mask added
import math

import torch


def attention_pool(feats, query, present):
    log_mask = present.to(feats.dtype).log()  # 0 or -inf
    q = query / math.sqrt(query.shape[0])

    def single(f, lm):
        w = torch.log_softmax(f @ q + lm, dim=0).exp()
        return w @ f, w

    return torch.vmap(single)(feats, log_mask)


# %% wrong: softmax over all modalities, absent ones zeroed afterwards without renormalising
import torch


def attention_pool(feats, query, present):
    scores = feats @ query / feats.shape[-1] ** 0.5
    weights = torch.softmax(scores, dim=-1)
    weights = weights * present
    return (weights[..., None] * feats).sum(dim=1), weights


# %% wrong: the scores are multiplied by the mask, so absent ones enter the softmax with score 0
import math

import torch
from torch.nn import functional as F


def attention_pool(feats, query, present):
    mask = present.to(feats.dtype)
    scores = torch.einsum("nmd,d->nm", feats, query) / math.sqrt(feats.shape[2])
    weights = F.softmax(scores * mask, dim=1)
    fused = torch.einsum("nm,nmd->nd", weights, feats)
    return fused, weights


# %% wrong: the scores are not divided by sqrt(D)
import torch


def attention_pool(feats, query, present):
    s = torch.matmul(feats, query)
    s[~present] = -float("inf")
    a = s.softmax(1)
    return torch.matmul(a[:, None, :], feats)[:, 0, :], a


# %% wrong: -10000 as the mask value, within the range of real scores
import torch


def attention_pool(feats, query, present):
    D = feats.size(-1)
    scores = (feats * query[None, None, :]).sum(2) / D**0.5
    scores = scores.masked_fill(torch.logical_not(present), -1e4)
    w = torch.softmax(scores, 1)
    fused = (feats * w.unsqueeze(2)).sum(1)
    return fused, w


# %% wrong: subtracts the maximum over all modalities, absent ones too, so the rest underflows to 0/0
import torch


def attention_pool(feats, query, present):
    s = feats @ query / (query.shape[0] ** 0.5)
    s = s - s.max(dim=1, keepdim=True).values
    e = s.exp() * present.to(s.dtype)
    w = e / e.sum(dim=1, keepdim=True)
    return torch.einsum("nm,nmd->nd", w, feats), w


# %% wrong: softmax along the samples instead of the modalities
import torch


def attention_pool(feats, query, present):
    n, m, d = feats.shape
    scores = (feats.reshape(n * m, d) @ query).reshape(n, m) / d**0.5
    scores = torch.where(present, scores, torch.full_like(scores, -1e30))
    weights = torch.softmax(scores, dim=0)
    weights = weights * present
    pooled = torch.stack([weights[i] @ feats[i] for i in range(n)])
    return pooled, weights


# %% wrong: wraps the query in a new nn.Parameter, so no gradient reaches the query given
import torch
from torch import nn


class Pool(nn.Module):
    def __init__(self, query):
        super().__init__()
        self.query = nn.Parameter(query.clone())
        self.scale = query.shape[0] ** 0.5

    def forward(self, feats, present):
        att = feats @ self.query / self.scale
        att = att.masked_fill(~present, -torch.inf)
        att = torch.softmax(att, dim=-1)
        return torch.einsum("nm,nmd->nd", att, feats), att


def attention_pool(feats, query, present):
    return Pool(query)(feats, present)


# %% wrong: sets the absent features to 0 in the caller's tensor
import torch


def attention_pool(feats, query, present):
    with torch.no_grad():
        feats.masked_fill_(~present.unsqueeze(-1), 0)
    scores = torch.einsum("d,nmd->nm", query, feats) * feats.shape[-1] ** -0.5
    scores = scores.masked_fill(~present, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    fused = torch.zeros_like(feats[:, 0])
    for m in range(feats.shape[1]):
        fused = fused + weights[:, m : m + 1] * feats[:, m]
    return fused, weights


# %% wrong: divides by the square root of the number of modalities
import math

import torch


def attention_pool(feats, query, present):
    N, M, D = feats.shape
    logits = torch.tensordot(feats, query, dims=([2], [0])) / math.sqrt(M)
    logits = logits.masked_fill(~present, -math.inf)
    probs = torch.softmax(logits, dim=-1)
    return torch.bmm(probs.view(N, 1, M), feats).view(N, D), probs


# %% wrong: the table of weights is made in float32 also for float64 inputs
import torch


def attention_pool(feats, query, present):
    N, M, D = feats.shape
    weights = torch.zeros(N, M)
    rows = []
    for i in range(N):
        here = present[i]
        w = torch.softmax(feats[i][here] @ query / D**0.5, dim=0)
        weights[i, here] = w.float()
        rows.append((w[:, None] * feats[i][here]).sum(0))
    return torch.stack(rows), weights


# %% two: returns (weights, fused) the wrong way round; divides by D instead of sqrt(D)
import torch


def attention_pool(feats, query, present):
    s = feats @ query / feats.shape[-1]
    s = s.masked_fill(~present, float("-inf"))
    w = torch.softmax(s, dim=1)
    return w, (w.unsqueeze(-1) * feats).sum(1)


# %% two: the fused vector divided once more by the number of present ones; weights keep a last axis of size 1
import torch


def attention_pool(feats, query, present):
    scores = (feats @ query.unsqueeze(-1)) / feats.shape[-1] ** 0.5  # (N, M, 1)
    scores = scores.masked_fill(~present.unsqueeze(-1), float("-inf"))
    w = torch.softmax(scores, dim=1)
    fused = (w * feats).sum(1) / present.sum(1, keepdim=True)
    return fused, w


# %% two: exp without a shift overflows; query scaled to length 1
import torch
from torch.nn import functional as F


def attention_pool(feats, query, present):
    q = F.normalize(query, dim=0)
    e = torch.exp(feats @ q / feats.shape[-1] ** 0.5)
    e = torch.where(present, e, torch.zeros_like(e))
    w = e / e.sum(1, keepdim=True)
    return torch.einsum("nm,nmd->nd", w, feats), w


# %% two: ignores the mask altogether; features detached in the weighted sum
import torch


def attention_pool(feats, query, present):
    w = torch.softmax(feats @ query / feats.size(-1) ** 0.5, dim=-1)
    fused = (w.unsqueeze(2) * feats.detach()).sum(dim=1)
    return fused, w
