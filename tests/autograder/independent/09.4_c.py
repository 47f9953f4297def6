# %% right: -inf on the diagonal, log_softmax, mean over the positives with where
import torch
from torch.nn import functional as F


def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    eye = torch.eye(n, dtype=torch.bool, device=z.device)
    pos = (labels[:, None] == labels[None, :]) & ~eye
    logp = F.log_softmax((z @ z.T / tau).masked_fill(eye, float("-inf")), dim=1)
    count = pos.sum(1)
    has = count > 0
    if not has.any():
        return z.new_zeros(())
    cost = -torch.where(pos, logp, torch.zeros_like(logp)).sum(1)
    return (cost[has] / count[has]).mean()


# %% right: loop over the anchors, logsumexp over the others
import torch


def supcon_loss(z, labels, tau=0.1):
    N = len(z)
    costs = []
    for i in range(N):
        others = [j for j in range(N) if j != i]
        s = z[others] @ z[i] / tau
        same = labels[others] == labels[i]
        if not bool(same.any()):
            continue
        log_prob = s - torch.logsumexp(s, dim=0)
        costs.append(-log_prob[same].mean())
    if len(costs) == 0:
        return (z * 0).sum()
    return torch.stack(costs).mean()


# %% right: diagonal cut out by reshaping, cross_entropy with soft targets
import torch
from torch.nn import functional as F


def off_diagonal(x):
    n = x.shape[0]
    return x.flatten()[1:].view(n - 1, n + 1)[:, :-1].reshape(n, n - 1)


def supcon_loss(z, labels, tau=0.1):
    s = off_diagonal(torch.mm(z, z.t()) / tau)
    same = off_diagonal((labels.unsqueeze(0) == labels.unsqueeze(1)).to(z.dtype))
    size = same.sum(dim=1, keepdim=True)
    keep = size.squeeze(1) > 0
    if int(keep.sum()) == 0:
        return z.sum() * 0.0
    return F.cross_entropy(s[keep], same[keep] / size[keep], reduction="mean")


# %% right: long-winded double loop with the maximum taken out by hand
import torch


def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    lab = labels.tolist()
    total = torch.zeros((), dtype=z.dtype)
    anchors = 0
    for i in range(n):
        positives = [p for p in range(n) if p != i and lab[p] == lab[i]]
        if not positives:
            continue
        sims = {j: torch.dot(z[i], z[j]) / tau for j in range(n) if j != i}
        top = max(v.item() for v in sims.values())
        denom = 0
        for v in sims.values():
            denom = denom + torch.exp(v - top)
        log_denom = torch.log(denom) + top
        cost = 0
        for p in positives:
            cost = cost - (sims[p] - log_denom)
        total = total + cost / len(positives)
        anchors += 1
    return total / anchors if anchors else total


# %% right: autograd function with the gradient worked out by hand
import torch


class _SupCon(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z, labels, tau):
        n = z.shape[0]
        s = torch.einsum("id,jd->ij", z, z) / tau
        s.fill_diagonal_(float("-inf"))
        s = s - s.amax(1, keepdim=True)
        e = s.exp()
        prob = e / e.sum(1, keepdim=True)
        logp = s - e.sum(1, keepdim=True).log()
        pos = labels.view(-1, 1).eq(labels.view(1, -1))
        pos.fill_diagonal_(False)
        k = pos.sum(1)
        used = (k > 0).to(z.dtype)
        share = pos.to(z.dtype) / k.clamp(min=1).to(z.dtype)[:, None]
        n_used = used.sum().clamp(min=1)
        per = -(share * logp.masked_fill(~pos, 0.0)).sum(1)
        g = (prob - share) * used[:, None] / n_used
        ctx.save_for_backward(z, g)
        ctx.tau = tau
        return per.sum() / n_used

    @staticmethod
    def backward(ctx, up):
        z, g = ctx.saved_tensors
        return up * ((g + g.T) @ z) / ctx.tau, None, None


def supcon_loss(z, labels, tau=0.1):
    return _SupCon.apply(z, labels, tau)


# %% wrong: the sum below the line includes i itself
import torch


