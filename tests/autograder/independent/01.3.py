# %% right: masked_fill to 0, then sum over count
import torch

def masked_mean(x, mask):
    clean = x.masked_fill(~mask.unsqueeze(-1), 0.0)
    n = mask.sum(dim=1, keepdim=True).clamp(min=1)
    return clean.sum(dim=1) / n.to(x.dtype)

# %% right: torch.where with ones_like counts
import torch

def masked_mean(x, mask):
    m = mask[:, :, None]
    total = torch.where(m, x, torch.zeros_like(x)).sum(1)
    count = m.sum(1)
    return total / torch.where(count > 0, count, torch.ones_like(count)).to(x.dtype)

# %% right: loop over the batch with boolean indexing
import torch

def masked_mean(x, mask):
    out = []
    for xi, mi in zip(x, mask):
        real = xi[mi]
        out.append(real.sum(dim=0) / max(len(real), 1))
    return torch.stack(out)

# %% right: einsum of normalised weights with cleaned values
import torch

def masked_mean(x, mask):
    w = mask.to(x.dtype)
    w = w / w.sum(1, keepdim=True).clamp(min=1.0)
    safe = torch.where(mask.unsqueeze(2), x, x.new_zeros(()))
    return torch.einsum("bt,btd->bd", w, safe)

# %% right: index_add of the real steps
import torch

def masked_mean(x, mask):
    B, T, D = x.shape
    b, t = mask.nonzero(as_tuple=True)
    sums = torch.zeros(B, D, dtype=x.dtype, device=x.device).index_add(0, b, x[b, t])
    counts = torch.bincount(b, minlength=B).clamp(min=1)
    return sums / counts.unsqueeze(1).to(x.dtype)

# %% right: typed with guards, batch matrix product
import torch
from torch import Tensor

def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    if x.dim() != 3:
        raise ValueError("x must be (B, T, D)")
    if mask.shape != x.shape[:2] or mask.dtype is not torch.bool:
        raise ValueError("mask must be bool (B, T)")
    kept = x.masked_fill(mask.logical_not().unsqueeze(2), 0)
    summed = torch.bmm(mask.to(x.dtype).unsqueeze(1), kept).squeeze(1)
    length = mask.sum(1, dtype=x.dtype).unsqueeze(1)
    return summed / length.clamp_min(1)

# %% wrong: multiplies by the mask, NaN and infinity in the padding come through
import torch

def masked_mean(x, mask):
    m = mask.unsqueeze(-1).to(x.dtype)
    return (x * m).sum(1) / m.sum(1).clamp(min=1)

# %% wrong: divides by T
import torch

def masked_mean(x, mask):
    x0 = torch.where(mask.unsqueeze(-1), x, torch.zeros_like(x))
    return x0.mean(dim=1)

# %% wrong: a row without a real step gives NaN
import torch

def masked_mean(x, mask):
    x0 = x.masked_fill(~mask[..., None], 0)
    return x0.sum(1) / mask.sum(1, keepdim=True).to(x.dtype)

# %% wrong: mask taken as True at the padding
import torch

def masked_mean(x, mask):
    filled = x.masked_fill(mask.unsqueeze(-1), 0.0)
    keep = (~mask).sum(1, keepdim=True).clamp(min=1)
    return filled.sum(1) / keep.to(x.dtype)

# %% wrong: 1e-3 added to the count
import torch

def masked_mean(x, mask):
    sel = torch.where(mask[:, :, None], x, 0.0)
    return sel.sum(dim=1) / (mask.sum(dim=1)[:, None].to(x.dtype) + 1e-3)

# %% wrong: one count for the whole batch (the mean number of steps)
import torch

def masked_mean(x, mask):
    s = x.masked_fill(~mask.unsqueeze(2), 0).sum(1)
    steps = mask.to(x.dtype).sum() / mask.size(0)
    return s / steps if steps > 0 else s

# %% wrong: works on detached values
import torch

def masked_mean(x, mask):
    res = torch.zeros(x.size(0), x.size(2), dtype=x.dtype)
    for i in range(x.size(0)):
        rows = x[i].detach()[mask[i]]
        if len(rows):
            res[i] = rows.mean(0)
    return res

