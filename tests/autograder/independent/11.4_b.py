# %% right: straight from the formula with if
import torch

def project_conflict(g, other):
    """What is left of the gradient g (P,) without the part that works against the other (P,)."""
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot / torch.dot(other, other) * other
    return g

# %% right: plain Python loops over the numbers with fsum
import math
import torch

def project_conflict(g, other):
    a = g.tolist()
    b = other.tolist()
    dot = math.fsum(x * y for x, y in zip(a, b))
    length2 = math.fsum(y * y for y in b)
    if length2 == 0 or dot >= 0:
        return g.clone()
    out = []
    for x, y in zip(a, b):
        out.append(x - dot / length2 * y)
    return torch.tensor(out, dtype=g.dtype)

# %% right: without branch: coefficient clamped to at most 0, denominator kept from 0
import torch

def project_conflict(g, other):
    c = (g @ other) / (other @ other).clamp_min(1e-30)
    return g - c.clamp(max=0) * other

# %% right: unit vector along other, in numpy float64, cast back
import numpy as np
import torch

def project_conflict(g, other):
    gn = g.detach().numpy().astype(np.float64)
    on = other.detach().numpy().astype(np.float64)
    length = np.linalg.norm(on)
    if length == 0.0:
        return g.clone()
    u = on / length
    along = np.inner(gn, u)
    return torch.from_numpy(gn - min(along, 0.0) * u).to(g.dtype)

# %% right: the best t of |g - t o|^2 by one Newton step with autograd
import torch

def project_conflict(g, other):
    with torch.enable_grad():
        g0, o = g.detach(), other.detach()
        t = torch.zeros((), dtype=g.dtype, requires_grad=True)
        loss = 0.5 * (g0 - t * o).square().sum()
        (d1,) = torch.autograd.grad(loss, t, create_graph=True)
        (d2,) = torch.autograd.grad(d1, t)
    slope = d1.detach()          # minus g . o
    if slope > 0:
        return g0 + (slope / d2) * o
    return g0.clone()

# %% wrong: divides by the norm and not by its square
import torch

def project_conflict(g, other):
    dot = (g * other).sum()
    if dot >= 0:
        return g
    return g - dot / other.norm() * other

# %% wrong: roles swapped, takes away along g over |g|^2 instead of along other
import torch

def project_conflict(g, other):
    inner = torch.dot(g, other)
    if inner < 0:
        return g - inner / torch.dot(g, g) * g
    return g.clone()

# %% wrong: always projects, also where the gradients agree
import torch

def project_conflict(g, other):
    sq = torch.sum(other ** 2)
    if sq == 0:
        return g
    return g - torch.sum(g * other) / sq * other

# %% wrong: condition the wrong way round, projects where they agree
import torch

def project_conflict(g, other):
    d = torch.einsum("p,p->", g, other)
    return g - (d / (other ** 2).sum()) * other if d > 0 else g.clone()

# %% wrong: eps 1e-8 added to |o|^2, wrong for small gradients
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    coefficient = dot / (other.pow(2).sum() + 1e-8)
    return torch.where(dot < 0, g - coefficient * other, g)

# %% wrong: <= 0 instead of < 0, so that other = 0 gives 0 / 0 = NaN
import torch

def project_conflict(g, other):
    s = torch.dot(g, other)
    if s <= 0:
        g = g - s / other.norm() ** 2 * other
    return g

# %% wrong: subtracts in place, g is changed
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot.item() < 0:
        g.sub_(other, alpha=(dot / other.dot(other)).item())
    return g

# %% wrong: conflict looked for number by number, entries of opposite sign are set to 0
import torch

def project_conflict(g, other):
    fights = g * other < 0
    return g.masked_fill(fights, 0.0)

# %% wrong: rescales what is left to the length of g
import torch
from torch.nn import functional as F

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot >= 0:
        return g
    rest = g - dot / torch.dot(other, other) * other
    return F.normalize(rest, dim=0) * g.norm()

# %% wrong: conflict only counted below a threshold of -1e-6, small conflicting gradients are left as they are
import torch

def project_conflict(g, other):
    dot = float((g.double() * other.double()).sum())
    if dot < -1e-6:
        factor = dot / float((other.double() ** 2).sum())
        return (g.double() - factor * other.double()).to(g.dtype)
    return g.clone()

# %% two: adds the part instead of taking it away; condition left out
import torch

def project_conflict(g, other):
    n = torch.dot(other, other)
    if n == 0:
        return g.clone()
    return g + torch.dot(g, other) / n * other

# %% two: mean instead of sum in the numerator; result always float32
import torch

def project_conflict(g, other):
    dot = (g * other).mean()
    if dot < 0:
        g = g - dot / (other * other).sum() * other
    return g.float()

# %% two: normalises other in place (input changed); returns the part along other and not what is left
import torch

def project_conflict(g, other):
    length = other.norm()
    if length > 0:
        other /= length
    along = torch.dot(g, other)
    if along < 0:
        return along * other
    return g

# %% two: norm not squared; g . o = 0 counts as a conflict, so other = 0 gives 0 / 0 = NaN
import torch

def project_conflict(g, other):
    dot = g @ other
    if not dot > 0:
        return g - dot / torch.sqrt((other ** 2).sum()) * other
    return g
