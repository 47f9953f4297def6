"""The loss of a language model that reads something before the text: only the text is to be predicted."""

from torch import Tensor

from fusion_edu.losses.sequence import sequence_cross_entropy
from fusion_edu.shapes import expect
from fusion_edu.values import whole


def prefix_cross_entropy(
    logits: Tensor,
    target: Tensor,
    *,
    prefix: int,
    padding: int = 0,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    r"""Minus the log-probability of every token of the text; the places of the prefix have no true token.

    .. math:: L = \frac{-1}{\sum_b T_b} \sum_b \sum_{t \le T_b} \log p(y_{bt} \mid \text{prefix}, y_{b1}, \dots, y_{b,t-1})

    The model reads k tokens of a prefix (a picture's) and then the text. What it says at place j is its guess for place
    j + 1, so the *last* token of the prefix says the first word of the text, and what the last word says is not used.

    Args:
        logits: (B, k + T, C) at each place of what was read, prefix and text, floating. What stands at the first k - 1
            places does not count, and gets no gradient.
        target: (B, T) the text that was read behind the prefix, 0..C-1.
        prefix: k >= 1, the number of its tokens.
        padding: the token that stands where a text has ended.
        weight: (B,) a weight for each text, >= 0.
        reduction: "none" gives (B,), minus the log-probability of each text; "sum" their sum; "mean" that sum divided
            by the number of tokens that are no padding (each weighted as its text). In nats.

    Raises:
        TypeError, ValueError: as ``sequence_cross_entropy``; ``prefix`` is no whole number >= 1; ``logits`` does not
            have prefix + T places.

    Source: Tsimpoukelli et al. 2021 (Frozen), arXiv:2106.13884, eq. 1.
    """
    k = whole("prefix", prefix)
    sizes = expect(target=(target, "B T"))
    expect(target=(target, "B T"), logits=(logits, f"B {k + sizes['T']} C"))
    return sequence_cross_entropy(logits[:, k - 1 : -1], target, padding=padding, weight=weight, reduction=reduction)
