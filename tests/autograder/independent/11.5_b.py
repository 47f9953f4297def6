# %% right: one-hot of argmax, means, sum
import torch
from torch.nn import functional as F


def load_balance(probs):
    E = probs.shape[1]
    f = F.one_hot(probs.argmax(dim=1), E).to(probs.dtype).mean(dim=0)
    P = probs.mean(dim=0)
    return E * (f * P).sum()

# %% right: plain loops, first largest by strict comparison
import torch


def load_balance(probs):
    B, E = probs.shape
    counts = [0] * E
    for row in probs.detach().tolist():
        best = 0
        for e in range(1, E):
            if row[e] > row[best]:
                best = e
        counts[best] += 1
    total = probs.new_zeros(())
    for e in range(E):
        total = total + (counts[e] / B) * probs[:, e].mean()
    return E * total

# %% right: numpy argmax and bincount with minlength, dot product
import numpy as np
import torch


def load_balance(probs):
    B, E = probs.shape
    winner = np.argmax(probs.detach().cpu().numpy(), axis=1)
    counts = np.bincount(winner, minlength=E)
    f = torch.tensor(counts / B, dtype=probs.dtype)
    return E * torch.dot(f, probs.mean(0))

# %% right: einsum over rows with shares gathered by winner
import torch


def load_balance(probs):
    B, E = probs.shape
    with torch.no_grad():
        win = torch.max(probs, dim=1).indices
        f = torch.zeros(E, dtype=probs.dtype).index_add_(0, win, torch.ones(B, dtype=probs.dtype)) / B
    return torch.einsum("be,e->", probs, f) * E / B

# %% right: own autograd function with the gradient written by hand
import torch


class _Load(torch.autograd.Function):
    @staticmethod
    def forward(ctx, probs):
        B, E = probs.shape
        idx = probs.argmax(1)
        f = torch.stack([(idx == e).to(probs.dtype).mean() for e in range(E)])
        ctx.save_for_backward(f)
        ctx.B = B
        return E * (f * probs.mean(0)).sum()

    @staticmethod
    def backward(ctx, g):
        (f,) = ctx.saved_tensors
        E = f.numel()
        return g * E * f.expand(ctx.B, E) / ctx.B


def load_balance(probs):
    return _Load.apply(probs)

# %% wrong: the factor E is forgotten
import torch
from torch.nn import functional as F


def load_balance(probs):
    share = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return torch.dot(share, probs.mean(0))

# %% wrong: everything under no_grad, no gradient to probs
import torch


@torch.no_grad()
def load_balance(probs):
    B, E = probs.shape
    f = torch.bincount(probs.argmax(1), minlength=E).to(probs.dtype) / B
    P = probs.mean(0)
    return E * (f * P).sum()

# %% wrong: mean probability squared, no hard shares at all
import torch


def load_balance(probs):
    P = probs.mean(dim=0)
    return probs.shape[1] * (P ** 2).sum()

# %% wrong: of equal largest probabilities every expert gets the row
import torch


def load_balance(probs):
    E = probs.size(1)
    top = probs.max(dim=1, keepdim=True).values
    f = (probs == top).to(probs.dtype).mean(dim=0)
    return E * (f.detach() * probs.mean(dim=0)).sum()

# %% wrong: of equal ones the expert with the highest number gets the row
import torch


def load_balance(probs):
    B, E = probs.shape
    counts = torch.zeros(E, dtype=probs.dtype)
    for b in range(B):
        best, val = 0, -1.0
        for e in range(E):
            if probs[b, e].item() >= val:
                best, val = e, probs[b, e].item()
        counts[best] += 1
    return E * torch.sum(counts / B * probs.mean(0))

# %% wrong: counts are not divided by the number of rows
import torch


def load_balance(probs):
    E = probs.shape[1]
    winner = probs.argmax(dim=-1)
    loads = torch.stack([(winner == e).sum() for e in range(E)]).to(probs.dtype)
    return E * (loads * probs.mean(0)).sum()

# %% wrong: multiplied by the number of rows instead of experts
import torch


def load_balance(probs):
    n, _ = probs.shape
    hot = torch.zeros_like(probs)
    hot.scatter_(1, probs.argmax(1, keepdim=True), 1.0)
    return n * (hot.mean(0) * probs.mean(0)).sum()

# %% wrong: bincount without minlength, crashes if the last expert gets no row
import torch


def load_balance(probs):
    B, E = probs.shape
    f = torch.bincount(probs.argmax(1)).to(probs.dtype) / B
    return E * (f * probs.mean(0)).sum()

# %% wrong: straight-through shares, so f gets a gradient too
import torch
from torch.nn import functional as F


def load_balance(probs):
    E = probs.shape[1]
    hard = F.one_hot(probs.argmax(1), E).to(probs.dtype)
    f = (hard + probs - probs.detach()).mean(0)
    return E * (f * probs.mean(0)).sum()

# %% wrong: softmax applied again to what are already probabilities
import torch
from torch.nn import functional as F


def load_balance(probs):
    E = probs.shape[1]
    p = F.softmax(probs, dim=1)
    f = torch.eye(E, dtype=probs.dtype)[probs.argmax(1)].mean(0)
    return E * f @ p.mean(0)

# %% two: mean over the experts instead of the sum (so no E); result float32
import torch
from torch.nn import functional as F


def load_balance(probs):
    E = probs.shape[1]
    f = F.one_hot(probs.argmax(1), E).float().mean(0)
    return (f * probs.float().mean(0)).mean()

# %% two: P is the mean over the rows the expert won; no gradient (item)
import torch


def load_balance(probs):
    B, E = probs.shape
    w = probs.argmax(1)
    total = 0.0
    for e in range(E):
        mine = probs[w == e, e]
        if len(mine):
            total += len(mine) / B * mine.mean().item()
    return torch.tensor(E * total, dtype=probs.dtype)

# %% two: ties split evenly between the equal ones; factor E forgotten
import torch


def load_balance(probs):
    top = (probs == probs.amax(1, keepdim=True)).to(probs.dtype)
    f = (top / top.sum(1, keepdim=True)).mean(0).detach()
    return (f * probs.mean(0)).sum()

# %% two: result of shape (1,); shares not divided by the number of rows
import torch


def load_balance(probs):
    B, E = probs.shape
    c = torch.bincount(probs.argmax(1), minlength=E).to(probs.dtype)
    return (E * (c * probs.mean(0, keepdim=True)).sum(1))
