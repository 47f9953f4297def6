# %% right: lowest float as filler, weights times the mask afterwards
import math
import torch

def attention(q, k, v, key_mask=None):
    scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
    if key_mask is None:
        return scores.softmax(-1) @ v
    m = key_mask[:, None, :]
    scores = scores.masked_fill(~m, torch.finfo(scores.dtype).min)
    w = scores.softmax(dim=-1) * m.to(scores.dtype)
    return w @ v

# %% right: rows without keys get scores of zero, then -inf for the others
import torch

def attention(q, k, v, key_mask=None):
    N, K, D = k.shape
    if key_mask is None:
        key_mask = torch.ones(N, K, dtype=torch.bool, device=k.device)
    some = key_mask.any(dim=1)
    safe = key_mask | ~some[:, None]
    s = torch.einsum("nqd,nkd->nqk", q, k) * D ** -0.5
    s = s.masked_fill(~safe[:, None, :], float("-inf"))
    p = torch.softmax(s, dim=2)
    out = torch.einsum("nqk,nke->nqe", p, v)
    return torch.where(some[:, None, None], out, torch.zeros_like(out))

# %% right: loop over the samples, picks out the keys that are there
import torch

def attention(q, k, v, key_mask=None):
    outs = []
    for i in range(q.size(0)):
        ki, vi = k[i], v[i]
        if key_mask is not None:
            ki, vi = ki[key_mask[i]], vi[key_mask[i]]
        if len(ki) == 0:
            nothing = 0 * (q[i].sum() + k[i].sum() + v[i].sum())
            outs.append(nothing + torch.zeros(q.size(1), v.size(2), dtype=v.dtype, device=v.device))
            continue
        a = torch.softmax(q[i] @ ki.T / q.size(2) ** 0.5, dim=1)
        outs.append(a @ vi)
    return torch.stack(outs)

# %% right: exponentials by hand with the largest valid score taken off
import torch

def attention(q, k, v, key_mask=None):
    scale = 1.0 / (q.shape[2] ** 0.5)
    logits = torch.matmul(q * scale, k.permute(0, 2, 1))
    if key_mask is None:
        key_mask = torch.ones(k.shape[:2], dtype=torch.bool, device=k.device)
    gone = ~key_mask.unsqueeze(1).expand_as(logits)
    neg = torch.full_like(logits, torch.finfo(logits.dtype).min)
    logits = torch.where(gone, neg, logits)
    top = logits.max(dim=-1, keepdim=True).values.detach()
    e = torch.exp(logits - top).masked_fill(gone, 0.0)
    total = e.sum(-1, keepdim=True)
    total = torch.where(total == 0, torch.ones_like(total), total)
    return (e / total) @ v

# %% right: masked_fill with -inf and a second masked_fill of the NaN weights
import torch
from typing import Optional
from torch import Tensor

def attention(q: Tensor, k: Tensor, v: Tensor, key_mask: Optional[Tensor] = None) -> Tensor:
    if q.shape[-1] != k.shape[-1]:
        raise ValueError("q and k need the same last size")
    sim = torch.bmm(q, k.mT).div(q.shape[-1] ** 0.5)
    if key_mask is not None:
        drop = key_mask.logical_not()[:, None, :].expand(sim.shape)
        sim = sim.masked_fill(drop, float("-inf"))
        weights = torch.softmax(sim, -1).masked_fill(drop, 0.0)
    else:
        weights = torch.softmax(sim, -1)
    return torch.bmm(weights, v)

# %% right: appends a null key that is used only where nothing else is
import torch

def attention(q, k, v, key_mask=None):
    n, nk, d = k.shape
    mask = torch.ones(n, nk, dtype=torch.bool, device=k.device) if key_mask is None else key_mask
    null_on = ~mask.any(1, keepdim=True)
    full_mask = torch.cat([mask, null_on], 1)
    s = (q.unsqueeze(2) * k.unsqueeze(1)).sum(-1) / d ** 0.5
    s = torch.cat([s, torch.zeros_like(s[..., :1])], dim=-1)
    s = torch.where(full_mask[:, None], s, torch.tensor(float("-inf"), dtype=s.dtype, device=s.device))
    w = s.softmax(-1)
    vv = torch.cat([v, torch.zeros_like(v[:, :1])], dim=1)
    return w @ vv

# %% wrong: divides by D and not by its root (differs for D > 1)
import torch

def attention(q, k, v, key_mask=None):
    att = torch.matmul(q, k.transpose(-2, -1)) / q.size(-1)
    if key_mask is not None:
        att = att.masked_fill(~key_mask[:, None], -1e9)
    w = att.softmax(-1)
    if key_mask is not None:
        w = w * key_mask[:, None].to(w.dtype)
    return w @ v

