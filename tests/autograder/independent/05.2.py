# %% right: broadcasting
import torch

def weighted_sum(feats, w):
    alpha = torch.softmax(w, dim=0)
    return (feats * alpha[None, :, None]).sum(dim=1)

# %% right: einsum
import torch

def weighted_sum(feats, w):
    return torch.einsum("nmd,m->nd", feats, w.softmax(-1))

# %% right: loop over the modalities
import torch

def weighted_sum(feats, w):
    p = torch.softmax(w, 0)
    out = torch.zeros_like(feats[:, 0])
    for m in range(feats.shape[1]):
        out = out + p[m] * feats[:, m]
    return out

# %% right: own softmax with the maximum subtracted, matmul
import torch

def weighted_sum(feats: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    shifted = w - w.max().detach()
    e = torch.exp(shifted)
    weights = e / e.sum()
    return torch.matmul(weights, feats)

# %% right: exp of log_softmax, tensordot, with checks
import torch

def weighted_sum(feats, w):
    if feats.dim() != 3 or w.dim() != 1 or feats.size(1) != w.numel():
        raise ValueError("feats (N, M, D) and w (M,) expected")
    weights = torch.log_softmax(w, dim=0).exp()
    return torch.tensordot(feats, weights, dims=([1], [0]))

# %% right: weights expanded over the batch, bmm
import torch

def weighted_sum(feats, w):
    n, m, d = feats.shape
    probs = torch.nn.functional.softmax(w, dim=0).expand(n, 1, m)
    return torch.bmm(probs, feats).squeeze(1)

# %% wrong: raw scores, softmax forgotten
import torch

def weighted_sum(feats, w):
    return (feats * w.view(1, -1, 1)).sum(1)

# %% wrong: scores divided by their sum in place of softmax
import torch

def weighted_sum(feats, w):
    weights = w / w.sum()
    return torch.einsum("m,nmd->nd", weights, feats)

# %% wrong: sigmoid for each score, does not sum to 1
import torch

def weighted_sum(feats, w):
    gate = torch.sigmoid(w).unsqueeze(-1)
    return (gate * feats).sum(dim=1)

# %% wrong: mean over the modalities, so a further 1/M
import torch

def weighted_sum(feats, w):
    soft = torch.softmax(w, dim=0)
    scaled = soft[:, None] * feats
    return scaled.mean(dim=-2)

# %% wrong: naive exp, overflow for large scores
import torch

def weighted_sum(feats, w):
    e = w.exp()
    weights = e / e.sum()
    result = 0
    for m, weight in enumerate(weights):
        result = result + weight * feats[:, m, :]
    return result

# %% wrong: weights detached, w learns nothing
import torch

def weighted_sum(feats, w):
    alpha = torch.softmax(w.detach(), dim=0)
    return torch.matmul(feats.transpose(1, 2), alpha)

# %% wrong: scores clamped to [-50, 50] (differs for larger ones)
import torch

def weighted_sum(feats, w):
    w = w.clamp(-50, 50)
    a = torch.softmax(w, dim=0)
    return torch.einsum("nmd,m->nd", feats, a)

# %% wrong: temperature sqrt(M) as in attention
import math
import torch

def weighted_sum(feats, w):
    M = feats.shape[1]
    attn = torch.softmax(w / math.sqrt(M), dim=-1)
    return torch.sum(attn.reshape(1, M, 1) * feats, dim=1)

# %% wrong: log_softmax used as the weights
import torch
import torch.nn.functional as F

def weighted_sum(feats, w):
    weights = F.log_softmax(w, dim=0)
    return (feats * weights.reshape(1, -1, 1)).sum(dim=1)

# %% wrong: takes the feature tensor as (M, N, D) by reshape
import torch

def weighted_sum(feats, w):
    n, m, d = feats.shape
    weights = torch.softmax(w, dim=0)
    stacked = feats.reshape(m, n, d)
    return sum(weights[k] * stacked[k] for k in range(m))

# %% wrong: only the best modality, hard choice
import torch

def weighted_sum(feats, w):
    p = torch.softmax(w, dim=0)
    k = int(p.argmax())
    return p[k] / p[k].detach() * feats[:, k]

# %% two: softmax applied twice; keeps the modality axis (N, 1, D)
import torch

def weighted_sum(feats, w):
    p = torch.softmax(torch.softmax(w, dim=0), dim=0)
    return (feats * p[None, :, None]).sum(dim=1, keepdim=True)

# %% two: float32 result; denominator plus 1e-3
import torch

def weighted_sum(feats, w):
    e = torch.exp(w - w.max())
    p = e / (e.sum() + 1e-3)
    return torch.einsum("nmd,m->nd", feats.float(), p.float())

# %% two: softmax of -w, the low score wins; mean instead of sum
import torch

def weighted_sum(feats, w):
    p = torch.nn.functional.softmin(w, dim=0)
    return torch.stack([p[m] * feats[:, m] for m in range(len(w))]).mean(0)


# %% right: softmax and einsum
import torch

def weighted_sum(feats, w):
    return torch.einsum("nmd,m->nd", feats, torch.softmax(w, dim=0))

# %% right: loop over the modalities, softmax by hand
import torch

def weighted_sum(feats, w):
    e = torch.exp(w - w.max())
    p = e / e.sum()
    total = 0
    for m in range(feats.shape[1]):
        total = total + p[m] * feats[:, m]
    return total

# %% wrong: raw scores used as weights
import torch

def weighted_sum(feats, w):
    return (w.view(1, -1, 1) * feats).sum(dim=1)

# %% wrong: scores divided by their sum, no exponential
import torch

def weighted_sum(feats, w):
    alpha = w / w.sum()
    return torch.einsum("m,nmd->nd", alpha, feats)

# %% wrong: softmax without subtracting the maximum
import torch

def weighted_sum(feats, w):
    e = w.exp()
    return (feats * (e / e.sum())[None, :, None]).sum(1)

# %% wrong: mean over the modalities after weighting
import torch

def weighted_sum(feats, w):
    p = torch.softmax(w, 0)
    return (p[:, None] * feats).mean(dim=1)

# %% two: sigmoid for each modality; w detached
import torch

def weighted_sum(feats, w):
    g = torch.sigmoid(w.detach())
    return torch.matmul(g, feats)

# %% two: weights go over the features; negative scores
import torch

def weighted_sum(feats, w):
    p = torch.softmax(-w, dim=0)
    n, m, d = feats.shape
    x = feats.reshape(n, d, m)
    return x @ p
