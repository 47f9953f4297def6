# %% right: cat with ones, broadcast, flatten
import torch

def tensor_fusion(a, b):
    one = a.new_ones(a.shape[0], 1)
    x = torch.cat([one, a], dim=1)
    y = torch.cat([one, b], dim=1)
    return (x.unsqueeze(2) * y.unsqueeze(1)).flatten(1)

# %% right: F.pad and einsum
import torch
import torch.nn.functional as F

def tensor_fusion(a, b):
    a1 = F.pad(a, (1, 0), value=1.0)
    b1 = F.pad(b, (1, 0), value=1.0)
    return torch.einsum("ni,nj->nij", a1, b1).reshape(a.shape[0], -1)

# %% right: outer product for each sample
import torch

def tensor_fusion(a, b):
    one = torch.ones(1, dtype=a.dtype, device=a.device)
    rows = []
    for u, v in zip(a, b):
        rows.append(torch.outer(torch.cat([one, u]), torch.cat([one, v])).reshape(-1))
    return torch.stack(rows)

# %% right: block after block, without an outer product
import torch

def tensor_fusion(a, b):
    with_one = torch.cat((torch.ones_like(b[:, :1]), b), 1)
    blocks = [with_one]
    for k in range(a.shape[1]):
        blocks.append(a[:, k:k + 1] * with_one)
    return torch.cat(blocks, dim=1)

# %% right: bmm with checks
import torch

