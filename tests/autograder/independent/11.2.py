# %% right: softmax and gather
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb

# %% right: loop over the rows
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    sa = sb = 0.0
    for i in range(len(y)):
        sa += float(torch.softmax(logits_a[i].double(), 0)[y[i]])
        sb += float(torch.softmax(logits_b[i].double(), 0)[y[i]])
    if sa > sb:
        return 1 - math.tanh(alpha * sa / sb), 1.0
    if sa < sb:
        return 1.0, 1 - math.tanh(alpha * sb / sa)
    return 1.0, 1.0

# %% right: tensors with where
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    n = torch.arange(len(y))
    rho = logits_a.softmax(-1)[n, y].sum() / logits_b.softmax(-1)[n, y].sum()
    one = torch.ones_like(rho)
    return torch.where(rho > 1, 1 - torch.tanh(alpha * rho), one), torch.where(rho < 1, 1 - torch.tanh(alpha / rho), one)

# %% right: cross-entropy per row, exp, mean
import torch
import torch.nn.functional as F

def ogm_coefficients(logits_a, logits_b, y, alpha):
    with torch.no_grad():
        a = torch.exp(-F.cross_entropy(logits_a, y, reduction="none")).mean()
        b = torch.exp(-F.cross_entropy(logits_b, y, reduction="none")).mean()
        rho = a / b
        k = [1.0, 1.0]
        if rho > 1:
            k[0] = float(1 - torch.tanh(alpha * rho))
        elif rho < 1:
            k[1] = float(1 - torch.tanh(alpha / rho))
    return tuple(k)

# %% right: NumPy, stable softmax
import numpy as np

def _score(z, y):
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return (e[np.arange(len(y)), y] / e.sum(axis=1)).sum()

def ogm_coefficients(logits_a, logits_b, y, alpha):
    lab = y.numpy()
    ra = _score(logits_a.detach().numpy().astype(np.float64), lab)
    rb = _score(logits_b.detach().numpy().astype(np.float64), lab)
    rho = ra / rb
    return (1 - float(np.tanh(alpha * rho)) if rho > 1 else 1.0), (1 - float(np.tanh(alpha / rho)) if rho < 1 else 1.0)

# %% right: one-hot and einsum
import torch
import torch.nn.functional as F

def ogm_coefficients(logits_a, logits_b, y, alpha):
    hot = F.one_hot(y, logits_a.shape[1]).to(logits_a.dtype)
    both = torch.softmax(torch.stack([logits_a, logits_b]).detach(), dim=-1)
    s = torch.einsum("bnc,nc->b", both, hot)
    rho = s[0] / s[1]
    ka = torch.tensor(1.0, dtype=s.dtype) if rho <= 1 else 1 - (alpha * rho).tanh()
    kb = torch.tensor(1.0, dtype=s.dtype) if rho >= 1 else 1 - (alpha / rho).tanh()
    return ka, kb

# %% right: a helper for each direction
import torch

def _factor(mine, others, alpha):
    ratio = mine / others
    return float(1 - torch.tanh(alpha * ratio)) if mine > others else 1.0

def ogm_coefficients(logits_a, logits_b, y, alpha):
    a = torch.log_softmax(logits_a, 1).exp().gather(1, y.unsqueeze(1)).sum()
    b = torch.log_softmax(logits_b, 1).exp().gather(1, y.unsqueeze(1)).sum()
    return _factor(a, b, alpha), _factor(b, a, alpha)

# %% right: logsumexp of the log probabilities
import math
import torch
import torch.nn.functional as F

def ogm_coefficients(logits_a, logits_b, y, alpha):
    la = torch.logsumexp(-F.cross_entropy(logits_a.double(), y, reduction="none"), 0)
    lb = torch.logsumexp(-F.cross_entropy(logits_b.double(), y, reduction="none"), 0)
    rho = math.exp(float(la - lb))
    ka, kb = 1.0, 1.0
    if la > lb:
        ka = 1.0 - math.tanh(alpha * rho)
    if la < lb:
        kb = 1.0 - math.tanh(alpha / rho)
    return [ka, kb]

