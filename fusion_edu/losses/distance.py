"""Euclidean distance that can be differentiated where both points coincide."""

from torch import Tensor

from fusion_edu.lengths import length
from fusion_edu.losses.arguments import check_tensors, widen
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect


@full_precision
def safe_distance(a: Tensor, b: Tensor) -> Tensor:
    r"""Distance of row i of ``a`` from row i of ``b``: exactly 0, with gradient 0, where the rows are equal.

    .. math:: d_i = \lVert a_i - b_i \rVert_2

    The root of a sum of squares has the gradient 0/0 at 0; here the subgradient 0 is chosen. No constant is added,
    so d(x, x) = 0 and d(a, b) = d(b, a). The second derivative at 0 does not exist (it is NaN).

    Args:
        a, b: (B, D) embeddings of the same B pairs, floating.

    Returns:
        (B,) distances in the units of the inputs; float64 for float64, else float32.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, or there are no pairs.
    """
    expect(a=(a, "B D"), b=(b, "B D"))
    check_tensors(a=a, b=b)
    a, b = widen(a=a, b=b)
    return length(a - b).squeeze(1)
