# %% right: chunk, cat, transpose
import torch


def gru_to_torch(kernel, recurrent, bias):
    def reorder(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)

    k, u, b = reorder(kernel), reorder(recurrent), reorder(bias)
    return k.t().contiguous(), u.t().contiguous(), b[0].clone(), b[1].clone()

# %% right: reshape to (.., 3, U) and index the gates
import torch


def gru_to_torch(kernel, recurrent, bias):
    D = kernel.shape[0]
    U = recurrent.shape[0]
    order = [1, 0, 2]
    w_ih = kernel.reshape(D, 3, U)[:, order].reshape(D, 3 * U).T
    w_hh = recurrent.reshape(U, 3, U)[:, order].reshape(U, 3 * U).T
    b = bias.reshape(2, 3, U)[:, order].reshape(2, 3 * U)
    return w_ih, w_hh, b[0], b[1]

# %% right: index of the columns built once
import torch


def gru_to_torch(kernel, recurrent, bias):
    units = recurrent.size(0)
    cols = torch.arange(3 * units)
    cols = torch.cat((cols[units:2 * units], cols[:units], cols[2 * units:]))
    return kernel.T[cols], recurrent.T[cols], bias[0, cols], bias[1, cols]

# %% right: element by element loops
import torch


def gru_to_torch(kernel, recurrent, bias):
    D, U = kernel.shape[0], recurrent.shape[0]
    w_ih = torch.empty(3 * U, D, dtype=kernel.dtype)
    w_hh = torch.empty(3 * U, U, dtype=recurrent.dtype)
    b_ih = torch.empty(3 * U, dtype=bias.dtype)
    b_hh = torch.empty(3 * U, dtype=bias.dtype)
    source = {0: 1, 1: 0, 2: 2}       # torch block -> keras block
    for block in range(3):
        for j in range(U):
            to = block * U + j
            frm = source[block] * U + j
            for d in range(D):
                w_ih[to, d] = kernel[d, frm]
            for k in range(U):
                w_hh[to, k] = recurrent[k, frm]
            b_ih[to] = bias[0, frm]
            b_hh[to] = bias[1, frm]
    return w_ih, w_hh, b_ih, b_hh

# %% right: numpy split and vstack
import numpy as np
import torch


def gru_to_torch(kernel, recurrent, bias):
    def convert(mat):
        z, r, n = np.split(mat.detach().cpu().numpy(), 3, axis=1)
        return torch.from_numpy(np.vstack([r.T, z.T, n.T]))

    bb = convert(bias)              # (3U, 2)
    return convert(kernel), convert(recurrent), bb[:, 0].clone(), bb[:, 1].clone()

# %% wrong: transposed only, the blocks stay in the order z, r, n
import torch


def gru_to_torch(kernel, recurrent, bias):
    return kernel.T.contiguous(), recurrent.T.contiguous(), bias[0].clone(), bias[1].clone()

# %% wrong: biases keep the Keras order, only the matrices are reordered
import torch


def gru_to_torch(kernel, recurrent, bias):
    def swap(w):
        z, r, n = torch.chunk(w, 3, dim=1)
        return torch.cat((r, z, n), dim=1).T.contiguous()

    b_ih, b_hh = bias[0].clone(), bias[1].clone()
    return swap(kernel), swap(recurrent), b_ih, b_hh

# %% wrong: the recurrent blocks are not transposed, only stacked (the shape fits)
import torch


def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    z, r, n = kernel.split(U, dim=1)
    weight_ih = torch.cat([r.T, z.T, n.T], dim=0)
    z, r, n = recurrent.split(U, dim=1)
    weight_hh = torch.cat([r, z, n], dim=0)
    (zi, ri, ni), (zh, rh, nh) = bias[0].split(U), bias[1].split(U)
    return weight_ih, weight_hh, torch.cat([ri, zi, ni]), torch.cat([rh, zh, nh])

# %% wrong: reshape instead of transpose for the input weights
import torch


def gru_to_torch(kernel, recurrent, bias):
    D, threeU = kernel.shape
    U = threeU // 3
    perm = list(range(U, 2 * U)) + list(range(U)) + list(range(2 * U, 3 * U))
    w_ih = kernel[:, perm].reshape(threeU, D)
    w_hh = recurrent[:, perm].t()
    return w_ih, w_hh, bias[0][perm], bias[1][perm]

