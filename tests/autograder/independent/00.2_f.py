# %% right: torch generator of its own and one permutation, cut in two
import torch


def seeded_split(n, test_frac, seed):
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(n, generator=g)
    k = round(n * test_frac)
    return perm[k:], perm[:k]


# %% right: NumPy default_rng, np.split, from_numpy
import numpy as np
import torch


def seeded_split(n, test_frac, seed):
    order = np.random.default_rng(seed).permutation(np.arange(n, dtype=np.int64))
    test, train = np.split(order, [round(n * test_frac)])
    return torch.from_numpy(train.copy()), torch.from_numpy(test.copy())


# %% right: Python's global generator borrowed and given back in a finally, set difference
import random

import torch


def seeded_split(n, test_frac, seed):
    k = round(n * test_frac)
    before = random.getstate()
    try:
        random.seed(seed)
        test = random.sample(range(n), k)
    finally:
        random.setstate(before)
    chosen = set(test)
    train = [i for i in range(n) if i not in chosen]
    return torch.tensor(train, dtype=torch.int64), torch.tensor(test, dtype=torch.int64)


# %% right: no generator at all, rows sorted by a sha256 of seed and row
import hashlib

import torch


def seeded_split(n, test_frac, seed):
    def key(i):
        return hashlib.sha256(f"{seed}/{i}".encode()).digest()

    order = torch.tensor(sorted(range(n), key=key), dtype=torch.long)
    k = round(n * test_frac)
    return order[: n - k], order[n - k:]


# %% right: over-long class with a hand-written Fisher-Yates and checks
import random

import torch


class Splitter:
    """Shuffles 0 .. n-1 with its own random.Random."""

    def __init__(self, n, seed):
        if n < 1:
            raise ValueError("n must be at least 1")
        if seed < 0:
            raise ValueError("seed must not be negative")
        self.n = n
        self.rng = random.Random(seed)

    def shuffled(self):
        rows = list(range(self.n))
        for i in range(self.n - 1, 0, -1):
            j = self.rng.randrange(i + 1)
            rows[i], rows[j] = rows[j], rows[i]
        return rows

    def split(self, test_frac):
        if not 0 <= test_frac <= 1:
            raise ValueError("test_frac must lie in [0, 1]")
        n_test = round(self.n * test_frac)
        n_train = self.n - n_test
        rows = self.shuffled()
        train = torch.empty(n_train, dtype=torch.int32)
        test = torch.empty(n_test, dtype=torch.int32)
        for pos, row in enumerate(rows):
            if pos < n_train:
                train[pos] = row
            else:
                test[pos - n_train] = row
        return train, test


def seeded_split(n, test_frac, seed):
    return Splitter(n, seed).split(test_frac)


# %% right: random keys, argsort, a boolean mask, both parts in rising order
import torch


def seeded_split(n, test_frac, seed):
    gen = torch.Generator(device="cpu")
    gen.manual_seed(seed)
    keys = torch.rand(n, generator=gen, dtype=torch.float64)
    is_test = torch.zeros(n, dtype=torch.bool)
    is_test[keys.argsort()[:round(n * test_frac)]] = True
    rows = torch.arange(n)
    return rows[~is_test], rows[is_test]


# %% wrong: the size of the test part is cut off with int() instead of rounded
import numpy as np
import torch


def seeded_split(n, test_frac, seed):
    order = np.random.default_rng(seed).permutation(n)
    test, train = np.split(order, [int(n * test_frac)])
    return torch.from_numpy(train.copy()), torch.from_numpy(test.copy())


# %% wrong: it seeds NumPy's global generator and leaves it so
import numpy as np
import torch


def seeded_split(n, test_frac, seed):
    np.random.seed(seed)
    order = torch.from_numpy(np.random.permutation(n))
    k = round(n * test_frac)
    return order[k:], order[:k]


# %% wrong: the test part is returned first and the training part second
import torch


class _Split:
    def __init__(self, n, test_frac, seed):
        gen = torch.Generator()
        gen.manual_seed(seed)
        self.order = torch.randperm(n, generator=gen)
        self.k = round(n * test_frac)

    def __iter__(self):
        yield self.order[:self.k]
        yield self.order[self.k:]


