"""Gaussian negative log-likelihood: the model also says how sure it is."""

import math

import torch
from torch import Tensor

from fusion_edu.losses.arguments import check_number, check_same_shape, widen
from fusion_edu.losses.reduce import leave_out, reduce_loss
from fusion_edu.precision import full_precision


@full_precision
def gaussian_nll(
    mean: Tensor,
    log_var: Tensor,
    target: Tensor,
    *,
    eps: float = 1e-6,
    full: bool = False,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    r"""Squared error divided by the predicted variance, plus the price of claiming a large one.

    .. math:: \ell = \tfrac12 \left[\log \sigma^2 + (y - \mu)^2 / \sigma^2\right] \; (+ \tfrac12 \log 2\pi)

    Args:
        mean: (B, ...) predicted means, floating.
        log_var: same shape: log of the predicted variances, any real number.
        target: same shape.
        eps: variances below it count as ``eps``, > 0. The gradient passes through, so that no output gets stuck.
        full: adds the constant half log of 2 pi.
        weight: (B,) or the shape of ``mean``, >= 0.
        reduction: "none" gives the shape of ``mean``; "mean" or "sum" a scalar, in nats.

    Raises:
        TypeError: ``mean`` is not floating. ValueError: shapes or devices differ, empty batch, ``eps`` <= 0.

    Source: Nix & Weigend 1994, doi:10.1109/ICNN.1994.374138; ``eps`` and ``full`` as in ``F.gaussian_nll_loss``.
    """
    check_number("eps", eps, 0)
    check_same_shape(mean=mean, log_var=log_var, target=target)
    mean, log_var, target = widen(mean=mean, log_var=log_var, target=target)
    mean, log_var, target = leave_out(weight, mean, log_var, target)
    least = math.log(eps)
    # of a variance 0: its difference from itself would be NaN
    passing = log_var.masked_fill(log_var == -torch.inf, 0.0)
    log_var = torch.where(log_var < least, least + (passing - passing.detach()), log_var)
    values = (log_var + ((target - mean) * torch.exp(-log_var / 2)).square()) / 2
    if full:
        values = values + math.log(2 * math.pi) / 2
    return reduce_loss(values, reduction, weight)
