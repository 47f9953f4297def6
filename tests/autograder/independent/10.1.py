# %% right: where with a mask, keep the argmax by scatter
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    keep = u >= p
    best = torch.zeros_like(keep).scatter(1, u.argmax(dim=1, keepdim=True), True)
    keep = torch.where(keep.any(dim=1, keepdim=True), keep, best)
    return torch.where(keep[:, :, None], feats, torch.zeros_like(feats)), keep

# %% right: loops over samples and modalities
import torch

def apply_modality_dropout(feats, u, p, training):
    N, M, D = feats.shape
    kept = torch.ones(N, M, dtype=torch.bool, device=feats.device)
    if training:
        for n in range(N):
            for m in range(M):
                kept[n, m] = not bool(u[n, m] < p)
            if not kept[n].any():
                kept[n, int(u[n].argmax())] = True
    return feats * kept.unsqueeze(-1).to(feats.dtype), kept

# %% right: the largest draw is always kept
import torch

def apply_modality_dropout(feats, u, p, training):
    if training:
        kept = (u >= p) | (u == u.max(dim=1, keepdim=True).values)
    else:
        kept = torch.full(u.shape, True, device=u.device)
    return feats.masked_fill(~kept.unsqueeze(2), 0), kept

# %% right: einsum with the mask as numbers
import torch

def apply_modality_dropout(feats, u, p, training):
    drop = (u < p) & torch.tensor(bool(training))
    lost = drop.all(dim=1)
    top = torch.nn.functional.one_hot(u.argmax(1), u.shape[1]).bool()
    drop = drop & ~(lost[:, None] & top)
    kept = ~drop
    return torch.einsum("nmd,nm->nmd", feats, kept.to(feats.dtype)), kept

# %% right: sorting the draws
import torch

def apply_modality_dropout(feats, u, p, training):
    n, m = u.shape
    kept = torch.ones((n, m), dtype=torch.bool)
    if training:
        order = u.sort(dim=1, descending=True).indices
        kept = u.ge(p)
        kept[torch.arange(n), order[:, 0]] = True
    out = feats.clone()
    out[~kept] = 0.0
    return out, kept

# %% right: mask computed in NumPy, product in torch
import numpy as np
import torch

def apply_modality_dropout(feats, u, p, training):
    draws = u.detach().cpu().numpy()
    mask = np.ones(draws.shape, dtype=bool)
    if training:
        mask = ~(draws < np.asarray(p, dtype=draws.dtype))
        for row in np.where(~mask.any(axis=1))[0]:
            mask[row, draws[row].argmax()] = True
    kept = torch.from_numpy(mask).to(feats.device)
    return feats * kept[..., None], kept

# %% right: helper for one sample, stacked
import torch

def _keep(row, p):
    keep = row >= p
    if keep.sum() == 0:
        keep = row == row.max()
    return keep

def apply_modality_dropout(feats, u, p, training):
    if training:
        kept = torch.stack([_keep(row, p) for row in u])
    else:
        kept = torch.ones(feats.shape[:2], dtype=torch.bool)
    return torch.where(kept.unsqueeze(-1), feats, feats.new_zeros(())), kept

# %% right: guards, threshold lowered to the largest draw
import torch

def apply_modality_dropout(feats, u, p, training):
    if feats.shape[:2] != u.shape:
        raise ValueError("one draw a modality")
    if not training:
        return feats * 1, torch.ones_like(u).bool()
    limit = torch.clamp(u.max(1, keepdim=True).values, max=p)
    kept = u >= limit
    return feats * kept.type_as(feats)[:, :, None], kept

# %% wrong: a sample may lose everything
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    return feats * kept.unsqueeze(-1), kept

# %% wrong: scales what is kept by 1/(1-p) like nn.Dropout
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    empty = ~kept.any(1)
    kept[empty, u[empty].argmax(1)] = True
    scale = 1 / (1 - p) if p < 1 else 1.0
    return feats * kept.unsqueeze(-1) * scale, kept

# %% wrong: drops in evaluation too
import torch

