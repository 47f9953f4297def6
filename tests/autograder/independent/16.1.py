# %% right: linear, softmax, product
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.softmax(F.linear(tokens, weight, bias), dim=-1) @ table

# %% right: einsum
import torch

def soft_words(tokens, weight, bias, table):
    s = torch.einsum("btd,vd->btv", tokens, weight) + bias
    return torch.einsum("btv,ve->bte", s.softmax(-1), table)

# %% right: stable softmax by hand
import torch

def soft_words(tokens, weight, bias, table):
    s = tokens @ weight.T + bias
    s = s - s.max(dim=-1, keepdim=True).values
    e = s.exp()
    p = e / e.sum(dim=-1, keepdim=True)
    return torch.matmul(p, table)

# %% right: loops over pictures and tokens
import torch

def soft_words(tokens, weight, bias, table):
    out = []
    for picture in tokens:
        rows = []
        for token in picture:
            p = torch.softmax(weight @ token + bias, dim=0)
            rows.append(p @ table)
        out.append(torch.stack(rows))
    return torch.stack(out)

# %% right: all tokens in one matrix
import torch

def soft_words(tokens, weight, bias, table):
    b, t, d = tokens.shape
    flat = tokens.reshape(b * t, d)
    p = torch.exp(torch.log_softmax(torch.addmm(bias, flat, weight.t()), dim=1))
    return torch.mm(p, table).view(b, t, -1)

# %% right: bias as one more feature
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    one = torch.ones_like(tokens[..., :1])
    s = torch.cat([tokens, one], -1) @ torch.cat([weight, bias[:, None]], 1).T
    return F.softmax(s, dim=2) @ table

# %% right: sum over the words by broadcasting
import torch

def soft_words(tokens, weight, bias, table):
    s = (tokens[:, :, None, :] * weight).sum(-1) + bias
    p = (s - torch.logsumexp(s, dim=-1, keepdim=True)).exp()
    return (p.unsqueeze(-1) * table).sum(dim=2)

# %% right: running sum over the words
import torch

def _scores(tokens, weight, bias):
    return torch.stack([tokens @ w + b for w, b in zip(weight, bias)], dim=-1)

def soft_words(tokens, weight, bias, table):
    p = torch.softmax(_scores(tokens, weight, bias), -1)
    total = 0
    for v in range(len(table)):
        total = total + p[..., v, None] * table[v]
    return total

# %% wrong: no softmax
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return F.linear(tokens, weight, bias) @ table

# %% wrong: softmax over the tokens
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.softmax(F.linear(tokens, weight, bias), dim=1) @ table

# %% wrong: softmax over the batch
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.softmax(F.linear(tokens, weight, bias), dim=0) @ table

# %% wrong: bias forgotten
import torch

def soft_words(tokens, weight, bias, table):
    return torch.softmax(tokens @ weight.T, dim=-1) @ table

# %% wrong: exp without the largest subtracted
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    e = torch.exp(F.linear(tokens, weight, bias))
    return e / e.sum(-1, keepdim=True) @ table

# %% wrong: the vector of the best word only
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return table[F.linear(tokens, weight, bias).argmax(-1)]

# %% wrong: straight-through hard choice
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    p = torch.softmax(F.linear(tokens, weight, bias), -1)
    hot = F.one_hot(p.argmax(-1), p.shape[-1]).to(p.dtype)
    return (hot + p - p.detach()) @ table

# %% wrong: scores divided by sqrt(D)
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    s = F.linear(tokens, weight, bias) / tokens.shape[-1] ** 0.5
    return torch.softmax(s, dim=-1) @ table

# %% wrong: sigmoid for softmax
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.sigmoid(F.linear(tokens, weight, bias)) @ table

# %% wrong: probabilities detached
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.softmax(F.linear(tokens, weight, bias), dim=-1).detach() @ table

# %% wrong: table detached
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.softmax(F.linear(tokens, weight, bias), dim=-1) @ table.detach()

# %% wrong: log-probabilities as weights
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.log_softmax(F.linear(tokens, weight, bias), dim=-1) @ table

# %% wrong: divided by the number of words
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.softmax(F.linear(tokens, weight, bias), dim=-1) @ table / len(table)

# %% wrong: mean over the tokens of a picture
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    out = torch.softmax(F.linear(tokens, weight, bias), dim=-1) @ table
    return out.mean(dim=1)

# %% wrong: scores clamped to 50 before the softmax
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return torch.softmax(F.linear(tokens, weight, bias).clamp(-50, 50), dim=-1) @ table

# %% two: softmax over the tokens; bias forgotten
import torch

def soft_words(tokens, weight, bias, table):
    return torch.softmax(tokens @ weight.T, dim=1) @ table

# %% two: no softmax; bias forgotten
def soft_words(tokens, weight, bias, table):
    return tokens @ weight.T @ table

# %% two: exp without the largest subtracted; over the tokens
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    e = torch.exp(F.linear(tokens, weight, bias))
    return e / e.sum(1, keepdim=True) @ table

# %% two: divided by sqrt(D); bias forgotten
import math
import torch

def soft_words(tokens, weight, bias, table):
    return torch.softmax(tokens @ weight.T / math.sqrt(tokens.shape[-1]), dim=-1) @ table

# %% two: probabilities and table detached
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    p = torch.softmax(F.linear(tokens, weight, bias), dim=-1).detach()
    return p @ table.detach() + 0 * (tokens.sum() + weight.sum() + bias.sum() + table.sum())
