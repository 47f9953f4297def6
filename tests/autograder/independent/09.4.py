# %% right: self masked with -inf, logsumexp over the rest
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    me = torch.eye(n, dtype=torch.bool, device=z.device)
    s = z @ z.T / tau
    lse = s.masked_fill(me, float("-inf")).logsumexp(dim=1, keepdim=True)
    logp = s - lse
    pos = (labels[:, None] == labels[None, :]) & ~me
    cnt = pos.sum(1)
    keep = cnt > 0
    if not keep.any():
        return (z * 0).sum()
    per = -(logp * pos).sum(1)[keep] / cnt[keep]
    return per.mean()

# %% right: loop over the anchors
import torch

def supcon_loss(z, labels, tau=0.1):
    costs = []
    N = len(z)
    for i in range(N):
        others = [j for j in range(N) if j != i]
        s = (z[others] @ z[i]) / tau
        logp = torch.log_softmax(s, dim=0)
        same = labels[others] == labels[i]
        if same.any():
            costs.append(-logp[same].mean())
    if not costs:
        return 0.0 * z.sum()
    return torch.stack(costs).mean()

# %% right: drops the diagonal by reshaping to (N, N - 1)
import torch
import torch.nn.functional as F

def supcon_loss(z, labels, tau=0.1):
    n = z.size(0)
    off = ~torch.eye(n, dtype=torch.bool, device=z.device)
    sims = torch.einsum("id,jd->ij", z, z)[off].reshape(n, n - 1)
    P = labels.unsqueeze(0).eq(labels.unsqueeze(1))[off].reshape(n, n - 1).to(z.dtype)
    logq = F.log_softmax(sims / tau, dim=1)
    size = P.sum(1)
    each = -(P * logq).sum(1) / size.clamp(min=1)
    used = (size > 0).to(z.dtype)
    return (each * used).sum() / used.sum().clamp(min=1)

# %% right: weight matrix 1 / |P(i)| and one sum
import torch
from torch import Tensor

def supcon_loss(z: Tensor, labels: Tensor, tau: float = 0.1) -> Tensor:
    if tau <= 0:
        raise ValueError("tau must be positive")
    if z.ndim != 2 or labels.shape != (z.shape[0],):
        raise ValueError("wrong shapes")
    n = z.shape[0]
    sim = torch.matmul(z, z.t()).div(tau)
    low = torch.finfo(sim.dtype).min
    eye = torch.eye(n, dtype=torch.bool, device=z.device)
    denom = torch.logsumexp(torch.where(eye, torch.full_like(sim, low), sim), dim=1)
    W = (labels.view(-1, 1) == labels.view(1, -1)).to(z.dtype)
    W = W.masked_fill(eye, 0.0)
    counts = W.sum(dim=1)
    anchors = int((counts > 0).sum())
    W = W / counts.clamp(min=1.0)[:, None]
    return (W * (denom[:, None] - sim)).sum() / max(anchors, 1)

# %% right: maximum taken off by hand, exponentials times a mask
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    not_self = 1.0 - torch.eye(n, dtype=z.dtype, device=z.device)
    logits = z @ z.T / tau
    big = torch.finfo(z.dtype).max
    filled = logits.masked_fill(not_self == 0, -big)
    logits = logits - filled.max(dim=1, keepdim=True)[0].detach()
    # own entry may be large; keep it out of exp
    ex = torch.exp(logits.masked_fill(not_self == 0, 0.0)) * not_self
    log_prob = logits - torch.log(ex.sum(1, keepdim=True))
    pos = (labels.unsqueeze(1) == labels.unsqueeze(0)).to(z.dtype) * not_self
    num = pos.sum(1)
    has = num > 0
    num = torch.where(has, num, torch.ones_like(num))
    mean_log_prob = (pos * log_prob).sum(1) / num
    return -mean_log_prob.sum() / has.sum().clamp(min=1).to(z.dtype)

