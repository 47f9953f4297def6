# %% right: kthvalue
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.shape[0]
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones(test_p.shape, dtype=torch.bool)
    scores = 1 - cal_p[torch.arange(n), cal_y]
    q = scores.kthvalue(k).values
    return (1 - test_p) <= q

# %% right: sorted list of Python floats
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    scores = sorted((1 - cal_p.gather(1, cal_y[:, None])).flatten().tolist())
    k = math.ceil((len(scores) + 1) * (1 - alpha))
    q = scores[k - 1] if k <= len(scores) else math.inf
    return (1 - test_p) <= q

# %% right: NumPy partition, result as tensor
import numpy as np
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    p = cal_p.detach().cpu().numpy()
    lab = cal_y.cpu().numpy()
    t = test_p.detach().cpu().numpy()
    N = len(lab)
    rank = int(np.ceil((N + 1) * (1 - alpha)))
    if rank > N:
        return torch.full(tuple(t.shape), True)
    one = p.dtype.type(1)
    s = one - p[np.arange(N), lab]
    threshold = np.partition(s, rank - 1)[rank - 1]
    return torch.from_numpy((one - t) <= threshold)

# %% right: helper for the threshold, double loop for the sets
import math
import torch

def _threshold(scores: torch.Tensor, alpha: float):
    n = scores.numel()
    k = math.ceil((n + 1) * (1 - alpha))
    return None if k > n else torch.sort(scores).values[k - 1]

def conformal_sets(cal_p, cal_y, test_p, alpha):
    q = _threshold(torch.stack([1 - cal_p[i, c] for i, c in enumerate(cal_y.tolist())]), alpha)
    M, C = test_p.shape
    sets = torch.zeros(M, C, dtype=torch.bool)
    for m in range(M):
        for c in range(C):
            sets[m, c] = True if q is None else bool(1 - test_p[m, c] <= q)
    return sets

# %% right: appends infinity as the (N + 1)-th score
import math
import torch
import torch.nn.functional as F

def conformal_sets(cal_p, cal_y, test_p, alpha):
    hot = F.one_hot(cal_y, cal_p.size(1)).bool()
    nonconf = 1.0 - cal_p[hot]
    padded = torch.cat([nonconf, nonconf.new_full((1,), float("inf"))])
    k = math.ceil((cal_p.size(0) + 1) * (1 - alpha))
    qhat = torch.topk(padded, k, largest=False, sorted=True).values[-1]
    return torch.le(1.0 - test_p, qhat)

# %% right: guards, counts ranks instead of sorting
import math
import torch

@torch.no_grad()
def conformal_sets(cal_p, cal_y, test_p, alpha):
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must be in (0, 1), got {alpha}")
    if cal_p.shape[1] != test_p.shape[1] or len(cal_p) != len(cal_y):
        raise ValueError("shapes do not go together")
    s = 1 - torch.take_along_dim(cal_p, cal_y.unsqueeze(1), dim=1).squeeze(1)
    need = math.ceil((s.numel() + 1) * (1 - alpha))
    if need > s.numel():
        return torch.ones_like(test_p, dtype=torch.bool)
    at_most = (s.unsqueeze(0) <= s.unsqueeze(1)).sum(dim=1)
    q = s[at_most >= need].min()
    return 1 - test_p <= q

# %% wrong: k = ceil(N (1 - alpha)), without the + 1
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = cal_y.shape[0]
    s = torch.sort(1 - cal_p[torch.arange(N), cal_y]).values
    k = math.ceil(N * (1 - alpha))
    if k > N:
        return torch.ones_like(test_p, dtype=torch.bool)
    return 1 - test_p <= s[k - 1]

# %% wrong: rounds k down instead of up
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    scores = 1 - cal_p.gather(1, cal_y.unsqueeze(1)).squeeze(1)
    n = len(scores)
    k = max(math.floor((n + 1) * (1 - alpha)), 1)
    if k > n:
        return torch.ones(*test_p.shape).bool()
    q, _ = torch.kthvalue(scores, k)
    return (1 - test_p) <= q

# %% wrong: strictly below q, so a class at the threshold is left out [differs where 1 - p equals q]
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    idx = torch.arange(cal_p.shape[0])
    score = 1 - cal_p[idx, cal_y]
    k = math.ceil((len(score) + 1) * (1 - alpha))
    if k > len(score):
        return torch.ones_like(test_p).bool()
    q = score.sort()[0][k - 1]
    return 1 - test_p < q

# %% wrong: with too few calibration samples takes the largest score instead of all classes [differs for k > N]
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.size(0)
    level = min(math.ceil((n + 1) * (1 - alpha)), n)
    s = 1 - cal_p[range(n), cal_y]
    qhat = torch.topk(s, level, largest=False).values.max()
    return test_p.new_ones(test_p.shape).sub(test_p).le(qhat)

# %% wrong: index k instead of k - 1 in the sorted scores (one too far)
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    ordered = sorted(1 - cal_p[i, cal_y[i]] for i in range(len(cal_y)))
    k = math.ceil((len(ordered) + 1) * (1 - alpha))
    if k > len(ordered):
        return torch.ones(test_p.shape, dtype=torch.bool)
    q = ordered[min(k, len(ordered) - 1)]
    return (1 - test_p) <= q

# %% wrong: torch.quantile with linear interpolation instead of the k-th smallest score
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = len(cal_y)
    s = 1 - cal_p[torch.arange(N), cal_y]
    k = math.ceil((N + 1) * (1 - alpha))
    if k > N:
        return torch.full_like(test_p, True, dtype=torch.bool)
    q = torch.quantile(s, k / N)
    return 1 - test_p <= q

