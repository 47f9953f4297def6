"""SigLIP: every pair of a batch is a yes-or-no question of its own."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fusion_edu.losses.arguments import check_number, check_values, scalar_like
from fusion_edu.losses.bands import RowRule
from fusion_edu.losses.clip import scale_like
from fusion_edu.losses.every_pair import matched
from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.losses.table import table_losses, weights_of
from fusion_edu.precision import full_precision

SURE = 50.0  # beyond it log(1 + exp(x)) is x, in float64 too


@full_precision
def siglip(
    a: Tensor,
    b: Tensor,
    *,
    scale: Tensor | float = 10.0,
    bias: Tensor | float = -10.0,
    chunk: int | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    r"""Does row j of ``b`` belong to row i of ``a``? Yes for j = i, no for all others, summed over j.

    .. math:: \ell_i = -\sum_j \log \sigma\left(z_{ij} (s \cos(a_i, b_j) + b)\right), \quad
        z_{ij} = 1 \text{ for } j = i, \text{ else } -1

    No softmax runs over the batch, so the pairs do not compete.

    Args:
        a, b: (B, D) embeddings, row i of each of the same sample; scaled to length 1 here.
        scale: s > 0; bias: any number, negative because B - 1 of B answers are "no". Numbers, or scalar tensors that
            get a gradient; ``SigLIPLoss`` learns both.
        chunk: rows of the (B, B) table in memory at a time; None chooses by size. The result is the same to rounding.
        weight: (B,), >= 0.
        reduction: "none" gives (B,); "mean" divides by B, not by B * B; "sum" a scalar, in nats.

    Raises:
        TypeError: ``a`` is not floating. ValueError: shapes or devices differ, B < 2, ``scale`` <= 0, a ``scale`` or ``bias``
            that is no scalar or not finite, chunk < 1.

    Source: Zhai 2023, arXiv:2303.15343, eq. 1 and algorithm 1.
    """
    a, b = matched(a, b, weight)
    scale, bias = scale_like(scale, a), scalar_like("bias", bias, a)
    check_values("bias", bias, bias.isfinite(), "a finite number")
    values = table_losses(YesNo, a, b, scale, bias, chunk=chunk, expected=weights_of(reduction, weight, a, chunk))
    return reduce_loss(values, reduction, weight)


class YesNo(RowRule):
    """Whether row i and column j belong together, asked for every j."""

    unit = 1.0

    @staticmethod
    def plain(a: Tensor, b: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        logits = torch.addmm(bias, scale * a, b.T)
        return F.softplus(logits, threshold=SURE).sum(1) - logits.diagonal()  # -log sigma(x) = log(1 + exp(x)) - x

    @staticmethod
    def band(logits: Tensor, first: int, bias: Tensor) -> tuple[Tensor, Tensor]:
        own = logits.add_(bias).diagonal(first)
        own.neg_()  # the only "yes" of its row
        values = F.softplus(logits, threshold=SURE).sum(1)
        logits.sigmoid_()
        own.neg_()
        return values, torch.ones_like(values)


class SigLIPLoss(nn.Module):
    """``siglip`` with a learned scale (its logarithm is stored) and a learned bias.

    Args:
        scale, bias: where they start; the paper's 10 and -10 answer "no" to nearly everything at first.

    Shape: a, b (B, D); returns the mean, a scalar in nats.
    """

    def __init__(self, *, scale: float = 10.0, bias: float = -10.0) -> None:
        super().__init__()
        check_number("scale", scale, 0)
        check_number("bias", bias, -math.inf)
        self.log_scale = nn.Parameter(torch.tensor(math.log(scale)))
        self.bias = nn.Parameter(torch.tensor(float(bias)))

    @property
    def scale(self) -> Tensor:
        return self.log_scale.exp()

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return siglip(a, b, scale=self.scale, bias=self.bias)
