# %% right: cross_entropy with reduction sum and ignore_index, divided by the count
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    V = logits.shape[-1]
    total = F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), ignore_index=pad, reduction="sum")
    count = (target != pad).sum()
    return total / count.clamp(min=1)

# %% right: log_softmax, gather and a mask
import torch

def seq_cross_entropy(logits: torch.Tensor, target: torch.Tensor, pad: int) -> torch.Tensor:
    logp = torch.log_softmax(logits, dim=-1)
    picked = logp.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    real = target.ne(pad)
    n = int(real.sum())
    if n == 0:
        return logits.sum() * 0.0
    return -(picked * real.to(logits.dtype)).sum() / n

# %% right: keeps only the real tokens, then the plain mean
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    keep = target != pad
    if not keep.any():
        return logits[:0].sum()
    return F.cross_entropy(logits[keep], target[keep])

# %% right: transposed to (N, V, T), reduction none
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    per_token = F.cross_entropy(logits.transpose(1, 2), target, reduction="none")
    zero = torch.zeros((), dtype=per_token.dtype, device=per_token.device)
    real = target != pad
    return torch.where(real, per_token, zero).sum() / max(int(real.sum()), 1)

# %% right: own logsumexp by hand with the largest subtracted, double loop over texts
import torch

def _nll(scores, tokens):
    m = scores.max(dim=-1, keepdim=True).values.detach()
    lse = (scores - m).exp().sum(-1).log() + m.squeeze(-1)
    return lse - scores[torch.arange(len(tokens)), tokens]

def seq_cross_entropy(logits, target, pad):
    total = logits.new_zeros(()) + 0 * logits.sum()
    count = 0
    for n in range(target.shape[0]):
        for_real = torch.nonzero(target[n] != pad).flatten()
        if len(for_real) == 0:
            continue
        total = total + _nll(logits[n, for_real], target[n, for_real]).sum()
        count += len(for_real)
    return total / count if count else total

# %% right: guards, one-hot weights with einsum
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    if logits.shape[:2] != target.shape:
        raise ValueError("logits and target must agree in N and T")
    logp = F.log_softmax(logits, dim=2)
    weight = F.one_hot(target, logits.shape[2]).to(logits.dtype)
    weight = weight * (target != pad).unsqueeze(-1)
    return -torch.einsum("ntv,ntv->", weight, logp) / weight.sum().clamp(min=1.0)

# %% wrong: the sum over the real tokens is divided by N * T, padding included
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    loss = F.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="none")
    mask = (target.flatten() != pad).to(loss.dtype)
    return (loss * mask).mean()

# %% wrong: mean of the means of the texts, so each text counts the same
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    nll = F.cross_entropy(logits.permute(0, 2, 1), target, reduction="none")
    mask = (target != pad).to(logits.dtype)
    lengths = mask.sum(1)
    per_text = (nll * mask).sum(1) / lengths.clamp(min=1)
    has = (lengths > 0).to(logits.dtype)
    return (per_text * has).sum() / has.sum().clamp(min=1)

# %% wrong: nan when there is nothing but padding [differs for an all-padding batch]
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    return F.cross_entropy(logits.reshape(-1, logits.size(-1)), target.reshape(-1), ignore_index=pad)

# %% wrong: padding is always 0, the argument is ignored [differs for pad != 0]
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    flat_t = target.reshape(-1)
    keep = flat_t > 0
    if keep.sum() == 0:
        return 0.0 * logits.sum()
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1])[keep], flat_t[keep])

# %% wrong: softmax by exp without subtracting the largest, overflows [differs for logits of size 1000]
import torch

def seq_cross_entropy(logits, target, pad):
    e = logits.exp()
    p = e / e.sum(dim=-1, keepdim=True)
    true_p = torch.gather(p, 2, target[:, :, None])[:, :, 0]
    real = target != pad
    if not real.any():
        return logits.sum() * 0
    return -true_p[real].log().mean()

# %% wrong: adds 1e-9 inside the log, so the loss stops at about 20.7 [differs for large logits]
import torch

def seq_cross_entropy(logits, target, pad):
    p = logits.softmax(-1)
    p_true = p.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    m = (target != pad).float().to(logits.dtype)
    return -((p_true + 1e-9).log() * m).sum() / m.sum().clamp(min=1)

# %% wrong: view instead of transpose brings the logits to (N, V, T)
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    N, T, V = logits.shape
    s = F.cross_entropy(logits.reshape(N, V, T), target, ignore_index=pad, reduction="sum")
    return s / (target != pad).sum().clamp_min(1)

