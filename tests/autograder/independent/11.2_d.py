# %% right: softmax in double, python floats
import math

import torch
from torch.nn import functional as F


def ogm_coefficients(logits_a, logits_b, y, alpha):
    rows = torch.arange(len(y))
    pa = F.softmax(logits_a.detach().double(), dim=1)[rows, y].sum().item()
    pb = F.softmax(logits_b.detach().double(), dim=1)[rows, y].sum().item()
    rho = pa / pb
    k_a = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_a, k_b

# %% right: plain loops in python
import math


def _true_probability(row, label):
    top = max(row)
    e = [math.exp(z - top) for z in row]
    return e[label] / sum(e)


def ogm_coefficients(logits_a, logits_b, y, alpha):
    labels = y.tolist()
    score_a = math.fsum(_true_probability(r, c) for r, c in zip(logits_a.tolist(), labels))
    score_b = math.fsum(_true_probability(r, c) for r, c in zip(logits_b.tolist(), labels))
    k_a = k_b = 1.0
    if score_a > score_b:
        k_a = 1.0 - math.tanh(alpha * score_a / score_b)
    elif score_a < score_b:
        k_b = 1.0 - math.tanh(alpha * score_b / score_a)
    return k_a, k_b

# %% right: in logarithms, logsumexp of the log-probabilities
import torch
from torch.nn import functional as F


@torch.no_grad()
def ogm_coefficients(logits_a, logits_b, y, alpha):
    index = y.view(-1, 1)
    la = F.log_softmax(logits_a.double(), dim=-1).gather(1, index).logsumexp(dim=0)
    lb = F.log_softmax(logits_b.double(), dim=-1).gather(1, index).logsumexp(dim=0)
    log_rho = (la - lb).squeeze()
    one = torch.ones((), dtype=torch.float64)
    k_a = torch.where(log_rho > 0, 1 - torch.tanh(alpha * log_rho.exp()), one)
    k_b = torch.where(log_rho < 0, 1 - torch.tanh(alpha * (-log_rho).exp()), one)
    return k_a, k_b

# %% right: one-hot and einsum, both branches in one tensor
import torch
from torch.nn import functional as F


def ogm_coefficients(logits_a, logits_b, y, alpha):
    both = torch.stack([logits_a, logits_b]).detach().to(torch.float64)
    hot = F.one_hot(y, both.shape[-1]).to(torch.float64)
    sums = torch.einsum("bnc,nc->b", torch.softmax(both, dim=-1), hot)
    rho = sums[0] / sums[1]
    k = torch.ones(2, dtype=torch.float64)
    if rho > 1:
        k[0] = 1 - torch.tanh(alpha * rho)
    if rho < 1:
        k[1] = 1 - torch.tanh(alpha / rho)
    return k[0], k[1]

# %% right: numpy, softmax by hand
import numpy as np
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    idx = y.detach().cpu().numpy()

    def confidence(logits):
        z = logits.detach().cpu().numpy().astype(np.float64)
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p = p / p.sum(axis=1, keepdims=True)
        return p[np.arange(len(idx)), idx].sum()

    rho = confidence(logits_a) / confidence(logits_b)
    k_a, k_b = 1.0, 1.0
    if rho > 1.0:
        k_a = float(1.0 - np.tanh(alpha * rho))
    if rho < 1.0:
        k_b = float(1.0 - np.tanh(alpha / rho))
    return k_a, k_b

# %% wrong: ratio the other way round, the weaker branch is slowed down
import math

import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = logits_a.double().softmax(1).gather(1, y[:, None]).sum().item()
    pb = logits_b.double().softmax(1).gather(1, y[:, None]).sum().item()
    rho = pb / pa
    k_a = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_a, k_b

# %% wrong: tanh of alpha times (rho - 1), only what is above 1
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    n = torch.arange(y.numel())
    a = torch.softmax(logits_a.detach().double(), -1)[n, y].sum()
    b = torch.softmax(logits_b.detach().double(), -1)[n, y].sum()
    ahead_a = torch.relu(a / b - 1)
    ahead_b = torch.relu(b / a - 1)
    return (1 - torch.tanh(alpha * ahead_a)).item(), (1 - torch.tanh(alpha * ahead_b)).item()

# %% wrong: k_b uses alpha * rho too instead of alpha / rho
import math

import torch
from torch.nn import functional as F


def ogm_coefficients(logits_a, logits_b, y, alpha):
    with torch.no_grad():
        sa = sum(F.softmax(r.double(), 0)[t].item() for r, t in zip(logits_a, y))
        sb = sum(F.softmax(r.double(), 0)[t].item() for r, t in zip(logits_b, y))
    rho = sa / sb
    slow = 1 - math.tanh(alpha * rho)
    if rho > 1:
        return slow, 1.0
    if rho < 1:
        return 1.0, slow
    return 1.0, 1.0

# %% wrong: at rho = 1 branch a is slowed down
import math

import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    picked = []
    for logits in (logits_a, logits_b):
        p = torch.softmax(logits.detach().double(), dim=1)
        picked.append(p.gather(1, y.unsqueeze(1)).sum().item())
    rho = picked[0] / picked[1]
    if rho >= 1:
        return 1 - math.tanh(alpha * rho), 1.0
    return 1.0, 1 - math.tanh(alpha / rho)

