# %% right: vectorised with clamps
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over ** 2).clamp(min=1e-6)
    return w / w.sum()

# %% right: plain Python loop over the heads
import torch


def gblend_weights(tr0, tr1, va0, va1):
    raw = []
    for a, b, c, d in zip(tr0.tolist(), tr1.tolist(), va0.tolist(), va1.tolist()):
        g = c - d
        if g < 0:
            g = 0.0
        o = (d - b) - (c - a)
        o2 = o * o
        if o2 < 1e-6:
            o2 = 1e-6
        raw.append(g / o2)
    total = sum(raw)
    return torch.tensor([r / total for r in raw], dtype=tr0.dtype)

# %% right: numpy in double precision
import numpy as np
import torch


def gblend_weights(tr0, tr1, va0, va1):
    t0, t1, v0, v1 = (q.detach().cpu().numpy().astype(np.float64) for q in (tr0, tr1, va0, va1))
    G = np.maximum(v0 - v1, 0.0)
    O = (v1 - t1) - (v0 - t0)
    w = G / np.maximum(O * O, 1e-6)
    return torch.from_numpy(w / w.sum()).to(tr0.dtype)

# %% right: torch.where, relu and l1 normalisation from the library
import torch
from torch.nn import functional as F


def gblend_weights(tr0, tr1, va0, va1):
    G = F.relu(va0 - va1)
    gap0 = va0 - tr0
    gap1 = va1 - tr1
    sq = torch.square(gap1 - gap0)
    sq = torch.where(sq < 1e-6, torch.full_like(sq, 1e-6), sq)
    return F.normalize(G / sq, p=1, dim=0, eps=0.0)

# %% right: writes only into the heads with a gain, long-winded
import torch


def gblend_weights(tr0, tr1, va0, va1):
    K = va0.shape[0]
    weights = torch.zeros(K, dtype=va0.dtype)
    has_gain = va0 > va1
    for k in torch.nonzero(has_gain).flatten().tolist():
        gain = va0[k] - va1[k]
        overfit_early = va0[k] - tr0[k]
        overfit_late = va1[k] - tr1[k]
        o = overfit_late - overfit_early
        o_squared = torch.maximum(o.pow(2), torch.tensor(1e-6, dtype=va0.dtype))
        weights[k] = gain / o_squared
    return weights.div(weights.sum())

# %% wrong: negative gains are not set to 0
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = va0 - va1
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over ** 2).clamp(min=1e-6)
    return w / w.sum()

# %% wrong: no floor for the squared overfitting, nan or inf where it is 0
import torch


def gblend_weights(tr0, tr1, va0, va1):
    G = torch.relu(va0 - va1)
    O = (va1 - tr1) - (va0 - tr0)
    ratio = G / O.square()
    return ratio / ratio.sum()

# %% wrong: the overfitting is not squared
import torch


def gblend_weights(tr0, tr1, va0, va1):
    G = torch.clamp(va0 - va1, min=0.0)
    O = torch.abs((va1 - tr1) - (va0 - tr0))
    w = G / torch.clamp(O, min=1e-6)
    return w / torch.sum(w)

# %% wrong: 1e-6 is added to the square instead of a floor
import torch


def gblend_weights(tr0, tr1, va0, va1):
    eps = 1e-6
    gains = torch.maximum(va0 - va1, torch.zeros_like(va0))
    delta = (va1 - tr1) - (va0 - tr0)
    w = gains / (delta * delta + eps)
    return w / w.sum()

# %% wrong: the overfitting is only that of the late checkpoint
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp_min(0)
    overfit = va1 - tr1
    score = gain / overfit.pow(2).clamp_min(1e-6)
    return score / score.sum()

# %% wrong: the gain is taken from the training losses
import torch


def gblend_weights(tr0, tr1, va0, va1):
    scores = []
    for k in range(len(tr0)):
        g = max((tr0[k] - tr1[k]).item(), 0.0)
        o = ((va1[k] - tr1[k]) - (va0[k] - tr0[k])).item()
        scores.append(g / max(o ** 2, 1e-6))
    s = torch.tensor(scores, dtype=tr0.dtype)
    return s / s.sum()

# %% wrong: softmax instead of dividing by the sum
import torch


def gblend_weights(tr0, tr1, va0, va1):
    g = torch.relu(va0 - va1)
    o = va1 - tr1 - va0 + tr0
    return torch.softmax(g / torch.clamp(o ** 2, min=1e-6), dim=0)

# %% wrong: the floor of 1e-6 is put on |O| before squaring
import torch


def gblend_weights(tr0, tr1, va0, va1):
    G = (va0 - va1).clamp(min=0)
    O = ((va1 - tr1) - (va0 - tr0)).abs().clamp(min=1e-6)
    w = G.double() / O.double() ** 2
    return (w / w.sum()).to(tr0.dtype)

# %% wrong: computed in place, va0 and va1 are changed
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    va1 -= tr1
    va0 -= tr0
    o = va1 - va0
    w = gain / (o * o).clamp(min=1e-6)
    w /= w.sum()
    return w

# %% wrong: the result is float32 for float64 losses
import numpy as np
import torch


def gblend_weights(tr0, tr1, va0, va1):
    t0, t1, v0, v1 = [np.array(z.tolist()) for z in (tr0, tr1, va0, va1)]
    G = np.clip(v0 - v1, 0, None)
    O2 = np.clip(((v1 - t1) - (v0 - t0)) ** 2, 1e-6, None)
    w = G / O2
    return torch.tensor((w / w.sum()).tolist())

# %% two: weights not normalised; negative gains kept
import torch


def gblend_weights(tr0, tr1, va0, va1):
    G = va0 - va1
    O = (va1 - tr1) - (va0 - tr0)
    return G / O.pow(2).clamp(min=1e-6)

# %% two: absolute gain instead of 0 for losses that rise; overfitting not squared
import torch


def gblend_weights(tr0, tr1, va0, va1):
    g = (va0 - va1).abs()
    o = ((va1 - tr1) - (va0 - tr0)).abs().clamp(min=1e-6)
    q = g / o
    return q / q.sum()

# %% two: no floor on the square; normalised to mean 1 instead of sum 1
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = torch.relu(va0 - va1)
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / over ** 2
    return w / w.mean()

# %% two: the whole ratio is squared; the overfitting only at the late checkpoint
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = torch.clamp(va0 - va1, min=0)
    over2 = torch.clamp((va1 - tr1) ** 2, min=1e-6)
    w = gain ** 2 / over2
    return w / w.sum()
