# %% right: chunk and cat
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return (turn(kernel).t().contiguous(), turn(recurrent).t().contiguous(),
            turn(bias[0]).clone(), turn(bias[1]).clone())

# %% right: column index
import torch

def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    i = torch.arange(U)
    cols = torch.cat([U + i, i, 2 * U + i])
    return kernel[:, cols].T, recurrent[:, cols].T, bias[0, cols], bias[1, cols]

# %% right: view as (.., 3, U) and index_select
import torch

def gru_to_torch(kernel: torch.Tensor, recurrent: torch.Tensor, bias: torch.Tensor) -> tuple:
    units = recurrent.size(0)
    order = torch.tensor([1, 0, 2])

    def gates(w):
        blocks = w.reshape(-1, 3, units).index_select(1, order)
        return blocks.reshape(-1, 3 * units)

    b = gates(bias)
    return gates(kernel).transpose(0, 1), gates(recurrent).transpose(0, 1), b[0], b[1]

# %% right: fills empty tensors block by block
import torch

def gru_to_torch(kernel, recurrent, bias):
    D, threeU = kernel.shape
    U = threeU // 3
    w_ih = torch.empty(threeU, D, dtype=kernel.dtype)
    w_hh = torch.empty(threeU, U, dtype=recurrent.dtype)
    b_ih, b_hh = torch.empty(threeU, dtype=bias.dtype), torch.empty(threeU, dtype=bias.dtype)
    for dst, src in ((0, 1), (1, 0), (2, 2)):
        to, frm = slice(dst * U, (dst + 1) * U), slice(src * U, (src + 1) * U)
        w_ih[to] = kernel[:, frm].T
        w_hh[to] = recurrent[:, frm].T
        b_ih[to] = bias[0, frm]
        b_hh[to] = bias[1, frm]
    return w_ih, w_hh, b_ih, b_hh

# %% right: NumPy split and concatenate
import numpy as np
import torch

def gru_to_torch(kernel, recurrent, bias):
    def swap(a):
        z, r, h = np.split(a.detach().cpu().numpy(), 3, axis=-1)
        return np.concatenate([r, z, h], axis=-1)

    b = swap(bias)
    arrays = (swap(kernel).T, swap(recurrent).T, b[0], b[1])
    return tuple(torch.from_numpy(np.array(a, order="C")) for a in arrays)

# %% right: guards, named tuple of gates
from collections import namedtuple
import torch

Gates = namedtuple("Gates", "update reset new")

def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    if kernel.shape[1] != 3 * U or recurrent.shape[1] != 3 * U or tuple(bias.shape) != (2, 3 * U):
        raise ValueError("these are not the weights of one GRU")

    def stack(weight):
        g = Gates(*weight.split(U, dim=0))
        return torch.cat((g.reset, g.update, g.new), dim=0)

    return stack(kernel.T), stack(recurrent.T), stack(bias[0]), stack(bias[1])

# %% wrong: blocks keep the order z, r, n
import torch

def gru_to_torch(kernel, recurrent, bias):
    w_ih = kernel.t().contiguous()
    w_hh = recurrent.t().contiguous()
    b_ih, b_hh = bias.unbind(0)
    return w_ih, w_hh, b_ih.clone(), b_hh.clone()

# %% wrong: the biases are not reordered, the weights are
import torch

def gru_to_torch(kernel, recurrent, bias):
    U = kernel.shape[1] // 3
    perm = list(range(U, 2 * U)) + list(range(U)) + list(range(2 * U, 3 * U))
    return kernel[:, perm].t(), recurrent[:, perm].t(), bias[0].clone(), bias[1].clone()

# %% wrong: the recurrent weights are not reordered
import torch

def gru_to_torch(kernel, recurrent, bias):
    def rzn(x):
        z, r, n = torch.tensor_split(x, 3, dim=-1)
        return torch.cat((r, z, n), -1)
    bi, bh = rzn(bias)
    return rzn(kernel).T.contiguous(), recurrent.T.contiguous(), bi, bh

# %% wrong: the rows of bias are exchanged (state bias for the input)
import torch

def gru_to_torch(kernel, recurrent, bias):
    u = recurrent.shape[0]
    order = torch.cat([torch.arange(u, 2 * u), torch.arange(0, u), torch.arange(2 * u, 3 * u)])
    b = bias[:, order]
    return kernel.T[order], recurrent.T[order], b[1], b[0]

# %% wrong: both biases are added into the input bias, the state bias is zero
import torch

def gru_to_torch(kernel, recurrent, bias):
    def reorder(w):
        z, r, n = w.chunk(3, dim=0)
        return torch.cat([r, z, n], dim=0)
    total = reorder(bias.sum(dim=0))
    return reorder(kernel.T), reorder(recurrent.T), total, torch.zeros_like(total)

# %% wrong: weights are not transposed
import torch

def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    def fix(m):
        return torch.cat([m[..., U:2 * U], m[..., :U], m[..., 2 * U:]], dim=-1)
    return fix(kernel), fix(recurrent), fix(bias[0]), fix(bias[1])

# %% wrong: the gates are exchanged inside the tensors of the caller, so the inputs are changed
import torch

def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    for w in (kernel, recurrent, bias):
        old_z = w[:, :U].clone()
        w[:, :U] = w[:, U:2 * U].clone()
        w[:, U:2 * U] = old_z
    return kernel.t(), recurrent.t(), bias[0], bias[1]

