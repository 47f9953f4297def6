# %% right: where before the sum, clamped count, where for the prior
import torch


def late_fuse_present(probs, present, prior):
    clean = torch.where(present[..., None], probs, torch.zeros_like(probs))
    count = present.sum(0)
    mean = clean.sum(0) / count.clamp(min=1)[:, None].to(probs.dtype)
    return torch.where((count > 0)[:, None], mean, prior[None, :])


# %% right: plain loops over samples and experts (an input no row needs stays out of the graph)
import torch


def late_fuse_present(probs, present, prior):
    M, N, C = probs.shape
    rows = []
    for n in range(N):
        total = None
        k = 0
        for m in range(M):
            if present[m, n]:
                total = probs[m, n] if total is None else total + probs[m, n]
                k += 1
        if k == 0:
            rows.append(prior)
        else:
            rows.append(total / k)
    return torch.stack(rows)


# %% right: the prior as expert number M + 1, present only where nobody else is
import torch


def late_fuse_present(probs, present, prior):
    _, N, C = probs.shape
    nobody = ~present.any(dim=0)
    everyone = torch.cat([probs, prior.expand(1, N, C)], dim=0)
    there = torch.cat([present, nobody[None]], dim=0)
    everyone = everyone.masked_fill(~there.unsqueeze(-1), 0.0)
    return everyone.sum(dim=0) / there.sum(dim=0).unsqueeze(-1).to(probs.dtype)


# %% right: weights per expert and einsum on cleaned probabilities
import torch


def late_fuse_present(probs, present, prior):
    w = present.to(probs.dtype)
    n = w.sum(dim=0)
    w = w / n.clamp_min(1.0)
    x = probs.masked_fill(~present[:, :, None], 0)
    empty = (n == 0).to(probs.dtype)
    return torch.einsum("mn,mnc->nc", w, x) + empty[:, None] * prior


# %% right: start from copies of the prior, overwrite the rows with somebody, index_add over the present pairs
import torch


def late_fuse_present(probs, present, prior):
    M, N, C = probs.shape
    m_idx, n_idx = present.nonzero(as_tuple=True)
    sums = torch.zeros(N, C, dtype=probs.dtype).index_add(0, n_idx, probs[m_idx, n_idx])
    counts = torch.bincount(n_idx, minlength=N)
    some = counts > 0
    out = prior.unsqueeze(0).repeat(N, 1)
    out[some] = sums[some] / counts[some].unsqueeze(1)
    return out


# %% wrong: multiplies by the mask, NaN * 0 stays NaN
import torch


def late_fuse_present(probs, present, prior):
    mask = present.unsqueeze(-1).to(probs.dtype)
    total = (probs * mask).sum(0)
    n = mask.sum(0)
    return torch.where(n > 0, total / n.clamp(min=1), prior)


# %% wrong: divides by the number M of all experts
import torch


def late_fuse_present(probs, present, prior):
    p = probs.masked_fill(~present[..., None], 0.0)
    out = p.mean(dim=0)
    return torch.where(present.any(0)[:, None], out, prior)


# %% wrong: nobody there gives the uniform distribution instead of the prior
import torch


def late_fuse_present(probs, present, prior):
    C = probs.shape[2]
    clean = torch.where(present[:, :, None], probs, 0.0)
    cnt = present.sum(0, keepdim=True).T
    mean = clean.sum(0) / cnt.clamp(min=1)
    uniform = torch.full_like(prior, 1.0 / C) + 0 * prior
    return torch.where(cnt > 0, mean, uniform)


# %% wrong: nobody there gives a row of zeros, the prior is never put in
import torch


def late_fuse_present(probs, present, prior):
    x = probs.masked_fill(~present.unsqueeze(2), 0)
    count = present.sum(dim=0).clamp(min=1).unsqueeze(1)
    return x.sum(dim=0) / count + 0 * prior


# %% wrong: the prior is always counted as one more expert
import torch


