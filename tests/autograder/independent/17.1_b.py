# %% right: unique, floor of x + 1/2, isin
import math
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = math.floor(test_frac * len(patients) + 0.5)
    return torch.isin(groups, patients[order[:k]])

# %% right: inverse of unique and a table of chosen patients
import torch

def group_split(groups, order, test_frac):
    patients, inverse = torch.unique(groups, return_inverse=True)
    g = patients.numel()
    k = int(test_frac * g + 0.5)
    chosen = torch.zeros(g, dtype=torch.bool)
    chosen[order[:k]] = True
    return chosen[inverse]

# %% right: plain Python lists and sets
import torch

def group_split(groups, order, test_frac):
    numbers = groups.tolist()
    patients = sorted(set(numbers))
    exact = test_frac * len(patients)
    k = int(exact)
    if exact - k >= 0.5:
        k += 1
    test = {patients[i] for i in order.tolist()[:k]}
    return torch.tensor([n in test for n in numbers], dtype=torch.bool)

# %% right: numpy, rank of each patient in the order (inverse permutation)
import numpy as np
import torch

def group_split(groups, order, test_frac):
    patients, where = np.unique(groups.numpy(), return_inverse=True)
    rank = np.argsort(order.numpy())            # rank[position] = place in the order
    k = int(np.floor(test_frac * patients.size + 0.5))
    return torch.from_numpy(rank[where.reshape(-1)] < k)

# %% right: Decimal rounding half up, comparison matrix
import torch
from decimal import Decimal, ROUND_HALF_UP

def group_split(groups, order, test_frac):
    patients = groups.unique(sorted=True)
    x = Decimal(float(test_frac) * patients.shape[0])
    k = int(x.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    chosen = patients.index_select(0, order[:k])
    return (groups[:, None] == chosen[None, :]).any(dim=1)

# %% wrong: order taken for the patients' numbers themselves
import math
import torch

def group_split(groups, order, test_frac):
    k = math.floor(test_frac * groups.unique().numel() + 0.5)
    return torch.isin(groups, order[:k])

# %% wrong: Python's round, a half goes to the even number
import torch

def group_split(groups, order, test_frac):
    ids = groups.unique()
    k = round(test_frac * len(ids))
    return torch.isin(groups, ids[order[:k]])

# %% wrong: k always rounded down
import torch

def group_split(groups, order, test_frac):
    ids, inv = groups.unique(return_inverse=True)
    k = int(test_frac * len(ids))
    mask = torch.zeros(len(ids), dtype=torch.bool)
    mask[order[:k]] = True
    return mask[inv]

# %% wrong: the last k patients instead of the first
import torch

def group_split(groups, order, test_frac):
    patients = sorted(set(groups.tolist()))
    G = len(patients)
    k = int(test_frac * G + 0.5)
    test = set(patients[i] for i in order.tolist()[G - k:])
    return torch.tensor([g in test for g in groups.tolist()])

# %% wrong: k counted in rows, patients taken until the test has test_frac of the rows
import math
import torch

def group_split(groups, order, test_frac):
    ids, inv, cnt = torch.unique(groups, return_inverse=True, return_counts=True)
    want = math.floor(test_frac * len(groups) + 0.5)
    mask = torch.zeros(len(groups), dtype=torch.bool)
    for pos in order:
        if int(mask.sum()) >= want:
            break
        mask |= inv == pos
    return mask

# %% wrong: list of patients by first appearance, not sorted
import math
import torch

def group_split(groups, order, test_frac):
    patients = list(dict.fromkeys(groups.tolist()))
    k = math.floor(len(patients) * test_frac + 0.5)
    test = [patients[i] for i in order[:k].tolist()]
    return torch.isin(groups, torch.tensor(test, dtype=torch.int64))

# %% wrong: order read as the place of each patient (inverse permutation)
import math
import torch

def group_split(groups, order, test_frac):
    _, inverse = groups.unique(return_inverse=True)
    k = math.floor(test_frac * order.numel() + 0.5)
    return (order < k)[inverse]

# %% wrong: at least one patient in the test
import math
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = max(1, math.floor(test_frac * len(patients) + 0.5))
    out = torch.zeros_like(groups, dtype=torch.bool)
    for i in range(k):
        out |= groups == patients[order[i]]
    return out

# %% wrong: at least one patient kept for training, k never G
import numpy as np
import torch

def group_split(groups, order, test_frac):
    ids, inv = np.unique(groups.numpy(), return_inverse=True)
    G = len(ids)
    k = min(int(np.floor(test_frac * G + 0.5)), G - 1)
    chosen = np.isin(inv.reshape(-1), order.numpy()[:k])
    return torch.from_numpy(chosen)

# %% wrong: mask of the training rows is returned
import math
import torch

def group_split(groups, order, test_frac):
    ids = groups.unique()
    k = math.floor(test_frac * len(ids) + 0.5)
    train = ids[order[k:]]
    return torch.isin(groups, train)

# %% two: order taken for patients' numbers; rounded up always
import math
import torch

def group_split(groups, order, test_frac):
    k = math.ceil(test_frac * len(order))
    test = set(order[:k].tolist())
    return torch.tensor([int(g) in test for g in groups])

# %% two: k rounded half to even; result is int64 instead of bool
import torch

def group_split(groups, order, test_frac):
    ids = groups.unique()
    k = round(len(ids) * float(test_frac))
    out = torch.zeros_like(groups)
    for p in ids[order[:k]]:
        out[groups == p] = 1
    return out

# %% two: order sorted in place (input changed); so the smallest numbers are taken instead of the drawn ones
import math
import torch

def group_split(groups, order, test_frac):
    ids = groups.unique()
    order.copy_(order.sort().values)
    k = math.floor(test_frac * ids.numel() + 0.5)
    return torch.isin(groups, ids[order[:k]])

# %% two: split by row (the first rows of the file), patients on both sides; k rounded down
import torch

def group_split(groups, order, test_frac):
    n = groups.shape[0]
    k = int(test_frac * n)
    mask = torch.zeros(n, dtype=torch.bool)
    mask[:k] = True
    return mask
