# %% right: short, sum of F.cross_entropy with ignore_index over the count
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    total = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad, reduction="sum")
    return total / (target != pad).sum().clamp(min=1)


# %% right: log_softmax, gather, boolean choice, early return
import torch


def seq_cross_entropy(logits, target, pad):
    keep = target.ne(pad)
    if not keep.any():
        return logits.new_zeros(())
    logp = torch.log_softmax(logits, dim=-1)
    picked = logp.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    return -picked[keep].mean()


# %% right: log-sum-exp by hand with the maximum taken off, and a one-hot einsum
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    V = logits.shape[-1]
    shift = logits.max(dim=-1, keepdim=True).values.detach()
    z = logits - shift
    log_norm = z.exp().sum(dim=-1).log()
    hot = F.one_hot(target, num_classes=V).to(logits.dtype)
    score = torch.einsum("ntv,ntv->nt", z, hot)
    mask = (target != pad).to(logits.dtype)
    loss = ((log_norm - score) * mask).sum()
    count = mask.sum()
    return loss / torch.clamp(count, min=1.0)


# %% right: loops over texts and places
import torch


def seq_cross_entropy(logits, target, pad):
    N, T = target.shape
    total = logits.sum() * 0
    count = 0
    for n in range(N):
        for t in range(T):
            token = int(target[n, t])
            if token == pad:
                continue
            row = logits[n, t]
            total = total + torch.logsumexp(row, dim=0) - row[token]
            count += 1
    if count == 0:
        return total
    return total / count


# %% right: class weights with a 0 for the padding, whose mean is weighted
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    if bool((target == pad).all()):
        return torch.zeros((), dtype=logits.dtype, device=logits.device)
    weight = torch.ones(logits.size(-1), dtype=logits.dtype, device=logits.device)
    weight[pad] = 0
    return F.cross_entropy(logits.transpose(1, 2), target, weight=weight)


# %% right: over-long, a Module with Categorical from torch.distributions
import torch
from torch import nn
from torch.distributions import Categorical


class SequenceLoss(nn.Module):
    def __init__(self, pad):
        super().__init__()
        self.pad = pad

    def mask(self, target):
        return target != self.pad

    def forward(self, logits, target):
        if logits.dim() != 3:
            raise ValueError("logits must be (N, T, V)")
        if tuple(target.shape) != tuple(logits.shape[:2]):
            raise ValueError("target must be (N, T)")
        mask = self.mask(target)
        number = int(mask.sum())
        if number == 0:
            return logits.sum() * 0.0
        real_logits = logits[mask]            # (number, V)
        real_target = target[mask]            # (number,)
        log_prob = Categorical(logits=real_logits).log_prob(real_target)
        return -(log_prob.sum() / number)


def seq_cross_entropy(logits, target, pad):
    return SequenceLoss(pad)(logits, target)


# %% wrong: takes the mean of each text first and then of the texts, so a token of a short text counts more
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    loss = F.cross_entropy(logits.transpose(1, 2), target, reduction="none")
    mask = (target != pad).to(logits.dtype)
    lengths = mask.sum(1)
    per_text = (loss * mask).sum(1) / lengths.clamp(min=1)
    real = (lengths > 0).sum().clamp(min=1)
    return per_text.sum() / real


# %% wrong: nothing but padding gives NaN and not 0
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), target.reshape(-1), ignore_index=pad)


# %% wrong: reshapes the logits to (N, V, T) where it should transpose, which mixes places and tokens
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    N, T, V = logits.shape
    loss = F.cross_entropy(logits.reshape(N, V, T), target, reduction="none")
    mask = target != pad
    return (loss * mask).sum() / mask.sum().clamp(min=1)


# %% wrong: a pad of 0 is taken for "no padding", so padding counts there
import torch
from torch import nn


def seq_cross_entropy(logits, target, pad):
    ignore = pad or -100
    criterion = nn.CrossEntropyLoss(ignore_index=ignore, reduction="sum")
    total = criterion(logits.flatten(0, 1), target.flatten())
    count = (target != ignore).sum()
    return total / count if count > 0 else total