def apply_modality_dropout(feats, u, p, training):
    kept = u >= p
    idx = u.argmax(dim=1)
    kept[torch.arange(len(u)), idx] = True
    return feats * kept[..., None].to(feats.dtype), kept

# %% wrong: drops where u > p
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u <= p
    none = ~kept.any(dim=1)
    kept[none, u[none].argmax(dim=1)] = True
    return feats * kept[..., None], kept

# %% wrong: keeps the modality with the smallest draw
import torch

def apply_modality_dropout(feats, u, p, training):
    kept = torch.ones_like(u, dtype=torch.bool)
    if training:
        kept = u >= p
        for n in range(len(u)):
            if not kept[n].any():
                kept[n, u[n].argmin()] = True
    return feats * kept.unsqueeze(-1).to(feats.dtype), kept

# %% wrong: keeps always the first modality
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    kept[~kept.any(dim=1), 0] = True
    return torch.where(kept[..., None], feats, torch.zeros_like(feats)), kept

# %% wrong: a sample that would lose everything keeps all
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    kept = kept | ~kept.any(dim=1, keepdim=True)
    return feats * kept.unsqueeze(-1), kept

# %% wrong: returns what was dropped
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.zeros_like(u, dtype=torch.bool)
    drop = u < p
    drop[torch.arange(len(u)), u.argmax(1)] = False
    return feats * (~drop).unsqueeze(-1), drop

# %% wrong: drops where u <= p (differs for p equal to a draw)
import torch

def apply_modality_dropout(feats, u, p, training):
    kept = torch.ones(u.shape, dtype=torch.bool)
    if training:
        kept = u > p
        lone = ~kept.any(1)
        kept[lone, u[lone].argmax(1)] = True
    return feats * kept[:, :, None].to(feats.dtype), kept

# %% wrong: mask as floats
import torch

def apply_modality_dropout(feats, u, p, training):
    mask = torch.ones_like(u)
    if training:
        mask = (u >= p).to(u.dtype)
        mask[torch.arange(len(u)), u.argmax(dim=1)] = 1.0
    return feats * mask.unsqueeze(-1), mask

# %% wrong: zeroes the input itself
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats, torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    kept[torch.arange(len(u)), u.argmax(1)] = True
    with torch.no_grad():
        feats[~kept] = 0
    return feats * kept[..., None], kept

# %% wrong: draws again instead of using u
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    draw = torch.rand_like(u)
    kept = draw >= p
    kept[torch.arange(len(u)), draw.argmax(1)] = True
    return feats * kept[..., None], kept

# %% wrong: one decision for the whole batch, from the first sample
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u[0] >= p
    if not kept.any():
        kept[u[0].argmax()] = True
    kept = kept.expand(u.shape).clone()
    return feats * kept[..., None], kept

# %% wrong: the gradient is cut
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.detach().clone(), torch.ones_like(u, dtype=torch.bool)
    kept = (u >= p) | (u == u.amax(1, keepdim=True))
    return feats.detach() * kept[..., None], kept

# %% wrong: only rescues if the whole batch has lost everything
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    if not kept.any():
        kept[torch.arange(len(u)), u.argmax(dim=1)] = True
    return feats * kept.unsqueeze(2), kept

# %% two: drops in evaluation too; no rescue
def apply_modality_dropout(feats, u, p, training):
    kept = u >= p
    return feats * kept.unsqueeze(-1), kept

# %% two: scales by 1/(1-p); no rescue
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    return feats * kept.unsqueeze(-1) / max(1 - p, 1e-6), kept

# %% two: keeps where u < p; keeps the smallest draw of an empty sample
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u < p
    empty = ~kept.any(1)
    kept[empty, u[empty].argmin(1)] = True
    return feats * kept.unsqueeze(-1), kept

# %% two: keeps the first of an empty sample; returns what was dropped
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.zeros_like(u, dtype=torch.bool)
    kept = u >= p
    kept[~kept.any(1), 0] = True
    return feats * kept.unsqueeze(-1), ~kept

# %% two: mask as floats; keeps all of an empty sample
import torch

def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u)
    kept = u >= p
    kept[~kept.any(1)] = True
    return feats * kept.unsqueeze(-1), kept.float()
