# %% right: very short, the residual scaled by exp(-log_var / 2) and then squared
import torch


def gaussian_nll(mean, log_var, target):
    return ((log_var + ((target - mean) * torch.exp(-log_var / 2)) ** 2) / 2).mean()

# %% right: einsum for the sum of squares, divided by 2N at the end
import torch


def gaussian_nll(mean, log_var, target):
    n = mean.shape[0]
    z = (target - mean) * (-0.5 * log_var).exp()
    squares = torch.einsum("i,i->", z, z)
    return (squares + log_var.sum()) / (2 * n)

# %% right: a loop over the samples, collected in a list and stacked
import torch


def gaussian_nll(mean, log_var, target):
    terms = []
    for mu, lv, y in zip(mean, log_var, target):
        z = (y - mu) * torch.exp(-lv / 2)
        terms.append((lv + z * z) / 2)
    return torch.stack(terms).mean()

# %% right: torch.distributions.Normal in float64, constant taken away, cast back
import math
import torch
from torch.distributions import Normal


def gaussian_nll(mean, log_var, target):
    scale = torch.exp(log_var.double() / 2)
    normal = Normal(mean.double(), scale, validate_args=False)
    full = -normal.log_prob(target.double()).mean()
    return (full - 0.5 * math.log(2 * math.pi)).to(mean.dtype)

# %% right: an autograd.Function with the gradients written by hand
import torch


class _NLL(torch.autograd.Function):
    @staticmethod
    def forward(ctx, mean, log_var, target):
        inv_sigma = torch.exp(-0.5 * log_var)
        z = (target - mean) * inv_sigma
        ctx.save_for_backward(z, inv_sigma)
        return (0.5 * (log_var + z * z)).mean()

    @staticmethod
    def backward(ctx, grad):
        z, inv_sigma = ctx.saved_tensors
        n = z.numel()
        g_target = grad * z * inv_sigma / n
        g_log_var = grad * 0.5 * (1 - z * z) / n
        return -g_target, g_log_var, g_target


def gaussian_nll(mean, log_var, target):
    return _NLL.apply(mean, log_var, target)

# %% right: over-long, a module with checks and torch.addcmul
import torch
from torch import nn


class GaussianNLL(nn.Module):
    """Mean negative log-likelihood, without 0.5 * log(2 pi)."""

    def check(self, mean, log_var, target):
        if mean.dim() != 1:
            raise ValueError("mean must have shape (N,)")
        if mean.shape != log_var.shape or mean.shape != target.shape:
            raise ValueError("the three inputs must have the same shape")
        if mean.numel() == 0:
            raise ValueError("N must be at least 1")

    def standardised(self, mean, log_var, target):
        residual = torch.sub(target, mean)
        inverse_sigma = torch.exp(torch.mul(log_var, -0.5))
        return torch.mul(residual, inverse_sigma)

    def forward(self, mean, log_var, target):
        self.check(mean, log_var, target)
        z = self.standardised(mean, log_var, target)
        doubled = torch.addcmul(log_var, z, z)
        per_sample = torch.mul(doubled, 0.5)
        return torch.mean(per_sample)


def gaussian_nll(mean, log_var, target):
    return GaussianNLL()(mean, log_var, target)

# %% wrong: the one half stands only before the logarithm, not before the squared residual
import torch


def gaussian_nll(mean, log_var, target):
    var = torch.exp(log_var)
    return torch.mean(0.5 * log_var + (target - mean) ** 2 / var)

# %% wrong: log_var is clamped to -10 .. 10, although it may run from -60 to 60
import torch
from torch import nn


class _Loss(nn.Module):
    LOW, HIGH = -10.0, 10.0

    def forward(self, mean, log_var, target):
        s = torch.clamp(log_var, self.LOW, self.HIGH)
        precision = torch.exp(-s)
        return (0.5 * (s + precision * (target - mean).square())).mean()


