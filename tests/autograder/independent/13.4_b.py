# %% right: three means
import torch

def emap(grid):
    return grid.mean(dim=1) + grid.mean(dim=0) - grid.mean(dim=(0, 1))

# %% right: plain loops
import torch

def emap(grid):
    N, _, C = grid.shape
    out = torch.empty(N, C, dtype=grid.dtype)
    for c in range(C):
        everything = 0.0
        for i in range(N):
            for j in range(N):
                everything = everything + grid[i, j, c]
        everything = everything / (N * N)
        for i in range(N):
            a = sum(grid[i, j, c] for j in range(N)) / N
            b = sum(grid[j, i, c] for j in range(N)) / N
            out[i, c] = a + b - everything
    return out

# %% right: numpy
import numpy as np
import torch

def emap(grid):
    g = grid.detach().cpu().numpy()
    first = g.mean(axis=1)
    second = g.mean(axis=0)
    return torch.from_numpy(first + second - first.mean(axis=0, keepdims=True)).to(grid.dtype)

# %% right: einsum sums divided by N
import torch

def emap(grid):
    n = grid.size(0)
    row = torch.einsum("ijc->ic", grid) / n
    col = torch.einsum("jic->ic", grid) / n
    mid = torch.einsum("ijc->c", grid) / n ** 2
    return row + col - mid

# %% right: centring matrix: grid minus its doubly centred part, then the diagonal
import torch

def emap(grid):
    n = grid.shape[0]
    g = grid.permute(2, 0, 1)                       # (C, N, N)
    h = torch.eye(n, dtype=grid.dtype) - torch.full((n, n), 1.0 / n, dtype=grid.dtype)
    interaction = h @ g @ h
    additive = g - interaction
    return additive.diagonal(dim1=1, dim2=2).transpose(0, 1).contiguous()

# %% wrong: grand mean not subtracted
import torch

def emap(grid):
    return grid.mean(dim=0) + grid.mean(dim=1)

# %% wrong: grand mean over the classes too
import torch

def emap(grid):
    first = grid.mean(1)
    second = grid.mean(0)
    return first + second - grid.mean()

# %% wrong: the same axis averaged twice
import torch

def emap(grid):
    n = grid.shape[0]
    total = grid.sum(dim=(0, 1)) / (n * n)
    rows = []
    for i in range(n):
        rows.append(grid[i].mean(dim=0) + grid[i, :].mean(dim=0) - total)
    return torch.stack(rows)

# %% wrong: own sample left out of the row and column means
import torch

def emap(grid):
    n = grid.shape[0]
    if n == 1:
        return grid[:, 0].clone()
    d = torch.stack([grid[i, i] for i in range(n)])
    row = (grid.sum(1) - d) / (n - 1)
    col = (grid.sum(0) - d) / (n - 1)
    return row + col - grid.mean(dim=(0, 1))

# %% wrong: mean of the diagonal subtracted instead of the mean over all pairs
import torch

def emap(grid):
    diag = torch.einsum("iic->ic", grid)
    return grid.mean(0) + grid.mean(1) - diag.mean(0)

# %% wrong: the whole projected grid is returned, not only the true pairs
import torch

def emap(grid):
    a = grid.mean(dim=1, keepdim=True)
    b = grid.mean(dim=0, keepdim=True)
    return a + b - grid.mean(dim=(0, 1), keepdim=True)

# %% wrong: row and column mean halved
import torch

def emap(grid):
    row, col = grid.mean(1), grid.mean(0)
    centre = row.mean(0)
    return (row + col) / 2 - centre

# %% wrong: softmax over the classes first
import torch

def emap(grid):
    p = torch.softmax(grid, dim=-1)
    return p.mean(1) + p.mean(0) - p.mean((0, 1))

# %% wrong: squeeze at the end drops axes of size 1
import torch

def emap(grid):
    m1 = grid.mean(dim=1, keepdim=True)                       # (N, 1, C)
    m2 = grid.mean(dim=0, keepdim=True).transpose(0, 1)       # (N, 1, C)
    m = grid.mean(dim=(0, 1), keepdim=True)                   # (1, 1, C)
    return (m1 + m2 - m).squeeze()

# %% wrong: the input is centred in place
import torch

def emap(grid):
    centre = grid.mean(dim=(0, 1))
    grid -= centre
    return grid.mean(dim=1) + grid.mean(dim=0) + centre

# %% two: grand mean not subtracted; sums in place of means
import torch

def emap(grid):
    return grid.sum(dim=1) + grid.sum(dim=0)

# %% two: same axis twice; grand mean over the classes too
import numpy as np
import torch

def emap(grid):
    g = grid.numpy()
    out = 2 * g.mean(axis=0) - g.mean()
    return torch.from_numpy(np.asarray(out, dtype=g.dtype))

# %% two: grand mean added instead of subtracted; float32 result
import torch

def emap(grid):
    n, _, c = grid.shape
    out = torch.zeros(n, c)
    for i in range(n):
        out[i] = grid[i].mean(0) + grid[:, i].mean(0) + grid.mean((0, 1))
    return out

# %% two: divides by N - 1; subtracts the true pair f(i, i) instead of the grand mean
import torch

def emap(grid):
    n = grid.shape[0]
    k = max(n - 1, 1)
    diag = grid[torch.arange(n), torch.arange(n)]
    return grid.sum(0) / k + grid.sum(1) / k - diag
