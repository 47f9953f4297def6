# %% right: two plain Python loops into lists
import torch


def make_pairs(labels):
    n = len(labels)
    first, second, same = [], [], []
    for a in range(n):
        for b in range(a + 1, n):
            first.append(a)
            second.append(b)
            same.append(1 if labels[a].item() == labels[b].item() else 0)
    return (torch.tensor(first, dtype=torch.int64),
            torch.tensor(second, dtype=torch.int64),
            torch.tensor(same, dtype=torch.int64))

# %% right: triu_indices, very short
import torch


def make_pairs(labels):
    i, j = torch.triu_indices(len(labels), len(labels), offset=1)
    return i, j, (labels[i] == labels[j]).long()

# %% right: torch.combinations, whose order is the asked one
import torch


def make_pairs(labels):
    rows = torch.arange(labels.shape[0], device=labels.device)
    pairs = torch.combinations(rows, r=2)
    i = pairs[:, 0].contiguous()
    j = pairs[:, 1].contiguous()
    y = torch.eq(labels[i], labels[j]).to(torch.int32)
    return i, j, y

# %% right: itertools over (row, label) tuples
from itertools import combinations

import torch


def make_pairs(labels):
    rows = list(enumerate(labels.tolist()))
    triples = [(a, b, int(la == lb)) for (a, la), (b, lb) in combinations(rows, 2)]
    i, j, y = zip(*triples)
    return torch.tensor(i), torch.tensor(j), torch.tensor(y)

# %% right: a boolean mask over the whole N x N table, read row by row
import torch


def _upper(n):
    r = torch.arange(n)
    return r[:, None] < r[None, :]


def make_pairs(labels):
    n = labels.numel()
    mask = _upper(n).to(labels.device)
    i, j = mask.nonzero(as_tuple=True)
    table = labels.unsqueeze(1).eq(labels.unsqueeze(0))
    y = torch.where(table[mask], 1, 0).to(torch.int64)
    return i, j, y

# %% right: numpy triu_indices in a small class
import numpy as np
import torch


class PairMaker:
    def __init__(self, labels):
        self.values = labels.detach().cpu().numpy().copy()

    def index(self):
        i, j = np.triu_indices(self.values.shape[0], k=1)
        return i.astype(np.int64), j.astype(np.int64)

    def __call__(self):
        i, j = self.index()
        y = (self.values[i] == self.values[j]).astype(np.int64)
        return torch.from_numpy(i), torch.from_numpy(j), torch.from_numpy(y)


def make_pairs(labels):
    return PairMaker(labels)()

# %% wrong: the pairs of a row with itself are there too
import torch


def make_pairs(labels):
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n)
    y = (labels[i] == labels[j]).long()
    return i, j, y

# %% wrong: y is bool, so that 1 - y fails
import torch


def make_pairs(labels):
    r = torch.arange(len(labels))
    pairs = torch.combinations(r, 2)
    i, j = pairs.unbind(dim=1)
    return i, j, labels[i] == labels[j]

# %% wrong: the pairs come ordered by j, so (1, 2) is before (0, 3)
import torch


def make_pairs(labels):
    n = labels.shape[0]
    j, i = torch.tril_indices(n, n, offset=-1)
    y = torch.eq(labels[i], labels[j]).long()
    return i, j, y

# %% wrong: the labels are compared as float32, where large neighbouring numbers fall together
import torch


def make_pairs(labels):
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n, 1)
    column = labels.float().unsqueeze(1)
    dist = (column - column.T).abs()
    y = (dist[i, j] == 0).long()
    return i, j, y

# %% wrong: the labels are shifted in place, so the input is changed
import torch


def make_pairs(labels):
    labels -= labels.min()          # class numbers from 0 on
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n, 1)
    y = (labels[i] == labels[j]).int()
    return i, j, y

# %% wrong: y is uint8, which is not a signed integer
import torch


def make_pairs(labels):
    n = labels.size(0)
    mask = torch.ones(n, n).triu(1) > 0
    i, j = torch.where(mask)
    same = labels.view(-1, 1) == labels.view(1, -1)
    return i, j, same[mask].to(torch.uint8)

# %% wrong: the row numbers are kept in int8 and wrap round from row 128 on
import torch


def make_pairs(labels):
    n = len(labels)
    i, j = torch.triu_indices(n, n, 1)
    y = (labels[i] == labels[j]).to(torch.int8)
    return i.to(torch.int8), j.to(torch.int8), y

# %% wrong: compares Python ints with `is`, which is true only for small equal numbers
import torch


def make_pairs(labels):
    values = labels.tolist()
    n = len(values)
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    i = torch.tensor([a for a, _ in pairs])
    j = torch.tensor([b for _, b in pairs])
    y = torch.tensor([1 if values[a] is values[b] else 0 for a, b in pairs])
    return i, j, y

# %% wrong: equality by 1 minus the clamped difference, which is more than 1 when the difference is negative
import torch


def make_pairs(labels):
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n, offset=1)
    y = 1 - (labels[i] - labels[j]).clamp(max=1)
    return i, j, y

# %% wrong: same label is found with a one-hot product, which fails for negative class numbers
import torch
import torch.nn.functional as F


def make_pairs(labels):
    onehot = F.one_hot(labels)
    gram = onehot @ onehot.T
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n, 1)
    return i, j, gram[i, j]

# %% two: every pair comes twice, as (i, j) and (j, i); y is bool
import torch


def make_pairs(labels):
    n = labels.shape[0]
    off = ~torch.eye(n, dtype=torch.bool)
    i, j = off.nonzero(as_tuple=True)
    return i, j, labels[i] == labels[j]

# %% two: y is 1 where the labels differ; the pairs with the last row are missing
import torch


def make_pairs(labels):
    n = labels.shape[0]
    out = []
    for a in range(n - 1):
        for b in range(a + 1, n - 1):
            out.append([a, b, int(labels[a] != labels[b])])
    out = torch.tensor(out, dtype=torch.long).reshape(-1, 3)
    return out[:, 0], out[:, 1], out[:, 2]

# %% two: i and j are swapped, so i > j; y is a float
import torch


def make_pairs(labels):
    pairs = torch.combinations(torch.arange(labels.shape[0]), 2)
    j, i = pairs.T
    y = torch.where(labels[i] == labels[j], 1.0, 0.0)
    return i, j, y

# %% two: the labels are sorted first, so y belongs to other rows; only neighbouring rows are paired
import torch


def make_pairs(labels):
    ordered, _ = torch.sort(labels)
    n = labels.shape[0]
    i = torch.arange(n - 1)
    j = i + 1
    y = (ordered[i] == ordered[j]).long()
    return i, j, y
