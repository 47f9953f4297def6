# %% right: clamp at 0, then the mean
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    return (d_pos - d_neg + margin).clamp(min=0).mean()


# %% right: a loop over the triplets with an if
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    total = 0
    n = len(d_pos)
    for i in range(n):
        x = d_pos[i] - d_neg[i] + margin
        if x > 0:
            total = total + x
        else:
            total = total + 0 * x  # an easy triplet, still part of the graph
    return total / n


# %% right: the library's margin ranking loss with the negative ranked above
import torch
from torch.nn import functional as F


def triplet_loss(d_pos, d_neg, margin=0.2):
    one = torch.ones_like(d_pos)
    return F.margin_ranking_loss(d_neg, d_pos, one, margin=margin, reduction="mean")


# %% right: picks the violating triplets, adds them up and divides by all N
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    gap = d_pos + margin - d_neg
    hard = gap > 0
    return gap[hard].sum() / gap.numel()


# %% right: max(x, 0) = (x + |x|) / 2, averaged by a dot product
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    x = torch.add(torch.sub(d_pos, d_neg), margin)
    n = x.shape[0]
    return torch.einsum("n,n->", x + x.abs(), torch.full_like(x, 0.5 / n))


# %% wrong: averages over the violating triplets only
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    per_triplet = torch.relu(d_pos - d_neg + margin)
    active = (per_triplet > 0).sum().clamp(min=1)
    return per_triplet.sum() / active


# %% wrong: positive and negative swapped
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    zero = torch.zeros_like(d_pos)
    return torch.maximum(d_neg - d_pos + margin, zero).mean()


# %% wrong: margin added after the max
import torch
from torch.nn import functional as F


def triplet_loss(d_pos, d_neg, margin=0.2):
    return (F.relu(d_pos - d_neg) + margin).mean()


# %% wrong: the absolute (contrastive) form, d_pos plus max(margin - d_neg, 0)
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    pull = d_pos
    push = torch.clamp(margin - d_neg, min=0.0)
    return (pull + push).mean()


# %% wrong: takes the max after the mean
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    mean_gap = d_pos.mean() - d_neg.mean()
    return torch.clamp_min(mean_gap + margin, 0)


# %% wrong: every positive against every negative, N x N pairs
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    diff = d_pos[:, None] - d_neg[None, :] + margin
    return diff.clamp_min(0).mean()


# %% wrong: only semi-hard triplets count, those with the negative closer than the positive are zeroed
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    semi_hard = (d_neg > d_pos) & (d_neg < d_pos + margin)
    loss = torch.where(semi_hard, d_pos - d_neg + margin, torch.zeros_like(d_pos))
    return loss.sum() / len(loss)


# %% wrong: adds the margin to d_pos in place
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    with torch.no_grad():
        d_pos += margin
    violation = d_pos - d_neg
    violation = violation * (violation > 0)
    return torch.mean(violation)


# %% wrong: where all triplets are easy it returns a fresh float32 zero without a graph
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    losses = d_pos - d_neg + margin
    if (losses <= 0).all():
        return torch.tensor(0.0)
    return losses.clamp(min=0).mean()


# %% wrong: the negative is detached, no gradient pushes it away
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    limit = d_neg.detach() - margin
    terms = [torch.relu(p - q) for p, q in zip(d_pos, limit)]
    return torch.stack(terms).mean()


# %% two: sum instead of mean; margin subtracted
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.relu(d_pos - d_neg - margin).sum()


# %% two: squares the distances; margin fixed at 0.2
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    MARGIN = 0.2
    return torch.clamp(d_pos**2 - d_neg**2 + MARGIN, min=0).mean()


# %% two: no max, easy triplets count negative; built from Python numbers, so no gradient
import torch


def triplet_loss(d_pos, d_neg, margin=0.2):
    vals = [p - q + margin for p, q in zip(d_pos.tolist(), d_neg.tolist())]
    return torch.tensor(sum(vals) / len(vals), dtype=d_pos.dtype)


# %% two: softplus instead of the hinge; result has shape (1,)
import torch
from torch.nn import functional as F


def triplet_loss(d_pos, d_neg, margin=0.2):
    soft = F.softplus(d_pos - d_neg + margin)
    return soft.mean(dim=0, keepdim=True)
