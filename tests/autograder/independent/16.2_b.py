# %% right: clean the tokens, fill the scores with the smallest number, softmax, matmul
import math
import torch


def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask.unsqueeze(-1), 0.0)
    scores = queries @ x.transpose(1, 2) / math.sqrt(queries.shape[-1])
    scores = scores.masked_fill(~mask.unsqueeze(1), torch.finfo(scores.dtype).min)
    return torch.softmax(scores, dim=-1) @ x


# %% right: picture by picture, only the real tokens
import torch


def learned_queries(queries, tokens, mask):
    K, D = queries.shape
    out = []
    for x, m in zip(tokens, mask):
        real = x[m]
        if real.shape[0] == 0:
            out.append(torch.zeros_like(queries))
            continue
        w = torch.softmax(queries @ real.T / D ** 0.5, dim=1)
        out.append(w @ real)
    return torch.stack(out)


# %% right: einsum, exp with the shift by hand, clamped normaliser
import torch


def learned_queries(queries, tokens, mask):
    D = queries.size(1)
    x = torch.where(mask[:, :, None], tokens, torch.zeros_like(tokens))
    s = torch.einsum("kd,btd->bkt", queries, x) / D ** 0.5
    low = s.detach().masked_fill(~mask[:, None, :], -float("inf"))
    top = low.max(dim=2, keepdim=True).values
    top = torch.where(torch.isfinite(top), top, torch.zeros_like(top))
    e = torch.exp((s - top).masked_fill(~mask[:, None, :], -float("inf")))
    total = e.sum(2, keepdim=True)
    total = torch.where(total > 0, total, torch.ones_like(total))
    return torch.einsum("bkt,btd->bkd", e / total, x)


# %% right: every loop written out, one query and one token at a time
import math
import torch


def learned_queries(queries, tokens, mask):
    B, T, D = tokens.shape
    K = queries.shape[0]
    pictures = []
    for b in range(B):
        real = [t for t in range(T) if bool(mask[b, t])]
        rows = []
        for k in range(K):
            if not real:
                rows.append(torch.zeros(D, dtype=tokens.dtype))
                continue
            s = torch.stack([(queries[k] * tokens[b, t]).sum() / math.sqrt(D) for t in real])
            w = torch.exp(s - torch.logsumexp(s, dim=0))
            acc = 0
            for i, t in enumerate(real):
                acc = acc + w[i] * tokens[b, t]
            rows.append(acc)
        pictures.append(torch.stack(rows))
    return torch.stack(pictures)


# %% right: autograd: the weighted mean is sqrt(D) times the gradient of logsumexp by the query
import torch


def learned_queries(queries, tokens, mask):
    B, T, D = tokens.shape
    root = D ** 0.5
    with torch.enable_grad():
        x = torch.where(mask.unsqueeze(2), tokens, tokens.new_zeros(()))
        q = queries.unsqueeze(0) * torch.ones(B, 1, 1, dtype=queries.dtype)
        if not q.requires_grad:
            q = q.detach().requires_grad_(True)
        s = torch.bmm(q, x.transpose(1, 2)) / root
        s = s.masked_fill(~mask.unsqueeze(1), torch.finfo(s.dtype).min)
        energy = torch.logsumexp(s, dim=2).sum()
        (g,) = torch.autograd.grad(energy, q, create_graph=True)
    out = g * root
    if not (queries.requires_grad or tokens.requires_grad):
        out = out.detach()
    return out


# %% wrong: no division by sqrt(D)
import torch


def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x)
    s = s.masked_fill(~mask[:, None], torch.finfo(s.dtype).min)
    return torch.einsum("bkt,btd->bkd", s.softmax(-1), x)


# %% wrong: masks only the scores; weight 0 times a NaN in the padding is NaN
import torch


def learned_queries(queries, tokens, mask):
    D = tokens.shape[-1]
    s = torch.matmul(queries, tokens.transpose(-2, -1)) / D ** 0.5
    s = torch.where(mask[:, None, :], s, torch.finfo(s.dtype).min)
    w = torch.softmax(s, dim=-1) * mask[:, None, :]
    return w @ tokens


# %% wrong: a picture without real tokens gives NaN (softmax over nothing but -inf)
import torch


def learned_queries(queries, tokens, mask):
    x = torch.where(mask.unsqueeze(-1), tokens, torch.zeros_like(tokens))
    scores = queries @ x.mT / queries.shape[1] ** 0.5
    scores = scores.masked_fill(~mask.unsqueeze(1), float("-inf"))
    return scores.softmax(dim=2) @ x


# %% wrong: softmax over the queries instead of the tokens
import torch


