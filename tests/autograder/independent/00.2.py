# %% right: torch generator and randperm
import torch

def seeded_split(n, test_frac, seed):
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(n, generator=g)
    k = round(n * test_frac)
    return perm[k:], perm[:k]

# %% right: NumPy default_rng
import numpy as np
import torch

def seeded_split(n, test_frac, seed):
    rng = np.random.default_rng(seed)
    order = torch.from_numpy(rng.permutation(n))
    n_train = n - round(n * test_frac)
    return order[:n_train], order[n_train:]

# %% right: own random.Random, list shuffled, dtype given so that an empty part is an integer tensor too
import random
import torch

def seeded_split(n, test_frac, seed):
    rows = list(range(n))
    random.Random(seed).shuffle(rows)
    cut = round(n * test_frac)
    return torch.tensor(rows[cut:], dtype=torch.long), torch.tensor(rows[:cut], dtype=torch.long)

# %% right: draws the test rows without replacement, boolean mask for the rest
import numpy as np
import torch

def seeded_split(n: int, test_frac: float, seed: int):
    rs = np.random.RandomState(seed)
    chosen = rs.choice(n, size=round(n * test_frac), replace=False)
    is_test = np.zeros(n, dtype=bool)
    is_test[chosen] = True
    return torch.as_tensor(np.where(~is_test)[0]), torch.as_tensor(np.where(is_test)[0])

# %% right: argsort of random keys from its own generator, with guards
import torch

def seeded_split(n, test_frac, seed):
    if n < 0:
        raise ValueError("n must not be negative")
    if not 0 <= test_frac <= 1:
        raise ValueError("test_frac must lie in [0, 1]")
    gen = torch.Generator()
    gen.manual_seed(int(seed))
    keys = torch.rand(n, generator=gen, dtype=torch.float64)
    order = keys.argsort()
    n_test = round(n * test_frac)
    train, test = torch.split(order, [n - n_test, n_test])
    return train, test

# %% right: fork_rng puts the global torch generator back
import torch

