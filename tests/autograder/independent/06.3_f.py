# %% right: very short, one log_softmax
import torch


def product_of_experts(log_p, log_prior):
    return torch.log_softmax(log_p.sum(0) - (len(log_p) - 1) * log_prior, dim=-1)

# %% right: a loop over the experts that takes the prior off from the second one on
import torch


def product_of_experts(log_p, log_prior):
    score = log_p[0]
    for expert in log_p[1:]:
        score = score + (expert - log_prior)
    return score - torch.logsumexp(score, dim=1, keepdim=True)

# %% right: recursion, two halves are joined and the prior is taken off once at each joint
import torch


def _join(log_p, log_prior):
    m = log_p.shape[0]
    if m == 1:
        return log_p[0].clone()
    half = m // 2
    left = _join(log_p[:half], log_prior)
    right = _join(log_p[half:], log_prior)
    return torch.log_softmax(left + right - log_prior, dim=-1)


def product_of_experts(log_p, log_prior):
    return _join(log_p, log_prior)

# %% right: a class with a hand-written normaliser that subtracts the largest score first
import torch


class Product:
    def __init__(self, log_prior):
        self.log_prior = log_prior

    def score(self, log_p):
        m = log_p.shape[0]
        return torch.einsum("mnc->nc", log_p) - (m - 1) * self.log_prior

    @staticmethod
    def normalise(s):
        top = s.amax(dim=-1, keepdim=True).detach()
        shifted = s - top
        return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()

    def __call__(self, log_p):
        return self.normalise(self.score(log_p))


def product_of_experts(log_p, log_prior):
    return Product(log_prior)(log_p)

# %% right: the logits of a torch.distributions.Categorical are already normalised
import torch
from torch.distributions import Categorical


def product_of_experts(log_p, log_prior):
    extra = log_p.shape[0] - 1
    score = torch.sum(log_p, dim=0).sub(log_prior, alpha=extra)
    return Categorical(logits=score, validate_args=False).logits

# %% right: over-long and careful, computed in float64 and cast back, early return for one expert
import torch


def product_of_experts(log_p, log_prior):
    if log_p.dim() != 3:
        raise ValueError("log_p must have shape (M, N, C)")
    experts, samples, classes = log_p.shape
    if log_prior.shape != (classes,):
        raise ValueError("log_prior must have shape (C,)")
    dtype = log_p.dtype
    if experts == 1:
        # nothing to multiply, nothing to divide
        return torch.log_softmax(log_p[0], dim=-1)
    evidence = torch.zeros(samples, classes, dtype=torch.float64, device=log_p.device)
    for m in range(experts):
        evidence = evidence + log_p[m].to(torch.float64)
    prior = log_prior.to(torch.float64)
    prior = prior.reshape(1, classes).expand(samples, classes)
    score = evidence - (experts - 1) * prior
    total = torch.logsumexp(score, dim=1, keepdim=True)
    result = score - total
    return result.to(dtype)

# %% wrong: the prior is not divided out at all
import torch
import torch.nn.functional as F


def product_of_experts(log_p, log_prior):
    return F.log_softmax(log_p.sum(dim=0), dim=-1)

# %% wrong: the prior is divided out M times instead of M - 1 times
import torch


def product_of_experts(log_p, log_prior):
    ratio = log_p - log_prior.view(1, 1, -1)
    joint = ratio.sum(0)
    return joint - joint.logsumexp(-1, keepdim=True)

# %% wrong: the result is not normalised over the classes
import torch


def product_of_experts(log_p, log_prior):
    total = log_prior
    for expert in log_p.unbind(0):
        total = total + (expert - log_prior)
    return total

# %% wrong: normalises over the samples (dim 0 of the score) instead of the classes
import torch


class PoE(torch.nn.Module):
    def forward(self, log_p, log_prior):
        m = log_p.size(0)
        score = log_p.sum(dim=0) - (m - 1) * log_prior
        return torch.nn.LogSoftmax(dim=0)(score)


def product_of_experts(log_p, log_prior):
    return PoE()(log_p, log_prior)

# %% wrong: multiplies real probabilities, which underflow to 0 for very sure experts
import torch


def product_of_experts(log_p, log_prior):
    m = log_p.shape[0]
    p = log_p.exp().prod(dim=0) / log_prior.exp() ** (m - 1)
    return torch.log(p / p.sum(dim=-1, keepdim=True))

# %% wrong: a clamp at -100 for stability changes very sure experts and lets excluded classes in again
import torch


def product_of_experts(log_p, log_prior):
    safe = log_p.clamp(min=-100.0)
    score = torch.einsum("mnc->nc", safe) - (len(safe) - 1) * log_prior
    return score.log_softmax(dim=-1)

# %% wrong: takes the average of the experts' logarithms (a geometric mean), so sure experts do not add up
import torch


def product_of_experts(log_p, log_prior):
    pooled = torch.mean(log_p, dim=0)
    return pooled - torch.logsumexp(pooled, dim=-1, keepdim=True)

# %% wrong: the prior is treated as a constant under no_grad, so no gradient reaches log_prior
import torch


def product_of_experts(log_p, log_prior):
    m = log_p.shape[0]
    with torch.no_grad():
        correction = (m - 1) * log_prior
    return torch.log_softmax(log_p.sum(dim=0) - correction, dim=-1)

# %% wrong: counts the prior by the number of samples N - 1 instead of the number of experts M - 1
import torch


def product_of_experts(log_p, log_prior):
    n_experts = log_p.shape[1]
    weights = [1 - n_experts]
    score = sum(log_p.unbind(0)) + weights[0] * log_prior
    return torch.distributions.Categorical(logits=score, validate_args=False).logits

# %% wrong: the experts after the first are divided by the prior in place, so log_p is changed
import torch


def product_of_experts(log_p, log_prior):
    rest = log_p[1:]
    rest -= log_prior
    return torch.log_softmax(log_p[0] + rest.sum(0), dim=-1)

# %% two: the prior is not divided out; returns probabilities instead of their logarithms
import torch


def product_of_experts(log_p, log_prior):
    return torch.softmax(log_p.sum(dim=0), dim=-1)

# %% two: the prior is multiplied in instead of divided out; the result is not normalised
import torch


def product_of_experts(log_p, log_prior):
    m = log_p.shape[0]
    return log_p.sum(dim=0) + (m - 1) * log_prior

# %% two: excluded classes (-infinity) are set to 0 and so come back; the prior is divided out M times
import torch


def product_of_experts(log_p, log_prior):
    clean = log_p.masked_fill(torch.isinf(log_p), 0.0)
    score = clean.sum(dim=0) - log_p.shape[0] * log_prior
    return torch.log_softmax(score, dim=-1)

# %% two: the prior's probabilities are subtracted instead of their logarithms; the result is always float32
import torch


def product_of_experts(log_p, log_prior):
    m = log_p.shape[0]
    score = log_p.float().sum(dim=0) - (m - 1) * log_prior.float().exp()
    return torch.log_softmax(score, dim=-1)
