# %% right: vectorised, residual scaled by exp(-log_var / 2) before squaring
import torch


def gaussian_nll(mean, log_var, target):
    z = (target - mean) * torch.exp(-0.5 * log_var)
    return 0.5 * (log_var + z ** 2).mean()

# %% right: plain loop over the samples, terms stacked
import torch


def gaussian_nll(mean, log_var, target):
    """Mean negative log-likelihood of normal distributions, without the constant."""
    terms = []
    for i in range(mean.shape[0]):
        residual = target[i] - mean[i]
        precision = torch.exp(-log_var[i])
        # (r * precision) * r keeps the square small when the variance is huge
        quadratic = (residual * precision) * residual
        terms.append((log_var[i] + quadratic) / 2)
    return torch.stack(terms).mean()

# %% right: torch.distributions.Normal in float64, constant taken off again
import math

import torch
from torch.distributions import Normal


def gaussian_nll(mean, log_var, target):
    mu = mean.double()
    sigma = (log_var.double() / 2).exp()
    log_p = Normal(mu, sigma).log_prob(target.double())
    nll = -log_p.mean() - 0.5 * math.log(2 * math.pi)
    return nll.to(mean.dtype)

# %% right: dot product and one sum, divided by 2N
import torch


def gaussian_nll(mean, log_var, target):
    n = mean.numel()
    r = (mean - target) * torch.exp(log_var / -2)
    return (log_var.sum() + torch.dot(r, r)) / (2 * n)

# %% right: own autograd.Function with the derivatives worked out on paper
import torch


class _GaussNLL(torch.autograd.Function):
    @staticmethod
    def forward(ctx, mean, log_var, target):
        inv_std = torch.exp(-log_var / 2)
        z = (target - mean) * inv_std
        ctx.save_for_backward(z, inv_std)
        return torch.mean(0.5 * log_var + 0.5 * z * z)

    @staticmethod
    def backward(ctx, grad):
        z, inv_std = ctx.saved_tensors
        n = z.shape[0]
        g_mean = -grad * z * inv_std / n
        g_log_var = grad * 0.5 * (1 - z * z) / n
        return g_mean, g_log_var, -g_mean


def gaussian_nll(mean, log_var, target):
    return _GaussNLL.apply(mean, log_var, target)

# %% wrong: the half stands only before the logarithm, the quadratic term is not halved
import torch


def gaussian_nll(mean, log_var, target):
    inv_var = (-log_var).exp()
    return (0.5 * log_var + inv_var * (target - mean).pow(2)).mean()

# %% wrong: sum over N instead of mean
import torch


def gaussian_nll(mean, log_var, target):
    precision = torch.exp(-log_var)
    total = torch.zeros((), dtype=mean.dtype)
    for m, lv, w, t in zip(mean, log_var, precision, target):
        total = total + 0.5 * (lv + (t - m) ** 2 * w)
    return total

# %% wrong: log_var is taken for the variance itself (log taken again)
import torch


def gaussian_nll(mean, log_var, target):
    var = log_var
    squared_error = (target - mean) ** 2
    loss = 0.5 * (torch.log(var) + squared_error / var)
    return loss.mean()

# %% wrong: 1e-6 added to the variance, wrong for small variances
import torch


def gaussian_nll(mean, log_var, target):
    eps = 1e-6
    var = log_var.exp() + eps
    err = target - mean
    return torch.mean(0.5 * (log_var + err * (err / var)))

# %% wrong: the constant 0.5 log(2 pi) is included
import math

import torch


def gaussian_nll(mean, log_var, target):
    z = (target - mean) * (-log_var / 2).exp()
    log_prob = -0.5 * z.square() - 0.5 * log_var - 0.5 * math.log(2 * math.pi)
    return -log_prob.mean()

# %% wrong: target made a column, so the residuals broadcast to (N, N)
import torch


def gaussian_nll(mean, log_var, target):
    target = target.view(-1, 1)
    scaled = (target - mean) * torch.exp(-0.5 * log_var)
    return ((log_var + scaled ** 2) / 2).mean()

# %% wrong: the precision is detached, log_var gets no gradient from the squared error
import torch


def gaussian_nll(mean, log_var, target):
    with torch.no_grad():
        weight = torch.exp(-log_var)
    sq = (target - mean) ** 2
    return 0.5 * (log_var + weight * sq).mean()

# %% wrong: divides by exp(log_var), whose gradient overflows to inf in float32 for very negative log_var
import torch


def gaussian_nll(mean, log_var, target):
    var = torch.exp(log_var)
    return 0.5 * torch.mean(log_var + (target - mean) ** 2 / var)

# %% wrong: target is overwritten in place by the residual
import torch


def gaussian_nll(mean, log_var, target):
    target -= mean
    quad = target * torch.exp(-log_var) * target
    return (0.5 * (log_var + quad)).mean()

# %% wrong: log_var clamped to [-10, 10]
import torch


def gaussian_nll(mean, log_var, target):
    log_var = log_var.clamp(-10, 10)  # for numerical stability
    diff = mean - target
    nll = log_var + torch.exp(-log_var) * diff * diff
    return nll.mean() / 2

# %% two: no factor 1/2; sum instead of mean
import torch


def gaussian_nll(mean, log_var, target):
    return torch.sum(log_var + (target - mean) ** 2 * torch.exp(-log_var))

# %% two: multiplies by the variance instead of dividing; result has shape (1,) instead of 0-d
import torch


def gaussian_nll(mean, log_var, target):
    var = torch.exp(log_var)
    per_sample = 0.5 * (log_var + (target - mean) ** 2 * var)
    return per_sample.mean(dim=0, keepdim=True)

# %% two: divides by the standard deviation instead of the variance; result always float32
import torch


def gaussian_nll(mean, log_var, target):
    mean, log_var, target = mean.float(), log_var.float(), target.float()
    inv_sigma = torch.exp(-log_var / 2)
    return 0.5 * (log_var + inv_sigma * (target - mean) ** 2).mean()

# %% two: absolute instead of squared residual; mean is detached
import torch


def gaussian_nll(mean, log_var, target):
    distance = torch.abs(target - mean.detach())
    losses = (log_var + distance * torch.exp(-log_var)) * 0.5
    return sum(losses) / len(losses)
