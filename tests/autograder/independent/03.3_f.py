# %% right: two lines, log_softmax and gather
import torch


def smooth_ce(logits, target, eps=0.1):
    lp = logits.log_softmax(1)
    return -(1 - eps) * lp.gather(1, target[:, None]).mean() - eps * lp.mean()


# %% right: one-hot written out, maximum taken off by hand, einsum
import torch
import torch.nn.functional as F


def smooth_ce(logits, target, eps=0.1):
    n, c = logits.shape
    z = logits - logits.amax(dim=1, keepdim=True).detach()
    logp = z - z.logsumexp(dim=1, keepdim=True)
    y = (1 - eps) * F.one_hot(target, c).to(logits.dtype) + eps / c
    return -torch.einsum("nc,nc->", y, logp) / n


# %% right: nll_loss for the one-hot part, a mean for the uniform part
import torch
import torch.nn.functional as F


def smooth_ce(logits, target, eps=0.1):
    logp = F.log_softmax(logits, dim=-1)
    hard = F.nll_loss(logp, target, reduction="none")
    uniform = -logp.sum(dim=-1) / logits.size(-1)
    return ((1 - eps) * hard + eps * uniform).mean()


# %% right: a loop over samples and classes
import torch


def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[1]
    losses = []
    for row, t in zip(logits, target.tolist()):
        z = row - row.max().detach()
        log_norm = z.exp().sum().log()
        loss = torch.zeros((), dtype=logits.dtype, device=logits.device)
        for c in range(C):
            weight = eps / C + (1 - eps if c == t else 0.0)
            loss = loss + weight * (log_norm - z[c])
        losses.append(loss)
    return torch.stack(losses).mean()


# %% right: over-long module with checks, full_like and scatter_
import torch
from torch import nn


class SmoothCE(nn.Module):
    def __init__(self, eps):
        super().__init__()
        if not 0 <= eps <= 1:
            raise ValueError("eps must lie in [0, 1]")
        self.eps = float(eps)
        self.log_softmax = nn.LogSoftmax(dim=1)

    def soft_labels(self, logits, target):
        C = logits.size(1)
        off = self.eps / C
        on = 1.0 - self.eps + off
        with torch.no_grad():
            y = torch.full_like(logits, off)
            y.scatter_(1, target.view(-1, 1), on)
        return y

    def forward(self, logits, target):
        if logits.dim() != 2 or target.dim() != 1:
            raise ValueError("logits must be (N, C), target (N,)")
        if logits.size(0) != target.size(0):
            raise ValueError("as many targets as rows, please")
        y = self.soft_labels(logits, target)
        per_sample = (y * self.log_softmax(logits)).sum(dim=1).neg()
        return per_sample.mean()


def smooth_ce(logits, target, eps=0.1):
    return SmoothCE(eps)(logits, target)


# %% right: divergence from the soft labels plus their entropy
import torch
import torch.nn.functional as F


def smooth_ce(logits, target, eps=0.1):
    n, c = logits.shape
    y = torch.eye(c, dtype=logits.dtype, device=logits.device)[target] * (1 - eps) + eps / c
    kl = F.kl_div(F.log_softmax(logits, 1), y, reduction="batchmean")
    return kl + torch.special.entr(y).sum() / n


# %% wrong: eps is spread over the C - 1 other classes, the true one left out
import torch
import torch.nn.functional as F


def smooth_ce(logits, target, eps=0.1):
    c = logits.size(1)
    y = torch.full_like(logits, eps / (c - 1))
    y.scatter_(1, target[:, None], 1 - eps)
    return -(y * F.log_softmax(logits, dim=1)).sum(1).mean()


# %% wrong: the largest logit of the whole batch is taken off, not of each row, so that rows far under it underflow
import torch


def smooth_ce(logits, target, eps=0.1):
    n, c = logits.shape
    z = logits - logits.max()
    log_norm = z.exp().sum(dim=1).log()
    true = z[torch.arange(n), target]
    per_sample = log_norm - (1 - eps) * true - eps * z.mean(dim=1)
    return per_sample.mean()


# %% wrong: it gives the KL divergence, the entropy of the soft labels is missing
import torch
from torch import nn


class _Soft(nn.Module):
    def __init__(self, eps):
        super().__init__()
        self.eps = eps
        self.criterion = nn.KLDivLoss(reduction="batchmean")

    def forward(self, logits, target):
        c = logits.size(1)
        y = nn.functional.one_hot(target, c).to(logits.dtype)
        y = y * (1 - self.eps) + self.eps / c
        return self.criterion(logits.log_softmax(dim=1), y)


def smooth_ce(logits, target, eps=0.1):
    return _Soft(eps)(logits, target)


