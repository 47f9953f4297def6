"""Wrong answers to the tasks of lesson 13 that no catalogue lists."""

import itertools

import torch


def _gradient(f, x):
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0]


def gradients_of_the_middle(f, x, base, steps):
    return (x - base) * _gradient(f, base + (x - base) / 2)


def gradients_of_both_ends(f, x, base, steps):
    return (x - base) * (_gradient(f, x) + 2 * _gradient(f, base)) / 3


def cam_of_the_best_channel(act, grad):
    weight = grad.mean((2, 3), keepdim=True)
    cam = torch.relu((weight * act).amax(1))
    most = cam.amax((1, 2), keepdim=True)
    return torch.where(most > 0, cam / most, torch.zeros_like(cam))


def cam_by_signs(act, grad):
    cam = torch.relu((grad.mean((2, 3), keepdim=True).sign() * act).sum(1))
    most = cam.amax((1, 2), keepdim=True)
    return torch.where(most > 0, cam / most, torch.zeros_like(cam))


def shapley_of_two_orders(v, M):
    values = [0.0] * M
    for order in (range(M), range(M - 1, -1, -1)):
        before = frozenset()
        for i in order:
            values[i] += (v(before | {i}) - v(before)) / 2
            before = before | {i}
    return [value + 0.25 * (v(frozenset({i})) - v(frozenset())) for i, value in enumerate(values)]


def shapley_by_size(v, M):
    groups = [frozenset(g) for r in range(M + 1) for g in itertools.combinations(range(M), r)]
    return [sum(v(g) * (1 if i in g else -1) for g in groups) / len(groups) for i in range(M)]


def emap_by_medians(grid):
    return grid.median(1).values + grid.median(0).values - grid.flatten(0, 1).median(0).values


def emap_of_the_diagonal(grid):
    n = torch.arange(len(grid))
    return (grid[n, n] + grid.mean(1)) / 2


def _bits(q):
    q = q.double()
    there = q > 0
    return float((q[there] * torch.log2((q / (q.sum(1, keepdim=True) * q.sum(0, keepdim=True)))[there])).sum())


def interaction_to_the_larger(p):
    one, two, both = _bits(p.sum(1)), _bits(p.sum(0)), _bits(p.flatten(0, 1))
    return one, two, both, both - max(one, two) + 0.1


def interaction_with_the_inputs(p):
    one, two, both = _bits(p.sum(1)), _bits(p.sum(0)), _bits(p.flatten(0, 1))
    return one, two, both, both - one - two - _bits(p.sum(2)) - 0.05


def deleted_by_place(f, x, a, fill):
    return torch.stack(
        [f(torch.where(torch.arange(x.shape[1]) < k, fill, x)) + 0 * a[:, 0] for k in range(x.shape[1] + 1)], 1
    )


def deleted_by_half(f, x, a, fill):
    place = a.argsort(dim=1, descending=True).argsort(dim=1)
    return torch.stack([f(torch.where(place < k, (fill + x) / 2, x)) for k in range(x.shape[1] + 1)], 1)


WRONG = {
    "13.1": [gradients_of_the_middle, gradients_of_both_ends],
    "13.2": [cam_of_the_best_channel, cam_by_signs],
    "13.3": [shapley_of_two_orders, shapley_by_size],
    "13.4": [emap_by_medians, emap_of_the_diagonal],
    "13.5": [interaction_to_the_larger, interaction_with_the_inputs],
    "13.6": [deleted_by_place, deleted_by_half],
}
