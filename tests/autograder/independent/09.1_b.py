# %% right: normalize, matrix of cosines, cross-entropy with the diagonal
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    a = F.normalize(za, dim=1)
    b = F.normalize(zb, dim=1)
    logits = a @ b.T / tau
    return F.cross_entropy(logits, torch.arange(len(a)))


# %% right: logsumexp minus the diagonal
import torch


def info_nce(za, zb, tau=0.07):
    a = za / za.norm(dim=1, keepdim=True)
    b = zb / zb.norm(dim=1, keepdim=True)
    sim = torch.mm(a, b.t()).div(tau)
    return (torch.logsumexp(sim, dim=1) - torch.diagonal(sim)).mean()


# %% right: a loop over the anchors with a helper for the cosine
import torch


def _cos(u, v):
    return (u * v).sum() / (u.pow(2).sum().sqrt() * v.pow(2).sum().sqrt())


def info_nce(za, zb, tau=0.07):
    n = za.shape[0]
    losses = []
    for i in range(n):
        s = torch.stack([_cos(za[i], zb[j]) / tau for j in range(n)])
        s = s - s.max().detach()
        losses.append(torch.log(torch.exp(s).sum()) - s[i])
    return sum(losses) / n


# %% right: einsum and rsqrt, log_softmax with gather
import torch


def info_nce(za, zb, tau=0.07):
    ra = torch.rsqrt(torch.einsum("nd,nd->n", za, za))
    rb = torch.rsqrt(torch.einsum("md,md->m", zb, zb))
    cos = torch.einsum("nd,md,n,m->nm", za, zb, ra, rb)
    logp = torch.log_softmax(cos / tau, dim=-1)
    idx = torch.arange(za.size(0)).unsqueeze(1)
    return -logp.gather(1, idx).mean()


# %% right: -log p as log(sum of exp of differences to the own pair), F.cosine_similarity
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    cos = F.cosine_similarity(za.double()[:, None, :], zb.double()[None, :, :], dim=-1, eps=1e-30)
    gap = (cos - cos.diagonal().unsqueeze(1)) / tau
    return gap.logsumexp(dim=1).mean().to(za.dtype)


# %% wrong: dot products of the raw rows, not scaled to length 1
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    logits = za @ zb.T / tau
    return F.cross_entropy(logits, torch.arange(za.shape[0]))


# %% wrong: the other direction: softmax over the rows of za
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za, dim=-1), F.normalize(zb, dim=-1)
    logits = b @ a.T / tau
    return F.cross_entropy(logits, torch.arange(len(logits)))


# %% wrong: mean of both directions as in CLIP
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    za = F.normalize(za, dim=1)
    zb = F.normalize(zb, dim=1)
    s = za @ zb.T / tau
    y = torch.arange(s.shape[0])
    return 0.5 * (F.cross_entropy(s, y) + F.cross_entropy(s.T, y))


# %% wrong: multiplies by tau instead of dividing
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    a = F.normalize(za, dim=1)
    b = F.normalize(zb, dim=1)
    s = (a @ b.T) * tau
    return -F.log_softmax(s, dim=1).diag().mean()


# %% wrong: the own pair is left out of the denominator
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za), F.normalize(zb)
    sim = a @ b.T / tau
    pos = sim.diag()
    neg = sim.masked_fill(torch.eye(len(sim), dtype=torch.bool), float("-inf"))
    return (torch.logsumexp(neg, dim=1) - pos).mean()


# %% wrong: adds 1e-8 to the product of the lengths, which spoils the cosine of short rows
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    na = za.norm(dim=1)
    nb = zb.norm(dim=1)
    cos = (za @ zb.T) / (na[:, None] * nb[None, :] + 1e-8)
    return F.cross_entropy(cos / tau, torch.arange(za.shape[0]))


# %% wrong: normalises the columns (dim=0) instead of the rows
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    a = F.normalize(za, dim=0)
    b = F.normalize(zb, dim=0)
    logits = torch.einsum("id,jd->ij", a, b) / tau
    target = torch.arange(za.size(0), device=za.device)
    return F.cross_entropy(logits, target)


# %% wrong: sum over the anchors instead of the mean
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za, dim=1), F.normalize(zb, dim=1)
    total = 0
    for i in range(len(a)):
        s = b @ a[i] / tau
        total = total + torch.logsumexp(s, 0) - s[i]
    return total


# %% wrong: zb is treated as a fixed target, no gradient to it
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    q = F.normalize(za, dim=1)
    with torch.no_grad():
        k = F.normalize(zb, dim=1)
    return F.cross_entropy(q @ k.T / tau, torch.arange(q.shape[0]))


# %% wrong: uses the squared distance of the unit rows as a score with a positive sign
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za, dim=1), F.normalize(zb, dim=1)
    score = torch.cdist(a, b) ** 2
    return F.cross_entropy(score / tau, torch.arange(len(a)))


# %% two: tau fixed at 0.07; logarithm to base 2
import math
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    s = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T / 0.07
    return F.cross_entropy(s, torch.arange(len(s))) / math.log(2)


# %% two: scales za in place; sum instead of mean
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    za.data /= za.data.norm(dim=1, keepdim=True)
    b = F.normalize(zb, dim=1)
    return F.cross_entropy(F.normalize(za, dim=1) @ b.T / tau, torch.arange(len(b)), reduction="sum")


# %% two: also takes the other rows of za as negatives (SimCLR); divides by tau twice
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za, dim=1), F.normalize(zb, dim=1)
    cross = a @ b.T / tau ** 2
    own = (a @ a.T / tau ** 2).masked_fill(torch.eye(len(a), dtype=torch.bool), float("-inf"))
    return F.cross_entropy(torch.cat([cross, own], dim=1), torch.arange(len(a)))


# %% two: no normalisation of zb; softmax over the wrong axis
import torch
import torch.nn.functional as F


def info_nce(za, zb, tau=0.07):
    s = F.normalize(za, dim=1) @ zb.T / tau
    logp = F.log_softmax(s, dim=0)
    return -torch.diagonal(logp).mean()
