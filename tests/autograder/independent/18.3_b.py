# %% right: chunk and cat
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return turn(kernel).T, turn(recurrent).T, turn(bias[0]), turn(bias[1])

# %% right: one index for all
import torch

def gru_to_torch(kernel, recurrent, bias):
    u = recurrent.shape[0]
    order = torch.cat([torch.arange(u, 2 * u), torch.arange(u), torch.arange(2 * u, 3 * u)])
    return (kernel.t()[order], recurrent.t()[order], *bias[:, order].unbind(0))

# %% right: view as blocks, flip of the first two
import torch
from torch import Tensor

def gru_to_torch(kernel: Tensor, recurrent: Tensor, bias: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    def blocks(w: Tensor) -> Tensor:
        b = w.reshape(w.shape[0], 3, -1).permute(1, 2, 0)
        return b[[1, 0, 2]].flatten(0, 1)
    both = blocks(bias)
    return blocks(kernel), blocks(recurrent), both[:, 0].contiguous(), both[:, 1].contiguous()

# %% right: a permutation matrix
import torch

def gru_to_torch(kernel, recurrent, bias):
    u = recurrent.size(0)
    swap = torch.tensor([[0, 1, 0], [1, 0, 0], [0, 0, 1]], dtype=kernel.dtype)
    p = torch.kron(swap, torch.eye(u, dtype=kernel.dtype))
    return p @ kernel.mT, p @ recurrent.mT, p @ bias[0], p @ bias[1]

# %% right: numpy, split and vstack
import numpy as np
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turned(w):
        update, reset, new = np.split(w.numpy().T, 3)
        return torch.from_numpy(np.concatenate((reset, update, new)).copy())
    w_ih, w_hh = map(turned, (kernel, recurrent))
    b_ih, b_hh = (turned(row) for row in bias)
    return w_ih, w_hh, b_ih, b_hh

# %% wrong: blocks not reordered
import torch

def gru_to_torch(kernel, recurrent, bias):
    return kernel.T, recurrent.T, bias[0], bias[1]

# %% wrong: the biases are not reordered
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return turn(kernel).T, turn(recurrent).T, bias[0], bias[1]

# %% wrong: r, n, z
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, n, z], dim=-1)
    return turn(kernel).T, turn(recurrent).T, turn(bias[0]), turn(bias[1])

# %% wrong: not transposed
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return turn(kernel), turn(recurrent), turn(bias[0]), turn(bias[1])

# %% wrong: bias rows swapped
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return turn(kernel).T, turn(recurrent).T, turn(bias[1]), turn(bias[0])

# %% wrong: the bias is halved between the two
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    both = turn(bias.sum(0)) / 2
    return turn(kernel).T, turn(recurrent).T, both, both

# %% wrong: reshape instead of transpose
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    d, u3 = kernel.shape
    return turn(kernel).reshape(u3, d), turn(recurrent).reshape(u3, -1), turn(bias[0]), turn(bias[1])

# %% wrong: a list instead of a tuple, the biases stacked
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return turn(kernel).T, turn(recurrent).T, turn(bias)

# %% wrong: swaps the gates in place in the caller's weights, with a clone too late
import torch

def gru_to_torch(kernel, recurrent, bias):
    u = recurrent.shape[0]
    for w in (kernel, recurrent, bias):
        first = w[:, :u].clone()
        w[:, :u] = w[:, u:2 * u]
        w[:, u:2 * u] = first
    return kernel.T, recurrent.T, bias[0], bias[1]

# %% wrong: the swap overwrites z before it is read
import torch

def gru_to_torch(kernel, recurrent, bias):
    u = recurrent.shape[0]
    out = []
    for w in (kernel.T.clone(), recurrent.T.clone(), bias[0].clone(), bias[1].clone()):
        z, r = w[:u], w[u:2 * u]
        w[:u], w[u:2 * u] = r, z
        out.append(w)
    return tuple(out)

# %% two: blocks not reordered in the state's kernel; bias rows swapped
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return turn(kernel).T, recurrent.T, turn(bias[1]), turn(bias[0])

# %% two: order n, r, z; not transposed
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([n, r, z], dim=-1)
    return turn(kernel), turn(recurrent), turn(bias[0]), turn(bias[1])

# %% two: float32; biases in the old order
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)
    return turn(kernel).T.float(), turn(recurrent).T.float(), bias[0].float(), bias[1].float()

# %% two: blocks interleaved (every third row a gate); second bias zero
import torch

def gru_to_torch(kernel, recurrent, bias):
    def turn(w):
        return torch.cat([w[..., 1::3], w[..., 0::3], w[..., 2::3]], dim=-1)
    return turn(kernel).T, turn(recurrent).T, turn(bias[0]), torch.zeros_like(bias[1])