# %% wrong: mean of the ratios per sample instead of the ratio of the sums
import math

import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    i = torch.arange(len(y))
    pa = logits_a.detach().double().softmax(-1)[i, y]
    pb = logits_b.detach().double().softmax(-1)[i, y]
    rho = float((pa / pb).mean())
    k_a = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_a, k_b

# %% wrong: largest probability instead of that of the true class
import math

import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    conf_a = torch.softmax(logits_a.double(), 1).max(dim=1).values.sum().item()
    conf_b = torch.softmax(logits_b.double(), 1).max(dim=1).values.sum().item()
    rho = conf_a / conf_b
    k_a, k_b = 1.0, 1.0
    if rho > 1:
        k_a = 1 - math.tanh(alpha * rho)
    elif rho < 1:
        k_b = 1 - math.tanh(alpha / rho)
    return k_a, k_b

# %% wrong: softmax over the samples instead of the classes
import torch
from torch.nn import functional as F


def ogm_coefficients(logits_a, logits_b, y, alpha):
    hot = F.one_hot(y, logits_a.shape[1]).double()
    pa = (F.softmax(logits_a.detach().double(), dim=0) * hot).sum()
    pb = (F.softmax(logits_b.detach().double(), dim=0) * hot).sum()
    rho = pa / pb
    k_a = 1 - torch.tanh(alpha * rho) if rho > 1 else torch.tensor(1.0)
    k_b = 1 - torch.tanh(alpha / rho) if rho < 1 else torch.tensor(1.0)
    return k_a, k_b

# %% wrong: both branches are slowed down whatever rho is
import numpy as np
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    t = y.numpy()
    sums = []
    for z in (logits_a.detach().double().numpy(), logits_b.detach().double().numpy()):
        e = np.exp(z - z.max(1, keepdims=True))
        sums.append((e / e.sum(1, keepdims=True))[np.arange(len(t)), t].sum())
    rho = sums[0] / sums[1]
    return float(1 - np.tanh(alpha * rho)), float(1 - np.tanh(alpha / rho))

# %% wrong: 1e-8 added below, equal branches are no longer equal and tiny sums go wrong
import math

import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    with torch.no_grad():
        a = torch.softmax(logits_a.double(), dim=1).gather(1, y.view(-1, 1)).sum()
        b = torch.softmax(logits_b.double(), dim=1).gather(1, y.view(-1, 1)).sum()
        rho = (a / (b + 1e-8)).item()
    k_a = 1.0
    k_b = 1.0
    if rho > 1:
        k_a = 1 - math.tanh(alpha * rho)
    if 0 < rho < 1:
        k_b = 1 - math.tanh(alpha / rho)
    return k_a, k_b

# %% wrong: ratio of geometric means, from the mean cross-entropies
import math

import torch
from torch.nn import functional as F


def ogm_coefficients(logits_a, logits_b, y, alpha):
    ce_a = F.cross_entropy(logits_a.detach().double(), y).item()
    ce_b = F.cross_entropy(logits_b.detach().double(), y).item()
    rho = math.exp(ce_b - ce_a)
    return (
        1 - math.tanh(alpha * rho) if rho > 1 else 1.0,
        1 - math.tanh(alpha / rho) if rho < 1 else 1.0,
    )

# %% two: largest probability instead of the true class; returns tanh without 1 minus
import math

import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    a = torch.softmax(logits_a.detach().double(), 1).amax(1).sum().item()
    b = torch.softmax(logits_b.detach().double(), 1).amax(1).sum().item()
    rho = a / b
    k_a = math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_a, k_b

# %% two: counts of right answers instead of probabilities; only rho - 1 goes into tanh
import math

import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    hits_a = (logits_a.argmax(1) == y).sum().item()
    hits_b = (logits_b.argmax(1) == y).sum().item()
    rho = max(hits_a, 1e-3) / max(hits_b, 1e-3)
    k_a = 1 - math.tanh(alpha * (rho - 1)) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha * (1 / rho - 1)) if rho < 1 else 1.0
    return k_a, k_b

# %% two: ratio the other way round; at rho = 1 branch a is slowed down
import math

import torch
from torch.nn import functional as F


def ogm_coefficients(logits_a, logits_b, y, alpha):
    hot = F.one_hot(y, logits_a.size(1)).double()
    a = torch.sum(F.softmax(logits_a.detach().double(), 1) * hot).item()
    b = torch.sum(F.softmax(logits_b.detach().double(), 1) * hot).item()
    rho = b / a
    if rho < 1:
        return 1.0, 1 - math.tanh(alpha / rho)
    return 1 - math.tanh(alpha * rho), 1.0

# %% two: mean of the ratios per sample; alpha outside of tanh
import math

import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    ratios = []
    for ra, rb, t in zip(logits_a.detach().double(), logits_b.detach().double(), y):
        ratios.append((ra.softmax(0)[t] / rb.softmax(0)[t]).item())
    rho = sum(ratios) / len(ratios)
    k_a = 1 - alpha * math.tanh(rho) if rho > 1 else 1.0
    k_b = 1 - alpha * math.tanh(1 / rho) if rho < 1 else 1.0
    return k_a, k_b
