# %% right: Counter and its intersection
import math
from collections import Counter


def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    product = 1.0
    for k in range(1, n + 1):
        have = Counter(tuple(cand[i : i + k]) for i in range(c - k + 1))
        want = Counter(tuple(ref[i : i + k]) for i in range(r - k + 1))
        total = sum(have.values())
        found = sum((have & want).values())
        if total == 0 or found == 0:
            return 0.0
        product *= found / total
    bp = math.exp(1 - r / c) if c < r else 1.0
    return bp * product ** (1 / n)

# %% right: plain loops, found groups are crossed off a copy
import math


def bleu(cand, ref, n=2):
    if len(cand) == 0:
        return 0.0
    log_sum = 0.0
    for k in range(1, n + 1):
        left = []
        for i in range(len(ref) - k + 1):
            left.append(ref[i : i + k])
        places = len(cand) - k + 1
        if places <= 0:
            return 0.0
        hits = 0
        for i in range(places):
            group = cand[i : i + k]
            if group in left:
                left.remove(group)
                hits += 1
        if hits == 0:
            return 0.0
        log_sum += math.log(hits / places)
    score = math.exp(log_sum / n)
    if len(cand) < len(ref):
        score *= math.exp(1 - len(ref) / len(cand))
    return score

# %% right: torch mean of the logs, exp of the sum
import math
from collections import Counter

import torch


def bleu(cand, ref, n=2):
    zero = torch.zeros((), dtype=torch.float64)
    if len(cand) < n:
        return zero
    p = []
    for k in range(1, n + 1):
        mine = Counter(zip(*[cand[s:] for s in range(k)]))
        theirs = Counter(zip(*[ref[s:] for s in range(k)]))
        clipped = sum(min(m, theirs[g]) for g, m in mine.items())
        p.append(clipped / (len(cand) - k + 1))
    p = torch.tensor(p, dtype=torch.float64)
    if (p == 0).any():
        return zero
    penalty = min(0.0, 1 - len(ref) / len(cand))
    return torch.exp(p.log().mean() + penalty)

# %% right: recursion over k, counts with list.count
import math


def _groups(words, k):
    return [tuple(words[i : i + k]) for i in range(max(len(words) - k + 1, 0))]


def _product(cand, ref, k):
    if k == 0:
        return 1.0
    mine, theirs = _groups(cand, k), _groups(ref, k)
    if not mine:
        return 0.0
    found = sum(min(mine.count(g), theirs.count(g)) for g in set(mine))
    return found / len(mine) * _product(cand, ref, k - 1)


def bleu(cand, ref, n=2):
    # more than the candidate has: a p_k without groups
    if n > len(cand):
        return 0.0
    prod = _product(cand, ref, n)
    if prod == 0.0:
        return 0.0
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1.0 - len(ref) / len(cand))
    return bp * prod ** (1.0 / n)

# %% right: words to numbers, groups with numpy unique
import numpy as np


def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    if c < n or c == 0:
        return 0.0
    number = {w: i for i, w in enumerate(dict.fromkeys(cand + ref))}
    a = np.array([number[w] for w in cand])
    b = np.array([number[w] for w in ref])
    precisions = []
    for k in range(1, n + 1):
        if k > r:
            return 0.0
        ga = np.lib.stride_tricks.sliding_window_view(a, k)
        gb = np.lib.stride_tricks.sliding_window_view(b, k)
        kinds, times = np.unique(ga, axis=0, return_counts=True)
        in_ref = np.array([(gb == g).all(axis=1).sum() for g in kinds])
        precisions.append(np.minimum(times, in_ref).sum() / len(ga))
    if min(precisions) == 0:
        return 0.0
    bp = np.exp(min(0.0, 1 - r / c))
    return float(bp * np.exp(np.mean(np.log(precisions))))

# %% wrong: not clipped, a repeated word counts every time
import math