def late_fuse_present(probs, present, prior):
    total = prior.clone().expand(probs.shape[1], -1)
    n = torch.ones(probs.shape[1], 1, dtype=probs.dtype)
    for p, here in zip(probs, present):
        here = here[:, None]
        total = total + torch.where(here, p, torch.zeros_like(p))
        n = n + here.to(probs.dtype)
    return total / n


# %% wrong: an absent expert is replaced by the prior and counted, mean over all M
import torch


def late_fuse_present(probs, present, prior):
    filled = torch.where(present[..., None], probs, prior.view(1, 1, -1))
    return filled.mean(dim=0)


# %% wrong: looks for NaN instead of reading the mask, so absent experts with ordinary numbers count
import torch


def late_fuse_present(probs, present, prior):
    known = ~torch.isnan(probs).any(dim=2)
    known = known & present.any(dim=0)[None, :]
    clean = probs.masked_fill(~known[..., None], 0.0)
    n = known.sum(0)[:, None]
    return torch.where(n > 0, clean.sum(0) / n.clamp(min=1), prior)


# %% wrong: sets the absent numbers to zero in the input itself
import torch


def late_fuse_present(probs, present, prior):
    with torch.no_grad():
        probs[~present] = 0.0
    w = present.to(probs.dtype)
    n = w.sum(0)
    mean = torch.einsum("mnc,mn->nc", probs, w / n.clamp(min=1))
    return torch.where(n[:, None] > 0, mean, prior)


# %% wrong: takes the prior as soon as one expert is missing (all instead of any)
import torch


def late_fuse_present(probs, present, prior):
    rows = []
    for n in range(probs.shape[1]):
        here = present[:, n]
        if here.all():
            rows.append(probs[here, n].mean(dim=0) + 0 * prior)
        else:
            rows.append(prior + 0 * probs[:, n].nan_to_num(0, 0, 0).sum())
    return torch.stack(rows)


# %% wrong: 0/0 inside where, the values are right but the gradient to probs is NaN where nobody is there
import torch


def late_fuse_present(probs, present, prior):
    m = present.unsqueeze(-1).to(probs.dtype)
    summed = (torch.nan_to_num(probs, nan=0.0, posinf=0.0, neginf=0.0) * m).sum(0)
    cnt = m.sum(0)
    return torch.where(cnt > 0, summed / cnt, prior)


# %% two: divides by the total count of the whole batch; nobody there gives zeros, not the prior
import torch


def late_fuse_present(probs, present, prior):
    x = torch.where(present[..., None], probs, torch.zeros_like(probs))
    return x.sum(0) / present.sum().clamp(min=1) + 0 * prior


# %% two: geometric mean instead of the plain mean; no gradient to the prior
import torch


def late_fuse_present(probs, present, prior):
    logp = torch.where(present[..., None], probs, torch.ones_like(probs)).clamp_min(1e-12).log()
    n = present.sum(0)[:, None]
    geo = (logp.sum(0) / n.clamp(min=1)).softmax(-1)
    return torch.where(n > 0, geo, prior.detach())


# %% two: NaN times mask; the mask read as (N, M) by reshape
import torch


def late_fuse_present(probs, present, prior):
    M, N, C = probs.shape
    mask = present.reshape(N, M).T.unsqueeze(-1).to(probs.dtype)
    n = mask.sum(0)
    return torch.where(n > 0, (probs * mask).sum(0) / n.clamp(min=1), prior)


# %% two: float32 result buffer; no gradient to probs (goes through numpy)
import numpy as np
import torch


def late_fuse_present(probs, present, prior):
    p = probs.detach().numpy()
    here = present.numpy()
    out = torch.zeros(p.shape[1], p.shape[2])
    for n in range(p.shape[1]):
        if here[:, n].any():
            out[n] = torch.tensor(np.mean(p[here[:, n], n], axis=0))
        else:
            out[n] = prior
    return out
