# %% right: isin, broadcast comparison, latest time
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    group = torch.isin(test_group, train_group)
    twin = (test_x[:, None, :] == train_x[None, :, :]).all(dim=2).any(dim=1)
    late = test_time <= train_time.max()
    return tuple(m.double().mean().item() for m in (group, twin, late))

# %% right: python sets and loops
def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    known_groups = set(train_group.tolist())
    known_rows = {tuple(row) for row in train_x.tolist()}
    latest = max(train_time.tolist())
    g = t = p = 0
    rows = zip(test_x.tolist(), test_group.tolist(), test_time.tolist())
    for row, group, when in rows:
        if group in known_groups:
            g += 1
        if tuple(row) in known_rows:
            t += 1
        if when <= latest:
            p += 1
    m = len(test_group)
    return g / m, t / m, p / m

# %% right: numpy, rows as bytes after -0.0 became 0.0
import numpy as np


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    a = np.ascontiguousarray(train_x.detach().numpy() + 0.0)
    b = np.ascontiguousarray(test_x.detach().numpy() + 0.0)
    seen = {row.tobytes() for row in a}
    twin = np.array([row.tobytes() in seen for row in b])
    group = np.isin(test_group.numpy(), train_group.numpy())
    late = test_time.numpy() <= train_time.numpy().max()
    return float(group.mean()), float(twin.mean()), float(late.mean())

# %% right: long-winded, one flag a question and nested loops
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    n_train = train_x.shape[0]
    n_test = test_x.shape[0]
    group_leaks = 0
    twin_leaks = 0
    time_leaks = 0
    for j in range(n_test):
        same_group = False
        has_twin = False
        not_later = False
        for i in range(n_train):
            if test_group[j] == train_group[i]:
                same_group = True
            if bool((test_x[j] == train_x[i]).all()):
                has_twin = True
            if test_time[j] <= train_time[i]:
                not_later = True
        group_leaks += int(same_group)
        twin_leaks += int(has_twin)
        time_leaks += int(not_later)
    total = torch.tensor([group_leaks, twin_leaks, time_leaks], dtype=torch.float64) / n_test
    return total[0], total[1], total[2]

# %% right: twins narrowed down feature by feature, groups by searching a sorted list
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    n, d = train_x.shape
    m = test_x.shape[0]
    same = torch.ones(m, n, dtype=torch.bool)
    for k in range(d):
        same &= test_x[:, k].unsqueeze(1) == train_x[:, k].unsqueeze(0)
    twins = same.sum(dim=1) > 0

    ids = train_group.sort().values
    pos = torch.searchsorted(ids, test_group).clamp(max=n - 1)
    shared = ids[pos] == test_group

    early = torch.logical_not(test_time > train_time.amax())
    return shared.sum().item() / m, twins.sum().item() / m, early.sum().item() / m

# %% wrong: share of the training rows whose group is in the test set
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    group = torch.isin(train_group, test_group).double().mean()
    twin = (test_x.unsqueeze(1) == train_x.unsqueeze(0)).all(-1).any(1).double().mean()
    late = (test_time <= train_time.max()).double().mean()
    return group, twin, late

# %% wrong: one equal feature makes a twin
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    m = len(test_x)
    groups = set(train_group.tolist())
    g = sum(v in groups for v in test_group.tolist()) / m
    twins = sum(bool((train_x == row).any()) for row in test_x) / m
    t = (test_time <= train_time.max()).sum().item() / m
    return g, twins, t

# %% wrong: a row at the same time as the latest training row counts as later
import numpy as np


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    g = np.isin(test_group.numpy(), train_group.numpy()).mean()
    xa, xb = train_x.numpy(), test_x.numpy()
    twin = np.array([(xa == row).all(axis=1).any() for row in xb]).mean()
    t = (test_time.numpy() < train_time.numpy().max()).mean()
    return float(g), float(twin), float(t)

# %% wrong: last training row taken for the latest
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    shared = (test_group[:, None] == train_group[None]).any(dim=1)
    eq = torch.einsum("mnd->mn", (test_x[:, None] == train_x[None]).long())
    twins = (eq == train_x.shape[1]).any(dim=1)
    not_later = test_time <= train_time[-1]
    return shared.double().mean(), twins.double().mean(), not_later.double().mean()

