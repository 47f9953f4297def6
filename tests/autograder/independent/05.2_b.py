# %% right: broadcast the weights and sum over the modalities
import torch


def weighted_sum(feats, w):
    a = torch.softmax(w, dim=0)
    return (a[None, :, None] * feats).sum(dim=1)


# %% right: einsum
import torch


def weighted_sum(feats, w):
    return torch.einsum("nmd,m->nd", feats, w.softmax(0))


# %% right: plain loop over the modalities with a hand-made stable softmax
import torch


def weighted_sum(feats, w):
    n, m, d = feats.shape
    shifted = w - w.max()
    e = torch.exp(shifted)
    weights = e / e.sum()
    result = torch.zeros(n, d, dtype=feats.dtype, device=feats.device)
    for i in range(m):
        result = result + weights[i] * feats[:, i, :]
    return result


# %% right: vector times stack of matrices
import torch


def weighted_sum(feats, w):
    return torch.matmul(torch.softmax(w, -1), feats)


# %% right: nn.Softmax and tensordot
import torch
from torch import nn


def weighted_sum(feats, w):
    weights = nn.Softmax(dim=0)(w)
    return torch.tensordot(weights, feats, dims=([0], [1]))


# %% wrong: softmax without the shift, overflows for large scores
import torch


def weighted_sum(feats, w):
    e = torch.exp(w)
    a = e / e.sum()
    return (feats * a.view(1, -1, 1)).sum(1)


# %% wrong: uses the raw scores as weights
import torch


def weighted_sum(feats, w):
    out = 0
    for m in range(feats.shape[1]):
        out = out + w[m] * feats[:, m]
    return out


# %% wrong: takes the mean over the modalities after weighting (an extra 1/M)
import torch


def weighted_sum(feats, w):
    a = torch.softmax(w, dim=0).unsqueeze(0).unsqueeze(-1)
    return torch.mean(a * feats, dim=1)


# %% wrong: divides by the sum of the scores instead of a softmax
import torch


def weighted_sum(feats, w):
    a = w / w.sum()
    return torch.einsum("m,nmd->nd", a, feats)


# %% wrong: brings the modality axis last with reshape instead of transpose, which mixes features and modalities
import torch


def weighted_sum(feats, w):
    N, M, D = feats.shape
    x = feats.reshape(N, D, M)
    return x @ torch.softmax(w, dim=0)


# %% wrong: weights detached, no gradient to w
import torch


def weighted_sum(feats, w):
    weights = torch.softmax(w, dim=0).tolist()
    pieces = [weights[m] * feats[:, m] for m in range(len(weights))]
    return torch.stack(pieces).sum(0)


# %% wrong: the result is squeezed, so N = 1 or D = 1 loses an axis
import torch


def weighted_sum(feats, w):
    N, M, D = feats.shape
    a = torch.softmax(w, 0).expand(N, 1, M)
    return torch.bmm(a, feats).squeeze()


# %% wrong: clamps the scores to +-50 against overflow, which changes the weights of large scores
import torch


def weighted_sum(feats, w):
    e = w.clamp(-50, 50).exp()
    a = e / e.sum()
    return (a[:, None] * feats).sum(dim=-2)


# %% wrong: shifts by the largest absolute value, so scores that are all very negative give 0/0
import torch


def weighted_sum(feats, w):
    e = torch.exp(w - w.abs().max())
    a = e / e.sum()
    return torch.tensordot(feats, a, dims=([1], [0]))


# %% wrong: accumulates in a float32 buffer, float64 is lost
import torch


def weighted_sum(feats, w):
    N, M, D = feats.shape
    a = torch.softmax(w, dim=0)
    out = torch.zeros(N, D)
    for m in range(M):
        out += a[m] * feats[:, m]
    return out


# %% two: sigmoid instead of softmax; divides by the number of modalities
import torch


def weighted_sum(feats, w):
    gate = torch.sigmoid(w)
    return (feats * gate.reshape(1, -1, 1)).mean(1)


# %% two: softmax without the shift, overflows; scales feats in place
import torch


def weighted_sum(feats, w):
    a = torch.exp(w) / torch.exp(w).sum()
    with torch.no_grad():
        for m in range(feats.shape[1]):
            feats[:, m] *= a[m]
    return feats.sum(dim=1)


# %% two: softmax over the weighted features instead of over w; keeps the modality axis
import torch


def weighted_sum(feats, w):
    a = torch.softmax(feats * w[None, :, None], dim=1)
    return (a * feats).sum(1, keepdim=True)


# %% two: gradient cut off for both inputs through numpy; shift by the mean, which still overflows at 10000
import numpy as np
import torch


def weighted_sum(feats, w):
    x = feats.detach().numpy()
    s = w.detach().numpy()
    e = np.exp(s - s.mean())
    a = e / e.sum()
    return torch.from_numpy(np.einsum("nmd,m->nd", x, a))