# %% right: list of positive pairs and index_add
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    s = (z @ z.T) / tau
    norm = (s + torch.diag(torch.full((n,), float("-inf"), dtype=z.dtype, device=z.device))).logsumexp(1)
    i, j = torch.nonzero(labels[:, None] == labels[None, :], as_tuple=True)
    sel = i != j
    i, j = i[sel], j[sel]
    if i.numel() == 0:
        return s.sum() * 0
    cost = norm[i] - s[i, j]
    number = torch.bincount(i, minlength=n)
    per_anchor = torch.zeros(n, dtype=z.dtype, device=z.device).index_add(0, i, cost / number[i].to(z.dtype))
    return per_anchor.sum() / (number > 0).sum()

# %% wrong: the sum below the line contains the sample itself
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    sim = z @ z.T / tau
    logp = torch.log_softmax(sim, dim=1)
    pos = (labels[:, None] == labels[None, :]).to(z.dtype)
    pos = pos - torch.eye(n, dtype=z.dtype)
    c = pos.sum(1)
    ok = c > 0
    if ok.sum() == 0:
        return z.sum() * 0
    return (-(pos * logp).sum(1)[ok] / c[ok]).mean()

# %% wrong: the samples of the own class are left out of the sum below the line, save the positive in hand
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    same = labels[:, None] == labels[None, :]
    terms = []
    for i in range(len(z)):
        ps = [p for p in range(len(z)) if p != i and bool(same[i, p])]
        if not ps:
            continue
        neg = s[i][~same[i]]
        row = [torch.logsumexp(torch.cat([s[i, p].view(1), neg]), 0) - s[i, p] for p in ps]
        terms.append(torch.stack(row).mean())
    return torch.stack(terms).mean() if terms else z.sum() * 0.0

# %% wrong: logarithm of the mean in place of the mean of logarithms
import math
import torch

def supcon_loss(z, labels, tau=0.1):
    N = z.shape[0]
    eye = torch.eye(N, dtype=torch.bool, device=z.device)
    s = (z @ z.T / tau).masked_fill(eye, float("-inf"))
    logp = s - torch.logsumexp(s, 1, keepdim=True)
    P = (labels[:, None] == labels) & ~eye
    rows = [i for i in range(N) if P[i].any()]
    if len(rows) == 0:
        return 0 * z.sum()
    out = [math.log(int(P[i].sum())) - torch.logsumexp(logp[i][P[i]], 0) for i in rows]
    return torch.stack(out).mean()

# %% wrong: mean over all N samples, the lonely ones counted with cost 0
import torch

def supcon_loss(z, labels, tau=0.1):
    n = len(z)
    off = 1 - torch.eye(n, dtype=z.dtype, device=z.device)
    sim = z @ z.T / tau
    lse = torch.logsumexp(sim.masked_fill(off == 0, -float("inf")), dim=1, keepdim=True)
    mask = torch.eq(labels.view(-1, 1), labels.view(1, -1)).to(z.dtype) * off
    mean_log_prob_pos = (mask * (sim - lse)).sum(1) / mask.sum(1).clamp(min=1)
    return -mean_log_prob_pos.mean()

# %% wrong: sum over P(i) not divided by its size
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    diag = torch.arange(n)
    s = z.mm(z.t()) / tau
    t = s.clone()
    t[diag, diag] = -float("inf")
    logp = s - t.logsumexp(1, keepdim=True)
    pos = labels.unsqueeze(0) == labels.unsqueeze(1)
    pos[diag, diag] = False
    anchors = pos.any(1)
    loss = -(logp * pos).sum(1)
    return loss.sum() / anchors.sum().clamp(min=1)

# %% wrong: naive exp, inf in float32 for tau = 0.002
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    off = ~torch.eye(n, dtype=torch.bool, device=z.device)
    sim = z @ z.T / tau
    denom = torch.exp(sim.masked_fill(~off, float("-inf"))).sum(dim=1)
    logp = sim - torch.log(denom)[:, None]
    pos = (labels[:, None] == labels[None, :]) & off
    k = pos.sum(1)
    valid = k > 0
    if not valid.any():
        return (z * 0.0).sum()
    return (-(logp.masked_fill(~pos, 0.0).sum(1)[valid]) / k[valid]).mean()

# %% wrong: factor tau / 0.07 in front as in the published code with its base temperature
import torch

