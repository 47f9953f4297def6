# %% right: a plain loop over the lags in float64, then the smallest |L| among the best
import torch


def best_offset(a, b, max_lag):
    x_all = a.detach().to(torch.float64)
    y_all = b.detach().to(torch.float64)
    T = x_all.shape[0]
    scores = {}
    for L in range(-max_lag, max_lag + 1):
        if L >= 0:
            x, y = x_all[:T - L], y_all[L:]
        else:
            x, y = x_all[-L:], y_all[:T + L]
        if x.max() == x.min() or y.max() == y.min():
            scores[L] = 0.0
            continue
        x = x - x.mean()
        y = y - y.mean()
        scores[L] = float((x * y).sum() / (x.norm() * y.norm()))
    top = max(scores.values())
    winners = [L for L in scores if scores[L] >= top - 1e-6]
    return min(winners, key=lambda L: (abs(L), L))

# %% right: numpy with np.corrcoef and a guard for constant sides
import numpy as np
import torch


def best_offset(a, b, max_lag):
    p = a.detach().cpu().numpy().astype(np.float64)
    q = b.detach().cpu().numpy().astype(np.float64)
    n = len(p)
    lags = sorted(range(-max_lag, max_lag + 1), key=lambda L: (abs(L), L))
    r = []
    for L in lags:
        lo, hi = max(0, -L), min(n, n - L)
        u, v = p[lo:hi], q[lo + L:hi + L]
        if np.ptp(u) == 0 or np.ptp(v) == 0:
            r.append(0.0)
        else:
            r.append(float(np.corrcoef(u, v)[0, 1]))
    best = max(r)
    for L, value in zip(lags, r):
        if value >= best - 1e-6:
            return L

# %% right: pure Python with math.fsum
import math


def _pearson(pairs):
    n = len(pairs)
    xs = [p[0] for p in pairs]
    ys = [p[1] for p in pairs]
    if min(xs) == max(xs) or min(ys) == max(ys):
        return 0.0
    mx = math.fsum(xs) / n
    my = math.fsum(ys) / n
    sxy = math.fsum((x - mx) * (y - my) for x, y in pairs)
    sxx = math.fsum((x - mx) ** 2 for x in xs)
    syy = math.fsum((y - my) ** 2 for y in ys)
    return sxy / (math.sqrt(sxx) * math.sqrt(syy))


def best_offset(a, b, max_lag):
    u, v = a.tolist(), b.tolist()
    T = len(u)
    result = []
    for L in range(-max_lag, max_lag + 1):
        pairs = [(u[t], v[t + L]) for t in range(T) if 0 <= t + L < T]
        result.append((_pearson(pairs), L))
    top = max(r for r, _ in result)
    return min((abs(L), L) for r, L in result if top - r <= 1e-6)[1]

# %% right: all lags at once by index arithmetic and masks
import torch


def best_offset(a, b, max_lag):
    x = a.detach().double()
    y = b.detach().double()
    T = x.numel()
    lags = torch.arange(-max_lag, max_lag + 1)
    j = torch.arange(T)[None, :] + lags[:, None]
    ok = (j >= 0) & (j < T)
    n = ok.sum(dim=1, keepdim=True)

    def centred(v):
        low = v.masked_fill(~ok, float("inf")).amin(dim=1)
        high = v.masked_fill(~ok, float("-inf")).amax(dim=1)
        mean = v.masked_fill(~ok, 0.0).sum(dim=1, keepdim=True) / n
        return (v - mean).masked_fill(~ok, 0.0), high > low

    cx, moves_x = centred(x.expand(len(lags), T))
    cy, moves_y = centred(y[j.clamp(0, T - 1)])
    live = moves_x & moves_y
    den = cx.norm(dim=1) * cy.norm(dim=1)
    den = torch.where(live, den, torch.ones_like(den))
    r = torch.where(live, (cx * cy).sum(dim=1) / den, torch.zeros_like(den))
    tied = lags[r >= r.max() - 1e-6].tolist()
    return min(tied, key=lambda L: (abs(L), L))

# %% right: short, cosine similarity of the centred pairs
import torch


