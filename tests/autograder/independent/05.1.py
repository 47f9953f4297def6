# %% right: flatten, clamp the norm, cat
import torch

def concat_fusion(feats):
    parts = []
    for x in feats:
        flat = x.flatten(1)
        norm = flat.norm(dim=1, keepdim=True).clamp(min=1e-12)
        parts.append(flat / norm)
    return torch.cat(parts, dim=1)

# %% right: F.normalize in a comprehension
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    return torch.cat([F.normalize(f.reshape(f.shape[0], -1), p=2, dim=1, eps=1e-12) for f in feats], dim=-1)

# %% right: row by row
import torch

def concat_fusion(feats):
    rows = []
    for n in range(feats[0].shape[0]):
        pieces = []
        for f in feats:
            v = f[n].reshape(-1)
            length = torch.linalg.vector_norm(v)
            pieces.append(v / torch.clamp(length, min=1e-12))
        rows.append(torch.cat(pieces))
    return torch.stack(rows)

# %% right: einsum for the squared norms, floor under the square
import torch

def _unit(flat: torch.Tensor) -> torch.Tensor:
    sq = torch.einsum("nd,nd->n", flat, flat)
    big = sq > 0
    length = torch.where(big, torch.where(big, sq, torch.ones_like(sq)).sqrt(), torch.zeros_like(sq))
    return flat / length.clamp(min=1e-12)[:, None]

def concat_fusion(feats):
    return torch.hstack([_unit(f.reshape(len(f), -1)) for f in feats])

# %% right: concatenate first, then divide block by block with repeat_interleave
import torch

def concat_fusion(feats):
    flats = [f.reshape(f.size(0), -1) for f in feats]
    sizes = torch.tensor([f.size(1) for f in flats], device=flats[0].device)
    norms = torch.stack([torch.linalg.norm(f, dim=1) for f in flats], dim=1)
    norms = torch.maximum(norms, torch.full_like(norms, 1e-12))
    return torch.cat(flats, dim=1) / norms.repeat_interleave(sizes, dim=1)

# %% right: guards, fills a preallocated list by functools.reduce
from functools import reduce
import torch

def concat_fusion(feats):
    if len(feats) == 0:
        raise ValueError("no modality given")
    if len({f.shape[0] for f in feats}) != 1:
        raise ValueError("modalities differ in the number of samples")
    if len({f.dtype for f in feats}) != 1:
        raise TypeError("modalities differ in dtype")

    def scaled(f):
        z = torch.flatten(f, start_dim=1)
        return z.div(z.norm(p=2, dim=-1, keepdim=True).clamp_min(1e-12))

    return reduce(lambda acc, f: torch.cat((acc, scaled(f)), 1), feats[1:], scaled(feats[0]))

# %% wrong: no normalisation at all
import torch

def concat_fusion(feats):
    flat = [torch.flatten(f, 1) for f in feats]
    return torch.cat(flat, dim=1)

# %% wrong: normalises the joined row, not each modality
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    joined = torch.cat([f.reshape(f.shape[0], -1) for f in feats], dim=1)
    return F.normalize(joined, dim=1, eps=1e-12)

# %% wrong: normalises the columns (dim=0) over the batch
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    out = []
    for f in feats:
        x = f.flatten(start_dim=1)
        out.append(F.normalize(x, dim=0, eps=1e-12))
    return torch.cat(out, dim=1)

# %% wrong: L1 norm
import torch

def concat_fusion(feats):
    res = []
    for modality in feats:
        m = modality.reshape(modality.shape[0], -1)
        total = m.abs().sum(dim=1, keepdim=True)
        res.append(m / total.clamp(min=1e-12))
    return torch.cat(res, 1)

# %% wrong: no floor, rows of zeros become NaN
import torch

def concat_fusion(feats):
    normed = []
    for f in feats:
        f = f.view(f.shape[0], -1) if f.is_contiguous() else f.reshape(f.shape[0], -1)
        normed.append(f / torch.linalg.norm(f, dim=1, keepdim=True))
    return torch.cat(normed, dim=1)

# %% wrong: floor of 1 under the norm, rows shorter than 1 stay short
import torch

def concat_fusion(feats):
    def unit(x):
        x = x.flatten(1)
        n = x.pow(2).sum(1, keepdim=True).sqrt()
        return x / n.clamp(min=1.0)
    return torch.cat([unit(x) for x in feats], dim=1)

# %% wrong: one norm for the whole modality instead of one for each row
import torch

