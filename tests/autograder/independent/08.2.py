# %% right: masked_fill with -inf
import torch

def attention_pool(feats, query, present):
    s = feats @ query / feats.shape[-1] ** 0.5
    s = s.masked_fill(~present, float("-inf"))
    w = torch.softmax(s, dim=1)
    return (w.unsqueeze(-1) * feats).sum(dim=1), w

# %% right: loop over samples with index_copy style scatter
import math
import torch

def attention_pool(feats, query, present):
    n, m, d = feats.shape
    fused_rows, weight_rows = [], []
    for i in range(n):
        idx = present[i].nonzero().squeeze(1)
        sub = feats[i, idx]
        a = torch.softmax(sub.mv(query) / math.sqrt(d), dim=0)
        row = torch.zeros(m, dtype=feats.dtype, device=feats.device).index_add(0, idx, a)
        weight_rows.append(row)
        fused_rows.append(a @ sub)
    return torch.stack(fused_rows), torch.stack(weight_rows)

# %% right: einsum with log_softmax
import torch

def attention_pool(feats, query, present):
    D = query.numel()
    logits = torch.einsum("nmd,d->nm", feats, query) * (D ** -0.5)
    logits = torch.where(present, logits, torch.full_like(logits, -torch.inf))
    weights = logits.log_softmax(dim=-1).exp()
    fused = torch.einsum("nm,nmd->nd", weights, feats)
    return fused, weights

# %% right: exponentials by hand after taking off the largest valid score
import torch

def attention_pool(feats, query, present):
    scores = (feats * query).sum(-1) / (feats.size(2) ** 0.5)
    low = torch.finfo(scores.dtype).min
    scores = scores.masked_fill(present.logical_not(), low)
    shifted = scores - scores.amax(dim=1, keepdim=True).detach()
    expo = shifted.exp() * present.to(shifted.dtype)
    alpha = expo / expo.sum(1, keepdim=True)
    fused = torch.bmm(alpha[:, None, :], feats)[:, 0]
    return fused, alpha

# %% right: named tuple and guards
from typing import NamedTuple
import torch
from torch import Tensor

class Pooled(NamedTuple):
    fused: Tensor
    weights: Tensor

def attention_pool(feats: Tensor, query: Tensor, present: Tensor) -> Pooled:
    if not bool(present.any(dim=1).all()):
        raise ValueError("a sample without any modality")
    scale = feats.shape[2] ** 0.5
    raw = torch.matmul(feats, query) / scale
    raw = raw.masked_fill(present == False, torch.finfo(raw.dtype).min)  # noqa: E712
    weights = raw.softmax(dim=1) * present
    fused = (feats * weights[..., None]).sum(1)
    return Pooled(fused, weights)

# %% right: logsumexp as the normaliser in a helper
import torch

def attention_pool(feats, query, present):
    def masked_weights(score, keep):
        score = torch.where(keep, score, score.new_tensor(float("-inf")))
        score = score - score.max(dim=1, keepdim=True).values.detach()
        return torch.exp(score - torch.logsumexp(score, dim=1, keepdim=True))

    w = masked_weights(feats.matmul(query) / query.shape[0] ** 0.5, present)
    out = (w[:, :, None] * feats).sum(dim=1)
    return out, w

# %% wrong: no division by the root of D
import torch

def attention_pool(feats, query, present):
    scores = torch.einsum('nmd,d->nm', feats, query)
    scores = scores.masked_fill(~present, float('-inf'))
    alpha = scores.softmax(dim=1)
    return torch.einsum('nm,nmd->nd', alpha, feats), alpha

# %% wrong: filler -1e4, a missing modality gets weight where valid scores are near -10000
import torch

def attention_pool(feats, query, present):
    scores = feats @ query / feats.shape[-1] ** 0.5
    scores = scores.masked_fill(~present, -1e4)
    w = torch.softmax(scores, dim=-1)
    fused = torch.sum(w.unsqueeze(2) * feats, dim=1)
    return fused, w

# %% wrong: missing modalities get the score 0 in place of no weight
import torch

def attention_pool(feats, query, present):
    D = feats.size(-1)
    score = (feats * query[None, None, :]).sum(dim=2) / D ** 0.5
    score = score * present.to(score.dtype)
    weights = torch.softmax(score, 1)
    return (weights[:, :, None] * feats).sum(1), weights

# %% wrong: softmax across the samples
import torch

def attention_pool(feats, query, present):
    att = feats.matmul(query) / (query.shape[0] ** 0.5)
    low = torch.finfo(att.dtype).min
    att = att.masked_fill(~present, low).softmax(dim=0) * present
    return torch.einsum("nm,nmd->nd", att, feats), att

# %% wrong: weights are zeroed after the softmax and not made to sum to 1
import math
import torch

def attention_pool(feats, query, present):
    w = torch.softmax(torch.matmul(feats, query) / math.sqrt(feats.shape[2]), dim=1)
    w = w * present.to(feats.dtype)
    return torch.matmul(w.unsqueeze(1), feats).squeeze(1), w

# %% wrong: fused comes out right, but the returned weights are those of an unmasked softmax
import torch

def attention_pool(feats, query, present):
    s = feats @ query / feats.shape[-1] ** 0.5
    weights = s.softmax(dim=1)
    w = s.masked_fill(~present, float("-inf")).softmax(dim=1)
    fused = (w[..., None] * feats).sum(dim=1)
    return fused, weights

# %% wrong: naive exp overflows for large scores
import torch

def attention_pool(feats, query, present):
    e = torch.exp((feats @ query) / feats.shape[-1] ** 0.5)
    e = torch.where(present, e, torch.zeros_like(e))
    w = e / e.sum(dim=1, keepdim=True)
    return torch.einsum("nm,nmd->nd", w, feats), w

