"""The library gives what the tasks of lessons 06, 09, 11 and 12 ask for, though neither knows the other."""

import pytest
import torch

from fusion_edu import evaluate, fusion, losses, train
from fusion_edu.checks import TASKS


def named(tensor):
    return {f"model {m}": row for m, row in enumerate(tensor)}


def recall_both_ways(sim, owner, k):
    own = torch.arange(len(sim))[:, None] == owner
    return [evaluate.recall_at_k(evaluate.ranks(*asked), k).mean for asked in ((sim, own), (sim.T, own.T))]


def ogm_of_two(logits_a, logits_b, y, alpha):
    return list(train.ogm_coefficients({"a": logits_a, "b": logits_b}, y, alpha=alpha).values())


LIBRARY = {
    "06.1": lambda preds, classes: fusion.majority_vote(named(preds)),
    "06.3": lambda log_p, log_prior: fusion.product_of_experts(named(log_p), log_prior),
    "06.4": fusion.out_of_fold,
    "08.1": fusion.attention,
    "08.4": lambda x, adj, w: (fusion.normalised_adjacency(adj) @ x @ w).relu(),
    "09.5": recall_both_ways,
    "11.1": losses.uncertainty_weighted,
    "11.2": ogm_of_two,
    "11.4": lambda g, other: train.pcgrad({"g": g, "other": other})["g"],
    "11.5": losses.load_balance,
    "12.2": lambda probs, y, bins=10: evaluate.ece(probs, y, bins=bins),
    "12.5": lambda cal_p, cal_y, test_p, alpha: evaluate.conformal_sets(cal_p, cal_y, test_p, alpha=alpha),
}


@pytest.mark.parametrize("task_id", LIBRARY)
def test_it_agrees(task_id):
    task = TASKS[task_id]
    for case in [*task.named, *(case for seed in range(3) for case in task.cases(seed))]:
        expected, got = task.reference(*case.args), LIBRARY[task_id](*case.args)
        torch.testing.assert_close(
            torch.as_tensor(got), torch.as_tensor(expected), rtol=1e-4, atol=1e-5, check_dtype=False, msg=case.name
        )
