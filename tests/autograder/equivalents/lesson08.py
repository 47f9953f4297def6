"""Changes of the references of lesson 08 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT, CPU

EQUIVALENT = {
    "08.1": {
        "s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5 -> s = q @ k.transpose(2, 1) / q.shape[-1] ** 0.5": "two axes change places, whichever is named first",
    },
    "08.4": {
        "a = adj + torch.eye(len(adj), dtype=adj.dtype, device=adj.device) -> a = adj + torch.eye(len(adj), device=adj.device)": "0 and 1 are exact in every dtype, and the sum has that of adj",
        "a = adj + torch.eye(len(adj), dtype=adj.dtype, device=adj.device) -> a = adj + torch.eye(len(adj), dtype=adj.dtype)": CPU,
        "d = a.sum(1).rsqrt() -> d = a.sum(0).rsqrt()": "adj is symmetric",
    },
}

ROOT = "the root of a whole number, at least 1: no guard acts on it, and what one adds is below the tolerance"
GUARDED = {
    "08.1": {"q.shape[-1] ** 0.5": ROOT},
    "08.2": {"feats.shape[-1] ** 0.5": ROOT},
    "08.4": {"a.sum(1)": COUNT},
}
