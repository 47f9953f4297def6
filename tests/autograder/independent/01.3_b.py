# %% right: where, sum, clamp
import torch


def masked_mean(x, mask):
    m = mask.unsqueeze(-1)
    clean = torch.where(m, x, torch.zeros((), dtype=x.dtype, device=x.device))
    n = m.sum(dim=1).clamp(min=1).to(x.dtype)
    return clean.sum(dim=1) / n


# %% right: a loop over the sequences with boolean indexing
import torch


def masked_mean(x, mask):
    rows = []
    for seq, keep in zip(x, mask):
        real = seq[keep]
        rows.append(real.sum(dim=0) / max(real.shape[0], 1))
    return torch.stack(rows)


# %% right: einsum with weights that sum to one
import torch


def masked_mean(x, mask):
    w = mask.to(x.dtype)
    w = w / w.sum(dim=1, keepdim=True).clamp_min(1.0)
    return torch.einsum("btd,bt->bd", x.masked_fill(~mask[:, :, None], 0.0), w)


# %% right: gather the real steps, index_add them to their sequence
import torch


def masked_mean(x, mask):
    B, T, D = x.shape
    which, _ = torch.nonzero(mask, as_tuple=True)
    total = x.new_zeros(B, D).index_add(0, which, x[mask])
    count = torch.bincount(which, minlength=B).clamp(min=1)
    return total / count.to(x.dtype).view(B, 1)


# %% right: running mean over time, step by step
import torch


def masked_mean(x, mask):
    B, T, D = x.shape
    mean = torch.zeros(B, D, dtype=x.dtype, device=x.device)
    seen = torch.zeros(B, 1, dtype=x.dtype, device=x.device)
    for t in range(T):
        real = mask[:, t : t + 1]
        seen = seen + real.to(x.dtype)
        step = torch.where(real, x[:, t], torch.zeros_like(x[:, t]))
        gain = real.to(x.dtype) / seen.clamp(min=1)
        mean = mean + gain * (step - mean)
    return mean


# %% wrong: multiplies by the mask, so NaN and infinity in the padding survive
import torch


def masked_mean(x, mask):
    w = mask.to(x.dtype).unsqueeze(2)
    return (x * w).sum(1) / w.sum(1).clamp(min=1)


# %% wrong: divides by T instead of the number of real steps
import torch


def masked_mean(x, mask):
    x = x.masked_fill(~mask.unsqueeze(-1), 0)
    return x.mean(dim=1)


# %% wrong: a row without real steps gives NaN
import torch


def masked_mean(x, mask):
    out = []
    for b in range(x.size(0)):
        out.append(x[b, mask[b]].mean(dim=0))
    return torch.stack(out, dim=0)


# %% wrong: zeroes the padding inside the caller's tensor
import torch


def masked_mean(x, mask):
    x.data[~mask] = 0
    n = mask.sum(1, keepdim=True).clamp(min=1).to(x.dtype)
    return x.sum(1) / n


# %% wrong: takes the first n steps, as if the padding always stood at the end
import torch


def masked_mean(x, mask):
    lengths = mask.sum(dim=1).tolist()
    res = [x[b, : lengths[b]].sum(0) / max(lengths[b], 1) for b in range(len(lengths))]
    return torch.stack(res)


# %% wrong: counts the real steps of the whole batch, not of the row
import torch


def masked_mean(x, mask):
    zero = torch.zeros_like(x)
    s = torch.where(mask[..., None], x, zero).sum(1)
    n = mask.sum().clamp(min=1).to(x.dtype) / x.shape[0]
    return s / n


# %% wrong: goes through NumPy, no gradient comes back
import numpy as np
import torch


def masked_mean(x, mask):
    a = x.detach().numpy()
    m = mask.numpy()[:, :, None]
    s = np.where(m, a, 0).sum(axis=1)
    n = np.maximum(m.sum(axis=1), 1).astype(a.dtype)
    return torch.from_numpy(s / n)


# %% wrong: takes every finite step for real and never looks at the mask
import torch


def masked_mean(x, mask):
    ok = torch.isfinite(x)
    s = torch.where(ok, x, torch.zeros_like(x)).sum(dim=1)
    return s / ok.sum(dim=1).clamp(min=1).to(x.dtype)


# %% wrong: adds one to the count against the division by zero
import torch


def masked_mean(x, mask):
    m = mask[:, :, None]
    total = x.masked_fill(m.logical_not(), 0.0).sum(1)
    return total / (m.sum(1).to(x.dtype) + 1)


# %% wrong: repairs the 0/0 of an empty row only afterwards, its gradient is NaN
import torch


def masked_mean(x, mask):
    m = mask.to(x.dtype)[:, :, None]
    s = (torch.nan_to_num(x, nan=0.0, posinf=0.0, neginf=0.0) * m).sum(dim=1)
    n = m.sum(dim=1)
    return torch.where(n > 0, s / n, torch.zeros_like(s))


# %% two: the mask is read the wrong way round (True = padding); no clamp of the count
import torch


def masked_mean(x, mask):
    keep = ~mask
    s = torch.where(keep.unsqueeze(-1), x, torch.zeros_like(x)).sum(1)
    return s / keep.sum(1, keepdim=True)


# %% two: divides by T; result always float32
import torch


def masked_mean(x, mask):
    T = x.shape[1]
    total = x.masked_fill(~mask.unsqueeze(2), 0).sum(1)
    return (total / T).float()


# %% two: NaN of the padding survives the product; an empty row divides by zero
import torch


def masked_mean(x, mask):
    w = mask.type_as(x)
    return torch.einsum("btd,bt->bd", x, w) / w.sum(1)[:, None]


# %% two: median instead of mean; an empty row gives 1
import torch


def masked_mean(x, mask):
    rows = []
    for b in range(x.shape[0]):
        r = x[b][mask[b]]
        if len(r) == 0:
            rows.append(torch.ones(x.shape[2], dtype=x.dtype))
        else:
            rows.append(r.median(dim=0).values)
    return torch.stack(rows)
