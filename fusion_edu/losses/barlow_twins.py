"""Barlow Twins: two views agree feature by feature, and no feature repeats another."""

from torch import Tensor

from fusion_edu.losses.arguments import check_number
from fusion_edu.losses.every_pair import centred, two_sides
from fusion_edu.precision import full_precision


@full_precision
def barlow_twins(a: Tensor, b: Tensor, *, redundancy: float = 5e-3, eps: float = 1e-5) -> Tensor:
    r"""How far the correlations between the features of ``a`` and those of ``b`` are from the identity.

    .. math:: L = \sum_i (1 - C_{ii})^2 + \lambda \sum_{i \neq j} C_{ij}^2, \quad
        C_{ij} = \frac1B \sum_n \hat a_{ni} \hat b_{nj}

    with every feature standardised over the batch. No sample is pushed from another: what prevents collapse is that a
    constant feature has the correlation 0, and costs 1.

    Args:
        a, b: (B, D) embeddings of two views (or modalities), row i of each of the same sample.
        redundancy: lambda >= 0, the weight of the terms off the diagonal.
        eps: > 0, added to the variance of a feature, in its unit squared, so that a constant one divides by no zero.

    Returns:
        A scalar, no unit. It belongs to the batch as a whole, so there is no ``reduction``.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, B < 2, a number out of range.

    Source: Zbontar 2021, arXiv:2103.03230, eq. 1 and 2; eps is that of the authors' batch normalisation.
    """
    check_number("redundancy", redundancy, 0, closed=True)
    check_number("eps", eps, 0)
    a, b = two_sides(a, b, " to correlate")
    batch = len(a)
    correlation = _standardised(a, eps).T @ _standardised(b, eps) / batch  # (D, D)
    same = correlation.diagonal()
    others = (correlation - same.diag()).square().sum()  # a difference of two sums would lose its digits
    return (1 - same).square().sum() + redundancy * others


def _standardised(x: Tensor, eps: float) -> Tensor:
    x = centred(x)
    return x / (x.square().mean(0) + eps).sqrt()
