# %% right: multiplies by exp(-log_var)
import torch

def gaussian_nll(mean, log_var, target):
    return (0.5 * (log_var + (target - mean) ** 2 * torch.exp(-log_var))).mean()

# %% right: residual scaled by exp(-log_var / 2), then squared
import torch

def gaussian_nll(mean, log_var, target):
    z = (target - mean) * (-0.5 * log_var).exp()
    return torch.mean(log_var + z * z) / 2

# %% right: loop over samples
import torch

def gaussian_nll(mean, log_var, target):
    losses = []
    for mu, lv, y in zip(mean, log_var, target):
        precision = torch.exp(-lv)
        losses.append(0.5 * lv + 0.5 * precision * (y - mu) ** 2)
    return sum(losses) / len(losses)

# %% right: einsum of precision and squared residual
import torch

def gaussian_nll(mean, log_var, target):
    n = mean.shape[0]
    res = target - mean
    quad = torch.einsum("n,n,n->", res, res * torch.exp(-log_var), torch.ones_like(res))
    return 0.5 * (log_var.sum() + quad) / n

# %% right: closure over the batch, typed, with a guard
import torch
from torch import Tensor

def gaussian_nll(mean: Tensor, log_var: Tensor, target: Tensor) -> Tensor:
    if not (mean.shape == log_var.shape == target.shape):
        raise ValueError("the three inputs must have one shape")

    def per_sample() -> Tensor:
        inv_var = log_var.neg().exp()
        return log_var + inv_var * torch.square(target - mean)

    return per_sample().mean().mul(0.5)

# %% right: own autograd function with the gradients by hand
import torch

class _NLL(torch.autograd.Function):
    @staticmethod
    def forward(ctx, mu, lv, y):
        prec = torch.exp(-lv)
        r = mu - y
        ctx.save_for_backward(prec, r)
        return 0.5 * (lv + r * r * prec).mean()

    @staticmethod
    def backward(ctx, g):
        prec, r = ctx.saved_tensors
        n = r.numel()
        dmu = g * r * prec / n
        dlv = g * 0.5 * (1 - r * r * prec) / n
        return dmu, dlv, -dmu

def gaussian_nll(mean, log_var, target):
    return _NLL.apply(mean, log_var, target)

# %% wrong: log_var is divided by as if it were the variance
import torch

def gaussian_nll(mean, log_var, target):
    return (0.5 * (log_var + (target - mean) ** 2 / log_var)).mean()

# %% wrong: takes the logarithm of log_var once more
import torch

def gaussian_nll(mean, log_var, target):
    inv = torch.exp(-log_var)
    return 0.5 * (torch.log(log_var) + inv * (target - mean) ** 2).mean()

# %% wrong: no one half
import torch

def gaussian_nll(mean, log_var, target):
    return (log_var + torch.exp(-log_var) * (target - mean).pow(2)).mean()

# %% wrong: the one half only in front of the residual, not of the logarithm
import torch

def gaussian_nll(mean, log_var, target):
    resid = target - mean
    return (log_var + 0.5 * resid * resid * torch.exp(-log_var)).mean()

# %% wrong: sign of log_var, multiplies by the variance
import torch

def gaussian_nll(mean, log_var, target):
    var = log_var.exp()
    return torch.mean(0.5 * log_var + 0.5 * var * (target - mean) ** 2)

# %% wrong: adds the constant log(2 pi) / 2
import math
import torch

def gaussian_nll(mean, log_var, target):
    nll = 0.5 * (math.log(2 * math.pi) + log_var + (target - mean) ** 2 * (-log_var).exp())
    return nll.mean()

# %% wrong: adds 1e-6 to the variance (differs for strongly negative log_var)
import torch

def gaussian_nll(mean, log_var, target):
    var = torch.exp(log_var) + 1e-6
    return 0.5 * (log_var + (target - mean) ** 2 / var).mean()

# %% wrong: log_var clamped to -10 .. 10 (differs outside)
import torch

def gaussian_nll(mean, log_var, target):
    lv = torch.clamp(log_var, min=-10.0, max=10.0)
    return (0.5 * (lv + (target - mean) ** 2 * torch.exp(-lv))).mean()

# %% wrong: divides by sigma instead of sigma squared
import torch

def gaussian_nll(mean, log_var, target):
    sigma = torch.exp(0.5 * log_var)
    return torch.mean(0.5 * (log_var + (target - mean).square() / sigma))

# %% wrong: division by exp(log_var), whose float32 gradient towards log_var overflows (log_var near -60 in float32 only)
import torch

def gaussian_nll(mean, log_var, target):
    variance = torch.exp(log_var)
    sq_err = (target - mean) ** 2
    return 0.5 * (log_var + sq_err / variance).mean()

# %% wrong: variance detached in the quadratic term, as for a stop-gradient weighting (gradient to log_var)
import torch

def gaussian_nll(mean, log_var, target):
    weight = torch.exp(-log_var).detach()
    return 0.5 * torch.mean(log_var + weight * (target - mean) ** 2)

# %% two: sum instead of the mean; absolute error
import torch

def gaussian_nll(mean, log_var, target):
    return 0.5 * (log_var + (target - mean).abs() * torch.exp(-log_var)).sum()

# %% two: sign of the logarithm, -log_var; no one half
import torch

def gaussian_nll(mean, log_var, target):
    err = (mean - target) ** 2
    return (err * torch.exp(-log_var) - log_var).mean()

# %% two: exp(log_var) counted as sigma; float32 result
import torch

def gaussian_nll(mean, log_var, target):
    log_sigma = log_var.float()
    z = (target.float() - mean.float()) * torch.exp(-log_sigma)
    return (0.5 * (log_sigma + z ** 2)).mean()


# %% right: exp(-log_var)
import torch

def gaussian_nll(mean, log_var, target):
    return (0.5 * (log_var + (target - mean) ** 2 * torch.exp(-log_var))).mean()

# %% right: standardised residual, loop
import torch

def gaussian_nll(mean, log_var, target):
    parts = []
    for mu, lv, y in zip(mean, log_var, target):
        r = (y - mu) / torch.exp(0.5 * lv)
        parts.append(lv / 2 + r * r / 2)
    return torch.stack(parts).mean()

# %% wrong: log_var taken for the logarithm of sigma
import torch

def gaussian_nll(mean, log_var, target):
    sigma = torch.exp(log_var)
    z = (target - mean) / sigma
    return (0.5 * log_var + 0.5 * z ** 2).mean()

# %% wrong: log_var treated as the variance itself
import torch

def gaussian_nll(mean, log_var, target):
    var = log_var
    return (0.5 * (torch.log(var) + (target - mean).pow(2) / var)).mean()

# %% wrong: the constant log(2 pi) added
import math
import torch

def gaussian_nll(mean, log_var, target):
    nll = 0.5 * (math.log(2 * math.pi) + log_var + (target - mean) ** 2 / log_var.exp())
    return nll.mean()

# %% wrong: variance floored at 1e-6
import torch

def gaussian_nll(mean, log_var, target):
    var = torch.exp(log_var).clamp(min=1e-6)
    return 0.5 * torch.mean(torch.log(var) + (mean - target) ** 2 / var)

# %% two: factor one half missing; sum over the batch
import torch

def gaussian_nll(mean, log_var, target):
    prec = torch.exp(-log_var)
    return torch.sum(log_var + prec * (target - mean) ** 2)

# %% two: multiplies by the variance; log term subtracted
import torch

def gaussian_nll(mean, log_var, target):
    var = log_var.exp()
    return (0.5 * ((target - mean) ** 2 * var - log_var)).mean()
