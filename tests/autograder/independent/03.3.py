# %% right: soft label matrix times log-softmax
import torch
import torch.nn.functional as F

def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[1]
    y = (1 - eps) * F.one_hot(target, C).to(logits.dtype) + eps / C
    return -(y * F.log_softmax(logits, dim=1)).sum(1).mean()

# %% right: mixture of the hard loss and the uniform loss
import torch

def smooth_ce(logits, target, eps=0.1):
    logp = torch.log_softmax(logits, dim=-1)
    hard = -logp.gather(-1, target[:, None]).squeeze(-1)
    uniform = -logp.mean(dim=-1)
    return ((1.0 - eps) * hard + eps * uniform).mean()

# %% right: full_like and scatter_add, einsum
import torch

def smooth_ce(logits, target, eps=0.1):
    n, c = logits.shape
    soft = torch.full_like(logits, eps / c, requires_grad=False)
    soft = soft.scatter_add(1, target.view(n, 1), torch.full((n, 1), 1 - eps, dtype=logits.dtype))
    shifted = logits - logits.logsumexp(1, keepdim=True)
    return torch.einsum("nc,nc->", soft, shifted).neg() / n

# %% right: loops
import torch

def smooth_ce(logits, target, eps=0.1):
    N, C = logits.shape
    loss = 0
    for i in range(N):
        lse = torch.logsumexp(logits[i], 0)
        for c in range(C):
            weight = eps / C
            if c == int(target[i]):
                weight += 1 - eps
            loss = loss + weight * (lse - logits[i, c])
    return loss / N

# %% right: logsumexp minus the expected logit under the soft labels
import torch

def smooth_ce(logits, target, eps=0.1):
    m = logits.detach().max(dim=1, keepdim=True).values
    z = logits - m
    own = z[torch.arange(z.size(0)), target]
    expected = (1 - eps) * own + eps * z.mean(dim=1)
    return (z.exp().sum(dim=1).log() - expected).mean()

# %% right: helper for the labels, types and guards
import torch
from torch import Tensor

def _soften(target: Tensor, C: int, eps: float, dtype: torch.dtype) -> Tensor:
    return torch.eye(C, dtype=dtype)[target].mul(1 - eps).add(eps / C)

def smooth_ce(logits: Tensor, target: Tensor, eps: float = 0.1) -> Tensor:
    if not 0.0 <= eps <= 1.0:
        raise ValueError("eps must lie in [0, 1]")
    if logits.ndim != 2 or target.shape != logits.shape[:1]:
        raise ValueError("logits (N, C), target (N,)")
    labels = _soften(target, logits.shape[1], eps, logits.dtype)
    per_sample = torch.sum(labels * torch.log_softmax(logits, 1), dim=1)
    return per_sample.mean().neg()

# %% wrong: eps spread over the C - 1 other classes
import torch
import torch.nn.functional as F

def smooth_ce(logits, target, eps=0.1):
    C = logits.size(1)
    onehot = F.one_hot(target, C).to(logits.dtype)
    y = onehot * (1 - eps) + (1 - onehot) * eps / (C - 1)
    return -(y * torch.log_softmax(logits, 1)).sum(dim=1).mean()

# %% wrong: the true class gets 1 - eps, the others eps / C, so the labels do not sum to 1
import torch

def smooth_ce(logits, target, eps=0.1):
    N, C = logits.shape
    y = torch.full((N, C), eps / C, dtype=logits.dtype)
    y[torch.arange(N), target] = 1 - eps
    return -(y * torch.log_softmax(logits, dim=1)).sum(1).mean()

# %% wrong: mean over the classes too, divides by N * C
import torch

def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[-1]
    y = torch.eye(C, dtype=logits.dtype)[target] * (1 - eps) + eps / C
    return -(y * (logits - logits.logsumexp(-1, keepdim=True))).mean()

# %% wrong: eps not divided by C
import torch

def smooth_ce(logits, target, eps=0.1):
    logp = torch.log_softmax(logits, 1)
    nll = -logp.gather(1, target.unsqueeze(1)).squeeze(1)
    return ((1 - eps) * nll - eps * logp.sum(1)).mean()

# %% wrong: eps ignored, always 0.1 (other eps)
import torch
import torch.nn.functional as F

def smooth_ce(logits, target, eps=0.1):
    smoothing = 0.1
    k = logits.shape[1]
    lp = F.log_softmax(logits, dim=1)
    q = F.one_hot(target, k) * (1 - smoothing) + smoothing / k
    return torch.mean(torch.sum(-q.to(lp.dtype) * lp, dim=1))

# %% wrong: eps and 1 - eps swapped
import torch

def smooth_ce(logits, target, eps=0.1):
    logq = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    a = -logq[torch.arange(len(target)), target]
    b = -logq.mean(1)
    return (eps * a + (1 - eps) * b).mean()

# %% wrong: log of the softmax, NaN or infinity for large logits
import torch

def smooth_ce(logits, target, eps=0.1):
    p = torch.softmax(logits, dim=1)
    y = torch.nn.functional.one_hot(target, p.size(1)).to(p.dtype)
    y = (1 - eps) * y + eps / p.size(1)
    return -(y * p.log()).sum(1).mean()

