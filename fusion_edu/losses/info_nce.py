"""InfoNCE: among all rows of the other side, find the one that belongs to you."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fusion_edu.losses.arguments import check_number, inverse_like
from fusion_edu.losses.bands import RowRule, surprise
from fusion_edu.losses.every_pair import matched
from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.losses.table import table_losses, weights_of
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
        chunk: rows of the (B, B) table in memory at a time; None chooses by size. The result is the same to rounding.
        weight: (B,), >= 0.
        reduction: "none" gives (B,); "mean" or "sum" a scalar, in nats. A guess at random costs log B.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, B < 2, ``temperature`` <= 0, chunk < 1.

    Source: van den Oord, Li & Vinyals 2018, arXiv:1807.03748, eq. 4; with cosines: Wu 2018, arXiv:1805.01978.
    """
    check_number("temperature", temperature, 0)
    a, b = matched(a, b, weight)

    expected = weights_of(reduction, weight, a, chunk)
    scale = inverse_like("temperature", temperature, a)
    values = table_losses(Surprise, a, b, scale, chunk=chunk, expected=expected)
    return reduce_loss(values, reduction, weight)


class Surprise(RowRule):
    """How surprised row i is that column i is the one."""

    @staticmethod
    def plain(a: Tensor, b: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        return cross_entropy((scale * a) @ b.T, torch.arange(len(a), device=a.device), reduction="none")

    @staticmethod
    def band(logits: Tensor, first: int, bias: Tensor) -> tuple[Tensor, Tensor]:
        logits.sub_(logits.amax(1, keepdim=True))
        own = logits.diagonal(first).clone()
        logits.exp2_().diagonal(first).zero_()
        rest = logits.sum(1)
        logits.diagonal(first).copy_(-rest)  # a row of the derivative adds up to 0
        return surprise(own, rest), 1 / (rest + own.exp2())
