# %% right: sums per class, then one division
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    losses = F.cross_entropy(logits, target, reduction="none")
    top = bottom = logits.sum() * 0
    for c in range(logits.shape[1]):
        mine = target == c
        top = top + weight[c] * losses[mine].sum()
        bottom = bottom + weight[c] * mine.sum()
    return top / bottom

# %% right: gather and logsumexp, weights normalised first
import torch

def weighted_ce(logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    w = torch.take(weight, target)
    w = w / w.max()
    w = w / w.sum()
    own = logits.gather(1, target.unsqueeze(1)).squeeze(1)
    return w @ (logits.logsumexp(1) - own)

# %% right: F.cross_entropy with its own weights
from torch.nn.functional import cross_entropy

weighted_ce = lambda logits, target, weight: cross_entropy(logits, target, weight=weight)

# %% right: an nn.Module inside
import torch
from torch import nn

class _Loss(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.register_buffer("weight", weight.detach().clone())

    def forward(self, z, y):
        onehot = nn.functional.one_hot(y, z.shape[-1]).to(z.dtype)
        cost = -(onehot * torch.log_softmax(z, -1)).sum(-1)
        mine = onehot @ self.weight
        return torch.sum(mine * cost) / torch.sum(mine)

def weighted_ce(logits, target, weight):
    return _Loss(weight)(logits, target)

# %% right: numerator and denominator from a running pair
from functools import reduce
import torch

def weighted_ce(logits, target, weight):
    def add(acc, item):
        z, y = item
        w = weight[y]
        return acc[0] + w * (torch.logsumexp(z, 0) - z[y]), acc[1] + w
    total, norm = reduce(add, zip(logits, target), (0.0, 0.0))
    return total / norm

# %% wrong: divides by N
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none")
    return (weight[target] * l).mean()

# %% wrong: divides by the sum of all class weights
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none")
    return (weight[target] * l).sum() / weight.sum()

# %% wrong: the weight is that of the predicted class
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    w = weight[logits.argmax(1)]
    l = F.cross_entropy(logits, target, reduction="none")
    return (w * l).sum() / w.sum()

# %% wrong: logits multiplied by the weights
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    return F.cross_entropy(logits * weight, target)

# %% wrong: log of softmax, -inf for large logits
import torch

def weighted_ce(logits, target, weight):
    p = torch.softmax(logits, dim=1)
    l = -torch.log(p[torch.arange(len(target)), target])
    w = weight[target]
    return (w * l).sum() / w.sum()

# %% wrong: softmax over the batch
import torch

def weighted_ce(logits, target, weight):
    logp = torch.log_softmax(logits, dim=0)
    l = -logp[torch.arange(len(target)), target]
    w = weight[target]
    return (w * l).sum() / w.sum()

# %% wrong: weights of the labels' order: indexes the weights with arange
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none")
    w = weight[torch.arange(len(target)) % len(weight)]
    return (w * l).sum() / w.sum()

# %% wrong: a small number in the denominator
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none")
    w = weight[target]
    return (w * l).sum() / (w.sum() + 1e-3)

# %% wrong: logits are squeezed through softmax before F.cross_entropy
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    return F.cross_entropy(torch.softmax(logits, 1), target, weight=weight)

# %% wrong: (N, 1) weights against (N,) losses
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none")
    w = weight[target].unsqueeze(1)
    return (w * l).mean() / w.mean()

# %% two: no weights in the denominator; sum
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none")
    return (l * weight[target]).sum()

# %% two: bits; divides by N
import math
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none") / math.log(2)
    return (l * weight[target]).sum() / len(target)

# %% two: inverse weights; sign missing
import torch

def weighted_ce(logits, target, weight):
    l = torch.log_softmax(logits, 1).gather(1, target[:, None])[:, 0]
    w = 1 / weight[target]
    return (w * l).sum() / w.sum()

# %% two: squared weights; gradient cut by item
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none")
    w = weight[target] ** 2
    return torch.tensor(((w * l).sum() / w.sum()).item(), dtype=logits.dtype)
