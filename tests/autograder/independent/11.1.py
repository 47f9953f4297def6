# %% right: the formula
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses + 0.5 * log_var).sum()

# %% right: loop
import torch

def uncertainty_weighted(losses, log_var):
    total = torch.zeros((), dtype=losses.dtype, device=losses.device)
    for L, s in zip(losses, log_var):
        total = total + 0.5 * (torch.exp(-s) * L + s)
    return total

# %% right: dot product and sum
import torch

def uncertainty_weighted(losses, log_var):
    return 0.5 * (torch.dot(losses, log_var.neg().exp()) + log_var.sum())

# %% right: einsum
import torch

def uncertainty_weighted(losses, log_var):
    return (torch.einsum("k,k->", losses, torch.exp(-log_var)) + log_var.sum()) / 2

# %% right: divided by the variance
import torch

def uncertainty_weighted(losses, log_var):
    var = log_var.exp()
    return torch.sum(losses / (2 * var)) + torch.sum(log_var) / 2

# %% right: by the standard deviation
import torch

def uncertainty_weighted(losses, log_var):
    sigma = torch.exp(log_var / 2)
    return (losses / (2 * sigma**2) + torch.log(sigma)).sum()

# %% right: list of terms, stacked
import torch

def uncertainty_weighted(losses, log_var):
    terms = [0.5 * losses[k] * (-log_var[k]).exp() + log_var[k] / 2 for k in range(len(losses))]
    return torch.stack(terms).sum()

# %% right: helper with the shapes given
import torch

def _one(loss, s):
    return loss * torch.exp(-s) + s

def uncertainty_weighted(losses: torch.Tensor, log_var: torch.Tensor) -> torch.Tensor:
    if losses.shape != log_var.shape:
        raise ValueError("one log variance a loss")
    return torch.mean(_one(losses, log_var)) * len(losses) * 0.5

# %% wrong: no half before the weighted loss
import torch

def uncertainty_weighted(losses, log_var):
    return (torch.exp(-log_var) * losses + 0.5 * log_var).sum()

# %% wrong: no half before s
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses + log_var).sum()

# %% wrong: no halves at all
import torch

def uncertainty_weighted(losses, log_var):
    return (torch.exp(-log_var) * losses + log_var).sum()

# %% wrong: sign of s in the exponent
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(log_var) * losses + 0.5 * log_var).sum()

# %% wrong: mean over the losses
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses + 0.5 * log_var).mean()

# %% wrong: the regulariser is forgotten
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses).sum()

# %% wrong: s taken as the log of the standard deviation
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-2 * log_var) * losses + log_var).sum()

# %% wrong: s taken as the variance
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * losses / log_var + 0.5 * torch.log(log_var.abs())).sum()

# %% wrong: s subtracted
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses - 0.5 * log_var).sum()

# %% wrong: weights detached
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var.detach()) * losses + 0.5 * log_var).sum()

# %% wrong: losses detached
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses.detach() + 0.5 * log_var).sum()

# %% wrong: not summed
import torch

def uncertainty_weighted(losses, log_var):
    return 0.5 * torch.exp(-log_var) * losses + 0.5 * log_var

# %% wrong: regulariser clamped at 0 so that the loss is never negative
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses + 0.5 * log_var.clamp(min=0)).sum()

# %% wrong: softmax of -s as weights
import torch

def uncertainty_weighted(losses, log_var):
    w = torch.softmax(-log_var, dim=0)
    return (0.5 * w * losses + 0.5 * log_var).sum()

# %% wrong: regulariser log(1 + exp(s)) as in a later paper
import torch
import torch.nn.functional as F

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses + 0.5 * F.softplus(log_var)).sum()

# %% two: no half before the loss; mean
import torch

def uncertainty_weighted(losses, log_var):
    return (torch.exp(-log_var) * losses + 0.5 * log_var).mean()

# %% two: sign in the exponent; regulariser forgotten
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(log_var) * losses).sum()

# %% two: sign in the exponent; s subtracted
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(log_var) * losses - 0.5 * log_var).sum()

# %% two: regulariser forgotten; mean
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var) * losses).mean()

# %% two: no half before s; weights detached
import torch

def uncertainty_weighted(losses, log_var):
    return (0.5 * torch.exp(-log_var).detach() * losses + log_var).sum()
