# %% right: subtract the row maximum, exponentiate, divide
import torch


def softmax(logits):
    z = logits - logits.max(dim=1, keepdim=True).values
    e = z.exp()
    return e / e.sum(dim=1, keepdim=True)


# %% right: a loop over the rows
import torch


def softmax(logits):
    out = []
    for row in logits:
        top = row.max().detach()
        weights = torch.exp(row - top)
        total = 0
        for w in weights:
            total = total + w
        out.append(weights / total)
    return torch.stack(out)


# %% right: exp of the library's log_softmax
import torch
from torch.nn import functional as F


def softmax(logits):
    return F.log_softmax(logits, dim=-1).exp()


# %% right: shifted, then the log of the sum by folding logaddexp over the columns
from functools import reduce

import torch


def softmax(logits):
    shifted = logits - logits.detach().amax(-1, keepdim=True)
    log_sum = reduce(torch.logaddexp, shifted.unbind(dim=1))
    return torch.exp(shifted - log_sum.unsqueeze(1))


# %% right: hand-written autograd function with the Jacobian in the backward pass
import torch


class _Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits):
        peak, _ = torch.max(logits, dim=1, keepdim=True)
        e = torch.exp(logits - peak)
        norm = torch.einsum("nc->n", e)
        p = torch.einsum("nc,n->nc", e, 1.0 / norm)
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, g):
        (p,) = ctx.saved_tensors
        return p * (g - (g * p).sum(1, keepdim=True))


def softmax(logits):
    return _Softmax.apply(logits)


# %% wrong: the formula as it stands, exp overflows at large logits
import torch


def softmax(logits):
    e = torch.exp(logits)
    return e / e.sum(dim=1, keepdim=True)


# %% wrong: subtracts the maximum of the whole matrix, a row far below becomes 0/0
import torch


def softmax(logits):
    num = torch.exp(logits - logits.max())
    den = num.sum(-1, keepdim=True)
    return num / den


# %% wrong: normalises over the samples instead of the classes
import torch


def softmax(logits):
    shifted = logits - torch.amax(logits, dim=0, keepdim=True)
    e = torch.exp(shifted)
    return e / torch.sum(e, dim=0, keepdim=True)


# %% wrong: keepdim forgotten in the sum, so it divides along the wrong axis or fails
import torch


def softmax(logits):
    m = logits.max(1, keepdim=True)[0]
    e = (logits - m).exp()
    return e / e.sum(1)


# %% wrong: repairs the overflow with nan_to_num, the rows then sum to 0
import torch


def softmax(logits):
    top = torch.exp(logits)
    p = top / top.sum(dim=1, keepdim=True)
    return torch.nan_to_num(p, nan=0.0)


# %% wrong: subtracts the largest absolute value, very negative rows underflow to 0/0
import torch


def softmax(logits):
    biggest = logits.abs().max(dim=1, keepdim=True).values
    e = torch.exp(logits - biggest)
    return torch.div(e, e.sum(dim=1, keepdim=True))


# %% wrong: the normaliser is computed without gradient, so the gradient is wrong
import torch


def softmax(logits):
    with torch.no_grad():
        shift = logits.amax(1, keepdim=True)
        norm = (logits - shift).exp().sum(1, keepdim=True)
    return (logits - shift).exp() / norm


# %% wrong: computed in float64 and never cast back
import torch


def softmax(logits):
    z = logits.double()  # double precision, to be safe
    z = z - z.max(dim=1, keepdim=True).values
    e = torch.exp(z)
    s = e @ torch.ones(e.shape[1], 1, dtype=torch.float64)
    return e / s


# %% wrong: 1 / sum of exp(z_k - z_c), right in value but the gradient is NaN where exp overflows
import torch


def softmax(logits):
    gaps = logits.unsqueeze(1) - logits.unsqueeze(2)  # (N, C, C): z_k - z_c
    return gaps.exp().sum(dim=2).reciprocal()


# %% wrong: shifts the caller's logits in place
import torch


def softmax(logits):
    logits.data.sub_(logits.data.amax(dim=1, keepdim=True))
    powers = logits.exp()
    return powers / powers.sum(dim=1, keepdim=True)


# %% two: no shift, so it overflows; normalises over axis 0
import torch


def softmax(logits):
    num = logits.exp()
    return num / num.sum(0)


# %% two: clamps the logits to +-50, which changes large ones; always float32
import torch


def softmax(logits):
    z = torch.clamp(logits, -50.0, 50.0)
    e = torch.exp(z).to(torch.float32)
    return e / e.sum(1, keepdim=True)


# %% two: returns the log-probabilities; a single row loses its first axis
import torch


def softmax(logits):
    s = logits - logits.max(1, keepdim=True).values
    log_p = s - torch.log(torch.exp(s).sum(1, keepdim=True))
    return log_p.squeeze(0)


# %% two: divides by the maximum instead of subtracting it; computed in NumPy without gradient
import numpy as np
import torch


def softmax(logits):
    x = logits.detach().numpy()
    x = x / np.abs(x).max(axis=1, keepdims=True).clip(1e-12)
    e = np.exp(x)
    return torch.from_numpy(e / e.sum(axis=1, keepdims=True))
