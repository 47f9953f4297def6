# %% right: sort the scores, take number k
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.shape[0]
    scores = 1 - cal_p[torch.arange(n), cal_y]
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones_like(test_p, dtype=torch.bool)
    q = scores.sort().values[k - 1]
    return 1 - test_p <= q


# %% right: gather and kthvalue
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    s = 1.0 - cal_p.gather(1, cal_y.unsqueeze(1)).squeeze(1)
    N = s.numel()
    k = math.ceil((N + 1) * (1 - alpha))
    q = torch.kthvalue(s, k).values if k <= N else torch.tensor(float("inf"), dtype=s.dtype)
    return (1.0 - test_p).le(q)


# %% right: numpy, the scores padded with infinity
import numpy as np
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    p = cal_p.detach().numpy()
    y = cal_y.numpy()
    scores = 1 - p[np.arange(len(y)), y]
    k = int(np.ceil((len(y) + 1) * (1 - alpha)))
    ordered = np.append(np.sort(scores), np.array([np.inf], dtype=scores.dtype))
    q = ordered[k - 1]
    return torch.from_numpy((1 - test_p.detach().numpy()) <= q)


# %% right: plain loops, a list of scores and a table of True and False
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    scores = []
    for row, y in zip(cal_p, cal_y):
        scores.append((1 - row[y]).item())
    scores.sort()
    n = len(scores)
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        q = math.inf
    else:
        q = scores[k - 1]
    sets = []
    for row in test_p:
        line = []
        for c in range(test_p.shape[1]):
            line.append((1 - row[c]).item() <= q)
        sets.append(line)
    return torch.tensor(sets, dtype=torch.bool)


# %% right: topk of the smallest scores, the last of them
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = len(cal_y)
    k = math.ceil((N + 1) * (1.0 - alpha))
    result = torch.full(test_p.shape, True)
    if k <= N:
        picked = (torch.nn.functional.one_hot(cal_y, cal_p.shape[1]).bool() * 1.0).to(cal_p) * cal_p
        scores = 1 - picked.sum(1)
        q = torch.topk(scores, k, largest=False).values.max()
        result = (1 - test_p) <= q
    return result


# %% wrong: ceil(N (1 - alpha)), without the + 1
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = len(cal_y)
    scores = torch.sort(1 - cal_p[torch.arange(n), cal_y])[0]
    k = math.ceil(n * (1 - alpha))
    if k > n:
        return torch.ones(test_p.shape, dtype=torch.bool)
    return (1 - test_p) <= scores[k - 1]


# %% wrong: torch.quantile interpolates between two scores
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.size(0)
    scores = 1 - cal_p.gather(1, cal_y[:, None])[:, 0]
    level = (n + 1) * (1 - alpha) / n
    if level > 1:
        return torch.ones_like(test_p, dtype=torch.bool)
    q = torch.quantile(scores, level)
    return 1 - test_p <= q


# %% wrong: too few calibration samples: takes the largest score instead of all classes
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = cal_p.shape[0]
    k = min(math.ceil((N + 1) * (1 - alpha)), N)
    scores = 1 - cal_p[range(N), cal_y]
    q = scores.kthvalue(k).values
    return (1 - test_p) <= q


# %% wrong: sorted[k], one too far (counts from 0)
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = cal_p.shape[0]
    scores, _ = (1 - cal_p[torch.arange(N), cal_y]).sort()
    k = math.ceil((N + 1) * (1 - alpha))
    if k >= N:
        q = scores[-1] if k == N else float("inf")
    else:
        q = scores[k]
    return (1 - test_p) <= q


# %% wrong: strictly smaller than q
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = cal_y.shape[0]
    s = sorted((1 - cal_p[i, cal_y[i]]).item() for i in range(N))
    k = math.ceil((N + 1) * (1 - alpha))
    q = s[k - 1] if k <= N else 2.0
    return (1 - test_p) < q


# %% wrong: alpha in place of 1 - alpha
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    N, C = cal_p.shape
    scores = 1 - torch.take_along_dim(cal_p, cal_y.view(-1, 1), dim=1).view(-1)
    k = math.ceil((N + 1) * alpha)
    if k > N:
        return torch.ones(test_p.shape[0], C, dtype=torch.bool)
    return 1 - test_p <= torch.sort(scores).values[k - 1]


# %% wrong: score from the largest probability instead of that of the true class
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    scores = 1 - cal_p.max(dim=1).values
    n = len(scores)
    k = math.ceil((n + 1) * (1 - alpha))
    if k > n:
        return torch.ones_like(test_p).bool()
    return (1 - test_p) <= scores.sort().values[k - 1]


# %% wrong: equal scores are counted once (unique)
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = cal_p.shape[0]
    k = math.ceil((N + 1) * (1 - alpha))
    if k > N:
        return torch.ones_like(test_p, dtype=torch.bool)
    scores = torch.unique(1 - cal_p[torch.arange(N), cal_y])
    q = scores[min(k, len(scores)) - 1]
    return (1 - test_p) <= q


# %% wrong: the most likely class is always put in, so no set is empty
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = cal_p.shape[0]
    k = math.ceil((N + 1) * (1 - alpha))
    if k > N:
        return torch.ones_like(test_p, dtype=torch.bool)
    q = torch.kthvalue(1 - cal_p[torch.arange(N), cal_y], k).values
    sets = (1 - test_p) <= q
    sets[torch.arange(len(test_p)), test_p.argmax(dim=1)] = True
    return sets


# %% wrong: all classes already when k = N (>= instead of >)
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_y.numel()
    k = math.ceil((n + 1) * (1 - alpha))
    if k >= n:
        return torch.full(tuple(test_p.shape), True, dtype=torch.bool)
    scores = torch.stack([1 - p[y] for p, y in zip(cal_p, cal_y)])
    return torch.le(1 - test_p, scores.sort()[0][k - 1])


# %% two: int() cuts off instead of ceil; strict comparison
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    n = cal_p.shape[0]
    scores, _ = torch.sort(1 - cal_p[torch.arange(n), cal_y])
    k = max(1, int((n + 1) * (1 - alpha)))
    if k > n:
        return torch.ones_like(test_p, dtype=torch.bool)
    return (1 - test_p) < scores[k - 1]


# %% two: cal_p[:, cal_y] picks N x N numbers and not the true class of each row; without the + 1
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    scores = 1 - cal_p[:, cal_y]
    scores = scores.flatten().sort().values
    k = math.ceil(len(scores) * (1 - alpha))
    return (1 - test_p) <= scores[k - 1]


# %% two: kth largest score instead of kth smallest; the result is float, not bool
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    N = cal_p.shape[0]
    s = (1 - cal_p.gather(1, cal_y[:, None]).flatten()).sort(descending=True).values
    k = math.ceil((N + 1) * (1 - alpha))
    if k > N:
        return torch.ones_like(test_p)
    return (1 - test_p <= s[k - 1]).to(test_p.dtype)


# %% two: turns the probabilities into scores in place; too few samples gives empty sets
import math
import torch


def conformal_sets(cal_p, cal_y, test_p, alpha):
    with torch.no_grad():
        cal_p.neg_().add_(1)
    N = cal_p.shape[0]
    k = math.ceil((N + 1) * (1 - alpha))
    if k > N:
        return torch.zeros_like(test_p, dtype=torch.bool)
    q = cal_p[torch.arange(N), cal_y].sort().values[k - 1]
    return (1 - test_p) <= q
