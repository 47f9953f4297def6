"""Small changes of a reference are noticed."""

import ast

import pytest
from agree import agrees
from mutate import mutants

from fusion_edu.checks import TASKS
from fusion_edu.checks.variants import build, source_of

# Changed lines that change nothing: even functions, pieces that meet, a device or type given by another input, a masked index,
# a default that is spelt out, an axis counted from the other end, the last of one column, lists of the same length, and
# floors of 1e-12 within the tolerance.
EQUIVALENT = {
    "diff = b[None, :, :] - a[:, None, :]",
    "s = x.std()",
    "x = seqs[-1].new_full((len(seqs), longest, seqs[0].shape[1]), pad)",
    "x = seqs[0].new_full((len(seqs), longest, seqs[-1].shape[1]), pad)",
    "mask = torch.zeros(len(seqs), longest, dtype=torch.bool)",
    "mask = torch.zeros(len(seqs), longest, dtype=torch.bool, device=seqs[-1].device)",
    "known = v_src[index.clamp_min(-1)]",
    "squared = (pred - target) ** 2",
    "return torch.where(e < delta, near, far).mean()",
    "e = (target - pred).abs()",
    "squared = (safe - pred) ** 2",
    "squared = (mean - target) ** 2",
    "z = logits - logits.max(dim=+1, keepdim=True).values",
    "return e / e.sum(dim=+1, keepdim=True)",
    "picked = logp[torch.arange(len(target)), target]",
    "squared = ((a - b) ** 2).sum(+1)",
    "squared = ((b - a) ** 2).sum(-1)",
    "def safe_distance(a, b, eps=2e-12):",
    "i, j = torch.triu_indices(n, n, offset=1)",
    "push = -(1 - y) * torch.clamp(margin - d, min=0) * diff / d.clamp_min(2e-12)",
    "unit = [f / f.norm(dim=1, keepdim=True).clamp_min(2e-12) for f in flat]",
    "a = torch.softmax(w, dim=-1)",
    "for x, factor in zip(feats, factors):",
    "for x, factor in zip(feats, factors, strict=False):",
    "return preds.T.gather(1, first[:, None])[:, -1]",
    "return score - torch.logsumexp(score, dim=+1, keepdim=True)",
    "out = torch.zeros_like(y)",
    "ids[row, :len(found)] = torch.tensor(found)",
    "return torch.cat([pooled, text], dim=+1)",
    "gap = confidence[inside].mean() - right[inside].mean()",
    "scores = (1 - cal_p.gather(1, cal_y[:, None])[:, -1]).sort().values",
}


def changed(task, source):
    lines = set(ast.unparse(ast.parse(source_of(task.reference))).splitlines())
    return [
        line.strip() for line in source.splitlines() if line not in lines and not line.startswith("def")
    ] or source.splitlines()[:1]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_every_change_that_changes_something_is_noticed(task):
    """Whatever the random cases are: one seed may miss it, two must not."""
    found = [source for source in mutants(source_of(task.reference)) if not set(changed(task, source)) <= EQUIVALENT]
    survived = [
        changed(task, source)
        for source in found
        if all(agrees(task, build(task, source, "mutant"), seed) for seed in (0, 1))
    ]
    assert len(found) >= 2
    assert not survived
