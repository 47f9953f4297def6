# %% right: plain loops over rows and intervals
import torch


def robustness_area(levels, scores):
    R, K = scores.shape
    width = levels[K - 1] - levels[0]
    out = torch.zeros(R, dtype=scores.dtype)
    for r in range(R):
        area = torch.zeros((), dtype=scores.dtype)
        for k in range(K - 1):
            step = levels[k + 1] - levels[k]
            area = area + step * (scores[r, k] + scores[r, k + 1]) / 2
        out[r] = area / width
    return out

# %% right: vectorised with diff and means of neighbours
import torch


def robustness_area(levels, scores):
    dx = torch.diff(levels)
    mid = 0.5 * (scores[:, 1:] + scores[:, :-1])
    return (dx * mid).sum(dim=1) / dx.sum()

# %% right: numpy, computed in double, weight per point
import numpy as np
import torch


def robustness_area(levels, scores):
    x = levels.detach().cpu().numpy().astype(np.float64)
    s = scores.detach().cpu().numpy().astype(np.float64)
    d = np.diff(x)
    weights = np.zeros_like(x)
    weights[:-1] += d / 2
    weights[1:] += d / 2
    res = s @ weights / (x[-1] - x[0])
    return torch.from_numpy(res).to(scores.dtype)

# %% right: einsum with a normalised weight vector
import torch


def robustness_area(levels, scores):
    share = (levels[1:] - levels[:-1]) / (levels[-1] - levels[0])
    left = torch.einsum("rk,k->r", scores[:, :-1], share)
    right = torch.einsum("rk,k->r", scores[:, 1:], share)
    return (left + right) / 2

# %% right: recursion, cutting the range in two halves
import torch


def robustness_area(levels, scores):
    def area(lo, hi):
        if hi - lo == 1:
            return (levels[hi] - levels[lo]) * (scores[:, lo] + scores[:, hi]) / 2
        m = (lo + hi) // 2
        return area(lo, m) + area(m, hi)

    last = levels.shape[0] - 1
    return area(0, last) / (levels[last] - levels[0])

# %% wrong: plain mean of the scores, distances between the levels ignored
import torch


def robustness_area(levels, scores):
    return scores.mean(dim=1)

# %% wrong: divides by the last level instead of the width of the range
import torch


def robustness_area(levels, scores):
    total = 0
    for i in range(1, len(levels)):
        total = total + (levels[i] - levels[i - 1]) * (scores[:, i] + scores[:, i - 1]) / 2
    return total / levels[-1]

# %% wrong: left rectangles instead of trapezoids
import torch


def robustness_area(levels, scores):
    step = levels[1:] - levels[:-1]
    return (scores[:, :-1] @ step) / (levels[-1] - levels[0])

# %% wrong: the area is not divided by the width
import torch


def robustness_area(levels, scores):
    h = levels.diff()
    return ((scores[:, 1:] + scores[:, :-1]) * h).sum(1).mul(0.5)

# %% wrong: trapezoids of equal width, mean over the intervals
import torch


def robustness_area(levels, scores):
    trapezoids = (scores[:, 1:] + scores[:, :-1]) / 2
    return trapezoids.mean(-1)

# %% wrong: the half of the trapezoid is forgotten
import torch


def robustness_area(levels, scores):
    width = levels.max() - levels.min()
    pairs = scores[..., :-1] + scores[..., 1:]
    return torch.einsum("rk,k->r", pairs, levels.diff()) / width

# %% wrong: the levels are shifted to start at 0 in place, the input is changed
import torch


def robustness_area(levels, scores):
    levels -= levels[0].clone()
    out = []
    for row in scores:
        a = ((row[1:] + row[:-1]) / 2 * (levels[1:] - levels[:-1])).sum()
        out.append(a / levels[-1])
    return torch.stack(out)

# %% wrong: the result is always float32
import torch


def robustness_area(levels, scores):
    xs = levels.tolist()
    res = []
    for ys in scores.tolist():
        area = sum((b - a) * (p + q) / 2 for a, b, p, q in zip(xs, xs[1:], ys, ys[1:]))
        res.append(area / (xs[-1] - xs[0]))
    return torch.tensor(res)

# %% wrong: squeeze at the end, a single method gives a 0-d result
import torch


def robustness_area(levels, scores):
    dx = (levels[1:] - levels[:-1]).unsqueeze(0)
    mids = (scores[:, 1:] + scores[:, :-1]) / 2
    area = (dx * mids).sum(1, keepdim=True) / (levels[-1] - levels[0])
    return area.squeeze()

# %% wrong: distances from the absolute levels, wrong where levels are negative
import torch


def robustness_area(levels, scores):
    x = levels.abs()
    d = (x[1:] - x[:-1]).abs()
    mids = 0.5 * (scores[:, 1:] + scores[:, :-1])
    return (mids * d).sum(1) / (levels[-1] - levels[0])

# %% two: the last interval is left out; divided by the last level
import torch


def robustness_area(levels, scores):
    K = levels.numel()
    area = torch.zeros(scores.shape[0], dtype=scores.dtype)
    for k in range(K - 2):
        area += (levels[k + 1] - levels[k]) * (scores[:, k] + scores[:, k + 1]) / 2
    return area / levels[-1]

# %% two: right rectangles; result float64 for float32 inputs
import numpy as np
import torch


def robustness_area(levels, scores):
    x = np.asarray(levels.tolist())
    s = np.asarray(scores.tolist())
    area = (s[:, 1:] * np.diff(x)).sum(axis=1)
    return torch.from_numpy(area / (x[-1] - x[0]))

# %% two: not divided by the width; averaged over the methods to one number
import torch


def robustness_area(levels, scores):
    h = levels[1:] - levels[:-1]
    area = ((scores[:, 1:] + scores[:, :-1]) / 2 * h).sum(dim=1)
    return area.mean()

# %% two: divided by the number of intervals instead of the width; half forgotten
import torch


def robustness_area(levels, scores):
    h = torch.diff(levels)
    s = (scores[:, :-1] + scores[:, 1:]) * h
    return s.sum(1) / len(h)
