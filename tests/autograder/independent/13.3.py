# %% right: subsets by combinations
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size - 1) / math.factorial(M)
            for S in itertools.combinations(rest, size):
                total += weight * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(total)
    return phi

# %% right: bit masks, each coalition once
import math

def shapley_modalities(v, M):
    value = [v(frozenset(j for j in range(M) if mask >> j & 1)) for mask in range(2**M)]
    phi = [0.0] * M
    for mask in range(2**M):
        s = bin(mask).count("1")
        for i in range(M):
            if not mask >> i & 1:
                w = math.factorial(s) * math.factorial(M - s - 1) / math.factorial(M)
                phi[i] += w * (value[mask | 1 << i] - value[mask])
    return phi

# %% right: all orders, remembered scores
import itertools

def shapley_modalities(v, M):
    known = {}

    def score(S):
        if S not in known:
            known[S] = v(S)
        return known[S]

    phi = [0.0] * M
    n = 0
    for order in itertools.permutations(range(M)):
        S = frozenset()
        n += 1
        for i in order:
            T = S | {i}
            phi[i] += score(T) - score(S)
            S = T
    return tuple(p / n for p in phi)

# %% right: mean over sizes of the mean over subsets
import itertools

def shapley_modalities(v, M):
    out = []
    for i in range(M):
        others = set(range(M)) - {i}
        means = []
        for s in range(M):
            gains = [v(frozenset(S) | frozenset([i])) - v(frozenset(S)) for S in itertools.combinations(sorted(others), s)]
            means.append(sum(gains) / len(gains))
        out.append(sum(means) / M)
    return out

# %% right: binomial weights
import math

def shapley_modalities(v, M):
    def subsets(items):
        if not items:
            yield frozenset()
            return
        for S in subsets(items[1:]):
            yield S
            yield S | {items[0]}

    return [
        sum((v(S | {i}) - v(S)) / (M * math.comb(M - 1, len(S))) for S in subsets([j for j in range(M) if j != i]))
        for i in range(M)
    ]

# %% right: dividends (Harsanyi)
import itertools

def shapley_modalities(v, M):
    coalitions = [frozenset(S) for s in range(M + 1) for S in itertools.combinations(range(M), s)]
    dividend = {}
    for S in coalitions:
        dividend[S] = v(S) - sum(dividend[T] for T in dividend if T < S)
    return [sum(dividend[S] / len(S) for S in coalitions if i in S) for i in range(M)]

# %% right: NumPy weights
import itertools
import math
import numpy as np

def shapley_modalities(v, M):
    sizes = np.arange(M)
    weight = np.array([math.factorial(s) * math.factorial(M - s - 1) for s in sizes]) / math.factorial(M)
    phi = np.zeros(M)
    for bits in itertools.product([False, True], repeat=M):
        S = frozenset(np.flatnonzero(bits).tolist())
        for i in range(M):
            if i in S:
                phi[i] += weight[len(S) - 1] * (v(S) - v(S - {i}))
    return phi.tolist()

# %% right: each coalition's score with plus and minus
import itertools

def _fact(n):
    return 1 if n < 2 else n * _fact(n - 1)

def shapley_modalities(v, M):
    phi = [0.0 for _ in range(M)]
    for size in range(M + 1):
        for S in itertools.combinations(range(M), size):
            score = v(frozenset(S))
            for i in range(M):
                if i in S:
                    phi[i] += score * _fact(size - 1) * _fact(M - size) / _fact(M)
                else:
                    phi[i] -= score * _fact(size) * _fact(M - size - 1) / _fact(M)
    return phi

# %% wrong: each modality alone
def shapley_modalities(v, M):
    return [v(frozenset([i])) - v(frozenset()) for i in range(M)]

# %% wrong: leave one out
def shapley_modalities(v, M):
    everyone = frozenset(range(M))
    return [v(everyone) - v(everyone - {i}) for i in range(M)]

# %% wrong: all subsets with the same weight (Banzhaf)
import itertools

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        gains = [v(frozenset(S) | {i}) - v(frozenset(S)) for s in range(M) for S in itertools.combinations(rest, s)]
        phi.append(sum(gains) / len(gains))
    return phi

