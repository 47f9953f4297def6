# %% right: boolean masks over the unique folds
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.empty_like(y)
    for f in torch.unique(fold):
        test = fold == f
        out[test] = fit_predict(x[~test], y[~test], x[test]).to(y.dtype)
    return out

# %% right: index lists in a dictionary
from collections import defaultdict
import torch

def out_of_fold(x, y, fold, fit_predict):
    members = defaultdict(list)
    for row, f in enumerate(fold.tolist()):
        members[f].append(row)
    result = torch.zeros(len(y), dtype=y.dtype)
    for f, rows in members.items():
        rest = [r for g, rs in members.items() if g != f for r in rs]
        rest.sort()
        result[rows] = fit_predict(x[rest], y[rest], x[rows]).to(y.dtype)
    return result

# %% right: concatenates and undoes the order with argsort
import torch

def out_of_fold(x, y, fold, fit_predict):
    where, preds = [], []
    for f in sorted(set(fold.tolist())):
        idx = torch.nonzero(fold == f).flatten()
        others = torch.nonzero(fold != f).flatten()
        preds.append(fit_predict(x[others], y[others], x[idx]))
        where.append(idx)
    order = torch.cat(where).argsort()
    return torch.cat(preds)[order].to(y.dtype)

# %% right: index_copy, clones handed to the model, guards
import torch

def out_of_fold(x: torch.Tensor, y: torch.Tensor, fold: torch.Tensor, fit_predict) -> torch.Tensor:
    if not (x.shape[0] == y.shape[0] == fold.shape[0]):
        raise ValueError("x, y and fold differ in length")
    numbers = fold.unique()
    if numbers.numel() < 2:
        raise ValueError("at least two folds are needed")
    res = y.new_zeros(y.shape[0])
    for k in numbers.tolist():
        inside = (fold == k).nonzero(as_tuple=True)[0]
        outside = (fold != k).nonzero(as_tuple=True)[0]
        p = fit_predict(x[outside].clone(), y[outside].clone(), x[inside].clone())
        res = res.index_copy(0, inside, p.detach().to(res.dtype).reshape(-1))
    return res

# %% right: inverse indices from unique
import torch

def out_of_fold(x, y, fold, fit_predict):
    values, inv = torch.unique(fold, return_inverse=True)
    prediction = torch.full((y.shape[0],), float("nan"), dtype=y.dtype, device=y.device)
    for g in range(values.numel()):
        mine = inv.eq(g)
        train = inv.ne(g)
        prediction.masked_scatter_(mine, fit_predict(x[train], y[train], x[mine]).to(y.dtype))
    return prediction

# %% right: one call for each fold, remembered, then read row by row
import torch

def out_of_fold(x, y, fold, fit_predict):
    def predict_fold(f):
        test = fold == f
        p = fit_predict(x[~test], y[~test], x[test])
        return iter(p.detach())

    streams = {}
    rows = []
    for f in fold.tolist():
        if f not in streams:
            streams[f] = predict_fold(f)
        rows.append(next(streams[f]))
    return torch.stack(rows).to(y.dtype)

# %% wrong: trains on all rows, the fold itself included
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    for f in fold.unique():
        mask = fold == f
        out[mask] = fit_predict(x, y, x[mask]).to(y.dtype)
    return out

# %% wrong: trains on the fold itself and predicts it
import torch

def out_of_fold(x, y, fold, fit_predict):
    oof = torch.empty_like(y)
    for f in torch.unique(fold).tolist():
        idx = (fold == f).nonzero().squeeze(1)
        oof[idx] = fit_predict(x[idx], y[idx], x[idx]).to(oof.dtype)
    return oof

# %% wrong: takes the folds to be 0 .. k-1
import torch

def out_of_fold(x, y, fold, fit_predict):
    k = len(torch.unique(fold))
    out = torch.zeros_like(y)
    for f in range(k):
        te = fold == f
        if te.any():
            out[te] = fit_predict(x[~te], y[~te], x[te]).to(y.dtype)
    return out

# %% wrong: predictions in the order of the folds, not of the rows
import torch

def out_of_fold(x, y, fold, fit_predict):
    chunks = []
    for f in fold.unique():
        held_out = fold == f
        chunks.append(fit_predict(x[~held_out], y[~held_out], x[held_out]))
    return torch.cat(chunks).to(y.dtype)

# %% wrong: float32 result for float64 targets
import torch

def out_of_fold(x, y, fold, fit_predict):
    pred = torch.zeros(y.shape[0])
    for f in set(fold.tolist()):
        t = fold == f
        pred[t] = fit_predict(x[~t], y[~t], x[t]).float()
    return pred

# %% wrong: trains on the earlier folds only (the first one on all others)
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.empty_like(y)
    for k, f in enumerate(torch.unique(fold)):
        test = fold == f
        train = fold < f if k > 0 else fold != f
        out[test] = fit_predict(x[train], y[train], x[test]).to(y.dtype)
    return out

# %% wrong: leak, x standardised with mean and deviation of all rows
import torch