def supcon_loss(z, labels, tau=0.1, base_temperature=0.07):
    n = z.shape[0]
    logits = torch.div(torch.matmul(z, z.T), tau)
    self_mask = torch.eye(n, dtype=torch.bool, device=z.device)
    log_prob = logits - torch.logsumexp(logits.masked_fill(self_mask, float("-inf")), 1, keepdim=True)
    mask = labels.view(-1, 1).eq(labels.view(1, -1)) & ~self_mask
    mask_pos_pairs = mask.sum(1)
    rows = mask_pos_pairs > 0
    if rows.sum() == 0:
        return logits.sum() * 0
    mean_log_prob_pos = (mask * log_prob).sum(1)[rows] / mask_pos_pairs[rows]
    return (-(tau / base_temperature) * mean_log_prob_pos).mean()

# %% wrong: NaN where every sample is alone in its class (mean of nothing)
import torch

def supcon_loss(z, labels, tau=0.1):
    same = labels[:, None] == labels[None, :]
    same = same.fill_diagonal_(False)
    s = z @ z.T / tau
    hidden = s - torch.diag_embed(torch.full_like(s[0], float("inf")))
    logp = s - hidden.logsumexp(-1, keepdim=True)
    cnt = same.sum(-1)
    l = -(logp * same).sum(-1)
    return (l[cnt > 0] / cnt[cnt > 0]).mean()

# %% wrong: one mean over all positive pairs, so large classes weigh more
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    I = torch.eye(n, dtype=torch.bool, device=z.device)
    s = torch.einsum("nd,md->nm", z, z) / tau
    logp = s - s.masked_fill(I, float("-inf")).logsumexp(1).unsqueeze(1)
    pairs = (labels.unsqueeze(1) == labels) & ~I
    if not pairs.any():
        return z.sum() * 0
    return -logp[pairs].mean()

# %% wrong: scales the rows again, which changes the gradient
import torch
import torch.nn.functional as F

def supcon_loss(z, labels, tau=0.1):
    z = F.normalize(z, dim=1)
    n = z.size(0)
    keep = ~torch.eye(n, dtype=torch.bool, device=z.device)
    s = (z @ z.T / tau)[keep].view(n, n - 1)
    p = (labels[:, None] == labels[None, :])[keep].view(n, n - 1)
    lp = s.log_softmax(1)
    num = p.sum(1)
    anchors = num.gt(0)
    per = -(lp * p).sum(1) / num.clamp(min=1)
    return (per * anchors).sum() / anchors.sum().clamp(min=1)

# %% wrong: own score set to 0, so the sample still adds exp(0) below the line
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    off = 1 - torch.eye(n, dtype=z.dtype, device=z.device)
    s = (z @ z.T) * off / tau
    logp = torch.log_softmax(s, dim=1)
    pos = (labels[None] == labels[:, None]).to(z.dtype) * off
    cnt = pos.sum(1)
    ok = (cnt > 0).to(z.dtype)
    per = -(pos * logp).sum(1) / cnt.clamp(min=1)
    return (per * ok).sum() / ok.sum().clamp(min=1)

# %% two: P(i) contains i itself; self also stays below the line
import torch

def supcon_loss(z, labels, tau=0.1):
    logp = torch.log_softmax(z @ z.T / tau, dim=1)
    P = (labels[:, None] == labels[None, :]).to(z.dtype)
    return -((P * logp).sum(1) / P.sum(1)).mean()

# %% two: a constant 0 without a graph where all are alone; tau is ignored
import torch

def supcon_loss(z, labels, tau=0.1):
    n = len(z)
    eye = torch.eye(n, dtype=torch.bool)
    s = z @ z.T / 0.07
    lp = s - torch.logsumexp(s.masked_fill(eye, float("-inf")), 1, keepdim=True)
    m = (labels[:, None] == labels[None]) & ~eye
    if m.sum() == 0:
        return torch.tensor(0.0)
    idx = m.any(1)
    return -((lp * m).sum(1)[idx] / m.sum(1)[idx]).mean()

# %% two: multiplies by tau; sums over the samples in place of the mean
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    eye = torch.eye(n, dtype=torch.bool, device=z.device)
    s = z @ z.T * tau
    lp = s - s.masked_fill(eye, float("-inf")).logsumexp(1, keepdim=True)
    m = ((labels[:, None] == labels[None]) & ~eye).to(z.dtype)
    return -((lp * m).sum(1) / m.sum(1).clamp(min=1)).sum()


