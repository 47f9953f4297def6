"""Changes of the references of lesson 03 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import AXIS, COUNT

EQUIVALENT = {
    "03.1": {
        "return e / e.sum(dim=-1, keepdim=True) -> return e / e.sum(dim=1, keepdim=True)": AXIS,
        "z = logits - logits.max(dim=-1, keepdim=True).values -> z = logits - logits.max(dim=1, keepdim=True).values": AXIS,
    },
    "03.2": {
        "picked = logp[torch.arange(len(target), device=logits.device), target] -> picked = logp[torch.arange(len(target)), target]": "an index may stay on the CPU",
    },
    "03.3": {
        "y = F.one_hot(target, classes).to(logits.dtype) -> y = F.one_hot(target, classes)": "the next line multiplies it by a float, and the logits give the dtype",
    },
}

GUARDED = {
    "03.1": {"e.sum(dim=-1, keepdim=True)": "at least 1, because the largest logit of the row is subtracted"},
    "03.3": {"classes": COUNT},
}