def best_offset(a, b, max_lag):
    a, b, T = a.detach().double(), b.detach().double(), len(a)

    def r(L):
        x, y = a[max(0, -L):T - max(0, L)], b[max(0, L):T - max(0, -L)]
        if x.unique().numel() == 1 or y.unique().numel() == 1:
            return 0.0
        return torch.cosine_similarity(x - x.mean(), y - y.mean(), dim=0, eps=1e-30).item()

    c = {L: r(L) for L in range(-max_lag, max_lag + 1)}
    return min((L for L in c if c[L] >= max(c.values()) - 1e-6), key=lambda L: (abs(L), L))

# %% right: over-long, a class with checks and torch.corrcoef
import torch


class LagFinder:
    TIE = 1e-6

    def __init__(self, a, b, max_lag):
        if a.dim() != 1 or a.shape != b.shape:
            raise ValueError("a and b must both have shape (T,)")
        self.T = a.shape[0]
        if not 0 <= max_lag <= self.T - 3:
            raise ValueError("max_lag must lie between 0 and T - 3")
        self.a = a.detach().to(torch.float64).clone()
        self.b = b.detach().to(torch.float64).clone()
        self.max_lag = int(max_lag)

    def order(self):
        yield 0
        for size in range(1, self.max_lag + 1):
            yield -size
            yield size

    def pairs(self, L):
        t = torch.arange(self.T)
        t = t[(t + L >= 0) & (t + L < self.T)]
        return torch.stack([self.a[t], self.b[t + L]])

    def correlation(self, L):
        both = self.pairs(L)
        spread = both.amax(dim=1) - both.amin(dim=1)
        if bool((spread == 0).any()):
            return 0.0
        return float(torch.corrcoef(both)[0, 1])

    def find(self):
        lags = list(self.order())
        values = [self.correlation(L) for L in lags]
        best = max(values)
        for L, value in zip(lags, values):
            if best - value <= self.TIE:
                return L


def best_offset(a, b, max_lag):
    return LagFinder(a, b, max_lag).find()

# %% wrong: pairs a[t + L] with b[t], so the sign of the lag is turned around
import torch


def best_offset(a, b, max_lag):
    x_all, y_all = a.double(), b.double()
    T = len(a)
    scores = {}
    for L in range(-max_lag, max_lag + 1):
        if L >= 0:
            x, y = x_all[L:], y_all[:T - L]
        else:
            x, y = x_all[:T + L], y_all[-L:]
        if x.max() == x.min() or y.max() == y.min():
            scores[L] = 0.0
        else:
            scores[L] = torch.corrcoef(torch.stack([x, y]))[0, 1].item()
    top = max(scores.values())
    return min((L for L in scores if scores[L] >= top - 1e-6), key=lambda L: (abs(L), L))

# %% wrong: takes the largest absolute correlation, so a strong negative one wins
import math


def best_offset(a, b, max_lag):
    u, v = a.tolist(), b.tolist()
    T = len(u)

    def strength(L):
        xs, ys = zip(*[(u[t], v[t + L]) for t in range(T) if 0 <= t + L < T])
        if len(set(xs)) == 1 or len(set(ys)) == 1:
            return 0.0
        mx, my = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
        num = math.fsum((x - mx) * (y - my) for x, y in zip(xs, ys))
        den = math.sqrt(math.fsum((x - mx) ** 2 for x in xs))
        den *= math.sqrt(math.fsum((y - my) ** 2 for y in ys))
        return abs(num / den)

    lags = sorted(range(-max_lag, max_lag + 1), key=lambda L: (abs(L), L))
    r = [strength(L) for L in lags]
    return next(L for L, s in zip(lags, r) if s >= max(r) - 1e-6)

# %% wrong: the whole signals are standardised once, instead of the pairs of each lag on their own
import torch


