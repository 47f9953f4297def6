# %% right: masked_fill for tokens and scores, softmax, matmul
import math
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask.unsqueeze(-1), 0.0)
    scores = queries @ x.transpose(1, 2) / math.sqrt(queries.shape[-1])
    scores = scores.masked_fill(~mask.unsqueeze(1), torch.finfo(scores.dtype).min)
    return scores.softmax(dim=-1) @ x       # no real token: equal weights of zeros

# %% right: a loop over the pictures that keeps only the real tokens
import torch

def learned_queries(queries, tokens, mask):
    out = []
    for b in range(tokens.shape[0]):
        real = tokens[b][mask[b]]                 # (n, D)
        s = torch.mm(queries, real.t()) / queries.shape[1] ** 0.5    # (K, n); n = 0 gives zeros below
        out.append(torch.softmax(s, dim=1).mm(real))
    return torch.stack(out)

# %% right: softmax by hand with einsum, the largest score subtracted
import torch

def learned_queries(queries, tokens, mask):
    m = mask[:, None, :]
    x = torch.where(mask[..., None], tokens, torch.zeros_like(tokens))
    s = torch.einsum('kd,btd->bkt', queries, x) * queries.size(1) ** -0.5
    top = s.detach().masked_fill(~m, float('-inf')).amax(dim=-1, keepdim=True)
    top = torch.where(torch.isfinite(top), top, torch.zeros_like(top))
    e = (s - top).masked_fill(~m, float('-inf')).exp()
    z = e.sum(dim=-1, keepdim=True)
    z = torch.where(z > 0, z, torch.ones_like(z))
    return torch.einsum('bkt,btd->bkd', e / z, x)

# %% right: loops over pictures, queries and tokens with running maximum, sum and mean (online softmax)
import math
import torch

def learned_queries(queries, tokens, mask):
    B, T, D = tokens.shape
    K = queries.shape[0]
    pictures = []
    for b in range(B):
        rows = []
        for k in range(K):
            top, z = None, None
            acc = (queries[k] + tokens[b][mask[b]].sum(dim=0)) * 0     # zeros, with a graph
            for t in range(T):
                if not bool(mask[b, t]):
                    continue
                x = tokens[b, t]
                s = (queries[k] * x).sum() / math.sqrt(D)
                if top is None:
                    top, z, acc = s, torch.ones_like(s), acc + x
                    continue
                new = torch.maximum(top, s)
                old, now = torch.exp(top - new), torch.exp(s - new)
                top, z, acc = new, z * old + now, acc * old + now * x
            rows.append(acc if z is None else acc / z)
        pictures.append(torch.stack(rows))
    return torch.stack(pictures)

# %% right: a module with log_softmax, weights multiplied with the mask
import torch
from torch import nn
import torch.nn.functional as F

class Resampler(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.scale = float(dim) ** 0.5

    def forward(self, q, x, mask):
        if mask.dtype != torch.bool:
            raise TypeError("mask must be bool")
        x = x.masked_fill(mask.logical_not()[:, :, None], 0)
        q = q.expand(x.shape[0], -1, -1)
        s = torch.bmm(q, x.mT) / self.scale
        s = s.masked_fill(mask.logical_not()[:, None, :], -1e30)
        weight = F.log_softmax(s, dim=2).exp() * mask[:, None, :].to(x.dtype)
        return torch.bmm(weight, x)

def learned_queries(queries, tokens, mask):
    return Resampler(tokens.shape[-1])(queries, tokens, mask)

# %% right: all real tokens in one flat list, softmax in segments with scatter_reduce and index_add
import torch

def learned_queries(queries, tokens, mask):
    B, T, D = tokens.shape
    K = queries.shape[0]
    b, t = mask.nonzero(as_tuple=True)
    x = tokens[b, t]                                          # (R, D)
    s = x @ queries.t() / D ** 0.5                            # (R, K)
    with torch.no_grad():
        top = s.new_full((B, K), float('-inf'))
        top = top.scatter_reduce(0, b.unsqueeze(1).expand(-1, K), s.detach(), reduce='amax')
    e = torch.exp(s - top[b])
    z = s.new_zeros(B, K).index_add(0, b, e)
    total = s.new_zeros(B, K, D).index_add(0, b, e.unsqueeze(2) * x.unsqueeze(1))
    return total / z.clamp(min=1e-30).unsqueeze(2)

# %% wrong: multiplies the scores with the mask, so padding has score 0 and takes part in the softmax
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0.0)
    s = torch.einsum('kd,btd->bkt', queries, x) / queries.shape[1] ** 0.5
    s = s * mask[:, None, :]
    return torch.einsum('bkt,btd->bkd', s.softmax(-1), x)

# %% wrong: gives padding the weight 0 but leaves its NaN in the values, and 0 times NaN is NaN
import math
import torch

def learned_queries(queries, tokens, mask):
    m = mask.unsqueeze(1)
    s = torch.matmul(queries, tokens.transpose(-1, -2)) / math.sqrt(tokens.shape[-1])
    s = torch.where(m, s, torch.full_like(s, -1e30))
    w = torch.softmax(s, dim=-1) * m
    return torch.matmul(w, tokens)

