# %% right: F.cross_entropy with ignore_index, sum divided by the count
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    total = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad, reduction="sum")
    count = (target != pad).sum().clamp(min=1)
    return total / count

# %% right: log_softmax, gather, masked sum
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    """Mean of -log p(true token) over the tokens that are no padding: a scalar."""
    real = (target != pad).to(logits.dtype)
    log_p = F.log_softmax(logits, dim=-1)
    picked = torch.gather(log_p, dim=2, index=target.unsqueeze(2)).squeeze(2)
    return -(picked * real).sum() / max(real.sum().item(), 1)

# %% right: two loops with logsumexp, terms collected
import torch


def seq_cross_entropy(logits, target, pad):
    n, t, _ = logits.shape
    losses = []
    for i in range(n):
        for j in range(t):
            token = target[i, j].item()
            if token == pad:
                continue
            scores = logits[i, j]
            losses.append(torch.logsumexp(scores, dim=0) - scores[token])
    if len(losses) == 0:
        return torch.zeros((), dtype=logits.dtype, device=logits.device)
    return torch.stack(losses).mean()

# %% right: real tokens picked by boolean index, plain mean of F.cross_entropy, zero apart
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    real = target.ne(pad)
    if not real.any():
        return logits.new_zeros(())
    return F.cross_entropy(logits[real], target[real])

# %% right: maximum taken off by hand, one-hot and einsum
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    shifted = logits - logits.detach().amax(dim=-1, keepdim=True)
    log_z = shifted.exp().sum(dim=-1, keepdim=True).log()
    log_p = shifted - log_z
    hot = F.one_hot(target, logits.shape[-1]).to(logits.dtype)
    hot = hot * (target != pad)[..., None].to(logits.dtype)
    n = hot.sum()
    return -torch.einsum("ntv,ntv->", log_p, hot) / torch.clamp(n, min=1.0)

# %% wrong: mean per text first, then over the texts
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    loss = F.cross_entropy(logits.transpose(1, 2), target, reduction="none")
    mask = (target != pad).to(loss.dtype)
    lengths = mask.sum(dim=1)
    per_text = (loss * mask).sum(dim=1) / lengths.clamp(min=1)
    has_text = (lengths > 0).to(loss.dtype)
    return (per_text * has_text).sum() / has_text.sum().clamp(min=1)

# %% wrong: padding set to zero loss but still counted in the mean
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    log_p = torch.log_softmax(logits, dim=-1)
    nll = -log_p.gather(-1, target[..., None])[..., 0]
    nll = nll.masked_fill(target == pad, 0.0)
    return nll.mean()

# %% wrong: takes token 0 for the padding whatever pad says
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    V = logits.size(-1)
    loss = F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")
    mask = target.reshape(-1) > 0
    if mask.sum() == 0:
        return (logits * 0).sum()
    return loss[mask].mean()

# %% wrong: NaN where there is nothing but padding
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    return F.cross_entropy(logits.permute(0, 2, 1), target, ignore_index=pad)

# %% wrong: log of softmax, infinite for large logits
import torch


def seq_cross_entropy(logits, target, pad):
    probs = torch.softmax(logits, dim=-1)
    keep = target != pad
    if keep.sum() == 0:
        return torch.zeros((), dtype=logits.dtype)
    p_true = probs[keep].gather(1, target[keep].unsqueeze(1))
    return -torch.log(p_true).mean()

# %% wrong: reshaped to (N, V, T) instead of transposed, so the scores are scrambled
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    N, T, V = logits.shape
    losses = F.cross_entropy(logits.reshape(N, V, T), target, ignore_index=pad, reduction="none")
    n_real = (target != pad).sum()
    if n_real == 0:
        return losses.sum()
    return losses.sum() / n_real

# %% wrong: padding in target is overwritten with -100
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    target[target == pad] = -100
    if (target == -100).all():
        return torch.tensor(0.0, dtype=logits.dtype)
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), target.reshape(-1))

# %% wrong: a plain Python 0.0 instead of a tensor where there is nothing but padding
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    total, count = 0.0, 0
    for scores, tokens in zip(logits, target):
        real = tokens != pad
        if real.any():
            total = total + F.cross_entropy(scores[real], tokens[real], reduction="sum")
            count += int(real.sum())
    return total / max(count, 1)

# %% wrong: the padding token is barred from the softmax too (its score set to -inf)
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    scores = logits.clone()
    scores[..., pad] = float("-inf")
    real = target != pad
    if not bool(real.any()):
        return logits.new_tensor(0.0)
    log_p = F.log_softmax(scores[real], dim=-1)
    return F.nll_loss(log_p, target[real])

# %% wrong: "pad or -100" treats pad = 0 as no padding at all
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    ignore = pad or -100
    flat_logits = logits.reshape(-1, logits.shape[-1])
    flat_target = target.reshape(-1)
    n = (flat_target != ignore).sum()
    s = F.cross_entropy(flat_logits, flat_target, ignore_index=ignore, reduction="sum")
    return s / torch.clamp(n, min=1)

# %% two: targets shifted by one place as for next-token prediction; divided by all places instead of the real ones
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    scores = logits[:, :-1].flatten(0, 1)
    labels = target[:, 1:].flatten()
    total = F.cross_entropy(scores, labels, ignore_index=pad, reduction="sum")
    return total / target.numel()

# %% two: bits instead of nats; mean per text first, then over the texts
import math

import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    per_text = []
    for scores, tokens in zip(logits, target):
        real = tokens != pad
        if real.sum() > 0:
            per_text.append(F.cross_entropy(scores[real], tokens[real]) / math.log(2))
    if not per_text:
        return logits.new_zeros(())
    return torch.stack(per_text).mean()

# %% two: softmax over the places instead of the tokens; result always float32
import torch


def seq_cross_entropy(logits, target, pad):
    log_p = torch.log_softmax(logits.float(), dim=1)
    mask = (target != pad).float()
    picked = log_p.gather(2, target.unsqueeze(-1)).squeeze(-1)
    return -(picked * mask).sum() / mask.sum().clamp(min=1)

# %% two: divided by the number of texts instead of tokens; rebuilt from a Python float, so no gradient
import torch
from torch.nn import functional as F


def seq_cross_entropy(logits, target, pad):
    total = 0.0
    for i in range(logits.shape[0]):
        for j in range(logits.shape[1]):
            if target[i, j] != pad:
                total += -F.log_softmax(logits[i, j], dim=-1)[target[i, j]].item()
    return torch.tensor(total / logits.shape[0], dtype=logits.dtype)