# %% wrong: the factors swapped
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return kb, ka

# %% wrong: no 1 - before tanh
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: rho is the mean of the ratios, not the ratio of the sums
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a.double(), 1).gather(1, y[:, None])
    pb = torch.softmax(logits_b.double(), 1).gather(1, y[:, None])
    rho = (pa / pb).mean().item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: alpha * rho for b too
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha * rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: both formulas always, without a condition
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    return 1 - math.tanh(alpha * rho), 1 - math.tanh(alpha / rho)

# %% wrong: logits instead of probabilities
import math

def ogm_coefficients(logits_a, logits_b, y, alpha):
    a = logits_a.gather(1, y[:, None]).sum().item()
    b = logits_b.gather(1, y[:, None]).sum().item()
    rho = a / b if b else float("inf")
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 and rho else 1.0
    return ka, kb

# %% wrong: the largest probability, not that of the true class
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    rho = (torch.softmax(logits_a, 1).amax(1).sum() / torch.softmax(logits_b, 1).amax(1).sum()).item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: the leading branch is left alone and the other is slowed
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho < 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho > 1 else 1.0
    return ka, kb

# %% wrong: alpha outside of tanh
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - alpha * math.tanh(rho) if rho > 1 else 1.0
    kb = 1 - alpha * math.tanh(1 / rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: alpha forgotten
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(1 / rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: >= and <=, so at rho = 1 both are slowed
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho >= 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho <= 1 else 1.0
    return ka, kb

# %% wrong: softmax over the rows (dim=0)
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 0).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 0).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: ratio of the accuracies
import math

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = (logits_a.argmax(1) == y).sum().item()
    pb = (logits_b.argmax(1) == y).sum().item()
    rho = pa / max(pb, 1e-9)
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / max(rho, 1e-9)) if rho < 1 else 1.0
    return ka, kb

# %% wrong: exp without subtracting the largest, sigmoid for the softmax
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.sigmoid(logits_a).gather(1, y[:, None]).sum()
    pb = torch.sigmoid(logits_b).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb

# %% wrong: geometric mean of the ratios, from the losses
import math
import torch.nn.functional as F

def ogm_coefficients(logits_a, logits_b, y, alpha):
    la = F.cross_entropy(logits_a.double(), y)
    lb = F.cross_entropy(logits_b.double(), y)
    rho = math.exp(float(lb - la))
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho < 1 else 1.0
    return ka, kb

# %% two: factors swapped; no 1 - before tanh
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = math.tanh(alpha / rho) if rho < 1 else 1.0
    return kb, ka

# %% two: the largest probability; alpha forgotten
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    rho = (torch.softmax(logits_a, 1).amax(1).sum() / torch.softmax(logits_b, 1).amax(1).sum()).item()
    ka = 1 - math.tanh(rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(1 / rho) if rho < 1 else 1.0
    return ka, kb

# %% two: both formulas always; no 1 - before tanh
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 1).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 1).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    return math.tanh(alpha * rho), math.tanh(alpha / rho)

# %% two: mean of the ratios; alpha * rho for b too
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a.double(), 1).gather(1, y[:, None])
    pb = torch.softmax(logits_b.double(), 1).gather(1, y[:, None])
    rho = (pa / pb).mean().item()
    ka = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    kb = 1 - math.tanh(alpha * rho) if rho < 1 else 1.0
    return ka, kb

# %% two: softmax over the rows; at rho = 1 both are slowed
import math
import torch

def ogm_coefficients(logits_a, logits_b, y, alpha):
    pa = torch.softmax(logits_a, 0).gather(1, y[:, None]).sum()
    pb = torch.softmax(logits_b, 0).gather(1, y[:, None]).sum()
    rho = (pa / pb).item()
    ka = 1 - math.tanh(alpha * rho) if rho >= 1 else 1.0
    kb = 1 - math.tanh(alpha / rho) if rho <= 1 else 1.0
    return ka, kb