def learned_queries(queries, tokens, mask):
    clean = tokens.masked_fill(~mask[:, :, None], 0.0)
    s = torch.einsum("kd,btd->bkt", queries, clean) / clean.shape[2] ** 0.5
    s = s.masked_fill(~mask[:, None, :], torch.finfo(s.dtype).min)
    w = torch.softmax(s, dim=1)
    return w @ clean


# %% wrong: exp without subtracting the maximum, overflows for large scores
import torch


def learned_queries(queries, tokens, mask):
    m = mask.unsqueeze(1).to(tokens.dtype)
    x = torch.where(mask[..., None], tokens, torch.zeros_like(tokens))
    e = torch.exp(queries @ x.transpose(1, 2) / x.shape[-1] ** 0.5) * m
    w = e / e.sum(-1, keepdim=True).clamp_min(torch.finfo(e.dtype).tiny)
    return w @ x


# %% wrong: softmax over all tokens, padding zeroed afterwards and not renormalised
import torch


def learned_queries(queries, tokens, mask):
    x = tokens.clone()
    x[~mask] = 0.0
    scores = torch.einsum("btd,kd->bkt", x, queries) / tokens.size(-1) ** 0.5
    weights = scores.softmax(dim=-1) * mask[:, None, :]
    return torch.einsum("bkt,btd->bkd", weights, x)


# %% wrong: writes zeros into the padding of the input
import torch


def learned_queries(queries, tokens, mask):
    with torch.no_grad():
        tokens[~mask] = 0
    s = (queries @ tokens.transpose(1, 2)) / queries.shape[-1] ** 0.5
    s = s.masked_fill(~mask[:, None, :], torch.finfo(s.dtype).min)
    return torch.softmax(s, -1) @ tokens


# %% wrong: fills padding with -10000, which wins when the real scores lie lower still
import torch


def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask.unsqueeze(-1), 0.0)
    s = torch.matmul(queries, x.transpose(1, 2)) / (x.size(-1) ** 0.5)
    s = s.masked_fill(~mask.unsqueeze(1), -1e4)
    return torch.matmul(torch.softmax(s, dim=-1), x)


# %% wrong: a picture without real tokens gives the plain mean of its padding instead of zeros
import torch


def learned_queries(queries, tokens, mask):
    x = torch.nan_to_num(tokens, nan=0.0, posinf=0.0, neginf=0.0)
    D = x.shape[2]
    out = []
    for b in range(len(x)):
        s = queries @ x[b].T / D ** 0.5
        s = s.masked_fill(~mask[b], torch.finfo(s.dtype).min)
        out.append(torch.softmax(s, dim=1) @ x[b])
    return torch.stack(out)


# %% wrong: adds -inf and mends the NaN afterwards with nan_to_num, the gradient of a picture without tokens stays NaN
import torch


def learned_queries(queries, tokens, mask):
    x = torch.where(mask[..., None], tokens, torch.zeros_like(tokens))
    bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask, float("-inf"))
    s = torch.einsum("kd,btd->bkt", queries, x) * x.shape[-1] ** -0.5 + bias[:, None]
    w = torch.nan_to_num(torch.softmax(s, dim=-1), nan=0.0)
    return torch.einsum("bkt,btd->bkd", w, x)


# %% two: padding scores set to 0 by multiplying with the mask, so padding takes weight; no sqrt(D)
import torch


def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0.0)
    s = (queries @ x.transpose(1, 2)) * mask[:, None, :].to(x.dtype)
    return torch.softmax(s, dim=-1) @ x


# %% two: mask read the wrong way round (True = padding); no gradient to the queries
import torch


def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(mask[..., None], 0.0)
    s = queries.detach() @ x.transpose(1, 2) / queries.shape[1] ** 0.5
    s = s.masked_fill(mask[:, None, :], torch.finfo(s.dtype).min)
    return torch.softmax(s, dim=-1) @ x


# %% two: returns (K, B, D); NaN where a picture has no real token
import torch


def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask.unsqueeze(2), 0.0)
    s = torch.einsum("kd,btd->kbt", queries, x) / x.shape[-1] ** 0.5
    s = s.masked_fill(~mask.unsqueeze(0), -float("inf"))
    return torch.einsum("kbt,btd->kbd", s.softmax(-1), x)


# %% two: the maximum is taken over the padding too, so very negative real scores vanish; divides by D instead of sqrt(D)
import torch


def learned_queries(queries, tokens, mask):
    x = torch.where(mask[:, :, None], tokens, torch.zeros_like(tokens))
    s = torch.einsum("kd,btd->bkt", queries, x) / x.shape[2]
    s = s - s.max(dim=2, keepdim=True).values
    e = s.exp() * mask[:, None, :].to(s.dtype)
    w = e / e.sum(dim=2, keepdim=True).clamp_min(1e-30)
    return w @ x