# %% wrong: uses alpha where 1 - alpha belongs
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n_cal = cal_y.numel()
    rank = math.ceil((n_cal + 1) * alpha)
    full = torch.ones(test_p.shape, dtype=torch.bool)
    if rank > n_cal:
        return full
    true_p = cal_p.gather(1, cal_y.view(-1, 1)).view(-1)
    return full & (1 - test_p <= (1 - true_p).kthvalue(rank)[0])

# %% wrong: the most likely class is always put into the set, so no set is empty [differs where a set should be empty]
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.shape[0]
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones_like(test_p, dtype=torch.bool)
    q = (1 - cal_p[torch.arange(n), cal_y]).sort().values[k - 1]
    sets = (1 - test_p) <= q
    sets[torch.arange(len(test_p)), test_p.argmax(dim=1)] = True
    return sets

# %% wrong: equal scores are counted once (np.unique before picking) [differs where scores are tied]
import math
import numpy as np
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = len(cal_y)
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones(tuple(test_p.shape), dtype=torch.bool)
    s = np.unique((1 - cal_p[torch.arange(n), cal_y]).numpy())
    q = s[min(k, len(s)) - 1]
    return 1 - test_p <= torch.tensor(q)

# %% wrong: compares the probability itself with q (p >= q) instead of 1 - p <= q
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    scores = (1 - cal_p)[torch.arange(len(cal_p)), cal_y]
    k = math.ceil((scores.numel() + 1) * (1 - alpha))
    if k > scores.numel():
        return torch.ones_like(test_p, dtype=torch.bool)
    q = torch.msort(scores)[k - 1]
    return test_p >= q

# %% wrong: the calibration score uses the largest probability instead of that of the true class
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_y.size(0)
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones(test_p.size(), dtype=torch.bool)
    cal_scores = 1 - cal_p.max(dim=1).values
    qhat = cal_scores.kthvalue(k).values.item()
    return (1 - test_p) <= qhat

# %% two: k without the + 1; strict comparison
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = len(cal_y)
    s, _ = torch.sort(1 - cal_p[torch.arange(n), cal_y])
    k = math.ceil(n * (1 - alpha))
    return (1 - test_p) < s[k - 1]

# %% two: returns a 0/1 integer tensor instead of bool; gives empty sets when k > N
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.shape[0]
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.zeros(test_p.shape, dtype=torch.int64)
    q = (1 - cal_p.gather(1, cal_y[:, None])[:, 0]).kthvalue(k).values
    return (1 - test_p <= q).long()

# %% two: sorts the scores from large to small; always adds the most likely class
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = len(cal_y)
    scores = 1 - cal_p[torch.arange(n), cal_y]
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones_like(test_p, dtype=torch.bool)
    q = torch.sort(scores, descending=True).values[k - 1]
    out = 1 - test_p <= q
    out.scatter_(1, test_p.argmax(1, keepdim=True), True)
    return out


# %% right: kthvalue
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = len(cal_y)
    score = 1 - cal_p[torch.arange(n), cal_y]
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones(test_p.shape, dtype=torch.bool)
    q = score.kthvalue(k).values
    return 1 - test_p <= q

# %% right: sorted list, loop over the samples
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    scores = sorted((1 - cal_p.gather(1, cal_y[:, None])).flatten().tolist())
    k = math.ceil((len(scores) + 1) * (1 - alpha))
    q = scores[k - 1] if k <= len(scores) else float("inf")
    rows = []
    for p in test_p:
        rows.append([v <= q for v in (1 - p).tolist()])
    return torch.tensor(rows, dtype=torch.bool)

# %% wrong: no + 1 for the small sample
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.shape[0]
    s = 1 - cal_p[torch.arange(n), cal_y]
    k = max(1, math.ceil(n * (1 - alpha)))
    q = torch.sort(s).values[k - 1]
    return (1 - test_p) <= q

# %% wrong: with too few samples the largest score is used
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_y.numel()
    s, _ = torch.sort(1 - cal_p.gather(1, cal_y.unsqueeze(1)).squeeze(1))
    k = min(math.ceil((n + 1) * (1 - alpha)), n)
    return 1 - test_p <= s[k - 1]

# %% wrong: strictly below q
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = len(cal_p)
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.full(test_p.shape, True)
    scores = torch.stack([1 - cal_p[i, cal_y[i]] for i in range(n)])
    q = scores.sort()[0][k - 1]
    return (1 - test_p) < q

# %% wrong: the most probable class is always put in, no empty set
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = len(cal_p)
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones_like(test_p).bool()
    q = (1 - cal_p[torch.arange(n), cal_y]).kthvalue(k)[0]
    sets = 1 - test_p <= q
    sets[torch.arange(len(test_p)), test_p.argmax(1)] = True
    return sets

# %% two: interpolated quantile; score from the largest probability instead of the true class
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.shape[0]
    s = 1 - cal_p.max(dim=1).values
    level = (n + 1) * (1 - alpha) / n
    if level > 1:
        return torch.ones(test_p.shape, dtype=torch.bool)
    return 1 - test_p <= torch.quantile(s, level)

# %% two: equal scores counted once; alpha and 1 - alpha exchanged
import math
import torch

def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = len(cal_y)
    s = torch.unique(1 - cal_p[torch.arange(n), cal_y])
    k = math.ceil((len(s) + 1) * alpha)
    if k > len(s):
        return torch.ones(test_p.shape, dtype=torch.bool)
    return 1 - test_p <= s[k - 1]
