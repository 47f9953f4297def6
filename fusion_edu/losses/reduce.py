"""From one loss a sample to one number."""

import torch
from torch import Tensor

from fusion_edu.losses.arguments import check_tensors, check_values, widen
from fusion_edu.precision import full_precision
from fusion_edu.values import known_true


@full_precision
def reduce_loss(
    values: Tensor, reduction: str = "mean", weight: Tensor | None = None, *, count: Tensor | None = None
) -> Tensor:
    """Weight the values, then average them, sum them or leave them.

    Args:
        values: (B, ...) losses, one a sample or one an element.
        reduction: "none" gives the weighted values; "sum" adds them; "mean" divides the sum by that of the weights
            (by the number of values where there are none), so that doubling all weights changes nothing.
        weight: (B,), one a sample, or the shape of ``values``; >= 0, and for "mean" not all 0.
        count: what "mean" divides by instead, for losses that have class weights in their values.

    Returns:
        float64 where an input is float64, else float32: shape of ``values`` for "none", else a scalar.

    Raises:
        TypeError: values that are not floating, or a weight that is no tensor. ValueError: unknown reduction, no values, a
            weight of another shape or device, negative, or all 0 for "mean".

    Source: ``torch.nn.functional.cross_entropy`` divides by the sum of weights; Keras's default divides by B.
    """
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f'reduction is {reduction!r}, needs "none", "mean" or "sum"')
    check_tensors(values=values)
    (values,) = widen(values=values)
    if weight is not None:
        weight = _like(weight, values)
        values, weight = widen(values=values, weight=weight)
        values = values.masked_fill((weight == 0) & ~values.isfinite(), 0.0)  # a weight of 0 leaves a sample out
        values, count = values * weight, weight.sum() if count is None else count
    if reduction == "none":
        return values
    if reduction == "sum":
        return values.sum()
    if count is None:
        return values.sum() / values.numel()  # values.mean() writes a gradient as large as the values, this does not
    check_values("weight summed over the batch", count, count > 0, "> 0 to divide by")
    return values.sum() / count


def leave_out(weight: Tensor | None, *tensors: Tensor) -> tuple[Tensor, ...]:
    """``tensors`` (B, ...) with 0 for what a sample of weight 0 has of NaN, infinity, or numbers whose difference is infinite.

    ``reduce_loss`` leaves the loss of such a sample out, but its gradient would be 0 times NaN. A weight that does not fit is left to
    ``reduce_loss``, which refuses it.

    Args:
        weight: (B,), or the shape of the first tensor; None leaves all as it is.
        tensors: floating, checked and widened; they have one shape.
    """
    shape = tensors[0].shape
    if not isinstance(weight, Tensor) or weight.shape not in (shape, shape[:1]) or weight.device != tensors[0].device:
        return tensors
    idle = weight == 0
    if known_true(~idle):
        return tensors
    idle = idle.reshape(idle.shape + (1,) * (len(shape) - idle.ndim))
    return tuple(x.masked_fill(idle & ~(x.abs() < torch.finfo(x.dtype).max / 4), 0.0) for x in tensors)


def _like(weight: Tensor, values: Tensor) -> Tensor:
    if not isinstance(weight, Tensor):
        raise TypeError(f"weight is a {type(weight).__name__}, needs a torch tensor")
    if weight.shape not in (values.shape, values.shape[:1]):
        need = " or ".join(map(str, dict.fromkeys((tuple(values.shape[:1]), tuple(values.shape)))))
        raise ValueError(f"weight has shape {tuple(weight.shape)}, needs {need}")
    check_tensors(values=values, weight=weight)
    check_values("weight", weight, (weight >= 0) & torch.isfinite(weight), "numbers >= 0 and finite")
    return weight.reshape(weight.shape + (1,) * (values.ndim - weight.ndim)).expand_as(values)
