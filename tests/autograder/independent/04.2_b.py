# %% right: the formula as it stands, with clamp
import torch


def contrastive_loss(d, y, margin=1.0):
    n = d.shape[0]
    similar = y * d ** 2
    different = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (similar + different).sum() / (2 * n)

# %% right: torch.where picks distance or hinge, then half the mean square
import torch
from torch.nn import functional as F


def contrastive_loss(d, y, margin=1.0):
    r = torch.where(y == 1, d, F.relu(margin - d))
    return F.mse_loss(r, torch.zeros_like(r)) / 2

# %% right: plain loop with an if per pair
import torch


def contrastive_loss(d, y, margin=1.0):
    """The course's contrastive loss of N pairs: distances d, labels y (1 similar, 0 not)."""
    total = d.new_zeros(())
    for dist, label in zip(d, y.tolist()):
        if label == 1:
            total = total + dist * dist
        elif dist < margin:
            total = total + (margin - dist) * (margin - dist)
        else:
            total = total + 0 * dist
    return total / (2 * len(d))

# %% right: boolean indexing, the two groups summed apart
import torch


def contrastive_loss(d, y, margin=1.0):
    together = y.bool()
    pull = d[together]
    push = (margin - d[~together]).clamp_min(0)
    return 0.5 * (pull.square().sum() + push.square().sum()) / d.numel()

# %% right: dot product of a masked residual with itself
import torch


def contrastive_loss(d, y, margin=1.0):
    s = y.to(d.dtype)
    gap = torch.maximum(margin - d, torch.zeros_like(d))
    e = s * d + (1 - s) * gap
    return torch.einsum("i,i->", e, e).div(2 * e.numel())

# %% wrong: labels the other way round (0 similar, as in the original article)
import torch


def contrastive_loss(d, y, margin=1.0):
    pos = (1 - y) * d.pow(2)
    neg = y * torch.relu(margin - d).pow(2)
    return 0.5 * (pos + neg).mean()

# %% wrong: the factor 1/2 is missing
import torch


def contrastive_loss(d, y, margin=1.0):
    return torch.where(y == 1, d.square(), (margin - d).clamp(min=0).square()).mean()

# %% wrong: squares the distance inside the hinge: max(m - d^2, 0)
import torch
from torch.nn import functional as F


def contrastive_loss(d, y, margin=1.0):
    d2 = d * d
    loss = y * d2 + (1 - y) * F.relu(margin - d2)
    return loss.sum() / (2 * len(loss))

# %% wrong: similar and different pairs are each averaged over their own number
import torch


def contrastive_loss(d, y, margin=1.0):
    same = d[y == 1]
    diff = torch.relu(margin - d[y == 0])
    loss_same = (same ** 2).sum() / max(len(same), 1)
    loss_diff = (diff ** 2).sum() / max(len(diff), 1)
    return (loss_same + loss_diff) / 2

# %% wrong: the margin argument is ignored, 1.0 is written in
import torch


def contrastive_loss(d, y, margin=1.0):
    hinge = torch.clamp(1.0 - d, min=0.0)
    per_pair = y * d ** 2 + (1 - y) * hinge ** 2
    return per_pair.mean() / 2

# %% wrong: the max with 0 is forgotten, far different pairs are punished too
import torch


def contrastive_loss(d, y, margin=1.0):
    n = d.numel()
    loss = 0
    for i in range(n):
        if y[i] == 1:
            loss = loss + d[i] ** 2
        else:
            loss = loss + (margin - d[i]) ** 2
    return loss / (2 * n)

# %% wrong: goes through Python floats, so no gradient reaches d
import torch


def contrastive_loss(d, y, margin=1.0):
    values = []
    for dist, label in zip(d.tolist(), y.tolist()):
        values.append(label * dist ** 2 + (1 - label) * max(margin - dist, 0.0) ** 2)
    return torch.tensor(sum(values) / (2 * len(values)), dtype=d.dtype)

# %% wrong: terms are stored in a tensor like y, so int64 labels cut them to whole numbers
import torch


def contrastive_loss(d, y, margin=1.0):
    per_pair = torch.zeros_like(y)
    for i in range(len(d)):
        if y[i] == 1:
            per_pair[i] = d[i] ** 2
        else:
            per_pair[i] = torch.clamp(margin - d[i], min=0) ** 2
    return (per_pair.sum() / (2 * len(d))).to(d.dtype)

# %% wrong: takes sqrt(d * d) first, whose gradient is NaN at distance 0
import torch


def contrastive_loss(d, y, margin=1.0):
    d = torch.sqrt(d * d)  # distances must not be negative
    pull = y * d.pow(2)
    push = (1 - y) * torch.clamp(margin - d, min=0).pow(2)
    return torch.mean(pull + push) * 0.5

# %% wrong: y is turned into 1 - y in place
import torch


def contrastive_loss(d, y, margin=1.0):
    pull = (d[y == 1] ** 2).sum()
    different = y.neg_().add_(1)
    push = (torch.relu(margin - d[different == 1]) ** 2).sum()
    return (pull + push) / (2 * d.shape[0])

# %% two: hinge not squared; not divided by N
import torch


def contrastive_loss(d, y, margin=1.0):
    return 0.5 * torch.sum(y * d ** 2 + (1 - y) * torch.clamp(margin - d, min=0))

# %% two: labels the other way round; factor 1/2 missing
import torch
from torch.nn import functional as F


def contrastive_loss(d, y, margin=1.0):
    attract = d[y == 0].pow(2).sum()
    repel = F.relu(margin - d[y == 1]).pow(2).sum()
    return (attract + repel) / d.numel()

# %% two: computed and returned in float32 whatever d is; margin argument ignored
import torch


def contrastive_loss(d, y, margin=1.0):
    d = d.float()
    y = y.float()
    m = torch.ones_like(d)
    zero = torch.zeros_like(d)
    terms = y * d * d + (1 - y) * torch.max(m - d, zero) ** 2
    return terms.mean() / 2

# %% two: hinge on the squares, max(m^2 - d^2, 0); divides by the number of pairs with nonzero loss only
import torch


def contrastive_loss(d, y, margin=1.0):
    terms = torch.where(y == 1, d ** 2, torch.relu(margin ** 2 - d ** 2))
    active = (terms > 0).sum().clamp(min=1)
    return terms.sum() / (2 * active)
