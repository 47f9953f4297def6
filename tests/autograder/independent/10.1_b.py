# %% right: mask, scatter on the argmax of empty samples, torch.where
import torch


def apply_modality_dropout(feats, u, p, training):
    kept = torch.ones_like(u, dtype=torch.bool)
    if training:
        kept = u >= p
        empty = ~kept.any(dim=1)
        rows = empty.nonzero(as_tuple=True)[0]
        kept[rows, u[rows].argmax(dim=1)] = True
    return torch.where(kept.unsqueeze(-1), feats, torch.zeros_like(feats)), kept

# %% right: nested Python loops with flags
import torch


def apply_modality_dropout(feats, u, p, training):
    """Hide modalities where u < p, never all of a sample: features (N, M, D) with zeros, and what was kept (N, M)."""
    n_samples, n_mod, _ = feats.shape
    kept = torch.ones(n_samples, n_mod, dtype=torch.bool, device=feats.device)
    if not training:
        return feats.clone(), kept
    for n in range(n_samples):
        best = 0
        left = 0
        for m in range(n_mod):
            if u[n, m] < p:
                kept[n, m] = False
            else:
                left += 1
            if u[n, m] > u[n, best]:
                best = m
        if left == 0:
            kept[n, best] = True
    out = feats.clone()
    out[~kept] = 0
    return out, kept

# %% right: the largest draw of a sample is always kept; multiplied by the mask
import torch


def apply_modality_dropout(feats, u, p, training):
    if training:
        kept = (u >= p) | (u == u.max(dim=1, keepdim=True).values)
    else:
        kept = torch.full(u.shape, True)
    return feats * kept[..., None].to(feats.dtype), kept

# %% right: threshold per sample is the smaller of p and the largest draw; masked_fill
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats, torch.ones(u.shape, dtype=torch.bool, device=u.device)
    top = u.amax(1, keepdim=True)
    cut = torch.minimum(top, torch.full_like(top, p))
    dropped = u < cut
    return feats.masked_fill(dropped.unsqueeze(2), 0.0), ~dropped

# %% right: sorts each sample by its draws, first place always kept, scattered back; einsum
import torch


def apply_modality_dropout(feats, u, p, training):
    if training:
        sorted_u, order = torch.sort(u, dim=1, descending=True)
        keep_sorted = ~(sorted_u < p)
        keep_sorted[:, 0] = True
        kept = torch.zeros_like(keep_sorted).scatter(1, order, keep_sorted)
    else:
        kept = u.new_ones(u.shape).bool()
    out = torch.einsum("nmd,nm->nmd", feats, kept.to(feats.dtype))
    return out, kept

# %% wrong: what remains is scaled up by 1 / (1 - p), as nn.Dropout does
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats, torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    best = u.argmax(dim=1, keepdim=True)
    kept = kept.scatter(1, best, True)
    scale = 1.0 / (1.0 - p) if p < 1 else 1.0
    return torch.where(kept.unsqueeze(-1), feats * scale, 0.0), kept

# %% wrong: a sample that loses everything is not rescued
import torch


def apply_modality_dropout(feats, u, p, training):
    keep = torch.ones_like(u).bool()
    if training:
        keep = ~(u < p)
    return feats * keep.unsqueeze(-1), keep

# %% wrong: a blanked sample keeps the modality with its smallest draw
import torch


def apply_modality_dropout(feats, u, p, training):
    kept = torch.ones(u.shape, dtype=torch.bool)
    if training:
        for i in range(len(u)):
            kept[i] = u[i] >= p
            if kept[i].sum() == 0:
                kept[i, torch.argmin(u[i])] = True
    return feats.masked_fill(~kept[:, :, None], 0), kept

# %% wrong: drops at u <= p instead of u < p, differs where a draw equals p
import torch


def apply_modality_dropout(feats, u, p, training):
    drop = u <= p if training else torch.zeros_like(u, dtype=torch.bool)
    all_gone = drop.all(dim=1)
    largest = torch.nn.functional.one_hot(u.argmax(1), u.shape[1]).bool()
    drop = drop & ~(all_gone[:, None] & largest)
    return torch.where(drop[..., None], torch.zeros_like(feats), feats), ~drop

