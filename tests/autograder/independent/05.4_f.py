# %% right: ones in front, einsum, flatten
import torch


def tensor_fusion(a, b):
    one = a.new_ones(a.shape[0], 1)
    a1 = torch.cat([one, a], dim=1)
    b1 = torch.cat([one, b], dim=1)
    return torch.einsum("ni,nj->nij", a1, b1).flatten(1)


# %% right: one line with F.pad and broadcasting
import torch.nn.functional as F


def tensor_fusion(a, b):
    return (F.pad(a, (1, 0), value=1.0)[:, :, None] * F.pad(b, (1, 0), value=1.0)[:, None, :]).flatten(start_dim=1)


# %% right: loops over everything, numbers gathered in a list and stacked
import torch


def tensor_fusion(a, b):
    rows = []
    for i in range(a.shape[0]):
        one = torch.ones((), dtype=a.dtype, device=a.device)
        left = [one] + list(a[i])
        right = [one] + list(b[i])
        rows.append(torch.stack([u * v for u in left for v in right]))
    return torch.stack(rows)


# %% right: torch.kron for each sample
import torch


def tensor_fusion(a, b):
    one = torch.ones(1, dtype=a.dtype, device=a.device)
    return torch.stack([torch.kron(torch.cat((one, u)), torch.cat((one, v))) for u, v in zip(a, b)])


# %% right: block by block, [1, b] and then each column of a times it
import torch


def tensor_fusion(a, b):
    b1 = torch.hstack([torch.ones_like(b[:, :1]), b])
    blocks = [b1]
    for k in range(a.size(1)):
        blocks.append(a[:, k:k + 1] * b1)
    return torch.cat(blocks, dim=1)


# %% right: over-long class with checks, repeat_interleave against repeat
import torch
from torch import nn


class Fusion(nn.Module):
    def _with_one(self, x):
        n, d = x.shape
        out = torch.ones(n, d + 1, dtype=x.dtype, device=x.device)
        out[:, 1:] = x
        return out

    def forward(self, a, b):
        if a.dim() != 2 or b.dim() != 2:
            raise ValueError("two matrices, please")
        if a.shape[0] != b.shape[0]:
            raise ValueError("as many rows in a as in b, please")
        if a.dtype != b.dtype:
            raise TypeError("one dtype, please")
        left = self._with_one(a)
        right = self._with_one(b)
        da, db = left.shape[1], right.shape[1]
        slow = left.repeat_interleave(db, dim=1)
        fast = right.repeat(1, da)
        return slow * fast


def tensor_fusion(a, b):
    return Fusion()(a, b)


# %% wrong: b varies slowest instead of a
import torch


def tensor_fusion(a, b):
    one = torch.ones_like(a[:, :1])
    a1, b1 = torch.cat([one, a], 1), torch.cat([one, b], 1)
    return torch.einsum("ni,nj->nji", a1, b1).reshape(a.shape[0], -1)


# %% wrong: the 1 stands at the end of each vector, not in front
import torch.nn.functional as F


def tensor_fusion(a, b):
    a1 = F.pad(a, (0, 1), value=1.0)
    b1 = F.pad(b, (0, 1), value=1.0)
    return a1.unsqueeze(2).mul(b1.unsqueeze(1)).flatten(1)


# %% wrong: only a gets its 1, so that a alone is not kept
import torch


def tensor_fusion(a, b):
    a1 = torch.cat([a.new_ones(len(a), 1), a], dim=1)
    return torch.bmm(a1.unsqueeze(2), b.unsqueeze(1)).flatten(1)


# %% wrong: the result is collected in a float32 tensor, also for float64
import torch


def tensor_fusion(a, b):
    n, da = a.shape
    db = b.shape[1]
    out = torch.ones(n, 1 + da, 1 + db, dtype=torch.float32)
    out[:, 0, 1:] = b
    out[:, 1:, 0] = a
    out[:, 1:, 1:] = a[:, :, None] * b[:, None, :]
    return out.reshape(n, -1)


