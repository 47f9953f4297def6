# %% right: vectorised straight from the formula
import torch

def contrastive_loss(d, y, margin=1.0):
    pull = y * d ** 2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))

# %% right: half of the mean, relu
import torch
import torch.nn.functional as F

def contrastive_loss(d, y, margin=1.0):
    y = y.to(d.dtype)
    hinge = F.relu(margin - d)
    return 0.5 * (y * d.square() + (1.0 - y) * hinge.square()).mean()

# %% right: loop over the pairs
import torch

def contrastive_loss(d, y, margin=1.0):
    total = torch.zeros((), dtype=d.dtype, device=d.device)
    n = d.shape[0]
    for k in range(n):
        if int(y[k]) == 1:
            total = total + d[k] * d[k]
        elif d[k] < margin:
            gap = margin - d[k]
            total = total + gap * gap
        else:
            total = total + 0 * d[k]
    return total / (2 * n)

# %% right: where on a boolean mask
import torch

def contrastive_loss(d: torch.Tensor, y: torch.Tensor, margin: float = 1.0) -> torch.Tensor:
    similar = y > 0.5
    shortfall = (margin - d).clamp_min(0.0)
    residual = torch.where(similar, d, shortfall)
    return residual.pow(2).mean() / 2

# %% right: dot products of the selected residuals, with guards
import torch

def contrastive_loss(d, y, margin=1.0):
    if d.dim() != 1 or d.shape != y.shape:
        raise ValueError("d and y must be 1-D and of one length")
    if margin <= 0:
        raise ValueError("margin must be positive")
    pos = d[y == 1]
    neg = torch.relu(margin - d[y == 0])
    return (torch.dot(pos, pos) + torch.dot(neg, neg)) / (2 * d.numel())

# %% right: closure for one pair, summed with stack
import torch

def contrastive_loss(d, y, margin=1.0):
    def one(dist, same):
        s = same.to(dist.dtype)
        hinge = torch.maximum(margin - dist, torch.zeros_like(dist))
        return s * dist * dist + (1 - s) * hinge * hinge

    terms = torch.stack([one(d[i], y[i]) for i in range(d.size(0))])
    return terms.sum().mul(0.5).div(terms.numel())

# %% wrong: no factor one half
import torch

def contrastive_loss(d, y, margin=1.0):
    loss = y * d.pow(2) + (1 - y) * torch.clamp(margin - d, min=0.0).pow(2)
    return torch.mean(loss)

# %% wrong: labels swapped, as in the paper where 0 means similar
import torch

def contrastive_loss(d, y, margin=1.0):
    similar_term = (1 - y) * d * d
    dissimilar_term = y * torch.relu(margin - d) ** 2
    return (similar_term + dissimilar_term).sum() / (2 * d.shape[0])

# %% wrong: the hinge is not squared
import torch

def contrastive_loss(d, y, margin=1.0):
    hinge = (margin - d).clamp(min=0)
    return 0.5 * torch.mean(y * d ** 2 + (1 - y) * hinge)

# %% wrong: hinge on the squared distance, max(m - d^2, 0)
import torch

def contrastive_loss(d, y, margin=1.0):
    sq = d ** 2
    neg = torch.clamp(margin - sq, min=0) ** 2
    return (y * sq + (1 - y) * neg).mean() / 2

# %% wrong: no hinge, far dissimilar pairs are pulled back
import torch

def contrastive_loss(d, y, margin=1.0):
    n = d.numel()
    attract = torch.sum(y * d ** 2)
    repel = torch.sum((1 - y) * (margin - d) ** 2)
    return (attract + repel) / (2 * n)

# %% wrong: sum over the batch instead of the mean
import torch
import torch.nn.functional as F

def contrastive_loss(d, y, margin=1.0):
    return (0.5 * (y * d.pow(2) + (1 - y) * F.relu(margin - d).pow(2))).sum()

# %% wrong: averages similar and dissimilar pairs separately
import torch

def contrastive_loss(d, y, margin=1.0):
    pos = d[y == 1] ** 2
    neg = torch.clamp(margin - d[y == 0], min=0) ** 2
    loss = d.sum() * 0
    if len(pos) > 0:
        loss = loss + pos.mean() / 2
    if len(neg) > 0:
        loss = loss + neg.mean() / 2
    return loss

