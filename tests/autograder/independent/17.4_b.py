# %% right: isin, broadcasting, max
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    group = torch.isin(test_group, train_group).double().mean()
    twin = (test_x[:, None, :] == train_x[None, :, :]).all(dim=2).any(dim=1).double().mean()
    time = (test_time <= train_time.max()).double().mean()
    return group, twin, time

# %% right: python sets of ints and of tuples
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    m = test_x.shape[0]
    known = set(train_group.tolist())
    rows = {tuple(r) for r in train_x.tolist()}
    last = max(train_time.tolist())
    g = sum(v in known for v in test_group.tolist())
    t = sum(tuple(r) in rows for r in test_x.tolist())
    s = sum(v <= last for v in test_time.tolist())
    return g / m, t / m, s / m

# %% right: numpy, one test row after the other
import numpy as np
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    tr, te = train_x.detach().numpy(), test_x.detach().numpy()
    share_group = float(np.isin(test_group.numpy(), train_group.numpy()).mean())
    twins = 0
    for row in te:
        same = np.all(tr == row, axis=1)
        if same.any():
            twins += 1
    share_time = float(np.mean(test_time.numpy() <= train_time.numpy().max()))
    return share_group, twins / len(te), share_time

# %% right: sorted tuples and binary search
from bisect import bisect_left
import torch


def _found(sorted_items, item):
    k = bisect_left(sorted_items, item)
    return k < len(sorted_items) and sorted_items[k] == item


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    groups = sorted(train_group.tolist())
    rows = sorted(tuple(r) for r in train_x.tolist())
    latest = sorted(train_time.tolist())[-1]
    n_group = n_twin = n_time = 0
    for x, g, t in zip(test_x.tolist(), test_group.tolist(), test_time.tolist()):
        n_group += _found(groups, g)
        n_twin += _found(rows, tuple(x))
        n_time += not (t > latest)
    total = len(test_group)
    return n_group / total, n_twin / total, n_time / total

# %% right: narrowing the match matrix one feature at a time
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    match = torch.ones(len(test_x), len(train_x), dtype=torch.bool)
    for d in range(train_x.shape[1]):
        match &= test_x[:, d].unsqueeze(1).eq(train_x[:, d].unsqueeze(0))
    same_group = test_group.unsqueeze(1).eq(train_group.unsqueeze(0)).any(1)
    late_enough = test_time.unsqueeze(1).gt(train_time.unsqueeze(0)).all(1)
    M = test_group.numel()
    return (same_group.sum().item() / M,
            match.any(1).sum().item() / M,
            (M - late_enough.sum().item()) / M)

# %% wrong: strictly earlier, so a test row at the same time as the latest is not counted
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    g = torch.isin(test_group, train_group).float().mean()
    eq = (test_x.unsqueeze(1) == train_x.unsqueeze(0)).all(-1)
    x = eq.any(1).float().mean()
    t = (test_time < train_time.max()).float().mean()
    return g, x, t

# %% wrong: shares of the training rows instead of the test rows for the group
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    shared = torch.isin(train_group, test_group).double().mean().item()
    seen = set(map(tuple, train_x.tolist()))
    twins = [tuple(r) in seen for r in test_x.tolist()]
    not_later = (test_time <= train_time.max()).double().mean().item()
    return shared, sum(twins) / len(twins), not_later

# %% wrong: allclose with a tolerance for the twins
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    M = len(test_x)
    n_twin = 0
    for row in test_x:
        for other in train_x:
            if torch.allclose(row, other):
                n_twin += 1
                break
    known = set(train_group.tolist())
    n_group = sum(1 for g in test_group.tolist() if g in known)
    n_time = int((test_time <= train_time.max()).sum())
    return n_group / M, n_twin / M, n_time / M

# %% wrong: one equal feature is enough for a twin (any instead of all)
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    group_share = (test_group[:, None] == train_group[None]).any(1).double().mean()
    twin_share = (test_x[:, None] == train_x[None]).any(dim=2).any(dim=1).double().mean()
    time_share = (test_time <= torch.max(train_time)).double().mean()
    return float(group_share), float(twin_share), float(time_share)

