# %% right: clamp and mean
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.clamp(d_pos - d_neg + margin, min=0).mean()

# %% right: loop over the triplets, hinge with an if
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    n = d_pos.shape[0]
    total = d_pos.new_zeros(())
    for i in range(n):
        gap = d_pos[i] - d_neg[i] + margin
        if gap > 0:
            total = total + gap
        else:
            # easy triplet: counts with zero but stays in the graph
            total = total + 0.0 * gap
    return total / n

# %% right: margin_ranking_loss with target -1
import torch
import torch.nn.functional as F

def triplet_loss(d_pos, d_neg, margin=0.2):
    target = -torch.ones_like(d_pos)
    return F.margin_ranking_loss(d_pos, d_neg, target, margin=float(margin))

# %% right: torch.where and sum over N
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    violation = d_pos - d_neg + margin
    hinge = torch.where(violation > 0, violation, torch.zeros_like(violation))
    return torch.sum(hinge) / len(hinge)

# %% right: dot product of the violation with its active mask
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    a = d_pos + margin - d_neg
    active = (a.detach() > 0).to(a.dtype)
    return torch.einsum("n,n->", a, active) / a.numel()

# %% wrong: positive and negative swapped in the difference
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.relu(d_neg - d_pos + margin).mean()

# %% wrong: mean over the active triplets only
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    loss = (d_pos - d_neg + margin).clamp(min=0)
    hard = loss[loss > 0]
    if hard.numel() == 0:
        return loss.sum()
    return hard.mean()

# %% wrong: sum instead of mean
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    total = 0.0
    for p, n in zip(d_pos, d_neg):
        total = total + torch.clamp(p - n + margin, min=0.0)
    return total

# %% wrong: squares the distances as in FaceNet
import torch
from torch.nn import functional as F

def triplet_loss(d_pos, d_neg, margin=0.2):
    pos2 = d_pos ** 2
    neg2 = d_neg ** 2
    return F.relu(pos2 - neg2 + margin).mean()

# %% wrong: the margin argument is ignored, 0.2 is written in
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    diff = d_pos - d_neg + 0.2
    return torch.where(diff > 0, diff, torch.zeros_like(diff)).mean()

# %% wrong: margin added after the hinge
import torch
import torch.nn.functional as F

def triplet_loss(d_pos, d_neg, margin=0.2):
    hinge = F.relu(d_pos - d_neg)
    return (hinge + margin).mean()

# %% wrong: hinge on the mean instead of on each triplet
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    m = d_pos.mean() - d_neg.mean() + margin
    return torch.clamp(m, min=0)

# %% wrong: the negative distance is detached
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    reference = d_neg.detach()      # the negative is only the reference
    loss = torch.clamp(d_pos - reference + margin, min=0)
    return loss.sum() / loss.shape[0]

# %% wrong: soft margin (softplus) instead of the hinge
import torch
import torch.nn.functional as F

def triplet_loss(d_pos, d_neg, margin=0.2):
    x = d_pos - d_neg + margin
    return F.softplus(x).mean()

# %% wrong: changes d_pos in place through .data
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    d_pos.data += margin
    loss = (d_pos - d_neg).clamp_min(0)
    return loss.mean()

# %% two: sum instead of mean; result always float32
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    out = torch.zeros(1, dtype=torch.float32)[0]
    for i in range(len(d_pos)):
        out = out + torch.relu(d_pos[i] - d_neg[i] + margin).float()
    return out

# %% two: margin subtracted instead of added; no gradient because it goes through numpy
import numpy as np
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    p = d_pos.detach().numpy()
    n = d_neg.detach().numpy()
    loss = np.maximum(p - n - margin, 0).mean()
    return torch.tensor(loss, dtype=d_pos.dtype)

# %% two: swapped roles; mean over the active ones only, NaN when none is active
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    gap = d_neg - d_pos + margin
    return gap[gap > 0].mean()

# %% two: absolute value instead of the hinge; result has shape (1,)
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    loss = torch.abs(d_pos - d_neg + margin)
    return loss.mean(dim=0, keepdim=True)
