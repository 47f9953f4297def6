# %% right: replace one more feature a round by argsort, column by column
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    order = a.argsort(dim=1, descending=True)
    cur = x.clone()
    rows = torch.arange(N)
    cols = [f(cur.clone())]
    for k in range(D):
        cur[rows, order[:, k]] = fill
        cols.append(f(cur.clone()))
    return torch.stack(cols, dim=1)

# %% right: plain loops over rows with Python's sorted
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    states = [x.clone() for _ in range(D + 1)]
    for n in range(N):
        ranking = sorted(range(D), key=lambda d: -a[n, d].item())
        for k in range(D + 1):
            for d in ranking[:k]:
                states[k][n, d] = fill
    result = []
    for s in states:
        result.append(f(s).reshape(N, 1))
    return torch.cat(result, dim=1)

# %% right: ranks by pairwise comparison, mask rank < k
import torch


def deletion_curve(f, x, a, fill):
    D = x.shape[1]
    rank = (a[:, None, :] > a[:, :, None]).sum(dim=2)
    value = torch.full_like(x, fill)
    return torch.stack([f(torch.where(rank < k, value, x)) for k in range(D + 1)], 1)

# %% right: numpy for the ranks, one row at a time through f
import numpy as np
import torch


def deletion_curve(f, x, a, fill):
    xs = x.detach().numpy()
    order = np.argsort(-a.detach().numpy(), axis=1)
    N, D = xs.shape
    lines = []
    for n in range(N):
        stack = np.repeat(xs[n:n + 1], D + 1, axis=0)
        for k in range(1, D + 1):
            stack[k:, order[n, k - 1]] = fill
        lines.append(f(torch.from_numpy(stack)))
    return torch.stack(lines)

# %% right: recursion over the remaining importance, largest set to -inf
import torch


def deletion_curve(f, x, a, fill):
    def go(cur, left, k):
        score = f(cur)[:, None]
        if k == 0:
            return score
        best = left.argmax(dim=1, keepdim=True)
        nxt = cur.scatter(1, best, float(fill))
        rest = left.scatter(1, best, float("-inf"))
        return torch.cat([score, go(nxt, rest, k - 1)], dim=1)

    return go(x.clone(), a.clone(), x.shape[1])

# %% wrong: least important features first
import torch


def deletion_curve(f, x, a, fill):
    order = a.argsort(dim=1)
    cur = x.clone()
    out = [f(cur)]
    for k in range(x.shape[1]):
        cur = cur.scatter(1, order[:, k:k + 1], fill)
        out.append(f(cur))
    return torch.stack(out, dim=1)

# %% wrong: sorted by the absolute attribution
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    order = torch.argsort(a.abs(), dim=1, descending=True)
    cols = []
    for k in range(D + 1):
        z = x.clone()
        for n in range(N):
            z[n, order[n, :k]] = fill
        cols.append(f(z))
    return torch.stack(cols, 1)

# %% wrong: order taken as ranks, argsort compared with k
import torch


def deletion_curve(f, x, a, fill):
    order = torch.argsort(a, dim=1, descending=True)
    cols = [f(x.masked_fill(order < k, fill)) for k in range(x.shape[1] + 1)]
    return torch.stack(cols, dim=1)

# %% wrong: one order for all rows, from the mean attribution
import torch


def deletion_curve(f, x, a, fill):
    z = x.clone()
    out = [f(z.clone())]
    for d in a.mean(0).argsort(descending=True).tolist():
        z[:, d] = fill
        out.append(f(z.clone()))
    return torch.stack(out, dim=1)

# %% wrong: the input x is overwritten
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    idx = a.sort(dim=1, descending=True).indices
    result = torch.empty(N, D + 1, dtype=x.dtype)
    result[:, 0] = f(x)
    for k in range(D):
        x.scatter_(1, idx[:, k:k + 1], fill)
        result[:, k + 1] = f(x)
    return result

# %% wrong: only the k-th feature is replaced, not all of the k most important
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    order = a.argsort(1, descending=True)
    cols = [f(x)]
    for k in range(D):
        one = x.clone()
        one[torch.arange(N), order[:, k]] = fill
        cols.append(f(one))
    return torch.stack(cols, 1)

# %% wrong: features are set to 0 and fill is ignored
import torch


def deletion_curve(f, x, a, fill):
    D = x.shape[1]
    rank = a.argsort(1, descending=True).argsort(1)
    return torch.stack([f(x * (rank >= k).to(x.dtype)) for k in range(D + 1)], dim=1)

# %% wrong: column 0 without replacement is missing, shape (N, D)
import torch


def deletion_curve(f, x, a, fill):
    z = x.clone()
    order = a.argsort(1, descending=True)
    scores = []
    for k in range(z.shape[1]):
        z = z.scatter(1, order[:, [k]], fill)
        scores.append(f(z))
    return torch.stack(scores, dim=1)

# %% wrong: insertion instead of deletion, starts from all fill
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    order = a.argsort(dim=1, descending=True)
    cur = torch.full_like(x, fill)
    curve = [f(cur.clone())]
    for k in range(D):
        i = order[:, k:k + 1]
        cur.scatter_(1, i, x.gather(1, i))
        curve.append(f(cur.clone()))
    return torch.stack(curve, 1)

# %% wrong: features with a negative attribution are never replaced
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    out = torch.zeros(N, D + 1, dtype=x.dtype)
    rank = a.argsort(1, descending=True).argsort(1)
    for k in range(D + 1):
        gone = (rank < k) & (a > 0)
        out[:, k] = f(torch.where(gone, torch.tensor(fill, dtype=x.dtype), x))
    return out

# %% two: sorted by absolute value; scores divided by the first one
import torch


def deletion_curve(f, x, a, fill):
    rank = a.abs().argsort(1, descending=True).argsort(1)
    cols = torch.stack([f(x.masked_fill(rank < k, fill)) for k in range(x.shape[1] + 1)], 1)
    return cols / cols[:, :1]

# %% two: ascending order; the input is overwritten
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    order = a.argsort(1)
    curve = [f(x).clone()]
    for k in range(D):
        for n in range(N):
            x[n, order[n, k]] = fill
        curve.append(f(x).clone())
    return torch.stack(curve, dim=1)

# %% two: last column left out; the order of row 0 used for all rows
import torch


def deletion_curve(f, x, a, fill):
    order = a[0].argsort(descending=True)
    cols = []
    for k in range(x.shape[1]):
        z = x.clone()
        z[:, order[:k]] = fill
        cols.append(f(z))
    return torch.stack(cols, dim=1)

# %% two: off by one (column k has k + 1 replaced, the last repeated); result always float32
import torch


def deletion_curve(f, x, a, fill):
    N, D = x.shape
    rank = a.argsort(1, descending=True).argsort(1)
    out = torch.zeros(N, D + 1)
    for k in range(D + 1):
        out[:, k] = f(torch.where(rank <= k, torch.full_like(x, fill), x))
    return out
