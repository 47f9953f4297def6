"""Averages of what the models say: of probabilities, or of logits."""

from torch import Tensor

from fusion_edu.fusion.decision.scores import check_probabilities, shares, stacked, weight_vector


def average_probabilities(
    probs: dict[str, Tensor], *, weights: dict[str, float] | None = None, present: Tensor | None = None
) -> Tensor:
    """Weighted mean of probabilities: one model that is sure can be outvoted.

    Args:
        probs: for each of M models (B, C) probabilities; their order in the dict is the column order of ``present``.
        weights: a number > 0 for each model, of which only the ratio counts; None weighs all alike.
        present: (B, M) bool, default all. The weights of those present are scaled up to sum 1; missing entries may
            hold anything, NaN too.

    Returns:
        (B, C) probabilities.

    Raises:
        TypeError: no dict of floating tensors, ``present`` not bool. ValueError: shapes differ, rows that do not sum
            to 1, weights that do not fit, or a row without any model.
    """
    p, here = stacked(probs, list(probs) if isinstance(probs, dict) else [], present, what="probs")
    check_probabilities(p, here, "probs")
    share = shares(weight_vector(weights, list(probs), p), here)
    return (share.to(p.dtype).unsqueeze(-1) * p).sum(dim=1)


def average_logits(
    logits: dict[str, Tensor], *, weights: dict[str, float] | None = None, present: Tensor | None = None
) -> Tensor:
    """Weighted mean of logits; softmax of it is the geometric mean: one model that is very sure outvotes the others.

    Args:
        logits: for each of M models (B, C) logits or log-probabilities, finite where present.
        weights, present: as in ``average_probabilities``.

    Returns:
        (B, C) logits.

    Raises:
        As ``average_probabilities``, but for the values.
    """
    s, here = stacked(logits, list(logits) if isinstance(logits, dict) else [], present, what="logits")
    share = shares(weight_vector(weights, list(logits), s), here)
    return (share.to(s.dtype).unsqueeze(-1) * s).sum(dim=1)
