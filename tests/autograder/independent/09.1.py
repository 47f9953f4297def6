# %% right: normalize and cross_entropy
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    logits = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T / tau
    return F.cross_entropy(logits, torch.arange(len(za), device=za.device))

# %% right: logsumexp minus diagonal
import torch

def info_nce(za, zb, tau=0.07):
    a = za / za.norm(dim=1, keepdim=True)
    b = zb / zb.norm(dim=1, keepdim=True)
    s = torch.einsum("id,jd->ij", a, b) / tau
    return (torch.logsumexp(s, dim=1) - torch.diagonal(s)).mean()

# %% right: double loop
import torch

def info_nce(za, zb, tau=0.07):
    unit = lambda v: v / torch.sqrt((v * v).sum())
    A = [unit(r) for r in za]
    B = [unit(r) for r in zb]
    losses = []
    for i, a in enumerate(A):
        row = torch.stack([(a * b).sum() for b in B]) / tau
        losses.append(-torch.log_softmax(row, dim=0)[i])
    return torch.stack(losses).mean()

# %% right: log_softmax and nll_loss
import torch
from torch import Tensor
from torch.nn import functional as F

def info_nce(za: Tensor, zb: Tensor, tau: float = 0.07) -> Tensor:
    if tau <= 0:
        raise ValueError("tau must be positive")
    if za.shape != zb.shape:
        raise ValueError("za and zb must have one shape")
    sim = torch.matmul(F.normalize(za, p=2, dim=-1), F.normalize(zb, p=2, dim=-1).t())
    logp = F.log_softmax(sim / tau, dim=-1)
    target = torch.arange(za.size(0), device=za.device)
    return F.nll_loss(logp, target)

# %% right: exponentials by hand with the row maximum taken off
import torch

def info_nce(za, zb, tau=0.07):
    na = (za ** 2).sum(1).sqrt()
    nb = (zb ** 2).sum(1).sqrt()
    cos = (za @ zb.T) / (na[:, None] * nb[None, :])
    z = cos / tau
    z = z - z.max(dim=1, keepdim=True).values.detach()
    denom = z.exp().sum(dim=1)
    return (denom.log() - z.diag()).mean()

# %% right: softplus-free form with differences to the positive
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    n = za.shape[0]
    cos = F.normalize(za, dim=-1).mm(F.normalize(zb, dim=-1).transpose(0, 1))
    pos = cos[torch.arange(n), torch.arange(n)]
    gap = (cos - pos.unsqueeze(1)) / tau
    return gap.logsumexp(dim=1).sum() / n

# %% wrong: both directions averaged as in CLIP
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    za, zb = F.normalize(za, dim=-1), F.normalize(zb, dim=-1)
    logits = za @ zb.t() / tau
    labels = torch.arange(logits.shape[0], device=logits.device)
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2

# %% wrong: the other direction, b among the rows of a
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za, dim=1), F.normalize(zb, dim=1)
    sim = torch.mm(b, a.T).div(tau)
    return F.cross_entropy(sim, torch.arange(sim.size(0)))

# %% wrong: dot products of rows that are not scaled to length 1
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    scores = (za @ zb.T) / tau
    idx = torch.arange(za.shape[0], device=za.device)
    return F.cross_entropy(scores, idx)

# %% wrong: multiplies by tau
import torch

def info_nce(za, zb, tau=0.07):
    a = za / za.norm(dim=1, keepdim=True)
    b = zb / zb.norm(dim=1, keepdim=True)
    logits = tau * (a @ b.T)
    return -logits.log_softmax(1).diagonal().mean()

# %% wrong: sum over the batch in place of the mean (differs for N > 1)
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    x = F.normalize(za, dim=1)
    y = F.normalize(zb, dim=1)
    return F.cross_entropy(x @ y.T / tau, torch.arange(x.shape[0]), reduction="sum")

# %% wrong: the positive is left out of the sum below the line (decoupled loss, differs for N > 1)
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    n = za.shape[0]
    s = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T / tau
    pos = s.diagonal()
    if n == 1:
        return (pos * 0).sum()
    off = ~torch.eye(n, dtype=torch.bool, device=s.device)
    neg = s[off].view(n, n - 1)
    return (torch.logsumexp(neg, dim=1) - pos).mean()

