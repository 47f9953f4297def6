# %% right: where before the sum, count, where for nobody
import torch


def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(dim=0)
    count = there.sum(dim=0)
    mean = total / count.clamp(min=1).to(probs.dtype)
    return torch.where(count > 0, mean, prior)


# %% right: sample by sample, a list of those who are there
import torch


def late_fuse_present(probs, present, prior):
    M, N, C = probs.shape
    rows = []
    for n in range(N):
        voices = [probs[m, n] for m in range(M) if present[m, n]]
        if voices:
            rows.append(torch.stack(voices).mean(dim=0))
        else:
            rows.append(prior)
    return torch.stack(rows)


# %% right: the prior as one more expert who is there only where nobody else is
import torch


def late_fuse_present(probs, present, prior):
    nobody = ~present.any(dim=0, keepdim=True)
    who = torch.cat([present, nobody]).to(probs.dtype)
    clean = probs.masked_fill(~present[:, :, None], 0.0)
    everyone = torch.cat([clean, prior.expand(1, probs.shape[1], -1)])
    return torch.einsum("mn,mnc->nc", who / who.sum(0), everyone)


# %% right: index_add of the entries that are there
import torch


def late_fuse_present(probs, present, prior):
    m, n = torch.nonzero(present, as_tuple=True)
    total = torch.zeros(probs.shape[1:], dtype=probs.dtype).index_add(0, n, probs[m, n])
    count = torch.bincount(n, minlength=probs.shape[1])
    out = total / count.clamp(min=1)[:, None]
    nobody = (count == 0)[:, None].to(probs.dtype)
    return out + nobody * prior


# %% right: running mean over the experts
import torch


def late_fuse_present(probs, present, prior):
    M = len(probs)
    mean = torch.zeros_like(probs[0])
    seen = torch.zeros(probs.shape[1], 1, dtype=probs.dtype)
    for m in range(M):
        here = present[m].unsqueeze(1)
        seen = seen + here.to(probs.dtype)
        value = torch.where(here, probs[m], mean)
        mean = mean + (value - mean) / seen.clamp(min=1)
    return torch.where(seen == 0, prior.unsqueeze(0).expand_as(mean), mean)


# %% wrong: multiplies by the mask, NaN of an absent expert gets through
import torch


def late_fuse_present(probs, present, prior):
    w = present.to(probs.dtype)[..., None]
    k = w.sum(0)
    mean = (w * probs).sum(0) / k.clamp(min=1)
    return torch.where(k > 0, mean, prior)


# %% wrong: divides by M, absent experts counted
import torch


def late_fuse_present(probs, present, prior):
    clean = probs.masked_fill(~present.unsqueeze(2), 0)
    nobody = ~present.any(0)
    return torch.where(nobody[:, None], prior[None, :], clean.mean(dim=0))


# %% wrong: zeros where nobody is there, the prior is never used
import torch


def late_fuse_present(probs, present, prior):
    mask = present[:, :, None].expand_as(probs)
    total = torch.where(mask, probs, torch.zeros_like(probs)).sum(0)
    return total / torch.maximum(mask.sum(0), torch.ones_like(mask[0], dtype=torch.int64))


# %% wrong: all classes alike (1 / C) where nobody is there
import torch


def late_fuse_present(probs, present, prior):
    M, N, C = probs.shape
    out = []
    for n in range(N):
        rows = probs[:, n][present[:, n]]
        out.append(rows.mean(0) if len(rows) else torch.full((C,), 1.0 / C, dtype=probs.dtype))
    return torch.stack(out)


# %% wrong: the prior votes along in every sample
import torch


def late_fuse_present(probs, present, prior):
    clean = torch.where(present[..., None], probs, torch.zeros((), dtype=probs.dtype))
    return (clean.sum(0) + prior) / (present.sum(0)[:, None] + 1)


# %% wrong: who is absent is read off the NaN, present is not looked at
import torch


def late_fuse_present(probs, present, prior):
    there = ~torch.isnan(probs).any(dim=-1)
    total = torch.nan_to_num(probs, nan=0.0).mul(there[..., None]).sum(dim=0)
    n = there.sum(dim=0).unsqueeze(-1)
    return torch.where(n == 0, prior, total / n.clamp(min=1))


# %% wrong: the prior is copied with torch.tensor, no gradient to it
import torch


def late_fuse_present(probs, present, prior):
    row = torch.tensor(prior.tolist(), dtype=probs.dtype)
    out = []
    for n in range(probs.shape[1]):
        idx = present[:, n].nonzero().flatten()
        out.append(probs[idx, n].mean(dim=0) if idx.numel() > 0 else row)
    return torch.stack(out, dim=0)


# %% wrong: the mask is reshaped to (N, M) instead of transposed, right only for M = 1 or N = 1
import torch


def late_fuse_present(probs, present, prior):
    M, N, C = probs.shape
    by_sample = probs.permute(1, 0, 2)
    mask = present.reshape(N, M, 1)
    total = by_sample.masked_fill(~mask, 0.0).sum(dim=1)
    count = mask.sum(dim=1)
    return torch.where(count > 0, total / count.clamp(min=1), prior)


# %% wrong: every row is divided by its sum at the end, which changes the gradient
import torch


def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    total = torch.where(there.any(0), total, prior)
    return total / total.sum(dim=-1, keepdim=True)


# %% wrong: absent entries of probs are overwritten with 0 in place
import torch


def late_fuse_present(probs, present, prior):
    with torch.no_grad():
        probs[~present] = 0.0
    count = present.sum(dim=0).unsqueeze(1)
    mean = (probs * present.unsqueeze(2)).sum(dim=0) / count.clamp(min=1)
    return torch.where(count > 0, mean, prior.expand_as(mean))


# %% two: geometric mean instead of the plain one; NaN where nobody is there
import torch


def late_fuse_present(probs, present, prior):
    logs = torch.where(present[..., None], probs, torch.ones_like(probs)).clamp(min=1e-30).log()
    k = present.sum(0)[:, None].to(probs.dtype)
    g = torch.exp(logs.sum(0) / k)
    return g / g.sum(1, keepdim=True)


# %% two: the prior as soon as one expert is absent; result always float32
import torch


def late_fuse_present(probs, present, prior):
    complete = present.all(dim=0).unsqueeze(1)
    return torch.where(complete, probs.mean(dim=0), prior).float()


# %% two: the mean is weighted with the prior; result transposed to (C, N)
import torch


def late_fuse_present(probs, present, prior):
    mask = present.unsqueeze(-1)
    total = probs.masked_fill(~mask, 0.0).sum(0) * prior
    none = ~present.any(0)
    out = torch.where(none[:, None], prior, total)
    return (out / out.sum(dim=1, keepdim=True)).T


# %% two: the largest probability instead of the mean; nobody is only handled when the whole batch is empty, else zeros
import torch


def late_fuse_present(probs, present, prior):
    if not present.any():
        return prior.expand(probs.shape[1], -1).clone()
    clean = torch.where(present[:, :, None], probs, torch.zeros_like(probs))
    return clean.max(dim=0).values