# %% wrong: twins with a tolerance
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    twins = 0
    for row in test_x:
        for other in train_x:
            if torch.allclose(row, other):
                twins += 1
                break
    groups = torch.isin(test_group, torch.unique(train_group)).sum().item()
    times = int((test_time <= train_time.max()).sum())
    m = test_x.shape[0]
    return groups / m, twins / m, times / m

# %% wrong: share of the different test groups instead of the test rows
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    a = set(train_group.tolist())
    b = set(test_group.tolist())
    known = {tuple(r) for r in train_x.tolist()}
    twin = [tuple(r) in known for r in test_x.tolist()]
    latest = train_time.max().item()
    late = [t <= latest for t in test_time.tolist()]
    return len(a & b) / len(b), sum(twin) / len(twin), sum(late) / len(late)

# %% wrong: rows compared as bytes, 0.0 and -0.0 differ
import numpy as np
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    seen = set()
    for row in train_x.detach().numpy():
        seen.add(row.tobytes())
    hits = [row.tobytes() in seen for row in test_x.detach().numpy()]
    return (
        torch.isin(test_group, train_group).double().mean().item(),
        float(np.mean(hits)),
        (test_time <= train_time.max()).double().mean().item(),
    )

# %% wrong: twins as a share of all pairs, not of the test rows
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    same = (test_x[:, None, :] == train_x[None, :, :]).all(dim=-1)
    group = torch.isin(test_group, train_group)
    early = test_time <= train_time.max()
    return group.double().mean().item(), same.double().mean().item(), early.double().mean().item()

# %% wrong: elif, a row is counted in one share only
def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    groups = set(train_group.tolist())
    rows = set(map(tuple, train_x.tolist()))
    latest = float(train_time.max())
    count = [0, 0, 0]
    for x, g, t in zip(test_x.tolist(), test_group.tolist(), test_time.tolist()):
        if g in groups:
            count[0] += 1
        elif tuple(x) in rows:
            count[1] += 1
        elif t <= latest:
            count[2] += 1
    return tuple(c / len(test_x) for c in count)

# %% wrong: group numbers compared as float32, large ones run together
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    tg, sg = train_group.float(), test_group.float()
    share_group = (sg.view(-1, 1) == tg.view(1, -1)).any(1).double().mean()
    twin = torch.stack([(train_x == r).all(dim=1).any() for r in test_x])
    share_time = (test_time <= train_time.max()).double().mean()
    return share_group, twin.double().mean(), share_time

# %% two: rows compared by their sums; compared with the earliest training row
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    group = torch.isin(test_group, train_group)
    twin = torch.isin(test_x.sum(dim=1), train_x.sum(dim=1))
    early = test_time <= train_time.min()
    return group.double().mean(), twin.double().mean(), early.double().mean()

# %% two: divided by the number of training rows; same time counts as later
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    n = train_x.shape[0]
    g = sum(int(v in train_group) for v in test_group)
    t = sum(int((train_x == row).all(1).any()) for row in test_x)
    late = int((test_time < train_time.max()).sum())
    return g / n, t / n, late / n

# %% two: a twin only counts within the same group; the share that is later instead of not later
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    same_group = test_group[:, None] == train_group[None, :]
    same_row = (test_x[:, None] == train_x[None]).all(dim=-1)
    twin = (same_group & same_row).any(dim=1)
    later = test_time > train_time.max()
    m = len(test_x)
    return same_group.any(1).sum().item() / m, twin.sum().item() / m, later.sum().item() / m

# %% two: features rounded to 4 places before comparing; share of the different test groups
import numpy as np


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    a = np.round(train_x.numpy(), 4)
    b = np.round(test_x.numpy(), 4)
    twin = np.mean([(a == row).all(axis=1).any() for row in b])
    kinds = np.unique(test_group.numpy())
    group = np.isin(kinds, train_group.numpy()).mean()
    late = np.mean(test_time.numpy() <= train_time.numpy().max())
    return float(group), float(twin), float(late)
