"""Mean squared error: the loss of regression."""

import torch.nn.functional as F
from torch import Tensor

from fusion_edu.losses.arguments import check_same_shape, widen
from fusion_edu.losses.reduce import leave_out, reduce_loss
from fusion_edu.precision import full_precision


@full_precision
def mse(pred: Tensor, target: Tensor, *, weight: Tensor | None = None, reduction: str = "mean") -> Tensor:
    r"""Squared error, averaged over all elements.

    .. math:: \mathcal{L} = \frac1N \sum_{i=1}^N (\hat y_i - y_i)^2

    Args:
        pred: (B, ...) predictions, floating.
        target: same shape as ``pred``: (B,) beside (B, 1) is refused, for it would broadcast to (B, B).
        weight: (B,) or the shape of ``pred``, >= 0.
        reduction: "none" gives the shape of ``pred``; "mean" or "sum" a scalar; in squared units of the target.

    Raises:
        TypeError: ``pred`` is not floating. ValueError: shapes or devices differ, or the batch is empty.

    Source: the article, section 4.1; Gauss 1809.
    """
    check_same_shape(pred=pred, target=target)
    pred, target = widen(pred=pred, target=target)
    if weight is None and reduction in ("mean", "sum"):
        return F.mse_loss(pred, target, reduction=reduction)  # without an error of each element in memory
    pred, target = leave_out(weight, pred, target)
    return reduce_loss(F.mse_loss(pred, target, reduction="none"), reduction, weight)
