# %% right: formula over all subsets with itertools.combinations
import itertools
import math

def shapley_modalities(v, M):
    """What each of M modalities adds, averaged over all orders of joining; v takes a frozenset of numbers."""
    phi = []
    for i in range(M):
        others = [k for k in range(M) if k != i]
        total = 0.0
        for size in range(M):
            weight = math.factorial(size) * math.factorial(M - size - 1) / math.factorial(M)
            for S in itertools.combinations(others, size):
                total += weight * (v(frozenset(S + (i,))) - v(frozenset(S)))
        phi.append(total)
    return phi

# %% right: all M! orders, scores remembered in a cache
import functools
import itertools

def shapley_modalities(v, M):
    score = functools.lru_cache(maxsize=None)(v)
    phi = [0.0] * M
    orders = 0
    for order in itertools.permutations(range(M)):
        orders += 1
        inside = frozenset()
        before = score(inside)
        for i in order:
            inside = inside | {i}
            after = score(inside)
            phi[i] += after - before
            before = after
    return [p / orders for p in phi]

# %% right: bit masks, table of scores, vectorised with numpy
import math
import numpy as np

def shapley_modalities(v, M):
    masks = np.arange(2 ** M)
    score = np.array([v(frozenset(k for k in range(M) if m >> k & 1)) for m in masks.tolist()], dtype=float)
    size = np.array([bin(m).count("1") for m in masks.tolist()])
    w = np.array([1.0 / (M * math.comb(M - 1, s)) for s in range(M)])
    out = []
    for i in range(M):
        without = masks[(masks >> i) & 1 == 0]
        out.append(float(np.sum(w[size[without]] * (score[without | (1 << i)] - score[without]))))
    return out

# %% right: Harsanyi dividends, each shared equally among the members, as a tuple
from itertools import chain, combinations

def shapley_modalities(v, M):
    def subsets(items):
        items = sorted(items)
        return chain.from_iterable(combinations(items, r) for r in range(len(items) + 1))

    dividend = {}
    for S in map(frozenset, subsets(range(M))):
        smaller = (frozenset(R) for R in subsets(S) if len(R) < len(S))
        dividend[S] = v(S) - sum(dividend[R] for R in smaller)
    return tuple(sum(d / len(S) for S, d in dividend.items() if i in S) for i in range(M))

# %% right: recursion: the last to join is each member in turn; value of a set by removing one
def shapley_modalities(v, M):
    memo = {}

    def share(S):
        # Shapley values of the game on S alone
        if S in memo:
            return memo[S]
        if not S:
            memo[S] = {}
            return memo[S]
        n = len(S)
        result = {i: 0.0 for i in S}
        for last in S:
            rest = S - {last}
            result[last] += (v(S) - v(rest)) / n
            for i, value in share(rest).items():
                result[i] += value / n
        memo[S] = result
        return result

    all_of_them = share(frozenset(range(M)))
    return [all_of_them[i] for i in range(M)]

# %% wrong: every subset has the same weight 1 / 2^(M-1) (Banzhaf value)
import itertools

def shapley_modalities(v, M):
    result = []
    for i in range(M):
        rest = [m for m in range(M) if m != i]
        gains = []
        for r in range(M):
            for S in itertools.combinations(rest, r):
                S = frozenset(S)
                gains.append(v(S | {i}) - v(S))
        result.append(sum(gains) / len(gains))
    return result

# %% wrong: leave one out, what is lost from the whole without i
def shapley_modalities(v, M):
    full = frozenset(range(M))
    return [v(full) - v(full - {i}) for i in range(M)]

# %% wrong: only one order of joining, 0, 1, ..., M-1
def shapley_modalities(v, M):
    scores = [v(frozenset(range(k))) for k in range(M + 1)]
    return [b - a for a, b in zip(scores, scores[1:])]

# %% wrong: v of the empty set taken as 0
import itertools

def shapley_modalities(v, M):
    cache = {frozenset(): 0.0}
    for r in range(1, M + 1):
        for S in itertools.combinations(range(M), r):
            cache[frozenset(S)] = v(frozenset(S))
    phi = [0.0 for _ in range(M)]
    perms = list(itertools.permutations(range(M)))
    for p in perms:
        for k in range(M):
            phi[p[k]] += cache[frozenset(p[:k + 1])] - cache[frozenset(p[:k])]
    return [x / len(perms) for x in phi]