def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    prod = 1.0
    for k in range(1, n + 1):
        mine = [tuple(cand[i : i + k]) for i in range(c - k + 1)]
        theirs = {tuple(ref[i : i + k]) for i in range(r - k + 1)}
        if not mine:
            return 0.0
        prod *= sum(g in theirs for g in mine) / len(mine)
    if prod == 0:
        return 0.0
    bp = math.exp(1 - r / c) if c < r else 1.0
    return bp * prod ** (1 / n)

# %% wrong: exp(1 - r/c) also for longer candidates, a bonus above 1
import math
from collections import Counter


def bleu(cand, ref, n=2):
    if not cand:
        return 0.0
    logs = []
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i : i + k]) for i in range(len(cand) - k + 1))
        b = Counter(tuple(ref[i : i + k]) for i in range(len(ref) - k + 1))
        overlap = sum((a & b).values())
        if overlap == 0:
            return 0.0
        logs.append(math.log(overlap / sum(a.values())))
    return math.exp(1 - len(ref) / len(cand)) * math.exp(sum(logs) / n)

# %% wrong: all words turned to lower case
import math
from collections import Counter


def bleu(cand, ref, n=2):
    c = [w.lower() for w in cand]
    r = [w.lower() for w in ref]
    if len(c) < n:
        return 0.0
    score = 1.0
    for k in range(1, n + 1):
        gc = Counter(zip(*(c[j:] for j in range(k))))
        gr = Counter(zip(*(r[j:] for j in range(k))))
        score *= sum(min(v, gr[g]) for g, v in gc.items()) / sum(gc.values())
    score = score ** (1 / n)
    return score * math.exp(min(0, 1 - len(r) / len(c)))

# %% wrong: arithmetic mean of the precisions
import math
from collections import Counter


def bleu(cand, ref, n=2):
    precisions = []
    for k in range(1, n + 1):
        places = len(cand) - k + 1
        if places < 1:
            return 0.0
        left = Counter(tuple(ref[i : i + k]) for i in range(len(ref) - k + 1))
        hit = 0
        for i in range(places):
            g = tuple(cand[i : i + k])
            if left[g] > 0:
                left[g] -= 1
                hit += 1
        if hit == 0:
            return 0.0
        precisions.append(hit / places)
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return bp * sum(precisions) / n

# %% wrong: always the square root, whatever n is
import math
from collections import Counter


def ngrams(words, k):
    return Counter(tuple(words[i : i + k]) for i in range(len(words) - k + 1))


def bleu(cand, ref, n=2):
    p = 1.0
    for k in range(1, n + 1):
        x, y = ngrams(cand, k), ngrams(ref, k)
        if not x:
            return 0.0
        p = p * sum((x & y).values()) / sum(x.values())
    bp = 1.0
    if len(cand) < len(ref):
        bp = math.exp(1 - len(ref) / len(cand))
    return bp * math.sqrt(p)

# %% wrong: add-one smoothing for k > 1
import math
from collections import Counter


def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    if c == 0 or c < n:
        return 0.0
    total = 0.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i : i + k]) for i in range(c - k + 1))
        b = Counter(tuple(ref[i : i + k]) for i in range(r - k + 1))
        num, den = sum((a & b).values()), c - k + 1
        if k > 1:
            num, den = num + 1, den + 1
        if num == 0:
            return 0.0
        total += math.log(num / den) / n
    return math.exp(total) * (math.exp(1 - r / c) if c < r else 1.0)

# %% wrong: divided by the groups of the reference (a recall)
import math
from collections import Counter


def bleu(cand, ref, n=2):
    if len(cand) < n:
        return 0.0
    prod = 1.0
    for k in range(1, n + 1):
        a = Counter(zip(*[cand[i:] for i in range(k)]))
        b = Counter(zip(*[ref[i:] for i in range(k)]))
        if sum(b.values()) == 0:
            return 0.0
        prod *= sum((a & b).values()) / sum(b.values())
    bp = math.exp(1 - len(ref) / len(cand)) if len(cand) < len(ref) else 1.0
    return bp * prod ** (1 / n)

# %% wrong: a group size longer than the candidate is left out instead of giving 0
import math
from collections import Counter