def seeded_split(n, test_frac, seed):
    return tuple(_Split(n, test_frac, seed))


# %% wrong: an empty part becomes a float tensor, because torch.tensor([]) gets no dtype
import random

import torch


def seeded_split(n, test_frac, seed):
    rows = list(range(n))
    random.Random(seed).shuffle(rows)
    k = round(n * test_frac)
    return torch.tensor(rows[k:]), torch.tensor(rows[:k])


# %% wrong: slices with -k turn round when the test part is empty, so that all rows are test rows
import torch


def seeded_split(n, test_frac, seed):
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(n, generator=g)
    k = round(n * test_frac)
    return perm[:-k], perm[-k:]


# %% wrong: each row is thrown into the test part by its own coin, so the size is only right on average
import torch


def seeded_split(n, test_frac, seed):
    g = torch.Generator().manual_seed(seed)
    in_test = torch.rand(n, generator=g) < test_frac
    rows = torch.arange(n)
    return rows[~in_test], rows[in_test]


# %% wrong: the generator is made and seeded but not handed to randperm
import torch


def seeded_split(n, test_frac, seed):
    generator = torch.Generator()
    generator.manual_seed(seed)
    n_test = round(n * test_frac)
    n_train = n - n_test
    train, test = torch.randperm(n).split([n_train, n_test])
    return train, test


# %% wrong: halves are always rounded up, not to even as Python's round does
import hashlib
import math

import torch


def seeded_split(n, test_frac, seed):
    key = lambda i: hashlib.md5(b"%d:%d" % (seed, i)).hexdigest()
    order = torch.tensor(sorted(range(n), key=key), dtype=torch.int64)
    k = math.floor(n * test_frac + 0.5)
    return order[k:], order[:k]


# %% wrong: the generator of a seed is kept between calls and runs on, so the second call gives another split
import torch

_GENERATORS = {}


def _generator(seed):
    if seed not in _GENERATORS:
        _GENERATORS[seed] = torch.Generator().manual_seed(seed)
    return _GENERATORS[seed]


def seeded_split(n, test_frac, seed):
    perm = torch.randperm(n, generator=_generator(seed))
    k = round(n * test_frac)
    return perm[k:], perm[:k]


# %% wrong: only the starting point is drawn, the test part is a block of neighbouring rows and nothing is shuffled
import torch


def seeded_split(n, test_frac, seed):
    g = torch.Generator().manual_seed(seed)
    start = torch.randint(n, (1,), generator=g)
    rows = (torch.arange(n) + start) % n
    k = round(n * test_frac)
    return rows[k:], rows[:k]


# %% two: the test size is rounded up with ceil; the global torch generator is seeded
import math

import torch


def seeded_split(n, test_frac, seed):
    torch.manual_seed(seed)
    perm = torch.randperm(n)
    k = math.ceil(n * test_frac)
    return perm[k:], perm[:k]


# %% two: the two parts come back in the wrong order; an empty part is a float tensor
import random

import torch


def seeded_split(n, test_frac, seed):
    rng = random.Random(seed)
    test = set(rng.sample(range(n), round(n * test_frac)))
    return (
        torch.tensor([i for i in range(n) if i in test]),
        torch.tensor([i for i in range(n) if i not in test]),
    )


# %% two: the generator is never given the seed, so that all seeds give one split; the test part is made to hold at least one row
import torch


def seeded_split(n, test_frac, seed):
    g = torch.Generator()
    perm = torch.randperm(n, generator=g)
    k = max(1, round(n * test_frac))
    return perm[k:], perm[:k]


# %% two: the test rows are drawn with replacement, so rows repeat; the training rows come back as a column of shape (m, 1)
import torch


def seeded_split(n, test_frac, seed):
    g = torch.Generator().manual_seed(seed)
    test = torch.randint(0, n, (round(n * test_frac),), generator=g)
    free = torch.ones(n, dtype=torch.bool)
    free[test] = False
    return free.nonzero(), test
