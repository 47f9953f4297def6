"""Right answers to the tasks of lesson 12, in other styles than the references."""

import math

import numpy as np
import torch
import torch.nn.functional as F


def f1_confusion(y, p, classes):
    table = torch.bincount(y * classes + p, minlength=classes**2).reshape(classes, classes).double()
    tp = table.diagonal()
    both = table.sum(0) + table.sum(1)
    each = torch.where(both > 0, 2 * tp / both.clamp_min(1), 0.0)
    return each.mean(), 2 * tp.sum() / both.sum()


def f1_precision_recall(y, p, classes):
    macro = 0.0
    for c in range(classes):
        hits = int(((y == c) & (p == c)).sum())
        precision = hits / max(int((p == c).sum()), 1)
        recall = hits / max(int((y == c).sum()), 1)
        macro += 2 * precision * recall / (precision + recall) / classes if hits else 0
    return macro, (y == p).float().mean().item()


def f1_one_hot(y, p, classes):
    truth, guess = F.one_hot(y, classes), F.one_hot(p, classes)
    tp, fp, fn = (truth * guess).sum(0), ((1 - truth) * guess).sum(0), (truth * (1 - guess)).sum(0)
    each = (2 * tp / (2 * tp + fp + fn)).nan_to_num(0)
    return float(each.mean()), float(2 * tp.sum() / (2 * tp + fp + fn).sum())


def f1_lists(y, p, classes):
    pairs = list(zip(y.tolist(), p.tolist(), strict=True))
    scores = []
    for c in range(classes):
        top = 2 * sum(a == b == c for a, b in pairs)
        bottom = sum(a == c for a, _ in pairs) + sum(b == c for _, b in pairs)
        scores.append(top / bottom if bottom else 0)
    return [np.mean(scores), sum(a == b for a, b in pairs) / len(pairs)]


def ece_bucketize(probs, y, bins=10):
    confidence = probs.amax(1)
    right = (probs.argmax(1) == y).to(confidence)
    inner = torch.arange(1, bins, dtype=probs.dtype) / bins
    place = torch.bucketize(confidence, inner, right=True)
    gaps = torch.zeros(bins, dtype=probs.dtype).index_add_(0, place, right - confidence)
    return gaps.abs().sum() / len(y)


def ece_edges(probs, y, bins=10):
    confidence, prediction = probs.max(dim=1)
    total = probs.new_zeros(())
    for k in range(bins):
        inside = (confidence >= k / bins) & ((confidence < (k + 1) / bins) | (k == bins - 1))
        if inside.sum() > 0:
            accuracy = (prediction[inside] == y[inside]).to(probs.dtype).mean()
            total += inside.to(probs.dtype).mean() * (accuracy - confidence[inside].mean()).abs()
    return total.item()


def ece_numpy(probs, y, bins=10):
    p, y = probs.double().numpy(), y.numpy()
    confidence, hit = p.max(1), p.argmax(1) == y
    place = np.minimum(np.floor(confidence * bins).astype(int), bins - 1)
    sums = np.bincount(place, weights=hit - confidence, minlength=bins)
    return float(np.abs(sums).sum() / len(y))


def ece_dictionary(probs, y, bins=10):
    found = {}
    for row, k in zip(probs.tolist(), y.tolist(), strict=True):
        sure = max(row)
        found.setdefault(min(int(sure * bins), bins - 1), []).append((row.index(sure) == k) - sure)
    return sum(abs(sum(gaps)) for gaps in found.values()) / len(y)


def temperature_loop(val_logits, val_y, grid):
    best, lowest = None, math.inf
    for t in grid.tolist():
        loss = F.nll_loss(torch.log_softmax(val_logits / t, 1), val_y).item()
        if loss < lowest:
            best, lowest = t, loss
    return best


def temperature_broadcast(val_logits, val_y, grid):
    z = val_logits[None] / grid[:, None, None]
    nll = (z.logsumexp(2) - z[:, torch.arange(len(val_y)), val_y]).mean(1)
    return grid[nll.argmin()]


def temperature_min(val_logits, val_y, grid):
    return min(grid, key=lambda t: F.cross_entropy(val_logits / t, val_y, reduction="sum").item())


def temperature_numpy(val_logits, val_y, grid):
    z, y = val_logits.double().numpy(), val_y.numpy()
    losses = []
    for t in grid.double().numpy():
        s = z / t - (z / t).max(1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(1)) - s[np.arange(len(y)), y]))
    return float(grid[int(np.argmin(losses))])


def bootstrap_two_means(correct_a, correct_b, idx, level=0.95):
    d = correct_a[idx].mean(dim=1) - correct_b[idx].mean(dim=1)
    return tuple(torch.quantile(d, torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=d.dtype)).tolist())


def bootstrap_numpy(correct_a, correct_b, idx, level=0.95):
    d = (correct_a - correct_b).double().numpy()[idx.numpy()].mean(axis=1)
    return np.percentile(d, 50 * (1 - level)), np.percentile(d, 50 * (1 + level))