# %% wrong: nan_to_num instead of the mask in the sum, finite padding is added
import torch

def masked_mean(x, mask):
    total = torch.nan_to_num(x, nan=0.0, posinf=0.0, neginf=0.0).sum(1)
    n = mask.sum(1).clamp(min=1).unsqueeze(1)
    return total / n.to(x.dtype)

# %% wrong: zeroes the padding in the caller's tensor
import torch

def masked_mean(x, mask):
    x.data[~mask] = 0
    n = mask.sum(1, keepdim=True).clamp(min=1).to(x.dtype)
    return (x * mask.unsqueeze(-1).to(x.dtype)).sum(1) / n

# %% wrong: counts the steps that are not all zero instead of the mask (differs with an all-zero real step)
import torch

def masked_mean(x, mask):
    z = torch.where(mask.unsqueeze(-1), x, torch.zeros_like(x))
    n = (z != 0).any(-1).sum(1, keepdim=True).clamp(min=1)
    return z.sum(1) / n.to(x.dtype)

# %% wrong: maximum over the real steps
import torch

def masked_mean(x, mask):
    low = x.masked_fill(~mask.unsqueeze(-1), float("-inf"))
    best = low.max(dim=1).values
    return torch.where(mask.any(1, keepdim=True), best, torch.zeros_like(best))

# %% two: multiplies by the mask; divides by T
import torch

def masked_mean(x, mask):
    return (x * mask[:, :, None].to(x.dtype)).mean(1)

# %% two: prefix of length mask.sum() instead of the mask; empty rows give NaN
import torch

def masked_mean(x, mask):
    lens = mask.sum(1)
    return torch.stack([x[i, : int(lens[i])].mean(0) for i in range(len(x))])

# %% two: float32 result; 1 is added to the count
import torch

def masked_mean(x, mask):
    m = mask.unsqueeze(-1)
    s = x.float().masked_fill(~m, 0).sum(1)
    return s / (m.float().sum(1) + 1)


# %% right: where, then sum
import torch

def masked_mean(x, mask):
    m = mask.unsqueeze(-1)
    clean = torch.where(m, x, torch.zeros_like(x))
    n = mask.sum(1, keepdim=True).clamp(min=1).to(x.dtype)
    return clean.sum(1) / n

# %% right: loop over the sequences
import torch

def masked_mean(x, mask):
    out = []
    for seq, m in zip(x, mask):
        real = seq[m]
        if real.shape[0] == 0:
            out.append(seq.new_zeros(seq.shape[1]))
        else:
            out.append(real.mean(0))
    return torch.stack(out)

# %% wrong: multiplies by the mask, NaN times 0 stays NaN
import torch

def masked_mean(x, mask):
    m = mask[..., None].to(x.dtype)
    return (x * m).sum(dim=1) / m.sum(dim=1).clamp(min=1)

# %% wrong: divides by T, not by the real steps
import torch

def masked_mean(x, mask):
    return x.masked_fill(~mask[:, :, None], 0.0).mean(dim=1)

# %% wrong: no special case for a row without real steps
import torch

def masked_mean(x, mask):
    filled = x.masked_fill(~mask.unsqueeze(2), 0)
    return filled.sum(1) / mask.sum(1, keepdim=True)

# %% wrong: overwrites the padding in the input
import torch

def masked_mean(x, mask):
    x.data[~mask] = 0
    count = mask.sum(dim=1).clamp(min=1)
    return x.masked_fill(~mask[..., None], 0).sum(dim=1) / count[:, None].to(x.dtype)

# %% two: mask read the wrong way round; averages over the batch as normaliser
import torch

def masked_mean(x, mask):
    pad = mask.unsqueeze(-1)
    kept = torch.where(pad, torch.zeros_like(x), x)
    n = (~mask).sum().clamp(min=1)
    return kept.sum(1) / n

# %% two: detached from the graph; one added to the count against division by 0
import torch

def masked_mean(x, mask):
    clean = torch.where(mask[..., None], x.detach(), torch.zeros_like(x))
    return clean.sum(1) / (mask.sum(1, keepdim=True).to(x.dtype) + 1)
