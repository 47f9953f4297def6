# %% right: cat and mean
import torch

def accumulate(losses):
    return torch.cat(losses).mean()

# %% right: sums divided by the number of rows
def accumulate(losses):
    return sum(part.sum() for part in losses) / sum(part.numel() for part in losses)

# %% right: loop with a running total
def accumulate(losses):
    total, n = losses[0].new_zeros(()), 0
    for part in losses:
        total = total + part.sum()
        n += len(part)
    return total / n

# %% right: weights of the means
import torch

def accumulate(losses):
    n = sum(len(p) for p in losses)
    return sum((p.mean() * (len(p) / n) for p in losses if len(p)), start=torch.zeros((), dtype=losses[0].dtype)) + 0 * sum(
        p.sum() for p in losses
    )

# %% right: stack of sums
import torch

def accumulate(losses):
    sums = torch.stack([p.sum() for p in losses])
    counts = torch.tensor([p.shape[0] for p in losses])
    return sums.sum() / counts.sum()

# %% right: dot with ones
import torch

def accumulate(losses):
    rows = torch.hstack(losses)
    return rows @ torch.full_like(rows, 1 / len(rows))

# %% right: running mean
def accumulate(losses):
    mean, seen = losses[0].mean(), len(losses[0])
    for part in losses[1:]:
        seen += len(part)
        mean = mean + (part - mean).sum() / seen
    return mean

# %% right: padded table
import torch

def accumulate(losses):
    n = torch.tensor([len(p) for p in losses])
    table = torch.nn.utils.rnn.pad_sequence(losses, batch_first=True)
    return table.sum(dim=(0, 1)) / n.sum()

# %% wrong: mean of the means, empty ones skipped
import torch

def accumulate(losses):
    return torch.stack([p.mean() for p in losses if len(p)]).mean()

# %% wrong: mean of the means, nan with an empty part
def accumulate(losses):
    return sum(p.mean() for p in losses) / len(losses)

# %% wrong: sum
import torch

def accumulate(losses):
    return torch.cat(losses).sum()

# %% wrong: sum divided by the number of parts
def accumulate(losses):
    return sum(p.sum() for p in losses) / len(losses)

# %% wrong: sum of the means
def accumulate(losses):
    return sum(p.mean() for p in losses if len(p))

# %% wrong: divided by k times the first part's size
def accumulate(losses):
    return sum(p.sum() for p in losses) / (len(losses) * len(losses[0]))

# %% wrong: only the last part has a gradient
def accumulate(losses):
    total = sum(p.detach().sum() for p in losses[:-1]) + losses[-1].sum()
    return total / sum(len(p) for p in losses)

# %% wrong: detached
import torch

def accumulate(losses):
    values = [v for p in losses for v in p.tolist()]
    return torch.tensor(sum(values) / len(values), dtype=losses[0].dtype)

# %% wrong: the ragged last part is dropped
import torch

def accumulate(losses):
    kept = [p for p in losses if len(p) == len(losses[0])]
    return torch.cat(kept).mean()

# %% wrong: empty parts counted as one row
def accumulate(losses):
    n = sum(max(len(p), 1) for p in losses)
    return sum(p.sum() for p in losses) / n

# %% wrong: mean of the means over all parts, empty ones as 0
def accumulate(losses):
    return sum((p.mean() if len(p) else p.sum()) for p in losses) / len(losses)

# %% wrong: only the last part
def accumulate(losses):
    return losses[-1].mean()

# %% wrong: median of the rows
import torch

def accumulate(losses):
    return torch.cat(losses).median()

# %% wrong: weighted twice
def accumulate(losses):
    n = sum(len(p) for p in losses)
    return sum(p.sum() * len(p) / n for p in losses)

# %% wrong: adds up in the first tensor, in place
import torch

def accumulate(losses):
    with torch.no_grad():
        for p in losses[1:]:
            losses[0][0] += p.sum()
    return losses[0].sum() / sum(len(p) for p in losses)

# %% two: sum of the means; divided by the number of rows
def accumulate(losses):
    return sum(p.mean() for p in losses if len(p)) / sum(len(p) for p in losses)

# %% two: mean of the means; detached
import torch

def accumulate(losses):
    return torch.tensor([p.mean().item() for p in losses if len(p)], dtype=losses[0].dtype).mean()

# %% two: the last part dropped; sum
import torch

def accumulate(losses):
    return torch.cat([p for p in losses if len(p) == len(losses[0])]).sum()

# %% two: divided by the number of parts; only the last part has a gradient
def accumulate(losses):
    return (sum(p.detach().sum() for p in losses[:-1]) + losses[-1].sum()) / len(losses)

# %% two: the first part twice; mean of the means
import torch

def accumulate(losses):
    return torch.stack([losses[0].mean()] + [p.mean() for p in losses if len(p)]).mean()
