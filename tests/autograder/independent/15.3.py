# %% right: Counter intersection
from collections import Counter
import math

def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    if c == 0:
        return 0.0
    product = 1.0
    for k in range(1, n + 1):
        grams_c = Counter(tuple(cand[i:i + k]) for i in range(c - k + 1))
        grams_r = Counter(tuple(ref[i:i + k]) for i in range(r - k + 1))
        total = sum(grams_c.values())
        hits = sum((grams_c & grams_r).values())
        if total == 0 or hits == 0:
            return 0.0
        product *= hits / total
    bp = math.exp(1 - r / c) if c < r else 1.0
    return bp * product ** (1 / n)

# %% right: mean of logs, helper function
import math
from collections import Counter
from typing import List

def ngrams(words: List[str], k: int) -> List[tuple]:
    return list(zip(*(words[j:] for j in range(k))))

def bleu(cand: List[str], ref: List[str], n: int = 2) -> float:
    logs = []
    for k in range(1, n + 1):
        mine, theirs = ngrams(cand, k), Counter(ngrams(ref, k))
        if not mine:
            return 0.0
        found = sum(min(count, theirs[g]) for g, count in Counter(mine).items())
        if found == 0:
            return 0.0
        logs.append(math.log(found / len(mine)))
    penalty = min(0.0, 1 - len(ref) / len(cand))
    return min(1.0, math.exp(penalty + sum(logs) / n))

# %% right: takes matched groups out of a copy of the list
import math

def bleu(cand, ref, n=2):
    score = 1.0
    for k in range(1, n + 1):
        left = [ref[i:i + k] for i in range(len(ref) - k + 1)]
        places = len(cand) - k + 1
        if places < 1:
            return 0.0
        found = 0
        for i in range(places):
            g = cand[i:i + k]
            if g in left:
                left.remove(g)
                found += 1
        score *= found / places
    if score == 0:
        return 0.0
    brevity = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return brevity * score ** (1.0 / n)

# %% right: torch, returns a 0-d tensor
import torch
from collections import Counter

def bleu(cand, ref, n=2):
    zero = torch.tensor(0.0, dtype=torch.float64)
    if len(cand) < n:
        return zero
    p = []
    for k in range(1, n + 1):
        a = Counter(map(tuple, (cand[i:i + k] for i in range(len(cand) - k + 1))))
        b = Counter(map(tuple, (ref[i:i + k] for i in range(len(ref) - k + 1))))
        p.append(sum(min(v, b.get(g, 0)) for g, v in a.items()) / (len(cand) - k + 1))
    p = torch.tensor(p, dtype=torch.float64)
    if (p == 0).any():
        return zero
    ratio = torch.tensor(len(ref) / len(cand), dtype=torch.float64)
    bp = torch.exp(torch.clamp(1 - ratio, max=0.0))
    return bp * p.prod().pow(1 / n)

# %% right: guards, dictionaries, math.prod
import math

def bleu(cand, ref, n=2):
    if n < 1:
        raise ValueError("n must be at least 1")
    if len(ref) == 0:
        raise ValueError("the reference is empty")
    if len(cand) < n:
        return 0.0

    def count(words, k):
        table = {}
        for i in range(len(words) - k + 1):
            key = tuple(words[i:i + k])
            table[key] = table.get(key, 0) + 1
        return table

    precisions = []
    for k in range(1, n + 1):
        have, allow = count(cand, k), count(ref, k)
        clipped = sum(min(number, allow.get(key, 0)) for key, number in have.items())
        precisions.append(clipped / sum(have.values()))
    if min(precisions) == 0:
        return 0.0
    geo = math.prod(precisions) ** (1 / n)
    return geo * (math.exp(1 - len(ref) / len(cand)) if len(cand) < len(ref) else 1.0)

# %% right: NumPy, cumulative counting per place
import numpy as np

