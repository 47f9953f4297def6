# %% right: log_softmax and gather
import torch
from torch.nn import functional as F


def cross_entropy(logits, target):
    logp = F.log_softmax(logits, dim=1)
    return -logp.gather(1, target.unsqueeze(1)).squeeze(1).mean()


# %% right: by hand, largest logit of the row taken off
import torch


def cross_entropy(logits, target):
    z = logits - logits.detach().max(dim=1, keepdim=True).values
    rows = torch.arange(len(target))
    return (z.exp().sum(dim=1).log() - z[rows, target]).mean()


# %% right: loop over the samples, distance to the true logit
import torch


def cross_entropy(logits, target):
    total = 0.0
    N = logits.shape[0]
    for n in range(N):
        # -log p = log sum_c exp(z_c - z_true)
        gap = logits[n] - logits[n, target[n]]
        total = total + torch.logsumexp(gap, dim=0)
    return total / N


# %% right: one-hot and einsum
import torch
from torch.nn import functional as F


def cross_entropy(logits, target):
    n, c = logits.shape
    hot = F.one_hot(target, num_classes=c).to(logits.dtype)
    return torch.einsum("nc,nc->", hot, torch.log_softmax(logits, -1)) / -n


# %% right: own autograd function with softmax minus one-hot as gradient
import torch


class _CE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, target):
        top, _ = torch.max(logits, dim=1, keepdim=True)
        shifted = logits - top
        e = torch.exp(shifted)
        s = e.sum(dim=1, keepdim=True)
        idx = torch.arange(logits.size(0))
        ctx.save_for_backward(e / s, target)
        return (torch.log(s[:, 0]) - shifted[idx, target]).mean()

    @staticmethod
    def backward(ctx, grad):
        p, target = ctx.saved_tensors
        p = p.clone()
        p[torch.arange(p.size(0)), target] -= 1
        return grad * p / p.size(0), None


def cross_entropy(logits, target):
    return _CE.apply(logits, target)


# %% wrong: log of the softmax in two steps, infinite for large logits
import torch


def cross_entropy(logits, target):
    p = torch.softmax(logits, dim=1)
    return -torch.log(p[torch.arange(len(p)), target]).mean()


# %% wrong: 1e-7 inside the log, so a sure miss costs 16 at most
import torch
from torch.nn import functional as F


def cross_entropy(logits, target):
    probs = F.softmax(logits, dim=-1)
    picked = probs.gather(1, target.view(-1, 1)).view(-1)
    return -(picked + 1e-7).log().mean()


# %% wrong: softmax over the samples instead of the classes
import torch
from torch.nn import functional as F


def cross_entropy(logits, target):
    return F.nll_loss(F.log_softmax(logits, dim=0), target)


# %% wrong: logits[:, target] picks an N by N table instead of one entry a row
import torch


def cross_entropy(logits, target):
    top = logits.amax(dim=1, keepdim=True)
    log_norm = (logits - top).exp().sum(dim=1, keepdim=True).log()
    logp = logits - top - log_norm
    return -logp[:, target].mean()


# %% wrong: takes off the largest logit of the whole table, rows far below it underflow
import torch


def cross_entropy(logits, target):
    z = logits - logits.max()
    lse = torch.log(torch.exp(z).sum(dim=1))
    return (lse - z.gather(1, target[:, None])[:, 0]).mean()


# %% wrong: mean over all N times C entries of the one-hot product
import torch


def cross_entropy(logits, target):
    hot = torch.eye(logits.shape[1], dtype=logits.dtype)[target]
    return -(hot * logits.log_softmax(dim=1)).mean()


# %% wrong: in bits instead of nats
import math

import torch


def cross_entropy(logits, target):
    losses = []
    for row, t in zip(logits, target):
        losses.append(-torch.log_softmax(row, 0)[t] / math.log(2))
    return torch.stack(losses).mean()


# %% wrong: takes the largest logit off in place, the input changes
import torch


def cross_entropy(logits, target):
    with torch.no_grad():
        logits -= logits.max(dim=1, keepdim=True)[0]
    norm = logits.exp().sum(1).log()
    return torch.mean(norm - logits[range(len(logits)), target])


# %% wrong: softmax applied twice
import torch
from torch.nn import functional as F


def cross_entropy(logits, target):
    p = torch.softmax(logits, dim=1)
    logp = torch.log_softmax(p, dim=1)
    return F.nll_loss(logp, target)


# %% wrong: mean of each class first, rare classes weigh as much as common ones
import torch


def cross_entropy(logits, target):
    nll = -torch.log_softmax(logits, 1)[torch.arange(len(target)), target]
    per_class = [nll[target == c].mean() for c in target.unique()]
    return sum(per_class) / len(per_class)


# %% two: sum over the samples instead of the mean; the minus is missing
import torch


def cross_entropy(logits, target):
    logp = torch.log_softmax(logits, dim=1)
    return logp[torch.arange(logits.size(0)), target].sum()


# %% two: exp of the raw logits overflows; result of shape (1,)
import torch


def cross_entropy(logits, target):
    e = torch.exp(logits)
    lse = torch.log(e.sum(dim=1, keepdim=True))
    nll = lse - logits.gather(1, target.reshape(-1, 1))
    return nll.mean(dim=0)


# %% two: no gradient flows (numpy); always float64
import numpy as np
import torch


def cross_entropy(logits, target):
    z = logits.detach().numpy().astype(np.float64)
    t = target.numpy()
    z = z - z.max(axis=1, keepdims=True)
    nll = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(t)), t]
    return torch.tensor(nll.mean(), dtype=torch.float64)


# %% two: logits clipped to plus or minus 50; samples of class 0 are skipped
import torch


def cross_entropy(logits, target):
    z = logits.clamp(-50, 50)
    nll = torch.logsumexp(z, dim=1) - z.gather(1, target[:, None]).squeeze(1)
    valid = target > 0
    return nll[valid].sum() / max(int(valid.sum()), 1)
