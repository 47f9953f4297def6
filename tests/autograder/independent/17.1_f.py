# %% right: short, isin on the chosen numbers
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = (int(2 * (test_frac * len(patients))) + 1) // 2
    return torch.isin(groups, patients[order[:k]])

# %% right: plain python with a set and a loop
import math
import torch

def group_split(groups, order, test_frac):
    numbers = sorted(set(groups.tolist()))
    product = test_frac * len(numbers)
    k = math.floor(product)
    if product - k >= 0.5:
        k += 1
    test = set()
    for position in order.tolist()[:k]:
        test.add(numbers[position])
    return torch.tensor([g in test for g in groups.tolist()], dtype=torch.bool, device=groups.device)

# %% right: a table of flags for the patients, read with the inverse of unique
import torch

def group_split(groups, order, test_frac):
    patients, where = torch.unique(groups, return_inverse=True)
    g = patients.numel()
    whole, rest = divmod(test_frac * g, 1)
    k = int(whole) + (1 if rest >= 0.5 else 0)
    flag = torch.zeros(g, dtype=torch.bool, device=groups.device)
    flag[order[:k]] = True
    return flag[where]

# %% right: a class with searchsorted and the rank of each patient in the order
import math
import torch

class PatientSplit:
    def __init__(self, groups, order):
        self.patients = groups.unique(sorted=True)
        self.rank = torch.argsort(order)

    def size(self, test_frac):
        p = test_frac * self.patients.shape[0]
        low = math.floor(p)
        return low if p - low < 0.5 else low + 1

    def mask(self, groups, test_frac):
        position = torch.searchsorted(self.patients, groups.contiguous())
        return self.rank[position] < self.size(test_frac)

def group_split(groups, order, test_frac):
    return PatientSplit(groups, order).mask(groups, test_frac)

# %% right: numpy, and decimal for the rounding
from decimal import Decimal, ROUND_HALF_UP
import numpy as np
import torch

