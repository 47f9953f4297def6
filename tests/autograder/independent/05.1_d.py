# %% right: F.normalize on the flattened features
import torch
from torch.nn import functional as F


def concat_fusion(feats):
    return torch.cat([F.normalize(x.flatten(1), p=2, dim=1, eps=1e-12) for x in feats], dim=1)

# %% right: plain loops over samples and modalities, scaled by the largest entry first
import torch


def concat_fusion(feats):
    n = feats[0].shape[0]
    rows = []
    for i in range(n):
        parts = []
        for f in feats:
            r = f[i].reshape(-1)
            big = r.detach().abs().max()
            if big == 0:
                parts.append(r * 0)
                continue
            r = r / big
            parts.append(r / torch.sqrt((r * r).sum()))
        rows.append(torch.cat(parts))
    return torch.stack(rows)

# %% right: einsum for the squared lengths
import torch


def concat_fusion(feats):
    out = []
    for x in feats:
        flat = x.reshape(x.shape[0], -1)
        sq = torch.einsum("nd,nd->n", flat, flat)
        length = sq.clamp(min=1e-24).sqrt()
        out.append(torch.einsum("nd,n->nd", flat, 1.0 / length))
    return torch.hstack(out)

# %% right: recursion on the list
import torch


def concat_fusion(feats):
    first = torch.flatten(feats[0], start_dim=1)
    length = torch.linalg.vector_norm(first, dim=1, keepdim=True)
    unit = first / torch.clamp(length, min=1e-12)
    if len(feats) == 1:
        return unit
    return torch.cat((unit, concat_fusion(feats[1:])), dim=-1)

# %% right: fills a prepared result slice by slice
import math

import torch


def concat_fusion(feats):
    n = feats[0].size(0)
    sizes = [math.prod(f.shape[1:]) for f in feats]
    result = feats[0].new_zeros(n, sum(sizes))
    start = 0
    for f, d in zip(feats, sizes):
        flat = f.reshape(n, d)
        biggest = flat.detach().abs().amax(dim=1, keepdim=True)
        empty = biggest == 0
        scaled = flat / torch.where(empty, torch.ones_like(biggest), biggest)
        squares = scaled.pow(2).sum(dim=1, keepdim=True)
        squares = torch.where(empty, torch.ones_like(squares), squares)
        result[:, start : start + d] = scaled * squares.rsqrt()
        start += d
    return result

# %% wrong: one length for the whole modality instead of one a row
import torch


def concat_fusion(feats):
    parts = []
    for x in feats:
        flat = x.flatten(start_dim=1)
        parts.append(flat / flat.norm().clamp(min=1e-12))
    return torch.cat(parts, dim=1)

# %% wrong: joined first, the whole row brought to length 1
import torch
from torch.nn import functional as F


def concat_fusion(feats):
    joined = torch.cat([f.reshape(len(f), -1) for f in feats], dim=1)
    return F.normalize(joined, dim=1)

# %% wrong: rows of zeros become nan
import torch


def concat_fusion(feats):
    flats = [torch.flatten(x, 1) for x in feats]
    units = [v / torch.linalg.norm(v, dim=1, keepdim=True) for v in flats]
    return torch.cat(units, 1)

# %% wrong: 1e-8 added to the length, short rows do not reach length 1
import torch


def concat_fusion(feats):
    blocks = []
    for x in feats:
        n = x.shape[0]
        x = x.reshape(n, -1)
        length = x.norm(p=2, dim=1)
        blocks.append(x / (length[:, None] + 1e-8))
    return torch.cat(blocks, dim=1)

# %% wrong: sum of the absolute values instead of the Euclidean norm
import torch


def concat_fusion(feats):
    result = None
    for x in feats:
        x = x.flatten(1)
        size = x.abs().sum(dim=1, keepdim=True).clamp_min(1e-12)
        x = x / size
        result = x if result is None else torch.cat([result, x], dim=1)
    return result

# %% wrong: columns normalised instead of rows
import torch
from torch.nn import functional as F


def concat_fusion(feats):
    return torch.cat([F.normalize(f.flatten(1), dim=0) for f in feats], dim=-1)

# %% wrong: normalised before flattening, over axis 1 only (right for two axes)
import torch
from torch.nn import functional as F


def concat_fusion(feats):
    normed = [F.normalize(f, dim=1, eps=1e-12) for f in feats]
    return torch.cat([z.flatten(1) for z in normed], dim=1)

# %% wrong: through numpy, no gradient flows back
import numpy as np
import torch


def concat_fusion(feats):
    cols = []
    for f in feats:
        a = f.detach().cpu().numpy()
        a = a.reshape(a.shape[0], -1)
        length = np.sqrt((a**2).sum(axis=1, keepdims=True))
        cols.append(a / np.maximum(length, 1e-12).astype(a.dtype))
    return torch.from_numpy(np.concatenate(cols, axis=1))

# %% wrong: replaces the entries of the caller's list
import torch


def concat_fusion(feats):
    for m in range(len(feats)):
        feats[m] = feats[m].flatten(1)
        length = feats[m].norm(dim=1, keepdim=True)
        feats[m] = feats[m] / torch.maximum(length, torch.full_like(length, 1e-12))
    return torch.cat(feats, dim=1)

# %% wrong: more than two axes are flattened with axis 1 as the fastest
import torch
from torch.nn import functional as F


def concat_fusion(feats):
    out = []
    for f in feats:
        if f.dim() > 2:
            f = f.movedim(1, -1)  # channels last
        f = f.reshape(f.shape[0], -1)
        out.append(F.normalize(f, dim=1, eps=1e-12))
    return torch.cat(out, dim=1)

# %% two: sum of absolute values instead of Euclidean; rows of zeros become nan
import torch


def concat_fusion(feats):
    scaled = []
    for f in feats:
        v = f.reshape(f.size(0), -1)
        scaled.append(v / v.norm(p=1, dim=1, keepdim=True))
    return torch.cat(scaled, dim=1)

# %% two: joined first and then scaled as a whole; gradients cut off by detach
import torch


def concat_fusion(feats):
    joined = torch.cat([f.detach().flatten(1) for f in feats], 1)
    length = torch.sqrt((joined * joined).sum(1, keepdim=True))
    return joined / length.clamp(min=1e-12)

# %% two: eps 1e-6 leaves short rows short; further axes averaged away instead of flattened
import torch
from torch.nn import functional as F


def concat_fusion(feats):
    outs = []
    for f in feats:
        while f.dim() > 2:
            f = f.mean(dim=-1)
        outs.append(F.normalize(f, dim=1, eps=1e-6))
    return torch.cat(outs, dim=1)

# %% two: 1e-12 added under the root; modalities joined in the reverse order
import torch


def concat_fusion(feats):
    result = torch.empty(feats[0].shape[0], 0, dtype=feats[0].dtype)
    for f in feats:
        flat = f.flatten(1)
        length = (flat.pow(2).sum(1, keepdim=True) + 1e-12).sqrt()
        result = torch.cat([flat / length, result], dim=1)
    return result
