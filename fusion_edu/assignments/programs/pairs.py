"""A linear map learnt from pairs that belong together or not."""

import torch
from torch import Tensor, tensor

from fusion_edu.assignments.program import Program, planted
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Task


def fit_pairs(
    a: Tensor, b: Tensor, y: Tensor, margin: float = 1.0, steps: int = 10, lr: float = 0.1
) -> tuple[Tensor, Tensor]:
    w = torch.eye(a.shape[1], dtype=a.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        squared = ((a @ w - b @ w) ** 2).sum(1)
        d = squared.clamp_min(1e-12).sqrt()
        pull = y * d**2
        push = (1 - y) * (margin - d).clamp_min(0) ** 2
        loss = (pull + push).mean() / 2
        (gradient,) = torch.autograd.grad(loss, w)
        w = (w - lr * gradient).detach().requires_grad_()
        losses.append(loss.detach())
    return w.detach(), torch.stack(losses)


def _draws(draw: Draw) -> list[Case]:
    found = []
    for n, d, margin in ((5, 2, 1.0), (6, 3, 2.5), (4, 2, 0.7)):
        y = draw.labels(2, n).float()
        y[:2] = tensor([0.0, 1.0])
        a = draw.normal(n, d)
        found.append(Case("random", (a, a + draw.uniform(n, 1) * draw.normal(n, d), y, margin, 4)))
    return found


def _allowed(a: Tensor, b: Tensor, y: Tensor, margin: float = 1.0) -> bool:
    return a.shape == b.shape and len(a) == len(y) > 0 and bool(((y == 0) | (y == 1)).all()) and margin > 0


PAIRS = Program(
    Task(
        id="A1.5",
        title="Pairs",
        promise=r"""
        `fit_pairs(a, b, y, margin=1.0, steps=10, lr=0.1)` starts at the identity and takes `steps` steps of gradient descent with rate `lr` on the
        contrastive loss of lesson 04, $\frac{1}{2N} \sum [y d^2 + (1 - y) \max(0, m - d)^2]$ with the distance d of `a @ w` and `b @ w`, row by row.

        - `a` and `b` (N, D) float32, `y` (N,) float32: 1 for pairs that belong together, else 0; `margin` > 0.
        - It returns the matrix w (D, D) and the loss before each step (steps,).
        """,
        reference=fit_pairs,
        named=(
            Case("two pairs", (tensor([[1.0], [0.0]]), tensor([[0.5], [0.8]]), tensor([1.0, 0.0]), 1.0, 3)),
            Case(
                "far, margin 2",
                (tensor([[3.0, 0.0], [0.0, 0.3]]), tensor([[0.0, 1.0], [0.6, 0.0]]), tensor([0.0, 0.0]), 2.0, 3),
            ),
            Case(
                "far and alike",
                (tensor([[3.0, 0.0], [0.0, 0.3]]), tensor([[0.0, 1.0], [0.6, 0.0]]), tensor([1.0, 1.0]), 1.0, 3, 0.02),
            ),
        ),
        draws=_draws,
        mistakes=(
            planted(
                "04.2", "flipped y", "y * d**2", "(1 - y) * d**2", "push = (1 - y) * (margin", "push = y * (margin"
            ),
            planted("04.2", "squared margin", "(margin - d).clamp_min(0) ** 2", "(margin - squared).clamp_min(0)"),
            planted("04.2", "hinge not squared", "(margin - d).clamp_min(0) ** 2", "(margin - d).clamp_min(0)"),
            planted("04.2", "no max", "(margin - d).clamp_min(0) ** 2", "(margin - d)"),
            planted("04.2", "square before max", "(margin - d).clamp_min(0) ** 2", "((margin - d) ** 2).clamp_min(0)"),
            planted("04.2", "pos unsquared", "y * d**2", "y * d"),
            planted("04.2", "ignore margin", "(margin - d)", "(1.0 - d)"),
            planted("04.2", "pull only", "(pull + push)", "pull"),
        ),
        hints=("One pair on a line, first alike, then not, near and far: four losses by hand.",),
        difficulty=3,
        points=10,
        minutes=15,
    ),
    _allowed,
    """g = torch.Generator().manual_seed(5)
kind = torch.randint(0, 2, (2, 300), generator=g)
a, b = (torch.cat([k[:, None].float(), torch.randn(300, 1, generator=g)], 1) for k in kind)
y = (kind[0] == kind[1]).float()
w, losses = fit_pairs(a, b, y, steps=100)
d = ((a - b) @ w).norm(dim=1)
print("loss: first", losses[0].item(), "last", losses[-1].item(), "  distance alike", d[y == 1].mean().item(), "not", d[y == 0].mean().item())""",
)
