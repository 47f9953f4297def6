# %% right: soft label matrix times log_softmax
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[1]
    y = F.one_hot(target, C).to(logits.dtype)
    y = (1 - eps) * y + eps / C
    logp = F.log_softmax(logits, dim=1)
    return -(y * logp).sum(dim=1).mean()


# %% right: two terms, gather for the true class and mean over the classes
import torch


def smooth_ce(logits, target, eps=0.1):
    lp = logits.log_softmax(-1)
    nll = -lp.gather(1, target[:, None]).squeeze(1)
    uniform = -lp.mean(-1)
    return ((1.0 - eps) * nll + eps * uniform).mean()


# %% right: plain loops over samples and classes with a hand-made log-sum-exp
import torch


def smooth_ce(logits, target, eps=0.1):
    n = logits.shape[0]
    c = logits.shape[1]
    total = 0
    for i in range(n):
        row = logits[i]
        biggest = row.max()
        log_norm = torch.log(torch.exp(row - biggest).sum())
        loss_i = 0
        row = row - biggest
        for j in range(c):
            y = eps / c
            if j == int(target[i]):
                y = y + (1 - eps)
            loss_i = loss_i - y * (row[j] - log_norm)
        total = total + loss_i
    return total / n


# %% right: fill the label matrix with scatter, logits minus torch.logsumexp (rounds a little for huge float32 logits), einsum, divide by N
import torch


def smooth_ce(logits, target, eps=0.1):
    N, C = logits.size()
    labels = torch.full_like(logits, eps / C, requires_grad=False)
    labels.scatter_(1, target.unsqueeze(1), 1 - eps + eps / C)
    logp = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("nc,nc->", labels, logp) / N


# %% right: NLL helper of torch for the hard part plus the uniform part
import torch
from torch import nn


def smooth_ce(logits, target, eps=0.1):
    logp = nn.LogSoftmax(dim=1)(logits)
    hard = nn.NLLLoss()(logp, target)
    soft = -logp.mean()
    return (1 - eps) * hard + eps * soft


# %% wrong: eps is spread over the other C-1 classes only
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[1]
    onehot = F.one_hot(target, C).to(logits.dtype)
    y = onehot * (1 - eps) + (1 - onehot) * eps / (C - 1)
    return -(y * F.log_softmax(logits, 1)).sum(1).mean()


# %% wrong: log of the softmax, which underflows to log(0) for large logits
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    p = torch.softmax(logits, dim=1)
    y = torch.zeros_like(p)
    y[torch.arange(len(target)), target] = 1
    y = (1 - eps) * y + eps / p.shape[1]
    loss = -torch.sum(y * torch.log(p), dim=1)
    return loss.mean()


# %% wrong: averages over the classes too (mean over all N*C entries)
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    num_classes = logits.shape[-1]
    y = F.one_hot(target, num_classes).to(logits.dtype) * (1 - eps) + eps / num_classes
    return torch.mean(-y * F.log_softmax(logits, dim=-1))


# %% wrong: sums over the samples instead of averaging
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    lp = F.log_softmax(logits, dim=1)
    loss = 0.0
    for row, t in zip(lp, target):
        loss = loss - (1 - eps) * row[t] - eps * row.sum() / len(row)
    return loss


# %% wrong: log_softmax over the samples (dim 0) instead of the classes
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    logp = F.log_softmax(logits, dim=0)
    picked = logp[torch.arange(logits.shape[0]), target]
    return -((1 - eps) * picked + eps * logp.mean(dim=1)).mean()


# %% wrong: forgets to divide eps by C
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    one_hot = torch.eye(logits.shape[1], dtype=logits.dtype)[target]
    soft = one_hot * (1 - eps) + eps
    return (-soft * F.log_softmax(logits, dim=1)).sum(dim=1).mean()


# %% wrong: one_hot guesses the number of classes from the batch, fails when the last class does not occur
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    y = F.one_hot(target).to(logits.dtype)
    y = (1 - eps) * y + eps / logits.shape[1]
    return -(y * logits.log_softmax(1)).sum(1).mean()


# %% wrong: subtracts the row maximum from the logits in place
import torch


def smooth_ce(logits, target, eps=0.1):
    N, C = logits.shape
    with torch.no_grad():
        logits -= logits.max(dim=1, keepdim=True).values
    logp = logits - logits.exp().sum(1, keepdim=True).log()
    y = torch.full((N, C), eps / C, dtype=logits.dtype)
    y[range(N), target] += 1 - eps
    return -(y * logp).sum() / N


# %% wrong: shifts by the maximum of the whole batch, so small rows underflow
import torch


def smooth_ce(logits, target, eps=0.1):
    z = logits - logits.max()
    log_norm = torch.log(torch.exp(z).sum(dim=1, keepdim=True))
    logp = z - log_norm
    true = logp.gather(1, target.view(-1, 1))[:, 0]
    return -((1 - eps) * true + eps * logp.mean(1)).mean()


# %% wrong: eps = 0 is taken for "not given" and becomes 0.1
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=None):
    eps = eps or 0.1
    C = logits.shape[1]
    logp = F.log_softmax(logits, dim=1)
    y = torch.full_like(logp, eps / C)
    y = y + (1 - eps) * F.one_hot(target, C).to(logp)
    return torch.sum(-y * logp, dim=1).mean()


# %% two: computes in float32 and returns float32 for float64 logits; eps spread over the other classes only
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    logits = logits.float()
    C = logits.shape[1]
    y = torch.full_like(logits, eps / (C - 1))
    y[torch.arange(len(target)), target] = 1 - eps
    return -(y * F.log_softmax(logits, 1)).sum(1).mean()


# %% two: in bits (log2) instead of nats; sum over the samples
import math
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[1]
    y = (1 - eps) * F.one_hot(target, C).to(logits.dtype) + eps / C
    logp2 = F.log_softmax(logits, dim=1) / math.log(2)
    return -(y * logp2).sum()


# %% two: adds 1e-8 inside the log, which caps the loss of large logits; weights of one-hot and uniform part swapped
import torch
from torch.nn import functional as F


def smooth_ce(logits, target, eps=0.1):
    probs = logits.softmax(dim=1)
    C = probs.shape[1]
    y = eps * F.one_hot(target, C).to(probs) + (1 - eps) / C
    return -(y * (probs + 1e-8).log()).sum(1).mean()


# %% two: goes through numpy, so no gradient; keeps a vector of N losses instead of the mean
import numpy as np
import torch


def smooth_ce(logits, target, eps=0.1):
    z = logits.detach().numpy()
    t = target.numpy()
    z = z - z.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    y = np.full_like(lp, eps / z.shape[1])
    y[np.arange(len(t)), t] += 1 - eps
    return torch.from_numpy(-(y * lp).sum(axis=1))
