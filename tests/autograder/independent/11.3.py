# %% right: the formula with clamps
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% right: loop
import torch

def gblend_weights(tr0, tr1, va0, va1):
    raw = []
    for k in range(len(tr0)):
        g = max(float(va0[k] - va1[k]), 0.0)
        o = float((va1[k] - tr1[k]) - (va0[k] - tr0[k]))
        raw.append(g / max(o * o, 1e-6))
    total = sum(raw)
    return torch.tensor([r / total for r in raw], dtype=tr0.dtype)

# %% right: relu and maximum
import torch

def gblend_weights(tr0, tr1, va0, va1):
    g = torch.relu(va0 - va1)
    o2 = (va1 - tr1 - va0 + tr0).square()
    ratio = g / torch.maximum(o2, torch.full_like(o2, 1e-6))
    return ratio / torch.sum(ratio)

# %% right: where
import torch

def gblend_weights(tr0, tr1, va0, va1):
    gain = va0 - va1
    gain = torch.where(gain > 0, gain, torch.zeros_like(gain))
    o = (va1 - tr1) - (va0 - tr0)
    sq = torch.where(o * o < 1e-6, torch.full_like(o, 1e-6), o * o)
    w = gain / sq
    return w * (1 / w.sum())

# %% right: NumPy
import numpy as np
import torch

def gblend_weights(tr0, tr1, va0, va1):
    a, b, c, d = (t.detach().numpy().astype("float64") for t in (tr0, tr1, va0, va1))
    g = np.maximum(c - d, 0)
    o = (d - b) - (c - a)
    w = g / np.maximum(o**2, 1e-6)
    return torch.from_numpy(w / w.sum()).to(tr0.dtype)

# %% right: F.normalize with the L1 norm
import torch
import torch.nn.functional as F

def gblend_weights(tr0, tr1, va0, va1):
    gain = F.relu(va0 - va1)
    overfit = torch.pow((va1 - tr1) - (va0 - tr0), 2).clamp_min(1e-6)
    return F.normalize(gain / overfit, p=1, dim=0)

# %% right: softmax of the logarithm
import torch

def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = ((va1 - va0) - (tr1 - tr0)).pow(2).clamp(min=1e-6)
    return torch.softmax(torch.log(gain) - torch.log(over), dim=0)

# %% right: helper for the gap
import torch

def _gap(va, tr):
    return va - tr

def gblend_weights(tr0, tr1, va0, va1):
    o = _gap(va1, tr1) - _gap(va0, tr0)
    g = va0 - va1
    w = torch.zeros_like(g)
    good = g > 0
    w[good] = g[good] / torch.clamp(o[good] ** 2, min=1e-6)
    return w.div(w.sum())

# %% wrong: O not squared (absolute value)
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = ((va1 - tr1) - (va0 - tr0)).abs().clamp(min=1e-6)
    w = gain / over
    return w / w.sum()

# %% wrong: negative gains stay negative
def gblend_weights(tr0, tr1, va0, va1):
    gain = va0 - va1
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% wrong: gain of the training loss
def gblend_weights(tr0, tr1, va0, va1):
    gain = (tr0 - tr1).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% wrong: sign of the gain
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va1 - va0).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% wrong: not normalised
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    return gain / (over**2).clamp(min=1e-6)

# %% wrong: overfitting of the late checkpoint only
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = va1 - tr1
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% wrong: gaps added instead of subtracted
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = (va1 - tr1) + (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% wrong: softmax of the ratios
import torch

def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    return torch.softmax(gain / (over**2).clamp(min=1e-6), dim=0)

# %% wrong: no floor
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / over**2
    return w / w.sum()

# %% wrong: 1e-6 added instead of a floor
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2 + 1e-6)
    return w / w.sum()

# %% wrong: floor of 1e-6 on O, then squared
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = ((va1 - tr1) - (va0 - tr0)).abs().clamp(min=1e-6)
    w = gain / over**2
    return w / w.sum()

# %% wrong: absolute value of the gain
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).abs()
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% wrong: clamps after dividing by the sum, so it does not sum to 1
def gblend_weights(tr0, tr1, va0, va1):
    gain = va0 - va1
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return (w / w.sum()).clamp(min=0)

# %% wrong: sums to K
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.mean()

# %% wrong: O clamped at 0, only growing gaps count as overfitting
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = ((va1 - tr1) - (va0 - tr0)).clamp(min=0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% two: O not squared; negative gains stay
def gblend_weights(tr0, tr1, va0, va1):
    gain = va0 - va1
    over = ((va1 - tr1) - (va0 - tr0)).abs().clamp(min=1e-6)
    w = gain / over
    return w / w.sum()

# %% two: late gap only; not normalised
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = va1 - tr1
    return gain / (over**2).clamp(min=1e-6)

# %% two: gain of the training loss; negative gains stay
def gblend_weights(tr0, tr1, va0, va1):
    gain = tr0 - tr1
    over = (va1 - tr1) - (va0 - tr0)
    w = gain / (over**2).clamp(min=1e-6)
    return w / w.sum()

# %% two: no floor; O not squared
def gblend_weights(tr0, tr1, va0, va1):
    gain = (va0 - va1).clamp(min=0)
    over = ((va1 - tr1) - (va0 - tr0)).abs()
    w = gain / over
    return w / w.sum()

# %% two: negative gains stay; softmax
import torch

def gblend_weights(tr0, tr1, va0, va1):
    gain = va0 - va1
    over = (va1 - tr1) - (va0 - tr0)
    return torch.softmax(gain / (over**2).clamp(min=1e-6), dim=0)