def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    if a.max() == a.min() or b.max() == b.min():
        return 0
    za = (a - a.mean()) / a.std(unbiased=False)
    zb = (b - b.mean()) / b.std(unbiased=False)
    T = len(a)
    r = {}
    for L in range(-max_lag, max_lag + 1):
        lo, hi = max(0, -L), min(T, T - L)
        r[L] = (za[lo:hi] * zb[lo + L:hi + L]).mean().item()
    best = max(r.values())
    return sorted((abs(L), L) for L in r if r[L] >= best - 1e-6)[0][1]

# %% wrong: shifts in a circle with torch.roll, so the end of b is paired with the start of a
import torch


def best_offset(a, b, max_lag):
    a64, b64 = a.double(), b.double()
    lags = sorted(range(-max_lag, max_lag + 1), key=lambda L: (abs(L), L))
    moved = torch.stack([torch.roll(b64, -L) for L in lags])
    if a64.max() == a64.min() or b64.max() == b64.min():
        return 0
    x = a64 - a64.mean()
    y = moved - moved.mean(dim=1, keepdim=True)
    r = (y @ x) / (x.norm() * y.norm(dim=1))
    first = torch.nonzero(r >= r.max() - 1e-6)[0].item()
    return lags[first]

# %% wrong: among ties the first lag of the scan, the most negative one, wins instead of the smallest |L|
import numpy as np


def best_offset(a, b, max_lag):
    p, q = a.numpy().astype(float), b.numpy().astype(float)
    T = len(p)
    best_lag, best_r = -max_lag, -2.0
    for L in range(-max_lag, max_lag + 1):
        u = p[max(0, -L):T - max(0, L)]
        v = q[max(0, L):T - max(0, -L)]
        r = 0.0
        if np.ptp(u) > 0 and np.ptp(v) > 0:
            r = np.corrcoef(u, v)[0, 1]
        if r > best_r + 1e-6:
            best_lag, best_r = L, r
    return best_lag

# %% wrong: a standard deviation under 0.0001 counts as no variation, so quiet signals get correlation 0
import torch


class Sync:
    SILENT = 1e-4

    def __init__(self, a, b):
        self.a, self.b = a.double(), b.double()

    def corr(self, L):
        T = len(self.a)
        x = self.a[max(0, -L):T - max(0, L)]
        y = self.b[max(0, L):T - max(0, -L)]
        if x.std() < self.SILENT or y.std() < self.SILENT:
            return 0.0
        x, y = x - x.mean(), y - y.mean()
        return (torch.dot(x, y) / (x.norm() * y.norm())).item()


def best_offset(a, b, max_lag):
    s = Sync(a, b)
    table = {L: s.corr(L) for L in range(-max_lag, max_lag + 1)}
    top = max(table.values())
    return min((L for L, r in table.items() if r >= top - 1e-6), key=lambda L: (abs(L), L))

# %% wrong: where one side does not vary the correlation counts as -1 instead of 0, so a negative correlation wins
import torch


def best_offset(a, b, max_lag):
    T = a.numel()
    x, y = a.double(), b.double()
    values = []
    for L in range(-max_lag, max_lag + 1):
        t = torch.arange(max(0, -L), T - max(0, L))
        r = torch.corrcoef(torch.stack((x[t], y[t + L])))[0, 1]
        values.append(torch.nan_to_num(r, nan=-1.0))
    values = torch.stack(values)
    ties = torch.nonzero(values >= values.max() - 1e-6).flatten() - max_lag
    return min(ties.tolist(), key=lambda L: (abs(L), L))

# %% wrong: the covariance is divided by n but the standard deviations by n - 1, so longer overlaps are favoured
import torch


def best_offset(a, b, max_lag):
    a64, b64 = a.to(torch.float64), b.to(torch.float64)
    T = a64.shape[0]

    def corr(L):
        x = a64[-L:] if L < 0 else a64[:T - L]
        y = b64[:T + L] if L < 0 else b64[L:]
        if x.max() == x.min() or y.max() == y.min():
            return 0.0
        cov = ((x - x.mean()) * (y - y.mean())).mean()
        return float(cov / (x.std() * y.std()))

    found = [(L, corr(L)) for L in range(-max_lag, max_lag + 1)]
    peak = max(r for _, r in found)
    return min((L for L, r in found if r >= peak - 1e-6), key=lambda L: (abs(L), L))

