# %% right: loop over the lags, then the tie rule
import torch

def _pearson(u, v):
    if u.max() == u.min() or v.max() == v.min():
        return 0.0
    u = u - u.mean()
    v = v - v.mean()
    return (u @ v / (u.norm() * v.norm())).item()

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = len(a)
    r = {}
    for L in range(-max_lag, max_lag + 1):
        lo, hi = max(0, -L), min(T, T - L)
        r[L] = _pearson(a[lo:hi], b[lo + L:hi + L])
    top = max(r.values())
    return min((L for L in r if top - r[L] <= 1e-6), key=lambda L: (abs(L), L))

# %% right: visits the lags in the order of the tie rule and replaces only by a clear gain
import torch

def best_offset(a: torch.Tensor, b: torch.Tensor, max_lag: int) -> int:
    x, y = a.detach().to(torch.float64), b.detach().to(torch.float64)
    order = sorted(range(-max_lag, max_lag + 1), key=lambda L: (abs(L), L))
    best_L, best_r = None, None
    for L in order:
        if L >= 0:
            p, q = x[: x.numel() - L], y[L:]
        else:
            p, q = x[-L:], y[: y.numel() + L]
        if bool((p == p[0]).all()) or bool((q == q[0]).all()):
            r = 0.0
        else:
            r = float(torch.corrcoef(torch.stack([p, q]))[0, 1])
        if best_r is None or r > best_r + 1e-6:
            best_L, best_r = L, r
    return best_L

# %% right: NumPy with corrcoef
import numpy as np

def best_offset(a, b, max_lag):
    a = a.detach().cpu().numpy().astype(np.float64)
    b = b.detach().cpu().numpy().astype(np.float64)
    T = a.size
    lags = np.arange(-max_lag, max_lag + 1)
    rs = np.zeros(lags.size)
    for j, L in enumerate(lags):
        u = a[max(0, -L): T - max(0, L)]
        v = b[max(0, L): T - max(0, -L)]
        if np.ptp(u) > 0 and np.ptp(v) > 0:
            rs[j] = np.corrcoef(u, v)[0, 1]
    near = lags[rs >= rs.max() - 1e-6]
    near = near[np.abs(near) == np.abs(near).min()]
    return int(near.min())

# %% right: mask matrix, all lags at once
import torch

def best_offset(a, b, max_lag):
    T = a.shape[0]
    A, B = a.double(), b.double()
    L = torch.arange(-max_lag, max_lag + 1)
    t = torch.arange(T)
    j = t[None] + L[:, None]
    valid = (j >= 0) & (j < T)
    w = valid.double()
    U = A[None].expand(len(L), T)
    V = B[j.clamp(0, T - 1)]
    n = w.sum(1, keepdim=True)
    du = (U - (U * w).sum(1, keepdim=True) / n) * w
    dv = (V - (V * w).sum(1, keepdim=True) / n) * w
    big = float("inf")
    flat_u = U.masked_fill(~valid, big).amin(1) == U.masked_fill(~valid, -big).amax(1)
    flat_v = V.masked_fill(~valid, big).amin(1) == V.masked_fill(~valid, -big).amax(1)
    r = (du * dv).sum(1) / (du.pow(2).sum(1).sqrt() * dv.pow(2).sum(1).sqrt())
    r = torch.where(flat_u | flat_v, torch.zeros_like(r), r)
    tied = L[r >= r.max() - 1e-6].tolist()
    tied.sort(key=lambda lag: (abs(lag), lag))
    return tied[0]

# %% right: pure Python lists with math.fsum
import math

