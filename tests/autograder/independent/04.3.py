# %% right: relu and mean
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.relu(d_pos - d_neg + margin).mean()

# %% right: clamp, sum over N
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    violation = (d_pos + margin) - d_neg
    return violation.clamp(min=0).sum() / d_pos.shape[0]

# %% right: python loop
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    losses = []
    for p, n in zip(d_pos, d_neg):
        h = p - n + margin
        losses.append(h if h > 0 else h * 0)
    return torch.stack(losses).mean()

# %% right: margin_ranking_loss from torch
import torch
import torch.nn.functional as F

def triplet_loss(d_pos, d_neg, margin=0.2):
    target = torch.ones_like(d_neg)
    return F.margin_ranking_loss(d_neg, d_pos, target, margin=margin)

# %% right: mask and dot product, checks
import torch

def triplet_loss(d_pos: torch.Tensor, d_neg: torch.Tensor, margin: float = 0.2) -> torch.Tensor:
    if d_pos.shape != d_neg.shape or d_pos.dim() != 1:
        raise ValueError("expected two vectors of one length")
    raw = d_pos - d_neg + margin
    hard = (raw.detach() > 0).to(raw.dtype)
    return torch.dot(hard, raw) / raw.numel()

# %% right: dataclass that holds the margin
from dataclasses import dataclass
import torch

@dataclass
class Hinge:
    margin: float

    def __call__(self, near, far):
        zero = torch.zeros((), dtype=near.dtype, device=near.device)
        return torch.maximum(near - far + self.margin, zero)

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.mean(Hinge(margin)(d_pos, d_neg))

# %% wrong: averages over the active triplets only
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    losses = torch.relu(d_pos - d_neg + margin)
    n_active = (losses > 0).sum().clamp(min=1)
    return losses.sum() / n_active

# %% wrong: positive and negative exchanged
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.clamp(d_neg - d_pos + margin, min=0.0).mean()

# %% wrong: squares the distances first, as FaceNet does
import torch
import torch.nn.functional as F

def triplet_loss(d_pos, d_neg, margin=0.2):
    return F.relu(d_pos.pow(2) - d_neg.pow(2) + margin).mean()

# %% wrong: sum instead of mean
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    gap = d_pos - d_neg + margin
    zeros = torch.zeros_like(gap)
    return torch.max(gap, zeros).sum()

# %% wrong: no hinge, easy triplets count negative
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return (d_pos - d_neg + margin).mean()

# %% wrong: hinge of the mean instead of the mean of the hinges
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    average_gap = d_pos.mean() - d_neg.mean()
    return torch.clamp(average_gap + margin, min=0)

# %% wrong: soft margin (softplus) variant
import torch
import torch.nn.functional as F

def triplet_loss(d_pos, d_neg, margin=0.2):
    x = d_pos - d_neg + margin
    return F.softplus(x).mean()

# %% wrong: margin subtracted instead of added
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    n = d_pos.numel()
    total = d_pos.new_zeros(())
    for k in range(n):
        total = total + (d_pos[k] - d_neg[k] - margin).clamp(min=0)
    return total / n

# %% wrong: every positive against every negative (N x N)
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    table = d_pos.unsqueeze(1) - d_neg.unsqueeze(0) + margin
    return table.clamp(min=0).mean()

# %% wrong: the positive distance is detached
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    with torch.no_grad():
        threshold = d_pos + margin
    return torch.relu(threshold - d_neg).mean()

# %% wrong: margin hard-coded to 0.2
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    per_triplet = torch.where(d_neg < d_pos + 0.2, d_pos - d_neg + 0.2, torch.zeros_like(d_pos))
    return per_triplet.mean()

# %% two: squared hinge; sum instead of mean
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.relu(d_pos - d_neg + margin).square().sum()

# %% two: only the hardest triplet counts; margin forgotten
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.relu(d_pos - d_neg).max()

# %% two: returns float32 whatever the input; averages over the violating triplets only
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    h = (d_pos - d_neg).float() + margin
    keep = h > 0
    if not keep.any():
        return (h * 0).sum()
    return h[keep].mean()


# %% right: clamp and mean
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.clamp(d_pos - d_neg + margin, min=0).mean()

# %% right: loop, running sum
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    n = d_pos.shape[0]
    loss = (d_pos.sum() + d_neg.sum()) * 0
    for k in range(n):
        gap = d_pos[k] - d_neg[k] + margin
        if gap > 0:
            loss = loss + gap
    return loss / n

# %% wrong: mean over the triplets that are still active
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    h = torch.relu(d_pos - d_neg + margin)
    active = (h > 0).sum().clamp(min=1)
    return h.sum() / active

# %% wrong: positive and negative exchanged
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return torch.relu(d_neg - d_pos + margin).mean()

# %% wrong: softplus in place of the hinge
import torch
import torch.nn.functional as F

def triplet_loss(d_pos, d_neg, margin=0.2):
    return F.softplus(d_pos - d_neg + margin).mean()

# %% wrong: squares the distances as FaceNet does
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    v = d_pos ** 2 - d_neg ** 2 + margin
    return torch.maximum(v, torch.zeros_like(v)).mean()

# %% two: margin outside the maximum; sum instead of mean
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    return (torch.relu(d_pos - d_neg) + margin).sum()

# %% two: hinge on the batch mean; margin subtracted
import torch

def triplet_loss(d_pos, d_neg, margin=0.2):
    diff = d_pos.mean() - d_neg.mean() - margin
    return torch.clamp(diff, min=0)
