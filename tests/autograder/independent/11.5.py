# %% right: argmax and one-hot
import torch.nn.functional as F

def load_balance(probs):
    E = probs.shape[1]
    f = F.one_hot(probs.argmax(1), E).to(probs.dtype).mean(0)
    return E * (f * probs.mean(0)).sum()

# %% right: bincount
import torch

def load_balance(probs):
    B, E = probs.shape
    share = torch.bincount(probs.argmax(dim=-1), minlength=E).to(probs.dtype) / B
    return E * torch.dot(share, probs.mean(dim=0))

# %% right: loop over the experts
def load_balance(probs):
    B, E = probs.shape
    best = probs.detach().argmax(dim=1)
    total = 0
    for e in range(E):
        total = total + (best == e).sum() / B * probs[:, e].sum() / B
    return total * E

# %% right: loop over the rows, first largest
import torch

def load_balance(probs):
    B, E = probs.shape
    counts = [0] * E
    for row in probs.tolist():
        counts[row.index(max(row))] += 1
    f = torch.tensor(counts, dtype=probs.dtype) / B
    return E * (f @ probs.mean(0))

# %% right: einsum over two batches
import torch

def load_balance(probs):
    B, E = probs.shape
    with torch.no_grad():
        hot = torch.zeros_like(probs).scatter_(1, probs.argmax(1, keepdim=True), 1)
    return torch.einsum("ae,be->", hot, probs) * E / B**2

# %% right: first of equal ones by cumsum
import torch

def load_balance(probs):
    top = probs == probs.max(dim=1, keepdim=True).values
    first = top & (top.cumsum(dim=1) == 1)
    f = first.to(probs.dtype).mean(dim=0)
    return probs.shape[1] * torch.sum(f * probs.mean(dim=0))

# %% right: NumPy for the counts
import numpy as np
import torch

def load_balance(probs):
    p = probs.detach().numpy()
    share = np.bincount(p.argmax(axis=1), minlength=p.shape[1]) / len(p)
    return (torch.as_tensor(share, dtype=probs.dtype) * probs.mean(0)).sum() * p.shape[1]

# %% right: each row's P at its expert
import torch

def _shares(best, E):
    return torch.stack([(best == e).float().mean() for e in range(E)])

def load_balance(probs):
    mean = probs.mean(dim=0)
    best = probs.max(dim=1).indices
    return mean[best].mean() * probs.shape[1]

# %% wrong: without E
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return (f * probs.mean(0)).sum()

# %% wrong: multiplied by B, not E
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return len(probs) * (f * probs.mean(0)).sum()

# %% wrong: P squared instead of f P
def load_balance(probs):
    P = probs.mean(0)
    return probs.shape[1] * (P * P).sum()

# %% wrong: f squared (with no gradient)
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return probs.shape[1] * (f * f).sum() + 0 * probs.sum()

# %% wrong: counts, not shares
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).sum(0)
    return probs.shape[1] * (f * probs.mean(0)).sum()

# %% wrong: sum of the probabilities, not their mean
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return probs.shape[1] * (f * probs.sum(0)).sum()

# %% wrong: mean over the experts instead of E times the sum
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return (f * probs.mean(0)).mean()

# %% wrong: equal ones both get the row
def load_balance(probs):
    top = (probs == probs.max(1, keepdim=True).values).to(probs.dtype)
    return probs.shape[1] * (top.mean(0) * probs.mean(0)).sum()

# %% wrong: of equal ones the last
import torch.nn.functional as F

def load_balance(probs):
    E = probs.shape[1]
    best = E - 1 - probs.flip(1).argmax(1)
    f = F.one_hot(best, E).to(probs.dtype).mean(0)
    return E * (f * probs.mean(0)).sum()

# %% wrong: argmax over the rows (dim=0)
import torch

def load_balance(probs):
    B, E = probs.shape
    best = probs.argmax(dim=0)
    f = torch.bincount(best, minlength=E)[:E].to(probs.dtype) / B
    return E * (f * probs.mean(0)).sum()

# %% wrong: P detached too
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return probs.shape[1] * (f * probs.detach().mean(0)).sum()

# %% wrong: product of share and probability within each row, mean over rows
import torch.nn.functional as F

def load_balance(probs):
    hot = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype)
    return probs.shape[1] * (hot * probs).sum(1).mean()

# %% wrong: minus 1, so that even load gives 0
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return probs.shape[1] * (f * probs.mean(0)).sum() - 1

# %% wrong: the share of rows of the least likely expert
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmin(1), probs.shape[1]).to(probs.dtype).mean(0)
    return probs.shape[1] * (f * probs.mean(0)).sum()

# %% wrong: squared coefficient of variation of the load
def load_balance(probs):
    P = probs.mean(0)
    return P.var(unbiased=False) / P.mean() ** 2

# %% two: without E; counts instead of shares
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).sum(0)
    return (f * probs.mean(0)).sum()

# %% two: without E; P squared
def load_balance(probs):
    P = probs.mean(0)
    return (P * P).sum()

# %% two: counts; sums of probabilities
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).sum(0)
    return probs.shape[1] * (f * probs.sum(0)).sum()

# %% two: equal ones both get the row; without E
def load_balance(probs):
    top = (probs == probs.max(1, keepdim=True).values).to(probs.dtype)
    return (top.mean(0) * probs.mean(0)).sum()

# %% two: P detached; mean over the experts
import torch.nn.functional as F

def load_balance(probs):
    f = F.one_hot(probs.argmax(1), probs.shape[1]).to(probs.dtype).mean(0)
    return (f * probs.detach().mean(0)).mean()
