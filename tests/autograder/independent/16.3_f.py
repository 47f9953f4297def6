# %% right: very short, F.cross_entropy with ignore_index
import torch.nn.functional as F


def prefix_loss(logits, target, k):
    return F.cross_entropy(logits[:, k - 1:-1].transpose(1, 2), target, ignore_index=0)

# %% right: log_softmax, gather and a mask, counted from the end of the sequence
import torch


def prefix_loss(logits, target, k):
    T = target.shape[1]
    guess = logits[:, -T - 1:-1, :]
    log_p = torch.log_softmax(guess, dim=-1)
    nll = -log_p.gather(2, target.unsqueeze(2)).squeeze(2)
    real = (target != 0).to(nll.dtype)
    return (nll * real).sum() / real.sum()

# %% right: two Python loops over texts and tokens
import torch


def prefix_loss(logits, target, k):
    terms = []
    for b in range(target.shape[0]):
        for j in range(target.shape[1]):
            token = int(target[b, j])
            if token == 0:
                continue
            row = logits[b, k - 1 + j]
            terms.append(torch.logsumexp(row, dim=0) - row[token])
    return torch.stack(terms).mean()

# %% right: einsum with a one-hot target whose padding rows are zero
import torch
import torch.nn.functional as F


def prefix_loss(logits, target, k):
    T, C = target.shape[1], logits.shape[2]
    log_p = F.log_softmax(logits.narrow(1, k - 1, T), dim=2)
    hot = F.one_hot(target, C).to(logits.dtype)
    hot = hot * (target > 0).unsqueeze(2)
    return -torch.einsum("btc,btc->", log_p, hot) / hot.sum()

# %% right: the target is laid into a full-length row of zeros, and all places are scored
import torch
from torch import nn


class PrefixLoss(nn.Module):
    def __init__(self, k):
        super().__init__()
        self.k = k
        self.nll = nn.NLLLoss(ignore_index=0, reduction="sum")

    def forward(self, logits, target):
        B, length, C = logits.shape
        full = torch.zeros(B, length, dtype=torch.long, device=target.device)
        full[:, self.k - 1:length - 1] = target
        log_p = torch.log_softmax(logits.reshape(B * length, C), dim=1)
        return self.nll(log_p, full.reshape(-1)) / (target != 0).sum()


def prefix_loss(logits, target, k):
    return PrefixLoss(k)(logits, target)

# %% right: over-long, checks, boolean choice of the real tokens and torch.distributions.Categorical
import torch
from torch.distributions import Categorical


def _places(logits, target, k):
    total = logits.shape[1]
    T = target.shape[1]
    if total != k + T:
        raise ValueError("logits must have k + T places")
    first = k - 1
    last = first + T
    return logits[:, first:last]


def _real(target):
    return target.ne(0)


def prefix_loss(logits, target, k):
    if k < 1:
        raise ValueError("k must be at least 1")
    guess = _places(logits, target, k)
    real = _real(target)
    count = int(real.sum())
    if count == 0:
        raise ValueError("no real token in the batch")
    chosen_logits = guess[real]
    chosen_tokens = target[real]
    dist = Categorical(logits=chosen_logits, validate_args=False)
    log_prob = dist.log_prob(chosen_tokens)
    return -(log_prob.sum() / count)

# %% wrong: token j is read at its own place k + j instead of one place earlier
import torch.nn.functional as F


def prefix_loss(logits, target, k):
    guess = logits[:, k:]
    return F.cross_entropy(guess.flatten(0, 1), target.flatten(), ignore_index=0)

# %% wrong: takes the mean of the means of the texts instead of the mean over all tokens
import torch
import torch.nn.functional as F


def prefix_loss(logits, target, k):
    means = []
    for row, text in zip(logits, target):
        real = text != 0
        if not real.any():
            continue
        means.append(F.cross_entropy(row[k - 1:-1][real], text[real]))
    return torch.stack(means).mean()

# %% wrong: padding is counted as if 0 were a token
import torch


def prefix_loss(logits, target, k):
    B, T = target.shape
    guess = logits[:, k - 1:k - 1 + T]
    rows = torch.arange(B)[:, None]
    cols = torch.arange(T)[None, :]
    picked = guess[rows, cols, target]
    return (torch.logsumexp(guess, dim=-1) - picked).mean()

