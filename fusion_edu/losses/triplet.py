"""Triplet loss: the positive must be nearer than the negative, by a margin."""

from torch import Tensor

from fusion_edu.losses.arguments import check_number, check_tensors, widen
from fusion_edu.losses.distance import safe_distance
from fusion_edu.losses.reduce import leave_out, reduce_loss
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect


@full_precision
def triplet(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    margin: float = 1.0,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    r"""How much the negative is too near, compared with the positive.

    .. math:: \ell_i = \max(\lVert a_i - p_i \rVert_2 - \lVert a_i - n_i \rVert_2 + m, 0)

    Args:
        anchor, positive, negative: (B, D) embeddings, floating; row i of each makes triplet i.
        margin: m > 0, in units of the distance.
        weight: (B,), >= 0.
        reduction: "none" gives (B,); "mean" or "sum" a scalar.

    Raises:
        TypeError: ``anchor`` is not floating. ValueError: shapes or devices differ, empty batch, ``margin`` <= 0.

    Source: Schroff, Kalenichenko & Philbin 2015, arXiv:1503.03832 (there with squared distances).
    """
    check_number("margin", margin, 0)
    expect(anchor=(anchor, "B D"), positive=(positive, "B D"), negative=(negative, "B D"))
    check_tensors(anchor=anchor, positive=positive, negative=negative)
    anchor, positive, negative = widen(anchor=anchor, positive=positive, negative=negative)
    anchor, positive, negative = leave_out(weight, anchor, positive, negative)
    near, far = safe_distance(anchor, positive), safe_distance(anchor, negative)
    return reduce_loss((near - far + margin).clamp_min(0), reduction, weight)
