"""A linear map learnt from triplets."""

import torch
from torch import Tensor, tensor

from fusion_edu.assignments.program import Program, planted
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Task


def fit_triplets(
    anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 0.5, steps: int = 10, lr: float = 0.1
) -> tuple[Tensor, Tensor]:
    w = torch.eye(anchor.shape[1], dtype=anchor.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        d_pos = ((anchor - positive) @ w).norm(dim=1)
        d_neg = ((anchor - negative) @ w).norm(dim=1)
        hinge = (d_pos - d_neg + margin).clamp_min(0)
        loss = hinge.mean()
        (gradient,) = torch.autograd.grad(loss, w)
        w = (w - lr * gradient).detach().requires_grad_()
        losses.append(loss.detach())
    return w.detach(), torch.stack(losses)


def _draws(draw: Draw) -> list[Case]:
    return [
        Case("random", (draw.normal(n, d), draw.normal(n, d), draw.normal(n, d), margin, 4))
        for n, d, margin in ((5, 2, 0.5), (6, 3, 1.5), (4, 2, 0.8))
    ]


def _allowed(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 0.5) -> bool:
    return anchor.shape == positive.shape == negative.shape and len(anchor) > 0 and margin > 0


TRIPLETS = Program(
    Task(
        id="A1.6",
        title="Triplets",
        promise=r"""
        `fit_triplets(anchor, positive, negative, margin=0.5, steps=10, lr=0.1)` starts at the identity and takes `steps` steps of gradient descent
        with rate `lr` on the mean of $\max(0, d_+ - d_- + m)$ over all triplets, with the distances of the anchor to positive and negative after the map.

        - `anchor`, `positive`, `negative` (N, D) float32, `margin` > 0.
        - It returns the matrix w (D, D) and the loss before each step (steps,).
        """,
        reference=fit_triplets,
        named=(
            Case("one triplet within", (tensor([[0.0]]), tensor([[1.0]]), tensor([[1.2]]), 0.5, 3)),
            Case("one done, one not", (tensor([[0.0], [0.0]]), tensor([[1.0], [1.0]]), tensor([[4.0], [0.5]]), 0.8, 3)),
            Case("all done", (tensor([[0.0]]), tensor([[1.0]]), tensor([[4.0]]), 0.5, 2, 0.05)),
        ),
        draws=_draws,
        mistakes=(
            planted("04.3", "swapped", "d_pos - d_neg", "d_neg - d_pos"),
            planted("04.3", "margin sign", "+ margin", "- margin"),
            planted("04.3", "no clamp", ".clamp_min(0)", ""),
            planted("04.3", "clamp mean", ".clamp_min(0)", "", "hinge.mean()", "hinge.mean().clamp_min(0)"),
            planted("04.3", "ignore margin", "+ margin", "+ 0.2"),
            planted("04.3", "hinge squared", "hinge.mean()", "(hinge**2).mean()"),
            planted("04.3", "absolute value", ".clamp_min(0)", ".abs()"),
            planted("04.3", "worst triplet", "hinge.mean()", "hinge.max()"),
        ),
        hints=("Three triplets by hand: one far within the margin, one on its edge, one long done.",),
        difficulty=3,
        points=10,
        minutes=15,
    ),
    _allowed,
    """g = torch.Generator().manual_seed(6)
kind = torch.randint(0, 2, (300,), generator=g).float()
anchor, positive, negative = (torch.stack([k, torch.randn(300, generator=g)], 1) for k in (kind, kind, 1 - kind))
w, losses = fit_triplets(anchor, positive, negative, steps=100)
nearer = (((anchor - positive) @ w).norm(dim=1) < ((anchor - negative) @ w).norm(dim=1)).float().mean().item()
print("loss: first", losses[0].item(), "last", losses[-1].item(), "  positive is nearer", nearer)""",
)