# %% wrong: takes the logarithm of a softmax, which underflows to -infinity for logits in the hundreds
import torch


def prefix_loss(logits, target, k):
    p = torch.softmax(logits[:, k - 1:-1], dim=-1)
    chosen = torch.gather(p, -1, target[..., None])[..., 0]
    return -torch.log(chosen[target != 0]).mean()

# %% wrong: brings the classes to the middle with reshape instead of transpose, which mixes up the numbers
import torch
from torch import nn


def prefix_loss(logits, target, k):
    guess = logits[:, k - 1:-1]
    B, T, C = guess.shape
    criterion = nn.CrossEntropyLoss(ignore_index=0)
    return criterion(guess.reshape(B, C, T), target)

# %% wrong: leaves class 0 out of the softmax because it is only padding
import torch


def prefix_loss(logits, target, k):
    words = logits[:, k - 1:-1, 1:]
    log_p = words - words.logsumexp(dim=-1, keepdim=True)
    index = (target - 1).clamp(min=0)
    nll = -torch.take_along_dim(log_p, index.unsqueeze(-1), dim=-1).squeeze(-1)
    return nll.masked_select(target > 0).mean()

# %% wrong: shifts the target as in a usual language model, so the first token of each text is not counted
import torch
import torch.nn.functional as F


def prefix_loss(logits, target, k):
    guess = logits[:, k:-1]
    nxt = target[:, 1:]
    nll = F.cross_entropy(guess.transpose(1, 2), nxt, ignore_index=0, reduction="sum")
    return nll / (nxt != 0).sum()

# %% wrong: divides the sum by B * T instead of by the number of real tokens
import torch


def prefix_loss(logits, target, k):
    log_p = logits[:, k - 1:-1].log_softmax(-1)
    hot = torch.nn.functional.one_hot(target, logits.shape[-1]).to(logits.dtype)
    mask = target.ne(0).to(logits.dtype)
    return -torch.einsum("btc,btc,bt->bt", log_p, hot, mask).mean()

# %% wrong: adds up Python floats, so no gradient flows back to the logits
import torch


def prefix_loss(logits, target, k):
    total, count = 0.0, 0
    for b, text in enumerate(target.tolist()):
        for j, token in enumerate(text):
            if token:
                lp = torch.log_softmax(logits[b, k - 1 + j], dim=0)
                total -= lp[token].item()
                count += 1
    return torch.tensor(total / count, dtype=logits.dtype, requires_grad=True)

# %% wrong: subtracts the largest logit in place on a view, so the logits are changed
import torch


class StableLoss:
    def __call__(self, guess, target):
        guess -= guess.detach().amax(dim=-1, keepdim=True)
        log_z = guess.exp().sum(dim=-1).log()
        picked = guess.gather(-1, target.unsqueeze(-1)).squeeze(-1)
        return (log_z - picked)[target != 0].mean()


def prefix_loss(logits, target, k):
    return StableLoss()(logits[:, k - 1:-1], target)

# %% two: token j is read at place k + j instead of k - 1 + j; the result is in bits and not in nats
import math
import torch.nn.functional as F


def prefix_loss(logits, target, k):
    nll = F.cross_entropy(logits[:, k:].transpose(1, 2), target, ignore_index=0)
    return nll / math.log(2)

# %% two: a softmax is taken before F.cross_entropy takes its own; the sum is divided by B * T
import torch
import torch.nn.functional as F


def prefix_loss(logits, target, k):
    probs = torch.softmax(logits[:, k - 1:-1], dim=-1)
    return F.cross_entropy(probs.transpose(1, 2), target, ignore_index=0, reduction="none").mean()

# %% two: the softmax runs over the places instead of the classes; the result is the sum and not the mean
import torch


def prefix_loss(logits, target, k):
    log_p = torch.log_softmax(logits[:, k - 1:-1], dim=1)
    nll = -log_p.gather(2, target.unsqueeze(2)).squeeze(2)
    return nll[target != 0].sum()

# %% two: padding is only set to logits of zero and still counted; the result is always float64
import torch
import torch.nn.functional as F


def prefix_loss(logits, target, k):
    real = (target != 0).unsqueeze(-1)
    guess = logits[:, k - 1:-1].double() * real
    return F.cross_entropy(guess.reshape(-1, guess.shape[-1]), target.reshape(-1))