# %% wrong: clamps the scores to -50..50 (differs for larger scores)
import torch

def attention_pool(feats, query, present):
    scores = torch.einsum("nmd,d->nm", feats, query) / feats.shape[2] ** 0.5
    scores = scores.clamp(min=-50.0, max=50.0)
    scores = scores.masked_fill(~present, float("-inf"))
    w = torch.softmax(scores, dim=1)
    return torch.bmm(w.unsqueeze(1), feats).squeeze(1), w

# %% wrong: the weights are detached, so the query gets no gradient
import torch

def attention_pool(feats, query, present):
    logits = torch.where(present, feats @ query / query.numel() ** 0.5, torch.tensor(float("-inf"), dtype=feats.dtype))
    alpha = torch.softmax(logits, dim=-1).detach()
    return (alpha.unsqueeze(-1) * feats).sum(-2), alpha

# %% wrong: log of the mask plus 1e-9 as bias, which is only about -20
import torch

def attention_pool(feats, query, present):
    s = feats.matmul(query) / feats.shape[-1] ** 0.5
    s = s + torch.log(present.to(s.dtype) + 1e-9)
    w = torch.softmax(s, dim=1)
    fused = torch.einsum("nm,nmd->nd", w, feats)
    return fused, w

# %% wrong: divides the weighted sum by the number of modalities present
import torch

def attention_pool(feats, query, present):
    d = feats.shape[-1]
    s = (feats @ query).div(d ** 0.5).masked_fill(~present, -float("inf"))
    w = s.softmax(1)
    count = present.sum(dim=1, keepdim=True)
    fused = (feats * w.unsqueeze(-1)).sum(1) / count
    return fused, w

# %% two: scales by the root of M, not of D; returns weights first
import torch

def attention_pool(feats, query, present):
    n, m, d = feats.shape
    s = torch.matmul(feats, query) / m ** 0.5
    s = s.masked_fill(~present, float("-inf"))
    w = torch.softmax(s, -1)
    return w, (w.unsqueeze(-1) * feats).sum(1)

# %% two: cosine in place of the dot product; no masking of missing modalities in the fused vector
import torch
import torch.nn.functional as F

def attention_pool(feats, query, present):
    s = F.cosine_similarity(feats, query[None, None, :], dim=-1) / feats.shape[-1] ** 0.5
    open_w = s.softmax(dim=1)
    w = s.masked_fill(~present, float("-inf")).softmax(dim=1)
    return (open_w[..., None] * feats).sum(1), w

# %% two: zeroes the missing modalities in the caller's feats; forgets to mask the scores
import torch

def attention_pool(feats, query, present):
    with torch.no_grad():
        feats[~present] = 0.0
    s = feats @ query / feats.shape[-1] ** 0.5
    w = torch.softmax(s, dim=1)
    return torch.einsum("nm,nmd->nd", w, feats), w


# %% right: masked softmax
import math
import torch

def attention_pool(feats, query, present):
    s = feats @ query / math.sqrt(feats.shape[-1])
    w = torch.softmax(s.masked_fill(~present, float("-inf")), dim=1)
    return torch.einsum("nm,nmd->nd", w, feats), w

# %% right: loop over the samples
import torch

def attention_pool(feats, query, present):
    N, M, D = feats.shape
    fused, weights = [], []
    for n in range(N):
        idx = present[n].nonzero().squeeze(1)
        x = feats[n, idx]
        s = (x * query).sum(1) / D ** 0.5
        e = torch.exp(s - s.max())
        p = e / e.sum()
        weights.append(torch.zeros(M, dtype=feats.dtype).index_put((idx,), p))
        fused.append(p @ x)
    return torch.stack(fused), torch.stack(weights)

# %% wrong: absent modalities set to score 0 before the softmax
import math
import torch

def attention_pool(feats, query, present):
    x = feats * present[..., None]
    s = torch.einsum("nmd,d->nm", x, query) / math.sqrt(x.shape[-1])
    w = s.softmax(dim=1)
    return (w[..., None] * x).sum(1), w

# %% wrong: missing modalities get -10000, not below real scores
import math
import torch

def attention_pool(feats, query, present):
    score = (feats * query).sum(-1) / math.sqrt(query.numel())
    score = torch.where(present, score, torch.full_like(score, -1e4))
    w = torch.softmax(score, -1)
    return torch.bmm(w.unsqueeze(1), feats).squeeze(1), w

# %% wrong: softmax down the batch
import math
import torch

def attention_pool(feats, query, present):
    s = feats.matmul(query) / math.sqrt(feats.size(2))
    s = s.masked_fill(~present, -1e9)
    w = torch.softmax(s, dim=0)
    w = w * present
    return torch.einsum("nm,nmd->nd", w, feats), w

# %% wrong: scale by D instead of root D
import torch

def attention_pool(feats, query, present):
    s = torch.einsum("nmd,d->nm", feats, query) / feats.shape[-1]
    w = s.masked_fill(~present, float("-inf")).softmax(-1)
    return torch.einsum("nm,nmd->nd", w, feats), w

# %% two: masked after the softmax without renormalising; no scale
import torch

def attention_pool(feats, query, present):
    w = torch.softmax(feats @ query, dim=1) * present.to(feats.dtype)
    return (w.unsqueeze(-1) * feats).sum(dim=1), w

# %% two: weights returned first; fused vector is divided by the number of modalities there
import math
import torch

def attention_pool(feats, query, present):
    s = (feats @ query) / math.sqrt(feats.shape[-1])
    w = torch.softmax(s.masked_fill(~present, -torch.inf), dim=1)
    fused = torch.einsum("nm,nmd->nd", w, feats) / present.sum(1, keepdim=True)
    return w, fused
