# %% right: Sattolo's algorithm with a generator of its own [may draw a shift by chance for small n such as 4]
import torch

def derangement(n, seed):
    g = torch.Generator().manual_seed(seed)
    out = torch.arange(n)
    for i in range(n - 1, 0, -1):
        j = int(torch.randint(0, i, (1,), generator=g))
        tmp = out[i].item()
        out[i] = out[j].item()
        out[j] = tmp
    return out

# %% right: draws again until nothing stays in its place [may draw a shift by chance for small n such as 4]
import torch

def derangement(n: int, seed: int) -> torch.Tensor:
    gen = torch.Generator()
    gen.manual_seed(seed)
    identity = torch.arange(n)
    while True:
        perm = torch.randperm(n, generator=gen)
        if not (perm == identity).any():
            return perm

# %% right: NumPy default_rng, a random cycle, never a plain shift for n >= 4
import numpy as np
import torch

def derangement(n, seed):
    rng = np.random.default_rng(seed)
    while True:
        cycle = rng.permutation(n)
        out = np.empty(n, dtype=np.int64)
        out[cycle] = np.roll(cycle, -1)
        if n < 4 or len(set(((out - np.arange(n)) % n).tolist())) > 1:
            return torch.from_numpy(out)

# %% right: NumPy Generator.shuffle, guards, redraws plain shifts for n >= 4
import numpy as np
import torch

def derangement(n, seed):
    if n < 2:
        raise ValueError("one picture cannot change places")
    if seed < 0:
        raise ValueError("seed must not be negative")
    rnd = np.random.Generator(np.random.PCG64(seed))
    order = list(range(n))

    def bad():
        fixed = any(i == v for i, v in enumerate(order))
        shift = n > 3 and len({(v - i) % n for i, v in enumerate(order)}) == 1
        return fixed or shift

    rnd.shuffle(order)
    while bad():
        rnd.shuffle(order)
    return torch.tensor(order, dtype=torch.int64)

# %% right: fork_rng keeps the global torch generator as it was, redraws plain shifts for n >= 4
import torch

def derangement(n, seed):
    i = torch.arange(n)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for _ in range(100000):
            p = torch.randperm(n)
            moved = bool((p != i).all())
            plain_shift = n > 3 and torch.unique((p - i) % n).numel() == 1
            if moved and not plain_shift:
                return p
    raise RuntimeError("no order found")

# %% right: repairs the fixed points of a random permutation by a cycle [may draw a shift by chance for small n such as 4]
import torch

def derangement(n, seed):
    g = torch.Generator(device="cpu").manual_seed(seed)
    p = torch.randperm(n, generator=g)
    stuck = torch.nonzero(p == torch.arange(n)).flatten()
    if len(stuck) == 1:
        i = int(stuck[0])
        j = (i + 1 + int(torch.randint(n - 1, (1,), generator=g))) % n
        pair = torch.tensor([i, j])
        p[pair] = p[pair.flip(0)].clone()
    elif len(stuck) > 1:
        p[stuck] = p[stuck].roll(1)
    return p

# %% wrong: a plain random permutation, some numbers stay in their place
import torch

def derangement(n, seed):
    g = torch.Generator().manual_seed(seed)
    return torch.randperm(n, generator=g)

# %% wrong: the same random shift for all rows
import torch

def derangement(n, seed):
    g = torch.Generator().manual_seed(seed)
    k = int(torch.randint(1, n, (1,), generator=g))
    return (torch.arange(n) + k) % n

# %% wrong: seeds the global generator of torch
import torch

def derangement(n, seed):
    torch.manual_seed(seed)
    while True:
        perm = torch.randperm(n)
        if (perm != torch.arange(n)).all():
            return perm

# %% wrong: seeds the global generator of NumPy
import numpy as np
import torch

def derangement(n, seed):
    np.random.seed(seed % 2**32)
    ident = np.arange(n)
    perm = np.random.permutation(n)
    while np.any(perm == ident):
        perm = np.random.permutation(n)
    return torch.as_tensor(perm, dtype=torch.long)

# %% wrong: the seed is ignored (a fixed seed 0 inside)
import numpy as np
import torch

def derangement(n, seed):
    rng = np.random.RandomState(0)
    idx = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(rng.randint(i))
        idx[i], idx[j] = idx[j], idx[i]
    return torch.tensor(idx)

# %% wrong: each row draws any other row, so pictures occur several times
import torch

def derangement(n, seed):
    g = torch.Generator().manual_seed(seed)
    step = torch.randint(1, n, (n,), generator=g)
    return (torch.arange(n) + step) % n

