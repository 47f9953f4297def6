# %% right: log_softmax and gather
import torch
from torch.nn import functional as F

def cross_entropy(logits, target):
    """Mean over the samples of -log p of the true class, in nats."""
    logp = F.log_softmax(logits, dim=1)
    return -logp.gather(1, target.unsqueeze(1)).mean()

# %% right: logsumexp minus the logit of the true class
import torch

def cross_entropy(logits, target):
    n = torch.arange(logits.shape[0])
    return (torch.logsumexp(logits, dim=-1) - logits[n, target]).mean()

# %% right: plain loop over the samples, maximum of each row taken off by hand
import torch

def cross_entropy(logits, target):
    N = logits.shape[0]
    total = torch.zeros((), dtype=logits.dtype)
    for n in range(N):
        row = logits[n]
        biggest = row.max().detach()
        shifted = row - biggest
        denominator = torch.log(torch.exp(shifted).sum())
        log_p = shifted[int(target[n])] - denominator
        total = total - log_p
    return total / N

# %% right: own autograd.Function with backward (softmax - onehot) / N
import torch

class _CE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, target):
        shifted = logits - logits.amax(dim=1, keepdim=True)
        logp = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(logp, target)
        rows = torch.arange(logits.shape[0])
        return -logp[rows, target].mean()

    @staticmethod
    def backward(ctx, grad):
        logp, target = ctx.saved_tensors
        d = logp.exp()
        rows = torch.arange(d.shape[0])
        d[rows, target] -= 1
        return grad * d / d.shape[0], None

def cross_entropy(logits, target):
    return _CE.apply(logits, target)

# %% right: one-hot and einsum on max-shifted logits
import torch
from torch.nn import functional as F

def cross_entropy(logits, target):
    N, C = logits.shape
    z = logits - logits.max(dim=1, keepdim=True).values
    onehot = F.one_hot(target, num_classes=C).to(z.dtype)
    picked = torch.einsum("nc,nc->n", onehot, z)
    return (z.exp().sum(1).log() - picked).sum() / N

# %% wrong: log of softmax, infinite for sure and wrong samples
import torch

def cross_entropy(logits, target):
    p = torch.softmax(logits, dim=1)
    right = p[torch.arange(len(target)), target]
    return -torch.log(right).mean()

# %% wrong: small epsilon inside the log caps the loss (27.6 where 200 is right)
import torch
from torch.nn import functional as F

def cross_entropy(logits, target):
    probs = F.softmax(logits, dim=-1)
    return -(probs.gather(-1, target[:, None]).squeeze(-1) + 1e-12).log().mean()

# %% wrong: exp of raw logits without taking off the maximum, overflows for large logits
import torch

def cross_entropy(logits, target):
    log_norm = logits.exp().sum(dim=1).log()
    picked = torch.stack([logits[n, t] for n, t in enumerate(target.tolist())])
    return (log_norm - picked).mean()

# %% wrong: one-hot product averaged over all N * C entries instead of the N samples
import torch
from torch.nn import functional as F

def cross_entropy(logits, target):
    onehot = F.one_hot(target, logits.shape[1]).to(logits.dtype)
    return -(onehot * F.log_softmax(logits, dim=1)).mean()

# %% wrong: indexes logp[:, target], which takes an N x N table and not one number per sample
import torch
from torch.nn import functional as F

def cross_entropy(logits, target):
    logp = F.log_softmax(logits, dim=1)
    return -logp[:, target].mean()

# %% wrong: softmax over the samples (dim=0) instead of the classes
import torch
from torch import nn

def cross_entropy(logits, target):
    return nn.NLLLoss()(nn.LogSoftmax(dim=0)(logits), target)

# %% wrong: takes softmax first and then log_softmax again (softmax twice)
import torch
from torch.nn import functional as F

def cross_entropy(logits, target):
    probs = F.softmax(logits, dim=1)
    return F.nll_loss(F.log_softmax(probs, dim=1), target)

# %% wrong: takes off the maximum of the whole batch, rows far below it underflow to log 0
import torch

def cross_entropy(logits, target):
    N = logits.size(0)
    z = logits - logits.max()
    lse = torch.log(torch.sum(torch.exp(z), 1))
    loss = 0.0
    for n in range(N):
        loss = loss + lse[n] - z[n, target[n]]
    return loss / N

# %% wrong: result is right but cut from the graph (computed in numpy), no gradient to logits
import numpy as np
import torch

def cross_entropy(logits, target):
    z = logits.detach().numpy()
    t = target.numpy()
    z = z - z.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return torch.tensor(-logp[np.arange(len(t)), t].mean(), dtype=logits.dtype)

# %% wrong: value right through torch.where, but the unused branch log(0) makes the gradient NaN
import torch

def cross_entropy(logits, target):
    top = logits.max(dim=1, keepdim=True)[0]
    e = torch.exp(logits - top)
    s = e.sum(dim=1, keepdim=True)
    p = e / s
    safe = (logits - top) - torch.log(s)
    logp = torch.where(p > 1e-30, torch.log(p), safe)
    return -logp.gather(1, target.view(-1, 1)).mean()

# %% two: sum over the samples instead of mean; in bits (log2) instead of nats
import math
import torch

def cross_entropy(logits, target):
    logp = torch.log_softmax(logits, dim=1) / math.log(2)
    total = 0
    for row, t in zip(logp, target):
        total = total - row[t]
    return total

# %% two: minus sign forgotten; everything cast to float32
import torch
from torch.nn import functional as F

def cross_entropy(logits, target):
    logp = F.log_softmax(logits.float(), dim=1)
    return logp[range(len(target)), target].mean()

# %% two: shifts the logits in place through .data, so the input is changed; result of shape (1,)
import torch

def cross_entropy(logits, target):
    logits.data -= logits.data.max(dim=1, keepdim=True)[0]
    logp = logits - logits.exp().sum(dim=1, keepdim=True).log()
    return -logp.gather(1, target[:, None]).mean(dim=0)

# %% two: clamps the logits to [-30, 30], so large ones are wrong; sum instead of mean
import torch
from torch.nn import functional as F

def cross_entropy(logits, target):
    z = torch.clamp(logits, -30, 30)
    return F.nll_loss(F.log_softmax(z, dim=1), target, reduction="sum")