def best_offset(a, b, max_lag):
    x = a.tolist()
    y = b.tolist()

    def corr(L):
        pairs = [(x[t], y[t + L]) for t in range(len(x)) if 0 <= t + L < len(y)]
        us = [u for u, _ in pairs]
        vs = [v for _, v in pairs]
        if len(set(us)) == 1 or len(set(vs)) == 1:
            return 0.0
        mu, mv = math.fsum(us) / len(us), math.fsum(vs) / len(vs)
        num = math.fsum((u - mu) * (v - mv) for u, v in pairs)
        den = math.sqrt(math.fsum((u - mu) ** 2 for u in us)) * math.sqrt(math.fsum((v - mv) ** 2 for v in vs))
        return num / den

    table = [(corr(L), L) for L in range(-max_lag, max_lag + 1)]
    best = max(table)[0]
    candidates = [L for r, L in table if r >= best - 1e-6]
    smallest = min(abs(L) for L in candidates)
    return -smallest if -smallest in candidates else smallest

# %% right: guards, cosine similarity of the centred pairs
import torch
import torch.nn.functional as F

@torch.no_grad()
def best_offset(a, b, max_lag):
    if a.shape != b.shape or a.dim() != 1:
        raise ValueError("two signals of one length expected")
    T = a.numel()
    if not 0 <= max_lag <= T - 3:
        raise ValueError("at least three pairs must be left")
    best = None
    scores = []
    for size in range(max_lag + 1):
        for lag in ([0] if size == 0 else [-size, size]):
            u = a.double().narrow(0, max(0, -lag), T - size)
            v = b.double().narrow(0, max(0, lag), T - size)
            if len(torch.unique(u)) == 1 or len(torch.unique(v)) == 1:
                scores.append((lag, 0.0))
                continue
            c, d = u - u.mean(), v - v.mean()
            c, d = c / c.abs().max(), d / d.abs().max()
            scores.append((lag, F.cosine_similarity(c, d, dim=0, eps=0.0).item()))
    best = max(s for _, s in scores)
    return next(lag for lag, s in scores if best - s <= 1e-6)

# %% wrong: the sign of the lag is turned round (pairs a[t + L] with b[t])
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    n = len(a)
    found = []
    for L in range(-max_lag, max_lag + 1):
        k = abs(L)
        u, v = (a[k:], b[:n - k]) if L >= 0 else (a[:n - k], b[k:])
        if u.max() == u.min() or v.max() == v.min():
            found.append((0.0, L))
        else:
            du, dv = u - u.mean(), v - v.mean()
            found.append((((du * dv).sum() / (du.norm() * dv.norm())).item(), L))
    m = max(found)[0]
    return min((L for r, L in found if r >= m - 1e-6), key=lambda L: (abs(L), L))

# %% wrong: subtracts the means of the whole signals instead of those of the pairs
import torch

def best_offset(a, b, max_lag):
    A = a.double() - a.double().mean()
    B = b.double() - b.double().mean()
    T = len(A)
    best_r, best_L = -2.0, 0
    for L in sorted(range(-max_lag, max_lag + 1), key=lambda q: (abs(q), q)):
        s, e = max(0, -L), T - max(0, L)
        u, v = A[s:e], B[s + L:e + L]
        if (a[s:e] == a[s]).all() or (b[s + L:e + L] == b[s + L]).all():
            r = 0.0
        else:
            r = (u @ v / (u.norm() * v.norm())).item()
        if r > best_r + 1e-6:
            best_r, best_L = r, L
    return best_L

# %% wrong: the largest correlation without its sign
import numpy as np

def best_offset(a, b, max_lag):
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    T = len(a)
    res = {}
    for L in range(-max_lag, max_lag + 1):
        u = a[-L:] if L < 0 else a[:T - L]
        v = b[:T + L] if L < 0 else b[L:]
        flat = u.min() == u.max() or v.min() == v.max()
        res[L] = 0.0 if flat else abs(np.corrcoef(u, v)[0, 1])
    peak = max(res.values())
    return int(min([L for L in res if res[L] >= peak - 1e-6], key=lambda L: (abs(L), L)))

# %% wrong: covariance, the lengths are not divided out
import torch

