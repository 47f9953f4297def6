"""Focal loss: cross-entropy that turns away from what is already right."""

import torch
from torch import Tensor

from fusion_edu.losses.arguments import check_number, widen
from fusion_edu.losses.classes import check_class_weight, check_classes
from fusion_edu.losses.cross_entropy import cross_entropy
from fusion_edu.losses.reduce import leave_out, reduce_loss
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect


@full_precision
def focal(
    logits: Tensor, target: Tensor, *, gamma: float = 2.0, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    r"""Cross-entropy times the probability mass that is still wrong, to the power gamma.

    .. math:: \ell_i = -(1 - p_{i y_i})^\gamma \log p_{i y_i}

    Args:
        logits: (B, C) scores before the softmax, floating.
        target: (B,) class indices 0..C-1.
        gamma: focus, >= 0, no unit; 0 gives cross-entropy.
        weight: (C,) a weight for each class (alpha of the paper), >= 0.
        reduction: "none" gives (B,); "mean" or "sum" a scalar; a weighted "mean" divides by the sum of the weights
            of the target classes, as in ``cross_entropy``.

    Raises:
        TypeError: logits not floating, or indices not integers. ValueError: shapes or devices differ, empty batch,
            a target outside its range, ``gamma`` < 0.

    Source: Lin 2017, arXiv:1708.02002 (there for two classes, with sigmoids).
    """
    check_number("gamma", gamma, 0, closed=True)
    expect(logits=(logits, "B C"), target=(target, "B"))
    if weight is not None:
        check_class_weight(weight, logits)
        check_classes("logits", logits, target)
        weight = weight[target.long()]
        (logits,) = leave_out(weight, *widen(logits=logits))
    nll = cross_entropy(logits, target, reduction="none")
    # 1 - p without cancellation; where it is 0, a power below 1 has no gradient: the floor makes that 0, not NaN
    wrong = (-torch.expm1(-nll)).clamp_min(torch.finfo(nll.dtype).tiny)
    return reduce_loss(wrong.pow(gamma) * nll, reduction, weight)