def bootstrap_sorted(correct_a, correct_b, idx, level=0.95):
    d = sorted(float((correct_a[row] - correct_b[row]).sum()) / len(row) for row in idx)

    def at(q):
        place = q * (len(d) - 1)
        low = math.floor(place)
        return d[low] + (place - low) * (d[min(low + 1, len(d) - 1)] - d[low])

    return at((1 - level) / 2), at((1 + level) / 2)


def bootstrap_counts(correct_a, correct_b, idx, level=0.95):
    """How often each item is drawn, times its difference."""
    n = len(correct_a)
    counts = torch.zeros(len(idx), n, dtype=correct_a.dtype).scatter_add_(
        1, idx, torch.ones_like(idx, dtype=correct_a.dtype)
    )
    d = counts @ (correct_a - correct_b) / n
    return [d.quantile(q) for q in ((1 - level) / 2, 0.5 + level / 2)]


def conformal_kthvalue(cal_p, cal_y, test_p, alpha):
    n = cal_y.numel()
    k = math.ceil((n + 1) * (1 - alpha))
    score = 1 - cal_p[torch.arange(n), cal_y]
    q = torch.kthvalue(score, k).values if k <= n else torch.inf
    return (1 - test_p) <= q


def conformal_numpy(cal_p, cal_y, test_p, alpha):
    scores = np.sort(1 - cal_p.numpy()[np.arange(len(cal_y)), cal_y.numpy()])
    k = int(np.ceil((1 - alpha) * (len(scores) + 1)))
    q = np.append(scores, np.inf)[k - 1]
    return torch.from_numpy(1 - test_p.numpy() <= q)


def conformal_lists(cal_p, cal_y, test_p, alpha):
    scores = sorted(1 - row[k] for row, k in zip(cal_p.tolist(), cal_y.tolist(), strict=True))
    n = len(scores)
    k = n + 1 - math.floor((n + 1) * alpha)
    return torch.tensor([[k > n or 1 - p <= scores[k - 1] for p in row] for row in test_p.tolist()])


def conformal_counts(cal_p, cal_y, test_p, alpha):
    """A class is in unless k or more calibration scores are smaller than its own."""
    scores = (1 - cal_p).gather(1, cal_y.view(-1, 1)).view(-1)
    k = math.ceil((len(scores) + 1) * (1 - alpha))
    smaller = (scores < (1 - test_p)[..., None]).sum(-1)
    return smaller < k


def f1_sets(y, p, classes):
    truth = [set((y == c).nonzero().flatten().tolist()) for c in range(classes)]
    guess = [set((p == c).nonzero().flatten().tolist()) for c in range(classes)]
    sizes = [len(a) + len(b) for a, b in zip(truth, guess, strict=True)]
    hits = [len(a & b) for a, b in zip(truth, guess, strict=True)]
    macro = sum(2 * h / s for h, s in zip(hits, sizes, strict=True) if s) / classes
    return macro, torch.tensor(2 * sum(hits) / sum(sizes), dtype=torch.float64)


def ece_one_hot(probs, y, bins=10):
    sure, guess = probs.double().max(1)
    place = F.one_hot((sure * bins).floor().clamp(max=bins - 1).long(), bins).double()
    return ((place.T @ ((guess == y).double() - sure)).abs() / len(y)).sum()


def temperature_sorted(val_logits, val_y, grid):
    losses = [(F.cross_entropy(val_logits.double() / float(t), val_y).item(), i) for i, t in enumerate(grid)]
    return grid[min(losses)[1]].double()


def bootstrap_loop(correct_a, correct_b, idx, level=0.95):
    gap = correct_a.double() - correct_b.double()
    found = torch.tensor([gap[row].mean().item() for row in idx], dtype=torch.float64)
    cut = 0.5 - level / 2
    return found.quantile(cut), found.quantile(1 - cut)


def conformal_threshold(cal_p, cal_y, test_p, alpha):
    n = len(cal_y)
    k = -int(-((n + 1) * (1 - alpha)) // 1)
    scores, _ = torch.sort(1 - cal_p.gather(1, cal_y.unsqueeze(1)).squeeze(1))
    padded = torch.cat([scores, scores.new_tensor([torch.inf])])
    return ~(1 - test_p > padded[min(k, n + 1) - 1])


RIGHT = {
    "12.1": [f1_confusion, f1_precision_recall, f1_one_hot, f1_lists, f1_sets],
    "12.2": [ece_bucketize, ece_edges, ece_numpy, ece_dictionary, ece_one_hot],
    "12.3": [temperature_loop, temperature_broadcast, temperature_min, temperature_numpy, temperature_sorted],
    "12.4": [bootstrap_two_means, bootstrap_numpy, bootstrap_sorted, bootstrap_counts, bootstrap_loop],
    "12.5": [conformal_kthvalue, conformal_numpy, conformal_lists, conformal_counts, conformal_threshold],
}
