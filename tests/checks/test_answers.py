"""Right answers in other styles pass; wrong ones that no catalogue knows do not; small changes of a reference are noticed."""

import ast
import importlib

import pytest
from mutate import mutants
from wrong_answers import WRONG

from fusion_edu.checks import TASKS, check
from fusion_edu.checks.variants import build, source_of

RIGHT = {
    task: answers
    for n in range(5)
    for task, answers in importlib.import_module(f"right_answers.lesson0{n}").RIGHT.items()
}
# Changed lines that change nothing: even functions, pieces that meet, a device or type given by another input, a masked index,
# a default that is spelt out, and one floor within the tolerance.
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
}


def test_each_task_has_three_right_answers_and_two_wrong_ones():
    assert RIGHT.keys() == WRONG.keys() == TASKS.keys()
    assert min(map(len, RIGHT.values())) >= 3
    assert min(map(len, WRONG.values())) >= 2


@pytest.mark.parametrize(("task", "answer"), [(t, a) for t, answers in RIGHT.items() for a in answers])
def test_right_in_another_way(task, answer):
    for seed in range(8):
        report = check(task, answer, seed=seed, record=False)
        assert report.correct, report


@pytest.mark.parametrize(("task", "answer"), [(t, a) for t, answers in WRONG.items() for a in answers])
def test_wrong_in_another_way(task, answer):
    for seed in range(4):
        report = check(task, answer, seed=seed, record=False)
        assert report.outcome in ("incorrect", "raised"), report
        assert len(report.message) > 20


def changed(task, source):
    lines = set(ast.unparse(ast.parse(source_of(task.reference))).splitlines())
    return [
        line.strip() for line in source.splitlines() if line not in lines and not line.startswith("def")
    ] or source.splitlines()[:1]


def test_changes_of_the_references_are_noticed():
    """At least 98 % of the changes that change something, whatever the random cases are."""
    killed, survived = 0, []
    for task in TASKS.values():
        for source in mutants(source_of(task.reference)):
            if set(changed(task, source)) <= EQUIVALENT:
                continue
            version = build(task, source, "mutant")
            if all(check(task.id, version, seed=seed, record=False).correct for seed in (0, 1)):
                survived.append((task.id, changed(task, source)))
            else:
                killed += 1
    assert killed >= 300
    assert killed / (killed + len(survived)) >= 0.98, survived
