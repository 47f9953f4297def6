# %% right: Python's min with a key, in float64, the maximum taken off before the division
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double() - val_logits.double().amax(1, keepdim=True)

    def key(T):
        nll = F.cross_entropy(z / T.double(), val_y).item()
        return nll, (-float(T) if nll == float("inf") else 0.0)

    return min(grid, key=key)


# %% right: loop with a strict comparison, and a thought for overflow at every T
import torch


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.detach().to(torch.float64)
    z = z - z.max(dim=1, keepdim=True).values
    best_T, best_nll = None, float("inf")
    for T in grid.tolist():
        logp = torch.log_softmax(z / T, dim=1)
        nll = -logp[torch.arange(len(val_y)), val_y].mean().item()
        if nll < best_nll:
            best_T, best_nll = T, nll
    if best_T is None:
        # every loss overflowed: there it is gap / T, so the largest T is the best
        best_T = max(grid.tolist())
    return best_T


# %% right: all temperatures at once by broadcasting, gather and argmin
import torch


def temperature_nll(val_logits, val_y, grid):
    x = val_logits.double()
    x = x - x.amax(dim=-1, keepdim=True)
    s = x.unsqueeze(0) / grid.double().view(-1, 1, 1)
    idx = val_y.view(1, -1, 1).expand(s.shape[0], -1, 1)
    nll = (s.logsumexp(-1) - s.gather(2, idx).squeeze(2)).mean(dim=1)
    if torch.isinf(nll).all():
        return grid.max()
    return grid[nll.argmin()]


# %% right: NumPy with logaddexp
import numpy as np
import torch


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.detach().cpu().numpy().astype(np.float64)
    y = val_y.cpu().numpy()
    ts = grid.detach().cpu().numpy().astype(np.float64)
    with np.errstate(all="ignore"):
        z = z - z.max(axis=1, keepdims=True)
        nll = []
        for t in ts:
            s = z / t
            nll.append(np.mean(np.logaddexp.reduce(s, axis=1) - s[np.arange(len(y)), y]))
    nll = np.array(nll)
    i = int(ts.argmax()) if np.isinf(nll).all() else int(nll.argmin())
    return float(ts[i])


# %% right: over-long class in plain Python floats
import math


class Calibrator:
    def __init__(self, logits, y):
        self.gaps = []
        for row, label in zip(logits.tolist(), y.tolist()):
            top = max(row)
            self.gaps.append(([v - top for v in row], label))

    def nll(self, T):
        total = 0.0
        for gaps, label in self.gaps:
            scaled = [g / T for g in gaps]
            log_norm = math.log(sum(math.exp(s) for s in scaled))
            total += log_norm - scaled[label]
        return total / len(self.gaps)

    def choose(self, temperatures):
        losses = [self.nll(T) for T in temperatures]
        smallest = min(losses)
        if math.isinf(smallest):
            return max(temperatures)
        return temperatures[losses.index(smallest)]


def temperature_nll(val_logits, val_y, grid):
    temperatures = grid.tolist()
    if len(temperatures) == 1:
        return temperatures[0]
    return Calibrator(val_logits, val_y).choose(temperatures)


# %% right: recursion, halves of the grid play against each other and the left one wins a tie
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)

    def nll(T):
        return float(F.nll_loss(F.log_softmax(z / T.double(), dim=1), val_y))

    def best(lo, hi):
        if hi - lo == 1:
            return nll(grid[lo]), grid[lo]
        mid = (lo + hi) // 2
        left, right = best(lo, mid), best(mid, hi)
        if left[0] == right[0] == float("inf"):
            return left if left[1] >= right[1] else right
        return left if left[0] <= right[0] else right

    return best(0, len(grid))[1]


# %% wrong: the logits are multiplied by T instead of divided
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    losses = torch.stack([F.cross_entropy(z * T.double(), val_y) for T in grid])
    return grid[losses.argmin()]


# %% wrong: it returns the place in the grid, not the temperature there
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double() - val_logits.double().amax(dim=1, keepdim=True)
    scaled = z[None] / grid.double()[:, None, None]
    logp = scaled.log_softmax(dim=-1)
    nll = -logp[:, torch.arange(len(val_y)), val_y].mean(dim=1)
    return torch.argmin(nll)


