"""Huber loss: regression that one outlier cannot capture."""

from torch import Tensor

from fusion_edu.losses.arguments import check_number, check_same_shape, widen
from fusion_edu.losses.reduce import leave_out, reduce_loss
from fusion_edu.precision import full_precision


@full_precision
def huber(
    pred: Tensor, target: Tensor, *, delta: float = 1.0, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    r"""Quadratic within ``delta`` of the target, linear beyond: no gradient is larger than ``delta``.

    .. math:: \ell(e) = \tfrac12 e^2 \text{ where } |e| \le \delta, \text{ else } \delta\,(|e| - \tfrac12 \delta)

    Args:
        pred: (B, ...) predictions, floating.
        target: same shape as ``pred``.
        delta: where the parabola becomes a line, > 0, in units of the target.
        weight: (B,) or the shape of ``pred``, >= 0.
        reduction: "none" gives the shape of ``pred``; "mean" or "sum" a scalar.

    Raises:
        TypeError: ``pred`` is not floating. ValueError: shapes or devices differ, empty batch, ``delta`` <= 0.

    Source: Huber 1964, doi:10.1214/aoms/1177703732.
    """
    check_number("delta", delta, 0)
    check_same_shape(pred=pred, target=target)
    pred, target = widen(pred=pred, target=target)
    pred, target = leave_out(weight, pred, target)
    error = (pred - target).abs()
    near = error.clamp_max(delta)
    return reduce_loss(near * (error - near / 2), reduction, weight)
