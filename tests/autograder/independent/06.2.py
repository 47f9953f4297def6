# %% right: softmax, weights normalised, broadcast
import torch

def average_probs(logits, w):
    p = torch.softmax(logits, dim=-1)
    return (p * w[:, None, None]).sum(dim=0) / w.sum()

# %% right: einsum with normalised weights
import torch

def average_probs(logits, w):
    return torch.einsum("m,mnc->nc", w / w.sum(), logits.softmax(dim=2))

# %% right: loop over the models
import torch
import torch.nn.functional as F

def average_probs(logits, w):
    total = torch.zeros_like(logits[0])
    norm = torch.zeros_like(w[0])
    for weight, scores in zip(w, logits):
        total = total + weight * F.softmax(scores, dim=1)
        norm = norm + weight
    return total / norm

# %% right: own stable softmax, tensordot
import torch

def average_probs(logits, w):
    shifted = logits - logits.amax(dim=-1, keepdim=True).detach()
    e = shifted.exp()
    probs = e / e.sum(dim=-1, keepdim=True)
    return torch.tensordot(w, probs, dims=1) / torch.sum(w)

# %% right: exp of log_softmax, matrix product over a flattened view, with guards
import torch

def average_probs(logits: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    if logits.dim() != 3 or w.shape != logits.shape[:1]:
        raise ValueError("logits (M, N, C) and w (M,)")
    if bool((w < 0).any()) or not bool((w > 0).any()):
        raise ValueError("weights must be >= 0, one above 0")
    m, n, c = logits.shape
    probs = torch.log_softmax(logits, dim=-1).exp().reshape(m, n * c)
    return torch.matmul(w.div(w.sum()), probs).reshape(n, c)

# %% right: closure for a single sample
import torch

def average_probs(logits, w):
    share = w / torch.sum(w)

    def mix(sample):
        return share @ torch.softmax(sample, dim=1)

    return torch.stack([mix(s) for s in logits.unbind(dim=1)])

# %% wrong: averages the logits and then applies softmax
import torch

def average_probs(logits, w):
    share = (w / w.sum()).view(-1, 1, 1)
    return torch.softmax((share * logits).sum(dim=0), dim=-1)

# %% wrong: not divided by the sum of the weights
import torch

def average_probs(logits, w):
    return torch.einsum("m,mnc->nc", w, torch.softmax(logits, dim=-1))

# %% wrong: divided by the number of models instead of the sum of the weights
import torch

def average_probs(logits, w):
    probs = logits.softmax(-1)
    weighted = probs * w.reshape(-1, 1, 1)
    return weighted.mean(dim=0)

# %% wrong: softmax over the weights
import torch

def average_probs(logits, w):
    alpha = torch.softmax(w, dim=0)
    probabilities = torch.softmax(logits, dim=2)
    return torch.einsum("m,mnc->nc", alpha, probabilities)

# %% wrong: geometric mean, averages the log-probabilities
import torch

def average_probs(logits, w):
    logp = torch.log_softmax(logits, dim=-1)
    avg = (w[:, None, None] * logp).sum(0) / w.sum()
    return torch.softmax(avg, dim=-1)

# %% wrong: softmax over the samples instead of the classes
import torch
import torch.nn.functional as F

def average_probs(logits, w):
    p = F.softmax(logits, dim=1)
    return torch.tensordot(w / w.sum(), p, dims=([0], [0]))

# %% wrong: naive exp, overflow for large logits
import torch

def average_probs(logits, w):
    e = torch.exp(logits)
    p = e / e.sum(dim=2, keepdim=True)
    out = sum(w[m] * p[m] for m in range(len(w)))
    return out / w.sum()

# %% wrong: sum of the weights clamped to at least 1 (wrong when they add up to less)
import torch

def average_probs(logits, w):
    p = torch.softmax(logits, dim=-1)
    total = w.sum().clamp(min=1.0)
    return (w.unsqueeze(-1).unsqueeze(-1) * p).sum(dim=0) / total

# %% wrong: normalising sum detached, gradient of w is wrong
import torch

def average_probs(logits, w):
    z = w.sum().item()
    probs = torch.softmax(logits, dim=-1)
    return torch.einsum("mnc,m->nc", probs, w) / z

# %% wrong: hard votes, one-hot of the argmax in place of the probabilities
import torch
import torch.nn.functional as F

def average_probs(logits, w):
    soft = torch.softmax(logits, dim=-1)
    hard = F.one_hot(logits.argmax(dim=-1), logits.shape[-1]).to(logits.dtype)
    votes = hard + soft - soft.detach()
    return (votes * w[:, None, None]).sum(0) / w.sum()

# %% wrong: weights ignored, plain mean
import torch

def average_probs(logits, w):
    keep = w * 0 + 1
    p = torch.softmax(logits, dim=-1)
    return (keep[:, None, None] * p).sum(dim=0) / keep.sum()

# %% two: average of the logits before softmax; not divided by the sum of the weights
import torch

def average_probs(logits, w):
    return torch.softmax(torch.einsum("m,mnc->nc", w, logits), dim=-1)

# %% two: squared weights; float32 result
import torch

def average_probs(logits, w):
    w2 = w.float() ** 2
    p = torch.softmax(logits.float(), dim=-1)
    return (p * w2.view(-1, 1, 1)).sum(dim=0) / w2.sum()

# %% two: softmax over the models; divided by M
import torch

def average_probs(logits, w):
    p = torch.softmax(logits, dim=0)
    return (p * w[:, None, None]).sum(0) / logits.shape[0]


# %% right: einsum
import torch

def average_probs(logits, w):
    p = torch.softmax(logits, dim=-1)
    w = w / w.detach().max()
    return torch.einsum("m,mnc->nc", w / w.sum(), p)

# %% right: loop over the models
import torch

def average_probs(logits, w):
    scale = float(w.max())
    share = w / scale
    share = share / share.sum()
    out = torch.zeros_like(logits[0])
    for m in range(logits.shape[0]):
        z = logits[m] - logits[m].max(dim=1, keepdim=True).values
        e = z.exp()
        out = out + share[m] * e / e.sum(dim=1, keepdim=True)
    return out

# %% wrong: averages the logits, then softmax
import torch

def average_probs(logits, w):
    a = w / w.sum()
    return torch.softmax((a[:, None, None] * logits).sum(0), dim=-1)

# %% wrong: not divided by the sum of the weights
import torch

def average_probs(logits, w):
    p = torch.softmax(logits, 2)
    return (p * w.view(-1, 1, 1)).sum(0)

# %% wrong: softmax of the weights
import torch

def average_probs(logits, w):
    return torch.einsum("m,mnc->nc", torch.softmax(w, 0), torch.softmax(logits, -1))

# %% wrong: epsilon in the denominator, weights may be tiny
import torch

def average_probs(logits, w):
    p = logits.softmax(dim=-1)
    num = torch.tensordot(w, p, dims=1)
    return num / (w.sum() + 1e-8)

# %% two: softmax over the samples; divided by the number of models
import torch

def average_probs(logits, w):
    p = torch.softmax(logits, dim=1)
    return (p * w[:, None, None]).mean(dim=0)

# %% two: geometric mean of the probabilities; weights ignored
import torch

def average_probs(logits, w):
    logp = torch.log_softmax(logits, dim=-1)
    return torch.softmax(logp.mean(dim=0), dim=-1)
