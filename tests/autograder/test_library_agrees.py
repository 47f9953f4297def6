"""The library gives what tasks ask for, though neither knows the other."""

import pytest
import torch

from fusion_edu import bridges, evaluate, explain, fusion, losses, train
from fusion_edu.checks import TASKS


def named(tensor):
    return {f"model {m}": row for m, row in enumerate(tensor)}


def recall_both_ways(sim, owner, k):
    own = torch.arange(len(sim))[:, None] == owner
    return [evaluate.recall_at_k(evaluate.ranks(*asked), k).mean for asked in ((sim, own), (sim.T, own.T))]


def products_of_present(mu, log_var, present):
    """The library refuses a row without any expert: an expert that knows nothing stands in for it."""
    nobody = torch.full_like(mu[:1], 0.0), torch.full_like(mu[:1], 200.0)
    mean, spread = (named(torch.cat(pair)) for pair in zip((mu, log_var), nobody, strict=True))
    here = torch.cat([present, torch.ones_like(present[:1])]).T
    return fusion.product_of_gaussians(mean, spread, present=here)


def projected(tokens, weight, bias):
    bridge = bridges.Projector(weight.shape[1], weight.shape[0]).to(tokens.dtype)
    with torch.no_grad():
        bridge.map.weight.copy_(weight)
        bridge.map.bias.copy_(bias)
    return bridge(tokens).detach()


def ogm_of_two(logits_a, logits_b, y, alpha):
    return list(train.ogm_coefficients({"a": logits_a, "b": logits_b}, y, alpha=alpha).values())


def shapley(v, count):
    found = explain.shapley(lambda group: v(frozenset(map(int, group))), [str(m) for m in range(count)])
    return list(found.values())


def emap(grid):
    rows = torch.arange(len(grid))
    return explain.emap(lambda x: grid[x["a"], x["b"]], {"a": rows, "b": rows})


def bits(p):
    found = explain.information(p)
    return [found.a, found.b, found.both, found.interaction]


LIBRARY = {
    "06.1": lambda preds, classes: fusion.majority_vote(named(preds)),
    "06.3": lambda log_p, log_prior: fusion.product_of_experts(named(log_p), log_prior),
    "06.4": fusion.out_of_fold,
    "08.1": fusion.attention,
    "08.4": lambda x, adj, w: (fusion.normalised_adjacency(adj) @ x @ w).relu(),
    "09.5": recall_both_ways,
    "10.2": lambda mu, log_var, present: torch.stack(products_of_present(mu, log_var, present)),
    "10.4": lambda levels, scores: [evaluate.robustness_area(levels.tolist(), row.tolist()) for row in scores],
    "11.1": losses.uncertainty_weighted,
    "11.2": ogm_of_two,
    "11.4": lambda g, other: train.pcgrad({"g": g, "other": other})["g"],
    "11.5": losses.load_balance,
    "12.2": lambda probs, y, bins=10: evaluate.ece(probs, y, bins=bins),
    "12.5": lambda cal_p, cal_y, test_p, alpha: evaluate.conformal_sets(cal_p, cal_y, test_p, alpha=alpha),
    "16.1": lambda tokens, weight, bias, table: projected(tokens, weight, bias).softmax(2) @ table,
    "16.3": lambda logits, target, k: losses.prefix_cross_entropy(logits, target, prefix=k),
    "13.1": lambda f, x, base, steps: explain.integrated_gradients(f, x, baseline=base, steps=steps),
    "13.3": shapley,
    "13.4": emap,
    "13.5": bits,
}


@pytest.mark.parametrize("task_id", LIBRARY)
def test_it_agrees(task_id):
    task = TASKS[task_id]
    for case in [*task.named, *(case for seed in range(3) for case in task.cases(seed))]:
        expected, got = task.reference(*case.args), LIBRARY[task_id](*case.args)
        expected = torch.stack(expected) if isinstance(expected, tuple) and torch.is_tensor(expected[0]) else expected
        torch.testing.assert_close(
            torch.as_tensor(got), torch.as_tensor(expected), rtol=1e-4, atol=1e-5, check_dtype=False, msg=case.name
        )