# %% wrong: a column against a row, broadcast to (N, N)
import torch

def contrastive_loss(d, y, margin=1.0):
    dist = d.unsqueeze(1)
    per_pair = y * dist ** 2 + (1 - y) * torch.clamp(margin - dist, min=0) ** 2
    return per_pair.mean() * 0.5

# %% wrong: margin ignored, 1.0 hard-coded
import torch

def contrastive_loss(d, y, margin=1.0):
    far_enough = d >= 1.0
    gap = torch.where(far_enough, torch.zeros_like(d), 1.0 - d)
    return (y * d * d + (1 - y) * gap * gap).sum() / (2 * d.size(0))

# %% wrong: rebuilds d through a square root, NaN gradient at d = 0
import torch

def contrastive_loss(d, y, margin=1.0):
    d2 = d * d
    root = torch.sqrt(d2)
    loss = y * d2 + (1 - y) * torch.clamp(margin - root, min=0) ** 2
    return loss.sum() / (2 * loss.numel())

# %% wrong: collects Python floats, so no gradient flows back
import torch

def contrastive_loss(d, y, margin=1.0):
    acc = 0.0
    for dist, lab in zip(d.tolist(), y.tolist()):
        acc += lab * dist ** 2 + (1 - lab) * max(margin - dist, 0.0) ** 2
    return torch.tensor(acc / (2 * len(d)), dtype=d.dtype, device=d.device)

# %% two: hinge turned round (d - m); no factor one half
import torch

def contrastive_loss(d, y, margin=1.0):
    return (y * d ** 2 + (1 - y) * torch.clamp(d - margin, min=0) ** 2).mean()

# %% two: similar pairs with plain d instead of its square; sum instead of mean
import torch

def contrastive_loss(d, y, margin=1.0):
    t = y * d + (1 - y) * torch.relu(margin - d) ** 2
    return t.sum() / 2

# %% two: labels swapped; hinge not squared
import torch

def contrastive_loss(d, y, margin=1.0):
    N = len(d)
    s = 0
    for k in range(N):
        s = s + (1 - y[k]) * d[k] ** 2 + y[k] * torch.clamp(margin - d[k], min=0)
    return s / (2 * N)


# %% right: as the formula
import torch

def contrastive_loss(d, y, margin=1.0):
    y = y.to(d.dtype)
    near = y * d ** 2
    far = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return 0.5 * (near + far).mean()

# %% right: loop with branches
import torch

def contrastive_loss(d, y, margin=1.0):
    total = torch.zeros((), dtype=d.dtype)
    for di, yi in zip(d, y.tolist()):
        if yi == 1:
            total = total + di * di
        elif di < margin:
            total = total + (margin - di) ** 2
    return total / (2 * len(d))

# %% wrong: factor one half forgotten
import torch

def contrastive_loss(d, y, margin=1.0):
    hinge = torch.relu(margin - d)
    return torch.mean(y * d.pow(2) + (1 - y) * hinge.pow(2))

# %% wrong: labels the other way round (0 = similar, as in Hadsell)
import torch

def contrastive_loss(d, y, margin=1.0):
    loss = (1 - y) * d ** 2 + y * torch.clamp(margin - d, min=0.0) ** 2
    return loss.sum() / (2 * d.shape[0])

# %% wrong: squared before the maximum, so far pairs are punished
import torch

def contrastive_loss(d, y, margin=1.0):
    neg = torch.clamp((margin - d) ** 2, min=0)
    return (torch.where(y == 1, d ** 2, neg)).mean() / 2

# %% wrong: margin compared with the squared distance
import torch

def contrastive_loss(d, y, margin=1.0):
    sq = d * d
    different = torch.relu(margin - sq)
    return 0.5 * (y * sq + (1 - y) * different).mean()

# %% two: hinge not squared; similar term not squared
import torch

def contrastive_loss(d, y, margin=1.0):
    return 0.5 * torch.mean(y * d + (1 - y) * torch.relu(margin - d))

# %% two: similar and different averaged apart; sum instead of half
import torch

def contrastive_loss(d, y, margin=1.0):
    pos = d[y == 1]
    neg = d[y == 0]
    loss = d.sum() * 0
    if len(pos):
        loss = loss + pos.pow(2).mean()
    if len(neg):
        loss = loss + torch.relu(margin - neg).pow(2).mean()
    return loss
