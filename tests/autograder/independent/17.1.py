# %% right: isin
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(patients) + 0.5)
    return torch.isin(groups, patients[order[:k]])

# %% right: sets of numbers
import math
import torch

def group_split(groups, order, test_frac):
    numbers = sorted(set(groups.tolist()))
    k = math.floor(test_frac * len(numbers) + 0.5)
    chosen = {numbers[i] for i in order.tolist()[:k]}
    return torch.tensor([g in chosen for g in groups.tolist()], dtype=torch.bool)

# %% right: positions from unique
import math
import torch

def group_split(groups, order, test_frac):
    _, position = torch.unique(groups, return_inverse=True)
    G = int(position.max()) + 1
    k = math.floor(G * test_frac + 0.5)
    picked = torch.zeros(G, dtype=torch.bool)
    picked[order[:k]] = True
    return picked[position]

# %% right: NumPy
import numpy as np
import torch

def group_split(groups, order, test_frac):
    patients, inverse = np.unique(groups.numpy(), return_inverse=True)
    k = int(np.floor(test_frac * patients.size + 0.5))
    return torch.from_numpy(np.isin(inverse.reshape(-1), order.numpy()[:k]))

# %% right: comparison table
import math

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(math.floor(test_frac * patients.numel() + 0.5))
    test = patients[order[:k]]
    return (groups[:, None] == test[None, :]).any(dim=1)

# %% right: Decimal for the rounding
import torch

from decimal import ROUND_HALF_UP, Decimal

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int((Decimal(str(test_frac)) * len(patients)).to_integral_value(rounding=ROUND_HALF_UP))
    mask = torch.zeros_like(groups, dtype=torch.bool)
    for i in order[:k]:
        mask |= groups == patients[i]
    return mask

# %% right: searchsorted and the inverse permutation
import torch

def group_split(groups, order, test_frac):
    patients = torch.unique(groups, sorted=True)
    place = torch.empty_like(order)
    place[order] = torch.arange(len(order))
    k = (2 * test_frac * len(order) + 1) // 2
    return place[torch.searchsorted(patients, groups)] < k

# %% right: helper that rounds
import torch

def _nearest(x):
    whole = int(x)
    return whole + 1 if x - whole >= 0.5 else whole

def group_split(groups, order, test_frac):
    patients = groups.unique().tolist()
    first = [patients[int(i)] for i in order][: _nearest(test_frac * len(patients))]
    out = torch.zeros(len(groups), dtype=torch.bool)
    for n, g in enumerate(groups):
        out[n] = int(g) in first
    return out

# %% wrong: round() of Python, half to even
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    return torch.isin(groups, patients[order[: round(test_frac * len(patients))]])

# %% wrong: rounds down
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    return torch.isin(groups, patients[order[: int(test_frac * len(patients))]])

# %% wrong: rounds up
import math
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    return torch.isin(groups, patients[order[: math.ceil(test_frac * len(patients))]])

# %% wrong: order taken as patient numbers
import torch

def group_split(groups, order, test_frac):
    G = len(groups.unique())
    k = int(test_frac * G + 0.5)
    return torch.isin(groups, order[:k])

# %% wrong: the last k patients
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(patients) + 0.5)
    return torch.isin(groups, patients[order[len(patients) - k :]])

# %% wrong: True for the training
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(patients) + 0.5)
    return ~torch.isin(groups, patients[order[:k]])

# %% wrong: share of the rows, split by rows
import torch

def group_split(groups, order, test_frac):
    n = len(groups)
    k = int(test_frac * n + 0.5)
    out = torch.zeros(n, dtype=torch.bool)
    out[:k] = True
    return out

# %% wrong: patients in the order of their first row
import torch

def group_split(groups, order, test_frac):
    seen = list(dict.fromkeys(groups.tolist()))
    k = int(test_frac * len(seen) + 0.5)
    chosen = {seen[i] for i in order[:k].tolist()}
    return torch.tensor([g in chosen for g in groups.tolist()])

# %% wrong: order ignored
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(patients) + 0.5)
    return torch.isin(groups, patients[:k])

# %% wrong: k at least 1
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = max(1, int(test_frac * len(patients) + 0.5))
    return torch.isin(groups, patients[order[:k]])

# %% wrong: row numbers instead of a mask
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(patients) + 0.5)
    return torch.isin(groups, patients[order[:k]]).nonzero().flatten()

# %% wrong: the first row of each patient only
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(patients) + 0.5)
    out = torch.zeros(len(groups), dtype=torch.bool)
    for g in patients[order[:k]]:
        out[(groups == g).nonzero()[0, 0]] = True
    return out

# %% wrong: k from the number of rows
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(groups) + 0.5)
    return torch.isin(groups, patients[order[:k]])

# %% wrong: order read backwards as the position of each patient
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = int(test_frac * len(patients) + 0.5)
    return torch.isin(groups, patients[order < k])

# %% wrong: patients added until the rows are enough
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    out = torch.zeros(len(groups), dtype=torch.bool)
    for i in order:
        if out.sum() >= test_frac * len(groups):
            break
        out |= groups == patients[i]
    return out

# %% two: order taken as patient numbers; rounds down
import torch

def group_split(groups, order, test_frac):
    G = len(groups.unique())
    return torch.isin(groups, order[: int(test_frac * G)])

# %% two: True for the training; rounds down
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    return ~torch.isin(groups, patients[order[: int(test_frac * len(patients))]])

# %% two: order ignored; rounds up
import math
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    return torch.isin(groups, patients[: math.ceil(test_frac * len(patients))])

# %% two: the last k; half to even
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = round(test_frac * len(patients))
    return torch.isin(groups, patients[order[len(patients) - k :]])

# %% two: patients in the order of their first row; True for the training
import torch

def group_split(groups, order, test_frac):
    seen = list(dict.fromkeys(groups.tolist()))
    k = int(test_frac * len(seen) + 0.5)
    chosen = {seen[i] for i in order[:k].tolist()}
    return torch.tensor([g not in chosen for g in groups.tolist()])