# %% right: logsumexp with the diagonal masked
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    s = z @ z.T / tau
    eye = torch.eye(n, dtype=torch.bool)
    logp = s - torch.logsumexp(s.masked_fill(eye, float("-inf")), dim=1, keepdim=True)
    pos = (labels[:, None] == labels[None]) & ~eye
    cnt = pos.sum(1)
    keep = cnt > 0
    if not keep.any():
        return z.sum() * 0
    per = -(logp * pos.to(z.dtype)).sum(1)[keep] / cnt[keep]
    return per.mean()

# %% right: loop over the samples
import torch

def supcon_loss(z, labels, tau=0.1):
    n = len(labels)
    lab = labels.tolist()
    costs = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        P = [k for k, j in enumerate(others) if lab[j] == lab[i]]
        if not P:
            continue
        s = z[others] @ z[i] / tau
        logp = torch.log_softmax(s, dim=0)
        costs.append(-logp[P].mean())
    if not costs:
        return torch.zeros((), dtype=z.dtype)
    return torch.stack(costs).mean()

# %% wrong: sample itself is in the sum below the line
import torch

def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    logp = torch.log_softmax(s, dim=1)
    pos = (labels[:, None] == labels[None, :]).to(z.dtype)
    pos = pos - torch.eye(len(z), dtype=z.dtype)
    n_pos = pos.sum(1)
    has = n_pos > 0
    if has.sum() == 0:
        return torch.zeros((), dtype=z.dtype)
    return -((pos * logp).sum(1)[has] / n_pos[has]).mean()

# %% wrong: lone samples count in the mean with 0
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.size(0)
    eye = torch.eye(n, dtype=torch.bool)
    s = torch.einsum("id,jd->ij", z, z) / tau
    lse = s.masked_fill(eye, -torch.inf).logsumexp(dim=1)
    pos = ((labels.view(-1, 1) == labels.view(1, -1)) & ~eye).to(z.dtype)
    cost = (pos * (lse[:, None] - s)).sum(1) / pos.sum(1).clamp(min=1)
    return cost.mean()

# %% wrong: logarithm of the mean instead of mean of the logarithms
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    losses = []
    for i in range(n):
        rest = torch.arange(n) != i
        s = (z @ z[i]) / tau
        pos = rest & (labels == labels[i])
        k = int(pos.sum())
        if k == 0:
            continue
        top = torch.logsumexp(s[pos], 0) - torch.log(torch.tensor(float(k)))
        losses.append(torch.logsumexp(s[rest], 0) - top)
    if len(losses) == 0:
        return z.sum() * 0
    return torch.stack(losses).mean().to(z.dtype)

# %% wrong: plain exponentials, overflow at small tau
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    off = 1 - torch.eye(n, dtype=z.dtype)
    s = z @ z.T / tau
    e = torch.exp(s) * off
    logp = s - torch.log(e.sum(1, keepdim=True))
    pos = (labels[None] == labels[:, None]).to(z.dtype) * off
    c = pos.sum(1)
    ok = c > 0
    if not bool(ok.any()):
        return (z * 0).sum()
    return (-(pos * logp).sum(1)[ok] / c[ok]).mean()

# %% two: only other classes below the line; all pairs weigh the same (sum over pairs by number of pairs)
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    same = labels[:, None] == labels[None]
    eye = torch.eye(n, dtype=torch.bool)
    pos = same & ~eye
    if not pos.any() or same.all():
        return z.sum() * 0
    s = z @ z.T / tau
    den = torch.logsumexp(s.masked_fill(same, -1e9), dim=1, keepdim=True)
    return (den - s)[pos].mean()

# %% two: not divided by tau; sample counted as its own positive
import torch

def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    s = z @ z.T
    eye = torch.eye(n, dtype=torch.bool)
    logp = s - torch.logsumexp(s.masked_fill(eye, float("-inf")), 1, keepdim=True)
    pos = (labels[:, None] == labels[None]).to(z.dtype)
    return -((pos * logp).sum(1) / pos.sum(1)).mean()
