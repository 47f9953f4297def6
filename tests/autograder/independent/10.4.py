# %% right: diffs and means of neighbours
def robustness_area(levels, scores):
    width = levels[1:] - levels[:-1]
    height = (scores[:, 1:] + scores[:, :-1]) / 2
    return (height * width).sum(dim=1) / (levels[-1] - levels[0])

# %% right: loop over the pieces
import torch

def robustness_area(levels, scores):
    area = torch.zeros(scores.shape[0], dtype=scores.dtype)
    for k in range(len(levels) - 1):
        area = area + (levels[k + 1] - levels[k]) * (scores[:, k] + scores[:, k + 1]) * 0.5
    return area / (levels[-1] - levels[0])

# %% right: weights of the points, one product
import torch

def robustness_area(levels, scores):
    d = torch.diff(levels)
    w = torch.zeros_like(levels)
    w[:-1] += d / 2
    w[1:] += d / 2
    return scores @ (w / d.sum())

# %% right: NumPy in float64
import numpy as np
import torch

def robustness_area(levels, scores):
    x = levels.detach().numpy().astype(np.float64)
    y = scores.detach().numpy().astype(np.float64)
    area = 0.5 * ((y[:, 1:] + y[:, :-1]) * np.diff(x)).sum(axis=1)
    return torch.from_numpy(area / (x[-1] - x[0])).to(scores.dtype)

# %% right: left and right sums averaged
import torch

def robustness_area(levels, scores):
    step = levels.diff()
    left = torch.einsum("rk,k->r", scores[:, :-1], step)
    right = torch.einsum("rk,k->r", scores[:, 1:], step)
    return (left + right) / 2 / (levels.max() - levels.min())

# %% right: normalised levels first
def robustness_area(levels, scores):
    t = (levels - levels[0]) / (levels[-1] - levels[0])
    return ((t[1:] - t[:-1]) * (scores[:, 1:] + scores[:, :-1])).sum(-1).mul(0.5)

# %% right: each row in plain Python
import torch

def robustness_area(levels, scores):
    x = levels.tolist()
    out = []
    for row in scores.tolist():
        area = sum((b - a) * (p + q) / 2 for a, b, p, q in zip(x, x[1:], row, row[1:]))
        out.append(area / (x[-1] - x[0]))
    return torch.tensor(out, dtype=scores.dtype)

# %% right: a rectangle and a triangle
import torch

def robustness_area(levels, scores):
    w = levels[1:] - levels[:-1]
    low = torch.minimum(scores[:, 1:], scores[:, :-1])
    high = torch.maximum(scores[:, 1:], scores[:, :-1])
    return ((low + (high - low) / 2) * w).sum(1) / w.sum()

# %% wrong: plain mean of the scores
def robustness_area(levels, scores):
    return scores.mean(dim=1)

# %% wrong: not divided by the width
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).sum(1)

# %% wrong: left rectangles
def robustness_area(levels, scores):
    return (scores[:, :-1] * levels.diff()).sum(1) / (levels[-1] - levels[0])

# %% wrong: right rectangles
def robustness_area(levels, scores):
    return (scores[:, 1:] * levels.diff()).sum(1) / (levels[-1] - levels[0])

# %% wrong: no half
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) * levels.diff()).sum(1) / (levels[-1] - levels[0])

# %% wrong: divided by the last level, not by the width
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).sum(1) / levels[-1]

# %% wrong: levels taken as evenly spaced
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) / 2).mean(dim=1)

# %% wrong: divided by the number of levels
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).sum(1) / len(levels)

# %% wrong: divided by the number of pieces
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).mean(1)

# %% wrong: sums over the methods too
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).sum() / (levels[-1] - levels[0])

# %% wrong: the last piece is left out
import torch

def robustness_area(levels, scores):
    area = torch.zeros_like(scores[:, 0])
    for k in range(1, len(levels) - 1):
        area = area + (levels[k] - levels[k - 1]) * (scores[:, k] + scores[:, k - 1]) / 2
    return area / (levels[-1] - levels[0])

# %% wrong: area above the last score
def robustness_area(levels, scores):
    s = scores - scores[:, -1:]
    return ((s[:, 1:] + s[:, :-1]) / 2 * levels.diff()).sum(1) / (levels[-1] - levels[0])

# %% wrong: divided by the score without noise
def robustness_area(levels, scores):
    area = ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).sum(1) / (levels[-1] - levels[0])
    return area / scores[:, 0]

# %% wrong: difference of neighbours instead of their sum
def robustness_area(levels, scores):
    return ((scores[:, 1:] - scores[:, :-1]) / 2 * levels.diff()).sum(1) / (levels[-1] - levels[0])

# %% wrong: result clamped to 0 .. 1 [differs for scores outside of it]
def robustness_area(levels, scores):
    area = ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).sum(1) / (levels[-1] - levels[0])
    return area.clamp(0, 1)

# %% two: no half; not divided by the width
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) * levels.diff()).sum(1)

# %% two: left rectangles; divided by the last level
def robustness_area(levels, scores):
    return (scores[:, :-1] * levels.diff()).sum(1) / levels[-1]

# %% two: right rectangles; not divided
def robustness_area(levels, scores):
    return (scores[:, 1:] * levels.diff()).sum(1)

# %% two: sum over the methods; not divided
def robustness_area(levels, scores):
    return ((scores[:, 1:] + scores[:, :-1]) / 2 * levels.diff()).sum()

# %% two: no half; the last piece is left out
def robustness_area(levels, scores):
    w = levels.diff()[:-1]
    s = scores[:, 1:-1] + scores[:, :-2]
    return (s * w).sum(1) / (levels[-1] - levels[0])
