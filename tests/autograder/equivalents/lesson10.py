"""Changes of the references of lesson 10 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT

WEIGHTLESS = "an absent expert has precision 0: whatever finite number stands in for its mean, it has no weight"
CHOSEN = "where nobody is there, the row of the prior is chosen, not this one"

EQUIVALENT = {
    "10.2": {
        f"return ((precision * mu.masked_fill(away, 0.0)).sum(0) / total, -torch.log(total)) -> return ((precision * mu.masked_fill(away, {other})).sum(0) / total, -torch.log(total))": WEIGHTLESS
        for other in ("1.0", "-1.0")
    },
    "10.3": {
        "return torch.where(count > 0, total / count.clamp_min(1), prior) -> return torch.where(count > 0, total / count, prior)": CHOSEN,
        "return torch.where(count > 0, total / count.clamp_min(1), prior) -> return torch.where(count > 0, total / count.clamp_min(0), prior)": CHOSEN,
    },
}

GUARDED = {
    "10.2": {"total": "at least 1: the standard normal is always in it"},
    "10.3": {"count > 0": COUNT, "count.clamp_min(1)": COUNT},
}
