"""A linear classifier."""

import torch
from torch import Tensor, tensor

from fusion_edu.assignments.program import Program, planted
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Task


def fit_classes(x: Tensor, y: Tensor, classes: int, steps: int = 20, lr: float = 0.5) -> tuple[Tensor, Tensor]:
    w = torch.zeros(x.shape[1], classes, dtype=x.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        logits = x @ w
        log_p = logits.log_softmax(1)
        loss = -log_p[torch.arange(len(y)), y].mean()
        (gradient,) = torch.autograd.grad(loss, w)
        w = (w - lr * gradient).detach().requires_grad_()
        losses.append(loss.detach())
    return w.detach(), torch.stack(losses)


def _draws(draw: Draw) -> list[Case]:
    return [
        Case("random", (draw.normal(n, d), draw.labels(c, n), c, 5)) for n, d, c in ((5, 2, 3), (7, 3, 4), (4, 1, 2))
    ]


def _allowed(x: Tensor, y: Tensor, classes: int) -> bool:
    return len(x) == len(y) > 0 and 2 <= classes <= 20 and 0 <= int(y.min()) <= int(y.max()) < classes


CLASSES = Program(
    Task(
        id="A1.3",
        title="A classifier",
        promise=r"""
        `fit_classes(x, y, classes, steps=20, lr=0.5)` starts at weights 0 and takes `steps` steps of gradient descent with rate `lr` on the mean
        cross-entropy of the softmax of `x @ w`.

        - `x` (N, D) float32, `y` (N,) int64 in 0 .. classes - 1, `classes` >= 2.
        - It returns the weights (D, classes) and the loss before each step (steps,).
        """,
        reference=fit_classes,
        named=(
            Case("two rows", (tensor([[1.0, 0.0], [0.0, 2.0]]), tensor([0, 1]), 2, 3)),
            Case("three classes", (tensor([[1.0], [2.0], [-1.0]]), tensor([2, 0, 1]), 3, 4, 0.2)),
        ),
        draws=_draws,
        mistakes=(
            planted("03.2", "double softmax", "logits.log_softmax(1)", "logits.softmax(1).log_softmax(1)"),
            planted("03.2", "wrong axis", "logits.log_softmax(1)", "logits.log_softmax(0)"),
            planted("03.2", "sum", ".mean()", ".sum()"),
            planted("03.2", "no log", "logits.log_softmax(1)", "logits.softmax(1)"),
            planted("03.2", "mean classes", "y].mean()", "y].mean() / classes"),
            planted("03.2", "sign", "-log_p", "log_p"),
        ),
        hints=("At weights 0 all classes are equal: which loss must the first step show?",),
        difficulty=2,
        points=10,
        minutes=15,
    ),
    _allowed,
    """g = torch.Generator().manual_seed(3)
y = torch.randint(0, 3, (300,), generator=g)
x = 2 * torch.eye(3)[y] + torch.randn(300, 3, generator=g)
w, losses = fit_classes(x, y, 3, steps=100)
right = ((x @ w).argmax(1) == y).float().mean().item()
print("loss: first", losses[0].item(), "last", losses[-1].item(), "  share right", right)""",
)
