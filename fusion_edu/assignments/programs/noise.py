"""A line and, beside it, how noisy each row is."""

import torch
from torch import Tensor, tensor

from fusion_edu.assignments.program import Program, planted
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Task


def fit_noise(x: Tensor, y: Tensor, steps: int = 20, lr: float = 0.1) -> tuple[Tensor, Tensor]:
    w = torch.zeros(x.shape[1], 2, dtype=x.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        mean, log_var = (x @ w).unbind(1)
        error = (y - mean) ** 2
        loss = (error / log_var.exp() + log_var).mean() / 2
        (gradient,) = torch.autograd.grad(loss, w)
        w = (w - lr * gradient).detach().requires_grad_()
        losses.append(loss.detach())
    return w.detach(), torch.stack(losses)


def _draws(draw: Draw) -> list[Case]:
    return [Case("random", (draw.normal(n, d), draw.normal(n), 5)) for n, d in ((5, 2), (4, 3), (3, 1))]


def _allowed(x: Tensor, y: Tensor) -> bool:
    return len(x) == len(y) > 0


NOISE = Program(
    Task(
        id="A1.2",
        title="A line that knows how noisy it is",
        promise=r"""
        `fit_noise(x, y, steps=20, lr=0.1)` starts at weights 0 and takes `steps` steps of gradient descent with rate `lr` on the mean negative log
        likelihood of a Gaussian, $\frac{1}{2}[(y - \mu)^2 / \sigma^2 + \log \sigma^2]$ in the mean over the rows. Mean $\mu$ and $\log \sigma^2$
        of a row are its products with the two columns of the weights.

        - `x` (N, D) and `y` (N,) float32.
        - It returns the weights (D, 2) and the loss before each step (steps,).
        """,
        reference=fit_noise,
        named=(
            Case("one row", (tensor([[1.0]]), tensor([2.0]), 3)),
            Case("two rows", (tensor([[1.0, 0.5], [0.0, 2.0]]), tensor([2.0, -1.0]), 4, 0.05)),
        ),
        draws=_draws,
        mistakes=(
            planted("02.4", "no log term", "(error / log_var.exp() + log_var)", "(error / log_var.exp())"),
            planted("02.4", "multiply var", "error / log_var.exp()", "error * log_var.exp()"),
            planted("02.4", "abs error", "(y - mean) ** 2", "(y - mean).abs()"),
            planted("02.4", "detach weight", "error / log_var.exp()", "error / log_var.detach().exp()"),
            planted(
                "02.4",
                "log term not halved",
                "(error / log_var.exp() + log_var)",
                "(error / log_var.exp() + 2 * log_var)",
            ),
            planted("02.4", "sum", ".mean() / 2", ".sum() / 2"),
            planted("02.4", "detached mean", "(y - mean) ** 2", "(y - mean.detach()) ** 2"),
        ),
        hints=("The first loss is right in more than one wrong program: look at the second.",),
        difficulty=3,
        points=10,
        minutes=15,
    ),
    _allowed,
    """g = torch.Generator().manual_seed(2)
x = torch.cat([torch.ones(300, 1), torch.rand(300, 1, generator=g)], 1)
y = 2 * x[:, 1] + (0.1 + x[:, 1]) * torch.randn(300, generator=g)
w, losses = fit_noise(x, y, steps=200)
print("weights", w, "  loss: first", losses[0].item(), "last", losses[-1].item())""",
)
