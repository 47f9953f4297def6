# %% right: sum over experts minus (M - 1) prior, log_softmax
import torch
from torch.nn import functional as F

def product_of_experts(log_p, log_prior):
    """log of the product of M posteriors over the prior to the power M - 1, normalised: (M, N, C) to (N, C)."""
    M = log_p.shape[0]
    return F.log_softmax(log_p.sum(dim=0) - (M - 1) * log_prior, dim=-1)

# %% right: evidence form: prior plus what each expert adds to it, then logsumexp taken off
import torch

def product_of_experts(log_p, log_prior):
    evidence = (log_p - log_prior).sum(0)
    joint = log_prior + evidence
    return joint - torch.logsumexp(joint, dim=1, keepdim=True)

# %% right: recursion: two experts are joined at a time, each time over the prior
import torch

def product_of_experts(log_p, log_prior):
    def join(experts):
        if len(experts) == 1:
            return experts[0]
        half = len(experts) // 2
        left, right = join(experts[:half]), join(experts[half:])
        return torch.log_softmax(left + right - log_prior, dim=-1)

    return torch.log_softmax(join(list(log_p)), dim=-1)

# %% right: loop over experts and samples, maximum taken off by hand
import torch

def product_of_experts(log_p, log_prior):
    M, N, C = log_p.shape
    rows = []
    for n in range(N):
        score = log_p[0, n]
        for m in range(1, M):
            score = score + log_p[m, n]
            score = score - log_prior
        top = score.max().detach()
        shifted = score - top
        norm = torch.log(torch.sum(torch.exp(shifted)))
        rows.append(shifted - norm)
    return torch.stack(rows, dim=0)

# %% right: einsum with weights 1 for the experts, prior with weight 1 - M, done in float64 and cast back
import torch

def product_of_experts(log_p, log_prior):
    M = log_p.size(0)
    lp, pr = log_p.double(), log_prior.double()
    s = torch.einsum("mnc,m->nc", lp, torch.ones(M, dtype=torch.float64)) + (1 - M) * pr.view(1, -1)
    return s.log_softmax(1).to(log_p.dtype)

# %% wrong: prior not divided out at all (counted M times)
import torch
from torch.nn import functional as F

def product_of_experts(log_p, log_prior):
    total = log_p[0]
    for m in range(1, len(log_p)):
        total = total + log_p[m]
    return F.log_softmax(total, dim=1)

# %% wrong: prior to the power M instead of M - 1
import torch

def product_of_experts(log_p, log_prior):
    joint = torch.sum(log_p - log_prior, dim=0)
    return joint - joint.logsumexp(dim=-1, keepdim=True)

# %% wrong: prior taken off just once whatever M is (right only for two experts)
import torch
from torch.nn import functional as F

def product_of_experts(log_p, log_prior):
    if log_p.shape[0] == 1:
        return F.log_softmax(log_p[0], dim=-1)
    joint = log_p.sum(dim=0) - log_prior.unsqueeze(0)
    return F.log_softmax(joint, dim=-1)

# %% wrong: not normalised
import torch

def product_of_experts(log_p, log_prior):
    M = log_p.shape[0]
    out = log_p.sum(dim=0)
    return out - (M - 1) * log_prior[None, :]

# %% wrong: normalised over the samples (dim 0) instead of the classes
import torch

def product_of_experts(log_p, log_prior):
    experts = log_p.unbind(0)
    joint = sum(experts) - (len(experts) - 1) * log_prior
    return torch.log_softmax(joint, dim=0)

# %% wrong: normalised in probabilities and then log, very small ones underflow to -infinity
import torch

def product_of_experts(log_p, log_prior):
    M, N, C = log_p.shape
    joint = log_p.sum(0) - log_prior * (M - 1)
    joint = joint - joint.amax(dim=1, keepdim=True)
    p = joint.exp()
    p = p / p.sum(dim=1, keepdim=True)
    return p.log()

# %% wrong: -infinity clamped away to -1000, an excluded class comes back with a finite number
import torch
from torch.nn import functional as F

def product_of_experts(log_p, log_prior):
    safe = log_p.clamp(min=-1000.0)
    return F.log_softmax(safe.sum(0) - (safe.shape[0] - 1) * log_prior, dim=1)

# %% wrong: max(M - 1, 1), so one expert alone also loses the prior
import torch

def product_of_experts(log_p, log_prior):
    power = max(log_p.shape[0] - 1, 1)
    s = torch.einsum("mnc->nc", log_p) - power * log_prior
    return s - torch.logsumexp(s, 1, keepdim=True)

# %% wrong: the prior is detached, no gradient reaches log_prior
import torch

def product_of_experts(log_p, log_prior):
    with torch.no_grad():
        correction = (log_p.shape[0] - 1) * log_prior
    return torch.log_softmax(log_p.sum(dim=0) - correction, dim=-1)

# %% wrong: takes the number of experts from the wrong axis (N instead of M)
import torch
from torch.nn import functional as F

def product_of_experts(log_p, log_prior):
    N, M, C = log_p.shape
    combined = log_p.sum(dim=0) + (1 - M) * log_prior.reshape(1, C)
    return F.log_softmax(combined, dim=-1)

# %% two: mean over the experts instead of sum; not normalised
import torch

def product_of_experts(log_p, log_prior):
    M = len(log_p)
    return log_p.mean(dim=0) - (M - 1) * log_prior

# %% two: prior added instead of taken off; result always float32
import torch
from torch.nn import functional as F

def product_of_experts(log_p, log_prior):
    M = log_p.shape[0]
    joint = (log_p.sum(0) + (M - 1) * log_prior).float()
    return F.log_softmax(joint, dim=1)

# %% two: shifts log_p in place through .data so that each row has maximum 0 (input changed); prior to the power M
import torch

def product_of_experts(log_p, log_prior):
    M = log_p.shape[0]
    log_p.data -= log_p.data.amax(dim=-1, keepdim=True)
    joint = log_p.sum(dim=0) - M * log_prior
    return torch.log_softmax(joint, dim=-1)

# %% two: exp without the maximum taken off, so very sure disagreeing experts give log 0; squeeze loses the axis for N = 1 (and C = 1)
import torch

def product_of_experts(log_p, log_prior):
    joint = log_p.sum(0) - (log_p.shape[0] - 1) * log_prior
    norm = torch.log(torch.exp(joint).sum(1, keepdim=True))
    return (joint - norm).squeeze()
