# %% right: weights scaled by their maximum and normalised, broadcast over the models
import torch


def average_probs(logits, w):
    v = w / w.max()
    v = v / v.sum()
    p = torch.softmax(logits, dim=-1)
    return (v[:, None, None] * p).sum(dim=0)


# %% right: einsum
import torch


def average_probs(logits, w):
    scaled = w / w.detach().max()
    return torch.einsum("m,mnc->nc", scaled / scaled.sum(), logits.softmax(2))


# %% right: loops over models, samples and classes with a hand-written softmax
import torch


def average_probs(logits, w):
    M, N, C = logits.shape
    biggest = w.max().detach()
    share = [w[m] / biggest for m in range(M)]
    total = share[0]
    for m in range(1, M):
        total = total + share[m]
    rows = []
    for n in range(N):
        acc = 0
        for m in range(M):
            z = logits[m, n]
            e = torch.exp(z - z.max())
            acc = acc + share[m] / total * (e / e.sum())
        rows.append(acc)
    return torch.stack(rows)


# %% right: one matrix product of the weights with the flattened probabilities
import torch
from torch.nn import functional as F


def average_probs(logits, w):
    m, n, c = logits.shape
    probs = F.softmax(logits, dim=2).reshape(m, n * c)
    weights = w / w.detach().amax()  # no overflow in the sum, whatever the scale
    weights = weights / weights.sum()
    return (weights @ probs).view(n, c)


# %% right: vmap over the samples, exp of log_softmax
import torch
from torch.nn import functional as F


def average_probs(logits, w):
    top = torch.amax(w)
    rel = torch.div(w, top)
    rel = torch.div(rel, torch.sum(rel))

    def one_sample(z):  # (M, C)
        return rel @ F.log_softmax(z, dim=1).exp()

    return torch.vmap(one_sample, in_dims=1)(logits)


# %% wrong: averages the logits, then one softmax
import torch


def average_probs(logits, w):
    v = w / w.sum()
    mean_logits = torch.einsum("m,mnc->nc", v, logits)
    return torch.softmax(mean_logits, dim=-1)


# %% wrong: divides by the number of models, not by the sum of the weights
import torch


def average_probs(logits, w):
    p = torch.softmax(logits, dim=-1)
    return (w.view(-1, 1, 1) * p).mean(0)


# %% wrong: 1e-6 added to the sum of the weights, small weights no longer sum to 1
import torch


def average_probs(logits, w):
    eps = 1e-6
    probs = torch.softmax(logits, dim=2)
    top = torch.tensordot(w, probs, dims=1)
    return top / (w.sum() + eps)


# %% wrong: softmax along the models instead of the classes
import torch
from torch.nn import functional as F


def average_probs(logits, w):
    p = F.softmax(logits, dim=0)
    v = w / w.sum()
    return sum(v[m] * p[m] for m in range(len(v)))


# %% wrong: exp by hand without subtracting the maximum
import torch


def average_probs(logits, w):
    e = logits.exp()
    probs = e / e.sum(-1, keepdim=True)
    num = 0
    for wm, pm in zip(w, probs):
        num = num + wm * pm
    return num / w.sum()


# %% wrong: averages hard votes (one-hot of the arg max) instead of probabilities
import torch
from torch.nn import functional as F


def average_probs(logits, w):
    n_classes = logits.shape[-1]
    p = torch.softmax(logits, dim=-1)
    votes = F.one_hot(p.argmax(-1), n_classes).to(p.dtype)
    votes = votes + p - p.detach()  # straight-through
    return torch.einsum("m,mnc->nc", w / w.sum(), votes)


# %% wrong: normalises the caller's weights in place
import torch


def average_probs(logits, w):
    w.data /= w.data.sum()
    scaled = w / w.sum()
    return (torch.softmax(logits, -1) * scaled.reshape(-1, 1, 1)).sum(0)


# %% wrong: in log space with log(w), the gradient is NaN where a weight is 0
import torch


def average_probs(logits, w):
    log_w = torch.log_softmax(torch.log(w), dim=0)
    log_p = torch.log_softmax(logits, dim=-1)
    parts = torch.exp(log_w[:, None, None] + log_p)
    return parts.sum(0)


# %% wrong: the weights pass through Python numbers, no gradient to w
import torch


def average_probs(logits, w):
    ws = w.tolist()
    total = sum(ws)
    p = torch.softmax(logits, dim=-1)
    out = torch.zeros_like(p[0])
    for k, wk in enumerate(ws):
        out = out + (wk / total) * p[k]
    return out


# %% wrong: leaves out the models of weight 0, whose weights then get no gradient
import torch


def average_probs(logits, w):
    used = w > 0
    v = w[used]
    p = torch.softmax(logits[used], dim=-1)
    return torch.einsum("m,mnc->nc", v / v.sum(), p)


# %% two: weighted geometric mean not renormalised; weights taken as they are, without dividing by their sum
import torch


def average_probs(logits, w):
    log_p = torch.log_softmax(logits, dim=-1)
    return torch.exp((w[:, None, None] * log_p).sum(0))


# %% two: softmax of the weights instead of their share; a single sample loses its axis
import torch


def average_probs(logits, w):
    v = torch.softmax(w, dim=0)
    p = torch.softmax(logits, dim=-1)
    return torch.tensordot(v, p, dims=([0], [0])).squeeze(0)


# %% two: the logits are averaged as if they were probabilities; divides by M
import torch


def average_probs(logits, w):
    M = logits.size(0)
    out = w[0] * logits[0]
    for m in range(1, M):
        out = out + w[m] * logits[m]
    return out / M


# %% two: weights divided by the largest, not the sum; result always float64
import torch


def average_probs(logits, w):
    p = torch.softmax(logits.double(), dim=-1)
    rel = w.double() / w.double().max()
    return torch.einsum("m,mnc->nc", rel, p)
