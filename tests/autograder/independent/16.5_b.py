# %% right: concatenate and mean
import torch

def accumulate(losses):
    return torch.cat(losses).mean()

# %% right: sums and count in a loop
import torch

def accumulate(losses):
    total, count = 0.0, 0
    for part in losses:
        total = total + part.sum()
        count += part.numel()
    return total / count

# %% right: weighted means of the parts that are not empty
import torch

def accumulate(losses):
    n = sum(len(p) for p in losses)
    result = torch.zeros((), dtype=losses[0].dtype)
    for p in losses:
        if len(p) == 0:
            # keep the empty part in the graph as well
            result = result + p.sum()
            continue
        result = result + p.mean() * (len(p) / n)
    return result

# %% right: dot product of sizes' share, each row divided by the number of all rows
import torch

def accumulate(losses):
    rows = torch.hstack(list(losses))
    share = torch.full((rows.shape[0],), 1.0 / rows.shape[0], dtype=rows.dtype)
    return torch.dot(rows, share)

# %% right: recursion returning sum and count
import torch

def accumulate(losses):
    def walk(parts):
        if len(parts) == 1:
            return parts[0].sum(), parts[0].shape[0]
        s, n = walk(parts[1:])
        return parts[0].sum() + s, parts[0].shape[0] + n

    s, n = walk(list(losses))
    return s.div(n)

# %% wrong: mean of the means over the parts that are not empty
import torch

def accumulate(losses):
    means = [p.mean() for p in losses if p.numel() > 0]
    return torch.stack(means).mean()

# %% wrong: weighted means, but an empty part gives NaN
import torch

def accumulate(losses):
    n = sum(p.shape[0] for p in losses)
    total = 0
    for p in losses:
        total = total + p.mean() * p.shape[0] / n
    return total

# %% wrong: sum of all rows, not divided
import torch

def accumulate(losses):
    return sum(p.sum() for p in losses)

# %% wrong: sum divided by the number of parts
import torch

def accumulate(losses):
    total = torch.zeros((), dtype=losses[0].dtype)
    for p in losses:
        total = total + p.sum()
    return total / len(losses)

# %% wrong: divided by size of the first part times number of parts
import torch

def accumulate(losses):
    k = len(losses)
    full = losses[0].shape[0]
    return torch.cat(losses).sum() / (full * k)

# %% wrong: padded with zeros, the padding counts in the mean
import torch
from torch.nn.utils.rnn import pad_sequence

def accumulate(losses):
    return pad_sequence(losses, batch_first=True).mean()

# %% wrong: stops at the first empty part
import torch

def accumulate(losses):
    s, n = 0, 0
    for part in losses:
        if part.numel() == 0:
            break
        s = s + part.sum()
        n = n + part.numel()
    return s / n

# %% wrong: rows with loss 0 are not counted
import torch

def accumulate(losses):
    flat = torch.cat(losses)
    n = torch.count_nonzero(flat).clamp(min=1)
    return flat.sum() / n

# %% wrong: only the last part keeps its gradient, the others are taken as numbers
import torch

def accumulate(losses):
    n = sum(len(p) for p in losses)
    running = 0.0
    for p in losses[:-1]:
        running += p.sum().item()
    return (losses[-1].sum() + running) / n

# %% wrong: empties the caller's list with pop
import torch

def accumulate(losses):
    part = losses.pop(0)
    total, count = part.sum(), part.numel()
    while losses:
        part = losses.pop(0)
        total = total + part.sum()
        count += part.numel()
    return total / count

# %% two: mean of the means; NaN with an empty part
import torch

def accumulate(losses):
    k = len(losses)
    return sum(p.mean() / k for p in losses)

# %% two: the last part is dropped when it is smaller than the first; sum of the means
import torch

def accumulate(losses):
    parts = list(losses)
    if len(parts) > 1 and len(parts[-1]) < len(parts[0]):
        parts = parts[:-1]
    total = 0.0
    for p in parts:
        if len(p):
            total = total + p.mean()
    return total

# %% two: weights of the parts are by the largest part; result is float32
import torch

def accumulate(losses):
    biggest = max(p.numel() for p in losses)
    out = torch.zeros(())
    for p in losses:
        if p.numel():
            out = out + (p.mean() * p.numel() / biggest).float()
    return out / len(losses)

# %% two: no gradient (rebuilt from numbers); result has shape (1,)
import torch

def accumulate(losses):
    values = [v for p in losses for v in p.tolist()]
    return torch.tensor([sum(values) / len(values)], dtype=losses[0].dtype)