# %% wrong: rounds the correlations to two decimals, so clearly different ones become ties
import numpy as np


def best_offset(a, b, max_lag):
    p, q = a.numpy().astype(np.float64), b.numpy().astype(np.float64)
    T = len(p)

    def key(L):
        u, v = p[max(0, -L):T - max(0, L)], q[max(0, L):T - max(0, -L)]
        flat = u.min() == u.max() or v.min() == v.max()
        r = 0.0 if flat else float(np.corrcoef(u, v)[0, 1])
        return (-round(r, 2), abs(L), L)

    return min(range(-max_lag, max_lag + 1), key=key)

# %% wrong: centres in place after .double(), which is no copy for float64, so float64 inputs are changed
import torch


def best_offset(a, b, max_lag):
    x_all, y_all = a.double(), b.double()
    x_all -= x_all.mean()
    y_all -= y_all.mean()
    T = x_all.shape[0]
    r = {}
    for L in range(-max_lag, max_lag + 1):
        x = x_all[max(0, -L):T - max(0, L)]
        y = y_all[max(0, L):T - max(0, -L)]
        if x.max() == x.min() or y.max() == y.min():
            r[L] = 0.0
        else:
            r[L] = torch.corrcoef(torch.stack([x, y]))[0, 1].item()
    top = max(r.values())
    return min((L for L in r if r[L] >= top - 1e-6), key=lambda L: (abs(L), L))

# %% two: uses the covariance without dividing the lengths out; the lag +max_lag is never tried
import torch


def best_offset(a, b, max_lag):
    x_all, y_all = a.double(), b.double()
    T = len(a)
    r = {0: float("-inf")}
    for L in range(-max_lag, max_lag):
        x = x_all[max(0, -L):T - max(0, L)]
        y = y_all[max(0, L):T - max(0, -L)]
        r[L] = ((x - x.mean()) * (y - y.mean())).sum().item()
    top = max(r.values())
    return min((L for L in r if r[L] >= top - 1e-6), key=lambda L: (abs(L), L))

# %% two: the sign of the lag is turned around; of L and -L in a tie the positive one is taken
import numpy as np


def best_offset(a, b, max_lag):
    p, q = a.numpy().astype(float), b.numpy().astype(float)
    T = len(p)
    r = {}
    for L in range(-max_lag, max_lag + 1):
        u = p[max(0, L):T - max(0, -L)]
        v = q[max(0, -L):T - max(0, L)]
        flat = np.ptp(u) == 0 or np.ptp(v) == 0
        r[L] = 0.0 if flat else np.corrcoef(u, v)[0, 1]
    top = max(r.values())
    return min((L for L in r if r[L] >= top - 1e-6), key=lambda L: (abs(L), -L))

# %% two: the absolute correlation is compared; the lag comes back as a 0-d tensor and not as an int
import torch


def best_offset(a, b, max_lag):
    x_all, y_all = a.double(), b.double()
    T = len(a)
    lags = sorted(range(-max_lag, max_lag + 1), key=lambda L: (abs(L), L))
    r = []
    for L in lags:
        x = x_all[max(0, -L):T - max(0, L)]
        y = y_all[max(0, L):T - max(0, -L)]
        if x.max() == x.min() or y.max() == y.min():
            r.append(0.0)
        else:
            r.append(torch.corrcoef(torch.stack([x, y]))[0, 1].abs().item())
    r = torch.tensor(r, dtype=torch.float64)
    place = torch.nonzero(r >= r.max() - 1e-6)[0, 0]
    return torch.tensor(lags)[place]

# %% two: shifts in a circle with torch.roll; among ties the most negative lag wins
import torch


def best_offset(a, b, max_lag):
    x = a.double()
    best, lag = -2.0, 0
    for L in range(-max_lag, max_lag + 1):
        y = torch.roll(b.double(), -L)
        if x.max() == x.min() or y.max() == y.min():
            r = 0.0
        else:
            r = torch.corrcoef(torch.stack([x, y]))[0, 1].item()
        if r > best + 1e-6:
            best, lag = r, L
    return lag
