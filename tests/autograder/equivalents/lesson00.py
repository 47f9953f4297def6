"""Changes of the references of lesson 00 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT, EVEN, NUMBER

EQUIVALENT = {
    "00.1": {
        "diff = a[:, None, :] - b[None, :, :] -> diff = b[None, :, :] - a[:, None, :]": EVEN,
    },
    "00.3": {
        "s = x.std(unbiased=True) -> s = x.std()": "that is the default",
        "return (x.mean().item(), half.item()) -> return (x.mean(), half.item())": NUMBER,
        "return (x.mean().item(), half.item()) -> return (x.mean().item(), half)": NUMBER,
    },
}

GUARDED = {
    "00.3": {
        "x.numel()": COUNT,
        "math.sqrt(x.numel())": COUNT,
        "x.std(unbiased=True) + 1e-08": "half-widths are compared within 1e-6",
    },
}