def tensor_fusion(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    if a.dim() != 2 or b.dim() != 2 or a.size(0) != b.size(0):
        raise ValueError("a (N, Da) and b (N, Db) with the same N")
    n = a.size(0)
    ones = torch.ones(n, 1, dtype=a.dtype, device=a.device)
    col = torch.cat([ones, a], 1).view(n, -1, 1)
    row = torch.cat([ones, b], 1).view(n, 1, -1)
    return torch.bmm(col, row).view(n, -1)

# %% right: repeat_interleave and tile
import torch

def tensor_fusion(a, b):
    def lead(x):
        return torch.cat([x.new_full((len(x), 1), 1.0), x], dim=-1)

    p, q = lead(a), lead(b)
    return p.repeat_interleave(q.shape[1], dim=1) * q.repeat(1, p.shape[1])

# %% wrong: the 1 comes last
import torch

def tensor_fusion(a, b):
    ones = torch.ones(len(a), 1, dtype=a.dtype)
    a1 = torch.cat([a, ones], dim=1)
    b1 = torch.cat([b, ones], dim=1)
    return torch.einsum("ni,nj->nij", a1, b1).flatten(1)

# %% wrong: b varies slowest
import torch

def tensor_fusion(a, b):
    one = torch.ones_like(a[:, :1])
    x = torch.cat([one, a], 1)
    y = torch.cat([one, b], 1)
    return torch.einsum("ni,nj->nji", x, y).reshape(a.size(0), -1)

# %% wrong: no ones, only the products a_i b_j
import torch

def tensor_fusion(a, b):
    outer = a[:, :, None] * b[:, None, :]
    return outer.reshape(a.shape[0], -1)

# %% wrong: not flattened, (N, 1 + Da, 1 + Db)
import torch

def tensor_fusion(a, b):
    n = a.shape[0]
    o = a.new_ones((n, 1))
    return torch.bmm(torch.cat([o, a], 1).unsqueeze(2), torch.cat([o, b], 1).unsqueeze(1))

# %% wrong: a 1 in front of a only
import torch

def tensor_fusion(a, b):
    a1 = torch.nn.functional.pad(a, (1, 0), value=1)
    return (a1[:, :, None] * b[:, None, :]).flatten(start_dim=1)

# %% wrong: sums over the batch, each row depends on all of b
import torch

def tensor_fusion(a, b):
    one = torch.ones(a.shape[0], 1, dtype=a.dtype, device=a.device)
    A = torch.cat([one, a], 1)
    B = torch.cat([one, b], 1)
    return torch.einsum("ni,mj->nij", A, B).reshape(len(A), -1)

# %% wrong: zeros put in front instead of ones
import torch

def tensor_fusion(a, b):
    front = torch.zeros(a.shape[0], 1, dtype=a.dtype, device=a.device)
    left = torch.cat([front, a], dim=1)
    right = torch.cat([front, b], dim=1)
    return (left.unsqueeze(-1) * right.unsqueeze(-2)).flatten(1)

# %% wrong: order [1, a, b, products]
import torch

def tensor_fusion(a, b):
    one = torch.ones_like(a[:, :1])
    products = torch.einsum("ni,nj->nij", a, b).flatten(1)
    return torch.cat([one, a, b, products], dim=1)

# %% wrong: the outer product of the sample flattened with the batch axis inside
import torch

def tensor_fusion(a, b):
    n = a.shape[0]
    one = a.new_ones(n, 1)
    x, y = torch.cat([one, a], 1), torch.cat([one, b], 1)
    cube = torch.einsum("ni,nj->ijn", x, y)
    return cube.reshape(n, -1)

# %% wrong: sums instead of products
import torch

def tensor_fusion(a, b):
    ones = torch.ones(a.size(0), 1, dtype=a.dtype)
    p = torch.cat([ones, a], dim=1)
    q = torch.cat([ones, b], dim=1)
    return (p[:, :, None] + q[:, None, :]).reshape(a.size(0), -1)

# %% wrong: built from a.data, so a gets no gradient
import torch

def tensor_fusion(a, b):
    n, da = a.shape
    a1 = torch.ones(n, 1 + da, dtype=a.dtype)
    a1[:, 1:] = a.data
    b1 = torch.ones(n, 1 + b.shape[1], dtype=b.dtype)
    b1[:, 1:] = b
    return torch.einsum("ni,nj->nij", a1, b1).view(n, -1)

# %% two: the 1 comes last; b varies slowest
import torch

def tensor_fusion(a, b):
    one = torch.ones(a.shape[0], 1, dtype=a.dtype)
    x = torch.cat((a, one), 1)
    y = torch.cat((b, one), 1)
    return (y.unsqueeze(2) * x.unsqueeze(1)).flatten(1)

# %% two: a 1 in front of b only; rows normalised to length 1
import torch
import torch.nn.functional as F

def tensor_fusion(a, b):
    b1 = F.pad(b, (1, 0), value=1.0)
    z = torch.einsum("ni,nj->nij", a, b1).flatten(1)
    return F.normalize(z, dim=1)

# %% two: float32 result; no flattening
import torch

def tensor_fusion(a, b):
    one = torch.ones(a.shape[0], 1)
    x = torch.cat([one, a.to(torch.float32)], dim=1)
    y = torch.cat([one, b.to(torch.float32)], dim=1)
    return x[:, :, None] * y[:, None, :]


# %% right: einsum
import torch

def tensor_fusion(a, b):
    one = a.new_ones(a.shape[0], 1)
    a1 = torch.cat([one, a], 1)
    b1 = torch.cat([one, b], 1)
    return torch.einsum("ni,nj->nij", a1, b1).flatten(1)

# %% right: loop with torch.outer
import torch

def tensor_fusion(a, b):
    rows = []
    one = torch.ones(1, dtype=a.dtype)
    for x, y in zip(a, b):
        rows.append(torch.outer(torch.cat([one, x]), torch.cat([one, y])).reshape(-1))
    return torch.stack(rows)

# %% wrong: no ones, so only the products
import torch

def tensor_fusion(a, b):
    return (a.unsqueeze(2) * b.unsqueeze(1)).reshape(a.shape[0], -1)

# %% wrong: ones at the end
import torch
import torch.nn.functional as F

def tensor_fusion(a, b):
    a1 = F.pad(a, (0, 1), value=1.0)
    b1 = F.pad(b, (0, 1), value=1.0)
    return torch.bmm(a1[:, :, None], b1[:, None, :]).flatten(1)

# %% wrong: b varies slowest
import torch
import torch.nn.functional as F

def tensor_fusion(a, b):
    a1 = F.pad(a, (1, 0), value=1.0)
    b1 = F.pad(b, (1, 0), value=1.0)
    return torch.einsum("ni,nj->nji", a1, b1).reshape(len(a), -1)

# %% wrong: blocks put together in another order: 1, a, b, products
import torch

def tensor_fusion(a, b):
    n = a.shape[0]
    prod = torch.einsum("ni,nj->nij", a, b).reshape(n, -1)
    return torch.cat([torch.ones(n, 1, dtype=a.dtype), a, b, prod], dim=1)

# %% two: one only in front of a; outer sum in place of the product
import torch

def tensor_fusion(a, b):
    a1 = torch.cat([torch.ones_like(a[:, :1]), a], dim=1)
    return (a1[:, :, None] + b[:, None, :]).flatten(1)

# %% two: rows normalised first; zeros instead of ones in front
import torch
import torch.nn.functional as F

def tensor_fusion(a, b):
    a = F.pad(F.normalize(a, dim=1), (1, 0))
    b = F.pad(F.normalize(b, dim=1), (1, 0))
    return torch.einsum("ni,nj->nij", a, b).flatten(1)
