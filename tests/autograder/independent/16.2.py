# %% right: clean tokens, masked scores, zeros for the empty
import torch

def learned_queries(queries, tokens, mask):
    clean = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, clean) / queries.shape[1] ** 0.5
    some = mask.any(1)[:, None, None]
    s = s.masked_fill(~mask[:, None, :] & some, float("-inf"))
    return (torch.softmax(s, -1) @ clean) * some

# %% right: loop over pictures, only the real tokens
import math
import torch

def learned_queries(queries, tokens, mask):
    out = []
    for x, m in zip(tokens, mask):
        real = x[m]
        if len(real) == 0:
            out.append(torch.zeros_like(queries))
        else:
            out.append(torch.softmax(queries @ real.T / math.sqrt(queries.shape[1]), dim=1) @ real)
    return torch.stack(out)

# %% right: loops over queries too
import torch

def learned_queries(queries, tokens, mask):
    B, T, D = tokens.shape
    rows = []
    for b in range(B):
        places = [t for t in range(T) if mask[b, t]]
        for q in queries:
            if not places:
                rows.append(torch.zeros(D, dtype=tokens.dtype))
                continue
            s = torch.stack([torch.dot(q, tokens[b, t]) for t in places]) / D**0.5
            w = torch.exp(s - torch.logsumexp(s, 0))
            rows.append(sum(w[i] * tokens[b, t] for i, t in enumerate(places)))
    return torch.stack(rows).reshape(B, len(queries), D)

# %% right: stable softmax by hand
import torch

def learned_queries(queries, tokens, mask):
    real = mask.unsqueeze(1)
    x = torch.where(mask.unsqueeze(2), tokens, torch.zeros_like(tokens))
    s = (queries @ x.transpose(1, 2)) / queries.size(-1) ** 0.5
    low = torch.finfo(s.dtype).min
    s = torch.where(real, s, torch.full_like(s, low))
    e = torch.exp(s - s.amax(-1, keepdim=True).detach()) * real
    total = e.sum(-1, keepdim=True)
    return (e / torch.where(total > 0, total, torch.ones_like(total))) @ x

# %% right: additive bias with the least finite number
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask.unsqueeze(-1), 0.0)
    bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask, torch.finfo(x.dtype).min)
    w = torch.softmax(torch.matmul(queries / x.shape[-1] ** 0.5, x.mT) + bias[:, None], dim=-1)
    return (w * mask[:, None]) @ x

# %% right: softmax, then nan to 0 with where
import math
import torch

def learned_queries(queries, tokens, mask):
    gone = ~mask
    x = torch.where(gone[..., None], torch.zeros((), dtype=tokens.dtype), tokens)
    s = torch.einsum("btd,kd->btk", x, queries).div(math.sqrt(x.shape[-1]))
    blocked = gone & mask.any(1, keepdim=True)
    w = s.masked_fill(blocked[..., None], -math.inf).softmax(dim=1)
    out = torch.einsum("btk,btd->bkd", w, x)
    return torch.where(mask.any(1)[:, None, None], out, torch.zeros_like(out))

# %% right: one more token of zeros for empty pictures
import torch
import torch.nn.functional as F

def learned_queries(queries, tokens, mask):
    b, t, d = tokens.shape
    x = torch.cat([tokens.masked_fill(~mask[..., None], 0), tokens.new_zeros(b, 1, d)], 1)
    m = torch.cat([mask, ~mask.any(1, keepdim=True)], 1)
    s = (x @ queries.T).transpose(1, 2) * d**-0.5
    return F.softmax(s.masked_fill(~m[:, None], float("-inf")), dim=-1).bmm(x)

# %% right: batched matrix product with expanded queries
import torch

def _attend(q, x, m):
    s = torch.baddbmm(q.new_zeros(len(q), q.shape[1], x.shape[1]), q, x.transpose(1, 2), alpha=q.shape[-1] ** -0.5)
    return s.masked_fill(~m[:, None, :], -float("inf")).softmax(-1) @ x

def learned_queries(queries, tokens, mask):
    out = queries.new_zeros(len(tokens), *queries.shape)
    some = mask.any(dim=1).nonzero().flatten()
    if len(some):
        x = tokens[some].masked_fill(~mask[some].unsqueeze(-1), 0)
        out = out.index_copy(0, some, _attend(queries.expand(len(some), -1, -1), x, mask[some]))
    return out