# %% wrong: scales by the root of the value width E in place of D (differs for E != D)
import math
import torch

def attention(q, k, v, key_mask=None):
    d_k = v.size(-1)
    scores = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(d_k)
    if key_mask is None:
        key_mask = torch.ones_like(k[..., 0], dtype=torch.bool)
    bad = ~key_mask.unsqueeze(1)
    scores = scores.masked_fill(bad, torch.finfo(q.dtype).min)
    return torch.bmm(scores.softmax(-1).masked_fill(bad, 0), v)

# %% wrong: filler -1000, so masked keys win where the scores are far below that
import torch

def attention(q, k, v, key_mask=None):
    D = q.shape[-1]
    s = q @ k.transpose(-1, -2) / D ** 0.5
    if key_mask is None:
        return torch.softmax(s, -1) @ v
    s = torch.where(key_mask[:, None, :], s, torch.full_like(s, -1000.0))
    out = torch.softmax(s, -1) @ v
    return out * key_mask.any(1)[:, None, None].to(out.dtype)

# %% wrong: a sample without keys gets the plain mean of the values (all masked)
import torch

def attention(q, k, v, key_mask=None):
    logits = torch.einsum('bqd,bkd->bqk', q, k) / (q.shape[-1] ** 0.5)
    if key_mask is not None:
        logits = logits.masked_fill(~key_mask[:, None, :], torch.finfo(logits.dtype).min)
    attn = torch.softmax(logits, dim=-1)
    return torch.einsum('bqk,bke->bqe', attn, v)

# %% wrong: -inf added as a bias and NaN replaced afterwards: zeros come out, but the gradients are NaN (all masked)
import torch

def attention(q, k, v, key_mask=None):
    scores = q @ k.mT * (q.shape[-1] ** -0.5)
    if key_mask is not None:
        bias = torch.zeros_like(key_mask, dtype=q.dtype)
        bias[~key_mask] = float("-inf")
        scores = scores + bias[:, None, :]
    w = scores.softmax(-1)
    out = w @ v
    return torch.nan_to_num(out, nan=0.0)

# %% wrong: mask the wrong way round, True is taken as padding
import math
import torch

def attention(q, k, v, key_mask=None):
    x = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(k.shape[2])
    if key_mask is not None:
        pad = key_mask[:, None, :]
        x = x.masked_fill(pad, torch.finfo(x.dtype).min)
        p = torch.softmax(x, dim=-1).masked_fill(pad, 0.0)
    else:
        p = torch.softmax(x, dim=-1)
    return torch.bmm(p, v)

# %% wrong: softmax over the queries
import torch

def attention(q, k, v, key_mask=None):
    n, nq, d = q.shape
    s = torch.einsum("nqd,nkd->nqk", q, k) / d ** 0.5
    w = torch.softmax(s, dim=1)
    if key_mask is not None:
        w = w * key_mask.unsqueeze(1).to(w.dtype)
    return torch.einsum("nqk,nke->nqe", w, v)

# %% wrong: masks after the softmax without making the weights sum to 1 again
import torch

def attention(q, k, v, key_mask=None):
    w = torch.softmax(q @ k.permute(0, 2, 1) / q.shape[-1] ** 0.5, dim=-1)
    if key_mask is not None:
        w = w.masked_fill(~key_mask.unsqueeze(1), 0.0)
    return w @ v

# %% wrong: softmax over all keys, then mask and renormalise with a clamp (loses everything when a masked score is far above the valid ones)
import torch

def attention(q, k, v, key_mask=None):
    w = torch.softmax((q @ k.transpose(1, 2)) / q.size(-1) ** 0.5, dim=-1)
    if key_mask is not None:
        w = w * key_mask[:, None, :]
        w = w / w.sum(dim=-1, keepdim=True).clamp(min=1e-9)
    return w @ v

# %% wrong: the weights are computed without gradient, so q and k get none
import torch

def attention(q, k, v, key_mask=None):
    with torch.no_grad():
        s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
        if key_mask is not None:
            s = s.masked_fill(~key_mask[:, None, :], torch.finfo(s.dtype).min)
        w = s.softmax(-1)
        if key_mask is not None:
            w = w * key_mask[:, None, :]
    return w @ v

# %% wrong: zeros only where the whole batch is masked, NaN for a single sample without keys
import torch

def attention(q, k, v, key_mask=None):
    scores = torch.matmul(q, k.transpose(-1, -2)) / (q.shape[-1] ** 0.5)
    if key_mask is not None:
        if not key_mask.any():
            return torch.matmul(scores * 0, v)
        scores = scores.masked_fill(~key_mask[:, None, :], float("-inf"))
    return torch.matmul(scores.softmax(dim=-1), v)

