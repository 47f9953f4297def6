# %% right: scaled by the row maximum, vector norm, cat
import torch


def concat_fusion(feats):
    parts = []
    for f in feats:
        v = f.reshape(f.shape[0], -1)
        top = v.detach().abs().amax(dim=1, keepdim=True)
        v = v / torch.where(top > 0, top, torch.ones_like(top))
        norm = torch.linalg.vector_norm(v, dim=1, keepdim=True)
        parts.append(v / norm.clamp_min(1e-12))
    return torch.cat(parts, dim=1)


# %% right: a loop over modalities and samples
import torch


def concat_fusion(feats):
    rows = []
    for i in range(feats[0].shape[0]):
        pieces = []
        for f in feats:
            v = f[i].flatten()
            big = v.detach().abs().max().item()
            if big == 0:
                pieces.append(v / 1e-12)
            else:
                u = v / big
                pieces.append(u / (u * u).sum().sqrt())
        rows.append(torch.cat(pieces))
    return torch.stack(rows)


# %% right: F.normalize from the library after flattening, in double precision
import torch
import torch.nn.functional as F


def concat_fusion(feats):
    dtype = feats[0].dtype
    flat = [f.flatten(start_dim=1).double() for f in feats]
    scale = [v.detach().abs().amax(1, keepdim=True) for v in flat]
    safe = [torch.where(s == 0, torch.ones_like(s), s) for s in scale]
    return torch.hstack([F.normalize(v / s, p=2.0, dim=1, eps=1e-12) for v, s in zip(flat, safe)]).to(dtype)


# %% right: einsum of squares, inverse norms written into one result by column offsets
import torch


def _unit_rows(v):
    with torch.no_grad():
        s = v.abs().max(dim=1).values
        s[s == 0] = 1
    u = v / s.unsqueeze(1)
    sq = torch.einsum("nd,nd->n", u, u)
    inv = torch.rsqrt(torch.where(sq > 0, sq, torch.ones_like(sq)))
    return torch.einsum("nd,n->nd", u, inv)


def concat_fusion(feats):
    n = feats[0].size(0)
    flat = [f.contiguous().view(n, -1) for f in feats]
    out = feats[0].new_zeros(n, sum(v.size(1) for v in flat))
    start = 0
    for v in flat:
        out[:, start : start + v.size(1)] = _unit_rows(v)
        start += v.size(1)
    return out


# %% right: NumPy forward with a hand-written gradient
import numpy as np
import torch


class RowUnit(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v):
        a = v.detach().cpu().numpy().astype(np.float64)
        top = np.abs(a).max(axis=1, keepdims=True)
        top[top == 0] = 1.0
        a = a / top
        n = np.maximum(np.sqrt((a ** 2).sum(axis=1, keepdims=True)), 1e-12)
        u = torch.from_numpy(a / n)
        ctx.save_for_backward(u, torch.from_numpy(n), torch.from_numpy(top))
        return u.to(v.dtype)

    @staticmethod
    def backward(ctx, g):
        u, n, top = ctx.saved_tensors
        gd = g.double()
        return ((gd - u * (u * gd).sum(1, keepdim=True)) / n / top).to(g.dtype)


def concat_fusion(feats):
    return torch.cat([RowUnit.apply(f.reshape(len(f), -1)) for f in feats], dim=-1)


# %% wrong: joins first and brings the whole joined row to length 1
import torch
import torch.nn.functional as F


def concat_fusion(feats):
    joined = torch.cat([f.flatten(1) for f in feats], dim=1)
    return F.normalize(joined, dim=1, eps=1e-12)


# %% wrong: divides by the squared norm, the root is missing
import torch


def concat_fusion(feats):
    out = []
    for f in feats:
        f = f.reshape(f.shape[0], -1)
        n = (f ** 2).sum(dim=1, keepdim=True)
        out.append(f / torch.clamp(n, min=1e-12))
    return torch.cat(out, dim=1)


