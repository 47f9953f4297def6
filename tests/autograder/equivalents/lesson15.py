"""Changes of the references of lesson 15 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT

EQUIVALENT = {
    "15.2": {
        "m = (target.reshape(-1) != pad).to(nll.dtype) -> m = target.reshape(-1) != pad": "a product with a mask of bools takes the dtype of the numbers, and a count divides like its number",
    },
    "15.3": {
        "r = Counter((tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))) -> r = Counter((tuple(ref[i:i + k]) for i in range(len(ref) + 1)))": "shorter groups at the end of the reference match no group of k words",
        "r = Counter((tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))) -> r = Counter((tuple(ref[i:i + k]) for i in range(len(ref) + k + 1)))": "shorter groups at the end of the reference match no group of k words",
        "r = Counter((tuple(ref[i:i + k]) for i in range(len(ref) - k + 1))) -> r = Counter((tuple(ref[i:i + k]) for i in range(len(ref) - k + 2)))": "shorter groups at the end of the reference match no group of k words",
        "hit, tot = (sum((min(v, r[g]) for g, v in c.items())), sum(c.values())) -> hit, tot = (sum((min(r[g], v) for g, v in c.items())), sum(c.values()))": "the smaller of two numbers, whichever comes first",
        "bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand)) -> bp = 1.0 if len(cand) > len(ref) else math.exp(1 - len(ref) / len(cand))": "where both are as long, exp(1 - 1) is 1 too",
    },
}

SHARE = "the share of a text of at most 100 words: at least 0.01, and 0.000001 more is below the tolerance"
GUARDED = {
    "15.2": {"m.sum().clamp_min(1)": COUNT},
    "15.3": {"hit / tot": SHARE, "len(cand)": COUNT, "n": COUNT, "tot": COUNT},
}
