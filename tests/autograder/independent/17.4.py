# %% right: isin, comparison table, max
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).double().mean()
    three = (test_time <= train_time.max()).double().mean()
    return one, two, three

# %% right: sets and tuples
def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    known = set(train_group.tolist())
    rows = {tuple(r) for r in train_x.tolist()}
    last = max(train_time.tolist())
    m = len(test_x)
    return (
        sum(g in known for g in test_group.tolist()) / m,
        sum(tuple(r) in rows for r in test_x.tolist()) / m,
        sum(t <= last for t in test_time.tolist()) / m,
    )

# %% right: loops
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    M = test_x.shape[0]
    a = b = c = 0
    for i in range(M):
        a += bool((train_group == test_group[i]).any())
        b += any(torch.equal(test_x[i], row) for row in train_x)
        c += not bool((test_time[i] > train_time).all())
    return a / M, b / M, c / M

# %% right: NumPy
import numpy as np

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    g = np.isin(test_group.numpy(), train_group.numpy()).mean()
    tw = (test_x.numpy()[:, None, :] == train_x.numpy()[None, :, :]).all(axis=2).any(axis=1).mean()
    la = (test_time.numpy() <= train_time.numpy().max()).mean()
    return float(g), float(tw), float(la)

# %% right: differences that are zero
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    zero = (test_x.unsqueeze(1) - train_x.unsqueeze(0)).abs().amax(dim=2) == 0
    shares = [
        (test_group[:, None] == train_group).any(1),
        zero.any(1),
        (test_time[:, None] <= train_time).any(1),
    ]
    return tuple(s.to(torch.float64).mean() for s in shares)

# %% right: dictionary of counters
from collections import Counter
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    counted = Counter(tuple(r.tolist()) for r in train_x)
    twins = [counted[tuple(r.tolist())] > 0 for r in test_x]
    groups = Counter(train_group.tolist())
    known = [groups[g] > 0 for g in test_group.tolist()]
    late = torch.count_nonzero(test_time > train_time.max()).item()
    return sum(known) / len(known), sum(twins) / len(twins), 1 - late / len(test_time)

# %% right: unique rows of both
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    n = len(train_x)
    _, inverse = torch.unique(torch.cat([train_x, test_x]), dim=0, return_inverse=True)
    twin = torch.isin(inverse[n:], inverse[:n])
    known = torch.isin(test_group, train_group)
    old = test_time.le(train_time.amax())
    return known.float().mean().item(), twin.float().mean().item(), old.float().mean().item()

# %% right: sum over equal features
import torch

def _share(mask):
    return mask.sum().item() / mask.numel()

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    same = (test_x[:, None, :] == train_x).sum(-1) == train_x.shape[1]
    return [_share(torch.isin(test_group, train_group)), _share(same.any(dim=1)), _share(~(test_time > train_time.max()))]

# %% wrong: share of the training rows for the groups
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(train_group, test_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).double().mean()
    return one, two, (test_time <= train_time.max()).double().mean()

# %% wrong: share of the groups, not of the rows
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group.unique(), train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).double().mean()
    return one, two, (test_time <= train_time.max()).double().mean()

# %% wrong: strictly before the latest
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).double().mean()
    return one, two, (test_time < train_time.max()).double().mean()

# %% wrong: the earliest training row
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).double().mean()
    return one, two, (test_time <= train_time.min()).double().mean()

# %% wrong: one equal feature is a twin
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).any(-1).any(1).double().mean()
    return one, two, (test_time <= train_time.max()).double().mean()

# %% wrong: each feature may have its own twin
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).any(1).all(-1).double().mean()
    return one, two, (test_time <= train_time.max()).double().mean()

# %% wrong: twins with a tolerance
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = torch.isclose(test_x[:, None], train_x[None], rtol=1e-3, atol=1e-3).all(-1).any(1).double().mean()
    return one, two, (test_time <= train_time.max()).double().mean()

# %% wrong: share of the training rows for the twins
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(0).double().mean()
    return one, two, (test_time <= train_time.max()).double().mean()

# %% wrong: pairs of twins counted, not rows
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).sum() / len(test_x)
    return one, two, (test_time <= train_time.max()).double().mean()

# %% wrong: counts, not shares
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).sum()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).sum()
    return one.item(), two.item(), (test_time <= train_time.max()).sum().item()

# %% wrong: divided by the number of training rows
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    n = len(train_x)
    one = torch.isin(test_group, train_group).sum().item() / n
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).sum().item() / n
    return one, two, (test_time <= train_time.max()).sum().item() / n

# %% wrong: later instead of not later
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).double().mean()
    return one, two, (test_time > train_time.max()).double().mean()

# %% wrong: rows compared place by place
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    n = min(len(train_x), len(test_x))
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:n] == train_x[:n]).all(1).sum().item() / len(test_x)
    return one, two, (test_time <= train_time.max()).double().mean()

# %% wrong: shares of the clean rows
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = (~torch.isin(test_group, train_group)).double().mean()
    two = (~(test_x[:, None] == train_x[None]).all(-1).any(1)).double().mean()
    return one, two, (test_time > train_time.max()).double().mean()

# %% wrong: not later than the latest test row of training's last place (last row instead of the latest)
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).double().mean()
    return one, two, (test_time <= train_time[-1]).double().mean()

# %% two: strictly before; one equal feature is a twin
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).any(-1).any(1).double().mean()
    return one, two, (test_time < train_time.max()).double().mean()

# %% two: share of the groups; strictly before
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group.unique(), train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).double().mean()
    return one, two, (test_time < train_time.max()).double().mean()

# %% two: share of the training rows for groups; and for twins
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(train_group, test_group).double().mean()
    two = (test_x[:, None] == train_x[None]).all(-1).any(0).double().mean()
    return one, two, (test_time <= train_time.max()).double().mean()

# %% two: earliest training row; each feature may have its own twin
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).double().mean()
    two = (test_x[:, None] == train_x[None]).any(1).all(-1).double().mean()
    return one, two, (test_time <= train_time.min()).double().mean()

# %% two: counts; strictly before
import torch

def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    one = torch.isin(test_group, train_group).sum().item()
    two = (test_x[:, None] == train_x[None]).all(-1).any(1).sum().item()
    return one, two, (test_time < train_time.max()).sum().item()