# %% wrong: sum of absolute values (L1) as the length
import torch
import torch.nn.functional as F


def concat_fusion(feats):
    return torch.cat([F.normalize(f.flatten(1), p=1, dim=1) for f in feats], dim=1)


# %% wrong: one norm for the whole modality instead of one a row
import torch


def concat_fusion(feats):
    out = []
    for f in feats:
        v = f.flatten(1)
        out.append(v / v.norm().clamp(min=1e-12))
    return torch.cat(out, 1)


# %% wrong: floor of the norm at 1e-6, short rows do not reach length 1
import torch


def concat_fusion(feats):
    eps = 1e-6
    flats = [f.reshape(f.shape[0], -1) for f in feats]
    return torch.cat([v / v.norm(dim=1, keepdim=True).clamp(min=eps) for v in flats], dim=1)


# %% wrong: no floor: the row of a missing modality is NaN
import torch


def concat_fusion(feats):
    pieces = []
    for f in feats:
        v = f.flatten(1)
        pieces.append(v / v.pow(2).sum(1, keepdim=True).sqrt())
    return torch.cat(pieces, dim=1)


# %% wrong: normalises along the channels before it flattens
import torch
import torch.nn.functional as F


def concat_fusion(feats):
    unit = [F.normalize(f, dim=1, eps=1e-12) for f in feats]
    return torch.cat([u.reshape(u.shape[0], -1) for u in unit], dim=1)


# %% wrong: the norm is detached, the gradient misses its share
import torch


def concat_fusion(feats):
    res = []
    for f in feats:
        v = f.flatten(1)
        with torch.no_grad():
            length = torch.linalg.norm(v, dim=1, keepdim=True).clamp(min=1e-12)
        res.append(v / length)
    return torch.cat(res, dim=1)


# %% wrong: divides the features of the caller in place
import torch


def concat_fusion(feats):
    out = []
    for f in feats:
        v = f.reshape(f.shape[0], -1)
        norm = v.norm(dim=1, keepdim=True).clamp(min=1e-12)
        v.data.div_(norm.detach())
        out.append(v / v.norm(dim=1, keepdim=True).clamp(min=1e-12))
    return torch.cat(out, dim=1)


# %% wrong: averages a feature map over its places instead of flattening it
import torch
import torch.nn.functional as F


def concat_fusion(feats):
    vecs = []
    for f in feats:
        if f.dim() > 2:
            f = f.flatten(2).mean(-1)
        vecs.append(F.normalize(f, p=2, dim=1, eps=1e-12))
    return torch.cat(vecs, dim=1)


# %% two: flattens channels-last; L1 norm
import torch


def concat_fusion(feats):
    out = []
    for f in feats:
        if f.dim() == 4:
            f = f.permute(0, 2, 3, 1)
        v = f.reshape(f.shape[0], -1)
        out.append(v / v.abs().sum(1, keepdim=True).clamp(min=1e-12))
    return torch.cat(out, dim=1)


# %% two: normalises each feature over the samples; joins in reverse order
import torch
import torch.nn.functional as F


def concat_fusion(feats):
    flats = [F.normalize(f.flatten(1), dim=0, eps=1e-12) for f in feats]
    return torch.cat(flats[::-1], dim=1)


# %% two: takes off the mean of the row before; detaches
import torch
import torch.nn.functional as F


def concat_fusion(feats):
    out = []
    for f in feats:
        v = f.detach().flatten(1)
        v = v - v.mean(dim=1, keepdim=True)
        out.append(F.normalize(v, dim=1, eps=1e-12))
    return torch.cat(out, dim=1)


# %% two: divides by the largest magnitude of the row; always float32
import torch


def concat_fusion(feats):
    cols = []
    for f in feats:
        v = f.float().reshape(len(f), -1)
        cols.append(v / v.abs().amax(dim=1, keepdim=True).clamp(min=1e-12))
    return torch.cat(cols, dim=-1)