# %% two: no scaling by the root of D; filler -1e3 (valid scores below -1000)
import torch

def attention(q, k, v, key_mask=None):
    s = torch.einsum("bid,bjd->bij", q, k)
    if key_mask is None:
        key_mask = torch.ones(k.shape[0], k.shape[1], dtype=torch.bool)
    s = s + (~key_mask)[:, None, :].to(s.dtype) * -1e3
    w = torch.softmax(s, -1) * key_mask.any(1)[:, None, None].to(s.dtype)
    return torch.einsum("bij,bje->bie", w, v)

# %% two: naive exp without taking off the maximum (0 / 0 for scores at -5000); NaN for all masked
import torch

def attention(q, k, v, key_mask=None):
    e = torch.exp(q @ k.mT / q.shape[-1] ** 0.5)
    if key_mask is not None:
        e = e * key_mask[:, None, :].to(e.dtype)
    return (e @ v) / e.sum(-1, keepdim=True)

# %% two: mask of the first sample used for all; softmax computed in float32 and returned so
import torch

def attention(q, k, v, key_mask=None):
    s = (q @ k.transpose(1, 2) / q.shape[2] ** 0.5).float()
    if key_mask is not None:
        hole = ~key_mask[0]
        s = s.masked_fill(hole, torch.finfo(torch.float32).min)
        w = s.softmax(-1).masked_fill(hole, 0.0)
    else:
        w = s.softmax(-1)
    return w @ v.float()


# %% right: masked_fill, rows without keys emptied
import math
import torch

def attention(q, k, v, key_mask=None):
    s = torch.einsum("nqd,nkd->nqk", q, k) / math.sqrt(q.shape[-1])
    if key_mask is None:
        key_mask = torch.ones(k.shape[:2], dtype=torch.bool)
    m = key_mask[:, None, :]
    s = s.masked_fill(~m, torch.finfo(s.dtype).min)
    w = torch.softmax(s, dim=-1)
    w = w * m.to(w.dtype)
    return w @ v

# %% right: loop over the samples, only the keys that are there
import torch

def attention(q, k, v, key_mask=None):
    out = []
    for n in range(q.shape[0]):
        kn, vn = k[n], v[n]
        if key_mask is not None:
            kn, vn = kn[key_mask[n]], vn[key_mask[n]]
        if kn.shape[0] == 0:
            out.append(q.new_zeros(q.shape[1], v.shape[2]))
            continue
        scores = q[n] @ kn.T * q.shape[-1] ** -0.5
        out.append(torch.softmax(scores, dim=1) @ vn)
    return torch.stack(out)

# %% wrong: scores not divided by root D
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2)
    if key_mask is None:
        return torch.softmax(s, -1) @ v
    m = key_mask.unsqueeze(1)
    s = s.masked_fill(~m, -1e9)
    return (torch.softmax(s, -1) * m) @ v

# %% wrong: minus infinity everywhere gives NaN for a sample without keys
import torch

def attention(q, k, v, key_mask=None):
    s = torch.bmm(q, k.mT) / q.size(-1) ** 0.5
    if key_mask is not None:
        s = s.masked_fill(~key_mask[:, None], float("-inf"))
    return torch.bmm(s.softmax(dim=-1), v)

# %% wrong: weights masked after the softmax and not renormalised
import math
import torch

def attention(q, k, v, key_mask=None):
    w = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), dim=-1)
    if key_mask is not None:
        w = w * key_mask[:, None, :].to(w.dtype)
    return w @ v

# %% wrong: masked keys get the score -1000 only
import math
import torch

def attention(q, k, v, key_mask=None):
    if key_mask is None:
        key_mask = torch.ones_like(k[..., 0], dtype=torch.bool)
    s = torch.einsum("nqd,nkd->nqk", q, k) / math.sqrt(q.shape[-1])
    s = torch.where(key_mask[:, None], s, torch.full_like(s, -1000.0))
    a = torch.softmax(s, dim=2)
    a = a * key_mask.any(1)[:, None, None]
    return torch.einsum("nqk,nke->nqe", a, v)

# %% two: mask read as True = leave out; softmax over the queries
import math
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.mT / math.sqrt(q.shape[-1])
    if key_mask is not None:
        s = s.masked_fill(key_mask[:, None], -1e9)
    return torch.softmax(s, dim=1) @ v

# %% two: divided by root of the number of keys; a sample without keys gets the plain mean of its values
import math
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / math.sqrt(k.shape[1])
    if key_mask is not None:
        s = s.masked_fill(~key_mask.unsqueeze(1), -1e9)
    return torch.softmax(s, dim=-1) @ v
