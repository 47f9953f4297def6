# %% right: three means
import torch


def emap(grid):
    return grid.mean(dim=1) + grid.mean(dim=0) - grid.mean(dim=(0, 1))

# %% right: plain loops over samples and classes
import torch


def emap(grid):
    n, _, c = grid.shape
    g = grid.tolist()
    out = torch.zeros(n, c, dtype=grid.dtype)
    for k in range(c):
        overall = sum(g[a][b][k] for a in range(n) for b in range(n)) / (n * n)
        for i in range(n):
            first = sum(g[i][j][k] for j in range(n)) / n
            second = sum(g[j][i][k] for j in range(n)) / n
            out[i, k] = first + second - overall
    return out

# %% right: einsum sums
import torch


def emap(grid):
    n = grid.shape[0]
    rows = torch.einsum("ijc->ic", grid) / n
    cols = torch.einsum("jic->ic", grid) / n
    total = torch.einsum("ijc->c", grid) / n**2
    return rows + cols - total

# %% right: numpy
import numpy as np
import torch


def emap(grid):
    g = grid.detach().cpu().numpy()
    by_first = g.mean(axis=1)
    by_second = g.mean(axis=0)
    f = by_first + by_second - by_first.mean(axis=0, keepdims=True)
    return torch.from_numpy(np.ascontiguousarray(f))

# %% right: whole additive grid, then its diagonal
import torch


def emap(grid):
    mu = grid.mean(dim=(0, 1), keepdim=True)
    effect_1 = grid.mean(dim=1, keepdim=True) - mu
    effect_2 = grid.mean(dim=0, keepdim=True) - mu
    additive = mu + effect_1 + effect_2
    return additive.diagonal(dim1=0, dim2=1).T.contiguous()

# %% wrong: the overall mean is added instead of taken off
import torch


def emap(grid):
    m1 = grid.mean(1)
    m2 = grid.mean(0)
    return m1 + m2 + m1.mean(0)

# %% wrong: the overall mean is left out
import torch


def emap(grid):
    out = []
    for i in range(grid.shape[0]):
        out.append(grid[i].mean(dim=0) + grid[:, i].mean(dim=0))
    return torch.stack(out)

# %% wrong: overall mean over the true pairs only
import torch


def emap(grid):
    n = grid.shape[0]
    true_pairs = grid[torch.arange(n), torch.arange(n)]
    return grid.mean(dim=1) + grid.mean(dim=0) - true_pairs.mean(dim=0)

# %% wrong: the mean over modality 2 is used twice
import torch


def emap(grid):
    a = torch.einsum("ijc->ic", grid) / grid.shape[1]
    b = torch.einsum("ijc->ic", grid) / grid.shape[0]
    overall = grid.flatten(0, 1).mean(dim=0)
    return a + b - overall

# %% wrong: the sample itself is left out of its two means
import torch


def emap(grid):
    n = grid.shape[0]
    if n == 1:
        return grid[0].clone()
    own = torch.stack([grid[i, i] for i in range(n)])
    rows = (grid.sum(dim=1) - own) / (n - 1)
    cols = (grid.sum(dim=0) - own) / (n - 1)
    return rows + cols - grid.mean(dim=(0, 1))

# %% wrong: overall mean across the classes too
import torch


def emap(grid):
    rows = grid.mean(dim=1)
    cols = grid.mean(dim=0)
    return rows + cols - grid.mean()

# %% wrong: overall sum divided by N instead of N * N
import numpy as np
import torch


def emap(grid):
    g = grid.numpy()
    n = len(g)
    f = g.sum(axis=1) / n + g.sum(axis=0) / n - g.sum(axis=(0, 1)) / n
    return torch.from_numpy(f.astype(g.dtype))

# %% wrong: probabilities are averaged instead of logits
import torch


def emap(grid):
    p = torch.softmax(grid, dim=-1)
    return p.mean(dim=1) + p.mean(dim=0) - p.mean(dim=(0, 1))

# %% wrong: the grid is centred in place
import torch


def emap(grid):
    overall = grid.mean(dim=(0, 1))
    grid -= overall
    return overall + grid.mean(dim=0) + grid.mean(dim=1)

# %% wrong: result always float32
import torch


def emap(grid):
    n, _, c = grid.shape
    f = torch.zeros(n, c)
    mean_all = grid.reshape(n * n, c).mean(dim=0)
    for i in range(n):
        f[i] = grid[i, :].mean(dim=0) + grid[:, i].mean(dim=0) - mean_all
    return f

# %% two: the two means are averaged instead of added; overall mean across the classes too
import torch


def emap(grid):
    both = (grid.mean(0) + grid.mean(1)) / 2
    return both - grid.mean()

# %% two: mean over modality 1 used twice; result always float32
import torch


def emap(grid):
    result = torch.empty(grid.shape[0], grid.shape[2])
    m = grid.mean(dim=0)
    result[:] = 2 * m - m.mean(dim=0)
    return result

# %% two: probabilities instead of logits; overall mean left out
import torch
from torch.nn import functional as F


def emap(grid):
    p = F.softmax(grid, dim=2)
    rows = torch.einsum("ijc->ic", p) / p.shape[0]
    cols = torch.einsum("jic->ic", p) / p.shape[0]
    return rows + cols

# %% two: median instead of mean; squeeze drops axes of size 1
import torch


def emap(grid):
    rows = grid.median(dim=1).values
    cols = grid.median(dim=0).values
    overall = grid.flatten(0, 1).median(dim=0).values
    return (rows + cols - overall).squeeze()
