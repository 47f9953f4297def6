# %% right: triu_indices
import torch

def make_pairs(labels):
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n, offset=1, device=labels.device)
    y = (labels[i] == labels[j]).long()
    return i, j, y

# %% right: torch.combinations
import torch

def make_pairs(labels):
    idx = torch.combinations(torch.arange(len(labels), device=labels.device), r=2)
    i = idx[:, 0]
    j = idx[:, 1]
    same = labels[i].eq(labels[j])
    return i, j, same.to(torch.int64)

# %% right: two Python loops
import torch

def make_pairs(labels):
    values = labels.tolist()
    left, right, same = [], [], []
    for p in range(len(values)):
        for q in range(p + 1, len(values)):
            left.append(p)
            right.append(q)
            same.append(1 if values[p] == values[q] else 0)
    return torch.tensor(left), torch.tensor(right), torch.tensor(same)

# %% right: itertools.combinations
from itertools import combinations
from typing import Tuple
import torch

def make_pairs(labels: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if labels.dim() != 1 or labels.numel() < 2:
        raise ValueError("labels must be 1-D with at least two entries")
    pairs = torch.tensor(list(combinations(range(labels.numel()), 2)), dtype=torch.long)
    first, second = pairs.unbind(dim=1)
    target = torch.where(labels[first] == labels[second], 1, 0)
    return first, second, target

# %% right: NumPy triu_indices
import numpy as np
import torch

def make_pairs(labels):
    lab = labels.cpu().numpy()
    r, c = np.triu_indices(len(lab), k=1)
    y = (lab[r] == lab[c]).astype(np.int64)
    return torch.from_numpy(r), torch.from_numpy(c), torch.from_numpy(y)

# %% right: equality matrix, masked with the strict upper triangle
import torch

def make_pairs(labels):
    n = labels.size(0)
    equal = labels.unsqueeze(1) == labels.unsqueeze(0)
    upper = torch.ones(n, n, dtype=torch.bool, device=labels.device).triu(diagonal=1)
    where = upper.nonzero()
    return where[:, 0], where[:, 1], equal[upper].int()

# %% wrong: y inverted, 1 for different labels
import torch

def make_pairs(labels):
    n = len(labels)
    i, j = torch.triu_indices(n, n, 1)
    y = (labels[i] != labels[j]).long()
    return i, j, y

# %% wrong: y is bool
import torch

def make_pairs(labels):
    ij = torch.combinations(torch.arange(labels.numel()))
    i, j = ij[:, 0], ij[:, 1]
    return i, j, labels[i] == labels[j]

# %% wrong: order with j outside, (0,1), (0,2), (1,2), (0,3), ...
import torch

def make_pairs(labels):
    I, J, Y = [], [], []
    for j in range(len(labels)):
        for i in range(j):
            I.append(i)
            J.append(j)
            Y.append(int(labels[i] == labels[j]))
    return torch.tensor(I), torch.tensor(J), torch.tensor(Y)

# %% wrong: diagonal included, each row paired with itself
import torch

def make_pairs(labels):
    n = labels.size(0)
    rows, cols = torch.triu_indices(n, n)
    return rows, cols, torch.eq(labels[rows], labels[cols]).to(torch.long)

# %% wrong: every pair twice, i != j
import torch

def make_pairs(labels):
    n = labels.shape[0]
    off_diagonal = ~torch.eye(n, dtype=torch.bool)
    i, j = off_diagonal.nonzero(as_tuple=True)
    y = (labels[i] == labels[j]).long()
    return i, j, y

# %% wrong: lower triangle, i > j
import torch

def make_pairs(labels):
    n = labels.shape[0]
    i, j = torch.tril_indices(n, n, offset=-1)
    y = (labels[i] == labels[j]).long()
    return i, j, y

# %% wrong: y as floats
import torch

def make_pairs(labels):
    n = len(labels)
    mask = torch.triu(torch.ones(n, n), diagonal=1) > 0
    i, j = torch.where(mask)
    same = (labels[:, None] == labels[None, :]).float()
    return i, j, same[mask]

# %% wrong: y from the product of the labels being above 0 (wrong for two zeros and for two different positive labels)
import torch

def make_pairs(labels):
    n = labels.numel()
    i, j = torch.triu_indices(n, n, offset=1)
    both = labels[i] * labels[j]
    return i, j, (both > 0).long()

# %% wrong: returns the labels of the two rows in place of their indices
from itertools import combinations
import torch

def make_pairs(labels):
    a, b = zip(*combinations(labels.tolist(), 2))
    i = torch.tensor(a)
    j = torch.tensor(b)
    return i, j, (i == j).long()

# %% wrong: squeezes, so a single pair gives 0-d tensors (N = 2)
import torch

def make_pairs(labels):
    n = labels.shape[0]
    pairs = torch.triu(torch.ones(n, n), 1).nonzero()
    i, j = (c.squeeze() for c in pairs.split(1, dim=1))
    y = (labels[i] == labels[j]).long()
    return i, j, y

# %% wrong: only consecutive rows are paired
import torch

def make_pairs(labels):
    n = len(labels)
    i = torch.arange(n - 1)
    j = i + 1
    y = (labels[:-1] == labels[1:]).long()
    return i, j, y

# %% two: the last row is left out; y is bool
import torch

def make_pairs(labels):
    n = len(labels)
    out = [(i, j) for i in range(n - 1) for j in range(i + 1, n - 1)]
    i = torch.tensor([p[0] for p in out], dtype=torch.long)
    j = torch.tensor([p[1] for p in out], dtype=torch.long)
    return i, j, labels[i] == labels[j]

# %% two: i and j exchanged; y inverted
import torch

def make_pairs(labels):
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n, 1)
    return j, i, 1 - (labels[i] == labels[j]).long()

