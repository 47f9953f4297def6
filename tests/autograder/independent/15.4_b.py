# %% right: draw with a generator of its own until no number stays
import random
import torch


def derangement(n, seed):
    g = torch.Generator()
    g.manual_seed(random.Random(seed).getrandbits(32))
    place = torch.arange(n)
    while True:
        out = torch.randperm(n, generator=g)
        if (out == place).any():
            continue
        if n > 3 and ((out - place) % n).unique().numel() == 1:
            continue
        return out


# %% right: Sattolo's algorithm with random.Random
import random
import torch


def derangement(n, seed):
    rng = random.Random(seed)
    while True:
        p = list(range(n))
        for i in range(n - 1, 0, -1):
            j = rng.randrange(i)
            p[i], p[j] = p[j], p[i]
        shifts = {(p[i] - i) % n for i in range(n)}
        if n < 4 or len(shifts) > 1:
            return torch.tensor(p, dtype=torch.long)


# %% right: one big circle in a random order (NumPy)
import numpy as np
import torch


def _circle(rng, n):
    order = rng.permutation(n)
    out = np.empty(n, dtype=np.int64)
    out[order] = np.roll(order, -1)
    return out


def derangement(n, seed):
    rng = np.random.default_rng(seed)
    out = _circle(rng, n)
    while n >= 4 and np.unique((out - np.arange(n)) % n).size == 1:
        out = _circle(rng, n)
    return torch.from_numpy(out)


# %% right: shuffle, then repair the numbers that stayed
import random
import torch


def derangement(n, seed):
    rng = random.Random(seed)
    while True:
        p = list(range(n))
        rng.shuffle(p)
        stuck = [i for i in range(n) if p[i] == i]
        if len(stuck) == 1:
            i = stuck[0]
            j = (i + 1 + rng.randrange(n - 1)) % n
            p[i], p[j] = p[j], p[i]
        elif stuck:
            for a, b in zip(stuck, stuck[1:] + stuck[:1]):
                p[a] = b
        if n < 4 or any((p[i] - i) % n != p[0] for i in range(n)):
            return torch.tensor(p)


# %% right: no generator at all: sorted by hash keys, then closed to a circle
import hashlib
import torch


def derangement(n, seed):
    attempt = 0
    while True:
        def key(i):
            return hashlib.sha256(f"{seed}/{attempt}/{i}".encode()).digest()

        order = sorted(range(n), key=key)
        out = torch.zeros(n, dtype=torch.int64)
        for here, there in zip(order, order[1:] + order[:1]):
            out[here] = there
        gaps = set(((out - torch.arange(n)) % n).tolist())
        if len(gaps) > 1 or n <= 3:
            return out
        attempt += 1


# %% wrong: a plain random order, numbers may stay in their place
import torch


def derangement(n, seed):
    g = torch.Generator().manual_seed(seed)
    return torch.randperm(n, generator=g)


# %% wrong: the same random shift for all rows
import random
import torch


def derangement(n, seed):
    k = random.Random(seed).randint(1, n - 1)
    return (torch.arange(n) + k) % n


# %% wrong: rolls the random order by one, but out is read by place, so numbers may stay
import numpy as np
import torch


def derangement(n, seed):
    perm = np.random.default_rng(seed).permutation(n)
    return torch.from_numpy(np.roll(perm, 1))


# %% wrong: seeds the global generator of torch
import torch


def derangement(n, seed):
    torch.manual_seed(seed)
    i = torch.arange(n)
    out = torch.randperm(n)
    while bool((out == i).any()) or (n > 3 and len(set(((out - i) % n).tolist())) == 1):
        out = torch.randperm(n)
    return out


# %% wrong: generator without the seed: another order at every call
import numpy as np
import torch


def derangement(n, seed):
    rng = np.random.default_rng()
    ids = np.arange(n)
    while True:
        p = rng.permutation(n)
        if np.all(p != ids) and (n < 4 or np.ptp((p - ids) % n) > 0):
            return torch.tensor(p)


# %% wrong: each row draws any other row by itself: some occur twice
import random
import torch


def derangement(n, seed):
    rng = random.Random(seed)
    out = []
    for i in range(n):
        j = rng.randrange(n - 1)
        out.append(j if j < i else j + 1)
    return torch.tensor(out)


# %% wrong: gives up after three draws and returns what it has
import torch


def derangement(n, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    for _ in range(3):
        p = torch.randperm(n, generator=g)
        shift = (p - torch.arange(n)) % n
        if shift.all() and (n < 4 or shift.unique().numel() > 1):
            break
    return p


# %% wrong: Sattolo with j up to i included, which is an ordinary shuffle
import random
import torch


def derangement(n, seed):
    r = random.Random(seed)
    a = list(range(n))
    for i in reversed(range(1, n)):
        j = r.randint(0, i)
        a[i], a[j] = a[j], a[i]
    return torch.tensor(a)


# %% wrong: seed 0 counts as "no seed" and is random
import numpy as np
import torch


def derangement(n, seed):
    rng = np.random.default_rng(seed or None)
    while True:
        order = rng.permutation(n)
        out = np.zeros(n, dtype=int)
        out[order[:-1]] = order[1:]
        out[order[-1]] = order[0]
        if n < 4 or len(set((out - np.arange(n)) % n)) > 1:
            return torch.as_tensor(out)


# %% wrong: rotates the numbers that stayed among themselves; a single one stays
import torch


def derangement(n, seed):
    g = torch.Generator().manual_seed(seed)
    p = torch.randperm(n, generator=g)
    stuck = (p == torch.arange(n)).nonzero().flatten()
    p[stuck] = stuck.roll(1)
    return p


# %% two: reversed order (the one in the middle stays); the seed plays no part
import torch


def derangement(n, seed):
    return torch.arange(n - 1, -1, -1)


# %% two: numbers 1 .. n instead of 0 .. n-1; global seed of NumPy
import numpy as np
import torch


def derangement(n, seed):
    np.random.seed(seed % 2**32)
    while True:
        p = np.random.permutation(n)
        if (p != np.arange(n)).all():
            return torch.from_numpy(p + 1)


# %% two: swaps neighbours in pairs, so an end may be left over and stay; uses the global random module
import random
import torch


def derangement(n, seed):
    random.seed(seed)
    first = random.choice([0, 1]) if n > 2 else 0
    p = list(range(n))
    for i in range(first, n - 1, 2):
        p[i], p[i + 1] = p[i + 1], p[i]
    return torch.tensor(p)


# %% two: always seed 42; result as floats
import torch


def derangement(n, seed):
    g = torch.Generator().manual_seed(42)
    p = torch.randperm(n, generator=g)
    while (p == torch.arange(n)).any():
        p = torch.randperm(n, generator=g)
    return p.float()