# %% wrong: one order only
def shapley_modalities(v, M):
    phi, S = [], frozenset()
    for i in range(M):
        phi.append(v(S | {i}) - v(S))
        S = S | {i}
    return phi

# %% wrong: the empty set is left out
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(1, M):
            weight = math.factorial(size) * math.factorial(M - size - 1) / math.factorial(M)
            for S in itertools.combinations(rest, size):
                total += weight * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(total)
    return phi

# %% wrong: v of the empty set taken as 0
import itertools
import math

def shapley_modalities(v, M):
    def score(S):
        return v(S) if S else 0.0

    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size - 1) / math.factorial(M)
            for S in itertools.combinations(rest, size):
                total += weight * (score(frozenset(S) | {i}) - score(frozenset(S)))
        phi.append(total)
    return phi

# %% wrong: factorial of M - |S| without the 1
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size) / math.factorial(M)
            for S in itertools.combinations(rest, size):
                total += weight * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(total)
    return phi

# %% wrong: not divided by M!
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size - 1)
            for S in itertools.combinations(rest, size):
                total += weight * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(total)
    return phi

# %% wrong: the largest size is left out (off by one)
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M - 1):
            weight = math.factorial(size) * math.factorial(M - size - 1) / math.factorial(M)
            for S in itertools.combinations(rest, size):
                total += weight * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(total)
    return phi

# %% wrong: the score with i, without subtracting the one without
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size - 1) / math.factorial(M)
            for S in itertools.combinations(rest, size):
                total += weight * v(frozenset(S) | {i})
        phi.append(total)
    return phi

# %% wrong: sign
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size - 1) / math.factorial(M)
            for S in itertools.combinations(rest, size):
                total += weight * (v(frozenset(S)) - v(frozenset(S) | {i}))
        phi.append(total)
    return phi

# %% wrong: 100 random orders
import torch

def shapley_modalities(v, M):
    g = torch.Generator().manual_seed(0)
    phi = [0.0] * M
    for _ in range(100):
        S = frozenset()
        for i in torch.randperm(M, generator=g).tolist():
            phi[i] += (v(S | {i}) - v(S)) / 100
            S = S | {i}
    return phi

# %% wrong: normalised to shares that add up to 1
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size - 1) / math.factorial(M)
            for S in itertools.combinations(rest, size):
                total += weight * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(total)
    whole = sum(phi)
    return [p / whole for p in phi] if whole else phi

# %% wrong: mean of alone and leave one out
def shapley_modalities(v, M):
    everyone, nobody = frozenset(range(M)), frozenset()
    return [((v(frozenset([i])) - v(nobody)) + (v(everyone) - v(everyone - {i}))) / 2 for i in range(M)]

# %% wrong: only forward and backward order
def shapley_modalities(v, M):
    phi = [0.0] * M
    for order in (range(M), reversed(range(M))):
        S = frozenset()
        for i in order:
            phi[i] += (v(S | {i}) - v(S)) / 2
            S = S | {i}
    return phi

# %% two: leave one out; normalised to add up to v(all) - v(empty)
def shapley_modalities(v, M):
    everyone = frozenset(range(M))
    raw = [v(everyone) - v(everyone - {i}) for i in range(M)]
    total, goal = sum(raw), v(everyone) - v(frozenset())
    return [r * goal / total for r in raw] if total else raw

# %% two: equal weights; v of the empty set taken as 0
import itertools

def shapley_modalities(v, M):
    def score(S):
        return v(S) if S else 0.0

    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        gains = [score(frozenset(S) | {i}) - score(frozenset(S)) for s in range(M) for S in itertools.combinations(rest, s)]
        phi.append(sum(gains) / len(gains))
    return phi

# %% two: alone; v of the empty set not subtracted
def shapley_modalities(v, M):
    return [v(frozenset([i])) for i in range(M)]

# %% two: not divided by M!; the empty set is left out
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(1, M):
            weight = math.factorial(size) * math.factorial(M - size - 1)
            for S in itertools.combinations(rest, size):
                total += weight * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(total)
    return phi

# %% two: not divided by M!; sign
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size - 1)
            for S in itertools.combinations(rest, size):
                total -= weight * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(total)
    return phi
