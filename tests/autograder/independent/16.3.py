# %% right: cross_entropy with ignore_index
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    T = target.shape[1]
    z = logits[:, k - 1 : k - 1 + T]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0)

# %% right: log_softmax, gather, mask
import torch

def prefix_loss(logits, target, k):
    logp = torch.log_softmax(logits[:, k - 1 : -1], dim=-1)
    said = logp.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    real = target != 0
    return -(said * real).sum() / real.sum()

# %% right: loops
import torch

def prefix_loss(logits, target, k):
    total, n = 0, 0
    for b in range(target.shape[0]):
        for j in range(target.shape[1]):
            if target[b, j] > 0:
                row = logits[b, k - 1 + j]
                total = total + torch.logsumexp(row, 0) - row[target[b, j]]
                n += 1
    return total / n

# %% right: boolean selection
import torch
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    real = target.ne(0)
    z = logits[:, k - 1 :][:, : target.shape[1]][real]
    y = target[real]
    return -F.log_softmax(z, dim=1)[torch.arange(len(y)), y].mean()

# %% right: transposed, sum divided by the count
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : k + target.shape[1] - 1, :].transpose(1, 2)
    loss = F.cross_entropy(z, target, reduction="none")
    real = (target > 0).to(loss.dtype)
    return (loss * real).sum() / real.sum()

# %% right: targets shifted instead of the logits
import torch
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    B, L, C = logits.shape
    wanted = torch.full((B, L), -100, dtype=torch.long)
    wanted[:, k - 1 : L - 1] = torch.where(target == 0, -100, target)
    return F.cross_entropy(logits.view(-1, C) if logits.is_contiguous() else logits.reshape(-1, C), wanted.view(-1))

# %% right: one-hot and einsum
import torch
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : -1]
    logp = z - torch.logsumexp(z, dim=-1, keepdim=True)
    hot = F.one_hot(target, logits.shape[-1]).to(logits.dtype)
    hot = torch.cat([torch.zeros_like(hot[..., :1]), hot[..., 1:]], dim=-1)
    return -torch.einsum("btc,btc->", logp, hot) / hot.sum()

# %% right: each text by its length
import torch
import torch.nn.functional as F

def _sum(z, y):
    return F.nll_loss(torch.log_softmax(z, 1), y, reduction="sum")

def prefix_loss(logits, target, k):
    lengths = (target != 0).sum(1).tolist()
    parts = [_sum(logits[b, k - 1 : k - 1 + n], target[b, :n]) for b, n in enumerate(lengths) if n]
    return torch.stack(parts).sum() / sum(lengths)

# %% wrong: off by one, place k + j
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k:]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0)

# %% wrong: the first T places
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, : target.shape[1]]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0)

# %% wrong: padding counts
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : -1]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1))

# %% wrong: divided by all places, not only the real ones
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : -1]
    return F.cross_entropy(z.transpose(1, 2), target, ignore_index=0, reduction="none").mean()

# %% wrong: mean of the means of the texts
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    loss = F.cross_entropy(logits[:, k - 1 : -1].transpose(1, 2), target, ignore_index=0, reduction="none")
    n = (target != 0).sum(1)
    return (loss.sum(1)[n > 0] / n[n > 0]).mean()

# %% wrong: sum
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : -1]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0, reduction="sum")

# %% wrong: divided by the number of texts
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : -1]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0, reduction="sum") / len(target)

# %% wrong: bits
import math
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : -1]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0) / math.log(2)

# %% wrong: log of the softmax
import torch

def prefix_loss(logits, target, k):
    p = torch.softmax(logits[:, k - 1 : -1], -1).gather(-1, target[..., None])[..., 0]
    return -torch.log(p)[target != 0].mean()

# %% wrong: sign
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : -1]
    return -F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0)

# %% wrong: the first token of the text is not asked for
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k:-1]
    y = target[:, 1:]
    if not (y != 0).any():
        return 0 * logits.sum()
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), y.reshape(-1), ignore_index=0)

# %% wrong: place k - 2 + j, one too early
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    T = target.shape[1]
    first = max(k - 2, 0)
    z = logits[:, first : first + T]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0)

# %% wrong: probabilities clamped at 1e-6
import torch

def prefix_loss(logits, target, k):
    p = torch.softmax(logits[:, k - 1 : -1], -1).gather(-1, target[..., None])[..., 0]
    return -torch.log(p.clamp(min=1e-6))[target != 0].mean()

# %% wrong: logits without a softmax
def prefix_loss(logits, target, k):
    said = logits[:, k - 1 : -1].gather(-1, target[..., None])[..., 0]
    return -said[target != 0].mean()

# %% wrong: class 0 cannot be said, so it is left out of the softmax
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k - 1 : -1, 1:]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1) - 1, ignore_index=-1)

# %% two: off by one; padding counts
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k:]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1))

# %% two: off by one; sum
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, k:]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1), ignore_index=0, reduction="sum")

# %% two: the first T places; padding counts
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    z = logits[:, : target.shape[1]]
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), target.reshape(-1))

# %% two: off by one; mean of the means of the texts
import torch.nn.functional as F

def prefix_loss(logits, target, k):
    loss = F.cross_entropy(logits[:, k:].transpose(1, 2), target, ignore_index=0, reduction="none")
    n = (target != 0).sum(1)
    return (loss.sum(1)[n > 0] / n[n > 0]).mean()

# %% two: log of the softmax; divided by all places
import torch

def prefix_loss(logits, target, k):
    p = torch.softmax(logits[:, k - 1 : -1], -1).gather(-1, target[..., None])[..., 0]
    return -(torch.log(p) * (target != 0)).mean()