# %% wrong: the true class gets 1 - eps instead of 1 - eps + eps/C, so the labels do not sum to 1
import torch


def smooth_ce(logits, target, eps=0.1):
    n, c = logits.shape
    logp = torch.log_softmax(logits, dim=1)
    total = logits.new_zeros(())
    for i in range(n):
        for k in range(c):
            if k == target[i]:
                total = total - (1 - eps) * logp[i, k]
            else:
                total = total - eps / c * logp[i, k]
    return total / n


# %% wrong: the mean runs over samples and classes, so the result is too small by the factor C
import torch
import torch.nn.functional as F


def smooth_ce(logits, target, eps=0.1):
    c = logits.shape[1]
    y = (1 - eps) * F.one_hot(target, c).to(logits.dtype) + eps / c
    return -torch.mul(y, logits.log_softmax(dim=-1)).mean()


# %% wrong: it computes in float32, so float64 logits give a float32 loss
import torch
import torch.nn.functional as F


def smooth_ce(logits, target, eps=0.1):
    logits = logits.float()
    c = logits.shape[1]
    y = (1 - eps) * F.one_hot(target, c).float() + eps / c
    return -(y * F.log_softmax(logits, dim=1)).sum(dim=1).mean()


# %% wrong: unsqueeze_ changes the shape of the caller's target
import torch


def smooth_ce(logits, target, eps=0.1):
    logp = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    picked = torch.take_along_dim(logp, target.unsqueeze_(1), dim=1).squeeze(1)
    return torch.lerp(-picked, -logp.mean(dim=1), eps).mean()


# %% wrong: the loss is computed in NumPy and carries no gradient
import numpy as np
import torch


def smooth_ce(logits, target, eps=0.1):
    z = logits.detach().cpu().numpy()
    z = z - z.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    y = np.full(z.shape, eps / z.shape[1], dtype=z.dtype)
    y[np.arange(len(z)), target.cpu().numpy()] += 1 - eps
    return torch.tensor(-(y * logp).sum(axis=1).mean(), dtype=logits.dtype)


# %% wrong: logp[:, target] takes the targets of all samples for each sample
import torch


def smooth_ce(logits, target, eps=0.1):
    logp = torch.log_softmax(logits, dim=1)
    nll = -logp[:, target].mean()
    smooth = -logp.mean()
    return (1 - eps) * nll + eps * smooth


# %% wrong: the log of softmax plus 1e-8 caps the loss, so large logits give a wrong value
import torch
from functools import reduce


def smooth_ce(logits, target, eps=0.1):
    c = logits.shape[1]
    probs = logits.softmax(dim=1)
    logs = [torch.log(probs[:, k] + 1e-8) for k in range(c)]
    weights = [(target == k).to(logits.dtype) * (1 - eps) + eps / c for k in range(c)]
    loss = reduce(lambda acc, wl: acc - wl[0] * wl[1], zip(weights, logs), torch.zeros_like(probs[:, 0]))
    return loss.mean()


# %% two: the losses are summed over the samples, not averaged; eps goes to the C - 1 other classes only
import torch
import torch.nn.functional as F


def smooth_ce(logits, target, eps=0.1):
    c = logits.shape[1]
    hot = F.one_hot(target, c).to(logits.dtype)
    y = (1 - eps) * hot + eps / (c - 1) * (1 - hot)
    return -(y * F.log_softmax(logits, dim=1)).sum()


# %% two: the softmax runs over the samples (dim 0); the result is in bits
import math

import torch


def smooth_ce(logits, target, eps=0.1):
    n, c = logits.shape
    log2p = torch.log_softmax(logits, dim=0) / math.log(2)
    true = log2p[torch.arange(n), target]
    return -((1 - eps) * true + eps * log2p.mean(dim=1)).mean()


# %% two: eps and 1 - eps are swapped; the maximum is taken off the caller's logits in place
import torch


def smooth_ce(logits, target, eps=0.1):
    logits -= logits.max(dim=1, keepdim=True).values
    logp = logits - logits.exp().sum(dim=1, keepdim=True).log()
    true = logp.gather(1, target.unsqueeze(1)).squeeze(1)
    return -(eps * true + (1 - eps) * logp.mean(dim=1)).mean()


# %% two: softmax is applied before log_softmax, so twice; one loss a sample comes back instead of the average
import torch
import torch.nn.functional as F


def smooth_ce(logits, target, eps=0.1):
    probs = F.softmax(logits, dim=1)
    logp = F.log_softmax(probs, dim=1)
    c = logits.size(1)
    y = torch.zeros_like(logits).scatter(1, target[:, None], 1.0)
    y = y * (1 - eps) + eps / c
    return -(y * logp).sum(dim=1)
