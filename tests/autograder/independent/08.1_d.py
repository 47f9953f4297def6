# %% right: masked_fill with the smallest number, softmax, weights times mask
import math

import torch


def attention(q, k, v, key_mask=None):
    scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
    if key_mask is None:
        return scores.softmax(dim=-1) @ v
    m = key_mask[:, None, :]
    scores = scores.masked_fill(~m, torch.finfo(scores.dtype).min)
    w = scores.softmax(dim=-1) * m.to(scores.dtype)
    return w @ v

# %% right: -inf, with samples that have no key taken out before the softmax
import torch


def attention(q, k, v, key_mask=None):
    N, K = k.shape[0], k.shape[1]
    if key_mask is None:
        key_mask = torch.ones(N, K, dtype=torch.bool, device=k.device)
    alive = key_mask.any(dim=1)
    s = torch.einsum("nqd,nkd->nqk", q, k) * q.size(-1) ** -0.5
    hide = ~key_mask & alive[:, None]
    s = s.masked_fill(hide.unsqueeze(1), float("-inf"))
    weights = torch.softmax(s, dim=2)
    out = torch.einsum("nqk,nke->nqe", weights, v)
    return torch.where(alive[:, None, None], out, torch.zeros_like(out))

# %% right: sample by sample, only the keys that are there
import torch


def attention(q, k, v, key_mask=None):
    results = []
    for i in range(q.shape[0]):
        ki, vi = k[i], v[i]
        if key_mask is not None:
            ki = ki[key_mask[i]]
            vi = vi[key_mask[i]]
        if ki.shape[0] == 0:
            results.append(v.new_zeros(q.shape[1], v.shape[2]))
        else:
            w = torch.softmax(q[i] @ ki.T / ki.shape[1] ** 0.5, dim=1)
            results.append(w @ vi)
    return torch.stack(results)

# %% right: softmax by hand, largest score subtracted
import torch


def attention(q, k, v, key_mask=None):
    d = q.shape[2]
    logits = torch.bmm(q, k.permute(0, 2, 1)) / torch.tensor(float(d), dtype=q.dtype).sqrt()
    if key_mask is None:
        here = torch.ones_like(logits, dtype=torch.bool)
    else:
        here = key_mask.unsqueeze(1).expand_as(logits)
    low = torch.finfo(q.dtype).min
    logits = torch.where(here, logits, torch.full_like(logits, low))
    peak = logits.detach().amax(dim=-1, keepdim=True)
    e = torch.exp(logits - peak) * here
    total = e.sum(dim=-1, keepdim=True)
    total = torch.where(total > 0, total, torch.ones_like(total))
    return torch.bmm(e / total, v)

# %% right: an extra key with a zero value catches the samples without keys
import torch
from torch.nn import functional as F


def attention(q, k, v, key_mask=None):
    scores = (q / q.shape[-1] ** 0.5).matmul(k.mT)
    if key_mask is not None:
        scores = scores.masked_fill(key_mask.logical_not()[:, None], -torch.inf)
    # the spare key is so low that it only matters when nothing else is left
    scores = F.pad(scores, (0, 1), value=-1e30)
    values = F.pad(v, (0, 0, 0, 1), value=0.0)
    return F.softmax(scores, dim=-1).matmul(values)

# %% wrong: scores not divided by sqrt(D)
import torch


def attention(q, k, v, key_mask=None):
    scores = torch.bmm(q, k.transpose(1, 2))
    if key_mask is not None:
        scores = scores.masked_fill(~key_mask[:, None, :], torch.finfo(q.dtype).min)
    w = torch.softmax(scores, dim=-1)
    if key_mask is not None:
        w = w * key_mask[:, None, :]
    return torch.bmm(w, v)

# %% wrong: softmax over the queries instead of the keys
import math

import torch


def attention(q, k, v, key_mask=None):
    s = torch.einsum("nqd,nkd->nqk", q, k) / math.sqrt(q.shape[-1])
    w = s.softmax(dim=1)
    if key_mask is not None:
        w = w * key_mask.unsqueeze(1).to(w.dtype)
    return torch.einsum("nqk,nke->nqe", w, v)

# %% wrong: mask read the other way round, True hides the key
import math

import torch


def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(-1, -2) / math.sqrt(k.shape[-1])
    if key_mask is None:
        return torch.softmax(s, -1) @ v
    hidden = key_mask[:, None, :].expand_as(s)
    s = s.masked_fill(hidden, torch.finfo(s.dtype).min)
    w = torch.softmax(s, -1).masked_fill(hidden, 0.0)
    return w @ v

# %% wrong: a sample without keys gives nan
import math

import torch


def attention(q, k, v, key_mask=None):
    scores = torch.matmul(q, k.transpose(1, 2)) / math.sqrt(q.size(-1))
    if key_mask is not None:
        scores = scores.masked_fill(key_mask.unsqueeze(1) == False, float("-inf"))  # noqa: E712
    return torch.matmul(torch.softmax(scores, dim=-1), v)

# %% wrong: a sample without keys gives the plain mean of its padding
import torch


