# %% right: the formula in one line
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses + 0.5 * log_var).sum()

# %% right: loop over the K losses
import torch

def uncertainty_weighted(losses, log_var):
    total = losses.new_zeros(())
    for L, s in zip(losses, log_var):
        total = total + L / (2 * torch.exp(s)) + s / 2
    return total

# %% right: dot product of precisions and losses
import torch

def uncertainty_weighted(losses, log_var):
    precision = log_var.neg().exp()
    return (torch.dot(precision, losses) + log_var.sum()) / 2

# %% right: einsum and add
import torch

def uncertainty_weighted(losses, log_var):
    half = torch.full_like(log_var, 0.5).detach()
    data_term = torch.einsum("k,k,k->", half, torch.exp(-log_var), losses)
    regulariser = torch.einsum("k,k->", half, log_var)
    return data_term + regulariser

# %% right: recursion by halves
import torch

def uncertainty_weighted(losses, log_var):
    k = losses.shape[0]
    if k == 1:
        s = log_var[0]
        return 0.5 * (losses[0] * (-s).exp() + s)
    mid = k // 2
    left = uncertainty_weighted(losses[:mid], log_var[:mid])
    right = uncertainty_weighted(losses[mid:], log_var[mid:])
    return left + right

# %% wrong: mean over the losses instead of the sum
import torch

def uncertainty_weighted(losses, log_var):
    return torch.mean(0.5 * torch.exp(-log_var) * losses + 0.5 * log_var)

# %% wrong: exp(+s) instead of exp(-s)
import torch

def uncertainty_weighted(losses, log_var):
    weight = 0.5 * log_var.exp()
    return (weight * losses).sum() + 0.5 * log_var.sum()

# %% wrong: the half is missing on s
import torch

def uncertainty_weighted(losses, log_var):
    total = 0
    for k in range(len(losses)):
        total = total + 0.5 * torch.exp(-log_var[k]) * losses[k] + log_var[k]
    return total

# %% wrong: s taken for the log of sigma, exp(-2s)
import torch

def uncertainty_weighted(losses, log_var):
    sigma = torch.exp(log_var)
    return torch.sum(losses / (2 * sigma ** 2) + 0.5 * log_var)

# %% wrong: the half is missing on the loss
import torch

def uncertainty_weighted(losses, log_var):
    return torch.dot(torch.exp(-log_var), losses) + log_var.sum() / 2

# %% wrong: result clamped at 0, as a loss must not be negative
import torch

def uncertainty_weighted(losses, log_var):
    terms = 0.5 * (torch.exp(-log_var) * losses + log_var)
    return terms.sum().clamp(min=0.0)

# %% wrong: losses are detached, the network gets no gradient
import torch

def uncertainty_weighted(losses, log_var):
    L = losses.detach()
    return (L * torch.exp(-log_var) / 2 + log_var / 2).sum()

# %% wrong: log variances clamped to [-10, 10] for safety
import torch

def uncertainty_weighted(losses, log_var):
    s = torch.clamp(log_var, -10.0, 10.0)
    return (0.5 * (-s).exp() * losses + 0.5 * s).sum()

# %% wrong: s/2 kept positive with log(1 + exp(s)) as in later papers
import torch
from torch.nn import functional as F

def uncertainty_weighted(losses, log_var):
    out = torch.zeros((), dtype=losses.dtype)
    for L, s in zip(losses.unbind(), log_var.unbind()):
        out = out + 0.5 * torch.exp(-s) * L + 0.5 * F.softplus(s)
    return out

# %% wrong: result cast to float32
import torch

def uncertainty_weighted(losses, log_var):
    a = losses.to(torch.float32)
    s = log_var.to(torch.float32)
    return 0.5 * torch.sum(torch.exp(-s) * a + s)

# %% two: mean instead of sum; half forgotten on both terms
import torch

def uncertainty_weighted(losses, log_var):
    return (losses * torch.exp(-log_var) + log_var).mean()

# %% two: weight 1/s instead of exp(-s); log of s as the second term
import torch

def uncertainty_weighted(losses, log_var):
    return (losses / (2 * log_var) + 0.5 * torch.log(log_var.abs())).sum()

# %% two: the second term is subtracted; log_var gets no gradient in the weight
import torch

def uncertainty_weighted(losses, log_var):
    weights = torch.exp(-log_var).detach()
    return 0.5 * (weights * losses).sum() - 0.5 * log_var.sum()

# %% two: weights normalised by softmax; result of shape (1,)
import torch

def uncertainty_weighted(losses, log_var):
    w = torch.softmax(-log_var, dim=0)
    return (0.5 * w * losses + 0.5 * log_var).sum(dim=0, keepdim=True)
