"""A straight line through targets of which some are missing."""

import torch
from torch import Tensor, tensor

from fusion_edu.assignments.program import Program, planted
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Task


def fit_line(x: Tensor, y: Tensor, seen: Tensor, steps: int = 20, lr: float = 0.1) -> tuple[Tensor, Tensor]:
    w = torch.zeros(x.shape[1], 1, dtype=x.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        p = (x @ w).squeeze(1)
        error = torch.where(seen, p - y, 0.0)
        loss = (error**2).sum() / seen.sum()
        (gradient,) = torch.autograd.grad(loss, w)
        w = (w - lr * gradient).detach().requires_grad_()
        losses.append(loss.detach())
    return w.detach().squeeze(1), torch.stack(losses)


def _draws(draw: Draw) -> list[Case]:
    found = []
    for n, d in ((5, 2), (6, 3), (3, 1)):
        x, seen = draw.normal(n, d), draw.uniform(n) < 0.6
        seen[:2] = tensor([True, False])
        found.append(Case("random", (x, draw.normal(n) + 2, seen, 6)))
    return found


def _allowed(x: Tensor, y: Tensor, seen: Tensor) -> bool:
    return len(x) == len(y) == len(seen) and bool(seen.any())


LINE = Program(
    Task(
        id="A1.1",
        title="A line through what was measured",
        promise=r"""
        `fit_line(x, y, seen, steps=20, lr=0.1)` starts at weights 0 and takes `steps` steps of gradient descent with rate `lr` on the mean squared
        error of the rows that were seen; a row that was not counts nowhere.

        - `x` (N, D) and `y` (N,) float32, `seen` (N,) bool with at least one True.
        - It returns the weights (D,) and the loss before each step (steps,).
        """,
        reference=fit_line,
        named=(
            Case("two rows, one unseen", (tensor([[1.0], [2.0]]), tensor([2.0, 9.0]), tensor([True, False]), 2)),
            Case("all seen", (tensor([[1.0], [2.0], [-1.0]]), tensor([2.0, 1.0, 0.5]), tensor([True, True, True]), 3)),
            Case("another rate", (tensor([[1.0, 0.0], [0.5, 2.0]]), tensor([2.0, 3.0]), tensor([True, True]), 3, 0.05)),
        ),
        draws=_draws,
        mistakes=(
            planted("02.1", "broadcast", "p = (x @ w).squeeze(1)", "p = x @ w"),
            planted("02.3", "mean over all", "/ seen.sum()", "/ len(y)"),
            planted("02.3", "zero fill", "torch.where(seen, p - y, 0.0)", "p - torch.where(seen, y, 0.0)"),
            planted("02.3", "inverted", "torch.where(seen, p - y, 0.0)", "torch.where(seen, 0.0, p - y)"),
            planted("02.3", "sum", " / seen.sum()", ""),
            planted("02.3", "absolute error", "error**2", "error.abs()"),
        ),
        hints=("Work out the first loss by hand for two rows.",),
        difficulty=3,
        points=10,
        minutes=15,
    ),
    _allowed,
    """g = torch.Generator().manual_seed(1)
x, seen = torch.randn(200, 2, generator=g), torch.rand(200, generator=g) < 0.5
y = x @ torch.tensor([1.0, -2.0]) + 1.0
w, losses = fit_line(x, y, seen, steps=50)
print("weights", w, "  loss: first", losses[0].item(), "last", losses[-1].item())""",
)
