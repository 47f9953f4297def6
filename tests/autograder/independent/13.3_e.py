# %% right: the formula as it stands, with combinations and factorial
from itertools import combinations
from math import factorial


def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        others = [j for j in range(M) if j != i]
        total = 0.0
        for size in range(M):
            weight = factorial(size) * factorial(M - size - 1) / factorial(M)
            for S in combinations(others, size):
                S = frozenset(S)
                total += weight * (v(S | {i}) - v(S))
        phi.append(total)
    return phi


# %% right: the mean over all orders by permutations, each set scored once
from itertools import permutations
from math import factorial


def shapley_modalities(v, M):
    known = {}

    def score(s):
        if s not in known:
            known[s] = float(v(s))
        return known[s]

    sums = [0.0] * M
    for order in permutations(range(M)):
        team = frozenset()
        before = score(team)
        for i in order:
            team = team | {i}
            after = score(team)
            sums[i] += after - before
            before = after
    return [s / factorial(M) for s in sums]


# %% right: bit masks and a table of all 2^M scores, in numpy
import math

import numpy as np


def shapley_modalities(v, M):
    table = np.array([v(frozenset(i for i in range(M) if m >> i & 1)) for m in range(2 ** M)], dtype=np.float64)
    size = np.array([bin(m).count("1") for m in range(2 ** M)])
    weight = np.array([1.0 / (M * math.comb(M - 1, s)) for s in range(M)])
    masks = np.arange(2 ** M)
    result = []
    for i in range(M):
        without = masks[(masks >> i) & 1 == 0]
        gain = table[without | (1 << i)] - table[without]
        result.append(float((weight[size[without]] * gain).sum()))
    return tuple(result)


# %% right: Harsanyi dividends, each shared equally by its members
from itertools import chain, combinations


def shapley_modalities(v, M):
    players = range(M)
    subsets = list(chain.from_iterable(combinations(players, k) for k in range(M + 1)))
    dividend = {}
    for T in subsets:                       # small sets come first
        d = v(frozenset(T))
        for k in range(len(T)):
            for R in combinations(T, k):
                d = d - dividend[R]
        dividend[T] = d
    phi = [0.0 for _ in players]
    for T in subsets:
        for i in T:
            phi[i] += dividend[T] / len(T)
    return phi


# %% right: short, the mean over sizes of the mean over the sets of that size
from itertools import combinations
from statistics import fmean


def shapley_modalities(v, M):
    def gains(i, k):
        rest = set(range(M)) - {i}
        return [v(frozenset(S) | {i}) - v(frozenset(S)) for S in combinations(rest, k)]
    return [fmean(fmean(gains(i, k)) for k in range(M)) for i in range(M)]


# %% right: recursion by the potential of Hart and Mas-Colell, in a class
class _Game:
    def __init__(self, v, M):
        if not 1 <= M <= 8:
            raise ValueError("M must be 1 to 8")
        self.v = v
        self.all = frozenset(range(M))
        self.empty_score = v(frozenset())
        self.memo = {frozenset(): 0.0}

    def potential(self, S):
        if S in self.memo:
            return self.memo[S]
        total = self.v(S) - self.empty_score
        for j in S:
            total += self.potential(S - {j})
        self.memo[S] = total / len(S)
        return self.memo[S]

    def value(self, i):
        return self.potential(self.all) - self.potential(self.all - {i})


def shapley_modalities(v, M):
    game = _Game(v, M)
    return [game.value(i) for i in range(M)]


# %% wrong: all sets S get the same weight, which is the Banzhaf value
from itertools import combinations


def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        gains = []
        for k in range(M):
            for S in combinations(rest, k):
                gains.append(v(frozenset(S) | {i}) - v(frozenset(S)))
        phi.append(sum(gains) / len(gains))
    return phi


# %% wrong: only measures what is lost when one modality is left out of all
def shapley_modalities(v, M):
    everything = frozenset(range(M))
    full = v(everything)
    return [full - v(everything - {i}) for i in range(M)]


# %% wrong: begins with sets of one, so the empty set is missing from the sum
from itertools import combinations
from math import factorial as f


def shapley_modalities(v, M):
    out = [0.0] * M
    for i in range(M):
        rest = set(range(M)) - {i}
        for k in range(1, M):
            w = f(k) * f(M - k - 1) / f(M)
            out[i] += sum(w * (v(frozenset(S) | {i}) - v(frozenset(S))) for S in combinations(rest, k))
    return out


# %% wrong: averages over the M rotations of one order and not over all orders
from collections import deque


