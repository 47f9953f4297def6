"""VICReg: two views agree, every feature varies, and no two features vary together."""

from torch import Tensor

from fusion_edu.losses.arguments import check_number
from fusion_edu.losses.every_pair import centred, two_sides
from fusion_edu.precision import full_precision


@full_precision
def vicreg(
    a: Tensor,
    b: Tensor,
    *,
    invariance: float = 25.0,
    variance: float = 25.0,
    covariance: float = 1.0,
    eps: float = 1e-4,
) -> Tensor:
    r"""Invariance, variance and covariance, each with its weight.

    .. math:: L = \lambda\, s(a, b) + \mu\, [v(a) + v(b)] + \nu\, [c(a) + c(b)]

    s is the mean squared difference of the two views; v the mean over the features of max(0, 1 - spread), the spread
    being the root of variance + eps; c the squared covariances of different features, summed and divided by D.

    Args:
        a, b: (B, D) embeddings of two views (or modalities), row i of each of the same sample; not normalised.
        invariance, variance, covariance: lambda, mu, nu, all >= 0. With variance = 0 a constant is a perfect answer.
        eps: > 0, in the squared unit of the embeddings: keeps the root's gradient finite where a feature is constant.

    Returns:
        A scalar. It belongs to the batch as a whole, so there is no ``reduction``.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, B < 2, a number out of range.

    Source: Bardes, Ponce & LeCun 2022, arXiv:2105.04906, algorithm 1 (the authors' repository halves v).
    """
    for name, value in (("invariance", invariance), ("variance", variance), ("covariance", covariance)):
        check_number(name, value, 0, closed=True)
    check_number("eps", eps, 0)
    a, b = two_sides(a, b, " to vary")
    batch = len(a)
    spread, together = a.new_zeros(()), a.new_zeros(())
    for x in (a, b):
        x = centred(x)
        table = x.T @ x / (batch - 1)  # (D, D) covariances
        own = table.diagonal()
        spread = spread + (1 - (own + eps).sqrt()).clamp_min(0).mean()
        together = together + (table - own.diag()).square().sum() / a.shape[1]
    return invariance * (a - b).square().mean() + variance * spread + covariance * together
