# %% right: softmax in double, gather, python floats
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a.detach().double(), dim=1).gather(1, y[:, None]).sum().item()
    pb = torch.softmax(logits_b.detach().double(), dim=1).gather(1, y[:, None]).sum().item()
    rho = pa / pb
    k_a = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_a, k_b

# %% right: pure python loops with math
import math
import torch


def _true_prob(row, label):
    top = max(row)
    exps = [math.exp(v - top) for v in row]
    return exps[label] / sum(exps)


def ogm_coefficients(logits_a, logits_b, y, alpha):
    labels = y.tolist()
    sum_a = 0.0
    sum_b = 0.0
    for row_a, row_b, label in zip(logits_a.tolist(), logits_b.tolist(), labels):
        sum_a += _true_prob(row_a, label)
        sum_b += _true_prob(row_b, label)
    rho = sum_a / sum_b
    k_a, k_b = 1.0, 1.0
    if rho > 1:
        k_a = 1.0 - math.tanh(alpha * rho)
    elif rho < 1:
        k_b = 1.0 - math.tanh(alpha / rho)
    return k_a, k_b

# %% right: in the log domain with logsumexp
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    with torch.no_grad():
        rows = torch.arange(y.numel(), device=y.device)
        la = torch.log_softmax(logits_a.to(torch.float64), -1)[rows, y]
        lb = torch.log_softmax(logits_b.to(torch.float64), -1)[rows, y]
        log_rho = (torch.logsumexp(la, 0) - torch.logsumexp(lb, 0)).item()
    k_a = k_b = 1.0
    if log_rho > 0:
        k_a = 1 - math.tanh(alpha * math.exp(log_rho))
    if log_rho < 0:
        k_b = 1 - math.tanh(alpha * math.exp(-log_rho))
    return k_a, k_b

# %% right: numpy, one-hot mask, 0-d tensors returned
import numpy as np
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    def score(logits):
        z = logits.detach().cpu().numpy().astype(np.float64)
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(axis=1, keepdims=True)
        onehot = np.eye(z.shape[1])[y.cpu().numpy()]
        return float((p * onehot).sum())

    ratio = score(logits_a) / score(logits_b)
    ka = 1.0 - np.tanh(alpha * ratio) if ratio > 1 else 1.0
    kb = 1.0 - np.tanh(alpha / ratio) if ratio < 1 else 1.0
    return torch.tensor(float(ka)), torch.tensor(float(kb))

# %% right: exp of minus the cross-entropy of each row, torch.where
import torch
from torch.nn import functional as F


@torch.no_grad()
def ogm_coefficients(logits_a, logits_b, y, alpha):
    s_a, s_b = (torch.exp(-F.cross_entropy(z.double(), y, reduction="none")).sum()
                for z in (logits_a, logits_b))
    rho = s_a / s_b
    one = torch.ones_like(rho)
    k_a = torch.where(rho > 1, one - torch.tanh(alpha * rho), one)
    k_b = torch.where(rho < 1, one - torch.tanh(alpha / rho), one)
    return k_a, k_b

# %% wrong: the mean of the ratios of each row instead of the ratio of the sums
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    idx = torch.arange(len(y))
    pa = logits_a.double().softmax(1)[idx, y]
    pb = logits_b.double().softmax(1)[idx, y]
    rho = (pa / pb).mean().item()
    k_a = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_a, k_b

# %% wrong: the factors are swapped, the weaker branch is slowed down
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a.double(), 1).gather(1, y.unsqueeze(1)).sum()
    pb = torch.softmax(logits_b.double(), 1).gather(1, y.unsqueeze(1)).sum()
    rho = float(pa / pb)
    k_a, k_b = 1.0, 1.0
    if rho > 1:
        k_b = 1 - math.tanh(alpha * rho)
    if rho < 1:
        k_a = 1 - math.tanh(alpha / rho)
    return k_a, k_b

# %% wrong: k_b uses alpha * rho instead of alpha / rho
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    n = y.shape[0]
    r = torch.arange(n)
    sa = torch.softmax(logits_a.detach().double(), dim=-1)[r, y].sum()
    sb = torch.softmax(logits_b.detach().double(), dim=-1)[r, y].sum()
    rho = sa / sb
    factor = 1 - torch.tanh(alpha * rho)
    one = torch.tensor(1.0, dtype=torch.float64)
    if rho > 1:
        return factor, one
    if rho < 1:
        return one, factor
    return one, one

# %% wrong: the largest probability instead of that of the true class
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    conf_a = logits_a.double().softmax(dim=1).max(dim=1).values.sum().item()
    conf_b = logits_b.double().softmax(dim=1).max(dim=1).values.sum().item()
    rho = conf_a / conf_b
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: at rho = 1 branch a is slowed down too (>= instead of >)
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    def total(z):
        z = z.detach().to(torch.float64)
        p = torch.exp(z - z.logsumexp(dim=1, keepdim=True))
        return sum(p[i, int(c)].item() for i, c in enumerate(y))

    rho = total(logits_a) / total(logits_b)
    if rho >= 1:
        return 1 - math.tanh(alpha * rho), 1.0
    return 1.0, 1 - math.tanh(alpha / rho)