def shapley_modalities(v, M):
    order = deque(range(M))
    total = [0.0] * M
    for _ in range(M):
        team = frozenset()
        for i in order:
            total[i] += v(team | {i}) - v(team)
            team = team | {i}
        order.rotate(1)
    return [t / M for t in total]


# %% wrong: the cache is a default argument and keeps the scores of an earlier v
from itertools import permutations


def shapley_modalities(v, M, cache={}):
    def score(S):
        if S not in cache:
            cache[S] = v(S)
        return cache[S]

    phi, count = [0.0] * M, 0
    for order in permutations(range(M)):
        count += 1
        S = frozenset()
        for i in order:
            phi[i] += score(S | {i}) - score(S)
            S = S | {i}
    return [p / count for p in phi]


# %% wrong: takes the score of the empty set to be 0
import math


def shapley_modalities(v, M):
    scores = [0.0]
    for mask in range(1, 1 << M):
        scores.append(v(frozenset(j for j in range(M) if mask & (1 << j))))
    phi = [0.0] * M
    for mask in range(1 << M):
        s = bin(mask).count("1")
        for i in range(M):
            if not mask & (1 << i):
                w = math.factorial(s) * math.factorial(M - s - 1) / math.factorial(M)
                phi[i] += w * (scores[mask | (1 << i)] - scores[mask])
    return phi


# %% wrong: a modality that makes a set worse counts as 0 there
from itertools import combinations
from math import comb


def shapley_modalities(v, M):
    def phi(i):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for k in range(M):
            for S in map(frozenset, combinations(rest, k)):
                total += max(0.0, v(S | {i}) - v(S)) / (M * comb(M - 1, k))
        return total

    return [phi(i) for i in range(M)]


# %% wrong: calls v with a sorted tuple and not with a frozenset
from itertools import combinations
from math import factorial


def shapley_modalities(v, M):
    result = []
    for i in range(M):
        total = 0.0
        for k in range(M):
            for S in combinations([j for j in range(M) if j != i], k):
                w = factorial(k) * factorial(M - k - 1) / factorial(M)
                total += w * (v(tuple(sorted(S + (i,)))) - v(S))
        result.append(total)
    return result


# %% wrong: the weight forgets the -1 in (M - |S| - 1)!
import numpy as np
from itertools import product
from math import factorial


def shapley_modalities(v, M):
    phi = np.zeros(M)
    for bits in product([0, 1], repeat=M):
        S = frozenset(j for j, b in enumerate(bits) if b)
        for i in range(M):
            if i in S:
                continue
            phi[i] += factorial(len(S)) * factorial(M - len(S)) / factorial(M) * (v(S | {i}) - v(S))
    return phi.tolist()


# %% wrong: draws 200 orders at random and does not go through all
import random


def shapley_modalities(v, M, n_orders=200):
    rng = random.Random(0)
    total = [0.0] * M
    order = list(range(M))
    for _ in range(n_orders):
        rng.shuffle(order)
        S = frozenset()
        last = v(S)
        for i in order:
            S = S | {i}
            now = v(S)
            total[i] += now - last
            last = now
    return [t / n_orders for t in total]


# %% two: only the mean of joining first and joining last; rounded to two digits
def shapley_modalities(v, M):
    everyone = frozenset(range(M))
    nobody = frozenset()
    out = []
    for i in range(M):
        first = v(frozenset([i])) - v(nobody)
        last = v(everyone) - v(everyone - {i})
        out.append(round((first + last) / 2, 2))
    return out


# %% two: the largest S, of all the others, is missing; takes the absolute value of each gain
from itertools import combinations
from math import factorial


def shapley_modalities(v, M):
    phi = [0.0] * M
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        for k in range(M - 1):
            w = factorial(k) * factorial(M - k - 1) / factorial(M)
            for S in combinations(rest, k):
                phi[i] += w * abs(v(frozenset(S) | {i}) - v(frozenset(S)))
    return phi


# %% two: all sets have the same weight; the result is scaled to sum to 1
from itertools import combinations


def shapley_modalities(v, M):
    phi = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        sets = [frozenset(S) for k in range(M) for S in combinations(rest, k)]
        phi.append(sum(v(S | {i}) - v(S) for S in sets) / len(sets))
    total = sum(phi)
    return [p / total for p in phi] if total != 0 else phi


# %% two: uses only the order 0, 1, 2, ...; sorts the result from large to small
def shapley_modalities(v, M):
    gains = []
    team = frozenset()
    for i in range(M):
        bigger = team.union([i])
        gains.append(v(bigger) - v(team))
        team = bigger
    return sorted(gains, reverse=True)
