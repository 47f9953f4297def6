"""Changes of the references of lesson 05 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

EQUIVALENT = {
    "05.1": {
        "unit = [f / f.norm(dim=1, keepdim=True).clamp_min(1e-12) for f in flat] -> unit = [f / f.norm(dim=1, keepdim=True).clamp_min(2e-12) for f in flat]": "norms are 0, where f is 0 too, or far above 1e-12",
    },
    "05.2": {
        "a = torch.softmax(w, dim=0) -> a = torch.softmax(w, dim=-1)": "w has one axis",
    },
    "05.5": {
        "for x, factor in zip(feats, factors, strict=True): -> for x, factor in zip(feats, factors):": "the lists have the same length",
        "for x, factor in zip(feats, factors, strict=True): -> for x, factor in zip(feats, factors, strict=False):": "the lists have the same length",
    },
}

GUARDED = {
    "05.3": {
        "torch.sigmoid(torch.cat([v, t], 1) @ w_z.T).clamp(1e-07, 0.9999999)": "results lie between -1 and 1 and are compared within 1e-6",
    },
}