# %% two: includes the diagonal; y as floats
import torch

def make_pairs(labels):
    I, J, Y = [], [], []
    for a in range(len(labels)):
        for b in range(a, len(labels)):
            I.append(a)
            J.append(b)
            Y.append(1.0 if labels[a] == labels[b] else 0.0)
    return torch.tensor(I), torch.tensor(J), torch.tensor(Y)


# %% right: triu_indices
import torch

def make_pairs(labels):
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n, offset=1)
    y = (labels[i] == labels[j]).long()
    return i, j, y

# %% right: itertools
import itertools
import torch

def make_pairs(labels):
    lab = labels.tolist()
    pairs = list(itertools.combinations(range(len(lab)), 2))
    i = torch.tensor([p[0] for p in pairs])
    j = torch.tensor([p[1] for p in pairs])
    y = torch.tensor([int(lab[p] == lab[q]) for p, q in pairs])
    return i, j, y

# %% wrong: y stays bool
import torch

def make_pairs(labels):
    i, j = torch.triu_indices(len(labels), len(labels), 1).unbind(0)
    return i, j, labels[i] == labels[j]

# %% wrong: order column by column: (0,1), (0,2), (1,2), (0,3)
import torch

def make_pairs(labels):
    I, J, Y = [], [], []
    for j in range(len(labels)):
        for i in range(j):
            I.append(i)
            J.append(j)
            Y.append(1 if labels[i] == labels[j] else 0)
    return torch.tensor(I), torch.tensor(J), torch.tensor(Y)

# %% wrong: labels compared as 32 bit floats
import torch

def make_pairs(labels):
    n = labels.numel()
    grid = torch.ones(n, n).triu(diagonal=1).nonzero()
    i, j = grid[:, 0], grid[:, 1]
    lab = labels.float()
    y = (lab[i] - lab[j] == 0).to(torch.int64)
    return i, j, y

# %% wrong: every row is paired with itself too
import torch

def make_pairs(labels):
    n = len(labels)
    idx = torch.triu_indices(n, n)
    i, j = idx[0], idx[1]
    return i, j, (labels[i] == labels[j]).int()

# %% two: both directions of each pair; y is 1 for different
import torch

def make_pairs(labels):
    n = len(labels)
    i, j = (~torch.eye(n, dtype=torch.bool)).nonzero(as_tuple=True)
    return i, j, (labels[i] != labels[j]).long()

# %% two: neighbours only; same label tested by the product of the class numbers being a square
import torch

def make_pairs(labels):
    n = len(labels)
    i = torch.arange(n - 1)
    j = i + 1
    y = (labels[i] * labels[j] == labels[i] ** 2).long()
    return i, j, y
