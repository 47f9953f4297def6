# %% right: loop over the bins with masks
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(dim=1)
    correct = (pred == y).to(probs.dtype)
    n = probs.shape[0]
    total = probs.new_zeros(())
    for k in range(bins):
        inside = conf >= k / bins
        if k < bins - 1:
            inside = inside & (conf < (k + 1) / bins)
        if inside.any():
            gap = (correct[inside].mean() - conf[inside].mean()).abs()
            total = total + inside.sum() / n * gap
    return total

# %% right: bucketize and index_add, no loop
import torch

def ece(probs: torch.Tensor, y: torch.Tensor, bins: int = 10) -> float:
    c, k = probs.max(1)
    hit = (k == y).double()
    inner = torch.tensor([i / bins for i in range(1, bins)], dtype=probs.dtype)
    where = torch.bucketize(c.contiguous(), inner, right=True)
    diff = torch.zeros(bins, dtype=torch.float64).index_add_(0, where, hit - c.double())
    # n_b/N * |mean - mean| is |sum of differences| / N
    return float(diff.abs().sum() / len(c))

# %% right: NumPy with searchsorted and bincount
import numpy as np
import torch

def ece(probs, y, bins=10):
    p = probs.detach().cpu().numpy()
    t = y.detach().cpu().numpy()
    top = p.argmax(axis=1)
    conf = p[np.arange(len(p)), top]
    edges = np.array([b / bins for b in range(bins + 1)], dtype=p.dtype)
    b = np.searchsorted(edges, conf, side="right") - 1
    b = np.clip(b, 0, bins - 1)
    n = np.bincount(b, minlength=bins)
    acc = np.bincount(b, weights=(top == t).astype(float), minlength=bins)
    cf = np.bincount(b, weights=conf.astype(float), minlength=bins)
    used = n > 0
    return float(np.sum(n[used] / len(p) * np.abs(acc[used] / n[used] - cf[used] / n[used])))

# %% right: membership matrix of bins and samples
import torch

def ece(probs, y, bins=10):
    confidence = probs.amax(dim=-1)
    right = probs.argmax(dim=-1).eq(y)
    lo = torch.tensor([k / bins for k in range(bins)], dtype=probs.dtype, device=probs.device)
    hi = torch.tensor([(k + 1) / bins for k in range(bins)], dtype=probs.dtype, device=probs.device)
    hi[-1] = float("inf")
    member = ((confidence[None] >= lo[:, None]) & (confidence[None] < hi[:, None])).double()
    nb = member.sum(1)
    acc = member @ right.double() / nb.clamp(min=1)
    avg = member @ confidence.double() / nb.clamp(min=1)
    return (nb / nb.sum() * (acc - avg).abs()).sum()

# %% right: dictionary of lists, pure Python, checks its input
from collections import defaultdict

def ece(probs, y, bins=10):
    if probs.dim() != 2 or len(probs) != len(y):
        raise ValueError("probs must be (N, C) and y (N,)")
    if bins < 1:
        raise ValueError("bins must be positive")
    edges = probs.new_tensor([k / bins for k in range(bins)]).tolist()
    groups = defaultdict(list)
    for row, label in zip(probs.tolist(), y.tolist()):
        best = max(range(len(row)), key=row.__getitem__)
        conf = row[best]
        k = max(i for i in range(bins) if edges[i] <= conf)
        groups[k].append((best == label, conf))
    out = 0.0
    for members in groups.values():
        m = len(members)
        share = sum(h for h, _ in members) / m
        mean = sum(c for _, c in members) / m
        out += m / len(y) * abs(share - mean)
    return out

# %% right: closure for one bin
import torch

def ece(probs, y, bins=10):
    score, guess = torch.max(probs.detach(), dim=1)
    ok = guess == y
    N = score.numel()

    def term(k):
        lower, upper = k / bins, (k + 1) / bins
        pick = (score >= lower) if k == bins - 1 else ((score >= lower) & (score < upper))
        nb = int(pick.sum())
        if nb == 0:
            return 0.0
        return nb / N * abs(ok[pick].double().mean().item() - score[pick].double().mean().item())

    return sum(term(k) for k in range(bins))

# %% wrong: averages the gaps over the number of bins instead of weighting with n_b / N
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(1)
    acc = (pred == y).float()
    edges = [i / bins for i in range(bins + 1)]
    edges[-1] = 1.1
    result = 0.0
    for lo, hi in zip(edges[:-1], edges[1:]):
        m = (conf >= lo) & (conf < hi)
        if m.sum() > 0:
            result += abs(acc[m].mean().item() - conf[m].mean().item())
    return result / bins

# %% wrong: bins are open on the left and closed on the right [differs for a confidence on an edge, such as 0.5]
import torch