def gaussian_nll(mean, log_var, target):
    return _Loss()(mean, log_var, target)

# %% wrong: log_var is read as the logarithm of the standard deviation
import math
import torch


def gaussian_nll(mean, log_var, target):
    dist = torch.distributions.Normal(mean, log_var.exp(), validate_args=False)
    return -dist.log_prob(target).mean() - 0.5 * math.log(2 * math.pi)

# %% wrong: the precision is detached, so the gradient to log_var is only that of the logarithm
import torch


def gaussian_nll(mean, log_var, target):
    precision = torch.exp(-log_var).detach()
    err = (target - mean) ** 2
    return 0.5 * (log_var + precision * err).mean()

# %% wrong: 1e-6 is added to the variance, which changes the result for very small variances
import torch


def gaussian_nll(mean, log_var, target):
    eps = 1e-6
    var = log_var.exp() + eps
    sq = torch.pow(target - mean, 2)
    return torch.addcdiv(log_var, sq, var).mul(0.5).mean()

# %% wrong: divides the mean squared error by the mean variance instead of dividing sample by sample
import torch
import torch.nn.functional as F


def gaussian_nll(mean, log_var, target):
    mse = F.mse_loss(mean, target)
    return 0.5 * (log_var.mean() + mse / log_var.exp().mean())

# %% wrong: the sum starts from torch.zeros(1), so the result has shape (1,) and is not 0-d
import torch


def gaussian_nll(mean, log_var, target):
    total = torch.zeros(1, dtype=mean.dtype)
    n = mean.shape[0]
    for i in range(n):
        d = target[i] - mean[i]
        total = total + 0.5 * (log_var[i] + d * d * torch.exp(-log_var[i]))
    return total / n

# %% wrong: the residual is another name for mean and is subtracted in place, so mean is changed
import torch


def gaussian_nll(mean, log_var, target):
    residual = mean
    residual -= target
    z = residual * torch.exp(-0.5 * log_var)
    return (log_var + z * z).mean() / 2

# %% wrong: everything is turned into float32, so a float64 input gives a float32 result
import torch


def gaussian_nll(mean, log_var, target):
    mu, lv, y = (t.to(torch.float32) for t in (mean, log_var, target))
    z = (y - mu) * torch.exp(-lv / 2)
    return 0.5 * (torch.einsum("n,n->", z, z) + lv.sum()) / len(z)

# %% wrong: the constant 0.5 * log(2 pi) is left in
import math
import torch


def gaussian_nll(mean, log_var, target):
    def log_density(y, mu, lv):
        return -0.5 * (math.log(2 * math.pi) + lv + (y - mu) ** 2 * torch.exp(-lv))

    return log_density(target, mean, log_var).mean().neg()

# %% two: the factor one half is missing; it sums over the samples instead of taking the mean
import torch


def gaussian_nll(mean, log_var, target):
    return torch.sum(log_var + (target - mean) ** 2 * torch.exp(-log_var))

# %% two: the constant 0.5 * log(2 pi) is included; negative log-variances are cut off at 0
import math
import torch
import torch.nn.functional as F


def gaussian_nll(mean, log_var, target):
    lv = F.relu(log_var)
    z2 = (target - mean).square() / lv.exp()
    return (0.5 * (lv + z2 + math.log(2 * math.pi))).mean()

# %% two: multiplies by the variance instead of dividing by it; divides by N - 1 instead of N
import torch


def gaussian_nll(mean, log_var, target):
    n = mean.shape[0]
    weighted = (target - mean) ** 2 * torch.exp(log_var)
    return 0.5 * (log_var + weighted).sum() / (n - 1)

# %% two: the absolute residual over sigma stands in place of its square; the gradient to mean is cut off by detach
import torch


def gaussian_nll(mean, log_var, target):
    sigma = torch.exp(log_var / 2)
    z = torch.abs(target - mean.detach()) / sigma
    return (0.5 * (log_var + z)).mean()