def best_offset(a, b, max_lag):
    x, y = a.double(), b.double()
    T = x.numel()
    scores = {}
    for L in range(-max_lag, max_lag + 1):
        t = torch.arange(max(0, -L), min(T, T - L))
        u, v = x[t], y[t + L]
        scores[L] = ((u - u.mean()) * (v - v.mean())).mean().item()
    top = max(scores.values())
    ties = [L for L, s in scores.items() if abs(s - top) <= 1e-6]
    return sorted(ties, key=lambda L: (abs(L), L))[0]

# %% wrong: cosine similarity, no mean is subtracted
import torch
import torch.nn.functional as F

def best_offset(a, b, max_lag):
    u0, v0 = a.double(), b.double()
    T = len(u0)
    best, arg = None, None
    for L in sorted(range(-max_lag, max_lag + 1), key=lambda l: (abs(l), l)):
        u = u0[max(0, -L):T - max(0, L)]
        v = v0[max(0, L):T - max(0, -L)]
        if u.max() == u.min() or v.max() == v.min():
            r = 0.0
        else:
            r = F.cosine_similarity(u, v, dim=0).item()
        if best is None or r > best + 1e-6:
            best, arg = r, L
    return arg

# %% wrong: at a tie takes the first lag, so the most negative one, not the smallest |L| [differs for ties, such as periodic signals]
import torch

def best_offset(a, b, max_lag):
    a, b = a.to(torch.float64), b.to(torch.float64)
    T = a.shape[0]
    rs = []
    lags = list(range(-max_lag, max_lag + 1))
    for L in lags:
        lo, hi = max(0, -L), min(T, T - L)
        u, v = a[lo:hi], b[lo + L:hi + L]
        if u.std() < 1e-12 or v.std() < 1e-12:
            rs.append(0.0)
        else:
            rs.append(torch.corrcoef(torch.stack((u, v)))[0, 1].item())
    top = max(rs)
    for L, r in zip(lags, rs):
        if r >= top - 1e-6:
            return L

# %% wrong: of L and -L takes the positive one [differs for a tie of L and -L]
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = len(a)

    def r(L):
        u = a[:T - L] if L >= 0 else a[-L:]
        v = b[L:] if L >= 0 else b[:T + L]
        if u.min() == u.max() or v.min() == v.max():
            return 0.0
        u, v = u - u.mean(), v - v.mean()
        return (u.dot(v) / torch.sqrt(u.dot(u) * v.dot(v))).item()

    best_L, best_r = 0, r(0)
    for k in range(1, max_lag + 1):
        for L in (k, -k):
            c = r(L)
            if c > best_r + 1e-6:
                best_L, best_r = L, c
    return best_L

# %% wrong: shifts in a circle (torch.roll), so the ends are paired too
import torch

def best_offset(a, b, max_lag):
    x, y = a.double(), b.double()
    if x.max() == x.min() or y.max() == y.min():
        return 0
    x = x - x.mean()
    y = y - y.mean()
    r = {L: (x @ torch.roll(y, -L) / (x.norm() * y.norm())).item() for L in range(-max_lag, max_lag + 1)}
    m = max(r.values())
    return min([L for L in r if r[L] > m - 1e-6], key=lambda L: (abs(L), L))

# %% wrong: lags where one side does not vary are skipped instead of counted as 0 [differs where all other correlations are negative]
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = len(a)
    r = {}
    for L in range(-max_lag, max_lag + 1):
        lo, hi = max(0, -L), min(T, T - L)
        u, v = a[lo:hi], b[lo + L:hi + L]
        if u.max() == u.min() or v.max() == v.min():
            continue
        r[L] = torch.corrcoef(torch.stack([u, v]))[0, 1].item()
    if not r:
        return 0
    top = max(r.values())
    return min((L for L in r if r[L] >= top - 1e-6), key=lambda L: (abs(L), L))

# %% wrong: the range stops before max_lag [differs where max_lag itself is best]
import torch