def ece(probs, y, bins=10):
    confidences, predictions = torch.max(probs, 1)
    accuracies = predictions.eq(y)
    bin_boundaries = torch.linspace(0, 1, bins + 1)
    bin_lowers, bin_uppers = bin_boundaries[:-1], bin_boundaries[1:]
    out = torch.zeros(1)
    for bin_lower, bin_upper in zip(bin_lowers, bin_uppers):
        in_bin = confidences.gt(bin_lower.item()) * confidences.le(bin_upper.item())
        prop_in_bin = in_bin.float().mean()
        if prop_in_bin.item() > 0:
            accuracy_in_bin = accuracies[in_bin].float().mean()
            avg_confidence_in_bin = confidences[in_bin].float().mean()
            out += torch.abs(avg_confidence_in_bin - accuracy_in_bin) * prop_in_bin
    return out.squeeze()

# %% wrong: a confidence of exactly 1 falls in no bin [differs where a probability is 1]
import torch

def ece(probs, y, bins=10):
    conf = probs.max(dim=1).values
    ok = (probs.argmax(dim=1) == y).double()
    e = 0.0
    for b in range(bins):
        sel = (conf >= b / bins) & (conf < (b + 1) / bins)
        nb = sel.sum().item()
        if nb:
            e += nb / len(y) * abs(ok[sel].mean().item() - conf[sel].mean().item())
    return e

# %% wrong: the largest gap of a bin instead of the weighted sum (maximum calibration error)
import numpy as np

def ece(probs, y, bins=10):
    p = np.asarray(probs)
    yy = np.asarray(y)
    conf = p.max(1)
    ok = p.argmax(1) == yy
    idx = np.minimum((conf * bins).astype(int), bins - 1)
    gaps = []
    for b in range(bins):
        if (idx == b).any():
            gaps.append(abs(ok[idx == b].mean() - conf[idx == b].mean()))
    return float(max(gaps))

# %% wrong: the gap keeps its sign, so over- and underconfident bins cancel
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(1)
    which = (conf * bins).long().clamp(max=bins - 1)
    n = torch.bincount(which, minlength=bins)
    total = 0.0
    for b in torch.nonzero(n).flatten().tolist():
        m = which == b
        share = (pred[m] == y[m]).double().mean()
        total = total + n[b] / len(y) * (share - conf[m].double().mean())
    return total

# %% wrong: the confidence is the probability of the true class
import torch

def ece(probs, y, bins=10):
    n = len(y)
    conf = probs.gather(1, y.view(-1, 1)).squeeze(1)
    correct = (probs.argmax(1) == y).to(probs.dtype)
    slot = torch.floor(conf * bins).clamp(0, bins - 1)
    value = 0.0
    for k in range(bins):
        here = slot == k
        if here.any():
            value += here.sum().item() / n * (correct[here].mean() - conf[here].mean()).abs().item()
    return value

# %% wrong: bins of equal mass (sorted and split) instead of equal width
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(dim=1)
    order = torch.argsort(conf)
    conf, good = conf[order], (pred == y)[order].to(probs.dtype)
    N = len(conf)
    err = 0.0
    for c, g in zip(torch.tensor_split(conf, bins), torch.tensor_split(good, bins)):
        if len(c) > 0:
            err += len(c) / N * abs(g.mean() - c.mean()).item()
    return err

# %% wrong: the edges come from linspace(0, 1, bins), so there are only bins - 1 bins
import numpy as np

def ece(probs, y, bins=10):
    probs = probs.numpy().astype(np.float64)
    y = y.numpy()
    conf = probs.max(axis=1)
    acc = (probs.argmax(axis=1) == y).astype(np.float64)
    edges = np.linspace(0.0, 1.0, bins)
    member = np.digitize(conf, edges[1:-1])
    out = 0.0
    for b in np.unique(member):
        m = member == b
        out += m.mean() * abs(acc[m].mean() - conf[m].mean())
    return out

# %% wrong: the middle of the bin stands in for the mean confidence
import torch

def ece(probs, y, bins=10):
    top, cls = probs.max(-1)
    hit = (cls == y).double()
    b = torch.clamp((top * bins).long(), max=bins - 1)
    cnt = torch.bincount(b, minlength=bins).double()
    s = torch.bincount(b, weights=hit, minlength=bins)
    mids = (torch.arange(bins).double() + 0.5) / bins
    filled = cnt > 0
    return (cnt[filled] / len(y) * (s[filled] / cnt[filled] - mids[filled]).abs()).sum()

# %% wrong: always ten bins, whatever `bins` says [differs for bins != 10]
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(1)
    right = (pred == y).double()
    bin_id = (conf * 10).long()
    bin_id[bin_id == 10] = 9
    gap = torch.zeros(10, dtype=torch.double)
    gap.scatter_add_(0, bin_id, right - conf.double())
    return gap.abs().sum().item() / len(conf)

# %% wrong: sorts the rows of the NumPy view in place to find the largest, so probs is changed
import numpy as np

