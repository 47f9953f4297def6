# %% right: F.cross_entropy per sample, weights scaled by their largest first
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    per_sample = F.cross_entropy(logits, target, reduction="none")
    w = weight.detach()[target]
    w = w / w.max()
    return (w * per_sample).sum() / w.sum()

# %% right: loop with logsumexp
import torch


def weighted_ce(logits, target, weight):
    own = [weight[int(t)].item() for t in target]
    biggest = max(own)
    total = logits.new_zeros(())
    norm = 0.0
    for i, t in enumerate(target.tolist()):
        loss_i = torch.logsumexp(logits[i], dim=0) - logits[i, t]
        total = total + (own[i] / biggest) * loss_i
        norm = norm + own[i] / biggest
    return total / norm

# %% right: one-hot and einsum on the log-softmax
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    logp = F.log_softmax(logits, dim=-1)
    w = weight[target]
    share = w / w.max()
    share = share / share.sum()
    hot = F.one_hot(target, num_classes=logits.shape[1]).to(logits.dtype)
    return -torch.einsum("n,nc,nc->", share, hot, logp)

# %% right: the weight argument of nll_loss
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    scale = weight[target].max()
    return F.nll_loss(logits.log_softmax(1), target, weight=(weight / scale).clamp(max=1.0))

# %% right: by hand, largest logit subtracted, dot product
import torch


def weighted_ce(logits, target, weight):
    # shift every row by its own largest logit
    top = logits.max(dim=1, keepdim=True).values.detach()
    z = logits - top
    log_norm = z.exp().sum(dim=1).log()
    z_true = torch.take_along_dim(z, target.unsqueeze(1), dim=1).squeeze(1)
    losses = log_norm - z_true
    w = weight.index_select(0, target)
    w = w / w.amax()
    return torch.dot(losses, w / w.sum())

# %% wrong: divided by the number of samples
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    ce = F.cross_entropy(logits, target, reduction="none")
    return (weight[target] * ce).mean()

# %% wrong: divided by the weights of all classes, not those of the samples
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    total = F.cross_entropy(logits, target, weight=weight, reduction="sum")
    return total / weight.sum()

# %% wrong: exp without subtracting the largest logit overflows
import torch


def weighted_ce(logits, target, weight):
    e = torch.exp(logits)
    rows = torch.arange(len(target))
    losses = torch.log(e.sum(dim=1)) - logits[rows, target]
    w = weight[target]
    return torch.sum(w * losses) / torch.sum(w)

# %% wrong: log of softmax + 1e-8 caps the loss for large logits
import torch


def weighted_ce(logits, target, weight):
    p = torch.softmax(logits, dim=1)
    p_true = p.gather(1, target[:, None])[:, 0]
    nll = -torch.log(p_true + 1e-8)
    w = weight[target]
    w = w / w.sum()
    return (w * nll).sum()

# %% wrong: the weights multiply the logits instead of the losses
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    scaled = logits * weight.unsqueeze(0)
    losses = F.cross_entropy(scaled, target, reduction="none")
    return losses.sum() / losses.numel()

# %% wrong: 1e-6 added to the sum of the weights, small weights change the loss
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    num = torch.zeros((), dtype=logits.dtype)
    den = torch.zeros((), dtype=logits.dtype)
    each = F.cross_entropy(logits, target, reduction="none")
    for loss, t in zip(each, target):
        num = num + weight[t] * loss
        den = den + weight[t]
    return num / (den + 1e-6)

# %% wrong: weighted mean of the class means, a class counts once however many samples it has
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    losses = F.cross_entropy(logits, target, reduction="none")
    num, den = 0.0, 0.0
    for c in target.unique():
        num = num + weight[c] * losses[target == c].mean()
        den = den + weight[c]
    return num / den

# %% wrong: no gradient, collected with .item()
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    top, bottom = 0.0, 0.0
    for i in range(logits.shape[0]):
        w = weight[target[i]].item()
        top += w * F.cross_entropy(logits[i : i + 1], target[i : i + 1]).item()
        bottom += w
    return torch.tensor(top / bottom, dtype=logits.dtype)

# %% wrong: softmax before F.cross_entropy, so softmaxed twice
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    probs = logits.softmax(dim=-1)
    return F.cross_entropy(probs, target, weight=weight)

# %% wrong: weight is normalised in place
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    with torch.no_grad():
        weight /= weight.sum()
    w = weight[target]
    ce = F.cross_entropy(logits, target, reduction="none")
    return (w @ ce) / w.sum()

# %% two: one largest logit for the whole batch, so far smaller rows underflow; divided by N
import torch


def weighted_ce(logits, target, weight):
    z = logits - logits.max()
    lse = z.exp().sum(1).log()
    losses = lse - z.gather(1, target.view(-1, 1)).view(-1)
    return (losses * weight[target]).sum() / len(target)

# %% two: softmaxed twice; divided by the sum of the weights of all classes
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    logp = F.log_softmax(torch.softmax(logits, 1), 1)
    mine = -logp[torch.arange(target.numel()), target]
    return (weight[target] * mine).sum() / weight.sum()

# %% two: no gradient through numpy; result always float64
import numpy as np
import torch


def weighted_ce(logits, target, weight):
    x = logits.detach().numpy().astype(np.float64)
    t = target.numpy()
    w = weight.detach().numpy().astype(np.float64)[t]
    x = x - x.max(axis=1, keepdims=True)
    loss = np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(t)), t]
    return torch.tensor(float((w * loss).sum() / w.sum()), dtype=torch.float64)

# %% two: uses 1 / weight as the weight; sum of the weights clamped at 1
import torch
from torch.nn import functional as F


def weighted_ce(logits, target, weight):
    inv = 1.0 / weight
    w = inv[target]
    losses = F.cross_entropy(logits, target, reduction="none")
    return (w * losses).sum() / w.sum().clamp(min=1.0)
