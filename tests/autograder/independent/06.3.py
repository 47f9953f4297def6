# %% right: sum, minus (M - 1) times the prior, log_softmax
import torch

def product_of_experts(log_p, log_prior):
    M = log_p.shape[0]
    score = log_p.sum(dim=0) - (M - 1) * log_prior
    return torch.log_softmax(score, dim=-1)

# %% right: logsumexp written out
import torch

def product_of_experts(log_p, log_prior):
    m = log_p.size(0)
    joint = log_p.sum(0) - log_prior[None, :] * (m - 1)
    return joint - torch.logsumexp(joint, dim=1, keepdim=True)

# %% right: prior plus the evidence of each expert
import torch
import torch.nn.functional as F

def product_of_experts(log_p, log_prior):
    evidence = log_p - log_prior
    return F.log_softmax(log_prior + evidence.sum(dim=0), dim=-1)

# %% right: starts with the first expert, adds the others one after the other
import torch

def product_of_experts(log_p, log_prior):
    total = log_p[0] - 0 * log_prior
    for expert in log_p[1:]:
        total = total + (expert - log_prior)
    top = total.max(dim=1, keepdim=True).values.detach()
    z = (total - top).exp().sum(dim=1, keepdim=True).log() + top
    return total - z

# %% right: einsum for the sum, guards
import torch

def product_of_experts(log_p: torch.Tensor, log_prior: torch.Tensor) -> torch.Tensor:
    if log_p.dim() != 3:
        raise ValueError("log_p must be (M, N, C)")
    if log_prior.shape != log_p.shape[-1:]:
        raise ValueError("log_prior must be (C,)")
    if log_p.dtype != log_prior.dtype:
        raise TypeError("one dtype expected")
    m, n, c = log_p.shape
    stacked = torch.cat([log_p, -log_prior.expand(m - 1, n, c)], dim=0)
    return stacked.sum(dim=0).log_softmax(dim=1)

# %% right: sample by sample, closure
import torch

def product_of_experts(log_p, log_prior):
    others = log_p.shape[0] - 1

    def combine(block):
        s = block.sum(dim=0) - others * log_prior
        return s - s.logsumexp(dim=0)

    return torch.stack([combine(log_p[:, n]) for n in range(log_p.shape[1])])

# %% wrong: the prior is divided out M times
import torch

def product_of_experts(log_p, log_prior):
    M = len(log_p)
    return torch.log_softmax(log_p.sum(0) - M * log_prior, dim=-1)

# %% wrong: the prior is not divided out at all
import torch

def product_of_experts(log_p, log_prior):
    prior_term = 0 * log_prior
    joint = torch.sum(log_p, dim=0) + prior_term
    return joint - joint.logsumexp(-1, keepdim=True)

# %% wrong: not normalised over the classes
import torch

def product_of_experts(log_p, log_prior):
    m = log_p.shape[0]
    return log_p.sum(dim=0) - (m - 1) * log_prior

# %% wrong: the prior is multiplied in instead of divided out
import torch
import torch.nn.functional as F

def product_of_experts(log_p, log_prior):
    n_experts = log_p.size(0)
    combined = log_p.sum(dim=0) + (n_experts - 1) * log_prior
    return F.log_softmax(combined, dim=1)

# %% wrong: normalised over the samples
import torch

def product_of_experts(log_p, log_prior):
    s = log_p.sum(0) - (log_p.shape[0] - 1) * log_prior
    return s - torch.logsumexp(s, dim=0, keepdim=True)

# %% wrong: multiplies probabilities outside of the log, underflow for sure experts
import torch

def product_of_experts(log_p, log_prior):
    p = log_p.exp().prod(dim=0)
    q = log_prior.exp() ** (log_p.shape[0] - 1)
    ratio = p / q
    return torch.log(ratio / ratio.sum(dim=1, keepdim=True))

# %% wrong: mean of the log-probabilities instead of their sum
import torch

def product_of_experts(log_p, log_prior):
    M = log_p.shape[0]
    pooled = log_p.mean(dim=0) - (M - 1) * log_prior
    return pooled.log_softmax(dim=-1)