def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    logp = s - torch.logsumexp(s, dim=1, keepdim=True)
    pos = (labels[:, None] == labels[None, :]).to(z.dtype)
    pos.fill_diagonal_(0)
    k = pos.sum(1)
    valid = k > 0
    if not valid.any():
        return z.sum() * 0
    per = -(pos * logp).sum(1)[valid] / k[valid]
    return per.mean()


# %% wrong: the sum below the line runs over the negatives only (plus the positive itself)
import torch


def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    s = z @ z.T / tau
    out = []
    for i in range(n):
        neg = s[i][labels != labels[i]]
        terms = []
        for p in range(n):
            if p != i and labels[p] == labels[i]:
                below = torch.cat([s[i, p].reshape(1), neg])
                terms.append(torch.logsumexp(below, 0) - s[i, p])
        if terms:
            out.append(sum(terms) / len(terms))
    return torch.stack(out).mean() if out else z.new_zeros(())


# %% wrong: the logarithm of the mean over P(i), not the mean of the logarithms
import math

import torch


def supcon_loss(z, labels, tau=0.1):
    n = len(labels)
    not_self = ~torch.eye(n, dtype=torch.bool)
    same = labels.view(-1, 1).eq(labels) & not_self
    anchors = [i for i in range(n) if same[i].any()]
    if not anchors:
        return z.new_zeros(())
    loss = 0
    for i in anchors:
        s = z @ z[i] / tau
        above = torch.logsumexp(s[same[i]], 0) - math.log(int(same[i].sum()))
        loss = loss + torch.logsumexp(s[not_self[i]], 0) - above
    return loss / len(anchors)


# %% wrong: divides by all N samples, those alone in their class included
import torch
from torch.nn import functional as F


def supcon_loss(z, labels, tau=0.1):
    N = z.size(0)
    diag = torch.eye(N).bool()
    logits = torch.matmul(z, z.T).div(tau).masked_fill(diag, -torch.inf)
    log_prob = F.log_softmax(logits, dim=-1).masked_fill(diag, 0.0)
    mask = (labels.unsqueeze(1) == labels.unsqueeze(0)).masked_fill(diag, False)
    n_pos = mask.sum(1).clamp(min=1)
    per_sample = -(log_prob * mask).sum(1) / n_pos
    return per_sample.mean()


# %% wrong: scales the rows of z to length 1 once more, which changes the gradient
import torch
from torch.nn import functional as F


def supcon_loss(z, labels, tau=0.1):
    z = F.normalize(z, dim=1)
    n = len(z)
    eye = torch.eye(n, dtype=torch.bool)
    s = (z @ z.T / tau).masked_fill(eye, -1e9)
    lse = torch.logsumexp(s, 1)
    losses = []
    for i in range(n):
        p = (labels == labels[i]) & ~eye[i]
        if p.any():
            losses.append((lse[i] - s[i][p]).mean())
    if not losses:
        return torch.zeros((), dtype=z.dtype)
    return torch.stack(losses).mean()


# %% wrong: shifts by the row maximum with the diagonal in it, at small tau all others underflow to log 0
import torch


def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    dots = torch.div(torch.matmul(z, z.T), tau)
    logits = dots - dots.max(dim=1, keepdim=True).values.detach()
    not_self = 1 - torch.eye(n, dtype=z.dtype)
    mask = torch.eq(labels.view(-1, 1), labels.view(1, -1)).to(z.dtype) * not_self
    exp_logits = torch.exp(logits) * not_self
    log_prob = logits - torch.log(exp_logits.sum(1, keepdim=True))
    n_pos = mask.sum(1)
    ok = n_pos > 0
    if not ok.any():
        return z.sum() * 0
    return -((mask * log_prob).sum(1)[ok] / n_pos[ok]).mean()


# %% wrong: one mean over all pairs, so large classes count more than one mean per sample
import torch
from torch.nn import functional as F


def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    s = z @ z.T / tau
    s = s - torch.diag(torch.full((n,), float("inf"), dtype=z.dtype))
    i, j = torch.where((labels[:, None] == labels[None, :]) & ~torch.eye(n, dtype=torch.bool))
    if len(i) == 0:
        return z.new_zeros(())
    return F.cross_entropy(s[i], j)


