# %% right: where, sum, clamp the count
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    count = there.sum(0)
    return torch.where(count > 0, total / count.clamp(min=1), prior)

# %% right: loop over samples
import torch

def late_fuse_present(probs, present, prior):
    rows = []
    for n in range(probs.shape[1]):
        here = present[:, n]
        rows.append(probs[here, n].mean(dim=0) if here.any() else prior)
    return torch.stack(rows)

# %% right: masked_fill and einsum
import torch

def late_fuse_present(probs, present, prior):
    w = present.to(probs.dtype)
    clean = probs.masked_fill(~present[..., None], 0)
    k = w.sum(0)
    mean = torch.einsum("mn,mnc->nc", w, clean) / torch.clamp(k, min=1.0)[:, None]
    none = (k == 0).to(probs.dtype)[:, None]
    return mean + none * prior

# %% right: nanmean after masking
import torch

def late_fuse_present(probs, present, prior):
    marked = probs.masked_fill(~present.unsqueeze(2), float("nan"))
    any_ = present.any(dim=0)
    out = prior.repeat(probs.shape[1], 1)
    if any_.any():
        out[any_] = torch.nanmean(marked[:, any_], dim=0)
    return out

# %% right: running sums over the experts
import torch

def late_fuse_present(probs, present, prior):
    total, count = torch.zeros_like(probs[0]), torch.zeros_like(probs[0, :, :1])
    for p, here in zip(probs, present):
        h = here.unsqueeze(1)
        total = total + p.masked_fill(~h, 0.0)
        count = count + h
    mean = total / torch.where(count == 0, torch.ones_like(count), count)
    return torch.where(count == 0, prior.unsqueeze(0), mean)

# %% right: weights of a softmax over those present
import torch

def late_fuse_present(probs, present, prior):
    nobody = ~present.any(dim=0)
    scores = torch.zeros(present.shape, dtype=probs.dtype).masked_fill(~present, float("-inf"))
    scores = scores.masked_fill(nobody, 0.0)
    w = torch.softmax(scores, dim=0) * ~nobody
    clean = torch.where(present.unsqueeze(-1), probs, 0.0)
    return (w.unsqueeze(-1) * clean).sum(dim=0) + prior * nobody.unsqueeze(-1)

# %% right: prior as one more expert who only speaks in silence
import torch

def late_fuse_present(probs, present, prior):
    silence = ~present.any(0, keepdim=True)
    every = torch.cat([probs, prior.expand(1, *probs.shape[1:])])
    here = torch.cat([present, silence]).unsqueeze(-1)
    return every.masked_fill(~here, 0).sum(0) / here.sum(0)

# %% right: advanced indexing with index_add
import torch

def late_fuse_present(probs, present, prior):
    M, N, C = probs.shape
    m, n = present.nonzero(as_tuple=True)
    total = torch.zeros(N, C, dtype=probs.dtype).index_add(0, n, probs[m, n])
    count = torch.bincount(n, minlength=N).to(probs.dtype)
    out = []
    for i in range(N):
        out.append(total[i] / count[i] if count[i] > 0 else prior)
    return torch.stack(out)

# %% wrong: divides by M instead of the number present
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    return torch.where(there.any(0), total / probs.shape[0], prior)

# %% wrong: mask ignored
import torch

def late_fuse_present(probs, present, prior):
    return torch.where(present.any(0)[:, None], probs.mean(0), prior)

# %% wrong: NaN of the absent stays, because it is multiplied by 0
import torch

def late_fuse_present(probs, present, prior):
    w = present.to(probs.dtype).unsqueeze(-1)
    total = (probs * w).sum(0)
    count = w.sum(0)
    return torch.where(count > 0, total / count.clamp(min=1), prior)

# %% wrong: 0/0 is NaN where nobody is there
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    return total / there.sum(0)

# %% wrong: zeros where nobody is there
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    return total / there.sum(0).clamp(min=1)

# %% wrong: uniform where nobody is there
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    count = there.sum(0)
    flat = torch.full_like(prior, 1 / len(prior))
    return torch.where(count > 0, total / count.clamp(min=1), flat)

# %% wrong: the prior counts as one more expert always
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0) + prior
    return total / (there.sum(0) + 1)

# %% wrong: the prior stands in for each absent expert
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    return torch.where(there, probs, prior.expand_as(probs)).mean(0)

# %% wrong: geometric mean, renormalised
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    logs = torch.where(there, probs.clamp(min=1e-12), torch.ones_like(probs)).log().sum(0)
    count = there.sum(0)
    g = torch.softmax(logs / count.clamp(min=1), dim=-1)
    return torch.where(count > 0, g, prior)

# %% wrong: the sum, not the mean
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    return torch.where(there.any(0), total, prior)

# %% wrong: the mean is multiplied by the prior and normalised
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    count = there.sum(0)
    post = total / count.clamp(min=1) * prior
    post = post / post.sum(-1, keepdim=True).clamp(min=1e-12)
    return torch.where(count > 0, post, prior)

# %% wrong: the first expert present instead of the mean
def late_fuse_present(probs, present, prior):
    out = prior.repeat(probs.shape[1], 1)
    for n in range(probs.shape[1]):
        here = present[:, n].nonzero().flatten()
        if len(here):
            out[n] = probs[here[0], n]
    return out

# %% wrong: the prior only if the whole batch has nobody
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    if not present.any():
        return prior.repeat(probs.shape[1], 1)
    return total / there.sum(0).clamp(min=1)

# %% wrong: detached in the loop
import torch

def late_fuse_present(probs, present, prior):
    rows = []
    for n in range(probs.shape[1]):
        here = present[:, n]
        rows.append(probs[here, n].detach().mean(dim=0) if here.any() else prior.detach())
    return torch.stack(rows)

# %% wrong: median of those present
import torch

def late_fuse_present(probs, present, prior):
    out = []
    for n in range(probs.shape[1]):
        here = probs[present[:, n], n]
        out.append(torch.quantile(here, 0.5, dim=0) if len(here) else prior)
    return torch.stack(out)

# %% two: divides by M; zeros where nobody is
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    return torch.where(there, probs, torch.zeros_like(probs)).sum(0) / probs.shape[0]

# %% two: sum instead of mean; uniform where nobody is
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    total = torch.where(there, probs, torch.zeros_like(probs)).sum(0)
    return torch.where(there.any(0), total, torch.full_like(total, 1 / total.shape[-1]))

# %% two: NaN of the absent stays; zeros where nobody is
def late_fuse_present(probs, present, prior):
    w = present.to(probs.dtype).unsqueeze(-1)
    return (probs * w).sum(0) / w.sum(0).clamp(min=1)

# %% two: mask ignored; no prior
def late_fuse_present(probs, present, prior):
    return probs.mean(dim=0)

# %% two: geometric mean; not normalised
import torch

def late_fuse_present(probs, present, prior):
    there = present.unsqueeze(-1)
    logs = torch.where(there, probs.clamp(min=1e-12), torch.ones_like(probs)).log().sum(0)
    count = there.sum(0)
    return torch.where(count > 0, torch.exp(logs / count.clamp(min=1)), prior)
