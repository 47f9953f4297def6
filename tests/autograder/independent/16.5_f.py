# %% right: very short
import torch

def accumulate(losses):
    return torch.cat(losses).mean()

# %% right: a loop with a sum and a counter
import torch

def accumulate(losses):
    total = losses[0].new_zeros(())
    rows = 0
    for part in losses:
        total = total + part.sum()
        rows += part.numel()
    return total / rows

# %% right: recursion over halves of the list
import torch

def _sum_and_count(parts):
    if len(parts) == 1:
        return parts[0].sum(), parts[0].shape[0]
    middle = len(parts) // 2
    s1, n1 = _sum_and_count(parts[:middle])
    s2, n2 = _sum_and_count(parts[middle:])
    return s1 + s2, n1 + n2

def accumulate(losses):
    s, n = _sum_and_count(losses)
    return s / n

# %% right: a class with a running mean, updated part by part
import torch

class RunningMean:
    def __init__(self, first):
        self.count = first.shape[0]
        self.mean = first.mean()

    def update(self, part):
        n = part.shape[0]
        self.count += n
        self.mean = self.mean + (part.sum() - n * self.mean) / self.count

def accumulate(losses):
    running = RunningMean(losses[0])
    for part in losses[1:]:
        running.update(part)
    return running.mean

# %% right: each part weighted with its share of the rows, as a dot product of constant weights
import torch

def accumulate(losses):
    n = sum(len(p) for p in losses)
    shares = [torch.dot(p, torch.full_like(p, 1.0 / n)) for p in losses]
    return torch.stack(shares).sum()

# %% right: over-long, with checks, mean times size and a separate way for empty parts
import torch

def accumulate(losses):
    if len(losses) == 0:
        raise ValueError("at least one part is needed")
    if losses[0].numel() == 0:
        raise ValueError("the first part must not be empty")
    dtype = losses[0].dtype
    for part in losses:
        if part.dim() != 1:
            raise ValueError("each part must have one axis")
        if part.dtype != dtype:
            raise TypeError("the parts must have one dtype")
    sizes = [part.shape[0] for part in losses]
    all_rows = sum(sizes)
    pieces = []
    for part, size in zip(losses, sizes):
        if size == 0:
            # the sum of nothing is 0, and keeps the part in the graph
            pieces.append(part.sum())
        else:
            pieces.append(part.mean() * (size / all_rows))
    result = pieces[0]
    for piece in pieces[1:]:
        result = result + piece
    return result

# %% wrong: the mean of the means of the parts, so rows of small parts weigh more (empty parts left out)
import torch

def accumulate(losses):
    means = [p.mean() for p in losses if p.numel() > 0]
    return torch.stack(means).mean()

# %% wrong: takes the number of rows as k times the size of the first part
import torch

def accumulate(losses):
    k, n = len(losses), losses[0].shape[0]
    total = losses[0].sum()
    for part in losses[1:]:
        total = total + part.sum()
    return total / (k * n)

# %% wrong: mean times size of an empty part is nan times 0, so the result is nan
import torch

def accumulate(losses):
    sizes = torch.tensor([p.shape[0] for p in losses], dtype=losses[0].dtype, device=losses[0].device)
    means = torch.stack([p.mean() for p in losses])
    return torch.dot(means, sizes) / sizes.sum()

# %% wrong: leaves out parts smaller than the first, like drop_last
import torch

def accumulate(losses):
    full = len(losses[0])
    kept = [p for p in losses if len(p) >= full]
    return torch.cat(kept).mean()

# %% wrong: the sum so far is detached in every step, so only the last part gets a gradient
import torch

class Accumulator:
    def __init__(self):
        self.total = 0.0
        self.rows = 0

    def add(self, part):
        if torch.is_tensor(self.total):
            self.total = self.total.detach()
        self.total = self.total + part.sum()
        self.rows += part.numel()

def accumulate(losses):
    acc = Accumulator()
    for part in losses:
        acc.add(part)
    return acc.total / acc.rows

# %% wrong: divides the sum by the number of parts instead of the number of rows
import torch
from functools import reduce

def accumulate(losses):
    return reduce(torch.add, (p.sum() for p in losses)) / len(losses)

# %% wrong: pops the parts from the list, so the list of the caller is empty afterwards
import torch

def accumulate(losses):
    part = losses.pop(0)
    total, rows = part.sum(), part.numel()
    while losses:
        part = losses.pop(0)
        total = total + part.sum()
        rows = rows + part.numel()
    return total / rows

# %% wrong: stops at the first empty part, so the parts after it are lost
import torch

def accumulate(losses):
    total, rows = losses[0].sum(), losses[0].numel()
    for part in losses[1:]:
        if part.numel() == 0:
            break
        total = total + part.sum()
        rows += part.numel()
    return total / rows

# %% wrong: stacks the parts, which raises when they differ in size
import torch

def accumulate(losses):
    table = torch.stack(losses)
    return torch.einsum("kn->", table) / table.numel()

# %% wrong: the result has shape (1,) instead of ()
import torch

def accumulate(losses):
    rows = torch.cat(losses, dim=0)
    weights = torch.full_like(rows, 1.0 / rows.shape[0])
    return torch.mv(weights.unsqueeze(0), rows)

# %% two: the mean of the means of the parts (empty ones left out); the empty parts are deleted from the caller's list
import torch

def accumulate(losses):
    for i in reversed(range(len(losses))):
        if losses[i].numel() == 0:
            del losses[i]
    return sum(p.mean() for p in losses) / len(losses)

# %% two: returns the sum instead of the mean; computes in float32
import torch

def accumulate(losses):
    total = torch.zeros((), dtype=torch.float32, device=losses[0].device)
    for part in losses:
        total = total + part.float().sum()
    return total

# %% two: the ragged last part is left out when there are several; all other parts are detached but the first
import torch

def accumulate(losses):
    parts = losses[:-1] if len(losses) > 1 else losses
    rest = [p.detach() for p in parts[1:]]
    return torch.cat([parts[0]] + rest).mean()

# %% two: blends the old mean and the new part half and half; the result has shape (1,)
import torch

def accumulate(losses):
    mean = losses[0].mean(dim=0, keepdim=True)
    for part in losses[1:]:
        if part.numel():
            mean = 0.5 * mean + 0.5 * part.mean(dim=0, keepdim=True)
    return mean
