# %% right: very short
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    return F.linear(tokens, weight, bias).softmax(-1) @ table

# %% right: einsum, with the largest score of each token taken off by hand
import torch

def soft_words(tokens, weight, bias, table):
    scores = torch.einsum("btd,vd->btv", tokens, weight) + bias
    scores = scores - scores.amax(dim=2, keepdim=True).detach()
    e = scores.exp()
    p = e / e.sum(dim=2, keepdim=True)
    return torch.einsum("btv,ve->bte", p, table)

# %% right: loops over pictures and tokens
import torch

def soft_words(tokens, weight, bias, table):
    pictures = []
    for picture in tokens:
        rows = []
        for x in picture:
            score = torch.mv(weight, x) + bias
            p = torch.softmax(score, dim=0)
            rows.append(torch.mv(table.t(), p))
        pictures.append(torch.stack(rows))
    return torch.stack(pictures)

# %% right: attention with a 1 appended to the token and the bias to the key, scale 1
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    b = tokens.shape[0]
    one = torch.ones_like(tokens[..., :1])
    q = torch.cat([tokens, one], dim=-1)
    k = torch.cat([weight, bias[:, None]], dim=1).expand(b, -1, -1)
    v = table.expand(b, -1, -1)
    return F.scaled_dot_product_attention(q, k, v, scale=1.0)

# %% right: a class, one word after the other with a running maximum
import torch

class RunningMixture:
    def __init__(self):
        self.top = None

    def add(self, score, vector):
        # score: (B, T), vector: (E,)
        if self.top is None:
            self.top = score.detach()
            w = torch.exp(score - self.top)
            self.norm = w
            self.mix = w.unsqueeze(-1) * vector
            return
        new_top = torch.maximum(self.top, score.detach())
        keep = torch.exp(self.top - new_top)
        w = torch.exp(score - new_top)
        self.norm = self.norm * keep + w
        self.mix = self.mix * keep.unsqueeze(-1) + w.unsqueeze(-1) * vector
        self.top = new_top

    def result(self):
        return self.mix / self.norm.unsqueeze(-1)

def soft_words(tokens, weight, bias, table):
    mixture = RunningMixture()
    for v in range(table.shape[0]):
        score = (tokens * weight[v]).sum(dim=-1) + bias[v]
        mixture.add(score, table[v])
    return mixture.result()

# %% right: over-long, with checks, flattened tokens, addmm and logsumexp
import torch

def _check(tokens, weight, bias, table):
    if tokens.dim() != 3:
        raise ValueError("tokens must be (B, T, D)")
    if weight.dim() != 2 or weight.shape[1] != tokens.shape[2]:
        raise ValueError("weight must be (V, D)")
    if bias.shape != (weight.shape[0],):
        raise ValueError("bias must be (V,)")
    if table.dim() != 2 or table.shape[0] != weight.shape[0]:
        raise ValueError("table must be (V, E)")

def soft_words(tokens, weight, bias, table):
    _check(tokens, weight, bias, table)
    b, t, d = tokens.shape
    v, e = table.shape
    flat = tokens.reshape(b * t, d)
    scores = torch.addmm(bias, flat, weight.t())
    log_norm = torch.logsumexp(scores, dim=1, keepdim=True)
    probs = torch.exp(scores - log_norm)
    mixed = torch.mm(probs, table)
    return mixed.reshape(b, t, e)

# %% wrong: the softmax runs over the tokens instead of the words
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    p = F.softmax(F.linear(tokens, weight, bias), dim=1)
    return torch.matmul(p, table)

# %% wrong: takes off the largest score of the whole batch, so tokens with much lower scores become 0 / 0
import torch

def soft_words(tokens, weight, bias, table):
    scores = tokens @ weight.T + bias
    e = torch.exp(scores - scores.max())
    p = e / e.sum(dim=-1, keepdim=True)
    return p @ table

