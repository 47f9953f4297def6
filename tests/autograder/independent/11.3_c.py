# %% right: clamp gain and squared overfitting, divide, normalise
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    overfit = (va1 - tr1) - (va0 - tr0)
    w = gain / overfit.square().clamp(min=1e-6)
    return w / w.sum()


# %% right: plain Python numbers, head by head
import torch


def gblend_weights(tr0, tr1, va0, va1):
    raw = []
    for k in range(len(tr0)):
        t0, t1 = tr0[k].item(), tr1[k].item()
        v0, v1 = va0[k].item(), va1[k].item()
        G = v0 - v1
        O = (v1 - t1) - (v0 - t0)
        if G < 0:
            G = 0.0
        sq = O * O
        if sq < 1e-6:
            sq = 1e-6
        raw.append(G / sq)
    total = sum(raw)
    return torch.tensor([r / total for r in raw], dtype=tr0.dtype)


# %% right: NumPy
import numpy as np
import torch


def gblend_weights(tr0, tr1, va0, va1):
    a, b, c, d = (np.asarray(t.detach().cpu(), dtype=np.float64) for t in (tr0, tr1, va0, va1))
    g = np.maximum(c - d, 0.0)
    o2 = np.maximum(((d - b) - (c - a)) ** 2, 1e-6)
    w = g / o2
    return torch.as_tensor(w / w.sum()).to(tr0.dtype)


# %% right: softmax of log gain minus log squared overfitting
import torch


def gblend_weights(tr0, tr1, va0, va1):
    with torch.no_grad():
        gain = torch.relu(va0 - va1)
        gap_early = va0 - tr0
        gap_late = va1 - tr1
        o2 = torch.pow(gap_late - gap_early, 2)
        o2 = torch.where(o2 < 1e-6, torch.full_like(o2, 1e-6), o2)
        return torch.softmax(torch.log(gain) - torch.log(o2), dim=0)


# %% right: vmap of one head's score, then a share of the total by einsum
import torch


def gblend_weights(tr0, tr1, va0, va1):
    def score(t0, t1, v0, v1):
        g = torch.maximum(v0 - v1, torch.zeros_like(v0))
        o = v1 - t1 - (v0 - t0)
        return g / torch.maximum(o * o, torch.full_like(o, 1e-6))

    s = torch.vmap(score)(tr0, tr1, va0, va1).detach()
    return torch.einsum("k,->k", s, 1 / s.sum())


# %% wrong: the overfitting is not squared
import torch


def gblend_weights(tr0, tr1, va0, va1):
    G = torch.clamp(va0 - va1, min=0)
    O = torch.abs((va1 - tr1) - (va0 - tr0))
    w = G / torch.clamp(O, min=1e-6)
    return w / w.sum()


# %% wrong: the floor 1e-6 is put on |O| before squaring, not on O squared
import torch


def gblend_weights(tr0, tr1, va0, va1):
    G = (va0 - va1).clamp_min(0.0)
    O = ((va1 - tr1) - (va0 - tr0)).abs().clamp_min(1e-6)
    ratio = G / O**2
    return ratio / ratio.sum()


# %% wrong: adds 1e-6 to O squared in place of a floor
import torch


def gblend_weights(tr0, tr1, va0, va1):
    eps = 1e-6
    gains = torch.relu(va0 - va1)
    over = (va1 - va0) - (tr1 - tr0)
    raw = gains / (over**2 + eps)
    return raw / torch.sum(raw)


# %% wrong: negative gains are kept and give negative weights
import torch


def gblend_weights(tr0, tr1, va0, va1):
    out = []
    for t0, t1, v0, v1 in zip(tr0, tr1, va0, va1):
        g = v0 - v1
        o = (v1 - t1) - (v0 - t0)
        out.append(g / max(o**2, torch.tensor(1e-6, dtype=o.dtype)))
    w = torch.stack(out)
    return w / w.sum()


# %% wrong: overfitting taken at the late checkpoint only, not the change in between
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = torch.maximum(va0 - va1, torch.zeros_like(va0))
    overfitting = va1 - tr1
    w = gain / torch.clamp(overfitting**2, min=1e-6)
    return w.div(w.sum())


# %% wrong: the gain is measured on the training loss
import torch


def gblend_weights(tr0, tr1, va0, va1):
    G = (tr0 - tr1).clamp(min=0)
    O2 = (((va1 - tr1) - (va0 - tr0)) ** 2).clamp(min=1e-6)
    w = G / O2
    return w / w.sum()


# %% wrong: negative overfitting counts as none (clamped at 0 before squaring)
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gap0 = va0 - tr0
    gap1 = va1 - tr1
    over = torch.relu(gap1 - gap0)
    gain = torch.relu(va0 - va1)
    w = gain / (over * over).clamp(min=1e-6)
    return w / w.sum()


# %% wrong: 1e-3 added to the sum of the scores, so the weights of small gains do not sum to 1
import torch


def gblend_weights(tr0, tr1, va0, va1):
    g = torch.clamp(va0 - va1, min=0.0)
    o = (va1 - tr1) - (va0 - tr0)
    score = g / torch.clamp(o.pow(2), min=1e-6)
    return score / (score.sum() + 1e-3)


# %% wrong: collects Python floats, so float64 inputs come back as float32
import torch


def gblend_weights(tr0, tr1, va0, va1):
    quads = zip(tr0.tolist(), tr1.tolist(), va0.tolist(), va1.tolist())
    w = [max(c - d, 0.0) / max(((d - b) - (c - a)) ** 2, 1e-6) for a, b, c, d in quads]
    return torch.tensor([x / sum(w) for x in w])


# %% wrong: heads without gain are dropped, the result is shorter than K
import torch


def gblend_weights(tr0, tr1, va0, va1):
    keep = va0 > va1
    tr0, tr1, va0, va1 = tr0[keep], tr1[keep], va0[keep], va1[keep]
    o2 = ((va1 - tr1) - (va0 - tr0)).square()
    w = (va0 - va1) / torch.clip(o2, min=1e-6)
    return w / w.sum()


# %% two: gain with the wrong sign (va1 - va0) and its absolute value taken; O not squared
import torch


def gblend_weights(tr0, tr1, va0, va1):
    G = (va1 - va0).abs()
    O = ((va1 - tr1) - (va0 - tr0)).abs().clamp(min=1e-6)
    w = G / O
    return w / w.sum()


# %% two: softmax over the ratios; the early gap loses its brackets
import torch


def gblend_weights(tr0, tr1, va0, va1):
    gain = torch.relu(va0 - va1)
    o = (va1 - tr1) - va0 - tr0
    return torch.softmax(gain / (o**2).clamp(min=1e-6), dim=0)


# %% two: works in place and overwrites va0; not normalised
import torch


def gblend_weights(tr0, tr1, va0, va1):
    with torch.no_grad():
        o = (va1 - tr1) - (va0 - tr0)
        va0 -= va1
        g = va0.clamp(min=0)
        return g / (o**2).clamp(min=1e-6)


# %% two: clamps negative weights after the normalisation, so they sum to more than 1; no floor on O squared
import torch


def gblend_weights(tr0, tr1, va0, va1):
    w = (va0 - va1) / ((va1 - tr1) - (va0 - tr0)) ** 2
    w = w / w.sum()
    return w.clamp(min=0)
