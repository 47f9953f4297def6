"""How often the majority of correlated experts is right, in closed form (Condorcet's jury, and what correlation takes away)."""

import torch
from torch import Tensor
from torch.distributions import Binomial, Normal

from fusion_edu.values import whole


def right_votes(experts: int, *, accuracy: float, correlation: float = 0.0) -> Tensor:
    """Probability that 0, 1, ..., K of K experts are right: (K + 1,) float64.

    Each expert errs when his noise exceeds a threshold. The noise is standard normal, and any two of them correlate: a
    share of its variance is common to all. Given the common part the experts are independent, so the counts are
    binomial, averaged over that part (trapezoids, right to 1e-6 up to a correlation of 0.999; beyond it the steps are too coarse).

    Args:
        experts: K >= 1.
        accuracy: of each expert, between 0 and 1.
        correlation: of the noise of two experts, in [0, 1).

    Raises:
        ValueError: an argument out of its range.
    """
    experts = whole("experts", experts)
    if not 0 < accuracy < 1:
        raise ValueError(f"accuracy is {accuracy}, needs > 0 and < 1")
    if not 0 <= correlation < 1:
        raise ValueError(f"correlation is {correlation}, needs >= 0 and < 1")
    normal = Normal(torch.tensor(0.0, dtype=torch.float64), torch.tensor(1.0, dtype=torch.float64))
    common = torch.linspace(-8, 8, 1601, dtype=torch.float64)
    threshold = normal.icdf(torch.tensor(accuracy, dtype=torch.float64))
    given = normal.cdf((threshold - correlation**0.5 * common) / (1 - correlation) ** 0.5)
    count = torch.arange(experts + 1, dtype=torch.float64)
    chances = Binomial(experts, given.clamp(1e-15, 1 - 1e-15)[:, None]).log_prob(count).exp()  # (1601, K + 1)
    return torch.trapezoid(normal.log_prob(common).exp()[:, None] * chances, common, dim=0)


def majority_accuracy(experts: int, *, accuracy: float, correlation: float = 0.0) -> float:
    """Probability that more than half of the experts are right; arguments as in :func:`right_votes`."""
    return right_votes(experts, accuracy=accuracy, correlation=correlation)[experts // 2 + 1 :].sum().item()