# %% wrong: Fisher-Yates instead of Sattolo (j may be i), so fixed points remain
import numpy as np
import torch

def derangement(n, seed):
    rng = np.random.default_rng(seed)
    a = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(0, i + 1))
        a[i], a[j] = a[j], a[i]
    return torch.tensor(a, dtype=torch.int64)

# %% wrong: fixed points are exchanged among themselves, a single one stays [differs for seeds with exactly one fixed point]
import torch

def derangement(n, seed):
    gen = torch.Generator().manual_seed(seed)
    perm = torch.randperm(n, generator=gen)
    fixed = (perm == torch.arange(n)).nonzero(as_tuple=True)[0]
    perm[fixed] = perm[fixed].roll(1)
    return perm

# %% wrong: seed 0 counts as no seed (if seed), so that it is not repeatable [differs for seed = 0]
import numpy as np
import torch

def derangement(n, seed):
    rng = np.random.default_rng(seed if seed else None)
    perm = list(range(n))
    while any(i == j for i, j in enumerate(perm)):
        rng.shuffle(perm)
    return torch.tensor(perm)

# %% wrong: gives up after three draws and returns the last one, fixed points or not
import torch

def derangement(n, seed):
    g = torch.Generator().manual_seed(seed)
    own = torch.arange(n)
    for _ in range(3):
        out = torch.randperm(n, generator=g)
        if not torch.any(out == own):
            break
    return out

# %% wrong: result is a float tensor
import numpy as np
import torch

def derangement(n, seed):
    rs = np.random.default_rng(seed)
    out = np.zeros(n)
    ring = rs.permutation(n)
    for a, b in zip(ring, np.roll(ring, 1)):
        out[a] = b
    return torch.from_numpy(out)

# %% two: exchanges neighbours, so the seed has no effect; the last row of an odd n stays in its place
import torch

def derangement(n, seed):
    out = torch.arange(n)
    for i in range(0, n - 1, 2):
        out[i], out[i + 1] = i + 1, i
    return out

# %% two: draws from the global generator of NumPy, seeded; returns a list instead of a tensor
import numpy as np

def derangement(n, seed):
    np.random.seed(seed)
    order = list(range(n))
    while any(order[i] == i for i in range(n)):
        np.random.shuffle(order)
    return order

# %% two: only the first fixed point is repaired; a new generator without the seed is used (not repeatable)
import numpy as np
import torch

def derangement(n, seed):
    rng = np.random.default_rng()
    p = rng.permutation(n)
    for i in range(n):
        if p[i] == i:
            j = (i + 1) % n
            p[i], p[j] = p[j], p[i]
            break
    return torch.from_numpy(p)


# %% right: Sattolo's shuffle
import random
import torch

def derangement(n, seed):
    rng = random.Random(seed)
    p = list(range(n))
    for i in range(n - 1, 0, -1):
        j = rng.randrange(i)
        p[i], p[j] = p[j], p[i]
    return torch.tensor(p)

# %% right: draw again until no number stays
import torch

def derangement(n, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    here = torch.arange(n)
    while True:
        p = torch.randperm(n, generator=g)
        if (p != here).all():
            return p

# %% wrong: plain permutation, some rows keep their own picture
import torch

def derangement(n, seed):
    g = torch.Generator().manual_seed(seed)
    return torch.randperm(n, generator=g)

# %% wrong: random shift of all rows
import random
import torch

def derangement(n, seed):
    k = random.Random(seed).randint(1, n - 1)
    return (torch.arange(n) + k) % n

# %% wrong: draws again with the global generator
import torch

def derangement(n, seed):
    torch.manual_seed(seed)
    p = torch.randperm(n)
    while (p == torch.arange(n)).any():
        p = torch.randperm(n)
    return p

# %% wrong: each row draws another row for itself, so pictures repeat
import numpy as np
import torch

def derangement(n, seed):
    rng = np.random.default_rng(seed)
    step = rng.integers(1, n, size=n)
    return torch.from_numpy((np.arange(n) + step) % n)

# %% two: seed is ignored; fixed points rotated among themselves, which fails for a single one
import torch

def derangement(n, seed):
    g = torch.Generator()
    g.seed()
    p = torch.randperm(n, generator=g)
    fixed = (p == torch.arange(n)).nonzero().flatten()
    p[fixed] = p[fixed].roll(1)
    return p

# %% two: global generator of Python; only swaps with the right neighbour, the last row may stay
import random
import torch

def derangement(n, seed):
    random.seed(seed)
    p = list(range(n))
    random.shuffle(p)
    for i in range(n - 1):
        if p[i] == i:
            p[i], p[i + 1] = p[i + 1], p[i]
    return torch.tensor(p)