# %% wrong: order r, n, z instead of r, z, n
import torch

def gru_to_torch(kernel, recurrent, bias):
    def order(t):
        z, r, n = t.split(t.shape[-1] // 3, dim=-1)
        return torch.cat([r, n, z], dim=-1)
    b = order(bias)
    return order(kernel).t().contiguous(), order(recurrent).t().contiguous(), b[0], b[1]

# %% wrong: the size of a block is taken from the input size D, not from U [differs where D != U]
import torch

def gru_to_torch(kernel, recurrent, bias):
    H = kernel.shape[0]
    def perm(w):
        return torch.cat([w[..., H:2 * H], w[..., :H], w[..., 2 * H:]], dim=-1)
    return perm(kernel).T, perm(recurrent).T, perm(bias[0]), perm(bias[1])

# %% wrong: the blocks of the recurrent matrix are stacked without transposing each
import torch

def gru_to_torch(kernel, recurrent, bias):
    kz, kr, kn = kernel.chunk(3, dim=1)
    uz, ur, un = recurrent.chunk(3, dim=1)
    bz, br, bn = bias.chunk(3, dim=1)
    w_ih = torch.cat([kr.T, kz.T, kn.T], dim=0)
    w_hh = torch.cat([ur, uz, un], dim=0)
    b = torch.cat([br, bz, bn], dim=1)
    return w_ih, w_hh, b[0], b[1]

# %% wrong: the update gate is negated, as if PyTorch used 1 - z
import torch

def gru_to_torch(kernel, recurrent, bias):
    def conv(m):
        z, r, n = m.chunk(3, dim=-1)
        return torch.cat([r, -z, n], dim=-1)
    return conv(kernel).T, conv(recurrent).T, conv(bias[0]), conv(bias[1])

# %% two: gates are read as interleaved columns (every third one); float32
import torch

def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    def pick(m):
        g = m.float().reshape(-1, U, 3)[:, :, [1, 0, 2]]
        return g.permute(0, 2, 1).reshape(-1, 3 * U)
    b = pick(bias)
    return pick(kernel).T, pick(recurrent).T, b[0], b[1]

# %% two: returns weights and biases in the order ih, bias ih, hh, bias hh; biases are not reordered
import torch

def gru_to_torch(kernel, recurrent, bias):
    def w(m):
        z, r, n = m.chunk(3, 1)
        return torch.cat([r, z, n], 1).t().contiguous()
    return w(kernel), bias[0], w(recurrent), bias[1]

# %% two: order n, z, r; reshape instead of transpose for the input weights
import torch

def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    rev = torch.cat([torch.arange(2 * U, 3 * U), torch.arange(U), torch.arange(U, 2 * U)])
    return (kernel[:, rev].reshape(3 * U, -1), recurrent[:, rev].T, bias[0, rev], bias[1, rev])


# %% right: chunk and cat
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(m):
        z, r, n = m.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return turn(kernel).T, turn(recurrent).T, turn(bias[0]), turn(bias[1])

# %% right: index of columns
import torch

def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    idx = torch.tensor(list(range(U, 2 * U)) + list(range(U)) + list(range(2 * U, 3 * U)))
    w_ih = kernel[:, idx].t().contiguous()
    w_hh = recurrent[:, idx].t().contiguous()
    return w_ih, w_hh, bias[0, idx], bias[1, idx]

# %% wrong: blocks keep the order z, r, n
import torch

def gru_to_torch(kernel, recurrent, bias):
    return kernel.t().clone(), recurrent.t().clone(), bias[0].clone(), bias[1].clone()

# %% wrong: biases in the old order, weights turned
import torch

def gru_to_torch(kernel, recurrent, bias):
    u = recurrent.size(0)

    def w(m):
        mt = m.T
        return torch.cat([mt[u:2 * u], mt[:u], mt[2 * u:]], dim=0)

    return w(kernel), w(recurrent), bias[0], bias[1]

# %% wrong: both biases added into one, the other zero
import torch

def gru_to_torch(kernel, recurrent, bias):
    u = recurrent.shape[0]
    order = torch.cat([torch.arange(u, 2 * u), torch.arange(u), torch.arange(2 * u, 3 * u)])
    total = bias.sum(0)[order]
    return kernel[:, order].T, recurrent[:, order].T, total, torch.zeros_like(total)

# %% wrong: rows of the bias exchanged
import torch

def gru_to_torch(kernel, recurrent, bias):
    def reorder(m):
        parts = torch.split(m, m.shape[-1] // 3, dim=-1)
        return torch.cat((parts[1], parts[0], parts[2]), dim=-1)
    b_state, b_input = reorder(bias).unbind(0)
    return reorder(kernel).T, reorder(recurrent).T, b_input, b_state

# %% two: order n, r, z; reshaped instead of transposed
import torch

def gru_to_torch(kernel, recurrent, bias):
    def rev(m):
        z, r, n = m.chunk(3, -1)
        return torch.cat([n, r, z], -1)
    k, h = rev(kernel), rev(recurrent)
    return (k.reshape(k.shape[1], k.shape[0]), h.reshape(h.shape[1], h.shape[0]),
            rev(bias[0]), rev(bias[1]))

# %% two: weights of input and state returned in the other order; update gate negated
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(m):
        z, r, n = m.chunk(3, dim=-1)
        return torch.cat([r, -z, n], dim=-1)
    return turn(recurrent).T, turn(kernel).T, turn(bias[0]), turn(bias[1])