# %% wrong: no division by sqrt(D)
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x)
    some = mask.any(1)[:, None, None]
    s = s.masked_fill(~mask[:, None, :] & some, float("-inf"))
    return (torch.softmax(s, -1) @ x) * some

# %% wrong: divided by D
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1]
    some = mask.any(1)[:, None, None]
    s = s.masked_fill(~mask[:, None, :] & some, float("-inf"))
    return (torch.softmax(s, -1) @ x) * some

# %% wrong: mask ignored
import torch

def learned_queries(queries, tokens, mask):
    s = torch.einsum("kd,btd->bkt", queries, tokens) / queries.shape[1] ** 0.5
    return torch.softmax(s, -1) @ tokens

# %% wrong: mask set upside down
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5
    some = (~mask).any(1)[:, None, None]
    s = s.masked_fill(mask[:, None, :] & some, float("-inf"))
    return (torch.softmax(s, -1) @ x) * some

# %% wrong: NaN in a picture without real tokens
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5
    return torch.softmax(s.masked_fill(~mask[:, None, :], float("-inf")), -1) @ x

# %% wrong: NaN of the padding, because only the scores are masked
import torch

def learned_queries(queries, tokens, mask):
    s = torch.einsum("kd,btd->bkt", queries, tokens) / queries.shape[1] ** 0.5
    some = mask.any(1)[:, None, None]
    s = s.masked_fill(~mask[:, None, :] & some, float("-inf"))
    return (torch.softmax(s, -1) @ tokens).masked_fill(~some, 0)

# %% wrong: scores of the padding set to 0 instead of minus infinity
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5
    return torch.softmax(s, -1) @ x

# %% wrong: softmax over the queries
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5
    w = torch.softmax(s, dim=1) * mask[:, None, :]
    return w @ x

# %% wrong: padding set to -1e4, too little for scores in the ten thousands
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5
    s = s.masked_fill(~mask[:, None, :], -1e4)
    return (torch.softmax(s, -1) @ x) * mask.any(1)[:, None, None]

# %% wrong: exp without the largest subtracted
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    e = torch.exp(torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5) * mask[:, None, :]
    return e @ x / e.sum(-1, keepdim=True).clamp(min=1e-12)

# %% wrong: mean over the real tokens, whatever the queries say
def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    mean = x.sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
    return mean[:, None, :].expand(-1, len(queries), -1) + 0 * queries

# %% wrong: sigmoid weights
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5
    return (torch.sigmoid(s) * mask[:, None, :]) @ x

# %% wrong: adds the query (residual)
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5
    some = mask.any(1)[:, None, None]
    s = s.masked_fill(~mask[:, None, :] & some, float("-inf"))
    return queries + (torch.softmax(s, -1) @ x) * some

# %% wrong: softmax over all, then masked without a new normalisation
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1] ** 0.5
    w = torch.softmax(s, -1) * mask[:, None, :]
    return w @ x

# %% wrong: divided by sqrt(T)
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x) / tokens.shape[1] ** 0.5
    some = mask.any(1)[:, None, None]
    s = s.masked_fill(~mask[:, None, :] & some, float("-inf"))
    return (torch.softmax(s, -1) @ x) * some

# %% two: no sqrt(D); NaN in a picture without real tokens
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    s = torch.einsum("kd,btd->bkt", queries, x).masked_fill(~mask[:, None, :], float("-inf"))
    return torch.softmax(s, -1) @ x

# %% two: mask ignored; no sqrt(D)
import torch

def learned_queries(queries, tokens, mask):
    return torch.softmax(torch.einsum("kd,btd->bkt", queries, tokens), -1) @ tokens

# %% two: softmax over the queries; no sqrt(D)
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    return (torch.softmax(torch.einsum("kd,btd->bkt", queries, x), dim=1) * mask[:, None, :]) @ x

# %% two: NaN of the padding; NaN in a picture without real tokens
import torch

def learned_queries(queries, tokens, mask):
    s = torch.einsum("kd,btd->bkt", queries, tokens) / queries.shape[1] ** 0.5
    return torch.softmax(s.masked_fill(~mask[:, None, :], float("-inf")), -1) @ tokens

# %% two: divided by D; scores of the padding 0
import torch

def learned_queries(queries, tokens, mask):
    x = tokens.masked_fill(~mask[..., None], 0)
    return torch.softmax(torch.einsum("kd,btd->bkt", queries, x) / queries.shape[1], -1) @ x