# %% wrong: the other side of each pair is detached, the gradient is only half of it
import torch


def supcon_loss(z, labels, tau=0.1):
    keys = z.detach()
    s = z @ keys.T / tau
    n = s.shape[0]
    s = s.masked_fill(torch.eye(n, dtype=torch.bool), float("-inf"))
    logp = torch.log_softmax(s, 1)
    terms = []
    for i in range(n):
        p = labels == labels[i]
        p[i] = False
        if p.sum() > 0:
            terms.append(-logp[i, p].mean())
    return sum(terms) / len(terms) if terms else z.sum() * 0


# %% wrong: scaled by tau / 0.07 as in the published code
import torch


def supcon_loss(z, labels, tau=0.1):
    base_temperature = 0.07
    eye = torch.eye(len(z), dtype=torch.bool)
    sim = (z @ z.T / tau).masked_fill(eye, -torch.inf)
    log_prob = sim - sim.logsumexp(1, keepdim=True)
    pos = (labels[None] == labels[:, None]) & ~eye
    log_prob = torch.where(pos, log_prob, torch.zeros_like(log_prob))
    cnt = pos.sum(1)
    if cnt.max() == 0:
        return z.new_zeros(())
    mean_log_prob = log_prob.sum(1)[cnt > 0] / cnt[cnt > 0]
    return -(tau / base_temperature) * mean_log_prob.mean()


# %% wrong: a sample alone in its class gives 0/0, so the loss is NaN
import torch


def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    off = ~torch.eye(n, dtype=torch.bool)
    s = (z[:, None, :] * z[None, :, :]).sum(-1) / tau
    log_den = torch.stack([torch.logsumexp(s[i][off[i]], dim=0) for i in range(n)])
    log_p = s - log_den[:, None]
    P = off & (labels[:, None] == labels[None, :])
    loss_i = -(log_p * P).sum(1) / P.sum(1)
    return loss_i.mean()


# %% two: multiplies by tau instead of dividing; sums over P(i) without dividing by its size
import torch


def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    eye = torch.eye(n, dtype=torch.bool)
    s = (z @ z.T * tau).masked_fill(eye, float("-inf"))
    logp = torch.log_softmax(s, dim=1).masked_fill(eye, 0)
    pos = (labels[:, None] == labels[None, :]) & ~eye
    has = pos.any(1)
    if not has.any():
        return z.new_zeros(())
    return -(logp * pos).sum(1)[has].mean()


# %% two: i counts as its own positive (so nobody is alone); i stays in the sum below the line
import torch


def supcon_loss(z, labels, tau=0.1):
    s = z @ z.T / tau
    logp = torch.log_softmax(s, dim=1)
    same = (labels[:, None] == labels[None, :]).to(z.dtype)
    return -((same * logp).sum(1) / same.sum(1)).mean()


# %% two: exp without a shift overflows at small tau; where all are alone a float32 zero is returned
import torch


def supcon_loss(z, labels, tau=0.1):
    n = z.shape[0]
    e = torch.exp(z @ z.T / tau)
    costs = []
    for i in range(n):
        denom = e[i].sum() - e[i, i]
        p = [j for j in range(n) if j != i and labels[j] == labels[i]]
        if p:
            costs.append(-torch.log(e[i, p] / denom).mean())
    if not costs:
        return torch.tensor(0.0)
    return torch.stack(costs).mean()


# %% two: only the first other sample of the class counts as positive; the result is float64 always
import torch


def supcon_loss(z, labels, tau=0.1):
    z = z.double()
    n = z.shape[0]
    s = (z @ z.T / tau).masked_fill(torch.eye(n, dtype=torch.bool), -torch.inf)
    lse = torch.logsumexp(s, 1)
    seen = []
    for i in range(n):
        for j in range(n):
            if j != i and labels[j] == labels[i]:
                seen.append(lse[i] - s[i, j])
                break
    return torch.stack(seen).mean() if seen else z.sum() * 0