# %% wrong: 1e-12 is added before the logarithm, which caps the loss and makes bad temperatures look alike
import torch


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    best_T, best = None, None
    for T in grid:
        p = torch.softmax(z / T.double(), dim=1)
        loss = -(p[torch.arange(len(val_y)), val_y] + 1e-12).log().mean()
        if best is None or loss < best:
            best_T, best = T, loss
    return best_T


# %% wrong: it divides before anything is taken off, so a tiny T gives inf - inf = nan, and argmin takes the nan
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    losses = torch.stack([F.cross_entropy(val_logits / T, val_y) for T in grid])
    return grid[losses.argmin()].item()


# %% wrong: the grid is sorted first, so that of equal losses the smallest T wins and not the first
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    losses = {T: F.cross_entropy(z / T, val_y).item() for T in sorted(grid.tolist())}
    return min(losses, key=losses.get)


# %% wrong: T = 1 is the start, so that 1 comes back when the whole grid is worse, though it is not in the grid
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    best_T = 1.0
    best_nll = F.cross_entropy(z, val_y).item()
    for T in grid.tolist():
        nll = F.cross_entropy(z / T, val_y).item()
        if nll < best_nll:
            best_nll, best_T = nll, T
    return best_T


# %% wrong: cross_entropy is fed with probabilities, so softmax is applied twice
import torch
from torch import nn


class Scaled(nn.Module):
    def __init__(self, T):
        super().__init__()
        self.T = T
        self.loss = nn.CrossEntropyLoss()

    def forward(self, z, y):
        probs = torch.softmax(z / self.T, dim=1)
        return self.loss(probs, y).item()


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    return min(grid.tolist(), key=lambda T: Scaled(T)(z, val_y))


# %% wrong: .double() does not copy float64, so -= changes the caller's logits
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z -= z.amax(dim=1, keepdim=True)
    losses = torch.stack([F.cross_entropy(z / T.double(), val_y) for T in grid])
    return grid[losses.argmin()]


# %% wrong: it minimises the Brier score instead of the cross-entropy
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    hot = F.one_hot(val_y, z.shape[1]).double()
    p = torch.softmax(z.unsqueeze(0) / grid.double().view(-1, 1, 1), dim=-1)
    brier = torch.einsum("gnc,gnc->g", p - hot, p - hot) / len(val_y)
    return grid[brier.argmin()]


# %% wrong: temperatures under 0.01 are lifted to 0.01 for safety, so a small T is never returned
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    temps = grid.clamp(min=1e-2)
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    losses = [float(F.cross_entropy(z / T, val_y)) for T in temps.double()]
    return float(temps[losses.index(min(losses))])


# %% two: the logits are multiplied by T; the index is returned instead of T
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    losses = [F.cross_entropy(z * T, val_y).item() for T in grid.tolist()]
    return losses.index(min(losses))


# %% two: softmax is applied before cross_entropy, so twice; of equal losses the last T wins
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    best_T, best = None, float("inf")
    for T in grid:
        loss = F.cross_entropy(F.softmax(z / T.double(), dim=1), val_y).item()
        if loss <= best:
            best_T, best = T, loss
    return best_T


# %% two: the probabilities are clamped at 1e-7, which caps the loss; the grid is gone through from large to small, so of equal losses the largest T wins
import torch


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    ordered = grid.sort(descending=True).values
    losses = []
    for T in ordered.double():
        p = torch.softmax(z / T, dim=1).gather(1, val_y[:, None]).clamp(min=1e-7)
        losses.append(-p.log().mean())
    return ordered[torch.stack(losses).argmin()]


# %% two: the mean squared error of the probabilities is minimised; the smallest loss is returned instead of its T
import torch
import torch.nn.functional as F


def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double()
    z = z - z.amax(dim=1, keepdim=True)
    hot = F.one_hot(val_y, z.shape[1]).double()
    return min(F.mse_loss((z / T).softmax(dim=1), hot).item() for T in grid.tolist())
