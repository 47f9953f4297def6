# %% right: softmax and einsum
import torch


def weighted_sum(feats, w):
    return torch.einsum("m,nmd->nd", torch.softmax(w, dim=0), feats)


# %% right: broadcasting the weights over samples and features
import torch


def weighted_sum(feats, w):
    a = w.softmax(-1).view(1, -1, 1)
    return (a * feats).sum(dim=1)


# %% right: softmax by hand and a loop over the modalities
import torch


def weighted_sum(feats, w):
    top = w.detach().max()
    e = torch.exp(w - top)
    weights = e / e.sum()
    out = torch.zeros_like(feats[:, 0])
    for m in range(feats.shape[1]):
        out = out + weights[m] * feats[:, m]
    return out


# %% right: matrix product, the vector from the left
import torch


def weighted_sum(feats, w):
    return torch.matmul(torch.exp(torch.log_softmax(w, 0)), feats)


# %% right: recursion, half of the modalities at a time
import torch


def _sum(parts, weights):
    if len(parts) == 1:
        return parts[0] * weights[0]
    k = len(parts) // 2
    return _sum(parts[:k], weights[:k]) + _sum(parts[k:], weights[k:])


def weighted_sum(feats, w):
    weights = list(torch.softmax(w, 0).unbind())
    return _sum(list(feats.unbind(dim=1)), weights)


# %% wrong: exp of the raw scores, NaN for large ones
import torch


def weighted_sum(feats, w):
    e = torch.exp(w)
    a = e / e.sum()
    return (feats * a[None, :, None]).sum(1)


# %% wrong: softmax over a dummy axis of size 1, every weight is 1
import torch


def weighted_sum(feats, w):
    column = w.unsqueeze(1)
    weights = torch.softmax(column, dim=1)
    return (weights * feats).sum(dim=1)


# %% wrong: scores divided by their sum instead of the softmax
import torch


def weighted_sum(feats, w):
    share = w / w.sum()
    return torch.tensordot(feats, share, dims=([1], [0]))


# %% wrong: mean over the modalities instead of the sum, one more division by M
import torch


def weighted_sum(feats, w):
    a = torch.softmax(w, dim=0)
    return (a[:, None] * feats).mean(dim=1)


# %% wrong: the weights are turned to Python numbers, no gradient to w
import torch


def weighted_sum(feats, w):
    out = 0
    for m, a in enumerate(torch.softmax(w, 0).tolist()):
        out = out + a * feats[:, m, :]
    return out


# %% wrong: view to (N, D, M) instead of a transpose, features get mixed
import torch


def weighted_sum(feats, w):
    N, M, D = feats.shape
    x = feats.reshape(N, D, M)
    return x @ torch.softmax(w, 0)


# %% wrong: takes off the mean of the scores instead of the largest, still overflows
import torch


def weighted_sum(feats, w):
    e = (w - w.mean()).exp()
    return torch.einsum("nmd,m->nd", feats, e / e.sum())


# %% wrong: squeeze loses an axis of size 1 when N or D is 1
import torch


def weighted_sum(feats, w):
    a = torch.softmax(w, dim=0).reshape(1, 1, -1)
    return torch.matmul(a, feats).squeeze()


# %% wrong: scores clipped to plus or minus 30 against overflow
import torch


def weighted_sum(feats, w):
    safe = torch.clamp(w, -30.0, 30.0)
    weights = safe.exp() / safe.exp().sum()
    return torch.stack([weights[m] * feats[:, m] for m in range(len(w))]).sum(0)


# %% wrong: sums before it divides by the norm, overflows for features near the largest float
import torch


def weighted_sum(feats, w):
    e = torch.exp(w - w.max())
    top = (e.view(-1, 1) * feats).sum(dim=1)
    return top / e.sum()


# %% two: sigmoid of each score instead of the softmax; result of shape (N, 1, D)
import torch


def weighted_sum(feats, w):
    gate = torch.sigmoid(w)[None, :, None]
    return (gate * feats).sum(dim=1, keepdim=True)


# %% two: the sum runs over the samples; weights shared by absolute score
import torch


def weighted_sum(feats, w):
    a = torch.softmax(w.abs(), dim=0)
    mixed = torch.einsum("m,nmd->md", a, feats)
    return mixed.sum(0, keepdim=True).expand(feats.shape[0], -1)


# %% two: every modality scaled to length 1 first; result always float32
import torch
from torch.nn import functional as F


def weighted_sum(feats, w):
    unit = F.normalize(feats, dim=-1)
    out = (torch.softmax(w, 0)[:, None] * unit).sum(1)
    return out.float()


# %% two: features multiplied in place; only the modality of the largest weight is kept
import torch


def weighted_sum(feats, w):
    a = torch.softmax(w, dim=0)
    best = int(a.argmax())
    hard = torch.zeros_like(a)
    hard[best] = 1.0
    hard = hard + a - a.detach()
    out = (hard[:, None] * feats.clone()).sum(1)
    with torch.no_grad():
        feats.mul_(hard[:, None])
    return out
