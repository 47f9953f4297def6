# %% right: logsumexp minus the logit of the class
import torch

def cross_entropy(logits, target):
    picked = logits.gather(1, target.unsqueeze(1)).squeeze(1)
    return (torch.logsumexp(logits, dim=1) - picked).mean()

# %% right: log_softmax and fancy index
import torch
import torch.nn.functional as F

def cross_entropy(logits, target):
    logp = F.log_softmax(logits, dim=-1)
    return -logp[torch.arange(logits.shape[0]), target].mean()

# %% right: loop with the shift by hand
import torch

def cross_entropy(logits, target):
    total = logits.new_zeros(())
    for z, y in zip(logits, target):
        z = z - z.max().detach()
        total = total + torch.log(torch.exp(z).sum()) - z[y]
    return total / len(target)

# %% right: one-hot and einsum
import torch

def cross_entropy(logits, target):
    z = logits - logits.detach().amax(dim=1, keepdim=True)
    logp = z - z.exp().sum(dim=1, keepdim=True).log()
    onehot = torch.nn.functional.one_hot(target, logits.size(1)).to(logits.dtype)
    return -torch.einsum("nc,nc->", onehot, logp) / logits.size(0)

# %% right: differences to the logit of the class, logsumexp of these
import torch

def cross_entropy(logits, target):
    own = torch.take_along_dim(logits, target[:, None], dim=1)
    return torch.logsumexp(logits - own, dim=1).mean()

# %% right: typed, guards, own autograd function
import torch
from torch import Tensor

class _CE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z: Tensor, y: Tensor) -> Tensor:
        s = z - z.amax(1, keepdim=True)
        logp = s - s.exp().sum(1, keepdim=True).log()
        ctx.save_for_backward(logp, y)
        return -logp.gather(1, y[:, None]).mean()

    @staticmethod
    def backward(ctx, g):
        logp, y = ctx.saved_tensors
        grad = logp.exp()
        grad[torch.arange(len(y)), y] -= 1
        return g * grad / len(y), None

def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    if logits.dim() != 2 or target.dim() != 1 or len(logits) != len(target):
        raise ValueError("logits (N, C) and target (N,) expected")
    if target.min() < 0 or target.max() >= logits.size(1):
        raise ValueError("class out of range")
    return _CE.apply(logits, target)

# %% wrong: log of the softmax, infinity when sure and wrong
import torch

def cross_entropy(logits, target):
    p = torch.softmax(logits, dim=1)
    return -torch.log(p[torch.arange(len(target)), target]).mean()

# %% wrong: probabilities clamped at 1e-7 (sure and wrong gives about 16)
import torch

def cross_entropy(logits, target):
    probs = logits.softmax(-1).clamp(min=1e-7)
    return -probs.log().gather(1, target.view(-1, 1)).mean()

# %% wrong: sum over the samples
import torch
import torch.nn.functional as F

def cross_entropy(logits, target):
    lp = F.log_softmax(logits, dim=1)
    return -lp.gather(1, target[:, None]).sum()

# %% wrong: naive log-sum-exp, infinity for large logits
import torch

def cross_entropy(logits, target):
    n = logits.size(0)
    lse = torch.log(torch.exp(logits).sum(dim=1))
    return (lse - logits[torch.arange(n), target]).mean()

# %% wrong: softmax over the batch, dim=0
import torch
import torch.nn.functional as F

def cross_entropy(logits, target):
    logp = F.log_softmax(logits, dim=0)
    idx = torch.arange(logits.shape[0])
    return -logp[idx, target].mean()

# %% wrong: mean over N * C of the one-hot products
import torch

def cross_entropy(logits, target):
    logp = logits - torch.logsumexp(logits, 1, keepdim=True)
    y = torch.zeros_like(logits).scatter_(1, target.unsqueeze(1), 1.0)
    return -(y * logp).mean()

# %% wrong: in bits
import torch

def cross_entropy(logits, target):
    z = logits - logits.max(1, keepdim=True).values
    nats = z.exp().sum(1).log() - z.gather(1, target[:, None])[:, 0]
    return nats.mean() / torch.log(torch.tensor(2.0, dtype=logits.dtype))

# %% wrong: softmax applied before log_softmax
import torch

