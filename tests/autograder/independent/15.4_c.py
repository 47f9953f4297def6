# %% right: shuffles with its own random.Random until no number is in place and it is no shift
import random

import torch


def derangement(n, seed):
    rng = random.Random(seed)
    order = list(range(n))
    while True:
        rng.shuffle(order)
        if any(v == i for i, v in enumerate(order)):
            continue
        if n >= 4 and len({(v - i) % n for i, v in enumerate(order)}) == 1:
            continue
        return torch.tensor(order)


# %% right: Sattolo's one big cycle with NumPy's own generator
import numpy as np
import torch


def derangement(n, seed):
    rng = np.random.default_rng(seed)
    while True:
        p = np.arange(n)
        for i in range(n - 1, 0, -1):
            j = int(rng.integers(0, i))  # 0 <= j < i, never i itself
            p[i], p[j] = p[j], p[i]
        steps = (p - np.arange(n)) % n
        if n <= 3 or np.any(steps != steps[0]):
            return torch.from_numpy(p)


# %% right: a random ring by torch's own generator, everyone gets the next on the ring
import hashlib

import torch


def derangement(n, seed):
    digest = hashlib.sha256(str(seed).encode()).digest()
    g = torch.Generator().manual_seed(int.from_bytes(digest[:4], "big"))
    idx = torch.arange(n)
    while True:
        ring = torch.randperm(n, generator=g)
        out = torch.empty(n, dtype=torch.long)
        out[ring] = ring.roll(1)
        if n < 4 or torch.unique((out - idx) % n).numel() > 1:
            return out


# %% right: random permutation, then the fixed points are repaired
import random

import torch


def repair(order):
    n = len(order)
    for i in range(n):
        if order[i] == i:
            j = (i + 1) % n
            order[i], order[j] = order[j], order[i]
    return order


def is_shift(order):
    n = len(order)
    k = order[0]
    return all(order[i] == (i + k) % n for i in range(n))


def derangement(n: int, seed: int) -> torch.Tensor:
    generator = random.Random(seed)
    order = repair(generator.sample(range(n), n))
    while n > 3 and is_shift(order):
        order = repair(generator.sample(range(n), n))
    return torch.LongTensor(order)


# %% right: no generator at all, sorts hashes of (seed, try, i) and links them to a cycle, recursive retry
from hashlib import blake2b

import torch


def derangement(n, seed, attempt=0):
    def key(i):
        return blake2b(f"{seed}/{attempt}/{i}".encode(), digest_size=16).digest()

    ring = sorted(range(n), key=key)
    nxt = dict(zip(ring, ring[1:] + ring[:1]))
    out = torch.tensor([nxt[i] for i in range(n)], dtype=torch.int64)
    same_shift = ((out - torch.arange(n)) % n == out[0]).all()
    if n > 3 and same_shift:
        return derangement(n, seed, attempt + 1)
    return out


# %% wrong: a plain random permutation, numbers may stay in place
import torch


def derangement(n, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    return torch.randperm(n, generator=g)


# %% wrong: seeds the global generator of torch
import torch


def derangement(n, seed):
    torch.manual_seed(seed)
    here = torch.arange(n)
    while True:
        p = torch.randperm(n)
        if (p == here).any():
            continue
        if n > 3 and ((p - here) % n == p[0]).all():
            continue
        return p


# %% wrong: one random shift for all rows
import random

import torch


def derangement(n, seed):
    k = random.Random(seed).randrange(1, n)
    return (torch.arange(n) + k) % n


# %% wrong: draws greedily from the rest, the last row may be left with itself
import numpy as np
import torch


def derangement(n, seed):
    rng = np.random.default_rng(seed)
    left = list(range(n))
    out = []
    for i in range(n):
        choices = [c for c in left if c != i] or left
        pick = int(rng.choice(choices))
        left.remove(pick)
        out.append(pick)
    return torch.tensor(out)


# %% wrong: rotates the fixed points among themselves, a single one stays in place
import random

import torch


def derangement(n, seed):
    r = random.Random(seed)
    p = list(range(n))
    r.shuffle(p)
    fixed = [i for i in range(n) if p[i] == i]
    for a, b in zip(fixed, fixed[1:] + fixed[:1]):
        p[a] = b
    return torch.tensor(p, dtype=torch.long)


# %% wrong: "seed or None": seed 0 gives another order at every call
import random

import torch


def derangement(n, seed=0):
    rng = random.Random(seed or None)
    while True:
        perm = rng.sample(range(n), k=n)
        offsets = {(perm[i] - i) % n for i in range(n)}
        if 0 not in offsets and (len(offsets) > 1 or n < 4):
            return torch.tensor(perm)


# %% wrong: draws any other number for every row, so numbers occur twice or never
import torch


def derangement(n, seed):
    gen = torch.Generator().manual_seed(seed)
    step = torch.randint(1, n, (n,), generator=gen)
    return (torch.arange(n) + step) % n


# %% wrong: swaps random pairs, with an odd n the last one keeps its place
import numpy as np
import torch


def derangement(n, seed):
    rng = np.random.default_rng(seed)
    who = rng.permutation(n)
    out = np.arange(n)
    for a, b in zip(who[0::2], who[1::2]):
        out[a], out[b] = b, a
    return torch.from_numpy(out)


# %% wrong: Sattolo with j <= i (Fisher-Yates), so a number can stay
import random

import torch


def derangement(n, seed):
    rnd = random.Random(seed)
    a = [i for i in range(n)]
    i = n
    while i > 1:
        i = i - 1
        j = rnd.randint(0, i)
        a[j], a[i] = a[i], a[j]
    return torch.tensor(a)


# %% wrong: the seed is not used, every seed gives the same order
import torch


def derangement(n, seed):
    g = torch.Generator()  # its default seed
    ids = torch.arange(n)
    perm = torch.randperm(n, generator=g)
    while bool((perm == ids).any()) or (n > 3 and bool(((perm - ids) % n == perm[0]).all())):
        perm = torch.randperm(n, generator=g)
    return perm


# %% two: seeds NumPy's global generator; a number that stays is replaced by its neighbour, so others occur twice
import numpy as np
import torch


def derangement(n, seed):
    np.random.seed(seed)
    p = np.random.permutation(n)
    for i in range(n):
        if p[i] == i:
            p[i] = (i + 1) % n
    return torch.from_numpy(p)


# %% two: reverses the order, whatever the seed; with an odd n the middle stays
import torch


def derangement(n, seed):
    return torch.arange(n - 1, -1, -1)


# %% two: gives up after three tries; result is a float tensor
import random

import torch


def derangement(n, seed):
    rng = random.Random(seed)
    out = torch.zeros(n)
    for _ in range(3):
        p = list(range(n))
        rng.shuffle(p)
        for i in range(n):
            out[i] = p[i]
        if all(p[i] != i for i in range(n)):
            break
    return out


# %% two: seeds Python's global generator; numbers run from 1 to n
import random

import torch


def derangement(n, seed):
    random.seed(seed)
    ids = list(range(1, n + 1))
    p = ids[:]
    while any(x == y for x, y in zip(p, ids)):
        random.shuffle(p)
    return torch.tensor(p)
