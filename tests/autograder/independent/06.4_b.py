# %% right: unique folds and boolean masks
import torch


def out_of_fold(x, y, fold, fit_predict):
    out = torch.empty_like(y)
    for k in torch.unique(fold):
        test = fold == k
        out[test] = fit_predict(x[~test], y[~test], x[test])
    return out


# %% right: lists of indices in a dictionary
import torch


def out_of_fold(x, y, fold, fit_predict):
    members = {}
    for i, f in enumerate(fold.tolist()):
        members.setdefault(f, []).append(i)
    result = [None] * len(y)
    for f, inside in members.items():
        outside = [i for i in range(len(y)) if i not in set(inside)]
        pred = fit_predict(x[outside], y[outside], x[inside])
        for i, p in zip(inside, pred.tolist()):
            result[i] = p
    return torch.tensor(result, dtype=y.dtype)


# %% right: NumPy for the bookkeeping
import numpy as np
import torch


def out_of_fold(x, y, fold, fit_predict):
    labels, inverse = np.unique(fold.numpy(), return_inverse=True)
    out = np.full(y.shape, np.nan, dtype=y.detach().numpy().dtype)
    for j in range(labels.size):
        te = np.flatnonzero(inverse == j)
        tr = np.flatnonzero(inverse != j)
        a, b = torch.from_numpy(tr), torch.from_numpy(te)
        out[te] = fit_predict(x[a].clone(), y[a].clone(), x[b].clone()).detach().numpy()
    return torch.from_numpy(out)


# %% right: concatenates in the order of the folds and undoes it with a stable argsort
import torch


def out_of_fold(x, y, fold, fit_predict):
    order = torch.argsort(fold, stable=True)
    sizes = torch.unique_consecutive(fold[order], return_counts=True)[1].tolist()
    pieces = []
    for test in torch.split(order, sizes):
        train = torch.ones(len(y), dtype=torch.bool)
        train[test] = False
        pieces.append(fit_predict(x[train], y[train], x[test]))
    back = torch.empty_like(order)
    back[order] = torch.arange(len(order))
    return torch.cat(pieces)[back].to(y.dtype)


# %% right: helper class, scatter of each fold's predictions
import torch


class Splitter:
    def __init__(self, fold):
        self.fold = fold

    def __iter__(self):
        for f in sorted(set(self.fold.tolist())):
            yield (self.fold != f).nonzero().squeeze(1), (self.fold == f).nonzero().squeeze(1)


def out_of_fold(x, y, fold, fit_predict):
    out = y.new_zeros(y.shape[0])
    for tr, te in Splitter(fold):
        p = fit_predict(x.index_select(0, tr), y.index_select(0, tr), x.index_select(0, te))
        out = out.scatter(0, te, p)
    return out


# %% wrong: expects the folds 0 .. K-1 with K the number of different ones
import torch


def out_of_fold(x, y, fold, fit_predict):
    K = len(torch.unique(fold))
    out = torch.zeros_like(y)
    for k in range(K):
        te = fold == k
        if te.any():
            out[te] = fit_predict(x[~te], y[~te], x[te])
    return out


# %% wrong: trains on the fold and predicts the others, the last one wins
import torch


def out_of_fold(x, y, fold, fit_predict):
    out = torch.empty_like(y)
    for k in fold.unique():
        inside = fold == k
        out[~inside] = fit_predict(x[inside], y[inside], x[~inside])
    return out


# %% wrong: trains once on all rows: every row is seen by its own model
import torch


def out_of_fold(x, y, fold, fit_predict):
    out = torch.empty_like(y)
    for k in fold.unique():
        te = fold == k
        out[te] = fit_predict(x.clone(), y.clone(), x[te])
    return out


# %% wrong: predictions joined in the order of the folds, not put back in their rows
import torch


