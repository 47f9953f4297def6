"""InfoNCE: among all rows of the other side, find the one that belongs to you."""

from torch import Tensor

from fusion_edu.losses.arguments import check_number
from fusion_edu.losses.every_pair import each_row, matched
from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.precision import full_precision


@full_precision
def info_nce(
    a: Tensor,
    b: Tensor,
    *,
    temperature: float = 0.07,
    chunk: int | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    r"""Cross-entropy of the guess which row of ``b`` belongs to row i of ``a``; the other rows are the negatives.

    .. math:: \ell_i = -\log \frac{\exp(\cos(a_i, b_i) / \tau)}{\sum_j \exp(\cos(a_i, b_j) / \tau)}

    One direction only, a to b: ``clip`` takes the mean of both. A row of b that describes a_i just as well as b_i, a
    false negative, is pushed away all the same.

    Args:
        a, b: (B, D) embeddings, row i of each of the same sample; scaled to length 1 here.
        temperature: tau > 0, no unit; small ones let only the nearest negatives count.
        chunk: rows of the (B, B) table in memory at a time, or None for all; the result is the same.
        weight: (B,), >= 0.
        reduction: "none" gives (B,); "mean" or "sum" a scalar, in nats. A guess at random costs log B.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, B < 2, ``temperature`` <= 0, chunk < 1.

    Source: van den Oord, Li & Vinyals 2018, arXiv:1807.03748, eq. 4; with cosines: Wu 2018, arXiv:1805.01978.
    """
    check_number("temperature", temperature, 0)
    a, b = matched(a, b)

    def surprise(cosines: Tensor, first: int) -> Tensor:
        return ((cosines - cosines.diagonal(first).unsqueeze(1)) / temperature).logsumexp(1)

    return reduce_loss(each_row(surprise, a, b, chunk), reduction, weight)