# %% wrong: pairs of twins are counted, a test row with two twins counts twice
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    m = test_x.shape[0]
    pairs = 0
    for i in range(m):
        pairs += int((train_x == test_x[i]).all(dim=1).sum())
    groups = torch.isin(test_group, train_group.unique()).sum().item()
    times = (test_time <= train_time.max()).sum().item()
    return groups / m, pairs / m, times / m

# %% wrong: share of the different test groups, not of the test rows
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    tr, te = set(train_group.tolist()), set(test_group.tolist())
    overlap = len(tr & te) / len(te)
    rows = {tuple(v) for v in train_x.tolist()}
    dup = sum(tuple(v) in rows for v in test_x.tolist()) / test_x.shape[0]
    late = sum(v <= train_time.max().item() for v in test_time.tolist()) / test_time.shape[0]
    return overlap, dup, late

# %% wrong: rows compared by their bytes, so 0.0 and -0.0 are not the same
import numpy as np
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    a = np.ascontiguousarray(train_x.numpy())
    b = np.ascontiguousarray(test_x.numpy())
    hashes = {row.tobytes() for row in a}
    twin = np.mean([row.tobytes() in hashes for row in b])
    group = np.isin(test_group.numpy(), train_group.numpy()).mean()
    time = (test_time.numpy() <= train_time.numpy().max()).mean()
    return float(group), float(twin), float(time)

# %% wrong: twins by distance 0 from cdist, which is inexact (matmul shortcut, tiny differences underflow)
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    dist = torch.cdist(test_x, train_x)
    twin = (dist.min(dim=1).values == 0).double().mean().item()
    group = torch.isin(test_group, train_group).double().mean().item()
    time = (test_time <= train_time.max()).double().mean().item()
    return group, twin, time

# %% wrong: compared with the earliest training row, not the latest
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    n_test = float(len(test_time))
    start = train_time.min()
    by_group = torch.isin(test_group, train_group).sum() / n_test
    by_twin = torch.stack([(r == train_x).all(1).any() for r in test_x]).sum() / n_test
    by_time = (test_time <= start).sum() / n_test
    return by_group, by_twin, by_time

# %% wrong: numpy's sort in place changes train_time through the shared memory
import numpy as np
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    times = train_time.numpy()
    times.sort()
    latest = times[-1]
    share_time = float((test_time.numpy() <= latest).mean())
    share_group = float(np.isin(test_group.numpy(), train_group.numpy()).mean())
    same = (test_x.numpy()[:, None, :] == train_x.numpy()[None, :, :]).all(-1)
    share_twin = float(same.any(1).mean())
    return share_group, share_twin, share_time

# %% two: numbers of rows instead of shares; strictly earlier
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    g = torch.isin(test_group, train_group).sum()
    t = (test_x[:, None] == train_x).all(-1).any(-1).sum()
    s = (test_time < train_time.max()).sum()
    return g.item(), t.item(), s.item()

# %% two: twins compared in float32, so nearly equal float64 rows match; group share over the distinct groups
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    a, b = train_x.float(), test_x.float()
    twin = (b[:, None] == a[None]).all(2).any(1).double().mean().item()
    unique = test_group.unique()
    group = torch.isin(unique, train_group).double().mean().item()
    time = (test_time <= train_time.max()).double().mean().item()
    return group, twin, time

# %% two: divided by the number of training rows; a row counts only for its first leak
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    n = len(train_x)
    known = set(train_group.tolist())
    rows = {tuple(r) for r in train_x.tolist()}
    last = train_time.max().item()
    counts = [0, 0, 0]
    for x, g, t in zip(test_x.tolist(), test_group.tolist(), test_time.tolist()):
        if g in known:
            counts[0] += 1
        elif tuple(x) in rows:
            counts[1] += 1
        elif t <= last:
            counts[2] += 1
    return counts[0] / n, counts[1] / n, counts[2] / n

# %% two: twin if the sums of the features agree; compared with the mean training time
import torch


def leak_audit(train_x, test_x, train_group, test_group, train_time, test_time):
    twin = torch.isin(test_x.sum(1), train_x.sum(1)).double().mean()
    group = torch.isin(test_group, train_group).double().mean()
    time = (test_time <= train_time.mean()).double().mean()
    return group, twin, time
