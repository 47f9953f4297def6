# %% right: loop with F.cross_entropy and strict comparison
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    best_T, best_loss = None, float("inf")
    for T in grid:
        loss = F.cross_entropy(val_logits / T, val_y).item()
        if best_T is None or loss < best_loss:
            best_T, best_loss = T.item(), loss
    return best_T

# %% right: all temperatures at once, gather
import torch

def temperature_nll(val_logits: torch.Tensor, val_y: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
    z = val_logits.unsqueeze(0) / grid.view(-1, 1, 1)              # (G, N, C)
    logp = torch.log_softmax(z, dim=2)
    true = logp.gather(2, val_y.view(1, -1, 1).expand(len(grid), -1, 1)).squeeze(2)
    nll = -true.mean(dim=1)
    smallest = nll.min()
    first = torch.nonzero(nll == smallest)[0, 0]
    return grid[first].clone()

# %% right: NumPy in float64 with shifted log-sum-exp [float64 can split what is a tie in float32, for saturated logits]
import numpy as np

def temperature_nll(val_logits, val_y, grid):
    z = val_logits.detach().cpu().numpy().astype(np.float64)
    y = val_y.cpu().numpy()
    ts = grid.cpu().numpy().astype(np.float64)
    rows = np.arange(len(y))
    losses = []
    for t in ts:
        s = z / t
        s = s - s.max(axis=1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        losses.append(-logp[rows, y].mean())
    return float(ts[int(np.argmin(losses))])

# %% right: Python's min over indices with a key
import torch

def temperature_nll(val_logits, val_y, grid):
    criterion = torch.nn.CrossEntropyLoss()
    with torch.no_grad():
        index = min(range(grid.numel()), key=lambda g: criterion(val_logits / grid[g], val_y).item())
    return float(grid[index])

# %% right: log_softmax and nll_loss in a helper
import torch
import torch.nn.functional as F

def _nll(logits, labels):
    return F.nll_loss(F.log_softmax(logits, dim=-1), labels)

@torch.no_grad()
def temperature_nll(val_logits, val_y, grid):
    scores = [_nll(val_logits / t, val_y).item() for t in grid]
    return grid[scores.index(min(scores))]

# %% right: guards, first candidate as the start
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    if grid.numel() < 1 or bool((grid <= 0).any()):
        raise ValueError("temperatures must be positive")
    if val_logits.shape[0] != val_y.shape[0]:
        raise ValueError("one label per row, please")
    logits = val_logits.detach()
    candidates = grid.detach()
    winner = 0
    lowest = F.cross_entropy(logits / candidates[0], val_y)
    for i in range(1, len(candidates)):
        current = F.cross_entropy(logits / candidates[i], val_y)
        if current < lowest:
            winner, lowest = i, current
    return grid[winner].item()

# %% wrong: multiplies the logits by T instead of dividing
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    losses = torch.stack([F.cross_entropy(val_logits * t, val_y) for t in grid])
    return grid[losses.argmin()].item()

# %% wrong: returns the position in the grid, not T
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    nlls = []
    for temp in grid.tolist():
        nlls.append(float(F.cross_entropy(val_logits / temp, val_y)))
    return float(nlls.index(min(nlls)))

# %% wrong: log of the softmax, which becomes log(0) for large logits [differs where a wrong sample has such large logits that all losses are inf]
import torch

def temperature_nll(val_logits, val_y, grid):
    best, keep = float("inf"), grid[0].item()
    n = torch.arange(len(val_y))
    for t in grid:
        q = torch.softmax(val_logits / t, dim=1)
        loss = -torch.log(q[n, val_y]).mean().item()
        if loss < best:
            best, keep = loss, t.item()
    return keep

# %% wrong: naive exp without subtracting the largest, overflows to nan [differs for large logits]
import numpy as np

def temperature_nll(val_logits, val_y, grid):
    L = val_logits.numpy()
    lab = val_y.numpy()
    out = []
    with np.errstate(all="ignore"):
        for T in grid.numpy():
            e = np.exp(L / T)
            probs = e / e.sum(axis=1, keepdims=True)
            out.append(-np.mean(np.log(probs[np.arange(len(lab)), lab])))
    return float(grid[int(np.argmin(out))])

# %% wrong: of equal losses takes the last one (<= in the comparison) [differs for ties, such as equal logits in each row]
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    best_t = grid[0]
    best = F.cross_entropy(val_logits / best_t, val_y)
    for t in grid[1:]:
        nll = F.cross_entropy(val_logits / t, val_y)
        if nll <= best:
            best = nll
            best_t = t
    return best_t

# %% wrong: goes through the sorted grid, so ties go to the smallest T and not to the first [differs for ties in an unsorted grid]
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    result, low = None, None
    for t in sorted(grid.tolist()):
        v = F.cross_entropy(val_logits / t, val_y).item()
        if low is None or v < low:
            result, low = t, v
    return result

# %% wrong: divides the logits in place, so the input is changed and the temperatures pile up
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    scores = []
    for T in grid:
        val_logits /= T
        scores.append(F.cross_entropy(val_logits, val_y).item())
    return grid[scores.index(min(scores))].item()

# %% wrong: starts from T = 1 and keeps it if nothing in the grid is better [differs where T = 1 beats the grid]
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    best_T = 1.0
    best_nll = F.cross_entropy(val_logits, val_y).item()
    for T in grid.tolist():
        nll = F.cross_entropy(val_logits / T, val_y).item()
        if nll < best_nll:
            best_T, best_nll = T, nll
    return best_T

# %% wrong: stops at the first temperature that is worse than the one before [differs for an unsorted grid]
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    previous = F.cross_entropy(val_logits / grid[0], val_y)
    chosen = 0
    for i in range(1, len(grid)):
        now = F.cross_entropy(val_logits / grid[i], val_y)
        if now > previous:
            break
        if now < previous:
            chosen = i
        previous = now
    return grid[chosen].item()

# %% wrong: chooses by the Brier score instead of the cross-entropy
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    target = F.one_hot(val_y, val_logits.shape[1]).to(val_logits.dtype)
    scores = torch.stack([((F.softmax(val_logits / t, 1) - target) ** 2).sum(1).mean() for t in grid])
    return grid[int(scores.argmin())].item()

# %% wrong: clamps the probabilities at 1e-3 before the log
import torch

def temperature_nll(val_logits, val_y, grid):
    z = val_logits[None] / grid[:, None, None]
    p = torch.softmax(z, dim=-1)
    p_true = p[:, torch.arange(val_y.numel()), val_y].clamp(min=1e-3)
    loss = -p_true.log().mean(dim=1)
    return grid[int(loss.argmin())]

# %% two: multiplies by T; returns the smallest loss instead of T
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    losses = [F.cross_entropy(val_logits * t, val_y).item() for t in grid]
    return min(losses)

# %% two: uses the entropy of the prediction instead of the loss at the true class; takes the maximum
import torch

def temperature_nll(val_logits, val_y, grid):
    best, arg = -1.0, None
    for t in grid:
        lp = torch.log_softmax(val_logits / t, dim=1)
        h = -(lp.exp() * lp).sum(1).mean().item()
        if h > best:
            best, arg = h, t.item()
    return arg

# %% two: label smoothing of 0.1 in the loss; the first temperature of the grid is never tried
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    T_best, l_best = grid[0].item(), float("inf")
    for i in range(1, len(grid)):
        l = F.cross_entropy(val_logits / grid[i], val_y, label_smoothing=0.1).item()
        if l < l_best:
            T_best, l_best = grid[i].item(), l
    return T_best


# %% right: loop, double, maximum subtracted before dividing
import torch

def temperature_nll(val_logits, val_y, grid):
    z = val_logits.detach().double()
    z = z - z.max(dim=1, keepdim=True).values
    best_t, best = grid[0], None
    for t in grid:
        s = z / t.double()
        nll = (torch.logsumexp(s, 1) - s[torch.arange(len(val_y)), val_y]).mean().item()
        if best is None or nll < best:
            best_t, best = t, nll
    return float(best_t)

# %% right: all temperatures at once
import torch

def temperature_nll(val_logits, val_y, grid):
    z = val_logits.double() - val_logits.double().amax(1, keepdim=True)
    s = z[None] / grid.double()[:, None, None]
    logp = torch.log_softmax(s, dim=-1)
    nll = -logp[:, torch.arange(len(val_y)), val_y].mean(dim=1)
    first = (nll == nll.min()).nonzero()[0, 0]
    return grid[first]

# %% wrong: logits multiplied by T
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    losses = torch.stack([F.cross_entropy(val_logits * t, val_y) for t in grid])
    return grid[losses.argmin()]

# %% wrong: logarithm of the softmax, infinite for sure and wrong
import torch

def temperature_nll(val_logits, val_y, grid):
    best, best_t = float("inf"), float(grid[0])
    for t in grid.tolist():
        p = torch.softmax(val_logits / t, dim=1)
        nll = -torch.log(p[torch.arange(len(val_y)), val_y]).mean().item()
        if nll < best:
            best, best_t = nll, t
    return best_t

# %% wrong: among equal losses the last temperature
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    best_loss, best_t = None, None
    z = val_logits.double()
    for t in grid:
        loss = F.cross_entropy(z / t.double(), val_y).item()
        if best_loss is None or loss <= best_loss:
            best_loss, best_t = loss, t.item()
    return best_t

# %% wrong: returns the loss of the best temperature
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    nll = [F.cross_entropy(val_logits / t, val_y) for t in grid]
    return min(float(v) for v in nll)

# %% two: chosen by accuracy; temperatures sorted first
import torch

def temperature_nll(val_logits, val_y, grid):
    grid = grid.sort().values
    acc = torch.stack([((val_logits / t).argmax(1) == val_y).float().mean() for t in grid])
    return grid[acc.argmax()]

# %% two: largest loss; number in the grid returned instead of T
import torch
import torch.nn.functional as F

def temperature_nll(val_logits, val_y, grid):
    losses = torch.stack([F.cross_entropy(val_logits / t, val_y) for t in grid])
    return int(torch.argmax(losses))