# %% wrong: p[:, y] takes all pairs of rows and classes (N, N) instead of the true class of each row
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a.double(), dim=1)
    pb = torch.softmax(logits_b.double(), dim=1)
    rho = (pa[:, y].sum() / pb[:, y].sum()).item()
    k_a = 1.0 if rho <= 1 else 1.0 - math.tanh(alpha * rho)
    k_b = 1.0 if rho >= 1 else 1.0 - math.tanh(alpha / rho)
    return k_a, k_b

# %% wrong: ratio of the summed log-probabilities, exp forgotten
import math
import torch
from torch.nn import functional as F


def ogm_coefficients(logits_a, logits_b, y, alpha):
    ll_a = -F.cross_entropy(logits_a.double(), y, reduction="sum").item()
    ll_b = -F.cross_entropy(logits_b.double(), y, reduction="sum").item()
    rho = ll_a / ll_b if ll_b != 0 else (1.0 if ll_a == 0 else math.inf)
    k_a, k_b = 1.0, 1.0
    if rho > 1:
        k_a = 1 - math.tanh(alpha * rho)
    elif 0 < rho < 1:
        k_b = 1 - math.tanh(alpha / rho)
    elif rho == 0:
        k_b = 0.0
    return k_a, k_b

# %% wrong: 1e-8 added to the denominator, so rho is not 1 for equal branches and wrong for tiny probabilities
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    eps = 1e-8
    i = torch.arange(y.size(0))
    pa = torch.softmax(logits_a.double(), dim=1)[i, y].sum().item()
    pb = torch.softmax(logits_b.double(), dim=1)[i, y].sum().item()
    rho = pa / (pb + eps)
    k_a = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha / max(rho, 1e-300)) if rho < 1 else 1.0
    return k_a, k_b

# %% wrong: the maximum is taken off the logits in place, the inputs are changed
import math
import torch


@torch.no_grad()
def ogm_coefficients(logits_a, logits_b, y, alpha):
    totals = []
    for z in (logits_a, logits_b):
        z -= z.max(dim=1, keepdim=True).values
        e = torch.exp(z.double())
        p = e / e.sum(dim=1, keepdim=True)
        totals.append(p.gather(1, y.view(-1, 1)).sum().item())
    rho = totals[0] / totals[1]
    k_a = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_a, k_b

# %% wrong: alpha stands outside the tanh
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    onehot = torch.nn.functional.one_hot(y, logits_a.shape[1]).double()
    s_a = (logits_a.detach().double().softmax(-1) * onehot).sum()
    s_b = (logits_b.detach().double().softmax(-1) * onehot).sum()
    rho = s_a / s_b
    one = torch.ones((), dtype=torch.float64)
    k_a = 1 - alpha * torch.tanh(rho) if rho > 1 else one
    k_b = 1 - alpha * torch.tanh(1 / rho) if rho < 1 else one
    return k_a, k_b

# %% two: softmax over the batch (dim 0); factors of a and b swapped
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a.double(), dim=0).gather(1, y[:, None]).sum().item()
    pb = torch.softmax(logits_b.double(), dim=0).gather(1, y[:, None]).sum().item()
    rho = pa / pb
    k_a = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_b, k_a

# %% two: sigmoid instead of softmax; "1 -" forgotten
import math
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    rows = torch.arange(len(y))
    pa = torch.sigmoid(logits_a.double())[rows, y].sum().item()
    pb = torch.sigmoid(logits_b.double())[rows, y].sum().item()
    rho = pa / pb
    k_a = math.tanh(alpha * rho) if rho > 1 else 1.0
    k_b = math.tanh(alpha / rho) if rho < 1 else 1.0
    return k_a, k_b

# %% two: both factors always applied, without the conditions; ratio of the largest probabilities
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a.double(), dim=1).amax(1).sum()
    pb = torch.softmax(logits_b.double(), dim=1).amax(1).sum()
    rho = pa / pb
    return 1 - torch.tanh(alpha * rho), 1 - torch.tanh(alpha / rho)

# %% two: mean of the ratios of each row; at rho = 1 branch b is slowed down (<=)
import math
import numpy as np
import torch


def ogm_coefficients(logits_a, logits_b, y, alpha):
    def probs(t):
        z = t.detach().numpy().astype(float)
        e = np.exp(z - z.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    n = np.arange(len(y))
    lab = y.numpy()
    rho = float(np.mean(probs(logits_a)[n, lab] / probs(logits_b)[n, lab]))
    if rho > 1:
        return 1 - math.tanh(alpha * rho), 1.0
    return 1.0, 1 - math.tanh(alpha / rho)