def group_split(groups, order, test_frac):
    g = groups.cpu().numpy()
    o = order.cpu().numpy()
    patients = np.unique(g)
    product = Decimal(float(test_frac * len(patients)))
    k = int(product.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    mask = np.isin(g, patients[o[:k]])
    return torch.from_numpy(mask).to(groups.device)

# %% right: over-long, with checks, early returns and a comparison by broadcasting
import torch

def _nearest_half_up(value):
    low = int(value)          # value >= 0
    fraction = value - low
    if fraction >= 0.5:
        return low + 1
    return low

def group_split(groups, order, test_frac):
    if groups.dim() != 1 or groups.numel() == 0:
        raise ValueError("groups must be (N,) with N >= 1")
    if not 0 <= test_frac <= 1:
        raise ValueError("test_frac must be between 0 and 1")
    patients = groups.unique()
    count = patients.shape[0]
    if order.shape != (count,):
        raise ValueError("order must have an entry for each patient")
    k = _nearest_half_up(test_frac * count)
    nobody = torch.zeros(groups.shape, dtype=torch.bool, device=groups.device)
    if k == 0:
        return nobody
    if k == count:
        return ~nobody
    chosen = torch.index_select(patients, 0, order[:k])
    return (groups.unsqueeze(1) == chosen.unsqueeze(0)).any(dim=1)

# %% wrong: splits the rows instead of the patients, so a patient can be on both sides
import torch

def group_split(groups, order, test_frac):
    patients, where = groups.unique(return_inverse=True)
    k = (int(2 * (test_frac * len(patients))) + 1) // 2
    place = torch.argsort(order)[where]
    by_place = torch.argsort(place, stable=True)
    mask = torch.zeros(groups.shape[0], dtype=torch.bool, device=groups.device)
    mask[by_place[:k]] = True
    return mask

# %% wrong: takes the entries of order as the patients' numbers instead of positions in the sorted list
import math
import torch

def group_split(groups, order, test_frac):
    n_patients = len(groups.unique())
    k = math.floor(test_frac * n_patients + 0.5)
    return torch.isin(groups, order[:k])

# %% wrong: Python's round() rounds a half to the even number
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = round(test_frac * patients.numel())
    return (groups[:, None] == patients[order[:k]][None, :]).any(dim=1)

# %% wrong: confuses order with the ranks: the patient at position p is chosen where order[p] < k
import math
import torch

def group_split(groups, order, test_frac):
    patients, position = torch.unique(groups, return_inverse=True)
    k = math.floor(test_frac * patients.shape[0] + 0.5)
    return order[position] < k

# %% wrong: lists the patients in the order of their first row instead of sorted by number
import math
import torch

def group_split(groups, order, test_frac):
    numbers = list(dict.fromkeys(groups.tolist()))
    k = math.floor(test_frac * len(numbers) + 0.5)
    test = {numbers[p] for p in order[:k].tolist()}
    return torch.tensor([g in test for g in groups.tolist()])

# %% wrong: fills the test patient by patient until it has test_frac of the rows, instead of k patients
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    mask = torch.zeros_like(groups, dtype=torch.bool)
    for p in order.tolist():
        if mask.sum().item() >= test_frac * len(groups):
            break
        mask = mask | (groups == patients[p])
    return mask

# %% wrong: always keeps at least one patient in the test, also where k is 0
import math
import torch

class Splitter:
    def __init__(self, frac):
        self.frac = frac

    def how_many(self, g):
        return max(1, math.floor(self.frac * g + 0.5))

    def split(self, groups, order):
        u, inv = groups.unique(return_inverse=True)
        chosen = torch.zeros(len(u), dtype=torch.bool, device=groups.device)
        chosen[order[:self.how_many(len(u))]] = True
        return chosen[inv]

def group_split(groups, order, test_frac):
    return Splitter(test_frac).split(groups, order)

# %% wrong: renumbers the patients in groups itself, so the input is changed
import math
import torch

def group_split(groups, order, test_frac):
    original = groups.clone()
    patients = groups.unique()
    for i, number in enumerate(patients.tolist()):
        groups[original == number] = i
    k = math.floor(test_frac * len(patients) + 0.5)
    rank = torch.argsort(order)
    return rank[groups] < k

# %% wrong: takes the patients from the end of the reversed order with [-k:], which for k = 0 takes all
import math
import torch

def group_split(groups, order, test_frac):
    patients = groups.unique()
    k = math.floor(test_frac * patients.numel() + 0.5)
    queue = order.flip(0)
    chosen = patients[queue[-k:]]
    return torch.isin(groups, chosen)

# %% wrong: returns zeros and ones of dtype int64 instead of bool
import math
import numpy as np
import torch

def group_split(groups, order, test_frac):
    patients, inv = np.unique(groups.numpy(), return_inverse=True)
    k = math.floor(test_frac * len(patients) + 0.5)
    flag = np.zeros(len(patients), dtype=np.int64)
    flag[order.numpy()[:k]] = 1
    return torch.from_numpy(flag[inv])

# %% two: takes the entries of order as patients' numbers; rounds down
import torch

def group_split(groups, order, test_frac):
    k = int(test_frac * len(groups.unique()))
    chosen = set(order[:k].tolist())
    return torch.tensor([g in chosen for g in groups.tolist()], dtype=torch.bool)

# %% two: returns True for the training rows; computes k from the number of rows instead of patients
import math
import torch

def group_split(groups, order, test_frac):
    k = math.floor(test_frac * groups.shape[0] + 0.5)
    return ~torch.isin(groups, groups.unique()[order[:k]])

# %% two: uses unique_consecutive, so patients appear in the order of the rows and may appear twice; rounds up always
import math
import torch

def group_split(groups, order, test_frac):
    patients = torch.unique_consecutive(groups)
    g = order.shape[0]
    k = math.ceil(test_frac * g)
    return (groups[:, None] == patients[order[:k]]).any(dim=1)

# %% two: draws a new permutation instead of using order; the result has dtype uint8
import math
import torch

def group_split(groups, order, test_frac):
    patients, inv = groups.unique(return_inverse=True)
    g = patients.numel()
    k = math.floor(test_frac * g + 0.5)
    flag = torch.zeros(g, dtype=torch.uint8, device=groups.device)
    flag[torch.randperm(g)[:k]] = 1
    return flag[inv]
