# %% right: very short, normalize and cross_entropy
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    sim = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T
    return F.cross_entropy(sim / tau, torch.arange(len(za), device=za.device))

# %% right: two python loops over the rows, logsumexp of each list of logits
import torch

def info_nce(za, zb, tau=0.07):
    n = za.shape[0]
    unit_a = [row / row.norm() for row in za]
    unit_b = [row / row.norm() for row in zb]
    losses = []
    for i in range(n):
        logits = []
        for j in range(n):
            logits.append(torch.dot(unit_a[i], unit_b[j]) / tau)
        logits = torch.stack(logits)
        losses.append(torch.logsumexp(logits, dim=0) - logits[i])
    return torch.stack(losses).mean()

# %% right: einsum, log_softmax and the diagonal
import torch

def info_nce(za, zb, tau=0.07):
    length_a = torch.einsum("nd,nd->n", za, za).sqrt()
    length_b = torch.einsum("nd,nd->n", zb, zb).sqrt()
    cos = torch.einsum("id,jd->ij", za / length_a[:, None], zb / length_b[:, None])
    return -(cos / tau).log_softmax(dim=1).diagonal().mean()

# %% right: a class, with the largest logit of each row taken off by hand
import torch

class OneWay:
    def __init__(self, tau):
        self.scale = 1.0 / tau

    @staticmethod
    def unit(z):
        return z * z.pow(2).sum(1, keepdim=True).rsqrt()

    def __call__(self, za, zb):
        a, b = self.unit(za), self.unit(zb)
        logits = self.scale * a.matmul(b.t())
        top = logits.detach().amax(dim=1, keepdim=True)
        shifted = logits - top
        denom = shifted.exp().sum(dim=1).log()
        return (denom - shifted.diag()).mean()

def info_nce(za, zb, tau=0.07):
    return OneWay(tau)(za, zb)

# %% right: the cosine from the squared distance of the unit rows
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    a = F.normalize(za, p=2, dim=-1)
    b = F.normalize(zb, p=2, dim=-1)
    d2 = (a.unsqueeze(1) - b.unsqueeze(0)).square().sum(dim=-1)
    logits = (1.0 - 0.5 * d2) / tau
    gap = logits - torch.diagonal(logits).unsqueeze(1)
    return torch.logsumexp(gap, dim=1).mean()

# %% right: over-long, with checks and a recursive logaddexp over halves of the columns
import torch

def _unit_rows(z):
    length = torch.linalg.vector_norm(z, dim=1, keepdim=True)
    return z / length

def _log_sum(cols):
    # cols: (N, m) -> (N,), log of the sum of the exponentials along the columns
    m = cols.shape[1]
    if m == 1:
        return cols[:, 0]
    half = m // 2
    left = _log_sum(cols[:, :half])
    right = _log_sum(cols[:, half:])
    return torch.logaddexp(left, right)

def info_nce(za, zb, tau=0.07):
    if za.dim() != 2 or zb.dim() != 2:
        raise ValueError("za and zb must be matrices")
    if za.shape != zb.shape:
        raise ValueError("za and zb must have the same shape")
    if za.dtype != zb.dtype:
        raise TypeError("za and zb must have the same dtype")
    if tau <= 0:
        raise ValueError("tau must be positive")
    a = _unit_rows(za)
    b = _unit_rows(zb)
    logits = torch.mm(a, b.transpose(0, 1)) / tau
    own = (a * b).sum(dim=1) / tau
    per_row = _log_sum(logits) - own
    loss = per_row.sum() / per_row.shape[0]
    return loss

# %% wrong: averages both directions instead of only a to b
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    a, b = F.normalize(za, dim=1), F.normalize(zb, dim=1)
    logits = a @ b.T / tau
    target = torch.arange(za.shape[0], device=za.device)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2

# %% wrong: the softmax runs over the rows of za, so it is the direction b to a
import torch

def info_nce(za, zb, tau=0.07):
    a = za / torch.linalg.vector_norm(za, dim=1, keepdim=True)
    b = zb / torch.linalg.vector_norm(zb, dim=1, keepdim=True)
    logits = torch.einsum("id,jd->ij", a, b) / tau
    return (torch.logsumexp(logits, dim=0) - logits.diagonal()).mean()

# %% wrong: the labels are all 0 as in MoCo, where the partner stands in the first column
import torch
import torch.nn.functional as F

class Contrast(torch.nn.Module):
    def __init__(self, tau):
        super().__init__()
        self.tau = tau

    def forward(self, q, k):
        logits = F.normalize(q, dim=-1).mm(F.normalize(k, dim=-1).t()).div(self.tau)
        labels = torch.zeros(q.shape[0], dtype=torch.long, device=q.device)
        return F.cross_entropy(logits, labels)