def attention(q, k, v, key_mask=None):
    scores = torch.einsum("bid,bjd->bij", q, k) / q.shape[-1] ** 0.5
    if key_mask is not None:
        low = torch.full_like(scores, torch.finfo(scores.dtype).min)
        scores = torch.where(key_mask[:, None, :], scores, low)
    w = scores.softmax(-1)
    return torch.einsum("bij,bje->bie", w, v)

# %% wrong: masked scores set to -1000, above real scores that are lower still
import math

import torch


def attention(q, k, v, key_mask=None):
    N, Q, D = q.shape
    K = k.shape[1]
    mask = torch.ones(N, K, dtype=torch.bool) if key_mask is None else key_mask
    s = q.bmm(k.transpose(1, 2)) / math.sqrt(D)
    s = s.masked_fill(~mask.view(N, 1, K), -1000.0)
    w = torch.softmax(s, dim=-1)
    out = w.bmm(v)
    return out * mask.any(dim=1).view(N, 1, 1)

# %% wrong: masked after the softmax, the rest not brought back to sum 1
import torch


def attention(q, k, v, key_mask=None):
    weights = torch.softmax(q @ k.transpose(1, 2) / q.shape[-1] ** 0.5, dim=-1)
    if key_mask is not None:
        weights = weights * key_mask[:, None, :].to(weights.dtype)
    return weights @ v

# %% wrong: zeros forward, but nan flows back from a sample without keys
import math

import torch


def attention(q, k, v, key_mask=None):
    scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
    if key_mask is not None:
        bias = torch.zeros(key_mask.shape, dtype=q.dtype)
        bias = bias.masked_fill(~key_mask, float("-inf"))
        scores = scores + bias[:, None, :]
    w = torch.softmax(scores, dim=-1)
    w = torch.nan_to_num(w, nan=0.0)
    return w @ v

# %% wrong: exp without subtracting the largest score overflows
import math

import torch


def attention(q, k, v, key_mask=None):
    e = torch.exp(q @ k.transpose(1, 2) / math.sqrt(q.shape[2]))
    if key_mask is not None:
        e = e.masked_fill(~key_mask[:, None, :], 0.0)
    total = e.sum(dim=2, keepdim=True)
    total = torch.where(total == 0, torch.ones_like(total), total)
    return (e / total) @ v

# %% wrong: one largest score for the whole batch, samples far below it underflow to zeros
import math

import torch


def attention(q, k, v, key_mask=None):
    s = torch.einsum("nqd,nkd->nqk", q, k) / math.sqrt(q.shape[-1])
    keep = torch.ones_like(s, dtype=torch.bool) if key_mask is None else key_mask[:, None, :].expand_as(s)
    s = s.masked_fill(~keep, torch.finfo(s.dtype).min)
    s = s - s.max().detach()
    e = torch.where(keep, s.exp(), torch.zeros_like(s))
    norm = e.sum(-1, keepdim=True).clamp(min=torch.finfo(s.dtype).tiny)
    return torch.einsum("nqk,nke->nqe", e / norm, v)

# %% two: divided by sqrt(E), the size of the values; a sample without keys gives the plain mean
import math

import torch


def attention(q, k, v, key_mask=None):
    scores = q @ k.transpose(1, 2) / math.sqrt(v.shape[-1])
    if key_mask is not None:
        scores = scores.masked_fill(~key_mask.unsqueeze(1), -1e9)
    return torch.softmax(scores, dim=-1) @ v

# %% two: scores clamped to -80 .. 80; weights detached, no gradient for q and k
import math

import torch


def attention(q, k, v, key_mask=None):
    s = (q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])).clamp(-80.0, 80.0)
    if key_mask is not None:
        s = s.masked_fill(~key_mask[:, None, :], torch.finfo(s.dtype).min)
    w = torch.softmax(s, dim=-1).detach()
    if key_mask is not None:
        w = w * key_mask[:, None, :]
    return w @ v

# %% two: mask read the other way round; not divided by sqrt(D)
import torch


def attention(q, k, v, key_mask=None):
    if key_mask is None:
        drop = torch.zeros(k.shape[:2], dtype=torch.bool)
    else:
        drop = key_mask
    rows = []
    for i in range(len(q)):
        s = q[i] @ k[i].t()
        s = s.masked_fill(drop[i][None], torch.finfo(s.dtype).min)
        w = s.softmax(dim=-1) * (~drop[i])
        rows.append(w @ v[i])
    return torch.stack(rows)

# %% two: 10000 taken off masked scores is too little at the ends; result always float64
import torch


def attention(q, k, v, key_mask=None):
    q, k, v = q.double(), k.double(), v.double()
    s = torch.einsum("nqd,nkd->nqk", q, k) / q.shape[-1] ** 0.5
    if key_mask is None:
        key_mask = torch.ones(k.shape[0], k.shape[1], dtype=torch.bool)
    s = s - 1e4 * (~key_mask).double()[:, None, :]
    w = torch.softmax(s, dim=-1)
    out = torch.einsum("nqk,nke->nqe", w, v)
    return out * key_mask.any(1)[:, None, None]
