# %% right: one more at a time by scatter
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    z = x.clone()
    columns = [f(z)]
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% right: ranks and where
import torch

def deletion_curve(f, x, a, fill):
    rank = a.argsort(1, descending=True).argsort(1)
    scores = [f(torch.where(rank < k, torch.full_like(x, fill), x)) for k in range(x.shape[1] + 1)]
    return torch.stack(scores, 1)

# %% right: all at once, below each other
import torch

def deletion_curve(f, x, a, fill):
    n, d = x.shape
    rank = (a[:, None, :] > a[:, :, None]).sum(-1)
    k = torch.arange(d + 1)[:, None, None]
    z = x.expand(d + 1, n, d).masked_fill(rank < k, fill)
    return f(z.reshape(-1, d)).reshape(d + 1, n).T

# %% right: loop over the rows
import torch

def deletion_curve(f, x, a, fill):
    rows = []
    for n in range(x.shape[0]):
        z = x[n : n + 1].clone()
        scores = [f(z)[0]]
        for j in sorted(range(x.shape[1]), key=lambda j: -float(a[n, j])):
            z = z.clone()
            z[0, j] = fill
            scores.append(f(z)[0])
        rows.append(torch.stack(scores))
    return torch.stack(rows)

# %% right: topk
import torch

def deletion_curve(f, x, a, fill):
    N, D = x.shape
    out = torch.empty(N, D + 1, dtype=x.dtype)
    for k in range(D + 1):
        z = x.clone()
        z.scatter_(1, a.topk(k, dim=1).indices, fill)
        out[:, k] = f(z).detach()
    return out

# %% right: NumPy order
import numpy as np
import torch

def deletion_curve(f, x, a, fill):
    order = np.argsort(-a.detach().numpy(), axis=1, kind="stable")
    rows = torch.arange(len(x))
    z, result = x.detach().clone(), []
    result.append(f(z.clone()))
    for k in range(x.shape[1]):
        z[rows, torch.from_numpy(order[:, k].copy())] = fill
        result.append(f(z.clone()))
    return torch.stack(result, -1)

# %% right: thresholds
import torch

def deletion_curve(f, x, a, fill):
    falling = a.sort(dim=1, descending=True).values
    with torch.no_grad():
        parts = [f(x.clone())]
        for k in range(x.shape[1]):
            parts.append(f(torch.where(a >= falling[:, [k]], torch.as_tensor(fill, dtype=x.dtype), x)))
    return torch.column_stack(parts)

# %% right: from the last one backwards
import torch

def deletion_curve(f, x, a, fill):
    d = x.shape[1]
    order = a.argsort(dim=1)
    z = torch.full_like(x, fill)
    out = [f(z)]
    for k in range(d):
        j = order[:, k : k + 1]
        z = z.scatter(1, j, x.gather(1, j))
        out.insert(0, f(z))
    return torch.stack(out, dim=1)

# %% wrong: least important first
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1)
    z = x.clone()
    columns = [f(z)]
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% wrong: by absolute value
import torch

def deletion_curve(f, x, a, fill):
    order = a.abs().argsort(dim=1, descending=True)
    z = x.clone()
    columns = [f(z)]
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% wrong: zero instead of fill
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    z = x.clone()
    columns = [f(z)]
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], 0.0)
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% wrong: one at a time, not adding up
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    columns = [f(x)]
    for k in range(x.shape[1]):
        columns.append(f(x.scatter(1, order[:, k : k + 1], fill)))
    return torch.stack(columns, dim=1)

# %% wrong: column 0 is missing
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    z, columns = x.clone(), []
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% wrong: the last column is missing
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    z, columns = x.clone(), []
    for k in range(x.shape[1]):
        columns.append(f(z))
        z = z.scatter(1, order[:, k : k + 1], fill)
    return torch.stack(columns, dim=1)

# %% wrong: the same order for all rows, by the mean attribution
import torch

def deletion_curve(f, x, a, fill):
    order = a.mean(0).argsort(descending=True)
    z = x.clone()
    columns = [f(z)]
    for j in order:
        z = z.clone()
        z[:, j] = fill
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% wrong: columns and rows swapped
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    z = x.clone()
    columns = [f(z)]
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(z))
    return torch.stack(columns)

# %% wrong: changes x itself
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    columns = [f(x).clone()]
    for k in range(x.shape[1]):
        x.scatter_(1, order[:, k : k + 1], fill)
        columns.append(f(x).clone())
    return torch.stack(columns, dim=1)

# %% wrong: insertion, starts from all replaced
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    z = torch.full_like(x, fill)
    columns = [f(z)]
    for k in range(x.shape[1]):
        j = order[:, k : k + 1]
        z = z.scatter(1, j, x.gather(1, j))
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% wrong: difference to f(x)
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    z = x.clone()
    columns = [f(z)]
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(z))
    out = torch.stack(columns, dim=1)
    return out - out[:, :1]

# %% wrong: order taken as the rank (argsort once)
import torch

def deletion_curve(f, x, a, fill):
    rank = a.argsort(dim=1, descending=True)
    return torch.stack([f(torch.where(rank < k, torch.full_like(x, fill), x)) for k in range(x.shape[1] + 1)], dim=1)

# %% wrong: important by the size of the feature, not of the attribution
import torch

def deletion_curve(f, x, a, fill):
    order = x.argsort(dim=1, descending=True)
    z = x.clone()
    columns = [f(z)]
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% wrong: argsort over the rows (dim=0)
import torch

def deletion_curve(f, x, a, fill):
    rank = a.argsort(dim=0, descending=True).argsort(dim=0)
    return torch.stack([f(torch.where(rank < k, torch.full_like(x, fill), x)) for k in range(x.shape[1] + 1)], dim=1)

# %% wrong: only features with a positive attribution are replaced
import torch

def deletion_curve(f, x, a, fill):
    rank = a.argsort(1, descending=True).argsort(1)
    return torch.stack([f(torch.where((rank < k) & (a > 0), torch.full_like(x, fill), x)) for k in range(x.shape[1] + 1)], 1)

# %% two: least important first; zero instead of fill
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1)
    z = x.clone()
    columns = [f(z)]
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], 0.0)
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% two: by absolute value; column 0 missing
import torch

def deletion_curve(f, x, a, fill):
    order = a.abs().argsort(dim=1, descending=True)
    z, columns = x.clone(), []
    for k in range(x.shape[1]):
        z = z.scatter(1, order[:, k : k + 1], fill)
        columns.append(f(z))
    return torch.stack(columns, dim=1)

# %% two: one at a time; zero instead of fill
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1, descending=True)
    return torch.stack([f(x)] + [f(x.scatter(1, order[:, [k]], 0.0)) for k in range(x.shape[1])], dim=1)

# %% two: least important first; one at a time
import torch

def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1)
    return torch.stack([f(x)] + [f(x.scatter(1, order[:, [k]], fill)) for k in range(x.shape[1])], dim=1)

# %% two: same order for all rows; by absolute value
import torch

def deletion_curve(f, x, a, fill):
    order = a.abs().mean(0).argsort(descending=True)
    z = x.clone()
    columns = [f(z)]
    for j in order:
        z = z.clone()
        z[:, j] = fill
        columns.append(f(z))
    return torch.stack(columns, dim=1)
