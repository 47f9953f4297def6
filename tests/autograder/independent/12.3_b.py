# %% right: NumPy in long double, logsumexp of the gaps to the true class
import numpy as np
import torch


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.detach().cpu().numpy().astype(np.longdouble)
    y = val_y.cpu().numpy()
    gap = z - z[np.arange(len(y)), y][:, None]
    top = gap.max(axis=1, keepdims=True)
    best, best_t = None, None
    for t in grid.tolist():
        T = np.longdouble(t)
        loss = (top[:, 0] / T + np.log(np.exp((gap - top) / T).sum(axis=1))).mean()
        if best is None or loss < best:
            best, best_t = loss, t
    return best_t


# %% right: F.cross_entropy in double after the shift by the row maximum
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.detach().double()
    z = z - z.max(dim=1, keepdim=True).values
    temps = grid.detach().double()
    losses = torch.stack([F.cross_entropy(z / t, val_y) for t in temps])
    if torch.isinf(losses).all():
        return grid[int(torch.argmax(temps))]
    return grid[int(torch.argmin(losses))]


# %% right: all temperatures at once by broadcasting
import torch


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.detach().to(torch.float64)
    z = z - z.amax(dim=1, keepdim=True)
    z = z.unsqueeze(0) / grid.detach().to(torch.float64).view(-1, 1, 1)
    idx = val_y.view(1, -1, 1).expand(z.shape[0], -1, 1)
    nll = (z.exp().sum(-1).log() - z.gather(2, idx).squeeze(2)).mean(dim=1)
    if not torch.isfinite(nll).any():
        return float(grid.max())
    return float(grid[(nll == nll.min()).nonzero()[0, 0]])


# %% right: plain Python loops with math
import math
import torch


def _mean_nll(rows, labels, t):
    losses = []
    for row, y in zip(rows, labels):
        top = max(row)
        denom = math.fsum(math.exp((v - top) / t) for v in row)
        losses.append(math.log(denom) + (top - row[y]) / t)
    return sum(losses) / len(losses)


def temperature_nll(val_logits, val_y, grid):
    rows, labels, temps = val_logits.tolist(), val_y.tolist(), grid.tolist()
    scores = [_mean_nll(rows, labels, t) for t in temps]
    if all(math.isinf(s) for s in scores):
        return max(temps)
    return temps[scores.index(min(scores))]


# %% right: candidates in a dataclass, min by key (loss, place)
from dataclasses import dataclass
import numpy as np
import torch


@dataclass(order=True)
class Candidate:
    loss: float
    tie: float
    place: int


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.detach().double()
    z = z - z.max(1, keepdim=True)[0]
    found = []
    for i in range(grid.numel()):
        T = grid[i].item()
        logp = torch.log_softmax(z / T, dim=1)
        loss = -logp[torch.arange(len(val_y)), val_y].mean().item()
        found.append(Candidate(loss, -T if np.isinf(loss) else 0.0, i))
    return grid[min(found).place].detach().clone()


# %% wrong: picks by accuracy, which no temperature changes
import torch


def temperature_nll(val_logits, val_y, grid):
    best_acc, best_t = -1.0, None
    for t in grid:
        acc = ((val_logits / t).argmax(dim=1) == val_y).double().mean().item()
        if acc > best_acc:
            best_acc, best_t = acc, t.item()
    return best_t


# %% wrong: multiplies the logits by T
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    losses = torch.tensor([F.cross_entropy(val_logits.double() * t, val_y) for t in grid.double()])
    return grid[losses.argmin()]


# %% wrong: returns the place in the grid instead of the temperature
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(1, keepdim=True)
    losses = torch.stack([F.cross_entropy(z / t, val_y) for t in grid.double()])
    return losses.argmin()


# %% wrong: at equal cross-entropy takes the last instead of the first
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(1, keepdim=True)
    lowest, choice = float("inf"), grid[0].item()
    for t in grid.tolist():
        nll = F.cross_entropy(z / t, val_y).item()
        if nll <= lowest:
            lowest, choice = nll, t
    return choice


# %% wrong: log(p + 1e-12) caps the loss of confident mistakes
import torch


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.max(dim=1, keepdim=True).values
    losses = []
    for t in grid.double():
        p = torch.softmax(z / t, dim=1)
        losses.append(-(p[range(len(val_y)), val_y] + 1e-12).log().mean())
    return grid[torch.stack(losses).argmin()]


# %% wrong: log of the softmax: log 0 makes the loss infinite and the first T wins
import torch


def temperature_nll(val_logits, val_y, grid):
    rows = torch.arange(val_y.shape[0])
    losses = []
    for t in grid:
        p = torch.softmax(val_logits / t, dim=-1)[rows, val_y]
        losses.append(-torch.log(p).mean())
    return grid[torch.argmin(torch.stack(losses))].item()


# %% wrong: stops at the first rise, as if the grid were sorted
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(1, keepdim=True)
    best_t, best = grid[0].item(), F.cross_entropy(z / grid[0].item(), val_y)
    for t in grid[1:].tolist():
        loss = F.cross_entropy(z / t, val_y)
        if loss > best:
            break
        if loss < best:
            best_t, best = t, loss
    return best_t


# %% wrong: the model's own argmax as labels instead of val_y
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(1, keepdim=True)
    labels = z.argmax(dim=1)
    losses = [F.cross_entropy(z / t, labels).item() for t in grid.tolist()]
    return grid[min(range(len(losses)), key=losses.__getitem__)].item()


# %% wrong: starts from T = 1 and keeps it when it is better than the grid
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(1, keepdim=True)
    best_t = 1.0
    best = F.cross_entropy(z, val_y).item()
    for t in grid.tolist():
        cur = F.cross_entropy(z / t, val_y).item()
        if cur < best:
            best, best_t = cur, t
    return best_t


# %% wrong: divides the already divided logits again in every round
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(1, keepdim=True)
    losses = []
    for t in grid.tolist():
        z = z / t
        losses.append(F.cross_entropy(z, val_y))
    return grid[torch.stack(losses).argmin()]


# %% two: takes the T with the largest cross-entropy; gives its index
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    losses = torch.stack([F.cross_entropy(val_logits / t, val_y) for t in grid])
    return int(torch.argmax(losses))


# %% two: median of the losses instead of the mean; leaves the divided logits with the caller
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    losses = []
    original = val_logits.clone()
    for t in grid:
        val_logits.copy_(original / t)
        losses.append(F.cross_entropy(val_logits, val_y, reduction="none").median())
    return grid[torch.stack(losses).argmin()]


# %% two: Brier score instead of cross-entropy; the smallest T at a tie (sorted grid)
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    temps = grid.sort().values
    onehot = F.one_hot(val_y, val_logits.shape[1]).to(val_logits.dtype)
    scores = [((torch.softmax(val_logits / t, 1) - onehot) ** 2).sum(1).mean() for t in temps]
    return temps[torch.stack(scores).argmin()]


# %% two: softmax before the cross-entropy; returns the loss instead of T
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    losses = [F.cross_entropy(torch.softmax(val_logits / t, dim=1), val_y) for t in grid]
    return min(losses)