# %% wrong: a picture without any real token gets the mean of its padding instead of zeros
import torch

def learned_queries(queries, tokens, mask):
    x = torch.nan_to_num(tokens)
    s = queries @ x.transpose(1, 2) * tokens.shape[2] ** -0.5
    s = s.masked_fill(~mask[:, None, :], torch.finfo(s.dtype).min)
    return s.softmax(-1) @ x

# %% wrong: exp without subtracting the largest score, which overflows for large scores
import torch

def learned_queries(queries, tokens, mask):
    out = []
    for x, m in zip(tokens, mask):
        x = x[m]
        e = torch.exp(queries @ x.t() / queries.shape[1] ** 0.5)
        out.append((e @ x) / e.sum(dim=1, keepdim=True).clamp(min=1e-30))
    return torch.stack(out)

# %% wrong: softmax over the queries instead of over the tokens
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0.0)
    s = x @ queries.t() / queries.shape[1] ** 0.5              # (B, T, K)
    w = torch.softmax(s, dim=-1) * mask[..., None]
    return torch.einsum('btk,btd->bkd', w, x)

# %% wrong: computes the weights under no_grad, so no gradient reaches the queries
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    with torch.no_grad():
        s = torch.einsum('kd,btd->bkt', queries, x).div(queries.size(-1) ** 0.5)
        w = s.masked_fill(~mask[:, None], torch.finfo(s.dtype).min).softmax(2)
    return torch.bmm(w, x)

# %% wrong: fills the padding with -1e4, which real scores can lie below
import math
import torch

class Attend(torch.nn.Module):
    def forward(self, q, x, mask):
        x = torch.where(mask.unsqueeze(2), x, x.new_zeros(()))
        s = torch.tensordot(x, q, dims=([2], [1])) / math.sqrt(q.shape[1])     # (B, T, K)
        s = s.masked_fill(~mask.unsqueeze(2), -1e4)
        return torch.softmax(s, dim=1).transpose(1, 2) @ x

def learned_queries(queries, tokens, mask):
    return Attend()(queries, tokens, mask)

# %% wrong: adds -inf and repairs the NaN of an empty picture afterwards, so the gradient becomes NaN
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask.unsqueeze(-1), 0.0)
    bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask, float('-inf'))
    s = queries @ x.mT / queries.shape[-1] ** 0.5 + bias.unsqueeze(1)
    w = torch.nan_to_num(torch.softmax(s, dim=-1))
    return w @ x

# %% wrong: sets the padding of the given tokens to zero in place
import torch

def learned_queries(queries, tokens, mask):
    with torch.no_grad():
        tokens[~mask] = 0
    s = queries @ tokens.transpose(1, 2) / tokens.shape[-1] ** 0.5
    s = s.masked_fill(~mask[:, None, :], torch.finfo(s.dtype).min)
    return s.softmax(dim=-1) @ tokens

# %% wrong: softmax over all tokens and the padding cut off afterwards, without normalising again
import torch

def learned_queries(queries, tokens, mask):
    clean = torch.where(mask[..., None], tokens, torch.zeros_like(tokens))
    rows = []
    for q in queries.unbind(0):
        w = torch.softmax((clean @ q) / q.numel() ** 0.5, dim=1)
        w = w.masked_fill(~mask, 0.0)
        rows.append((w.unsqueeze(-1) * clean).sum(dim=1))
    return torch.stack(rows, dim=1)

# %% two: forgets the division by sqrt(D); squeezes, so a single picture or query loses its axis
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0.0)
    s = torch.einsum('kd,btd->bkt', queries, x)
    s = s.masked_fill(~mask[:, None, :], torch.finfo(s.dtype).min)
    return (s.softmax(-1) @ x).squeeze()

# %% two: reads True as padding; returns float32 for float64
import torch

def learned_queries(queries, tokens, mask):
    q, x = queries.float(), tokens.float()
    x = x.masked_fill(mask[..., None], 0.0)
    s = (q @ x.transpose(1, 2)) / q.shape[1] ** 0.5
    s = s.masked_fill(mask[:, None, :], torch.finfo(torch.float32).min)
    return torch.softmax(s, dim=-1) @ x

# %% two: cuts the scores to -50 .. 50; divides the weighted mean by the number of real tokens once more
import torch

def learned_queries(queries, tokens, mask):
    m = mask[:, None, :]
    x = tokens.masked_fill(~mask[..., None], 0.0)
    s = (queries @ x.transpose(1, 2) / queries.shape[1] ** 0.5).clamp(-50, 50)
    e = s.exp() * m
    w = e / e.sum(-1, keepdim=True).clamp(min=1e-30)
    n = mask.sum(1).clamp(min=1)[:, None, None]
    return w @ x / n

# %% two: a picture without real tokens gives NaN; divides by D instead of sqrt(D)
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0.0)
    s = torch.einsum('kd,btd->bkt', queries, x) / queries.shape[1]
    s = s.masked_fill(~mask.unsqueeze(1), float('-inf'))
    return torch.softmax(s, dim=-1) @ x
