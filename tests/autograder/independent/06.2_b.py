# %% right: einsum over the models
import torch


def average_probs(logits, w):
    w = w / w.detach().max()
    p = torch.softmax(logits, dim=-1)
    return torch.einsum("m,mnc->nc", w / w.sum(), p)


# %% right: a loop that adds up the models
import torch


def average_probs(logits, w):
    top = w.max().item()
    shares = [wi / top for wi in w]
    total = sum(shares[1:], shares[0])
    result = torch.zeros_like(logits[0])
    for z, a in zip(logits, shares):
        result = result + (a / total) * torch.softmax(z, dim=1)
    return result


# %% right: NumPy in double with a hand-written gradient
import numpy as np
import torch


class _Avg(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, w):
        z = logits.detach().cpu().numpy().astype(np.float64)
        v = w.detach().cpu().numpy().astype(np.float64)
        z = z - z.max(axis=2, keepdims=True)
        p = np.exp(z)
        p = p / p.sum(axis=2, keepdims=True)
        top = v.max()
        share = (v / top) / (v / top).sum()
        out = np.tensordot(share, p, axes=(0, 0))
        ctx.parts = (p, share, out, top * (v / top).sum(), logits.dtype)
        return torch.as_tensor(out, dtype=logits.dtype)

    @staticmethod
    def backward(ctx, g):
        p, share, out, total, dtype = ctx.parts
        g = g.cpu().numpy().astype(np.float64)
        inner = (g[None] * p).sum(axis=2, keepdims=True)
        gz = share[:, None, None] * p * (g[None] - inner)
        gw = ((p - out[None]) * g[None]).sum(axis=(1, 2)) / total
        return torch.as_tensor(gz, dtype=dtype), torch.as_tensor(gw, dtype=dtype)


def average_probs(logits, w):
    return _Avg.apply(logits, w)


# %% right: matrix product of the weight row with the flattened probabilities
import torch


def average_probs(logits, w):
    M, N, C = logits.shape
    scaled = w / torch.max(w.detach())
    probs = logits.softmax(2)
    mixed = scaled.reshape(1, M) @ probs.reshape(M, N * C)
    return mixed.reshape(N, C) / scaled.sum()


# %% right: broadcast weights, own softmax in a helper
import torch


def _probs(z):
    e = (z - z.detach().amax(-1, keepdim=True)).exp()
    return e / e.sum(-1, keepdim=True)


def average_probs(logits, w):
    rel = w / w.detach().amax()
    share = rel / torch.sum(rel, dim=0, keepdim=True)
    return (share.view(-1, 1, 1) * _probs(logits)).sum(dim=0)


# %% wrong: averages the logits and takes the softmax afterwards
import torch


def average_probs(logits, w):
    w = w / w.sum()
    z = (w[:, None, None] * logits).sum(dim=0)
    return torch.softmax(z, dim=-1)


# %% wrong: softmax over the models instead of over the classes
import torch


def average_probs(logits, w):
    p = torch.softmax(logits, dim=0)
    return torch.einsum("m,mnc->nc", w / w.sum(), p)


# %% wrong: does not divide by the sum of the weights
import torch


def average_probs(logits, w):
    p = torch.softmax(logits, dim=2)
    return torch.tensordot(w, p, dims=([0], [0]))


# %% wrong: divides by the number of models
import torch


def average_probs(logits, w):
    M = logits.shape[0]
    out = 0
    for m in range(M):
        out = out + w[m] * torch.softmax(logits[m], dim=-1)
    return out / M


# %% wrong: softmax over the weights as well
import torch


def average_probs(logits, w):
    a = torch.softmax(w, dim=0)
    p = torch.softmax(logits, dim=-1)
    return (a.view(-1, 1, 1) * p).sum(0)


# %% wrong: geometric mean: averages the logarithms, and the rows no longer sum to 1
import torch


def average_probs(logits, w):
    logp = torch.log_softmax(logits, dim=-1)
    share = w / w.sum()
    return torch.exp(torch.einsum("m,mnc->nc", share, logp))


# %% wrong: adds 1e-8 to the sum of the weights, felt when they are small
import torch


def average_probs(logits, w):
    share = w / (w.sum() + 1e-8)
    probs = torch.softmax(logits, dim=-1)
    return (share[:, None, None] * probs).sum(dim=0)


# %% wrong: scales the caller's weights in place
import torch


def average_probs(logits, w):
    w.data.div_(w.data.sum())
    probs = torch.softmax(logits, dim=-1)
    return torch.einsum("m,mnc->nc", w / w.sum(), probs)


# %% wrong: the weights go in as Python floats, no gradient to w
import torch


def average_probs(logits, w):
    weights = w.tolist()
    total = sum(weights)
    return sum(a / total * torch.softmax(z, dim=1) for a, z in zip(weights, logits))


# %% wrong: in the log domain with log w: at a weight of 0 the gradient is NaN
import torch


def average_probs(logits, w):
    logp = torch.log_softmax(logits, dim=2) + torch.log(w / w.sum())[:, None, None]
    return torch.exp(torch.logsumexp(logp, dim=0))


# %% two: softmax over the samples; no division by the sum of the weights
import torch


def average_probs(logits, w):
    p = torch.softmax(logits, dim=1)
    return (p * w.reshape(-1, 1, 1)).sum(0)


# %% two: hard votes (one-hot of the argmax) instead of probabilities; divides by M
import torch
import torch.nn.functional as F


def average_probs(logits, w):
    votes = F.one_hot(logits.argmax(-1), logits.shape[-1]).to(w.dtype)
    return torch.einsum("m,mnc->nc", w, votes) / len(w)


# %% two: squares the weights; exp without a shift overflows
import torch


def average_probs(logits, w):
    e = torch.exp(logits)
    p = e / e.sum(-1, keepdim=True)
    v = w * w
    return (v[:, None, None] * p).sum(0) / v.sum()


# %% two: ignores the weights (plain mean); result in float32
import torch


def average_probs(logits, w):
    p = torch.softmax(logits.float(), dim=-1)
    return p.mean(dim=0)
