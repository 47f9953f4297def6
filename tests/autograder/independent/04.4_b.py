# %% right: two plain loops over i and j
import torch

def make_pairs(labels):
    """Every pair i < j of a labelled batch, in order, and 1 where the labels agree: i, j, y."""
    N = labels.shape[0]
    first, second, same = [], [], []
    for a in range(N):
        for b in range(a + 1, N):
            first.append(a)
            second.append(b)
            if labels[a].item() == labels[b].item():
                same.append(1)
            else:
                same.append(0)
    return torch.tensor(first), torch.tensor(second), torch.tensor(same)

# %% right: triu_indices
import torch

def make_pairs(labels):
    n = len(labels)
    i, j = torch.triu_indices(n, n, offset=1)
    return i, j, (labels[i] == labels[j]).long()

# %% right: torch.combinations of the row numbers, y as int8
import torch

def make_pairs(labels):
    ij = torch.combinations(torch.arange(labels.numel()), r=2)
    i, j = ij.unbind(dim=1)
    y = torch.eq(labels[i], labels[j]).to(torch.int8)
    return i, j, y

# %% right: numpy triu_indices and where
import numpy as np
import torch

def make_pairs(labels):
    lab = labels.numpy()
    i, j = np.triu_indices(lab.shape[0], k=1)
    y = np.where(lab[i] == lab[j], 1, 0)
    return torch.from_numpy(i), torch.from_numpy(j), torch.from_numpy(y)

# %% right: recursion that halves the range of i, results as int32
import torch

def make_pairs(labels):
    lab = labels.tolist()

    def pairs(lo, hi):
        if hi - lo == 1:
            return [(lo, m, int(lab[lo] == lab[m])) for m in range(lo + 1, len(lab))]
        mid = (lo + hi) // 2
        return pairs(lo, mid) + pairs(mid, hi)

    i, j, y = zip(*pairs(0, len(lab)))
    return (torch.tensor(i, dtype=torch.int32), torch.tensor(j, dtype=torch.int32),
            torch.tensor(y, dtype=torch.int32))

# %% wrong: y is a bool tensor, so 1 - y does not work
import torch

def make_pairs(labels):
    N = labels.size(0)
    i, j = torch.triu_indices(N, N, 1)
    y = labels[i] == labels[j]
    return i, j, y

# %% wrong: y is the wrong way round (1 for different labels, as a distance)
import itertools
import torch

def make_pairs(labels):
    pairs = list(itertools.combinations(range(len(labels)), 2))
    i = torch.tensor([p[0] for p in pairs])
    j = torch.tensor([p[1] for p in pairs])
    y = (labels[i] != labels[j]).to(torch.int64)
    return i, j, y

# %% wrong: the diagonal is in, each row is paired with itself too
import torch

def make_pairs(labels):
    n = labels.shape[0]
    upper = torch.ones(n, n).triu()
    i, j = upper.nonzero(as_tuple=True)
    return i, j, torch.eq(labels[i], labels[j]).long()

# %% wrong: order runs with j outside: (0,1), (0,2), (1,2), (0,3), ...
import torch

def make_pairs(labels):
    I, J, Y = [], [], []
    for j in range(1, len(labels)):
        for i in range(j):
            I.append(i)
            J.append(j)
            Y.append(int(labels[i] == labels[j]))
    return torch.tensor(I), torch.tensor(J), torch.tensor(Y)

# %% wrong: both directions, every pair twice (only i = j is taken out)
import torch

def make_pairs(labels):
    N = labels.shape[0]
    r = torch.arange(N)
    i, j = torch.meshgrid(r, r, indexing="ij")
    keep = i != j
    i, j = i[keep], j[keep]
    return i, j, (labels[i] == labels[j]).int()

# %% wrong: labels compared as float32, so large neighbouring labels count as equal
import torch

def make_pairs(labels):
    x = labels.float().unsqueeze(1)
    d = torch.cdist(x, x, p=1, compute_mode="donot_use_mm_for_euclid_dist")
    i, j = torch.triu_indices(len(labels), len(labels), offset=1)
    y = (d[i, j] == 0).long()
    return i, j, y

# %% wrong: one-hot table of the labels, which breaks on negative labels (and huge ones)
import torch
from torch.nn import functional as F

def make_pairs(labels):
    hot = F.one_hot(labels)
    same = hot @ hot.T
    i, j = torch.triu_indices(*same.shape, offset=1)
    return i, j, same[i, j]

# %% wrong: shifts the labels in place, the input is changed
import torch

def make_pairs(labels):
    labels -= labels.min().clone()
    n = labels.shape[0]
    ij = torch.combinations(torch.arange(n))
    y = (labels[ij[:, 0]] == labels[ij[:, 1]]).long()
    return ij[:, 0], ij[:, 1], y

# %% wrong: returns the labels of the two rows instead of their row numbers
import itertools
import torch

def make_pairs(labels):
    a, b = [], []
    for left, right in itertools.combinations(labels.tolist(), 2):
        a.append(left)
        b.append(right)
    i, j = torch.tensor(a), torch.tensor(b)
    return i, j, (i == j).long()

# %% wrong: "same" decided by the product of the labels being positive, right only for labels -1 and 1
import torch

def make_pairs(labels):
    n = len(labels)
    idx = torch.triu_indices(n, n, offset=1)
    s = torch.sign(labels)
    y = (s[idx[0]] * s[idx[1]] > 0).long()
    return idx[0], idx[1], y

# %% two: y as float numbers; lower triangle, so that i > j
import torch

def make_pairs(labels):
    n = labels.numel()
    i, j = torch.tril_indices(n, n, offset=-1)
    y = (labels[i] == labels[j]).float()
    return i, j, y

# %% two: off by one, the pairs with the last row are missing; y bool
import torch

def make_pairs(labels):
    N = len(labels)
    i, j = [], []
    for a in range(N - 1):
        for b in range(a + 1, N - 1):
            i.append(a)
            j.append(b)
    i = torch.tensor(i, dtype=torch.long)
    j = torch.tensor(j, dtype=torch.long)
    return i, j, labels[i] == labels[j]

# %% two: sorts the given labels in place; y is 1 where they differ
import torch

def make_pairs(labels):
    labels.copy_(labels.sort().values)
    n = labels.shape[0]
    i, j = torch.triu_indices(n, n, 1)
    y = torch.where(labels[i] == labels[j], 0, 1)
    return i, j, y

# %% two: labels cut to int32, so labels 2**32 apart count as equal; results of shape (1, P) instead of (P,)
import numpy as np
import torch

def make_pairs(labels):
    lab = labels.numpy().astype(np.int32)
    i, j = np.nonzero(np.triu(np.ones((len(lab), len(lab))), 1))
    y = (lab[i] == lab[j]).astype(np.int64)
    return torch.from_numpy(i)[None], torch.from_numpy(j)[None], torch.from_numpy(y)[None]
