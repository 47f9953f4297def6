"""Changes of the references of lesson 01 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT, CPU

EQUIVALENT = {
    "01.2": {
        "x = seqs[0].new_full((len(seqs), longest, seqs[0].shape[1]), pad) -> x = seqs[-1].new_full((len(seqs), longest, seqs[0].shape[1]), pad)": "all sequences have one dtype and device",
        "x = seqs[0].new_full((len(seqs), longest, seqs[0].shape[1]), pad) -> x = seqs[0].new_full((len(seqs), longest, seqs[-1].shape[1]), pad)": "all sequences have the same number of features",
        "mask = torch.zeros(len(seqs), longest, dtype=torch.bool, device=seqs[0].device) -> mask = torch.zeros(len(seqs), longest, dtype=torch.bool)": CPU,
        "mask = torch.zeros(len(seqs), longest, dtype=torch.bool, device=seqs[0].device) -> mask = torch.zeros(len(seqs), longest, dtype=torch.bool, device=seqs[-1].device)": "all sequences are on one device",
    },
    "01.4": {
        "known = v_src[index.clamp_min(0)] -> known = v_src[index.clamp_min(-1)]": "what is read at -1 is masked in the next line",
        "known = v_src[index.clamp_min(0)] -> known = v_src[index]": "-1 is the smallest index, and what is read there is masked in the next line",
    },
}

GUARDED = {
    "01.3": {"count": COUNT},
}