# %% wrong: tau is ignored, 0.07 is hard-coded
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    temperature = 0.07
    q = F.normalize(za, dim=-1)
    k = F.normalize(zb, dim=-1)
    logits = torch.einsum("nc,mc->nm", q, k) / temperature
    return F.cross_entropy(logits, torch.arange(q.size(0), device=q.device))

# %% wrong: zb is detached as MoCo's keys are, no gradient to zb
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    q = F.normalize(za, dim=1)
    k = F.normalize(zb, dim=1).detach()
    l = q @ k.T / tau
    return torch.mean(torch.logsumexp(l, 1) - (q * k).sum(1) / tau)

# %% wrong: 1e-6 added inside the logarithm (differs for badly matched rows)
import torch

def info_nce(za, zb, tau=0.07):
    a = za / za.norm(dim=1, keepdim=True)
    b = zb / zb.norm(dim=1, keepdim=True)
    p = torch.softmax(a @ b.T / tau, dim=1)
    return -torch.log(p.diagonal() + 1e-6).mean()

# %% wrong: scales along the batch axis and not along the features
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    za = F.normalize(za, dim=0)
    zb = F.normalize(zb, dim=0)
    logits = za @ zb.T / tau
    return F.cross_entropy(logits, torch.arange(len(logits)))

# %% wrong: norms clamped at 1, short rows keep their length (differs for rows shorter than 1)
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    def unit(t):
        return t / t.norm(dim=1, keepdim=True).clamp(min=1.0)
    sims = unit(za) @ unit(zb).T
    targets = torch.arange(sims.shape[0], device=sims.device)
    return F.cross_entropy(sims / tau, targets)

# %% two: NT-Xent over both views with all 2N - 2 other rows as negatives; tau hard-coded at 0.5
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    n = za.shape[0]
    z = F.normalize(torch.cat([za, zb]), dim=1)
    s = z @ z.T / 0.5
    s = s.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    target = torch.cat([torch.arange(n, 2 * n), torch.arange(0, n)])
    return F.cross_entropy(s, target)

# %% two: in bits (log2); rows not scaled
import math
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    raw = za.matmul(zb.t()) / tau
    nats = F.cross_entropy(raw, torch.arange(raw.shape[0]))
    return nats / math.log(2)

# %% two: distance in place of cosine; returns a Python float without gradient
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za, dim=1), F.normalize(zb, dim=1)
    d = torch.cdist(a, b)
    loss = F.cross_entropy(-d / tau, torch.arange(a.shape[0]))
    return loss.item()


# %% right: normalize and cross-entropy
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    logits = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T / tau
    return F.cross_entropy(logits, torch.arange(len(za)))

# %% right: by hand with logsumexp
import torch

def info_nce(za, zb, tau=0.07):
    a = za / za.norm(dim=1, keepdim=True)
    b = zb / zb.norm(dim=1, keepdim=True)
    s = torch.einsum("id,jd->ij", a, b) / tau
    return (torch.logsumexp(s, dim=1) - s.diagonal()).mean()

# %% wrong: rows not scaled to length 1
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    logits = za @ zb.T / tau
    return F.cross_entropy(logits, torch.arange(za.shape[0]))

# %% wrong: both directions averaged as in CLIP
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    s = F.normalize(za, dim=-1) @ F.normalize(zb, dim=-1).t() / tau
    y = torch.arange(s.shape[0])
    return (F.cross_entropy(s, y) + F.cross_entropy(s.t(), y)) / 2

# %% wrong: the own pair is left out below the line
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    s = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T / tau
    n = s.shape[0]
    if n == 1:
        return s.sum() * 0
    neg = s.masked_fill(torch.eye(n, dtype=torch.bool), float("-inf"))
    return (neg.logsumexp(1) - s.diag()).mean()

# %% wrong: softmax over the rows of za (b to a)
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    sim = F.cosine_similarity(za[:, None], zb[None], dim=-1) / tau
    logp = sim.log_softmax(dim=0)
    return -logp.diagonal().mean()

# %% two: multiplied by tau; sum over the rows
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    s = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T * tau
    return F.cross_entropy(s, torch.arange(len(s)), reduction="sum")

# %% two: scaled along the batch; other views of za count as negatives too
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za, dim=0), F.normalize(zb, dim=0)
    n = a.shape[0]
    ab = a @ b.T / tau
    aa = (a @ a.T / tau).masked_fill(torch.eye(n, dtype=torch.bool), float("-inf"))
    return F.cross_entropy(torch.cat([ab, aa], dim=1), torch.arange(n))
