# %% right: losses by F.cross_entropy, weighted mean by hand
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    losses = F.cross_entropy(logits, target, reduction="none")
    w = weight[target]
    return (w * losses).sum() / w.sum()

# %% right: the weight argument of F.cross_entropy, which normalises this way
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    return F.cross_entropy(logits, target, weight=weight, reduction="mean")

# %% right: logsumexp and normalised weights, einsum
import torch

def weighted_ce(logits, target, weight):
    own = logits.gather(1, target[:, None]).squeeze(1)
    ell = logits.logsumexp(dim=1) - own
    w = weight.index_select(0, target)
    return torch.einsum("n,n->", w / w.sum(), ell)

# %% right: loop over the samples
import torch

def weighted_ce(logits, target, weight):
    num, den = 0.0, 0.0
    for z, y in zip(logits, target.tolist()):
        ell = torch.logsumexp(z, 0) - z[y]
        num = num + weight[y] * ell
        den = den + weight[y]
    return num / den

# %% right: grouped by class with counts
import torch

def weighted_ce(logits, target, weight):
    C = logits.shape[1]
    z = logits - logits.detach().amax(1, keepdim=True)
    logp = z - z.exp().sum(1, keepdim=True).log()
    onehot = (target[:, None] == torch.arange(C)[None, :]).to(logits.dtype)
    per_class = -(onehot * logp).sum(0)
    counts = onehot.sum(0)
    return (weight * per_class).sum() / (weight * counts).sum()

# %% right: typed, with guards
import torch
from torch import Tensor

def weighted_ce(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    if weight.shape != (logits.shape[1],):
        raise ValueError("weight must be (C,)")
    if bool((weight <= 0).any()):
        raise ValueError("weights must be positive")
    sample_w = torch.take(weight, target)
    nll = -torch.log_softmax(logits, dim=1)[torch.arange(len(target)), target]
    return torch.dot(sample_w, nll).div(sample_w.sum())

# %% wrong: divides by N
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    l = F.cross_entropy(logits, target, reduction="none")
    return (weight[target] * l).mean()

# %% wrong: divides by the sum of the weights of all classes
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    ell = F.cross_entropy(logits, target, reduction="none")
    return (ell * weight[target]).sum() / weight.sum()

# %% wrong: weighted sum, not divided at all
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    return F.cross_entropy(logits, target, weight=weight, reduction="sum")

# %% wrong: weight of the predicted class instead of the true one
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    per = F.cross_entropy(logits, target, reduction="none")
    w = weight[logits.argmax(dim=1)]
    return (w * per).sum() / w.sum()

# %% wrong: weights multiplied onto the logits
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    losses = F.cross_entropy(logits * weight, target, reduction="none")
    return losses.mean()

# %% wrong: divides by the weights instead of multiplying (inverse weights)
import torch

def weighted_ce(logits, target, weight):
    nll = torch.logsumexp(logits, 1) - logits[torch.arange(len(target)), target]
    w = 1.0 / weight[target]
    return (w * nll).sum() / w.sum()

# %% wrong: naive softmax and log, infinity or NaN for large logits
import torch

def weighted_ce(logits, target, weight):
    e = torch.exp(logits)
    p = e / e.sum(1, keepdim=True)
    w = weight[target]
    return -(w * torch.log(p.gather(1, target[:, None]).squeeze(1))).sum() / w.sum()

# %% wrong: weights normalised in the caller's tensor
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    weight /= weight.sum()
    w = weight[target]
    return torch.sum(w * F.cross_entropy(logits, target, reduction="none")) / torch.sum(w)

# %% wrong: sum of the weights clamped to at least 1 (differs for small weights)
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    w = weight[target]
    num = torch.dot(w, F.cross_entropy(logits, target, reduction="none"))
    return num / w.sum().clamp(min=1.0)

# %% wrong: mean loss of each class that occurs, then weighted over the classes (differs with unequal counts)
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    losses = F.cross_entropy(logits, target, reduction="none")
    num = logits.new_zeros(())
    den = logits.new_zeros(())
    for c in torch.unique(target):
        num = num + weight[c] * losses[target == c].mean()
        den = den + weight[c]
    return num / den

# %% wrong: weights indexed by the position of the sample, not by its class (wraps around)
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    n, c = logits.shape
    w = weight[torch.arange(n) % c]
    ell = F.cross_entropy(logits, target, reduction="none")
    return (w * ell).sum() / w.sum()

# %% two: divides by N; probabilities clamped at 1e-7
import torch

def weighted_ce(logits, target, weight):
    p = torch.softmax(logits, dim=1).clamp(min=1e-7)
    nll = -p[torch.arange(len(target)), target].log()
    return (weight[target] * nll).sum() / len(target)

# %% two: mean loss times mean weight, i.e. the weights leave the sum; result as float32
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    loss = F.cross_entropy(logits.float(), target)
    return loss * weight.float()[target].mean()

# %% two: softmax before F.cross_entropy; divides by the number of classes
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    probs = F.softmax(logits, dim=1)
    ell = F.cross_entropy(probs, target, reduction="none")
    return (weight[target] * ell).sum() / logits.shape[1]


# %% right: by hand
import torch

def weighted_ce(logits, target, weight):
    logp = torch.log_softmax(logits, dim=1)
    loss = -logp[torch.arange(len(target)), target]
    w = weight[target]
    w = w / w.max()
    return (w * loss).sum() / w.sum()

# %% right: F.cross_entropy for each sample, weights normalised first
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    losses = F.cross_entropy(logits, target, reduction="none")
    w = weight.detach().double()[target]
    share = (w / w.sum()).to(logits.dtype)
    return torch.dot(share, losses)

# %% wrong: divided by the number of samples
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    return F.cross_entropy(logits, target, weight=weight, reduction="none").mean()

# %% wrong: divided by the sum of all class weights
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    ell = F.cross_entropy(logits, target, reduction="none")
    return (weight[target] * ell).sum() / weight.sum()

# %% wrong: weight of the predicted class
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    ell = F.cross_entropy(logits, target, reduction="none")
    w = weight[logits.argmax(dim=1)]
    return (w * ell).sum() / w.sum()

# %% wrong: small number added to the sum of weights
import torch

def weighted_ce(logits, target, weight):
    logp = logits - torch.logsumexp(logits, 1, keepdim=True)
    num, den = 0.0, 1e-6
    for i, t in enumerate(target.tolist()):
        num = num - weight[t] * logp[i, t]
        den = den + weight[t]
    return num / den

# %% two: weights multiply the logits; plain mean
import torch
import torch.nn.functional as F

def weighted_ce(logits, target, weight):
    return F.cross_entropy(logits * weight, target)

# %% two: inverse weights; log of the softmax without protection
import torch

def weighted_ce(logits, target, weight):
    p = torch.softmax(logits, dim=1)
    ell = -torch.log(p.gather(1, target[:, None]).squeeze(1))
    w = 1.0 / weight[target]
    return (w * ell).sum() / w.sum()