# %% wrong: exponentiates the scores as they are, which overflows when they are in the hundreds
import torch

def soft_words(tokens, weight, bias, table):
    e = torch.einsum("btd,vd->btv", tokens, weight).add(bias).exp()
    return torch.einsum("btv,ve->bte", e, table) / e.sum(-1).unsqueeze(-1)

# %% wrong: clips the scores to -50..50 against overflow, which changes the probabilities of large scores
import torch

class Projector:
    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias

    def __call__(self, x):
        return (x @ self.weight.t() + self.bias).clamp(-50.0, 50.0)

def soft_words(tokens, weight, bias, table):
    p = Projector(weight, bias)(tokens).softmax(dim=-1)
    return p @ table

# %% wrong: shifts the bias in place for stability, so the input is changed
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    with torch.no_grad():
        bias -= bias.max()
    scores = F.linear(tokens, weight, bias)
    return F.softmax(scores, dim=-1) @ table

# %% wrong: the bias is added to the probabilities, after the softmax
import torch

def soft_words(tokens, weight, bias, table):
    out = []
    for picture in tokens:
        p = torch.softmax(picture @ weight.T, dim=1) + bias
        out.append(p @ table)
    return torch.stack(out)

# %% wrong: the vectors of the words are frozen, so table gets no gradient
import torch
import torch.nn as nn

def soft_words(tokens, weight, bias, table):
    embedding = nn.Embedding.from_pretrained(table.detach(), freeze=True)
    p = nn.functional.linear(tokens, weight, bias).softmax(dim=-1)
    words = embedding(torch.arange(table.shape[0], device=table.device))
    return torch.einsum("btv,ve->bte", p, words)

# %% wrong: the softmax is taken and returned in float32, also for float64 inputs
import torch

def soft_words(tokens, weight, bias, table):
    scores = torch.matmul(tokens, weight.transpose(0, 1)) + bias
    p = torch.softmax(scores, dim=-1, dtype=torch.float32)
    return torch.matmul(p, table.to(p.dtype))

# %% wrong: squeeze() drops every axis of size 1 from the result
import torch

def soft_words(tokens, weight, bias, table):
    scores = (tokens.unsqueeze(2) * weight).sum(-1) + bias
    p = scores.softmax(dim=-1)
    return (p.unsqueeze(-2) @ table).squeeze()

# %% wrong: divides the scores by the root of D as in attention
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    one = torch.ones_like(tokens[..., :1])
    q = torch.cat([tokens, one], dim=-1)
    k = torch.cat([weight, bias.unsqueeze(1)], dim=1)
    scores = q @ k.T / tokens.shape[-1] ** 0.5
    return F.softmax(scores, dim=-1) @ table

# %% two: takes only the single best word instead of the mixture; forgets the bias
import torch

def soft_words(tokens, weight, bias, table):
    best = (tokens @ weight.T).argmax(dim=-1)
    return table[best]

# %% two: a sigmoid for each word instead of a softmax; the tokens are detached
import torch

def soft_words(tokens, weight, bias, table):
    scores = torch.einsum("btd,vd->btv", tokens.detach(), weight) + bias
    return torch.sigmoid(scores) @ table

# %% two: weights with the log-probabilities instead of the probabilities; averages over the words instead of adding them
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    logp = F.log_softmax(F.linear(tokens, weight, bias), dim=2)
    return (logp.unsqueeze(-1) * table).mean(dim=2)

# %% two: keeps only the 5 best words and scales them anew; scales the vectors of the table to length 1
import torch
import torch.nn.functional as F

def soft_words(tokens, weight, bias, table):
    scores = F.linear(tokens, weight, bias)
    k = min(5, scores.shape[-1])
    top, idx = scores.topk(k, dim=-1)
    p = top.softmax(dim=-1)
    vectors = F.normalize(table, dim=1)[idx]
    return (p.unsqueeze(-1) * vectors).sum(dim=-2)