# %% wrong: the empty set is left out of the sum (sizes from 1)
from itertools import combinations
from math import factorial

def shapley_modalities(v, M):
    values = []
    for i in range(M):
        others = set(range(M)) - {i}
        s = 0.0
        for k in range(1, M):
            w = factorial(k) * factorial(M - k - 1) / factorial(M)
            s += w * sum(v(frozenset(S) | {i}) - v(frozenset(S)) for S in combinations(others, k))
        values.append(s)
    return values

# %% wrong: size counted with i inside, the weight uses |S|+1 where |S| belongs: (|S|+1)! (M-|S|-1)! / M!
import math

def shapley_modalities(v, M):
    phi = [0.0] * M
    for m in range(2 ** M):
        T = frozenset(k for k in range(M) if (m >> k) & 1)
        for i in T:
            s = len(T)
            w = math.factorial(s) * math.factorial(M - s) / math.factorial(M)
            phi[i] += w * (v(T) - v(T - {i}))
    return phi

# %% wrong: orders are drawn at random (2000 of them), not all taken
import random

def shapley_modalities(v, M):
    phi = [0.0] * M
    n = 2000
    for _ in range(n):
        order = list(range(M))
        random.shuffle(order)
        S = frozenset()
        for i in order:
            phi[i] += v(S | {i}) - v(S)
            S = S | {i}
    return [p / n for p in phi]

# %% wrong: only the M cyclic orders, right up to two modalities
import numpy as np

def shapley_modalities(v, M):
    phi = np.zeros(M)
    for start in range(M):
        order = np.roll(np.arange(M), -start).tolist()
        for k, i in enumerate(order):
            phi[i] += v(frozenset(order[:k + 1])) - v(frozenset(order[:k]))
    return (phi / M).tolist()

# %% wrong: gains below 0 are cut to 0
import itertools
import math

def shapley_modalities(v, M):
    def gain(i, S):
        return max(0.0, v(S | frozenset([i])) - v(S))

    fact = math.factorial
    out = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        out.append(sum(
            fact(len(S)) * fact(M - len(S) - 1) / fact(M) * gain(i, frozenset(S))
            for n in range(M) for S in itertools.combinations(rest, n)
        ))
    return out

# %% wrong: gain booked at the place in the order and not at the modality
import itertools
import torch

def shapley_modalities(v, M):
    phi = torch.zeros(M, dtype=torch.float64)
    perms = list(itertools.permutations(range(M)))
    for perm in perms:
        S = set()
        for place, i in enumerate(perm):
            before = v(frozenset(S))
            S.add(i)
            phi[place] += v(frozenset(S)) - before
    return (phi / len(perms)).tolist()

# %% two: modality alone only (v({i}) - v of nothing); v of the empty set taken as 0
def shapley_modalities(v, M):
    out = []
    for i in range(M):
        out.append(v(frozenset([i])) - 0.0)
    return out

# %% two: modalities numbered 1 .. M; divided by the sum so that they add up to 1
import itertools
import math

def shapley_modalities(v, M):
    phi = []
    players = range(1, M + 1)
    for i in players:
        rest = [p for p in players if p != i]
        t = 0.0
        for k in range(M):
            for S in itertools.combinations(rest, k):
                w = math.factorial(k) * math.factorial(M - k - 1) / math.factorial(M)
                t += w * (v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(t)
    total = sum(phi)
    return [p / total for p in phi] if total else phi

# %% two: mean within each size added up without dividing by M; the biggest size M - 1 left out
import itertools

def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [k for k in range(M) if k != i]
        value = 0.0
        for size in range(M - 1):
            sets = [frozenset(S) for S in itertools.combinations(rest, size)]
            value += sum(v(S | {i}) - v(S) for S in sets) / len(sets)
        phi.append(value)
    return phi

# %% two: v is called with a plain set and not a frozenset; the result is a dict by modality
import itertools
import math

def shapley_modalities(v, M):
    phi = {}
    for i in range(M):
        phi[i] = 0.0
        for r in range(M):
            for S in itertools.combinations([k for k in range(M) if k != i], r):
                w = math.factorial(r) * math.factorial(M - 1 - r) / math.factorial(M)
                phi[i] += w * (v(set(S) | {i}) - v(set(S)))
    return phi