def concat_fusion(feats):
    blocks = []
    for x in feats:
        x = x.flatten(1)
        blocks.append(x / x.norm().clamp(min=1e-12))
    return torch.cat(blocks, dim=1)

# %% wrong: images flattened with the channels last
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    flat = []
    for f in feats:
        if f.dim() > 2:
            f = f.movedim(1, -1)
        flat.append(F.normalize(f.reshape(f.shape[0], -1), dim=1, eps=1e-12))
    return torch.cat(flat, dim=1)

# %% wrong: normalises over axis 1 before flattening (only wrong with more than two axes)
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    return torch.cat([F.normalize(f, dim=1, eps=1e-12).flatten(1) for f in feats], dim=1)

# %% wrong: divides by the squared norm
import torch

def concat_fusion(feats):
    pieces = []
    for f in feats:
        v = f.reshape(len(f), -1)
        energy = torch.sum(v ** 2, dim=1, keepdim=True)
        pieces.append(v / torch.clamp(energy, min=1e-12))
    return torch.cat(pieces, dim=1)

# %% wrong: norm detached, gradient of the scaling is lost
import torch

def concat_fusion(feats):
    result = []
    for f in feats:
        f = f.flatten(1)
        with torch.no_grad():
            n = f.norm(dim=1, keepdim=True).clamp(min=1e-12)
        result.append(f / n)
    return torch.cat(result, dim=1)

# %% two: divides by the largest absolute value; joins in reverse order
import torch

def concat_fusion(feats):
    out = None
    for f in feats:
        x = f.flatten(1)
        x = x / x.abs().amax(dim=1, keepdim=True).clamp(min=1e-12)
        out = x if out is None else torch.cat([x, out], dim=1)
    return out

# %% two: averages over the spatial axes instead of flattening; adds 1e-3 to the norm
import torch

def concat_fusion(feats):
    cols = []
    for f in feats:
        while f.dim() > 2:
            f = f.mean(dim=-1)
        cols.append(f / (f.norm(dim=1, keepdim=True) + 1e-3))
    return torch.cat(cols, dim=1)

# %% two: returns float32; scales by 1/sqrt(M) so that the whole row has length 1
import math
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    z = [F.normalize(f.float().flatten(1), dim=1, eps=1e-12) for f in feats]
    return torch.cat(z, dim=1) / math.sqrt(len(feats))


# %% right: flatten, norm, cat
import torch

def concat_fusion(feats):
    parts = []
    for x in feats:
        flat = x.flatten(1)
        norm = flat.norm(dim=1, keepdim=True).clamp(min=1e-12)
        parts.append(flat / norm)
    return torch.cat(parts, dim=1)

# %% right: F.normalize
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    n = feats[0].shape[0]
    return torch.cat([F.normalize(f.reshape(n, -1), p=2, dim=1, eps=1e-12) for f in feats], 1)

# %% wrong: normalised once, after joining
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    joined = torch.cat([f.flatten(start_dim=1) for f in feats], dim=1)
    return F.normalize(joined, dim=1)

# %% wrong: normalised along axis 1 before flattening, so pictures per place
import torch
import torch.nn.functional as F

def concat_fusion(feats):
    scaled = [F.normalize(f, dim=1) for f in feats]
    return torch.cat([s.flatten(1) for s in scaled], dim=1)

# %% wrong: columns brought to length 1 instead of rows
import torch

def concat_fusion(feats):
    out = []
    for f in feats:
        f = f.reshape(f.shape[0], -1)
        length = torch.sqrt((f * f).sum(dim=0)).clamp(min=1e-12)
        out.append(f / length)
    return torch.cat(out, dim=-1)

# %% wrong: no protection for a row of zeros
import torch

def concat_fusion(feats):
    rows = []
    for f in feats:
        v = f.reshape(len(f), -1)
        rows.append(v / torch.linalg.vector_norm(v, dim=1, keepdim=True))
    return torch.hstack(rows)

# %% two: sum of absolute values as length; the floor is 1e-3
import torch

def concat_fusion(feats):
    parts = [f.flatten(1) for f in feats]
    parts = [p / p.abs().sum(1, keepdim=True).clamp(min=1e-3) for p in parts]
    return torch.cat(parts, dim=1)

# %% two: pictures averaged over their places instead of flattened; divided by the squared norm
import torch

def concat_fusion(feats):
    out = []
    for f in feats:
        while f.dim() > 2:
            f = f.mean(-1)
        out.append(f / (f ** 2).sum(1, keepdim=True).clamp(min=1e-12))
    return torch.cat(out, 1)
