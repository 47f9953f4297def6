# %% right: if
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot / torch.dot(other, other) * other
    return g.clone()

# %% right: clamp of the dot product
import torch

def project_conflict(g, other):
    dot = (g * other).sum().clamp(max=0)
    sq = (other * other).sum()
    return g - dot / torch.where(sq > 0, sq, torch.ones_like(sq)) * other

# %% right: unit vector
import torch

def project_conflict(g, other):
    length = other.norm()
    if length == 0:
        return g.clone()
    unit = other / length
    along = torch.dot(g, unit)
    return g - torch.clamp(along, max=0.0) * unit

# %% right: plain sums in a loop
import torch

def project_conflict(g, other):
    dot = sum(float(a) * float(b) for a, b in zip(g, other))
    sq = sum(float(b) ** 2 for b in other)
    if dot >= 0 or sq == 0:
        return g + 0
    return torch.tensor([float(a) - dot / sq * float(b) for a, b in zip(g, other)], dtype=g.dtype)

# %% right: outer product as a projector
import torch

def project_conflict(g, other):
    g64, o = g.double(), other.double()
    if (g64 @ o) >= 0:
        return g.clone()
    P = torch.eye(len(o), dtype=o.dtype) - torch.outer(o, o) / (o @ o)
    return (P @ g64).to(g.dtype)

# %% right: NumPy
import numpy as np
import torch

def project_conflict(g, other):
    a, b = g.detach().numpy().astype(np.float64), other.detach().numpy().astype(np.float64)
    d = a @ b
    if d < 0:
        a = a - d / (b @ b) * b
    return torch.from_numpy(a.copy()).to(g.dtype)

# %% right: where and einsum
import torch

def project_conflict(g, other):
    dot = torch.einsum("p,p->", g, other)
    sq = torch.einsum("p,p->", other, other)
    coefficient = torch.where(dot < 0, dot / torch.where(sq == 0, torch.ones_like(sq), sq), torch.zeros_like(dot))
    return g - coefficient * other

# %% right: least squares along other
import torch

def _along(g, o):
    return (g @ o) / (o @ o) * o

def project_conflict(g, other):
    if not bool(other.any()) or torch.inner(g, other) >= 0:
        return g.clone().detach()
    return torch.sub(g, _along(g, other))

# %% wrong: always projects
import torch

def project_conflict(g, other):
    sq = torch.dot(other, other)
    if sq == 0:
        return g.clone()
    return g - torch.dot(g, other) / sq * other

# %% wrong: projects where they agree
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot > 0:
        return g - dot / torch.dot(other, other) * other
    return g.clone()

# %% wrong: divides by the norm, not its square
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot / other.norm() * other
    return g.clone()

# %% wrong: divides by the norm of g squared
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot / torch.dot(g, g) * other
    return g.clone()

# %% wrong: subtracts along g instead of other
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot / torch.dot(other, other) * g
    return g.clone()

# %% wrong: adds instead of subtracting
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g + dot / torch.dot(other, other) * other
    return g.clone()

# %% wrong: no divisor
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot * other
    return g.clone()

# %% wrong: zeros where they conflict
import torch

def project_conflict(g, other):
    return g.clone() if torch.dot(g, other) >= 0 else torch.zeros_like(g)

# %% wrong: other changed instead of g
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return other - dot / torch.dot(g, g) * g
    return g.clone()

# %% wrong: returns the part that was taken away
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return dot / torch.dot(other, other) * other
    return g.clone()

# %% wrong: other of zeros gives NaN
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    return g - torch.clamp(dot, max=0) / torch.dot(other, other) * other

# %% wrong: epsilon in the divisor too large
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot / (torch.dot(other, other) + 1e-2) * other
    return g.clone()

# %% wrong: changes g itself
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        g -= dot / torch.dot(other, other) * other
    return g

# %% wrong: conflict judged number by number
import torch

def project_conflict(g, other):
    conflict = g * other < 0
    sq = torch.dot(other, other)
    if sq == 0:
        return g.clone()
    return torch.where(conflict, g - torch.dot(g, other) / sq * other, g)

# %% wrong: divides by the product of both norms (cosine)
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot / (g.norm() * other.norm()) * other
    return g.clone()

# %% two: always projects; divides by the norm
import torch

def project_conflict(g, other):
    n = other.norm()
    return g - torch.dot(g, other) / n * other if n > 0 else g.clone()

# %% two: projects where they agree; adds
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot > 0:
        return g + dot / torch.dot(other, other) * other
    return g.clone()

# %% two: no divisor; adds
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g + dot * other
    return g.clone()

# %% two: norm of g squared; changes g itself
import torch

def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        g -= dot / torch.dot(g, g) * other
    return g

# %% two: always projects; other of zeros gives NaN
import torch

def project_conflict(g, other):
    return g - torch.dot(g, other) / torch.dot(other, other) * other
