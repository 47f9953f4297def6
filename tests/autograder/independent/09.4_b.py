# %% right: loops and logsumexp
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    n = len(z)
    costs = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        friends = [j for j in others if labels[j] == labels[i]]
        if friends:
            below = torch.logsumexp(s[i, others], 0)
            costs.append(torch.stack([below - s[i, p] for p in friends]).mean())
    return torch.stack(costs).mean() if costs else z.sum() * 0

# %% right: drops the diagonal by reshaping
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    def off(m):
        return m.flatten()[1:].view(n - 1, n + 1)[:, :-1].reshape(n, n - 1)
    s = off(torch.mm(z, z.t())) / tau
    same = off(labels.view(-1, 1) == labels.view(1, -1))
    logp = torch.log_softmax(s, 1)
    many = same.sum(1)
    keep = many > 0
    if not keep.any():
        return z.new_zeros(())
    each = (logp * same).sum(1)[keep] / many[keep]
    return -each.mean()

# %% right: cross-entropy with soft targets
import torch
import torch.nn.functional as F

def supcon_loss(z: torch.Tensor, labels: torch.Tensor, tau: float = 0.1) -> torch.Tensor:
    eye = torch.eye(len(z), dtype=torch.bool)
    s = (z @ z.mT / tau).masked_fill(eye, torch.finfo(z.dtype).min)
    p = ((labels[:, None] == labels[None]) & ~eye).to(z.dtype)
    has = p.sum(1) > 0
    if has.sum() == 0:
        return (0 * z).sum()
    p = p[has] / p[has].sum(1, keepdim=True)
    return F.cross_entropy(s[has], p)

# %% right: class by class
import torch

def supcon_loss(z, labels, tau=0.1):
    s = torch.einsum("id,jd->ij", z, z) / tau
    s = s - torch.diag_embed(torch.full((len(z),), float("inf"), dtype=z.dtype)) if False else s
    lse = torch.stack([torch.logsumexp(torch.cat([row[:i], row[i + 1 :]]), 0) for i, row in enumerate(s)])
    total, count = s.sum() * 0, 0
    for c in labels.unique():
        rows = (labels == c).nonzero()[:, 0]
        k = len(rows)
        if k < 2:
            continue
        block = s[rows][:, rows]
        friends = (block.sum(1) - block.diagonal()) / (k - 1)
        total = total + (lse[rows] - friends).sum()
        count += k
    return total / max(count, 1)

# %% right: a helper class with lazy parts
from functools import cached_property
import torch

class Batch:
    def __init__(self, z, labels, tau):
        self.z, self.labels, self.tau = z, labels, tau

    @cached_property
    def self_pair(self):
        return torch.eye(self.z.shape[0], dtype=torch.bool)

    @cached_property
    def positives(self):
        return self.labels.unsqueeze(0).eq(self.labels.unsqueeze(1)) & ~self.self_pair

    @cached_property
    def log_prob(self):
        s = self.z @ self.z.T / self.tau
        return s - s.masked_fill(self.self_pair, -torch.inf).logsumexp(1, keepdim=True)

def supcon_loss(z, labels, tau=0.1):
    b = Batch(z, labels, tau)
    n = b.positives.sum(1)
    row = -torch.where(b.positives, b.log_prob, torch.zeros_like(b.log_prob)).sum(1)
    return (row / n.clamp(min=1)).sum() / (n > 0).sum().clamp(min=1)

# %% wrong: i itself is in the denominator
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.logsumexp(1, keepdim=True)
    n = p.sum(1)
    row = -(logp * p).sum(1) / n.clamp(min=1)
    return row.sum() / (n > 0).sum().clamp(min=1)

# %% wrong: i itself is a positive
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = labels[:, None] == labels
    alone = p.sum(1) < 2
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True)
    row = -(logp * p).sum(1) / p.sum(1)
    return row[~alone].mean() if (~alone).any() else z.sum() * 0

# %% wrong: mean over all samples, those alone included as 0
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True)
    n = p.sum(1)
    return (-(logp.masked_fill(~p, 0)).sum(1) / n.clamp(min=1)).mean()

# %% wrong: the denominator has only the other classes
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    same = labels[:, None] == labels
    eye = torch.eye(len(z), dtype=torch.bool)
    p = same & ~eye
    total, count = z.sum() * 0, 0
    for i in range(len(z)):
        for_pos = s[i][p[i]]
        if len(for_pos) == 0:
            continue
        neg = s[i][~same[i]]
        each = torch.stack([torch.logsumexp(torch.cat([q[None], neg]), 0) - q for q in for_pos])
        total, count = total + each.mean(), count + 1
    return total / max(count, 1)

# %% wrong: logarithm of the mean
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True)
    n = p.sum(1)
    has = n > 0
    if not has.any():
        return z.sum() * 0
    row = logp[has].masked_fill(~p[has], -torch.inf).logsumexp(1) - n[has].to(z.dtype).log()
    return -row.mean()

# %% wrong: NaN when all are alone
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True)
    has = p.any(1)
    row = -logp.masked_fill(~p, 0)[has].sum(1) / p[has].sum(1)
    return row.mean()

# %% wrong: rows scaled to length 1 again
import torch
import torch.nn.functional as F

def supcon_loss(z, labels, tau=0.1):
    z = F.normalize(z, dim=1)
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True)
    n = p.sum(1)
    return (-logp.masked_fill(~p, 0).sum(1) / n.clamp(min=1)).sum() / (n > 0).sum().clamp(min=1)

# %% wrong: exp without the maximum overflows for small tau
import torch

def supcon_loss(z, labels, tau=0.1):
    eye = torch.eye(len(z), dtype=torch.bool)
    e = torch.exp(z @ z.T / tau).masked_fill(eye, 0)
    p = (labels[:, None] == labels) & ~eye
    logp = torch.log(e / e.sum(1, keepdim=True))
    n = p.sum(1)
    return (-torch.where(p, logp, torch.zeros_like(logp)).sum(1) / n.clamp(min=1)).sum() / (n > 0).sum().clamp(min=1)

# %% wrong: mean over all positive pairs instead of per sample first
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True)
    return -logp.masked_fill(~p, 0).sum() / p.sum().clamp(min=1)

# %% wrong: only the first positive counts
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    n = len(z)
    costs = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        for p in others:
            if labels[p] == labels[i]:
                costs.append(torch.logsumexp(s[i, others], 0) - s[i, p])
                break
    return torch.stack(costs).mean() if costs else z.sum() * 0

# %% two: i itself below the line; tau forgotten
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.logsumexp(1, keepdim=True)
    n = p.sum(1)
    return (-(logp * p).sum(1) / n.clamp(min=1)).sum() / (n > 0).sum().clamp(min=1)

# %% two: sum over the positives; mean over all samples
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True)
    return -logp.masked_fill(~p, 0).sum() / len(z)

# %% two: sign missing; times tau
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T * tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True)
    n = p.sum(1)
    return (logp.masked_fill(~p, 0).sum(1) / n.clamp(min=1)).sum() / (n > 0).sum().clamp(min=1)

# %% two: denominator detached; mean over all samples
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    eye = torch.eye(len(z), dtype=torch.bool)
    p = (labels[:, None] == labels) & ~eye
    logp = s - s.masked_fill(eye, -torch.inf).logsumexp(1, keepdim=True).detach()
    n = p.sum(1)
    return (-logp.masked_fill(~p, 0).sum(1) / n.clamp(min=1)).mean()
