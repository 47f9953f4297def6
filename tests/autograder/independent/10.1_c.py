# %% right: the largest draw of a sample is always kept
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.ones(feats.shape[:2], dtype=torch.bool)
    kept = (u >= p) | (u == u.amax(dim=1, keepdim=True))
    return torch.where(kept.unsqueeze(-1), feats, torch.zeros_like(feats)), kept


# %% right: empty samples rescued by argmax
import torch


def apply_modality_dropout(feats, u, p, training):
    drop = u < p if training else torch.zeros_like(u, dtype=torch.bool)
    lost = torch.nonzero(drop.all(dim=1)).flatten()
    drop[lost, u[lost].argmax(dim=1)] = False
    return feats.masked_fill(drop[:, :, None], 0.0), ~drop


# %% right: loops over samples and modalities
import torch


def apply_modality_dropout(feats, u, p, training):
    N, M, D = feats.shape
    kept = torch.ones(N, M, dtype=torch.bool)
    rows = []
    for n in range(N):
        if training:
            best = 0
            for m in range(M):
                if u[n, m] < p:
                    kept[n, m] = False
                if u[n, m] > u[n, best]:
                    best = m
            if not any(kept[n].tolist()):
                kept[n, best] = True
        parts = [feats[n, m] if kept[n, m] else torch.zeros(D, dtype=feats.dtype) for m in range(M)]
        rows.append(torch.stack(parts))
    return torch.stack(rows), kept


# %% right: threshold lowered to the row's largest draw
import torch


def apply_modality_dropout(feats, u, p, training):
    limit = torch.clamp(u.max(dim=1, keepdim=True).values, max=p)
    kept = u >= (limit if training else torch.zeros_like(limit))
    return feats * kept.unsqueeze(2).to(feats.dtype), kept


# %% right: modalities sorted by their draw, the first place never dropped
import torch


def apply_modality_dropout(feats, u, p, training):
    order = torch.argsort(u, dim=1, descending=True)
    ranked = torch.gather(u, 1, order)
    stays = torch.logical_not(ranked < p)
    stays[:, 0] = True
    if training is False:
        stays[:] = True
    kept = torch.zeros(u.shape, dtype=torch.bool).scatter(1, order, stays)
    out = torch.zeros_like(feats)
    n, m = kept.nonzero(as_tuple=True)
    out = out.index_put((n, m), feats[n, m])
    return out, kept


# %% wrong: a sample may lose everything
import torch


def apply_modality_dropout(feats, u, p, training):
    if training:
        kept = ~(u < p)
    else:
        kept = torch.ones_like(u, dtype=torch.bool)
    return feats * kept[..., None], kept


# %% wrong: kept features are divided by 1 - p as in ordinary dropout
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats, torch.ones_like(u).bool()
    kept = u >= p
    kept[torch.arange(len(u)), u.argmax(1)] = True
    factor = 1.0 / (1.0 - p) if p < 1 else 1.0
    return feats * kept[:, :, None] * factor, kept


# %% wrong: an empty sample keeps the modality with its smallest draw
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats.clone(), torch.full(u.shape, True)
    kept = u >= p
    for n in range(kept.shape[0]):
        if kept[n].sum() == 0:
            kept[n, torch.argmin(u[n])] = True
    return torch.where(kept[:, :, None], feats, 0.0), kept


# %% wrong: rescues only when the whole batch would be empty
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats, torch.ones(u.shape, dtype=torch.bool)
    kept = (u < p).logical_not()
    if not kept.any():
        kept = torch.nn.functional.one_hot(u.argmax(dim=1), u.shape[1]).bool()
    return feats * kept.unsqueeze(-1).type_as(feats), kept


# %% wrong: the mask is returned as it was before the rescue
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats, torch.ones(u.shape, dtype=torch.bool)
    kept = u >= p
    empty = ~kept.any(dim=1, keepdim=True)
    best = u == u.max(dim=1, keepdim=True).values
    mask = kept | (empty & best)
    return feats * mask[..., None], kept


# %% wrong: the flag training is never looked at
import torch


def apply_modality_dropout(feats, u, p, training):
    N = feats.shape[0]
    kept = u >= p
    kept[torch.arange(N), u.max(dim=1).indices] = True
    return torch.einsum("nmd,nm->nmd", feats, kept.to(feats.dtype)), kept


# %% wrong: dropped at u <= p too, so a draw of 0 is dropped with p = 0
import torch


def apply_modality_dropout(feats, u, p, training):
    kept = u > p
    if not training:
        kept = torch.ones_like(kept)
    nobody = kept.sum(1) == 0
    kept = kept.clone()
    kept[nobody] = torch.eye(u.shape[1], dtype=torch.bool)[u.argmax(1)][nobody]
    return feats.masked_fill(~kept.unsqueeze(2), 0), kept


# %% wrong: what was kept is read off the features, rows that are 0 by nature count as dropped
import torch


def apply_modality_dropout(feats, u, p, training):
    out = feats
    if training:
        stay = (u >= p) | (u >= u.amax(1, keepdim=True))
        out = feats * stay[:, :, None].to(feats.dtype)
    return out, (out != 0).any(dim=2)


# %% wrong: an empty sample keeps a modality drawn anew at random
import torch


def apply_modality_dropout(feats, u, p, training):
    N, M, _ = feats.shape
    if not training:
        return feats, torch.ones(N, M, dtype=torch.bool)
    kept = u >= p
    for n in range(N):
        if not kept[n].any():
            kept[n, torch.randint(M, (1,)).item()] = True
    return torch.where(kept[..., None], feats, torch.zeros_like(feats)), kept


# %% wrong: the features are rebuilt with numpy, no gradient to feats
import numpy as np
import torch


def apply_modality_dropout(feats, u, p, training):
    x = feats.detach().numpy().copy()
    kept = np.ones(u.shape, dtype=bool)
    if training:
        kept = (u >= p).numpy()
        kept[np.arange(len(x)), u.numpy().argmax(axis=1)] = True
    x[~kept] = 0
    return torch.from_numpy(x), torch.from_numpy(kept)


# %% two: an empty sample keeps all its modalities; the mask is a float tensor
import torch


def apply_modality_dropout(feats, u, p, training):
    kept = torch.ones_like(u)
    if training:
        kept = (u >= p).to(feats.dtype)
        kept = torch.where(kept.sum(1, keepdim=True) == 0, torch.ones_like(kept), kept)
    return feats * kept.unsqueeze(-1), kept


# %% two: zeros are written into feats itself; the mask says what was dropped
import torch


def apply_modality_dropout(feats, u, p, training):
    drop = (u < p) & (u < u.amax(1, keepdim=True))
    if not training:
        drop = torch.zeros_like(drop)
    out = feats.clone()
    out[drop] = 0
    with torch.no_grad():
        feats[drop] = 0
    return out, drop


# %% two: drops where u is larger than p; outside of training features are scaled by 1 - p
import torch


def apply_modality_dropout(feats, u, p, training):
    if not training:
        return feats * (1 - p), torch.ones(u.shape, dtype=torch.bool)
    kept = u < p
    lost = ~kept.any(1)
    kept[lost, u[lost].argmax(1)] = True
    return feats * kept[:, :, None], kept


# %% two: the draws of the first sample decide for the whole batch; the rescue always takes modality 0
import torch


def apply_modality_dropout(feats, u, p, training):
    N, M, D = feats.shape
    kept = torch.ones(M, dtype=torch.bool)
    if training:
        kept = u[0] >= p
        if not kept.any():
            kept[0] = True
    return feats * kept.view(1, M, 1), kept.expand(N, M).clone()
