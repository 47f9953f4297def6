# %% right: linear, softmax, matrix product
import torch
from torch.nn import functional as F

def soft_words(tokens, weight, bias, table):
    return F.softmax(F.linear(tokens, weight, bias), dim=-1) @ table

# %% right: loops over pictures and tokens
import torch

def soft_words(tokens, weight, bias, table):
    pictures = []
    for picture in tokens:
        rows = []
        for x in picture:
            scores = torch.mv(weight, x) + bias
            p = torch.softmax(scores, 0)
            rows.append((p[:, None] * table).sum(0))
        pictures.append(torch.stack(rows))
    return torch.stack(pictures)

# %% right: einsum, softmax by hand with the row maximum
import torch

def soft_words(tokens, weight, bias, table):
    s = torch.einsum("btd,vd->btv", tokens, weight) + bias
    s = s - s.amax(dim=2, keepdim=True).detach()
    e = s.exp()
    p = e / e.sum(dim=2, keepdim=True)
    return torch.einsum("btv,ve->bte", p, table)

# %% right: flattened to (B*T, D), log-softmax by logsumexp, addmm
import torch

def soft_words(tokens, weight, bias, table):
    B, T, D = tokens.shape
    flat = tokens.reshape(B * T, D)
    scores = torch.addmm(bias, flat, weight.t())
    logp = scores - torch.logsumexp(scores, dim=1, keepdim=True)
    out = torch.mm(torch.exp(logp), table)
    return out.reshape(B, T, table.shape[1])

# %% right: bias as one more column of the weight, words added up one by one
import torch

def soft_words(tokens, weight, bias, table):
    ones = torch.ones(*tokens.shape[:2], 1, dtype=tokens.dtype)
    x = torch.cat([tokens, ones], dim=-1)
    w = torch.cat([weight, bias.unsqueeze(1)], dim=1)
    p = torch.matmul(x, w.transpose(0, 1)).softmax(-1)
    mix = 0
    for v in range(table.shape[0]):
        mix = mix + p[..., v:v + 1] * table[v]
    return mix

# %% wrong: softmax over the tokens instead of the words
import torch
from torch.nn import functional as F

def soft_words(tokens, weight, bias, table):
    scores = F.linear(tokens, weight, bias)
    p = F.softmax(scores, dim=1)
    return p @ table

# %% wrong: bias forgotten
import torch

def soft_words(tokens, weight, bias, table):
    scores = tokens @ weight.T
    p = torch.softmax(scores, dim=-1)
    return torch.matmul(p, table)

# %% wrong: exp without subtracting the maximum, overflows
import torch

def soft_words(tokens, weight, bias, table):
    e = torch.exp(tokens @ weight.T + bias)
    p = e / e.sum(-1, keepdim=True)
    return torch.einsum("btv,ve->bte", p, table)

# %% wrong: only the best word (argmax) instead of the mixture
import torch
from torch.nn import functional as F

def soft_words(tokens, weight, bias, table):
    scores = F.linear(tokens, weight, bias)
    best = scores.argmax(dim=-1)
    return table[best]

# %% wrong: the maximum of all scores is subtracted, rows far below it become 0/0
import torch

def soft_words(tokens, weight, bias, table):
    s = torch.einsum("btd,vd->btv", tokens, weight) + bias
    e = (s - s.max()).exp()
    return (e / e.sum(-1, keepdim=True)) @ table

# %% wrong: scores divided by the square root of D as in attention
import math
import torch

def soft_words(tokens, weight, bias, table):
    D = tokens.size(-1)
    scores = (torch.matmul(tokens, weight.t()) + bias) / math.sqrt(D)
    return torch.matmul(scores.softmax(dim=-1), table)

# %% wrong: probabilities detached, gradient reaches only the table
import torch
from torch.nn import functional as F

def soft_words(tokens, weight, bias, table):
    with torch.no_grad():
        p = F.softmax(F.linear(tokens, weight, bias), dim=-1)
    return F.linear(p, table.T)

# %% wrong: scores clamped to [-50, 50] against overflow
import torch

def soft_words(tokens, weight, bias, table):
    scores = (tokens @ weight.T + bias).clamp(-50, 50)
    e = scores.exp()
    return (e / e.sum(dim=-1, keepdim=True)) @ table

# %% wrong: sigmoid for each word instead of softmax
import torch

def soft_words(tokens, weight, bias, table):
    out = []
    for x in tokens:
        p = torch.sigmoid(x @ weight.t() + bias)
        out.append(p @ table)
    return torch.stack(out)

# %% wrong: divided by V at the end, mean in place of the sum over the words
import torch

def soft_words(tokens, weight, bias, table):
    p = torch.softmax(tokens @ weight.T + bias, dim=2)
    weighted = p.unsqueeze(-1) * table
    return weighted.mean(dim=2)

# %% two: softmax over the tokens; bias forgotten
import torch

def soft_words(tokens, weight, bias, table):
    p = torch.softmax(torch.einsum("btd,vd->btv", tokens, weight), dim=1)
    return torch.einsum("btv,ve->bte", p, table)

# %% two: bias added after the softmax; exp without the maximum overflows
import torch

def soft_words(tokens, weight, bias, table):
    e = (tokens @ weight.T).exp()
    p = e / e.sum(-1, keepdim=True) + bias
    return p @ table

# %% two: tokens averaged over the picture first (same vector for all); computed in float32
import torch
from torch.nn import functional as F

def soft_words(tokens, weight, bias, table):
    mean = tokens.mean(dim=1, keepdim=True).expand_as(tokens).float()
    p = F.linear(mean, weight.float(), bias.float()).softmax(-1)
    return p @ table.float()

# %% two: softmax taken twice; squeeze drops axes of size 1
import torch

def soft_words(tokens, weight, bias, table):
    p = torch.softmax(tokens @ weight.T + bias, dim=-1)
    p = torch.softmax(p, dim=-1)
    return (p @ table).squeeze()
