"""A linear classifier whose classes have weights."""

import torch
from torch import Tensor, tensor

from fusion_edu.assignments.program import Program, planted
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Task


def fit_weighted(x: Tensor, y: Tensor, weight: Tensor, steps: int = 20, lr: float = 0.5) -> tuple[Tensor, Tensor]:
    w = torch.zeros(x.shape[1], len(weight), dtype=x.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        log_p = (x @ w).log_softmax(1)
        each = weight[y]
        loss = -(each * log_p[torch.arange(len(y)), y]).sum() / each.sum()
        (gradient,) = torch.autograd.grad(loss, w)
        w = (w - lr * gradient).detach().requires_grad_()
        losses.append(loss.detach())
    return w.detach(), torch.stack(losses)


def _draws(draw: Draw) -> list[Case]:
    return [
        Case("random", (draw.normal(n, d), draw.labels(c, n), draw.uniform(c, low=0.3, high=3.0), 5))
        for n, d, c in ((5, 2, 3), (7, 3, 4), (4, 1, 2))
    ]


def _allowed(x: Tensor, y: Tensor, weight: Tensor) -> bool:
    return len(x) == len(y) > 0 and bool((weight > 0).all()) and 0 <= int(y.min()) <= int(y.max()) < len(weight)


WEIGHTED = Program(
    Task(
        id="A1.4",
        title="A classifier for rare classes",
        promise=r"""
        `fit_weighted(x, y, weight, steps=20, lr=0.5)` starts at weights 0 and takes `steps` steps of gradient descent with rate `lr` on the
        weighted mean of the rows' cross-entropies: a row counts with the weight of its true class, and the sum is divided by the sum of the rows'
        weights.

        - `x` (N, D) float32, `y` (N,) int64 in 0 .. C - 1, `weight` (C,) float32 > 0.
        - It returns the weights (D, C) of the classifier and the loss before each step (steps,).
        """,
        reference=fit_weighted,
        named=(
            Case("two rows", (tensor([[1.0, 0.0], [0.0, 2.0]]), tensor([0, 1]), tensor([3.0, 1.0]), 3)),
            Case("three classes", (tensor([[1.0], [2.0], [-1.0]]), tensor([2, 0, 1]), tensor([0.5, 1.0, 4.0]), 4, 0.2)),
        ),
        draws=_draws,
        mistakes=(
            planted("03.4", "plain mean", "/ each.sum()", "/ len(y)"),
            planted("03.4", "divide by all weights", "/ each.sum()", "/ weight.sum()"),
            planted("03.4", "inverse", "each = weight[y]", "each = 1 / weight[y]"),
            planted("03.4", "weight of prediction", "each = weight[y]", "each = weight[log_p.argmax(1)]"),
            planted("03.4", "weights squared", "each = weight[y]", "each = weight[y] ** 2"),
            planted("03.4", "double softmax", ".log_softmax(1)", ".softmax(1).log_softmax(1)"),
        ),
        hints=("At weights 0 the weighted mean of equal losses is that loss, whatever the weights are.",),
        difficulty=3,
        points=10,
        minutes=15,
    ),
    _allowed,
    """g = torch.Generator().manual_seed(4)
y = (torch.rand(400, generator=g) < 0.1).long()
x = torch.cat([torch.ones(400, 1), (y * 2.0)[:, None] + torch.randn(400, 1, generator=g)], 1)
w, losses = fit_weighted(x, y, torch.tensor([1.0, 9.0]), steps=100)
p = (x @ w).argmax(1)
print("loss: first", losses[0].item(), "last", losses[-1].item(), "  found of class 1", (p[y == 1] == 1).float().mean().item())""",
)