def out_of_fold(x, y, fold, fit_predict):
    mu = x.mean(dim=0)
    sd = x.std(dim=0, unbiased=False)
    z = (x - mu) / torch.where(sd > 0, sd, torch.ones_like(sd))
    res = torch.zeros_like(y)
    for f in fold.unique():
        m = fold == f
        res[m] = fit_predict(z[~m], y[~m], z[m]).to(y.dtype)
    return res

# %% wrong: squeezes the test rows, a fold of one row arrives as (D,)
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    for f in torch.unique(fold):
        test_idx = torch.where(fold == f)[0]
        train_idx = torch.where(fold != f)[0]
        x_test = x[test_idx].squeeze()
        out[test_idx] = fit_predict(x[train_idx], y[train_idx], x_test).to(y.dtype)
    return out

# %% wrong: trains one model for each other fold and averages their predictions
import torch

def out_of_fold(x, y, fold, fit_predict):
    names = torch.unique(fold)
    out = torch.zeros_like(y)
    for f in names:
        mine = fold == f
        votes = [fit_predict(x[fold == g], y[fold == g], x[mine]) for g in names if g != f]
        out[mine] = torch.stack(votes).mean(dim=0).to(y.dtype)
    return out

# %% wrong: leaves one row out instead of the whole fold
import torch

def out_of_fold(x, y, fold, fit_predict):
    n = x.shape[0]
    preds = []
    for i in range(n):
        keep = torch.ones(n, dtype=torch.bool)
        keep[i] = False
        preds.append(fit_predict(x[keep], y[keep], x[i:i + 1])[0])
    return torch.stack(preds).to(y.dtype)

# %% wrong: writes the predictions into y and returns it, the input changes and later folds learn from predictions
import torch

def out_of_fold(x, y, fold, fit_predict):
    for f in torch.unique(fold):
        test = fold == f
        y[test] = fit_predict(x[~test], y[~test], x[test]).to(y.dtype)
    return y

# %% two: the last fold is never predicted (range to the maximum); integer result
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros(len(y), dtype=torch.long)
    for f in range(int(fold.max())):
        m = fold == f
        if m.any():
            out[m] = fit_predict(x[~m], y[~m], x[m]).long()
    return out

# %% two: trains on the fold and predicts the others; float32 result
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros(len(y), dtype=torch.float32)
    for f in torch.unique(fold):
        m = fold == f
        out[~m] = fit_predict(x[m], y[m], x[~m]).float()
    return out

# %% two: order of the folds, not of the rows; trained on all rows
import torch

def out_of_fold(x, y, fold, fit_predict):
    parts = []
    for f in sorted(set(fold.tolist())):
        parts.append(fit_predict(x, y, x[fold == f]))
    return torch.cat(parts).to(y.dtype)


# %% right: boolean masks
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.empty_like(y)
    for f in torch.unique(fold):
        test = fold == f
        out[test] = fit_predict(x[~test], y[~test], x[test]).to(y.dtype)
    return out

# %% right: row by row, a model for each row
import torch

def out_of_fold(x, y, fold, fit_predict):
    preds = []
    for i in range(x.shape[0]):
        others = [k for k in range(x.shape[0]) if fold[k] != fold[i]]
        mine = [k for k in range(x.shape[0]) if fold[k] == fold[i]]
        p = fit_predict(x[others], y[others], x[mine])
        preds.append(p[mine.index(i)])
    return torch.stack(preds)

# %% wrong: folds taken to be 0 .. max
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    for k in range(int(fold.max()) + 1):
        te = fold == k
        if te.any():
            out[te] = fit_predict(x[~te], y[~te], x[te])
    return out

# %% wrong: predictions in the order of the folds, not of the rows
import torch

def out_of_fold(x, y, fold, fit_predict):
    chunks = []
    for f in sorted(set(fold.tolist())):
        te = (fold == f).nonzero().squeeze(1)
        tr = (fold != f).nonzero().squeeze(1)
        chunks.append(fit_predict(x[tr], y[tr], x[te]))
    return torch.cat(chunks)

# %% wrong: trained on all rows, the fold itself included
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    for f in fold.unique().tolist():
        idx = torch.where(fold == f)[0]
        out[idx] = fit_predict(x, y, x[idx])
    return out

# %% wrong: trained on its own fold, predicts the others
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    for f in torch.unique(fold):
        m = fold == f
        out[~m] = fit_predict(x[m], y[m], x[~m])
    return out

# %% two: training rows shuffled; ordinary mean of all earlier folds only (train on smaller fold numbers)
import torch

def out_of_fold(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    g = torch.Generator().manual_seed(0)
    folds = torch.unique(fold).tolist()
    for f in folds[1:]:
        tr = (fold < f).nonzero()[:, 0]
        tr = tr[torch.randperm(len(tr), generator=g)]
        te = fold == f
        out[te] = fit_predict(x[tr], y[tr], x[te])
    return out

# %% two: training rows grouped by fold instead of in their order; targets overwritten in place
import torch

def out_of_fold(x, y, fold, fit_predict):
    names = torch.unique(fold).tolist()
    parts = {f: (fold == f).nonzero()[:, 0] for f in names}
    for f in names:
        tr = torch.cat([parts[g] for g in names if g != f])
        y[parts[f]] = fit_predict(x[tr], y[tr], x[parts[f]])
    return y