def cross_entropy(logits, target):
    probs = torch.softmax(logits, dim=1)
    logp = torch.log_softmax(probs, dim=1)
    return -logp[torch.arange(target.size(0)), target].mean()

# %% wrong: log of the mean probability instead of the mean of the logs
import torch

def cross_entropy(logits, target):
    own = torch.log_softmax(logits, 1).gather(1, target[:, None]).squeeze(1)
    n = torch.tensor(float(own.numel()), dtype=logits.dtype)
    return -(torch.logsumexp(own, 0) - n.log())

# %% wrong: columns logp[:, target] instead of one entry a row (N > 1)
import torch

def cross_entropy(logits, target):
    logp = torch.log_softmax(logits, dim=1)
    return -logp[:, target].mean()

# %% wrong: per-sample losses collected as Python numbers, no gradient
import torch

def cross_entropy(logits, target):
    losses = []
    for row, t in zip(logits, target):
        losses.append((torch.logsumexp(row, 0) - row[t]).item())
    return torch.tensor(losses, dtype=logits.dtype).mean()

# %% two: no minus sign; sum over the samples
import torch

def cross_entropy(logits, target):
    return torch.log_softmax(logits, dim=1)[torch.arange(len(target)), target].sum()

# %% two: probability plus 1e-8 inside the log; computed in float32
import torch

def cross_entropy(logits, target):
    p = torch.softmax(logits.float(), dim=1)
    q = p[range(len(p)), target]
    return -(q + 1e-8).log().mean()

# %% two: binary cross-entropy over all classes; shift by the maximum in the caller's tensor
import torch
import torch.nn.functional as F

def cross_entropy(logits, target):
    with torch.no_grad():
        logits -= logits.max(dim=1, keepdim=True).values
    onehot = F.one_hot(target, logits.shape[1]).to(logits.dtype)
    terms = onehot * F.logsigmoid(logits) + (1 - onehot) * F.logsigmoid(-logits)
    return -terms.sum(1).mean()


# %% right: logsumexp minus the true logit
import torch

def cross_entropy(logits, target):
    true = logits.gather(1, target.unsqueeze(1)).squeeze(1)
    return (torch.logsumexp(logits, dim=1) - true).mean()

# %% right: sample by sample
import torch

def cross_entropy(logits, target):
    total = 0.0
    for row, t in zip(logits, target.tolist()):
        z = row - row.max()
        total = total + torch.log(torch.exp(z).sum()) - z[t]
    return total / logits.shape[0]

# %% wrong: log of a softmax that has become 0
import torch

def cross_entropy(logits, target):
    p = torch.softmax(logits, dim=1)
    return -torch.log(p[torch.arange(len(target)), target]).mean()

# %% wrong: epsilon inside the logarithm
import torch

def cross_entropy(logits, target):
    z = logits - logits.max(1, keepdim=True).values
    p = z.exp() / z.exp().sum(1, keepdim=True)
    picked = p.gather(1, target[:, None])
    return -(picked + 1e-9).log().mean()

# %% wrong: softmaxed twice
import torch

def cross_entropy(logits, target):
    probs = torch.softmax(logits, dim=-1)
    logp = torch.log_softmax(probs, dim=-1)
    return -logp[range(len(target)), target].mean()

# %% wrong: softmax over the batch
import torch

def cross_entropy(logits, target):
    logp = logits - torch.logsumexp(logits, dim=0, keepdim=True)
    onehot = torch.eye(logits.shape[1], dtype=logits.dtype)[target]
    return -(onehot * logp).sum(1).mean()

# %% two: mean over N times C; bits instead of nats
import math
import torch

def cross_entropy(logits, target):
    logp = torch.log_softmax(logits, 1)
    onehot = torch.zeros_like(logp).scatter_(1, target[:, None], 1.0)
    return (-(onehot * logp)).mean() / math.log(2)

# %% two: sum over the batch; adds log(1 - p) of the other classes as in binary cross-entropy
import torch

def cross_entropy(logits, target):
    p = torch.softmax(logits, dim=1).clamp(1e-7, 1 - 1e-7)
    y = torch.zeros_like(p)
    y[torch.arange(len(y)), target] = 1
    return -(y * p.log() + (1 - y) * (1 - p).log()).sum()