# %% wrong: -infinity replaced by -100, excluded classes come back
import torch

def product_of_experts(log_p, log_prior):
    safe = torch.where(torch.isinf(log_p), torch.full_like(log_p, -100.0), log_p)
    total = safe.sum(dim=0) - (safe.shape[0] - 1) * log_prior
    return torch.log_softmax(total, dim=-1)

# %% wrong: prior detached
import torch

def product_of_experts(log_p, log_prior):
    prior = log_prior.detach()
    k = log_p.shape[0] - 1
    s = log_p.sum(dim=0)
    for _ in range(k):
        s = s - prior
    return torch.log_softmax(s, 1)

# %% wrong: log-probabilities clamped at -50 (differs for very sure experts)
import torch

def product_of_experts(log_p, log_prior):
    excluded = torch.isinf(log_p)
    bounded = torch.clamp(log_p, min=-50.0).masked_fill(excluded, float("-inf"))
    score = bounded.sum(0) - (log_p.shape[0] - 1) * log_prior
    return torch.log_softmax(score, dim=-1)

# %% wrong: returns probabilities, not their logarithm
import torch

def product_of_experts(log_p, log_prior):
    M, N, C = log_p.shape
    energy = torch.einsum("mnc->nc", log_p) - (M - 1) * log_prior.view(1, C)
    return torch.softmax(energy, dim=1)

# %% two: prior not divided out; not normalised
import torch

def product_of_experts(log_p, log_prior):
    total = log_p[0] + 0 * log_prior
    for m in range(1, len(log_p)):
        total = total + log_p[m]
    return total

# %% two: mixture (mean of the probabilities) instead of the product; returned as probabilities
import torch

def product_of_experts(log_p, log_prior):
    return log_p.exp().mean(dim=0)

# %% two: prior divided out M times; log to base 2
import math
import torch

def product_of_experts(log_p, log_prior):
    s = (log_p - log_prior).sum(dim=0)
    return torch.log_softmax(s, dim=-1) / math.log(2)


# %% right: sums of logarithms, log_softmax at the end
import torch

def product_of_experts(log_p, log_prior):
    m = log_p.shape[0]
    s = log_p.sum(0) - (m - 1) * log_prior
    return torch.log_softmax(s, dim=-1)

# %% right: prior plus evidence ratios, in a loop
import torch

def product_of_experts(log_p, log_prior):
    score = log_p[0]
    for expert in log_p[1:]:
        score = score + (expert - log_prior)
    return score - torch.logsumexp(score, dim=1, keepdim=True)

# %% wrong: prior never divided out
import torch

def product_of_experts(log_p, log_prior):
    return torch.log_softmax(log_p.sum(dim=0), dim=1)

# %% wrong: prior divided out M times
import torch

def product_of_experts(log_p, log_prior):
    ratio = log_p - log_prior
    total = ratio.sum(0)
    return total - total.logsumexp(-1, keepdim=True)

# %% wrong: not normalised
import torch

def product_of_experts(log_p, log_prior):
    M = log_p.shape[0]
    return log_p.sum(0) - (M - 1) * log_prior.unsqueeze(0)

# %% wrong: goes through the probabilities, which underflow
import torch

def product_of_experts(log_p, log_prior):
    p = torch.exp(log_p)
    prior = torch.exp(log_prior)
    prod = p.prod(dim=0) / prior ** (log_p.shape[0] - 1)
    return torch.log(prod / prod.sum(dim=1, keepdim=True))

# %% two: mean of the logarithms; prior added
import torch

def product_of_experts(log_p, log_prior):
    m = log_p.size(0)
    return torch.log_softmax(log_p.mean(0) + (m - 1) * log_prior, dim=-1)

# %% two: normalised over the samples; probabilities instead of logarithms
import torch

def product_of_experts(log_p, log_prior):
    s = log_p.sum(0) - (log_p.shape[0] - 1) * log_prior
    return torch.softmax(s, dim=0)
