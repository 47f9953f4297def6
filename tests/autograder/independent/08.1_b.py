# %% right: loops over samples, compress the keys that are there
import torch

def attention(q, k, v, key_mask=None):
    out = []
    for n in range(q.shape[0]):
        use = slice(None) if key_mask is None else key_mask[n]
        keys, values = k[n][use], v[n][use]
        if keys.shape[0] == 0:
            out.append(q.new_zeros(q.shape[1], v.shape[2]))
            continue
        score = q[n] @ keys.T / q.shape[2] ** 0.5
        out.append(torch.softmax(score, dim=-1) @ values)
    return torch.stack(out)

# %% right: einsum, masked maximum, exp by hand
import torch

def attention(q, k, v, key_mask=None):
    if key_mask is None:
        key_mask = torch.ones(k.shape[:2], dtype=torch.bool)
    s = torch.einsum("nqd,nkd->nqk", q * q.shape[-1] ** -0.5, k)
    there = key_mask[:, None, :].expand_as(s)
    top = s.detach().masked_fill(~there, -torch.inf).amax(-1, keepdim=True)
    top = torch.where(torch.isinf(top), torch.zeros_like(top), top)
    e = torch.where(there, s - top, torch.full_like(s, -torch.inf)).exp()
    z = e.sum(-1, keepdim=True)
    w = e / torch.where(z == 0, torch.ones_like(z), z)
    return torch.einsum("nqk,nke->nqe", w, v)

# %% right: masked_fill with the smallest number, zeros at the end
import math
import torch

def attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, key_mask: torch.Tensor | None = None) -> torch.Tensor:
    scores = torch.bmm(q, k.mT).div(math.sqrt(k.size(2)))
    if key_mask is None:
        return scores.softmax(2).bmm(v)
    gone = key_mask.logical_not().unsqueeze(1)
    weights = scores.masked_fill(gone, torch.finfo(q.dtype).min).softmax(2).masked_fill(gone, 0.0)
    return weights.bmm(v)

# %% right: online softmax over the keys
import torch

def attention(q, k, v, key_mask=None):
    n, keys = k.shape[:2]
    high = torch.full((n, q.shape[1], 1), -1e30, dtype=q.dtype)
    weight = q.new_zeros(n, q.shape[1], 1)
    total = q.new_zeros(n, q.shape[1], v.shape[2])
    for j in range(keys):
        s = (q * k[:, j : j + 1]).sum(-1, keepdim=True) / q.shape[-1] ** 0.5
        use = torch.ones_like(s, dtype=torch.bool) if key_mask is None else key_mask[:, j].view(-1, 1, 1).expand_as(s)
        new = torch.where(use, torch.maximum(high, s.detach()), high)
        old = (high - new).exp()
        add = torch.where(use, s - new, torch.full_like(s, -torch.inf)).exp()
        weight, total, high = weight * old + add, total * old + add * v[:, j : j + 1], new
    return total / torch.where(weight == 0, torch.ones_like(weight), weight)

# %% right: a dummy key of zeros for samples that have none
import torch
import torch.nn.functional as F

def attention(q, k, v, key_mask=None):
    mask = torch.ones(k.shape[0], k.shape[1], dtype=torch.bool) if key_mask is None else key_mask
    none = ~mask.any(1, keepdim=True)
    k, v, mask = F.pad(k, (0, 0, 0, 1)), F.pad(v, (0, 0, 0, 1)), torch.cat([mask, none], 1)
    logits = (q @ k.transpose(-1, -2)) * (1 / q.shape[-1]) ** 0.5
    logits = logits + torch.zeros(mask.shape, dtype=q.dtype).masked_fill(~mask, float("-inf"))[:, None]
    return logits.softmax(-1) @ v

# %% wrong: scaled by D
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / q.shape[-1]
    if key_mask is not None:
        s = s.masked_fill(~key_mask[:, None], -1e9)
    w = s.softmax(-1)
    return (w * key_mask[:, None] if key_mask is not None else w) @ v

# %% wrong: scaled by the number of keys
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / k.shape[1] ** 0.5
    if key_mask is None:
        return s.softmax(-1) @ v
    w = s.masked_fill(~key_mask[:, None], -1e9).softmax(-1)
    return (w * key_mask[:, None]) @ v

# %% wrong: scaled by the size of the values
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / v.shape[-1] ** 0.5
    if key_mask is None:
        return s.softmax(-1) @ v
    w = s.masked_fill(~key_mask[:, None], -1e9).softmax(-1)
    return (w * key_mask[:, None]) @ v

# %% wrong: masked keys get -100, not enough for large scores
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
    if key_mask is None:
        return s.softmax(-1) @ v
    s = torch.where(key_mask[:, None], s, torch.full_like(s, -100.0))
    return s.softmax(-1) @ v * key_mask.any(1)[:, None, None]

# %% wrong: weights of masked keys set to 0 after the softmax, not renormalised
import torch

def attention(q, k, v, key_mask=None):
    w = (q @ k.transpose(1, 2) / q.shape[-1] ** 0.5).softmax(-1)
    if key_mask is not None:
        w = w * key_mask[:, None]
    return w @ v

# %% wrong: all keys masked gives NaN
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
    if key_mask is not None:
        s = s.masked_fill(~key_mask[:, None], float("-inf"))
    return s.softmax(-1) @ v

# %% wrong: all keys masked gives the mean of the values
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
    if key_mask is not None:
        s = s.masked_fill(~key_mask[:, None], torch.finfo(s.dtype).min)
    return s.softmax(-1) @ v

# %% wrong: softmax over the queries
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
    if key_mask is None:
        return s.softmax(1) @ v
    w = s.masked_fill(~key_mask[:, None], -1e9).softmax(1)
    return (w * key_mask[:, None]) @ v

# %% wrong: the mask of the first sample for all
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
    if key_mask is None:
        return s.softmax(-1) @ v
    use = key_mask[0]
    w = s.masked_fill(~use, -1e9).softmax(-1)
    return (w * use) @ v

# %% wrong: the keys are read as masked where True, and the mask is turned round in place
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
    if key_mask is None:
        return s.softmax(-1) @ v
    key_mask.logical_not_()
    gone = key_mask[:, None]
    return (s.masked_fill(gone, -1e9).softmax(-1).masked_fill(gone, 0)) @ v

# %% two: not scaled; True means masked
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2)
    if key_mask is None:
        return s.softmax(-1) @ v
    w = s.masked_fill(key_mask[:, None], -1e9).softmax(-1)
    return w.masked_fill(key_mask[:, None], 0) @ v

# %% two: mask ignored; scaled by D
import torch

def attention(q, k, v, key_mask=None):
    return (q @ k.transpose(1, 2) / q.shape[-1]).softmax(-1) @ v

# %% two: masked scores are 0, not -infinity; float32
import torch

def attention(q, k, v, key_mask=None):
    s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
    if key_mask is not None:
        s = s * key_mask[:, None]
    return (s.softmax(-1) @ v).float()

# %% two: exp without the maximum, overflows; keys weighed instead of values where sizes agree
import torch

def attention(q, k, v, key_mask=None):
    e = (q @ k.transpose(1, 2) / q.shape[-1] ** 0.5).exp()
    if key_mask is not None:
        e = e * key_mask[:, None]
    w = e / e.sum(-1, keepdim=True).clamp(min=1e-30)
    return w @ (k if k.shape == v.shape else v)
