"""Changes of the references of lesson 17 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import NUMBER

SHARES = "return (known.double().mean().item(), twin.double().mean().item(), early.double().mean().item()) -> return ("

EQUIVALENT = {
    "17.4": {
        SHARES + "known.double().mean().item(), twin.double().mean(), early.double().mean().item())": NUMBER,
        SHARES + "known.double().mean(), twin.double().mean().item(), early.double().mean().item())": NUMBER,
        SHARES + "known.double().mean().item(), twin.double().mean().item(), early.double().mean())": NUMBER,
    },
    "17.5": {
        "errors = (~correct[decided]).double().mean().item() -> errors = (~correct[decided]).double().mean()": NUMBER,
        "for t in confidence.sort().values.tolist(): -> for t in confidence.sort().values:": NUMBER,
    },
    "17.6": {
        "scores = [right[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least] -> scores = [right[group == g].mean() for g in group.unique() if (group == g).sum() >= least]": NUMBER,
        "overall = right.mean().item() -> overall = right.mean()": NUMBER,
        "scores = [right[group == g].mean().item() for g in group.unique() if (group == g).sum() >= least] -> scores = [right[group == g].mean().item() for g in group if (group == g).sum() >= least]": "each group several times: smallest and largest stay",
    },
}

GUARDED: dict[str, dict[str, str]] = {}