def info_nce(za, zb, tau=0.07):
    return Contrast(tau)(za, zb)

# %% wrong: the default of tau is 0.1 instead of 0.07
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.1):
    sim = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T
    return F.cross_entropy(sim / tau, torch.arange(len(za), device=za.device))

# %% wrong: scales the columns to length 1 instead of the rows
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    a = F.normalize(za, dim=0)
    b = F.normalize(zb, dim=0)
    logp = F.log_softmax(torch.matmul(a, b.transpose(0, 1)) / tau, dim=-1)
    return -torch.diagonal(logp).mean()

# %% wrong: the own partner is left out of the sum in the denominator
import torch

def info_nce(za, zb, tau=0.07):
    n = za.shape[0]
    a = za / za.norm(dim=1, keepdim=True)
    b = zb / zb.norm(dim=1, keepdim=True)
    logits = a @ b.t() / tau
    eye = torch.eye(n, dtype=torch.bool, device=za.device)
    negatives = logits.masked_fill(eye, float("-inf"))
    return (torch.logsumexp(negatives, dim=1) - logits[eye]).mean()

# %% wrong: adds 1e-8 inside the logarithm, so the loss of a row never exceeds about 18.4
import torch

def info_nce(za, zb, tau=0.07):
    total = 0.0
    a = za / za.norm(dim=1, keepdim=True)
    b = zb / zb.norm(dim=1, keepdim=True)
    for i in range(len(a)):
        p = torch.softmax(b @ a[i] / tau, dim=0)
        total = total - torch.log(p[i] + 1e-8)
    return total / len(a)

# %% wrong: adds 1e-6 to the lengths, so that short rows (0.0001) are not scaled to length 1
import torch
import torch.nn.functional as F

def _unit(z):
    return z / (z.norm(dim=1, keepdim=True) + 1e-6)

def info_nce(za, zb, tau=0.07):
    logits = _unit(za) @ _unit(zb).T / tau
    return F.cross_entropy(logits, torch.arange(logits.shape[0], device=za.device))

# %% wrong: zb is computed without gradient, as if it came from a momentum encoder
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    query = F.normalize(za, dim=1)
    with torch.no_grad():
        key = F.normalize(zb, dim=1)
    logits = torch.einsum("nc,mc->nm", query, key) / tau
    return F.nll_loss(F.log_softmax(logits, dim=1), torch.arange(len(query), device=za.device))

# %% wrong: the early return for N = 1 is a fresh float32 constant, without the dtype of the inputs and without gradient
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    if za.shape[0] == 1:
        return torch.tensor(0.0)
    a = F.normalize(za, dim=1)
    b = F.normalize(zb, dim=1)
    logits = a @ b.T / tau
    return (logits.logsumexp(dim=1) - logits.diagonal()).mean()

# %% two: sums over the rows instead of the mean; computes and returns in float32
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    a = F.normalize(za.float(), dim=1)
    b = F.normalize(zb.float(), dim=1)
    return F.cross_entropy(a @ b.T / tau, torch.arange(len(a), device=a.device), reduction="sum")

# %% two: multiplies by tau instead of dividing; scales the rows of the inputs in place
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    with torch.no_grad():
        za /= za.norm(dim=1, keepdim=True)
        zb /= zb.norm(dim=1, keepdim=True)
    a, b = F.normalize(za, dim=1), F.normalize(zb, dim=1)
    logits = torch.mm(a, b.t()) * tau
    return -F.log_softmax(logits, dim=1).diagonal().mean()

# %% two: the logarithm has base 2, so the result is in bits; the result has shape (1,)
import math
import torch

def info_nce(za, zb, tau=0.07):
    a = za / za.square().sum(1, keepdim=True).sqrt()
    b = zb / zb.square().sum(1, keepdim=True).sqrt()
    logits = torch.einsum("id,jd->ij", a, b) / tau
    nats = torch.logsumexp(logits, dim=1) - (a * b).sum(1) / tau
    return (nats / math.log(2)).mean(dim=0, keepdim=True)

# %% two: the rows of zb are not scaled to length 1; returns a Python number, so no tensor and no gradient
import torch
import torch.nn.functional as F

def info_nce(za, zb, tau=0.07):
    logits = F.normalize(za, dim=1) @ zb.T / tau
    losses = []
    for i, row in enumerate(logits):
        losses.append((torch.logsumexp(row, dim=0) - row[i]).item())
    return sum(losses) / len(losses)
