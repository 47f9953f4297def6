"""Products of experts: evidence adds up, the prior counts once."""

import torch
from torch import Tensor

from fusion_edu.fusion.decision.scores import stacked
from fusion_edu.fusion.inputs import check_floating
from fusion_edu.shapes import expect
from fusion_edu.values import all_true


def product_of_experts(log_probs: dict[str, Tensor], log_prior: Tensor, *, present: Tensor | None = None) -> Tensor:
    r"""Posterior of experts that are independent given the class: :math:`\prod_m p(c \mid x^{(m)}) / p(c)^{K - 1}`.

    Every posterior already contains the prior, so a product of K of them contains it K times; K - 1 are taken out.

    Args:
        log_probs: for each of M experts (B, C) log p(c | x_m), rows normalised; their order in the dict is the column
            order of ``present``. -inf (impossible) is allowed.
        log_prior: (C,) log p(c), finite: the class frequencies that the experts were trained on.
        present: (B, M) bool, default all; K of a row counts those present. Missing entries may hold anything, NaN too.

    Returns:
        (B, C) log-probabilities, normalised.

    Raises:
        TypeError: no dict of floating tensors, ``present`` not bool. ValueError: shapes or devices differ, a prior that is not
            finite, a row without any expert, or one whose experts together exclude every class.
    """
    log_p, here = stacked(log_probs, list(log_probs) if isinstance(log_probs, dict) else [], present, what="log_probs")
    check_floating({"log_probs": (log_p, "B M C"), "log_prior": (log_prior, "C")})
    if not all_true(torch.isfinite(log_prior)):
        raise ValueError("log_prior holds nan or infinite numbers, needs the log of positive frequencies")
    experts = here.sum(dim=1, keepdim=True)  # (B, 1)
    score = log_p.sum(dim=1) - (experts - 1) * log_prior.log_softmax(dim=0)
    excluded = (score == -torch.inf).all(dim=1)
    if not all_true(~excluded):
        row = int(excluded.nonzero()[0])
        raise ValueError(f"log_probs has -inf for every class in row {row} once multiplied: the experts exclude all")
    return score.log_softmax(dim=1)


def product_of_gaussians(
    mean: dict[str, Tensor], log_var: dict[str, Tensor], *, present: Tensor | None = None, prior: bool = True
) -> tuple[Tensor, Tensor]:
    r"""Product of independent Gaussians, element by element: precisions add up, means are weighted by them.

    Args:
        mean, log_var: for each of M experts (B, D) means, and logs of variances, of the same D quantities.
        present: (B, M) bool, default all. Missing entries may hold anything, NaN too.
        prior: multiply by the standard normal, once.

    Returns:
        mean, log_var: (B, D). Computed from logs: right at any log_var, where sums of variances under- or overflow.

    Raises:
        TypeError, ValueError: as ``product_of_experts``, for both arguments.
    """
    names = list(mean) if isinstance(mean, dict) else []
    mu, here = stacked(mean, names, present, what="mean")
    spread, _ = stacked(log_var, names, present, what="log_var")
    expect(mean=(mu, "B M D"), log_var=(spread, "B M D"))
    log_precision = (-spread).masked_fill(~here.unsqueeze(-1), -torch.inf)
    if prior:
        zero = torch.zeros_like(mu[:, :1])
        mu, log_precision = torch.cat([mu, zero], dim=1), torch.cat([log_precision, zero], dim=1)
    exact = log_precision == torch.inf  # a variance of 0: those experts alone decide
    among = torch.where(exact, 0.0, -torch.inf).to(mu.dtype)
    weight = torch.where(exact.any(dim=1, keepdim=True), among, log_precision).softmax(dim=1)
    return (weight * mu).sum(dim=1), -torch.logsumexp(log_precision, dim=1)
