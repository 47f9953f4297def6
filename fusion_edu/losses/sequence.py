"""Cross-entropy of whole sequences: the loss of a model that writes."""

import torch
from torch import Tensor

from fusion_edu.losses.arguments import check_tensors, check_values, widen
from fusion_edu.losses.reduce import leave_out, reduce_loss
from fusion_edu.precision import full_precision
from fusion_edu.shapes import expect


@full_precision
def sequence_cross_entropy(
    logits: Tensor, target: Tensor, *, padding: int = 0, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    r"""Minus the log-probability of every true token; padding does not count.

    .. math:: L = \frac{-1}{\sum_b T_b} \sum_b \sum_{t \le T_b} \log p_{bt}(y_{bt})

    A text of 12 tokens counts twelve times as much as a text of one. (The mean of each text's own mean would let both
    count the same, and a token of a short text more.)

    Args:
        logits: (B, T, C) scores of the C tokens at each place, floating.
        target: (B, T) the true tokens, 0..C-1.
        padding: the token, one of 0..C-1, that stands where a text has ended.
        weight: (B,) a weight for each text, >= 0.
        reduction: "none" gives (B,), minus the log-probability of each text; "sum" their sum; "mean" that sum divided
            by the number of tokens that are no padding (each weighted as its text). In nats.

    Raises:
        TypeError: logits not floating, or tokens not integers. ValueError: shapes or devices differ, an empty batch, a
            token or ``padding`` outside 0..C-1; for "mean" only padding, or all weights 0.

    Source: Sutskever 2014, arXiv:1409.3215, section 3.2.
    """
    sizes = expect(logits=(logits, "B T C"), target=(target, "B T"))
    check_tensors(logits=logits, target=target)
    if target.is_floating_point() or target.is_complex() or target.dtype == torch.bool:
        raise TypeError(f"target has dtype {target.dtype}, needs integers: tokens are numbers of symbols")
    if not 0 <= padding < sizes["C"]:
        raise ValueError(f"padding is {padding}, needs a token in 0..{sizes['C'] - 1}, as target has")
    target = target.long()
    check_values("target", target, (target >= 0) & (target < sizes["C"]), f"tokens in 0..{sizes['C'] - 1}")
    real = target != padding
    (z,) = leave_out(weight, *widen(logits=logits))
    z = z.masked_fill(~real.unsqueeze(2), 0.0)  # whatever stands there, no gradient comes from it
    z = z - z.detach().amax(2, keepdim=True)  # keeps the digits of small losses
    each = z.logsumexp(2) - z.gather(2, target.unsqueeze(2)).squeeze(2)  # (B, T)
    tokens = real.sum(1).to(z.dtype)
    if reduction == "mean":
        check_values("number of tokens that are no padding", tokens.sum(), tokens.sum() > 0, "> 0 to divide by")
    if weight is not None:
        expect(weight=(weight, str(sizes["B"])))
        check_tensors(logits=logits, weight=weight)
        tokens = tokens * weight
    return reduce_loss(each.masked_fill(~real, 0.0).sum(1), reduction, weight, count=tokens.sum())