# %% wrong: probabilities clamped at 1e-7 before the log (differs for large logits)
import torch

def smooth_ce(logits, target, eps=0.1):
    C = logits.size(1)
    soft = torch.zeros_like(logits).scatter_(1, target[:, None], 1 - eps) + eps / C
    prob = logits.softmax(dim=1).clamp(1e-7, 1.0)
    return (soft * -prob.log()).sum(dim=1).mean()

# %% wrong: Kullback-Leibler divergence, the entropy of the labels subtracted
import torch
import torch.nn.functional as F

def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[1]
    y = (1 - eps) * F.one_hot(target, C).to(logits.dtype) + eps / C
    return F.kl_div(F.log_softmax(logits, 1), y, reduction="batchmean")

# %% wrong: smoothes the predicted probabilities instead of the labels
import torch

def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[1]
    logp = torch.log_softmax(logits, dim=1).gather(1, target[:, None]).squeeze(1)
    p = (1 - eps) * logp.exp() + eps / C
    safe = torch.where(p > 0, p, torch.ones_like(p))
    return -torch.where(p > 0, safe.log(), logp).mean()

# %% wrong: soft labels from NumPy are float64, so float32 logits give a float64 result (float32 only)
import numpy as np
import torch

def smooth_ce(logits, target, eps=0.1):
    C = logits.shape[1]
    labels = np.eye(C)[target.numpy()] * (1 - eps) + eps / C
    return -(torch.from_numpy(labels) * torch.log_softmax(logits, -1)).sum(-1).mean()

# %% two: eps spread over the others only; sum over the samples
import torch

def smooth_ce(logits, target, eps=0.1):
    lp = torch.log_softmax(logits, dim=1)
    C = lp.shape[1]
    own = lp.gather(1, target[:, None])[:, 0]
    others = lp.sum(1) - own
    return -((1 - eps) * own + eps / (C - 1) * others).sum()

# %% two: softmax over the batch, dim=0; eps ignored, plain cross-entropy
import torch

def smooth_ce(logits, target, eps=0.1):
    lp = torch.log_softmax(logits, dim=0)
    return -lp[torch.arange(len(target)), target].mean()

# %% two: computed on detached logits; eps not divided by C
import torch
import torch.nn.functional as F

def smooth_ce(logits, target, eps=0.1):
    lp = F.log_softmax(logits.detach(), dim=1)
    y = (1 - eps) * F.one_hot(target, lp.shape[1]).to(lp.dtype) + eps
    return -(y * lp).sum(1).mean()


# %% right: soft table of labels
import torch

def smooth_ce(logits, target, eps=0.1):
    n, c = logits.shape
    y = torch.full_like(logits, eps / c)
    y[torch.arange(n), target] += 1 - eps
    logp = torch.log_softmax(logits, dim=1)
    return -(y.detach() * logp).sum(1).mean()

# %% right: mixture of two losses
import torch

def smooth_ce(logits, target, eps=0.1):
    lse = torch.logsumexp(logits, 1)
    hard = lse - logits.gather(1, target[:, None])[:, 0]
    uniform = lse - logits.mean(1)
    return ((1 - eps) * hard + eps * uniform).mean()

# %% wrong: eps shared among the other C - 1 classes
import torch

def smooth_ce(logits, target, eps=0.1):
    N, C = logits.shape
    y = torch.full((N, C), eps / (C - 1), dtype=logits.dtype)
    y.scatter_(1, target.view(-1, 1), 1 - eps)
    return -(y * torch.log_softmax(logits, -1)).sum(-1).mean()

# %% wrong: the true class gets 1 - eps only
import torch

def smooth_ce(logits, target, eps=0.1):
    c = logits.size(1)
    hot = torch.nn.functional.one_hot(target, c).bool()
    y = torch.where(hot, 1 - eps, eps / c).to(logits.dtype)
    logp = logits - logits.logsumexp(1, keepdim=True)
    return -torch.einsum("nc,nc->n", y, logp).mean()

# %% wrong: smooths the predicted probabilities, not the labels
import torch

def smooth_ce(logits, target, eps=0.1):
    c = logits.shape[1]
    p = torch.softmax(logits, dim=1)
    p = (1 - eps) * p + eps / c
    return -torch.log(p.gather(1, target[:, None])).mean()

# %% wrong: mean over classes as well
import torch

def smooth_ce(logits, target, eps=0.1):
    c = logits.shape[-1]
    y = torch.eye(c, dtype=logits.dtype)[target] * (1 - eps) + eps / c
    logp = torch.log_softmax(logits, dim=-1)
    return torch.mean(-y * logp)

# %% two: eps not divided by C; logarithm of the softmax without protection
import torch

def smooth_ce(logits, target, eps=0.1):
    c = logits.shape[1]
    y = torch.nn.functional.one_hot(target, c).to(logits.dtype)
    y = (1 - eps) * y + eps
    return -(y * torch.softmax(logits, 1).log()).sum(1).mean()

# %% two: eps and 1 - eps exchanged; sum over the samples
import torch

def smooth_ce(logits, target, eps=0.1):
    logp = torch.log_softmax(logits, dim=1)
    total = 0
    for i in range(logits.shape[0]):
        total = total - eps * logp[i, target[i]] - (1 - eps) * logp[i].mean()
    return total
