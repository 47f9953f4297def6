"""Changes of the references of lesson 11 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import EVEN, NUMBER

EQUIVALENT = {
    "11.2": {"rho = (pa / pb).item() -> rho = pa / pb": NUMBER},
    "11.3": {"overfit = va1 - tr1 - (va0 - tr0) -> overfit = va0 - tr0 - (va1 - tr1)": EVEN},
    "11.4": {"return g.clone() -> return g": "the same numbers; whoever calls may do with them what they like"},
}

GUARDED = {
    "11.3": {
        "(overfit ** 2).clamp_min(1e-06)": "the floor stands there already; where all heads lie below it, a common factor cancels",
    },
}
