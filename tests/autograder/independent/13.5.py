# %% right: function for a table, where
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% right: entropies
import math
import torch

def _h(t):
    t = t.flatten().double()
    return -torch.special.xlogy(t, t).sum() / math.log(2)

def interaction_information(p):
    y = _h(p.sum((0, 1)))
    one = _h(p.sum((1, 2))) + y - _h(p.sum(1))
    two = _h(p.sum((0, 2))) + y - _h(p.sum(0))
    pair = _h(p.sum(2)) + y - _h(p)
    return one, two, pair, pair - one - two

# %% right: plain Python loops
import math

def interaction_information(p):
    A, B, Y = p.shape
    q = p.double().tolist()

    def information(rows):
        px = [sum(r) for r in rows]
        py = [sum(r[k] for r in rows) for k in range(Y)]
        return sum(v * math.log2(v / (px[i] * py[k])) for i, r in enumerate(rows) for k, v in enumerate(r) if v > 0)

    first = information([[sum(q[a][b][k] for b in range(B)) for k in range(Y)] for a in range(A)])
    second = information([[sum(q[a][b][k] for a in range(A)) for k in range(Y)] for b in range(B)])
    pair = information([q[a][b] for a in range(A) for b in range(B)])
    return first, second, pair, pair - first - second

# %% right: NumPy
import numpy as np

def interaction_information(p):
    t = p.detach().numpy().astype(np.float64)

    def mi(m):
        base = m.sum(1, keepdims=True) @ m.sum(0, keepdims=True)
        mask = m > 0
        return float(np.sum(m[mask] * np.log2(m[mask] / base[mask])))

    x1, x2, x12 = mi(t.sum(axis=1)), mi(t.sum(axis=0)), mi(t.reshape(-1, t.shape[-1]))
    return x1, x2, x12, x12 - x1 - x2

# %% right: Kullback-Leibler by F.kl_div
import math
import torch
import torch.nn.functional as F

def interaction_information(p):
    def information(m):
        base = torch.outer(m.sum(1), m.sum(0))
        safe = torch.where(base > 0, base, torch.ones_like(base))
        return F.kl_div(safe.log(), m, reduction="sum") / math.log(2)

    d = p.double()
    i1, i2, i12 = information(d.sum(1)), information(d.sum(0)), information(d.flatten(0, 1))
    return i1, i2, i12, i12 - i1 - i2

# %% right: conditional entropy of the label
import torch

def interaction_information(p):
    q = p.double()

    def of_label_given(m):
        rows = m.sum(1, keepdim=True)
        c = torch.where(m > 0, m / torch.where(rows > 0, rows, torch.ones_like(rows)), torch.ones_like(m))
        return -(m * c.log2()).sum()

    y = q.sum((0, 1))
    h = of_label_given(y[None])
    i1, i2, i12 = h - of_label_given(q.sum(1)), h - of_label_given(q.sum(0)), h - of_label_given(q.flatten(0, 1))
    return float(i1), float(i2), float(i12), float(i12 - i1 - i2)

# %% right: einsum marginals, a list
import torch

def interaction_information(p):
    p = p.to(torch.float64)
    ay, by = torch.einsum("aby->ay", p), torch.einsum("aby->by", p)
    a, b, y, ab = p.sum((1, 2)), p.sum((0, 2)), p.sum((0, 1)), p.sum(2)

    def part(joint, ratio):
        return torch.where(joint > 0, joint * torch.log2(torch.where(joint > 0, ratio, torch.ones_like(ratio))), torch.zeros_like(joint)).sum()

    one = part(ay, ay / (a[:, None] * y))
    two = part(by, by / (b[:, None] * y))
    pair = part(p, p / (ab[..., None] * y))
    return [one, two, pair, pair - one - two]

# %% right: nan_to_num of the terms
import torch

def interaction_information(p):
    def info(m):
        terms = m * (m.log2() - m.sum(1, keepdim=True).log2() - m.sum(0, keepdim=True).log2())
        return torch.nan_to_num(terms, nan=0.0).sum()

    m = p.double()
    r = [info(m.sum(1)), info(m.sum(0)), info(m.view(-1, m.shape[2]) if m.is_contiguous() else m.reshape(-1, m.shape[2]))]
    return tuple(r + [r[2] - r[0] - r[1]])

# %% wrong: nats
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% wrong: interaction with the other sign
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, a + b - both

# %% wrong: nan where a probability is 0
import torch

def _mi(t):
    t = t.double()
    return (t * torch.log2(t / (t.sum(1, keepdim=True) * t.sum(0, keepdim=True)))).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% wrong: 1e-3 added within the logarithm
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    return (t * torch.log2((t + 1e-3) / (product + 1e-3))).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% wrong: modalities swapped
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(0)), _mi(p.sum(1)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% wrong: the pair as the information between the modalities
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.sum(2))
    return a, b, both, both - a - b

# %% wrong: the pair taken as the product of the marginals of both modalities and the label
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    q = p.double()
    a, b = _mi(p.sum(1)), _mi(p.sum(0))
    three = q.sum((1, 2))[:, None, None] * q.sum((0, 2))[None, :, None] * q.sum((0, 1))
    good = q > 0
    both = (q[good] * torch.log2(q[good] / three[good])).sum().item()
    return a, b, both, both - a - b

# %% wrong: sign of the information
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(product[good] / t[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% wrong: interaction subtracts the first only
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a

# %% wrong: the pair as the sum of both, interaction always 0
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b = _mi(p.sum(1)), _mi(p.sum(0))
    return a, b, a + b, 0.0

# %% wrong: interaction clamped at 0
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, max(both - a - b, 0.0)

# %% wrong: log10
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log10(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% wrong: normalised by the entropy of the label
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    y = p.double().sum((0, 1))
    y = y[y > 0]
    h = max(-(y * y.log2()).sum().item(), 1e-12)
    a, b, both = _mi(p.sum(1)) / h, _mi(p.sum(0)) / h, _mi(p.reshape(-1, p.shape[2])) / h
    return a, b, both, both - a - b

# %% wrong: divided by p(x) only, not by p(y)
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True).expand_as(t)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% wrong: means instead of sums for the marginals
import torch

def _mi(t):
    t = t.double()
    product = t.mean(1, keepdim=True) * t.mean(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% two: nats; interaction with the other sign
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, a + b - both

# %% two: nats; nan where a probability is 0
import torch

def _mi(t):
    return (t * torch.log(t / (t.sum(1, keepdim=True) * t.sum(0, keepdim=True)))).sum()

def interaction_information(p):
    p = p.double()
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b

# %% two: modalities swapped; interaction with the other sign
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log2(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(0)), _mi(p.sum(1)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, a + b - both

# %% two: the pair as the information between the modalities; nats
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(1)), _mi(p.sum(0)), _mi(p.sum(2))
    return a, b, both, both - a - b

# %% two: modalities swapped; nats
import torch

def _mi(t):
    t = t.double()
    product = t.sum(1, keepdim=True) * t.sum(0, keepdim=True)
    good = t > 0
    return (t[good] * torch.log(t[good] / product[good])).sum().item()

def interaction_information(p):
    a, b, both = _mi(p.sum(0)), _mi(p.sum(1)), _mi(p.reshape(-1, p.shape[2]))
    return a, b, both, both - a - b