# %% wrong: the right products in the wrong order, as the blocks 1, a, b, a times b
import torch


def tensor_fusion(a, b):
    outer = torch.einsum("ni,nj->nij", a, b).flatten(1)
    return torch.cat([torch.ones_like(a[:, :1]), a, b, outer], dim=1)


# %% wrong: unsqueeze_ changes the shape of the caller's tensors
import torch
import torch.nn.functional as F


def tensor_fusion(a, b):
    a.unsqueeze_(2)
    b.unsqueeze_(1)
    left = F.pad(a, (0, 0, 1, 0), value=1.0)
    right = F.pad(b, (1, 0), value=1.0)
    return torch.matmul(left, right).flatten(1)


# %% wrong: b goes through a Python list, so no gradient reaches b
import torch


def tensor_fusion(a, b):
    a1 = torch.cat([torch.ones(len(a), 1, dtype=a.dtype), a], dim=1)
    b1 = torch.tensor([[1.0] + row for row in b.tolist()], dtype=b.dtype)
    return torch.stack([torch.outer(u, v).flatten() for u, v in zip(a1, b1)])


# %% wrong: squeeze drops the sample axis when N is 1
import torch


def tensor_fusion(a, b):
    one = a.new_ones(a.size(0), 1)
    left = torch.cat((one, a), 1).unsqueeze(-1)
    right = torch.cat((one, b), 1).unsqueeze(-2)
    return (left @ right).flatten(1).squeeze()


# %% wrong: F.pad without a value puts a 0 in front instead of a 1
import torch
import torch.nn.functional as F


def tensor_fusion(a, b):
    a1 = F.pad(a, (1, 0))
    b1 = F.pad(b, (1, 0))
    return torch.einsum("ni,nj->nij", a1, b1).flatten(1)


# %% wrong: reshape is used where a transpose is meant, so that the samples are mixed
import torch


def _ones_on_top(x):
    n = x.shape[0]
    stacked = torch.vstack([torch.ones(1, n, dtype=x.dtype), x.T])
    return stacked.reshape(n, -1)


def tensor_fusion(a, b):
    u, v = _ones_on_top(a), _ones_on_top(b)
    return (u[..., None] * v[:, None]).flatten(1)


# %% two: there are no ones at all, only the products of a and b; it is done in NumPy and no gradient flows
import numpy as np
import torch


def tensor_fusion(a, b):
    out = np.einsum("ni,nj->nij", a.detach().numpy(), b.detach().numpy())
    return torch.from_numpy(out.reshape(len(out), -1))


# %% two: the 1 stands last; b varies slowest
import torch


def tensor_fusion(a, b):
    one = torch.ones_like(a[:, :1])
    a1 = torch.cat([a, one], dim=1)
    b1 = torch.cat([b, one], dim=1)
    cols = [a1[:, i] * b1[:, j] for j in range(b1.shape[1]) for i in range(a1.shape[1])]
    return torch.stack(cols, dim=1)


# %% two: the result is always float32; zeros stand where the ones should be
import torch


def tensor_fusion(a, b):
    n = a.shape[0]
    a1 = torch.zeros(n, a.shape[1] + 1)
    b1 = torch.zeros(n, b.shape[1] + 1)
    a1[:, 1:] = a
    b1[:, 1:] = b
    return torch.bmm(a1.unsqueeze(2), b1.unsqueeze(1)).view(n, -1)


# %% two: only b gets its 1; the sample axis is squeezed away when N is 1
import torch


def tensor_fusion(a, b):
    b1 = torch.cat([torch.ones_like(b[:, :1]), b], dim=1)
    blocks = [a[:, i:i + 1] * b1 for i in range(a.shape[1])]
    return torch.cat(blocks, dim=1).squeeze(0)
