"""Cross-entropy of logits: the loss of classification."""

import torch
from torch import Tensor
from torch.nn.functional import nll_loss

from fusion_edu.losses.arguments import check_number, widen
from fusion_edu.losses.classes import check_class_weight, check_classes, check_total_weight
from fusion_edu.losses.reduce import leave_out, reduce_loss
from fusion_edu.precision import full_precision

MANY_CLASSES = 16  # from which log_softmax, one pass over whole vectors, is faster than an operation for each step


@full_precision
def cross_entropy(
    logits: Tensor,
    target: Tensor,
    *,
    weight: Tensor | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> Tensor:
    r"""Log-sum-exp of the logits minus the logit of the true class.

    .. math:: \ell_i = -\sum_c y_{ic} \log p_{ic} = \log \sum_c e^{s_{ic}} - s_{i y_i}

    Args:
        logits: (B, C) scores before the softmax, floating.
        target: (B,) class indices 0..C-1, or (B, C) probabilities whose rows sum to 1.
        weight: (C,) a weight for each class, >= 0.
        label_smoothing: eps in [0, 1): the target becomes (1 - eps) y + eps / C.
        reduction: "none" gives (B,); "mean" or "sum" a scalar, in nats. A weighted "mean" divides by the sum of the
            weights of the target classes; with probabilities as targets, by B (both as PyTorch does).

    Raises:
        TypeError: logits not floating, or indices not integers. ValueError: shapes or devices differ, empty batch,
            a target outside its range, ``label_smoothing`` outside [0, 1), all weights of the batch 0 for "mean".

    Source: the article, section 4.2; label smoothing: Szegedy 2016, arXiv:1512.00567.
    """
    check_number("label_smoothing", label_smoothing, 0, 1, closed=True)
    indices = check_classes("logits", logits, target)
    s = widen(logits=logits)[0]
    if weight is not None:
        check_class_weight(weight, logits)
        s, weight = widen(logits=s, weight=weight)
    if not indices:
        check_total_weight(target, weight, reduction)
        s, target = widen(logits=s, target=target)
        smooth = target * (1 - label_smoothing) + label_smoothing / s.shape[1] if label_smoothing else target
        return reduce_loss(_expected(-s.log_softmax(1), smooth, weight), reduction)
    target = target.long()
    each = None if weight is None else weight[target]
    if not label_smoothing:
        (s,) = leave_out(each, s)
    values = _of_true_class(s, target)
    if each is not None:
        values = values.masked_fill((each == 0) & values.isinf(), 0.0) * each
    if label_smoothing:
        spread = torch.full_like(s, label_smoothing / s.shape[1])
        values = (1 - label_smoothing) * values + _expected(-s.log_softmax(1), spread, weight)
    return reduce_loss(values, reduction, count=None if each is None else each.sum())


def _of_true_class(s: Tensor, target: Tensor) -> Tensor:
    """Log-sum-exp minus the logit of the true class: (B, C), (B,) -> (B,)."""
    if s.shape[1] >= MANY_CLASSES:
        return nll_loss(s.log_softmax(1), target, reduction="none")
    s = s - s.detach().amax(1, keepdim=True)  # keeps the digits of small losses between large logits
    return s.logsumexp(1) - s.gather(1, target.unsqueeze(1)).squeeze(1)


def _expected(nll: Tensor, target: Tensor, weight: Tensor | None) -> Tensor:
    """Row sums of target * weight * nll, over the classes: (B, C), (B, C), (C,) -> (B,).

    A class that the model excludes costs nothing where nobody expects it: 0 log 0 = 0.
    """
    mass = target if weight is None else target * weight
    nll = nll.masked_fill((mass == 0) & nll.isinf(), 0.0)
    return (nll * target if weight is None else nll * target * weight).sum(1)