def best_offset(a, b, max_lag):
    x, y, T = a.double(), b.double(), a.shape[0]
    best, where = -float("inf"), 0
    for L in sorted(range(-max_lag, max(max_lag, 1)), key=lambda s: (abs(s), s)):
        s, e = max(0, -L), T - max(0, L)
        u, v = x[s:e], y[s + L:e + L]
        du, dv = u - u.mean(), v - v.mean()
        flat = bool((u == u[0]).all() or (v == v[0]).all())
        corr = 0.0 if flat else float((du * dv).sum() / (du.norm() * dv.norm()))
        if corr > best + 1e-6:
            best, where = corr, L
    return where

# %% wrong: covariance with 1/n but standard deviations with 1/(n - 1), so that short overlaps get a smaller value
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    N = a.numel()
    values = {}
    for lag in range(-max_lag, max_lag + 1):
        u = a[max(0, -lag):N - max(0, lag)]
        v = b[max(0, lag):N - max(0, -lag)]
        if u.max() == u.min() or v.max() == v.min():
            values[lag] = 0.0
            continue
        cov = ((u - u.mean()) * (v - v.mean())).mean()
        values[lag] = (cov / (u.std() * v.std())).item()
    hi = max(values.values())
    return min((k for k, c in values.items() if hi - c <= 1e-6), key=lambda k: (abs(k), k))

# %% two: returns the position in the list of lags (not the lag); the largest absolute value counts
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = len(a)
    r = []
    for L in range(-max_lag, max_lag + 1):
        lo, hi = max(0, -L), min(T, T - L)
        u, v = a[lo:hi], b[lo + L:hi + L]
        if u.max() == u.min() or v.max() == v.min():
            r.append(0.0)
            continue
        u, v = u - u.mean(), v - v.mean()
        r.append(abs((u @ v / (u.norm() * v.norm())).item()))
    m = max(r)
    near = [i for i in range(len(r)) if r[i] >= m - 1e-6]
    return min(near, key=lambda i: (abs(i - max_lag), i))

# %% two: adds 0.001 to the denominator; only lags from 0 on are tried
import torch

def best_offset(a, b, max_lag):
    x = a.double()
    y = b.double()
    best_lag, best_val = 0, -float("inf")
    for L in range(0, max_lag + 1):
        u = x[:len(x) - L]
        v = y[L:]
        u = u - u.mean()
        v = v - v.mean()
        val = (u * v).sum().item() / ((u.norm() * v.norm()).item() + 1e-3)
        if val > best_val + 1e-6:
            best_lag, best_val = L, val
    return best_lag

# %% two: subtracts the means of the whole signals; divides by the lengths of the whole signals
import torch

def best_offset(a, b, max_lag):
    x = a.double() - a.double().mean()
    y = b.double() - b.double().mean()
    T = len(x)
    scale = x.norm() * y.norm()
    best_L, best_r = 0, -float("inf")
    for L in sorted(range(-max_lag, max_lag + 1), key=lambda z: (abs(z), z)):
        u, v = x[max(0, -L):T - max(0, L)], y[max(0, L):T - max(0, -L)]
        varies = u.max() > u.min() and v.max() > v.min()
        r = (u @ v / scale).item() if varies else 0.0
        if r > best_r + 1e-6:
            best_L, best_r = L, r
    return best_L


# %% right: loop in double
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = len(a)
    corr = {}
    for L in range(-max_lag, max_lag + 1):
        x = a[max(0, -L): T - max(0, L)]
        y = b[max(0, L): T - max(0, -L)]
        if (x == x[0]).all() or (y == y[0]).all():
            corr[L] = 0.0
            continue
        x, y = x - x.mean(), y - y.mean()
        corr[L] = float((x * y).sum() / (x.norm() * y.norm()))
    top = max(corr.values())
    good = [L for L in corr if corr[L] >= top - 1e-6]
    return min(good, key=lambda L: (abs(L), L))

# %% right: lags visited in order of preference, numpy
import numpy as np

