# %% right: three means
def emap(grid):
    return grid.mean(1) + grid.mean(0) - grid.mean((0, 1))

# %% right: loops
import torch

def emap(grid):
    N, _, C = grid.shape
    out = torch.empty(N, C, dtype=grid.dtype)
    whole = grid.sum((0, 1)) / N**2
    for i in range(N):
        for c in range(C):
            out[i, c] = grid[i, :, c].sum() / N + grid[:, i, c].sum() / N - whole[c]
    return out

# %% right: einsum
import torch

def emap(grid):
    n = len(grid)
    rows = torch.einsum("ijc->ic", grid) / n
    columns = torch.einsum("jic->ic", grid) / n
    return rows + columns - torch.einsum("jkc->c", grid) / n**2

# %% right: mean of the row means
def emap(grid):
    first = grid.mean(dim=1)
    second = grid.mean(dim=0)
    return first + (second - first.mean(dim=0, keepdim=True))

# %% right: full additive grid, then the diagonal
import torch

def emap(grid):
    additive = grid.mean(1, keepdim=True) + grid.mean(0, keepdim=True) - grid.mean((0, 1), keepdim=True)
    return torch.diagonal(additive, dim1=0, dim2=1).T.clone()

# %% right: NumPy
import numpy as np
import torch

def emap(grid):
    g = grid.detach().numpy().astype(np.float64)
    out = g.mean(axis=1) + g.mean(axis=0) - g.mean(axis=(0, 1), keepdims=True)[0]
    return torch.from_numpy(out).to(grid.dtype)

# %% right: centring matrix
import torch

def emap(grid):
    n = grid.shape[0]
    H = torch.eye(n, dtype=torch.float64) - 1 / n
    interaction = torch.einsum("ij,jkc,kl->ilc", H, grid.double(), H)
    i = torch.arange(n)
    return (grid.double()[i, i] - interaction[i, i]).to(grid.dtype)

# %% right: least squares of the additive model by hand
import torch

def _average(t, dim):
    return t.sum(dim) / t.shape[dim]

def emap(grid):
    mu = _average(_average(grid, 0), 0)
    a = torch.stack([_average(g, 0) - mu for g in grid])
    b = torch.stack([_average(grid[:, j], 0) - mu for j in range(len(grid))])
    return a + b + mu

# %% wrong: the overall mean is not subtracted
def emap(grid):
    return grid.mean(1) + grid.mean(0)

# %% wrong: the overall mean is added
def emap(grid):
    return grid.mean(1) + grid.mean(0) + grid.mean((0, 1))

# %% wrong: the overall mean over the classes too
def emap(grid):
    return grid.mean(1) + grid.mean(0) - grid.mean()

# %% wrong: the diagonal as it is
import torch

def emap(grid):
    n = torch.arange(len(grid))
    return grid[n, n]

# %% wrong: twice the same axis
def emap(grid):
    return 2 * grid.mean(1) - grid.mean((0, 1))

# %% wrong: the other axis twice
def emap(grid):
    return 2 * grid.mean(0) - grid.mean((0, 1))

# %% wrong: the sample itself left out of the means
import torch

def emap(grid):
    n = len(grid)
    i = torch.arange(n)
    d = grid[i, i]
    m = max(n - 1, 1)
    return (grid.sum(1) - d) / m + (grid.sum(0) - d) / m - grid.mean((0, 1))

# %% wrong: mean of both means
def emap(grid):
    return (grid.mean(1) + grid.mean(0)) / 2

# %% wrong: overall mean of the true pairs only
import torch

def emap(grid):
    i = torch.arange(len(grid))
    return grid.mean(1) + grid.mean(0) - grid[i, i].mean(0)

# %% wrong: the interaction, not the projection
import torch

def emap(grid):
    i = torch.arange(len(grid))
    return grid[i, i] - grid.mean(1) - grid.mean(0) + grid.mean((0, 1))

# %% wrong: means of the probabilities
def emap(grid):
    p = grid.softmax(-1)
    return p.mean(1) + p.mean(0) - p.mean((0, 1))

# %% wrong: sums instead of means
def emap(grid):
    return grid.sum(1) + grid.sum(0) - grid.sum((0, 1))

# %% wrong: the whole additive grid
def emap(grid):
    return grid.mean(1, keepdim=True) + grid.mean(0, keepdim=True) - grid.mean((0, 1), keepdim=True)

# %% wrong: medians instead of means
def emap(grid):
    n = len(grid)
    return grid.quantile(0.5, dim=1) + grid.quantile(0.5, dim=0) - grid.reshape(n * n, -1).quantile(0.5, dim=0)

# %% wrong: only the first modality
def emap(grid):
    return grid.mean(dim=1)

# %% two: the overall mean not subtracted; mean of both
import torch

def emap(grid):
    return torch.stack([grid.sum(1), grid.sum(0)]).sum(0) / len(grid) / 2

# %% two: sums instead of means; the overall sum not subtracted
def emap(grid):
    return grid.sum(1) + grid.sum(0)

# %% two: one axis twice; the overall mean not subtracted
def emap(grid):
    return 2 * grid.mean(1)

# %% two: the overall mean added; over the classes too
def emap(grid):
    return grid.mean(1) + grid.mean(0) + grid.mean()

# %% two: the sample itself left out; overall mean not subtracted
import torch

def emap(grid):
    n = len(grid)
    i = torch.arange(n)
    d = grid[i, i]
    m = max(n - 1, 1)
    return (grid.sum(1) - d) / m + (grid.sum(0) - d) / m