def bleu(cand, ref, n=2):
    if not cand:
        return 0.0
    n = min(n, len(cand))
    ps = []
    for k in range(1, n + 1):
        have = Counter(tuple(cand[i : i + k]) for i in range(len(cand) - k + 1))
        want = Counter(tuple(ref[i : i + k]) for i in range(len(ref) - k + 1))
        ps.append(sum((have & want).values()) / sum(have.values()))
    if 0 in ps:
        return 0.0
    bp = min(1.0, math.exp(1 - len(ref) / len(cand)))
    return bp * math.prod(ps) ** (1 / n)

# %% wrong: groups joined to one string without a gap, "a" "bc" equals "ab" "c"
import math
from collections import Counter


def bleu(cand, ref, n=2):
    result = 1.0
    for k in range(1, n + 1):
        mine = Counter("".join(cand[i : i + k]) for i in range(len(cand) - k + 1))
        other = Counter("".join(ref[i : i + k]) for i in range(len(ref) - k + 1))
        number = sum(mine.values())
        if number == 0:
            return 0.0
        result *= sum(min(mine[g], other[g]) for g in mine) / number
    result **= 1 / n
    if len(cand) < len(ref):
        result *= math.exp(1 - len(ref) / len(cand))
    return result

# %% wrong: the words in the caller's lists are turned into tuples
import math
from collections import Counter


def bleu(cand, ref, n=2):
    for words in (cand, ref):
        for i in range(len(words)):
            if isinstance(words[i], str):
                words[i] = (words[i],)
    c, r = len(cand), len(ref)
    prod = 1.0
    for k in range(1, n + 1):
        a = Counter(sum(cand[i : i + k], ()) for i in range(c - k + 1))
        b = Counter(sum(ref[i : i + k], ()) for i in range(r - k + 1))
        if not a:
            return 0.0
        prod *= sum((a & b).values()) / sum(a.values())
    bp = math.exp(1 - r / c) if c < r else 1.0
    return bp * prod ** (1 / n)

# %% two: different groups only, repeats count once above and below; no brevity penalty
def bleu(cand, ref, n=2):
    prod = 1.0
    for k in range(1, n + 1):
        a = {tuple(cand[i : i + k]) for i in range(len(cand) - k + 1)}
        b = {tuple(ref[i : i + k]) for i in range(len(ref) - k + 1)}
        if not a:
            return 0.0
        prod *= len(a & b) / len(a)
    return prod ** (1 / n)

# %% two: the last group is left out; penalty exp(1 - c/r), which is above 1
import math
from collections import Counter


def bleu(cand, ref, n=2):
    c, r = len(cand), len(ref)
    prod = 1.0
    for k in range(1, n + 1):
        a = Counter(tuple(cand[i : i + k]) for i in range(c - k))
        b = Counter(tuple(ref[i : i + k]) for i in range(r - k))
        if sum(a.values()) == 0:
            return 0.0
        prod *= sum((a & b).values()) / sum(a.values())
    bp = math.exp(1 - c / r) if c < r else 1.0
    return bp * prod ** (1 / n)

# %% two: only the longest groups, p_n; lower case
import math
from collections import Counter


def bleu(cand, ref, n=2):
    cand = [w.lower() for w in cand]
    ref = [w.lower() for w in ref]
    if len(cand) < n:
        return 0.0
    a = Counter(tuple(cand[i : i + n]) for i in range(len(cand) - n + 1))
    b = Counter(tuple(ref[i : i + n]) for i in range(len(ref) - n + 1))
    p = sum((a & b).values()) / sum(a.values())
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return bp * p

# %% two: not clipped; product without the n-th root
import math


def bleu(cand, ref, n=2):
    if len(cand) < n:
        return 0.0
    score = 1.0
    for k in range(1, n + 1):
        places = len(cand) - k + 1
        pool = [ref[i : i + k] for i in range(len(ref) - k + 1)]
        hits = 0
        for i in range(places):
            if cand[i : i + k] in pool:
                hits += 1
        score *= hits / places
    if len(cand) < len(ref):
        score *= math.exp(1 - len(ref) / len(cand))
    return score
