"""Changes of the references of lesson 04 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import AXIS, COUNT, CPU, EVEN

EQUIVALENT = {
    "04.1": {
        "squared = ((a - b) ** 2).sum(-1) -> squared = ((a - b) ** 2).sum(1)": AXIS,
        "squared = ((a - b) ** 2).sum(-1) -> squared = ((b - a) ** 2).sum(-1)": EVEN,
        "def safe_distance(a, b, eps=1e-12): -> def safe_distance(a, b, eps=2e-12):": "1.0e-6 and 1.4e-6 are the same within 1e-6, as the promise says: an exact 0 passes too",
    },
    "04.2": {
        "y = y.to(d.dtype) -> y = y": "integers and floats times d have the dtype of d",
    },
    "04.4": {
        "i, j = torch.triu_indices(n, n, offset=1, device=labels.device) -> i, j = torch.triu_indices(n, n, offset=1)": CPU,
    },
    "04.5": {
        "push = -(1 - y) * torch.clamp(margin - d, min=0) * diff / d.clamp_min(1e-12) -> push = -(1 - y) * torch.clamp(margin - d, min=0) * diff / d.clamp_min(2e-12)": "distances are 0, where diff is 0 too, or far above 1e-12",
        "y = y.to(a.dtype)[:, None] -> y = y[:, None]": "integers and floats times a have the dtype of a",
    },
}

NEAR = "distances are 0 or at least 1e-5, as the statement says"

GUARDED = {
    "04.2": {"2 * len(d)": COUNT},
    "04.5": {
        "len(a)": COUNT,
        "torch.as_tensor(d.clamp_min(1e-12)).clamp(min=1e-06)": NEAR,
        "d.clamp_min(1e-12) if torch.as_tensor(d.clamp_min(1e-12)).abs().max() > 1e-06 else 1": NEAR,
    },
}