def seeded_split(n, test_frac, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        idx = torch.randperm(n)
    size = round(n * test_frac)
    test, train = idx[:size], idx[size:]
    return train.sort().values, test.sort().values

# %% wrong: seeds the global torch generator
import torch

def seeded_split(n, test_frac, seed):
    torch.manual_seed(seed)
    perm = torch.randperm(n)
    n_test = round(n * test_frac)
    return perm[n_test:], perm[:n_test]

# %% wrong: seeds NumPy's global generator
import numpy as np
import torch

def seeded_split(n, test_frac, seed):
    np.random.seed(seed)
    idx = np.arange(n)
    np.random.shuffle(idx)
    n_test = round(n * test_frac)
    return torch.from_numpy(idx[n_test:]), torch.from_numpy(idx[:n_test])

# %% wrong: truncates with int instead of round
import torch

def seeded_split(n, test_frac, seed):
    generator = torch.Generator().manual_seed(seed)
    p = torch.randperm(n, generator=generator)
    test_size = int(n * test_frac)
    return p[test_size:], p[:test_size]

# %% wrong: returns test before train
import torch

def seeded_split(n, test_frac, seed):
    rng = torch.Generator()
    rng.manual_seed(seed)
    shuffled = torch.randperm(n, generator=rng)
    m = round(n * test_frac)
    return shuffled[:m], shuffled[m:]

# %% wrong: slices with -k, so test_frac 0 puts every row into the test part and none into training
import numpy as np
import torch

def seeded_split(n, test_frac, seed):
    perm = torch.tensor(np.random.default_rng(seed).permutation(n))
    k = round(n * test_frac)
    return perm[:-k], perm[-k:]

# %% wrong: rotates the rows by a drawn offset instead of shuffling, so the test part is one contiguous block
import random
import torch

def seeded_split(n, test_frac, seed):
    r = random.Random(seed)
    start = r.randrange(n)
    idx = (torch.arange(n) + start) % n
    k = round(n * test_frac)
    return idx[k:], idx[:k]

# %% wrong: the seed is ignored, 42 is hard-coded
import numpy as np
import torch

def seeded_split(n, test_frac, seed=42):
    rng = np.random.RandomState(42)
    perm = rng.permutation(n)
    n_test = round(n * test_frac)
    test_idx = torch.from_numpy(perm[:n_test])
    train_idx = torch.from_numpy(perm[n_test:])
    return train_idx, test_idx

# %% wrong: the training size is rounded instead of the test size (differs on ties such as n=5, test_frac=0.5)
import torch

def seeded_split(n, test_frac, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    n_train = round(n * (1 - test_frac))
    order = torch.randperm(n, generator=g)
    return order[:n_train], order[n_train:]

# %% wrong: test rows are drawn with replacement, so one row may be there twice
import numpy as np
import torch

def seeded_split(n, test_frac, seed):
    rng = np.random.default_rng(seed)
    test = rng.integers(0, n, size=round(n * test_frac))
    train = np.setdiff1d(np.arange(n), test)
    return torch.from_numpy(train), torch.from_numpy(test)

# %% wrong: torch.tensor of an empty list is float32 (only when a part is empty, as with test_frac 0)
import random
import torch

def seeded_split(n, test_frac, seed):
    rng = random.Random(seed)
    order = rng.sample(range(n), n)
    k = round(n * test_frac)
    train = torch.tensor(sorted(order[k:]))
    test = torch.tensor(sorted(order[:k]))
    return train, test

# %% wrong: seed 0 counts as no seed, so that split is not repeatable (only seed 0)
import torch

def seeded_split(n, test_frac, seed):
    gen = torch.Generator()
    if seed:
        gen.manual_seed(seed)
    else:
        gen.seed()
    perm = torch.randperm(n, generator=gen)
    n_test = round(n * test_frac)
    return perm[n_test:], perm[:n_test]

# %% two: seeds Python's global generator; at least one test row even for test_frac 0
import random
import torch

def seeded_split(n, test_frac, seed):
    random.seed(seed)
    rows = list(range(n))
    random.shuffle(rows)
    k = max(1, round(n * test_frac))
    return torch.tensor(rows[k:], dtype=torch.int64), torch.tensor(rows[:k], dtype=torch.int64)

# %% two: every row is tossed on its own, so the size is only right on average; returns test first
import torch

def seeded_split(n, test_frac, seed):
    g = torch.Generator().manual_seed(seed)
    toss = torch.rand(n, generator=g) < test_frac
    return toss.nonzero().flatten(), (~toss).nonzero().flatten()

# %% two: takes the last rows without shuffling; rounds up with ceil
import math
import torch

def seeded_split(n, test_frac, seed):
    n_test = math.ceil(n * test_frac)
    idx = torch.arange(n)
    return idx[: n - n_test], idx[n - n_test:]


# %% right: torch generator
import torch

def seeded_split(n, test_frac, seed):
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(n, generator=g)
    n_test = round(n * test_frac)
    return perm[n_test:], perm[:n_test]

# %% right: own random.Random and plain lists
import random
import torch

def seeded_split(n, test_frac, seed):
    rng = random.Random(seed)
    rows = list(range(n))
    rng.shuffle(rows)
    cut = n - round(n * test_frac)
    return (torch.tensor(rows[:cut], dtype=torch.long),
            torch.tensor(rows[cut:], dtype=torch.long))

# %% wrong: seeds the global generator of torch
import torch

def seeded_split(n, test_frac, seed):
    torch.manual_seed(seed)
    perm = torch.randperm(n)
    n_train = n - round(n * test_frac)
    return perm[:n_train], perm[n_train:]

# %% wrong: size of the test part cut down with int instead of rounded
import torch

def seeded_split(n, test_frac, seed):
    gen = torch.Generator()
    gen.manual_seed(seed)
    order = torch.randperm(n, generator=gen)
    k = int(n * test_frac)
    return order[k:], order[:k]

# %% wrong: negative slice, empty test part gives all rows to test
import numpy as np
import torch

def seeded_split(n, test_frac, seed):
    rng = np.random.default_rng(seed)
    p = torch.from_numpy(rng.permutation(n))
    k = round(n * test_frac)
    return p[:-k], p[-k:]

# %% wrong: test part returned first
import numpy as np
import torch

def seeded_split(n, test_frac, seed):
    rng = np.random.default_rng(seed)
    idx = rng.permutation(n)
    k = round(n * test_frac)
    test, train = idx[:k], idx[k:]
    return torch.from_numpy(test.copy()), torch.from_numpy(train.copy())

# %% two: always at least one test row; global NumPy seed
import numpy as np
import torch

def seeded_split(n, test_frac, seed):
    np.random.seed(seed)
    idx = np.random.permutation(n)
    n_test = max(1, round(n * test_frac))
    return torch.tensor(idx[n_test:]), torch.tensor(idx[:n_test])

# %% two: not shuffled, last rows are always the test rows; rounds up
import math
import torch

def seeded_split(n, test_frac, seed):
    rows = torch.arange(n)
    n_test = math.ceil(n * test_frac)
    return rows[: n - n_test], rows[n - n_test:]
