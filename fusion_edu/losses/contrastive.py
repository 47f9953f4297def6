"""Contrastive loss: pull similar pairs together, push the others out to a margin."""

import torch
from torch import Tensor

from fusion_edu.losses.arguments import check_number, check_tensors, check_values, widen
from fusion_edu.losses.distance import safe_distance
from fusion_edu.losses.pair_parts import PairLosses
from fusion_edu.losses.reduce import leave_out, reduce_loss
from fusion_edu.losses.table import transformed
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect


@full_precision
def contrastive(
    distance: Tensor, similar: Tensor, *, margin: float = 1.0, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    r"""Squared distance of similar pairs, squared lack of distance of the others, halved.

    .. math:: \mathcal{L} = \frac1{2N} \sum_{i=1}^N \left[y_i d_i^2 + (1 - y_i) \max(m - d_i, 0)^2\right]

    Args:
        distance: (B,) distances, >= 0, floating.
        similar: (B,) y in {0, 1} or bool: 1 similar, 0 not. (Hadsell 2006 has it the other way round.)
        margin: m > 0, in units of the distance: beyond it a dissimilar pair costs nothing.
        weight: (B,), >= 0.
        reduction: "none" gives (B,), each with its factor 1/2; "mean" or "sum" a scalar.

    Raises:
        TypeError: ``distance`` is not floating. ValueError: shapes or devices differ ((B, 1) beside (B,) too), empty
            batch, a label other than 0 and 1, a negative distance, ``margin`` <= 0.

    Source: the article, section 4.3; Hadsell, Chopra & LeCun 2006, doi:10.1109/CVPR.2006.100.
    """
    check_number("margin", margin, 0)
    expect(distance=(distance, "B"), similar=(similar, "B"))
    check_tensors(distance=distance, similar=similar)
    _check_labels(similar)
    (distance,) = widen(distance=distance)
    check_values("distance", distance, ~(distance < 0), "numbers >= 0")
    (distance,) = leave_out(weight, distance)
    off = torch.where(similar == 1, distance, (margin - distance).clamp_min(0))  # how far from where it should be
    return reduce_loss(off.square() / 2, reduction, weight)


@full_precision
def contrastive_from_embeddings(
    a: Tensor,
    b: Tensor,
    similar: Tensor,
    *,
    margin: float = 1.0,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """``contrastive`` of the Euclidean distance between row i of ``a`` and row i of ``b``.

    Args:
        a, b: (B, D) embeddings of the two sides of each pair, floating.
        similar, margin, weight, reduction: as in ``contrastive``.

    A dissimilar pair with a == b costs margin**2 / 2 and gets the gradient 0: no direction is better than another.

    Raises:
        TypeError, ValueError: as ``safe_distance`` and ``contrastive``.
    """
    check_number("margin", margin, 0)
    expect(a=(a, "B D"), b=(b, "B D"), similar=(similar, "B"))
    check_tensors(a=a, b=b, similar=similar)
    a, b = leave_out(weight, *widen(a=a, b=b))
    if transformed(a):
        return contrastive(safe_distance(a, b), similar, margin=margin, weight=weight, reduction=reduction)
    _check_labels(similar)
    values: Tensor = PairLosses.apply(a, b, similar == 1, margin)  # type: ignore[no-untyped-call]
    return reduce_loss(values, reduction, weight)


def _check_labels(similar: Tensor) -> None:
    if similar.is_complex():
        raise TypeError(f"similar has dtype {similar.dtype}, needs 0 and 1")
    check_values("similar", similar, (similar == 0) | (similar == 1), "0 (dissimilar) or 1 (similar)")
