# %% right: own torch.Generator and randperm, sliced from the front
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(n, generator=g)
    k = round(n * test_frac)
    return perm[k:], perm[:k]

# %% right: numpy default_rng, permutation turned into tensors
import numpy as np
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    """Row numbers for training, and row numbers for testing."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(n).astype(np.int64)
    n_test = round(n * test_frac)
    n_train = n - n_test
    train_rows, test_rows = np.split(order, [n_train])
    return torch.from_numpy(train_rows.copy()), torch.from_numpy(test_rows.copy())

# %% right: random.Random.sample for the test rows, set difference for the rest
import random

import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    rnd = random.Random(seed)
    test = rnd.sample(range(n), round(n * test_frac))
    chosen = set(test)
    train = [i for i in range(n) if i not in chosen]
    return torch.tensor(train, dtype=torch.long), torch.tensor(test, dtype=torch.long)

# %% right: random score per row, argsort, boolean mask and nonzero flatten
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    gen = torch.Generator(device="cpu")
    gen.manual_seed(seed)
    scores = torch.rand(n, generator=gen, dtype=torch.float64)
    ranking = scores.argsort()
    is_test = torch.zeros(n, dtype=torch.bool)
    is_test[ranking[:round(n * test_frac)]] = True
    rows = torch.arange(n)
    return rows[~is_test], rows[is_test]

# %% right: no random library at all, rows sorted by a hash of seed and row number
import hashlib

import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    def key(row):
        text = f"split/{seed}/{row}".encode()
        return hashlib.sha256(text).digest()

    rows = sorted(range(n), key=key)
    how_many = round(n * test_frac)
    test = []
    train = []
    for position, row in enumerate(rows):
        if position < how_many:
            test.append(row)
        else:
            train.append(row)
    return (torch.tensor(train, dtype=torch.int64),
            torch.tensor(test, dtype=torch.int64))

# %% wrong: seeds the global torch generator
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    torch.manual_seed(seed)
    perm = torch.randperm(n)
    n_test = round(n * test_frac)
    return perm[n_test:], perm[:n_test]

# %% wrong: int() cuts the number of test rows instead of rounding it
import numpy as np
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    idx = np.arange(n)
    np.random.default_rng(seed).shuffle(idx)
    idx = torch.as_tensor(idx)
    cut = int(n * test_frac)
    test, train = idx[:cut], idx[cut:]
    return train, test

# %% wrong: returns (test, train) instead of (train, test)
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    g = torch.Generator()
    g.manual_seed(seed)
    n_test = round(n * test_frac)
    return torch.randperm(n, generator=g).split([n_test, n - n_test])

# %% wrong: negative slice, so an empty test part gives all rows to the test and none to the training
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    gen = torch.Generator().manual_seed(seed)
    order = torch.randperm(n, generator=gen)
    k = round(n * test_frac)
    train = order[:-k]
    test = order[-k:]
    return train, test

# %% wrong: an empty part comes out as a float tensor
import random

import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    rows = list(range(n))
    random.Random(seed).shuffle(rows)
    k = round(n * test_frac)
    test = sorted(rows[:k])
    train = sorted(rows[k:])
    return torch.tensor(train), torch.tensor(test)

# %% wrong: test rows drawn with replacement, so rows repeat in the test part
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    gen = torch.Generator().manual_seed(seed)
    n_test = round(n * test_frac)
    test = torch.randint(0, n, (n_test,), generator=gen)
    in_test = torch.zeros(n, dtype=torch.bool)
    in_test[test] = True
    train = torch.arange(n)[~in_test]
    return train, test

# %% wrong: rows are not shuffled, the test part is one contiguous (wrapping) window at a random place
import numpy as np
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    rng = np.random.default_rng(seed)
    start = int(rng.integers(n))
    rows = torch.roll(torch.arange(n), start)
    k = round(n * test_frac)
    return rows[k:], rows[:k]

# %% wrong: squeeze() makes a part of exactly one row a 0-d tensor
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    mask = torch.zeros(n, dtype=torch.bool)
    mask[torch.randperm(n, generator=g)[: round(n * test_frac)]] = True
    test = torch.nonzero(mask).squeeze()
    train = torch.nonzero(~mask).squeeze()
    return train, test

# %% wrong: generator kept between calls per seed, so the second call with a seed gives another split
import torch
from torch import Tensor

_generators = {}


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    if seed not in _generators:
        _generators[seed] = torch.Generator().manual_seed(seed)
    perm = torch.randperm(n, generator=_generators[seed])
    k = round(n * test_frac)
    return perm[k:], perm[:k]

# %% wrong: insists on at least one test row
import numpy as np
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    order = np.random.RandomState(seed % 2**32).permutation(n)
    n_test = max(1, round(n * test_frac))
    order = torch.tensor(order, dtype=torch.long)
    return order[n_test:], order[:n_test]

# %% two: int() cuts instead of rounding; seeds the global NumPy generator
import numpy as np
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    np.random.seed(seed % 2**32)
    perm = torch.from_numpy(np.random.permutation(n))
    cut = int(test_frac * n)
    return perm[cut:], perm[:cut]

# %% two: rounds halves up instead of Python's round; returns (test, train)
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    g = torch.Generator()
    g.manual_seed(seed)
    rows = torch.randperm(n, generator=g)
    size = int(n * test_frac + 0.5)
    first = rows[:size]
    second = rows[size:]
    return first, second

# %% two: seed is ignored (always 42); at least one test row is forced
import random

import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    r = random.Random(42)
    rows = list(range(n))
    r.shuffle(rows)
    k = round(n * test_frac)
    if k == 0:
        k = 1
    return (torch.tensor(rows[k:], dtype=torch.long),
            torch.tensor(rows[:k], dtype=torch.long))

# %% two: every row tossed on its own, so the size is only right on average; parts are (k, 1) instead of 1-D
import torch
from torch import Tensor


def seeded_split(n: int, test_frac: float, seed: int) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    is_test = torch.rand(n, generator=g) < test_frac
    return torch.nonzero(~is_test), torch.nonzero(is_test)
