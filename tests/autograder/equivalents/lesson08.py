"""Changes of the references of lesson 08 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import CPU

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