def ece(probs, y, bins=10):
    a = probs.numpy()
    guess = a.argmax(axis=1)
    a.sort(axis=1)
    conf = a[:, -1].astype(np.float64)
    hit = (guess == y.numpy()).astype(np.float64)
    ids = np.minimum(np.floor(a[:, -1] * bins).astype(int), bins - 1)
    total = 0.0
    for i in set(ids.tolist()):
        m = ids == i
        total += m.sum() * abs(hit[m].mean() - conf[m].mean())
    return total / len(hit)

# %% two: squares the gap; takes no part of the last bin's right edge (a confidence of 1 is left out)
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(1)
    ok = pred.eq(y).to(probs.dtype)
    out = 0.0
    for i in range(bins):
        m = (conf >= i / bins) & (conf < (i + 1) / bins)
        if m.any():
            out += m.double().mean().item() * (ok[m].mean() - conf[m].mean()).item() ** 2
    return out

# %% two: softmaxes the probabilities once more; averages over the non-empty bins without weights
import torch

def ece(probs, y, bins=10):
    probs = torch.softmax(probs, dim=1)
    conf, pred = probs.max(1)
    gaps = []
    which = (conf * bins).long().clamp(max=bins - 1)
    for b in which.unique():
        m = which == b
        gaps.append(((pred[m] == y[m]).double().mean() - conf[m].double().mean()).abs())
    return torch.stack(gaps).mean()

# %% two: rounds to the nearest bin instead of rounding down; keeps the sign of the gap
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(1)
    k = torch.round(conf * bins).long().clamp(max=bins - 1)
    e = 0.0
    for b in range(bins):
        m = k == b
        if m.sum() == 0:
            continue
        e += m.sum().item() / len(y) * (conf[m].mean().item() - (pred[m] == y[m]).double().mean().item())
    return e


# %% right: bin numbers by floor
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(dim=1)
    right = (pred == y).double()
    conf = conf.double()
    b = (conf * bins + 1e-9).floor().long().clamp(max=bins - 1)
    total = 0.0
    for k in range(bins):
        m = b == k
        if m.any():
            total += m.double().mean().item() * abs(right[m].mean() - conf[m].mean()).item()
    return total

# %% right: sums with scatter
import torch

def ece(probs, y, bins=10):
    n = probs.shape[0]
    conf, pred = probs.max(1)
    edges = torch.arange(1, bins, dtype=torch.float64) / bins
    b = torch.bucketize(conf.double() + 1e-9, edges, right=True)
    gap = (pred == y).double() - conf.double()
    sums = torch.zeros(bins, dtype=torch.float64).index_add(0, b, gap)
    return sums.abs().sum() / n

# %% wrong: bins closed at the upper edge
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(dim=1)
    acc = (pred == y).float()
    out = 0.0
    for k in range(bins):
        lo, hi = k / bins, (k + 1) / bins
        inside = (conf > lo) & (conf <= hi)
        if inside.sum() > 0:
            out += inside.float().mean() * (acc[inside].mean() - conf[inside].mean()).abs()
    return float(out)

# %% wrong: a confidence of 1 falls out of the last bin
import numpy as np

def ece(probs, y, bins=10):
    p, t = probs.numpy(), y.numpy()
    conf, right = p.max(1), p.argmax(1) == t
    total = 0.0
    for k in range(bins):
        sel = (conf >= k / bins) & (conf < (k + 1) / bins)
        if sel.any():
            total += sel.mean() * abs(right[sel].mean() - conf[sel].mean())
    return float(total)

# %% wrong: plain mean over the bins that are not empty
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(1)
    hit = (pred == y).to(probs.dtype)
    idx = torch.clamp((conf * bins).long(), max=bins - 1)
    gaps = []
    for k in idx.unique():
        gaps.append((hit[idx == k].mean() - conf[idx == k].mean()).abs())
    return torch.stack(gaps).mean()

# %% wrong: confidence is the probability of the true class
import torch

def ece(probs, y, bins=10):
    conf = probs.gather(1, y[:, None]).squeeze(1)
    right = (probs.argmax(1) == y).to(probs.dtype)
    idx = (conf * bins).floor().long().clamp(max=bins - 1)
    total = 0
    for k in range(bins):
        m = idx == k
        n = m.sum()
        if n:
            total = total + n / len(y) * (right[m].mean() - conf[m].mean()).abs()
    return float(total)

# %% two: bins of equal number of samples; largest gap instead of the weighted sum
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(1)
    order = conf.argsort()
    hit = (pred == y).double()[order]
    conf = conf.double()[order]
    worst = 0.0
    for h, c in zip(hit.tensor_split(bins), conf.tensor_split(bins)):
        if len(h):
            worst = max(worst, abs(h.mean() - c.mean()).item())
    return worst

# %% two: signed gaps; always ten bins
import torch

def ece(probs, y, bins=10):
    conf, pred = probs.max(1)
    b = (conf * 10).long().clamp(max=9)
    res = 0.0
    for k in range(10):
        m = b == k
        if m.any():
            res += (m.sum() / len(y) * (conf[m].mean() - (pred[m] == y[m]).double().mean())).item()
    return res