# %% wrong: swapping the blocks without a copy, both end up as the reset gate
import torch


def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]

    def convert(w):
        out = w.T.clone()
        out[:U], out[U:2 * U] = out[U:2 * U], out[:U]
        return out

    b = convert(bias)
    return convert(kernel), convert(recurrent), b[:, 0].contiguous(), b[:, 1].contiguous()

# %% wrong: the sign of the update gate is turned round, as if PyTorch's z were 1 - z
import torch


def gru_to_torch(kernel, recurrent, bias):
    def gates(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, -z, n], dim=-1)

    return gates(kernel).T, gates(recurrent).T, gates(bias[0]), gates(bias[1])

# %% wrong: both biases added into bias_ih, bias_hh 0 (as before reset_after)
import torch


def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    idx = torch.tensor([1, 0, 2]).repeat_interleave(U) * U + torch.arange(U).repeat(3)
    total = bias.sum(dim=0)[idx]
    return kernel[:, idx].T, recurrent[:, idx].T, total, torch.zeros_like(total)

# %% wrong: the size of a block is taken from the inputs D, right only for D = U
import torch


def gru_to_torch(kernel, recurrent, bias):
    units = kernel.shape[0]

    def order(w):
        z, r, n = w[:units], w[units:2 * units], w[2 * units:]
        return torch.cat([r, z, n])

    return order(kernel.T), order(recurrent.T), order(bias[0]), order(bias[1])

# %% wrong: the blocks are swapped in place, the Keras tensors are changed
import torch


def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    with torch.no_grad():
        for w in (kernel, recurrent, bias):
            update = w[:, :U].clone()
            w[:, :U] = w[:, U:2 * U].clone()
            w[:, U:2 * U] = update
    return kernel.T.clone(), recurrent.T.clone(), bias[0].clone(), bias[1].clone()

# %% wrong: the two bias rows are swapped
import torch


def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    blocks = lambda w: torch.hstack([w[..., U:2 * U], w[..., :U], w[..., 2 * U:]])
    b_hh, b_ih = blocks(bias[0]), blocks(bias[1])
    return blocks(kernel).T, blocks(recurrent).T, b_ih, b_hh

# %% two: blocks put in the order n, r, z; returned in the order w_ih, b_ih, w_hh, b_hh
import torch


def gru_to_torch(kernel, recurrent, bias):
    def flip(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([n, r, z], dim=-1)

    return flip(kernel).T, flip(bias[0]), flip(recurrent).T, flip(bias[1])

# %% two: recurrent weights not reordered; always float32
import torch


def gru_to_torch(kernel, recurrent, bias):
    kernel, recurrent, bias = kernel.float(), recurrent.float(), bias.float()
    z, r, n = kernel.chunk(3, dim=1)
    w_ih = torch.cat([r, z, n], dim=1).T
    zb, rb, nb = bias.chunk(3, dim=1)
    b = torch.cat([rb, zb, nb], dim=1)
    return w_ih, recurrent.T.clone(), b[0], b[1]

# %% two: matrices left untransposed (D, 3U); both biases swapped round
import torch


def gru_to_torch(kernel, recurrent, bias):
    U = recurrent.shape[0]
    perm = torch.cat([torch.arange(U, 2 * U), torch.arange(0, U), torch.arange(2 * U, 3 * U)])
    return kernel[:, perm], recurrent[:, perm], bias[1, perm], bias[0, perm]

# %% two: columns taken as interleaved gate by gate instead of blocks; reset gate of the biases negated
import torch


def gru_to_torch(kernel, recurrent, bias):
    D, U = kernel.shape[0], recurrent.shape[0]

    def deinterleave(w):
        w = w.reshape(w.shape[0], U, 3)
        return torch.cat([w[:, :, 1], w[:, :, 0], w[:, :, 2]], dim=1)

    b = deinterleave(bias)
    b = torch.cat([-b[:, :U], b[:, U:]], dim=1)
    return deinterleave(kernel).T, deinterleave(recurrent).T, b[0], b[1]
