# %% right: the two costs compared
def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fp <= p * c_fn

# %% right: loop
import torch

def cost_threshold(p, c_fp, c_fn):
    out = []
    for q in p.tolist():
        out.append((1 - q) * c_fp <= q * c_fn)
    return torch.tensor(out, dtype=torch.bool)

# %% right: threshold
def cost_threshold(p, c_fp, c_fn):
    return p >= c_fp / (c_fp + c_fn)

# %% right: torch.le
import torch

def cost_threshold(p, c_fp, c_fn):
    treat = torch.mul(1.0 - p, c_fp)
    wait = torch.mul(p, c_fn)
    return torch.le(treat, wait)

# %% right: not strictly larger
def cost_threshold(p, c_fp, c_fn):
    return ~((1 - p) * c_fp > c_fn * p)

# %% right: NumPy
import numpy as np
import torch

def cost_threshold(p, c_fp, c_fn):
    q = p.detach().numpy()
    return torch.from_numpy(np.less_equal((1 - q) * c_fp, q * c_fn))

# %% right: argmin over both actions, treating first
import torch

def cost_threshold(p, c_fp, c_fn):
    costs = torch.stack([(1 - p) * c_fp, p * c_fn], dim=1)
    return costs.argmin(dim=1) == 0

# %% right: helper, difference
def _saved(p, c_fp, c_fn):
    return p * c_fn - (1 - p) * c_fp

def cost_threshold(p, c_fp, c_fn):
    return _saved(p, c_fp, c_fn).ge(0)

# %% wrong: strictly smaller
def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fp < p * c_fn

# %% wrong: costs swapped
def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fn <= p * c_fp

# %% wrong: threshold 0.5
def cost_threshold(p, c_fp, c_fn):
    return p >= 0.5

# %% wrong: threshold c_fn / (c_fp + c_fn)
def cost_threshold(p, c_fp, c_fn):
    return p >= c_fn / (c_fp + c_fn)

# %% wrong: threshold c_fp / c_fn
def cost_threshold(p, c_fp, c_fn):
    return p * c_fn >= c_fp

# %% wrong: probabilities swapped
def cost_threshold(p, c_fp, c_fn):
    return p * c_fp <= (1 - p) * c_fn

# %% wrong: whom not to treat
def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fp > p * c_fn

# %% wrong: floats
def cost_threshold(p, c_fp, c_fn):
    return ((1 - p) * c_fp <= p * c_fn).to(p.dtype)

# %% wrong: the costs of both instead of the decision
import torch

def cost_threshold(p, c_fp, c_fn):
    return torch.minimum((1 - p) * c_fp, p * c_fn)

# %% wrong: one number, the threshold
import torch

def cost_threshold(p, c_fp, c_fn):
    return torch.tensor(c_fp / (c_fp + c_fn))

# %% wrong: weights with a square root
import math

def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * math.sqrt(c_fp) <= p * math.sqrt(c_fn)

# %% wrong: missed illness costs without the probability
def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fp <= c_fn

# %% wrong: row numbers
def cost_threshold(p, c_fp, c_fn):
    return ((1 - p) * c_fp <= p * c_fn).nonzero().flatten()

# %% wrong: costs rounded to whole numbers
def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * int(c_fp) <= p * int(c_fn)

# %% wrong: compares with the mean of the costs over the rows
def cost_threshold(p, c_fp, c_fn):
    return p >= ((1 - p) * c_fp).mean() / (p * c_fn + (1 - p) * c_fp).mean()

# %% two: costs swapped; strictly smaller
def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fn < p * c_fp

# %% two: threshold 0.5; strictly
def cost_threshold(p, c_fp, c_fn):
    return p > 0.5

# %% two: whom not to treat; costs swapped
def cost_threshold(p, c_fp, c_fn):
    return (1 - p) * c_fn > p * c_fp

# %% two: strictly smaller; floats
def cost_threshold(p, c_fp, c_fn):
    return ((1 - p) * c_fp < p * c_fn).float()

# %% two: threshold c_fp / c_fn; strictly
def cost_threshold(p, c_fp, c_fn):
    return p * c_fn > c_fp
