# %% right: cross_entropy with ignore_index
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    T = target.shape[1]
    used = logits[:, k - 1:k - 1 + T]
    return F.cross_entropy(used.reshape(-1, used.shape[-1]), target.reshape(-1), ignore_index=0)

# %% right: plain loops over texts and tokens with logsumexp
import torch


def prefix_loss(logits, target, k):
    B, T = target.shape
    total = logits.new_zeros(())
    count = 0
    for b in range(B):
        for j in range(T):
            c = int(target[b, j])
            if c == 0:
                continue
            row = logits[b, k - 1 + j]
            total = total + torch.logsumexp(row, dim=0) - row[c]
            count += 1
    return total / count

# %% right: log_softmax, gather and a mask
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    logp = F.log_softmax(logits[:, k - 1:-1, :], dim=-1)
    nll = -logp.gather(2, target.unsqueeze(2)).squeeze(2)
    mask = (target != 0).to(logits.dtype)
    return (nll * mask).sum() / mask.sum()

# %% right: einsum with a one-hot target whose padding rows are empty
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    B, T = target.shape
    C = logits.shape[2]
    hot = F.one_hot(target, C).to(logits.dtype).clone()
    hot[:, :, 0] = 0
    z = logits.narrow(1, k - 1, T)
    z = z - z.amax(dim=-1, keepdim=True).detach()
    logp = z - z.exp().sum(-1, keepdim=True).log()
    return -torch.einsum("btc,btc->", hot, logp) / hot.sum()

# %% right: only the real places picked by index, nll_loss
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    b, j = torch.nonzero(target, as_tuple=True)
    picked = logits[b, k - 1 + j]
    return F.nll_loss(picked.log_softmax(-1), target[b, j], reduction="mean")

# %% wrong: off by one, token j read at place k + j
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    used = logits[:, k:]
    return F.cross_entropy(used.reshape(-1, used.size(-1)), target.reshape(-1), ignore_index=0)

# %% wrong: padding counts as class 0
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    pred = logits[:, k - 1:-1].transpose(1, 2)
    return F.cross_entropy(pred, target)

# %% wrong: mean of the texts' means instead of over all real tokens
import torch


def prefix_loss(logits, target, k):
    B, T = target.shape
    logp = logits[:, k - 1:k - 1 + T].log_softmax(-1)
    means = []
    for b in range(B):
        keep = target[b] > 0
        if keep.any():
            means.append(-logp[b][keep].gather(1, target[b][keep][:, None]).mean())
    return torch.stack(means).mean()

# %% wrong: log of softmax, inf where logits are in the hundreds
import torch


def prefix_loss(logits, target, k):
    p = torch.softmax(logits[:, k - 1:-1], dim=-1)
    real = target != 0
    pt = p[real].gather(1, target[real].unsqueeze(1))
    return -torch.log(pt).mean()

# %% wrong: sum of the padded losses masked, but divided by B * T
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    B, T = target.shape
    nll = F.cross_entropy(logits[:, k - 1:k - 1 + T].permute(0, 2, 1), target, reduction="none")
    return (nll * (target > 0)).mean()

# %% wrong: the first T places are used, the prefix is not skipped
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    T = target.shape[1]
    z = logits[:, :T, :]
    return F.cross_entropy(z.flatten(0, 1), target.flatten(), ignore_index=0)

# %% wrong: the first token of each text is left out (shifted once more inside the text)
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    text = logits[:, k:-1]
    nxt = target[:, 1:]
    keep = nxt != 0
    logp = F.log_softmax(text, -1)
    nll = -logp.gather(-1, nxt.unsqueeze(-1)).squeeze(-1)
    return (nll * keep).sum() / keep.sum().clamp(min=1)

# %% wrong: the gradient is lost, a new tensor is made of the number
import torch


def prefix_loss(logits, target, k):
    total, n = 0.0, 0
    for b in range(target.shape[0]):
        for j in range(target.shape[1]):
            t = target[b, j].item()
            if t != 0:
                row = logits[b, k - 1 + j]
                total += (row.logsumexp(0) - row[t]).item()
                n += 1
    return torch.tensor(total / n, dtype=logits.dtype)

# %% wrong: the padding class is taken out of the softmax
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    T = target.shape[1]
    words = logits[:, k - 1:k - 1 + T, 1:]
    goal = (target - 1).reshape(-1)
    return F.cross_entropy(words.reshape(goal.numel(), -1), goal, ignore_index=-1)

# %% wrong: reshaped instead of transposed to (B, C, T), classes and places mixed up
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    B, T = target.shape
    C = logits.shape[-1]
    z = logits[:, k - 1:-1].reshape(B, C, T)
    return F.cross_entropy(z, target, ignore_index=0)

# %% two: sum instead of mean; off by one place
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    z = logits[:, k:].reshape(-1, logits.shape[-1])
    return F.cross_entropy(z, target.reshape(-1), ignore_index=0, reduction="sum")

# %% two: mean of the texts' means (nan for a text without tokens); exp without the largest subtracted
import torch


def prefix_loss(logits, target, k):
    losses = []
    for b in range(len(target)):
        n = int((target[b] > 0).sum())
        z = logits[b, k - 1:k - 1 + n]
        num = torch.exp(z)[torch.arange(n), target[b, :n]]
        losses.append((-torch.log(num / torch.exp(z).sum(-1))).mean())
    return torch.stack(losses).mean()

# %% two: bits instead of nats; padding counts
import math
import torch
from torch.nn import functional as F


def prefix_loss(logits, target, k):
    T = target.shape[1]
    logp = F.log_softmax(logits[:, k - 1:k - 1 + T], dim=-1) / math.log(2)
    return -logp.gather(2, target[..., None]).mean()

# %% two: softmax over the wrong axis (places); result float32
import torch


def prefix_loss(logits, target, k):
    logp = logits[:, k - 1:-1].float().log_softmax(dim=1)
    real = target != 0
    return -logp.gather(2, target[..., None])[..., 0][real].mean()
