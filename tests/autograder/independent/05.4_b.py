# %% right: ones concatenated, einsum, flattened
import torch


def tensor_fusion(a, b):
    one = torch.ones_like(a[:, :1])
    a1 = torch.cat([one, a], dim=1)
    b1 = torch.cat([one, b], dim=1)
    return torch.einsum("ni,nj->nij", a1, b1).flatten(1)

# %% right: F.pad with value 1 and a batched matrix product
import torch
from torch.nn import functional as F


def tensor_fusion(a, b):
    a1 = F.pad(a, (1, 0), value=1.0).unsqueeze(2)
    b1 = F.pad(b, (1, 0), value=1.0).unsqueeze(1)
    return torch.bmm(a1, b1).reshape(a.shape[0], -1)

# %% right: one torch.kron per sample, stacked
import torch


def tensor_fusion(a, b):
    """All products of [1, a] and [1, b], a varying slowest: (N, (1 + Da)(1 + Db))."""
    one_a = a.new_ones(1)
    one_b = b.new_ones(1)
    rows = [torch.kron(torch.cat((one_a, x)), torch.cat((one_b, y))) for x, y in zip(a, b)]
    return torch.stack(rows)

# %% right: column by column with two nested loops
import torch


def tensor_fusion(a, b):
    n, da = a.shape
    db = b.shape[1]
    columns = []
    for i in range(da + 1):
        left = torch.ones(n, dtype=a.dtype, device=a.device) if i == 0 else a[:, i - 1]
        for j in range(db + 1):
            if j == 0:
                columns.append(left)
            else:
                columns.append(left * b[:, j - 1])
    return torch.stack(columns, dim=1)

# %% right: repeat_interleave of [1, a] times a tiled [1, b]
import torch


def tensor_fusion(a, b):
    n, da, db = len(a), a.size(1), b.size(1)
    a1 = torch.hstack((torch.ones(n, 1).to(a), a))
    b1 = torch.hstack((torch.ones(n, 1).to(b), b))
    slow = a1.repeat_interleave(db + 1, dim=1)
    fast = b1.repeat(1, da + 1)
    return slow * fast

# %% wrong: the ones are left out, only a times b
import torch


def tensor_fusion(a, b):
    products = a.unsqueeze(-1) * b.unsqueeze(-2)
    return products.reshape(len(a), -1)

# %% wrong: the 1 is appended last instead of first
import torch


def tensor_fusion(a, b):
    ones = a.new_ones(a.shape[0], 1)
    a_ext = torch.cat((a, ones), 1)
    b_ext = torch.cat((b, ones), 1)
    return (a_ext[:, :, None] * b_ext[:, None, :]).flatten(start_dim=1)

# %% wrong: b varies slowest instead of a
import torch


def tensor_fusion(a, b):
    n = a.size(0)
    ones = torch.ones(n, 1, dtype=a.dtype)
    x = torch.cat([ones, a], dim=-1)
    y = torch.cat([ones, b], dim=-1)
    z = torch.einsum("bi,bj->bji", x, y)
    return z.reshape(n, -1)

# %% wrong: pads with 0 (the default of F.pad) instead of 1
import torch
from torch.nn import functional as F


def tensor_fusion(a, b):
    a1 = F.pad(a, (1, 0))
    b1 = F.pad(b, (1, 0))
    return torch.matmul(a1[:, :, None], b1[:, None, :]).view(a.shape[0], -1)

# %% wrong: right products in the wrong order: 1, then a, then b, then a times b
import torch


def tensor_fusion(a, b):
    n = a.shape[0]
    outer = (a[:, :, None] * b[:, None, :]).reshape(n, -1)
    return torch.cat([torch.ones(n, 1, dtype=a.dtype), a, b, outer], dim=1)

# %% wrong: filled into a float32 buffer, so float64 input gives float32
import torch


def tensor_fusion(a, b):
    n, da = a.shape
    _, db = b.shape
    out = torch.ones(n, 1 + da, 1 + db)
    out[:, 1:, 0] = a
    out[:, 0, 1:] = b
    out[:, 1:, 1:] = a.unsqueeze(2) * b.unsqueeze(1)
    return out.view(n, -1)

# %% wrong: Kronecker product of the whole batch cut to N rows, so every row uses the first row of a
import torch


def tensor_fusion(a, b):
    n = a.shape[0]
    ones = torch.ones_like(a[:, :1])
    full = torch.kron(torch.cat([ones, a], 1), torch.cat([ones, b], 1))
    return full[:n]

# %% wrong: squeeze() at the end drops the sample axis when N = 1
import torch


def tensor_fusion(a, b):
    a1 = torch.cat([torch.ones_like(a[:, :1]), a], dim=1)
    b1 = torch.cat([torch.ones_like(b[:, :1]), b], dim=1)
    rows = []
    for x, y in zip(a1, b1):
        rows.append(torch.outer(x, y).reshape(-1))
    return torch.stack(rows).squeeze()

# %% wrong: done in NumPy on detached arrays, no gradient flows back
import numpy as np
import torch


def tensor_fusion(a, b):
    x = a.detach().numpy()
    y = b.detach().numpy()
    x = np.insert(x, 0, 1, axis=1)
    y = np.insert(y, 0, 1, axis=1)
    out = np.einsum("ni,nj->nij", x, y).reshape(len(x), -1)
    return torch.from_numpy(out)

# %% wrong: uses the width of a for b too, so it holds only for Da = Db
import torch


def tensor_fusion(a, b):
    n, dim = a.shape
    one = a.new_ones(n, 1)
    a1 = torch.cat([one, a], dim=1)
    b1 = torch.cat([one, b], dim=1)
    cols = [a1[:, i] * b1[:, j] for i in range(dim + 1) for j in range(dim + 1)]
    return torch.stack(cols, dim=1)

# %% two: 1 added to a only; b varies slowest
import torch


def tensor_fusion(a, b):
    a1 = torch.cat([torch.ones_like(a[:, :1]), a], dim=1)
    return torch.einsum("ni,nj->nji", a1, b).flatten(1)

# %% two: the 1 is appended last; result cast to float32
import torch


def tensor_fusion(a, b):
    n = a.shape[0]
    a1 = torch.cat([a.float(), torch.ones(n, 1)], dim=1)
    b1 = torch.cat([b.float(), torch.ones(n, 1)], dim=1)
    return torch.bmm(a1.unsqueeze(2), b1.unsqueeze(1)).view(n, -1)

# %% two: the constant column 1*1 is dropped; b is detached
import torch
from torch.nn import functional as F


def tensor_fusion(a, b):
    left = F.pad(a, (1, 0), value=1)
    right = F.pad(b.detach(), (1, 0), value=1)
    table = left[..., None] * right[:, None]
    return table.flatten(1)[:, 1:]

# %% two: axes moved before the reshape, so samples are mixed; the 1 comes last
import torch


def tensor_fusion(a, b):
    n = a.shape[0]
    ones = a.new_ones((n, 1))
    at = torch.cat([a, ones], 1).t()
    bt = torch.cat([b, ones], 1).t()
    prod = at.unsqueeze(1) * bt.unsqueeze(0)
    return prod.reshape(n, -1)