def out_of_fold(x, y, fold, fit_predict):
    preds = []
    for k in sorted(set(fold.tolist())):
        te = fold == k
        preds.append(fit_predict(x[~te], y[~te], x[te]))
    return torch.cat(preds)


# %% wrong: leave-one-out: the other rows of the same fold are in the training set
import torch


def out_of_fold(x, y, fold, fit_predict):
    n = x.shape[0]
    out = torch.empty_like(y)
    for i in range(n):
        keep = torch.arange(n) != i
        out[i] = fit_predict(x[keep], y[keep], x[i : i + 1])[0]
    return out


# %% wrong: the training rows are grouped by fold instead of kept in their order
import torch


def out_of_fold(x, y, fold, fit_predict):
    folds = torch.unique(fold).tolist()
    index = {f: torch.where(fold == f)[0] for f in folds}
    out = torch.zeros_like(y)
    for f in folds:
        train = torch.cat([index[g] for g in folds if g != f])
        out[index[f]] = fit_predict(x[train], y[train], x[index[f]])
    return out


# %% wrong: x is standardised with mean and deviation of all rows before the split
import torch


def out_of_fold(x, y, fold, fit_predict):
    xs = (x - x.mean(dim=0)) / (x.std(dim=0, unbiased=False) + 1e-8)
    out = torch.empty_like(y)
    for k in torch.unique(fold):
        te = fold == k
        out[te] = fit_predict(xs[~te], y[~te], xs[te])
    return out


# %% wrong: result collected in float32 whatever the dtype of y
import torch


def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros(len(y))
    for k in set(fold.tolist()):
        te = fold == k
        out[te] = fit_predict(x[~te], y[~te], x[te]).float()
    return out


# %% wrong: cuts the rows into equal consecutive blocks, the entries of fold are only counted
import numpy as np
import torch


def out_of_fold(x, y, fold, fit_predict):
    n_folds = fold.unique().numel()
    out = torch.empty_like(y)
    for te in np.array_split(np.arange(len(y)), n_folds):
        te = torch.from_numpy(te)
        tr = torch.ones(len(y), dtype=torch.bool)
        tr[te] = False
        out[te] = fit_predict(x[tr], y[tr], x[te])
    return out


# %% wrong: trains only on folds with a smaller number, as for a time series (first one: on the rest)
import torch


def out_of_fold(x, y, fold, fit_predict):
    first = fold.min()
    out = torch.empty_like(y)
    for k in torch.unique(fold):
        te = fold == k
        tr = fold < k if k > first else fold > k
        out[te] = fit_predict(x[tr], y[tr], x[te])
    return out


# %% two: range(max + 1) skips negative folds; trains on all rows
import torch


def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    for k in range(int(fold.max()) + 1):
        te = fold == k
        if te.sum() == 0:
            continue
        out[te] = fit_predict(x[:], y[:], x[te])
    return out


# %% two: trains on the next fold alone; rounds the predictions to classes
import torch


def out_of_fold(x, y, fold, fit_predict):
    ks = torch.unique(fold).tolist()
    out = torch.empty_like(y)
    for j, k in enumerate(ks):
        other = fold == ks[(j + 1) % len(ks)]
        te = fold == k
        out[te] = fit_predict(x[other], y[other], x[te]).round()
    return out


# %% two: centres y with the mean of all rows; keeps the order of the folds in the result
import torch


def out_of_fold(x, y, fold, fit_predict):
    mu = y.mean()
    parts = []
    for k in fold.unique():
        te = fold == k
        parts.append(fit_predict(x[~te], y[~te] - mu, x[te]))
    return torch.cat(parts)


# %% two: overwrites the caller's y at the end; result in float32
import torch


def out_of_fold(x, y, fold, fit_predict):
    truth = y
    out = torch.zeros(len(y))
    for k in fold.unique():
        te = fold == k
        pred = fit_predict(x[~te], truth[~te], x[te])
        out[te] = pred.float()
    truth[:] = float("nan")
    return out