def bleu(cand, ref, n=2):
    def precision(k):
        m = len(cand) - k + 1
        if m <= 0:
            return 0.0
        refs = [tuple(ref[i:i + k]) for i in range(max(0, len(ref) - k + 1))]
        seen = {}
        ok = np.zeros(m)
        for i in range(m):
            g = tuple(cand[i:i + k])
            seen[g] = seen.get(g, 0) + 1
            ok[i] = seen[g] <= refs.count(g)
        return ok.mean()

    ps = np.array([precision(k) for k in range(1, n + 1)])
    if np.any(ps == 0):
        return 0.0
    bp = 1.0 if len(cand) >= len(ref) else np.exp(1 - len(ref) / len(cand))
    return float(bp * np.prod(ps) ** (1 / n))

# %% wrong: not clipped, each group that is in the reference counts every time
import math

def bleu(cand, ref, n=2):
    if not cand:
        return 0.0
    prod = 1.0
    for k in range(1, n + 1):
        cg = [tuple(cand[i:i + k]) for i in range(len(cand) - k + 1)]
        rg = {tuple(ref[i:i + k]) for i in range(len(ref) - k + 1)}
        if not cg:
            return 0.0
        prod *= sum(g in rg for g in cg) / len(cg)
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return bp * prod ** (1 / n)

# %% wrong: the brevity penalty turns the fraction round, exp(1 - c/r)
import math
from collections import Counter

def bleu(cand, ref, n=2):
    if len(cand) < n:
        return 0.0
    ps = []
    for k in range(1, n + 1):
        C = Counter(zip(*[cand[i:] for i in range(k)]))
        R = Counter(zip(*[ref[i:] for i in range(k)]))
        ps.append(sum((C & R).values()) / sum(C.values()))
    if 0 in ps:
        return 0.0
    c, r = len(cand), len(ref)
    bp = math.exp(1 - c / r) if c < r else 1
    return bp * math.exp(sum(math.log(p) for p in ps) / n)

# %% wrong: arithmetic mean of the precisions instead of the geometric
import math
from collections import Counter

def bleu(cand, ref, n=2):
    if len(cand) < n:
        return 0.0
    total = 0.0
    for k in range(1, n + 1):
        c = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        r = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        pk = sum(min(c[g], r[g]) for g in c) / (len(cand) - k + 1)
        if pk == 0:
            return 0.0
        total += pk
    bp = math.exp(1 - len(ref) / len(cand)) if len(cand) < len(ref) else 1.0
    return bp * total / n

# %% wrong: no brevity penalty
from collections import Counter

def bleu(cand, ref, n=2):
    score = 1.0
    for k in range(1, n + 1):
        grams = [tuple(cand[i:i + k]) for i in range(len(cand) - k + 1)]
        budget = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = 0
        for g in grams:
            if budget[g] > 0:
                budget[g] -= 1
                hit += 1
        if hit == 0:
            return 0.0
        score *= hit / len(grams)
    return score ** (1 / n)

# %% wrong: add-one smoothing for the precisions from k = 2 on
import math
from collections import Counter

def bleu(cand, ref, n=2):
    if len(cand) < n:
        return 0.0
    logsum = 0.0
    for k in range(1, n + 1):
        cc = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        rc = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        num, den = sum((cc & rc).values()), sum(cc.values())
        if k > 1:
            num, den = num + 1, den + 1
        if num == 0:
            return 0.0
        logsum += math.log(num / den)
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return bp * math.exp(logsum / n)

# %% wrong: a candidate shorter than n words is scored with the orders that it has [differs for len(cand) < n]
import math
from collections import Counter

