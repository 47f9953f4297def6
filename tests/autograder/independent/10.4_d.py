# %% right: widths times mid heights
import torch


def robustness_area(levels, scores):
    widths = levels[1:] - levels[:-1]
    heights = (scores[:, 1:] + scores[:, :-1]) / 2
    return (heights * widths).sum(dim=1) / (levels[-1] - levels[0])

# %% right: plain loops over methods and intervals
import torch


def robustness_area(levels, scores):
    x = levels.tolist()
    result = []
    for row in scores.tolist():
        area = 0.0
        for k in range(len(x) - 1):
            area += (x[k + 1] - x[k]) * (row[k] + row[k + 1]) / 2.0
        result.append(area / (x[-1] - x[0]))
    return torch.tensor(result, dtype=scores.dtype)

# %% right: numpy diff and a matrix product
import numpy as np
import torch


def robustness_area(levels, scores):
    x = levels.detach().cpu().numpy()
    y = scores.detach().cpu().numpy()
    share = np.diff(x) / (x[-1] - x[0])
    mean = 0.5 * (y[:, :-1] + y[:, 1:])
    return torch.from_numpy(np.asarray(mean @ share, dtype=y.dtype))

# %% right: one weight per level, then einsum
import torch


def robustness_area(levels, scores):
    gaps = torch.diff(levels)
    weights = torch.zeros_like(levels)
    weights[:-1] += gaps / 2
    weights[1:] += gaps / 2
    return torch.einsum("rk,k->r", scores, weights) / gaps.sum()

# %% right: recursion that cuts the range in two halves
import torch


def _area(x, y):
    if x.shape[0] == 2:
        return (x[1] - x[0]) * (y[:, 0] + y[:, 1]) * 0.5
    mid = x.shape[0] // 2
    return _area(x[: mid + 1], y[:, : mid + 1]) + _area(x[mid:], y[:, mid:])


def robustness_area(levels, scores):
    return _area(levels, scores) / (levels[-1] - levels[0])

# %% wrong: not divided by the width of the range
import torch


def robustness_area(levels, scores):
    dx = torch.diff(levels)
    return ((scores[:, :-1] + scores[:, 1:]) * 0.5 * dx).sum(-1)

# %% wrong: plain mean of the scores
import torch


def robustness_area(levels, scores):
    # the mean over the range
    return torch.stack([row.mean() for row in scores])

# %% wrong: steps with the left score instead of trapezoids
import torch


def robustness_area(levels, scores):
    span = levels[-1] - levels[0]
    total = torch.zeros_like(scores[:, 0])
    for k in range(levels.shape[0] - 1):
        total = total + scores[:, k] * (levels[k + 1] - levels[k])
    return total / span

# %% wrong: divided by the last level, as if the range began at 0
import torch


def robustness_area(levels, scores):
    dx = levels.diff()
    mids = (scores[:, 1:] + scores[:, :-1]) / 2
    return mids @ dx / levels.max()

# %% wrong: mean of the trapezoid heights, as if all levels were equally far apart
import torch


def robustness_area(levels, scores):
    R, K = scores.shape
    out = scores.new_zeros(R)
    for r in range(R):
        for k in range(1, K):
            out[r] += (scores[r, k - 1] + scores[r, k]) / 2 / (K - 1)
    return out

# %% wrong: result always float32
import torch


def robustness_area(levels, scores):
    area = torch.zeros(len(scores))
    width = (levels[-1] - levels[0]).item()
    for i, curve in enumerate(scores):
        for j in range(1, len(levels)):
            area[i] += ((levels[j] - levels[j - 1]) * (curve[j] + curve[j - 1]) / 2).item() / width
    return area

# %% wrong: range taken from absolute levels, negative levels spoil it
import torch


def robustness_area(levels, scores):
    gaps = levels[1:] - levels[:-1]
    area = torch.einsum("rk,k->r", scores[:, :-1] + scores[:, 1:], gaps) / 2
    width = levels.abs().max() - levels.abs().min()
    return area / width

# %% wrong: the last interval is left out
import torch


def robustness_area(levels, scores):
    K = levels.numel()
    area = torch.zeros(scores.shape[0], dtype=scores.dtype)
    for k in range(K - 2):
        h = levels[k + 1] - levels[k]
        area += h * (scores[:, k] + scores[:, k + 1]) / 2
    return area / (levels[K - 1] - levels[0])

# %% wrong: squeeze drops the axis when there is one method
import torch


def robustness_area(levels, scores):
    dx = (levels[1:] - levels[:-1]).unsqueeze(1)
    mids = 0.5 * (scores[:, 1:] + scores[:, :-1])
    return (mids.matmul(dx) / dx.sum()).squeeze()

# %% wrong: result cut to 0 .. 1, though scores need not be accuracies
import numpy as np
import torch


def robustness_area(levels, scores):
    x, y = levels.numpy(), scores.numpy()
    area = (np.diff(x)[None] * (y[:, 1:] + y[:, :-1]) / 2).sum(axis=1)
    area = area / (x[-1] - x[0])
    return torch.from_numpy(np.clip(area, 0.0, 1.0))

# %% two: steps with the right score instead of trapezoids; not divided by the width
import torch


def robustness_area(levels, scores):
    return (scores[:, 1:] * torch.diff(levels)).sum(dim=1)

# %% two: the two halves of each trapezoid added without the factor 1/2; divided by the last level
import torch


def robustness_area(levels, scores):
    total = 0
    for k in range(len(levels) - 1):
        total = total + (levels[k + 1] - levels[k]) * (scores[:, k] + scores[:, k + 1])
    return total / levels[-1]

# %% two: levels shifted and scaled in place; squeeze drops the axis of one method
import torch


def robustness_area(levels, scores):
    levels -= levels[0].clone()
    levels /= levels[-1].clone()
    gaps = levels[1:] - levels[:-1]
    return ((scores[:, 1:] + scores[:, :-1]) / 2 @ gaps).squeeze()

# %% two: equal distances assumed; result always float32
import torch


def robustness_area(levels, scores):
    out = []
    for row in scores.tolist():
        inner = sum(row[1:-1])
        ends = (row[0] + row[-1]) / 2
        out.append((inner + ends) / (len(row) - 1))
    return torch.tensor(out)
