"""Changes of the references of lesson 02 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT, EVEN

EQUIVALENT = {
    "02.1": {
        "squared = (target - pred) ** 2 -> squared = (pred - target) ** 2": EVEN,
    },
    "02.2": {
        "return torch.where(e <= delta, near, far).mean() -> return torch.where(e < delta, near, far).mean()": "the two pieces meet at delta, their slopes too",
        "e = (pred - target).abs() -> e = (target - pred).abs()": EVEN,
    },
    "02.3": {
        "safe = torch.where(present, target, pred.detach()) -> safe = torch.where(present, target, pred)": "where it is taken, the difference is 0, and so is the slope of its square",
        "squared = (pred - safe) ** 2 -> squared = (safe - pred) ** 2": EVEN,
    },
    "02.4": {
        "squared = (target - mean) ** 2 -> squared = (mean - target) ** 2": EVEN,
    },
}

GUARDED = {
    "02.3": {"present.sum().clamp_min(1)": COUNT},
}
