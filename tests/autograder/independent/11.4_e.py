# %% right: short, with if
import torch


def project_conflict(g, other):
    d = g @ other
    return g - d / (other @ other) * other if d < 0 else g.clone()


# %% right: unit vector with early returns
import torch


def project_conflict(g, other):
    length = torch.linalg.vector_norm(other)
    if length == 0:
        return g
    unit = other / length
    along = torch.dot(g, unit)
    if along >= 0:
        return g
    return g - along * unit


# %% right: numpy in double precision, cast back
import numpy as np
import torch


def project_conflict(g, other):
    a = g.detach().cpu().numpy().astype(np.float64)
    o = other.detach().cpu().numpy().astype(np.float64)
    dot = float(np.inner(a, o))
    if dot < 0.0:
        a = a - (dot / float(np.inner(o, o))) * o
    return torch.from_numpy(a).to(dtype=g.dtype, device=g.device)


# %% right: plain Python floats in loops
import torch


def project_conflict(g, other):
    gs = g.tolist()
    os = other.tolist()
    dot = 0.0
    norm2 = 0.0
    for x, y in zip(gs, os):
        dot += x * y
        norm2 += y * y
    if norm2 == 0.0 or dot >= 0.0:
        return g
    c = dot / norm2
    return torch.tensor([x - c * y for x, y in zip(gs, os)], dtype=g.dtype)


# %% right: without a branch, clamp of the dot product and a safe denominator
import torch


def project_conflict(g, other):
    dot = torch.einsum("p,p->", g, other).clamp(max=0)
    norm2 = torch.einsum("p,p->", other, other)
    norm2 = torch.where(norm2 > 0, norm2, torch.ones_like(norm2))
    return g - (dot / norm2) * other


# %% right: over-long class with checks and torch.sub with alpha
import torch


class ConflictProjector:
    """One step of PCGrad between two flat gradients."""

    def __init__(self, other):
        if other.dim() != 1:
            raise ValueError("a gradient must be flat")
        self.other = other
        self.square = float(other.square().sum())

    def conflicts(self, g):
        return self.inner(g) < 0

    def inner(self, g):
        return float((g * self.other).sum())

    @torch.no_grad()
    def __call__(self, g):
        if g.shape != self.other.shape:
            raise ValueError("the gradients differ in length")
        if self.square == 0.0:
            return g.clone()
        if not self.conflicts(g):
            return g.clone()
        share = self.inner(g) / self.square
        return torch.sub(g, self.other, alpha=share)


def project_conflict(g, other):
    return ConflictProjector(other)(g)


# %% wrong: adds 1e-8 to the squared norm, which is a lot for small gradients
import torch


def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot < 0:
        return g - dot / (other.pow(2).sum() + 1e-8) * other
    return g


# %% wrong: projects always, also where the gradients agree
import torch


def project_conflict(g, other):
    norm2 = torch.sum(other * other)
    if norm2 == 0:
        return g.clone()
    return g - (torch.sum(g * other) / norm2) * other


# %% wrong: also divides where the dot product is 0, so an other of zeros gives NaN
import torch


def project_conflict(g, other):
    dot = torch.einsum("i,i", g, other)
    if dot > 0:
        return g
    return g - dot / torch.einsum("i,i", other, other) * other


# %% wrong: divides by the norm and not by its square
import torch


def project_conflict(g, other):
    dot = (g * other).sum()
    return torch.where(dot < 0, g - dot / other.norm().clamp(min=1e-30) * other, g)


# %% wrong: divides by the squared norm of g and not of other
import numpy as np
import torch


def project_conflict(g, other):
    a, o = g.numpy(), other.numpy()
    dot = a.dot(o)
    if dot >= 0:
        return g
    return torch.from_numpy(a - dot / a.dot(a) * o)


# %% wrong: subtracts in place, so g of the caller is changed
import torch


def project_conflict(g, other):
    dot = g.dot(other)
    if dot < 0:
        coef = (dot / other.dot(other)).item()
        g.sub_(other, alpha=coef)
    return g


# %% wrong: looks for the conflict number by number and sets those of unlike sign to 0
import torch


def project_conflict(g, other):
    return torch.where(g * other < 0, torch.zeros_like(g), g)


# %% wrong: asks for a dot product under -1e-6, so small gradients that conflict are left alone
import torch

TOLERANCE = 1e-6


def _dot(x, y):
    return sum(float(a) * float(b) for a, b in zip(x, y))


def project_conflict(g, other):
    dot = _dot(g, other)
    if dot > -TOLERANCE:
        return g.clone()
    return g - dot / _dot(other, other) * other


# %% wrong: works in float32, so float64 gradients come back as float32
import torch


def project_conflict(g, other):
    g = g.to(torch.float32)
    other = other.to(torch.float32)
    dot = torch.matmul(g, other)
    if dot < 0:
        g = g - dot / torch.matmul(other, other) * other
    return g


# %% wrong: stretches what is left back to the length of g
import torch


class PCGrad:
    def __call__(self, g, other):
        dot = g @ other
        if not dot < 0:
            return g
        left = g - dot / (other @ other) * other
        length = left.norm()
        if length == 0:
            return left
        return left * (g.norm() / length)


def project_conflict(g, other):
    return PCGrad()(g, other)


# %% two: the condition is the wrong way round; the norm is not squared
import torch


def project_conflict(g, other):
    dot = torch.dot(g, other)
    if dot > 0:
        return g - dot / torch.linalg.norm(other) * other
    return g


# %% two: projects other and gives that back, the roles are swapped; does so also without a conflict
import torch


def project_conflict(g, other):
    gg = (g * g).sum()
    if gg == 0:
        return other.clone()
    return other - (g * other).sum() / gg * g


# %% two: makes the result of length 1; a too large 1e-6 in the denominator
import torch
import torch.nn.functional as F


def project_conflict(g, other):
    dot = g @ other
    if dot < 0:
        g = g - dot / (other @ other + 1e-6) * other
    return F.normalize(g, dim=0)


# %% two: gives back the part that is taken away and not what is left; overwrites other on the way
import torch


def project_conflict(g, other):
    dot = float(g @ other)
    if dot < 0:
        other *= dot / float(other @ other)
        return other
    return g