def best_offset(a, b, max_lag):
    x = a.numpy().astype(np.float64)
    y = b.numpy().astype(np.float64)
    T = x.size
    lags = sorted(range(-max_lag, max_lag + 1), key=lambda L: (abs(L), L))
    cs = []
    for L in lags:
        t = np.arange(T)
        t = t[(t + L >= 0) & (t + L < T)]
        p, q = x[t], y[t + L]
        if np.ptp(p) == 0 or np.ptp(q) == 0:
            cs.append(0.0)
        else:
            p, q = p - p.mean(), q - q.mean()
            cs.append(p @ q / np.sqrt((p @ p) * (q @ q)))
    cs = np.array(cs)
    return int(lags[int(np.argmax(cs >= cs.max() - 1e-6))])

# %% wrong: sign of the lag turned round
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = a.numel()
    res = []
    for L in range(-max_lag, max_lag + 1):
        if L >= 0:
            x, y = a[L:], b[:T - L]
        else:
            x, y = a[:T + L], b[-L:]
        if x.max() == x.min() or y.max() == y.min():
            r = 0.0
        else:
            x, y = x - x.mean(), y - y.mean()
            r = (x @ y / (x.norm() * y.norm())).item()
        res.append((L, r))
    top = max(r for _, r in res)
    return min([L for L, r in res if r > top - 1e-6], key=lambda L: (abs(L), L))

# %% wrong: means and lengths of the whole signals
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = len(a)
    a, b = a - a.mean(), b - b.mean()
    den = float(a.norm() * b.norm())
    best, best_L = None, 0
    for L in sorted(range(-max_lag, max_lag + 1), key=lambda l: (abs(l), l)):
        lo, hi = max(0, -L), min(T, T - L)
        r = float((a[lo:hi] * b[lo + L:hi + L]).sum()) / den if den > 0 else 0.0
        if best is None or r > best + 1e-6:
            best, best_L = r, L
    return best_L

# %% wrong: strongest correlation in absolute value
import numpy as np

def best_offset(a, b, max_lag):
    a, b = a.double().numpy(), b.double().numpy()
    T = len(a)
    score = {}
    for L in range(-max_lag, max_lag + 1):
        p = a[:T - L] if L >= 0 else a[-L:]
        q = b[L:] if L >= 0 else b[:T + L]
        if p.std() == 0 or q.std() == 0:
            score[L] = 0.0
        else:
            score[L] = abs(np.corrcoef(p, q)[0, 1])
    m = max(score.values())
    return min((L for L in score if score[L] >= m - 1e-6), key=lambda L: (abs(L), L))

# %% wrong: first of equal lags, not the smallest
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = a.shape[0]
    best_L, best_r = -max_lag, -float("inf")
    for L in range(-max_lag, max_lag + 1):
        t = torch.arange(max(0, -L), min(T, T - L))
        x, y = a[t] - a[t].mean(), b[t + L] - b[t + L].mean()
        den = x.norm() * y.norm()
        r = float(x @ y / den) if den > 0 else 0.0
        if r > best_r + 1e-6:
            best_L, best_r = L, r
    return best_L

# %% two: raw products without subtracting means; signals rolled round the end
import torch

def best_offset(a, b, max_lag):
    scores = []
    lags = sorted(range(-max_lag, max_lag + 1), key=lambda l: (abs(l), l))
    for L in lags:
        scores.append((a * torch.roll(b, -L)).sum())
    return lags[int(torch.stack(scores).argmax())]

# %% two: small number added to the denominator, so quiet signals vanish; only lags of 0 and more
import torch

def best_offset(a, b, max_lag):
    a, b = a.double(), b.double()
    T = len(a)
    best, arg = -2.0, 0
    for L in range(0, max_lag + 1):
        x, y = a[:T - L], b[L:]
        x, y = x - x.mean(), y - y.mean()
        r = ((x * y).sum() / (x.norm() * y.norm() + 1e-3)).item()
        if r > best + 1e-6:
            best, arg = r, L
    return arg