# %% wrong: the pad token is taken out of the softmax (its logit is set to -inf)
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    V = logits.shape[-1]
    is_pad_token = torch.arange(V, device=logits.device) == pad
    z = logits.masked_fill(is_pad_token, float("-inf"))
    keep = target != pad
    if keep.sum() == 0:
        return (logits * 0).sum()
    return F.cross_entropy(z[keep], target[keep])

# %% wrong: the all-padding case returns a fresh float32 zero that knows nothing of the logits [differs for an all-padding batch: dtype in float64, no gradient]
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    valid = target != pad
    if valid.sum().item() == 0:
        return torch.tensor(0.0)
    lp = F.log_softmax(logits, -1)[valid]
    return F.nll_loss(lp, target[valid])

# %% wrong: predictions and targets are shifted by one more place
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    z = logits[:, :-1]
    t = target[:, 1:]
    total = F.cross_entropy(z.reshape(-1, z.shape[-1]), t.reshape(-1), ignore_index=pad, reduction="sum")
    return total / (t != pad).sum().clamp(min=1)

# %% wrong: the number of real tokens comes from .item() and the losses are summed with .item(), so the gradient is lost
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    total, count = 0.0, 0
    for n in range(target.size(0)):
        for t in range(target.size(1)):
            if target[n, t].item() != pad:
                total += F.cross_entropy(logits[n, t], target[n, t]).item()
                count += 1
    return torch.tensor(total / max(count, 1), dtype=logits.dtype, requires_grad=True)

# %% two: sum over the tokens divided by the number of texts; in bits (log base 2)
import math
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    s = F.cross_entropy(logits.transpose(1, 2), target, ignore_index=pad, reduction="sum")
    return s / target.shape[0] / math.log(2)

# %% two: mask upside down (only padding counts); float32 result
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    loss = F.cross_entropy(logits.float().transpose(1, 2), target, reduction="none")
    m = (target == pad).float()
    return (loss * m).sum() / m.sum().clamp(min=1)

# %% two: sets the logits of padded places to 0 in place (input changed); lets the padded places count in the mean
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    with torch.no_grad():
        logits[target == pad] = 0.0
    return F.cross_entropy(logits.flatten(0, 1), target.flatten())


# %% right: boolean selection and F.cross_entropy
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    real = target != pad
    if not real.any():
        return logits.sum() * 0
    return F.cross_entropy(logits[real], target[real])

# %% right: gather on log_softmax and a mask
import torch

def seq_cross_entropy(logits, target, pad):
    logp = torch.log_softmax(logits, dim=-1)
    nll = -logp.gather(2, target.unsqueeze(-1)).squeeze(-1)
    m = (target != pad).to(logits.dtype)
    return (nll * m).sum() / m.sum().clamp(min=1)

# %% wrong: mean of each text first, then of the batch
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    parts = []
    for z, t in zip(logits, target):
        keep = t != pad
        if keep.any():
            parts.append(F.cross_entropy(z[keep], t[keep]))
    if not parts:
        return logits.sum() * 0
    return torch.stack(parts).mean()

# %% wrong: divided by all N times T places
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    V = logits.shape[-1]
    loss = F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")
    return (loss * (target.reshape(-1) != pad)).mean()

# %% wrong: NaN where everything is padding
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    return F.cross_entropy(logits.transpose(1, 2), target, ignore_index=pad)

# %% wrong: token 0 always taken for the padding
import torch

def seq_cross_entropy(logits, target, pad=0):
    mask = target > 0
    z = logits - logits.logsumexp(-1, keepdim=True)
    picked = torch.einsum("ntv,ntv->nt", z, torch.nn.functional.one_hot(target, z.shape[-1]).to(z.dtype))
    n = mask.sum()
    return -(picked * mask).sum() / (n if n > 0 else 1)

# %% two: logits softmaxed before the cross-entropy; divided by the number of texts
import torch
import torch.nn.functional as F

def seq_cross_entropy(logits, target, pad):
    p = torch.softmax(logits, dim=-1)
    total = F.cross_entropy(p.flatten(0, 1), target.flatten(), ignore_index=pad, reduction="sum")
    return total / logits.shape[0]

# %% two: padding counts as well; logarithm of a clipped softmax
import torch

def seq_cross_entropy(logits, target, pad):
    p = torch.softmax(logits, dim=-1).clamp(min=1e-8)
    return -torch.log(p.gather(-1, target[..., None])).mean()
