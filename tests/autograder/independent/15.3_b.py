# %% right: Counter intersection
import math
from collections import Counter

def bleu(cand, ref, n=2):
    def grams(words, k):
        return Counter(tuple(words[i:i + k]) for i in range(len(words) - k + 1))
    product = 1.0
    for k in range(1, n + 1):
        c = grams(cand, k)
        found = sum((c & grams(ref, k)).values())
        if not found:
            return 0.0
        product *= found / sum(c.values())
    bp = math.exp(1 - len(ref) / len(cand)) if len(cand) < len(ref) else 1.0
    return bp * product ** (1 / n)

# %% right: crosses off the groups of the reference in a list
import math

def bleu(cand: list[str], ref: list[str], n: int = 2) -> float:
    logs = []
    for k in range(1, n + 1):
        pool = [ref[i:i + k] for i in range(len(ref) - k + 1)]
        mine = [cand[i:i + k] for i in range(len(cand) - k + 1)]
        hit = 0
        for group in mine:
            if group in pool:
                pool.remove(group)
                hit += 1
        if hit == 0:
            return 0.0
        logs.append(math.log(hit) - math.log(len(mine)))
    return math.exp(sum(logs) / n + min(0.0, 1 - len(ref) / len(cand)))

# %% right: zip of shifted lists, a tensor result, geometric mean in logs
import torch
from collections import Counter

def bleu(cand, ref, n=2):
    shifted = lambda words, k: list(zip(*(words[s:] for s in range(k))))
    p = torch.zeros(n, dtype=torch.float64)
    for k in range(1, n + 1):
        have, want = Counter(shifted(cand, k)), Counter(shifted(ref, k))
        total = sum(have.values())
        if total == 0:
            return torch.tensor(0.0)
        p[k - 1] = sum(min(c, want[g]) for g, c in have.items()) / total
    if (p == 0).any():
        return torch.tensor(0.0)
    brevity = torch.exp(torch.tensor(min(0.0, 1 - len(ref) / len(cand)), dtype=torch.float64))
    return brevity * p.log().mean().exp()

# %% right: fractions, exact until the root
from fractions import Fraction
from math import exp, prod

class Grams(dict):
    def __init__(self, words, k):
        super().__init__()
        for start in range(len(words) - k + 1):
            key = "\x00".join(words[start:start + k])
            self[key] = self.get(key, 0) + 1

def bleu(cand, ref, n=2):
    shares = []
    for k in range(1, n + 1):
        a, b = Grams(cand, k), Grams(ref, k)
        if not a:
            return 0.0
        shares.append(Fraction(sum(min(v, b.get(g, 0)) for g, v in a.items()), sum(a.values())))
    value = float(prod(shares)) ** (1 / n)
    return value if len(cand) >= len(ref) else value * exp(1 - len(ref) / len(cand))

# %% right: recursion over k
import math
from collections import Counter

def bleu(cand, ref, n=2):
    def p(k):
        a = Counter(map(tuple, (cand[i:i + k] for i in range(len(cand) - k + 1))))
        b = Counter(map(tuple, (ref[i:i + k] for i in range(len(ref) - k + 1))))
        return (a & b).total() / a.total() if a else 0.0
    def product(k):
        return p(k) * product(k - 1) if k else 1.0
    if len(cand) == 0:
        return 0.0
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return bp * math.pow(product(n), 1 / n)

# %% wrong: not clipped
import math

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        a = [tuple(cand[i:i + k]) for i in range(len(cand) - k + 1)]
        b = [tuple(ref[i:i + k]) for i in range(len(ref) - k + 1)]
        hit = sum(g in b for g in a)
        if not hit:
            return 0.0
        product *= hit / len(a)
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * product ** (1 / n)

# %% wrong: brevity penalty c / r
from collections import Counter

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        product *= hit / sum(a.values())
    return min(1.0, len(cand) / len(ref)) * product ** (1 / n)

# %% wrong: penalises candidates that are too long as well
import math
from collections import Counter

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        product *= hit / sum(a.values())
    r, c = sorted((len(ref), len(cand)))[::-1]
    return math.exp(1 - r / c) * product ** (1 / n)

# %% wrong: divides by the groups of the reference (recall)
import math
from collections import Counter

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        product *= hit / sum(b.values())
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * product ** (1 / n)

# %% wrong: last group is forgotten (range one too short)
import math
from collections import Counter

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        product *= hit / sum(a.values())
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * product ** (1 / n)

# %% wrong: only p_n, not the product
import math
from collections import Counter

def bleu(cand, ref, n=2):
    a = Counter(tuple(cand[i:i + n]) for i in range(len(cand) - n + 1))
    b = Counter(tuple(ref[i:i + n]) for i in range(len(ref) - n + 1))
    hit = sum((a & b).values())
    if not hit:
        return 0.0
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * (hit / sum(a.values())) ** (1 / n)

# %% wrong: arithmetic mean of the precisions
import math
from collections import Counter

def bleu(cand, ref, n=2):
    total = 0.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        total += hit / sum(a.values())
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * total / n

# %% wrong: compares in lower case
import math
from collections import Counter

def bleu(cand, ref, n=2):
    cand, ref = [w.lower() for w in cand], [w.lower() for w in ref]
    product = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        product *= hit / sum(a.values())
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * product ** (1 / n)

# %% wrong: groups are sets of words, their order is lost
import math
from collections import Counter

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(sorted(cand[i:i + k])) for i in range(len(cand) - k + 1))
        b = Counter(tuple(sorted(ref[i:i + k])) for i in range(len(ref) - k + 1))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        product *= hit / sum(a.values())
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * product ** (1 / n)

# %% wrong: an empty candidate divides by zero
import math
from collections import Counter

def bleu(cand, ref, n=2):
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    product = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        if not a:
            return 0.0
        product *= sum((a & b).values()) / sum(a.values())
    return bp * product ** (1 / n)

# %% two: no root; no brevity penalty
from collections import Counter

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        product *= hit / sum(a.values())
    return product

# %% two: not clipped; brevity the wrong way round
import math

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        a = [tuple(cand[i:i + k]) for i in range(len(cand) - k + 1)]
        b = [tuple(ref[i:i + k]) for i in range(len(ref) - k + 1)]
        hit = sum(g in b for g in a)
        if not hit:
            return 0.0
        product *= hit / len(a)
    bp = min(1.0, math.exp(1 - len(cand) / len(ref)))
    return bp * product ** (1 / n)

# %% two: different words only (sets); arithmetic mean
import math

def bleu(cand, ref, n=2):
    total = 0.0
    for k in range(1, n + 1):
        a = {tuple(cand[i:i + k]) for i in range(len(cand) - k + 1)}
        b = {tuple(ref[i:i + k]) for i in range(len(ref) - k + 1)}
        if not a & b:
            return 0.0
        total += len(a & b) / len(a)
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * total / n

# %% two: starts at pairs; root of n all the same; no penalty
from collections import Counter

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(2, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = sum((a & b).values())
        if not hit:
            return 0.0
        product *= hit / sum(a.values())
    return product ** (1 / n) if cand else 0.0