# %% wrong: writes -100 over the padding in the caller's target
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    target[target == pad] = -100
    total = F.cross_entropy(logits.permute(0, 2, 1), target, reduction="sum")
    return total / max(1, int((target != -100).sum()))


# %% wrong: shifts the target by one place as for a language model, though logits and target stand at the same place
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    scores = logits[:, :-1].reshape(-1, logits.size(-1))
    gold = target[:, 1:].reshape(-1)
    keep = gold != pad
    if keep.sum() == 0:
        return logits.sum() * 0
    return F.cross_entropy(scores[keep], gold[keep])


# %% wrong: takes the pad token out of the softmax, so the other tokens get too much probability
import torch


def seq_cross_entropy(logits, target, pad):
    keep = target != pad
    if not keep.any():
        return logits.new_zeros(())
    drop = torch.zeros(logits.shape[-1], dtype=torch.bool)
    drop[pad] = True
    scores = logits[keep].masked_fill(drop, float("-inf"))
    rows = torch.arange(scores.shape[0])
    return -torch.log_softmax(scores, dim=1)[rows, target[keep]].mean()


# %% wrong: the log of a probability clamped at 1e-9 is cut off for large logits
import torch


def seq_cross_entropy(logits, target, pad):
    p = torch.softmax(logits, dim=-1)
    p = torch.take_along_dim(p, target[..., None], dim=-1)[..., 0]
    nll = -p.clamp(min=1e-9).log()
    mask = (target != pad).to(nll.dtype)
    return torch.sum(nll * mask) / mask.sum().clamp(min=1)


# %% wrong: the length is the place of the first padding by argmax, which is 0 for a text without padding, so it is left out
import torch
import torch.nn.functional as F


def _lengths(target, pad):
    return (target == pad).int().argmax(dim=1)


def seq_cross_entropy(logits, target, pad):
    T = target.shape[1]
    mask = torch.arange(T)[None, :] < _lengths(target, pad)[:, None]
    loss = F.cross_entropy(logits.transpose(1, 2), target, reduction="none")
    return loss.masked_fill(~mask, 0).sum() / mask.sum().clamp(min=1)


# %% wrong: collects Python numbers with item, so no gradient flows back
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    losses = []
    for scores, tokens in zip(logits, target):
        for s, k in zip(scores, tokens):
            if k.item() != pad:
                losses.append(-F.log_softmax(s, dim=0)[k].item())
    mean = sum(losses) / len(losses) if losses else 0.0
    return torch.tensor(mean, dtype=logits.dtype, requires_grad=True)


# %% two: divides by all N * T places, padding included; in bits and not in nats
import math

import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    loss = F.cross_entropy(logits.transpose(1, 2), target, reduction="none")
    loss = loss * (target != pad)
    return loss.mean() / math.log(2)


# %% two: the softmax goes over the places and not over the tokens; the sum is not divided by the number of tokens
import torch


def seq_cross_entropy(logits, target, pad):
    logp = logits.log_softmax(dim=1)
    nll = -logp.gather(2, target.unsqueeze(2)).squeeze(2)
    return (nll * (target != pad)).sum()


# %% two: gives probabilities to F.cross_entropy, which takes the softmax again; padding is taken to be token 0
import torch
import torch.nn.functional as F


def seq_cross_entropy(logits, target, pad):
    probs = torch.softmax(logits, dim=-1)
    total = F.cross_entropy(probs.flatten(0, 1), target.flatten(), ignore_index=0, reduction="sum")
    return total / (target != 0).sum().clamp(min=1)


# %% two: exp without taking the maximum off overflows for large logits; nothing but padding gives a Python 0.0 and no tensor
import torch


def seq_cross_entropy(logits, target, pad):
    keep = target != pad
    if keep.sum() == 0:
        return 0.0
    e = torch.exp(logits[keep])
    p = e / e.sum(dim=-1, keepdim=True)
    return -torch.log(p[torch.arange(len(p)), target[keep]]).mean()