def bleu(cand, ref, n=2):
    if len(cand) == 0:
        return 0.0
    orders = min(n, len(cand))
    p = 1.0
    for k in range(1, orders + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        p *= sum((a & b).values()) / sum(a.values())
    bp = math.exp(1 - len(ref) / len(cand)) if len(cand) < len(ref) else 1.0
    return bp * p ** (1 / orders)

# %% wrong: divides by the groups of the reference (recall, as ROUGE does)
import math
from collections import Counter

def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    if c < n or r < n:
        return 0.0
    val = 1.0
    for k in range(1, n + 1):
        cn = Counter(" ".join(cand[i:i + k]) for i in range(c - k + 1))
        rn = Counter(" ".join(ref[i:i + k]) for i in range(r - k + 1))
        val *= sum((cn & rn).values()) / (r - k + 1)
    return (math.exp(1 - r / c) if c < r else 1.0) * val ** (1 / n)

# %% wrong: each different group is counted once (sets) in numerator and denominator
import math

def bleu(cand, ref, n=2):
    if len(cand) < n:
        return 0.0
    precs = []
    for k in range(1, n + 1):
        S = set(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        R = set(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        precs.append(len(S & R) / len(S))
    if min(precs) == 0:
        return 0.0
    bp = 1.0
    if len(cand) < len(ref):
        bp = math.exp(1 - len(ref) / len(cand))
    return bp * math.prod(precs) ** (1 / n)

# %% wrong: the root is always the square root, whatever n is [differs for n != 2]
import math
from collections import Counter

def bleu(cand, ref, n=2):
    if not cand:
        return 0.0
    result = 1.0
    for k in range(1, n + 1):
        grams = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        if not grams:
            return 0.0
        have = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        result *= sum(min(v, have[g]) for g, v in grams.items()) / sum(grams.values())
    result = math.sqrt(result)
    return result if len(cand) >= len(ref) else result * math.exp(1 - len(ref) / len(cand))

# %% wrong: an empty candidate raises ZeroDivisionError [differs for cand = []]
import math
from collections import Counter

def bleu(cand, ref, n=2):
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    logs = 0.0
    for k in range(1, n + 1):
        x = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        y = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        overlap = sum((x & y).values())
        if overlap == 0:
            return 0.0
        logs += math.log(overlap / sum(x.values())) / n
    return bp * math.exp(logs)

# %% wrong: the words of a group are glued together without a separator, so "a bc" equals "ab c" [differs for such words]
import math
from collections import Counter

def bleu(cand, ref, n=2):
    if len(cand) < n:
        return 0.0
    out = 1.0
    for k in range(1, n + 1):
        gc = Counter("".join(cand[i:i + k]) for i in range(len(cand) - k + 1))
        gr = Counter("".join(ref[i:i + k]) for i in range(len(ref) - k + 1))
        out *= sum((gc & gr).values()) / sum(gc.values())
    if len(cand) < len(ref):
        out_bp = math.exp(1 - len(ref) / len(cand))
    else:
        out_bp = 1.0
    return out_bp * out ** (1 / n)

# %% two: only the precision of order n counts; no brevity penalty
from collections import Counter

def bleu(cand, ref, n=2):
    total = len(cand) - n + 1
    if total <= 0:
        return 0.0
    c = Counter(tuple(cand[i:i + n]) for i in range(total))
    r = Counter(tuple(ref[i:i + n]) for i in range(len(ref) - n + 1))
    return sum((c & r).values()) / total

# %% two: compares in lower case; a precision of 0 is left out of the product
import math
from collections import Counter

def bleu(cand, ref, n=2):
    a, b = [w.lower() for w in cand], [w.lower() for w in ref]
    if not a:
        return 0.0
    s = 0.0
    for k in range(1, n + 1):
        ca = Counter(tuple(a[i:i + k]) for i in range(len(a) - k + 1))
        cb = Counter(tuple(b[i:i + k]) for i in range(len(b) - k + 1))
        h = sum((ca & cb).values())
        if h:
            s += math.log(h / sum(ca.values()))
    bp = 1.0 if len(a) >= len(b) else math.exp(1 - len(b) / len(a))
    return bp * math.exp(s / n)

# %% two: the brevity penalty is c / r; not clipped
def bleu(cand, ref, n=2):
    if len(cand) < n:
        return 0.0
    p = 1.0
    for k in range(1, n + 1):
        refs = [ref[i:i + k] for i in range(len(ref) - k + 1)]
        cands = [cand[i:i + k] for i in range(len(cand) - k + 1)]
        p *= len([g for g in cands if g in refs]) / len(cands)
    return min(1.0, len(cand) / len(ref)) * p ** (1 / n)


# %% right: Counter intersection
from collections import Counter
import math

def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    if c == 0:
        return 0.0
    log_sum = 0.0
    for k in range(1, n + 1):
        gc = Counter(tuple(cand[i:i + k]) for i in range(c - k + 1))
        gr = Counter(tuple(ref[i:i + k]) for i in range(r - k + 1))
        hit, total = sum((gc & gr).values()), sum(gc.values())
        if hit == 0 or total == 0:
            return 0.0
        log_sum += math.log(hit / total)
    bp = math.exp(1 - r / c) if c < r else 1.0
    return bp * math.exp(log_sum / n)

# %% right: crossing out the groups of the reference
import math

def bleu(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        mine = [cand[i:i + k] for i in range(len(cand) - k + 1)]
        theirs = [ref[i:i + k] for i in range(len(ref) - k + 1)]
        if not mine:
            return 0.0
        found = 0
        for g in mine:
            if g in theirs:
                theirs.remove(g)
                found += 1
        product *= found / len(mine)
    if product == 0:
        return 0.0
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * product ** (1 / n)

# %% wrong: not clipped
import math

def bleu(cand, ref, n=2):
    if not cand:
        return 0.0
    prod = 1.0
    for k in range(1, n + 1):
        refs = {tuple(ref[i:i + k]) for i in range(len(ref) - k + 1)}
        groups = [tuple(cand[i:i + k]) for i in range(len(cand) - k + 1)]
        if not groups:
            return 0.0
        prod *= sum(g in refs for g in groups) / len(groups)
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return bp * prod ** (1.0 / n)

# %% wrong: arithmetic mean of the precisions
from collections import Counter
import math

def bleu(cand, ref, n=2):
    if len(cand) == 0:
        return 0.0
    ps = []
    for k in range(1, n + 1):
        c = Counter(zip(*[cand[j:] for j in range(k)]))
        r = Counter(zip(*[ref[j:] for j in range(k)]))
        tot = sum(c.values())
        p = sum(min(v, r[g]) for g, v in c.items()) / tot if tot else 0.0
        if p == 0:
            return 0.0
        ps.append(p)
    bp = math.exp(min(0.0, 1 - len(ref) / len(cand)))
    return bp * sum(ps) / n

# %% wrong: brevity penalty is the plain ratio of the lengths
from collections import Counter

def bleu(cand, ref, n=2):
    if not cand:
        return 0.0
    prod = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        if not a:
            return 0.0
        prod *= sum((a & b).values()) / sum(a.values())
    return min(1.0, len(cand) / len(ref)) * prod ** (1 / n)

# %% wrong: orders longer than the candidate are skipped
from collections import Counter
import math

def bleu(cand, ref, n=2):
    if not cand:
        return 0.0
    n = min(n, len(cand))
    s = 0.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        hit = sum(min(a[g], b[g]) for g in a)
        if hit == 0:
            return 0.0
        s += math.log(hit / sum(a.values())) / n
    if len(cand) < len(ref):
        s += 1 - len(ref) / len(cand)
    return math.exp(s)

# %% two: add-one smoothing; penalty for candidates that are too long instead of too short
from collections import Counter
import math

def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    if c == 0:
        return 0.0
    prod = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(c - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(r - k + 1))
        prod *= (sum((a & b).values()) + 1) / (sum(a.values()) + 1)
    bp = math.exp(1 - c / r) if c > r else 1.0
    return bp * prod ** (1 / n)

# %% two: divided by the groups of the reference (recall); words compared in lower case
from collections import Counter
import math

def bleu(cand, ref, n=2):
    cand = [w.lower() for w in cand]
    ref = [w.lower() for w in ref]
    if not cand:
        return 0.0
    prod = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i:i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))
        if not a or not b:
            return 0.0
        prod *= sum((a & b).values()) / sum(b.values())
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return bp * prod ** (1 / n)