# %% wrong: training is ignored, modalities are dropped at test time as well
import torch


def apply_modality_dropout(feats, u, p, training):
    kept = (u >= p) | (u >= u.amax(dim=1, keepdim=True))
    mask = kept.unsqueeze(2).expand_as(feats)
    out = torch.where(mask, feats, torch.zeros_like(feats))
    return out, kept

# %% wrong: the largest draw of blanked samples is set to 1 in u itself
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats, torch.ones_like(u, dtype=torch.bool)
    blank = (u < p).all(dim=1)
    rows = torch.arange(u.shape[0])[blank]
    u[rows, u.argmax(dim=1)[blank]] = 1.0
    kept = u >= p
    return feats * kept[..., None], kept

# %% wrong: mask made in NumPy as float64, so float32 features come out as float64
import numpy as np
import torch


def apply_modality_dropout(feats, u, p, training):
    draws = u.detach().numpy()
    mask = np.ones(draws.shape)
    if training:
        mask[draws < p] = 0
        for row in range(mask.shape[0]):
            if mask[row].sum() == 0:
                mask[row, draws[row].argmax()] = 1
    mask = torch.from_numpy(mask)
    return feats * mask.unsqueeze(-1), mask.bool()

# %% wrong: returns the mask from before the rescue, the features are right
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones_like(u, dtype=torch.bool)
    kept = u >= p
    rescue = (u == u.amax(1, keepdim=True)) & ~kept.any(1, keepdim=True)
    out = feats * (kept | rescue).unsqueeze(-1)
    return out, kept

# %% wrong: rescues only when the whole batch has lost everything
import torch


def apply_modality_dropout(feats, u, p, training):
    kept = torch.ones_like(u, dtype=torch.bool)
    if training:
        kept = torch.ge(u, p)
        if not kept.any():
            kept[torch.arange(len(u)), u.argmax(dim=1)] = True
    return feats.masked_fill(~kept.unsqueeze(-1), 0.0), kept

# %% wrong: a blanked sample gets all its modalities back instead of one
import torch


def apply_modality_dropout(feats, u, p, training):
    if training:
        kept = u >= p
        nothing_left = kept.sum(dim=1) == 0
        kept[nothing_left] = True
    else:
        kept = torch.ones_like(u, dtype=torch.bool)
    return torch.where(kept[:, :, None], feats, torch.zeros_like(feats)), kept

# %% two: keeps where u < p, the wrong way round; a sample that loses everything is not rescued
import torch


def apply_modality_dropout(feats, u, p, training):
    if training:
        kept = u < p
    else:
        kept = torch.ones_like(u, dtype=torch.bool)
    return feats * kept.unsqueeze(-1).to(feats.dtype), kept

# %% two: returns what was dropped instead of what was kept; the rescued modality is drawn at random
import torch


def apply_modality_dropout(feats, u, p, training):
    n, m, _ = feats.shape
    dropped = torch.zeros(n, m, dtype=torch.bool)
    if training:
        dropped = u < p
        for i in range(n):
            if dropped[i].all():
                dropped[i, torch.randint(m, (1,))] = False
    return feats.masked_fill(dropped[..., None], 0), dropped

# %% two: scaled up by 1 / (1 - p); training is ignored
import torch


def apply_modality_dropout(feats, u, p, training):
    kept = (u >= p) | (u == u.amax(dim=1, keepdim=True))
    out = feats * kept[..., None]
    if p < 1:
        out = out / (1 - p)
    return out, kept

# %% two: works on a detached copy, so no gradient; a blanked sample keeps its first modality
import torch


def apply_modality_dropout(feats, u, p, training):
    out = feats.detach().clone()
    kept = torch.ones_like(u, dtype=torch.bool)
    if training:
        kept = u >= p
        kept[kept.sum(1) == 0, 0] = True
        out[~kept] = 0
    return out, kept
