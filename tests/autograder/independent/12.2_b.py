# %% right: a dictionary of bins
from collections import defaultdict
import torch

def ece(probs, y, bins=10):
    boxes = defaultdict(list)
    for row, true in zip(probs.tolist(), y.tolist()):
        sure = max(row)
        boxes[min(int(sure * bins), bins - 1)].append((sure, row.index(sure) == true))
    n = len(probs)
    return sum(abs(sum(h for _, h in box) - sum(s for s, _ in box)) for box in boxes.values()) / n

# %% right: bincount of the gaps
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(dim=1)
    place = (conf * bins).floor().long().clamp(max=bins - 1)
    gap = torch.bincount(place, weights=(guess == y).double() - conf, minlength=bins)
    return gap.abs().sum() / len(y)

# %% right: numpy histograms
import numpy as np
import torch

def ece(probs: torch.Tensor, y: torch.Tensor, bins: int = 10) -> float:
    p = probs.numpy().astype(float)
    conf, right = p.max(1), p.argmax(1) == y.numpy()
    edges = np.linspace(0, 1, bins + 1)
    confidence, _ = np.histogram(conf, edges, weights=conf)
    correct, _ = np.histogram(conf, edges, weights=right.astype(float))
    return float(np.abs(confidence - correct).sum() / conf.size)

# %% right: the formula bin by bin with masks
import torch

def ece(probs, y, bins=10):
    conf = probs.amax(1)
    ok = probs.argmax(1).eq(y).to(probs.dtype)
    total = probs.new_zeros(())
    for k in range(bins):
        inside = (conf >= k / bins) & ((conf < (k + 1) / bins) | (k == bins - 1))
        if inside.any():
            total += inside.to(probs.dtype).mean() * (ok[inside].mean() - conf[inside].mean()).abs()
    return total

# %% right: sorted by confidence, then bisected
from bisect import bisect_left
import torch

def ece(probs, y, bins=10):
    pairs = sorted((float(p.max()), float(p.argmax() == t)) for p, t in zip(probs.double(), y))
    confs = [c for c, _ in pairs]
    cuts = [bisect_left(confs, k / bins) for k in range(bins)] + [len(pairs)]
    score = 0.0
    for low, high in zip(cuts, cuts[1:]):
        part = pairs[low:high]
        score += abs(sum(h - c for c, h in part))
    return torch.tensor(score / len(pairs))

# %% wrong: bins not weighted by their samples
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    ok = (guess == y).double()
    place = (conf * bins).long().clamp(max=bins - 1)
    gaps = [(ok[place == k].mean() - conf[place == k].mean()).abs() for k in range(bins) if (place == k).any()]
    return torch.stack(gaps).mean()

# %% wrong: without the absolute value
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    ok = (guess == y).double()
    place = (conf * bins).long().clamp(max=bins - 1)
    total = 0.0
    for k in place.unique():
        m = place == k
        total += m.double().mean() * (ok[m].mean() - conf[m].mean())
    return total

# %% wrong: a confidence of 1 falls out
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    ok = (guess == y).double()
    total = 0.0
    for k in range(bins):
        m = (conf >= k / bins) & (conf < (k + 1) / bins)
        if m.any():
            total += float(m.double().mean() * (ok[m].mean() - conf[m].mean()).abs())
    return total

# %% wrong: bins closed on the right
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    ok = (guess == y).double()
    total = 0.0
    for k in range(bins):
        m = (conf > k / bins) & (conf <= (k + 1) / bins)
        if m.any():
            total += float(m.double().mean() * (ok[m].mean() - conf[m].mean()).abs())
    return total

# %% wrong: always 10 bins
import torch

def ece(probs, y, bins=10):
    bins = 10
    conf, guess = probs.double().max(1)
    gap = torch.bincount((conf * bins).long().clamp(max=bins - 1), weights=(guess == y).double() - conf)
    return gap.abs().sum() / len(y)

# %% wrong: the confidence is the probability of the true class
import torch

def ece(probs, y, bins=10):
    conf = probs.double()[torch.arange(len(y)), y]
    ok = (probs.argmax(1) == y).double()
    gap = torch.bincount((conf * bins).long().clamp(max=bins - 1), weights=ok - conf)
    return gap.abs().sum() / len(y)

# %% wrong: NaN from an empty bin
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    ok = (guess == y).double()
    place = (conf * bins).long().clamp(max=bins - 1)
    total = 0.0
    for k in range(bins):
        m = place == k
        total = total + m.double().mean() * (ok[m].mean() - conf[m].mean()).abs()
    return total

# %% wrong: bins from 1/C to 1
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    low = 1 / probs.shape[1]
    place = ((conf - low) / (1 - low) * bins).long().clamp(0, bins - 1)
    gap = torch.bincount(place, weights=(guess == y).double() - conf)
    return gap.abs().sum() / len(y)

# %% wrong: bins of equally many samples
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    order = conf.argsort()
    gap = ((guess == y).double() - conf)[order]
    return sum(float(part.sum().abs()) for part in gap.tensor_split(bins)) / len(y)

# %% wrong: centre of the bin instead of the mean confidence
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    ok = (guess == y).double()
    place = (conf * bins).long().clamp(max=bins - 1)
    total = 0.0
    for k in place.unique().tolist():
        m = place == k
        total += float(m.double().mean() * (ok[m].mean() - (k + 0.5) / bins).abs())
    return total

# %% two: squared gaps; not weighted
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    ok = (guess == y).double()
    place = (conf * bins).long().clamp(max=bins - 1)
    gaps = [(ok[place == k].mean() - conf[place == k].mean()) ** 2 for k in place.unique()]
    return torch.stack(gaps).mean()

# %% two: the largest gap; a confidence of 1 falls out
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    ok = (guess == y).double()
    worst = 0.0
    for k in range(bins):
        m = (conf >= k / bins) & (conf < (k + 1) / bins)
        if m.any():
            worst = max(worst, float((ok[m].mean() - conf[m].mean()).abs()))
    return worst

# %% two: one bin for all; no absolute value
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().max(1)
    return ((guess == y).double() - conf).mean()

# %% two: logits-like softmax once more; unweighted sum of the gaps
import torch

def ece(probs, y, bins=10):
    conf, guess = probs.double().softmax(1).max(1)
    ok = (guess == y).double()
    place = (conf * bins).long().clamp(max=bins - 1)
    return sum((ok[place == k].mean() - conf[place == k].mean()).abs() for k in place.unique())
