"""Votes: every model names one class."""

import torch
from torch import Tensor

from fusion_edu.fusion.decision.scores import weight_vector
from fusion_edu.fusion.inputs import check_present, in_order
from fusion_edu.shapes import expect
from fusion_edu.values import comparable

TIE = 1e-9  # sums of weights this close, relative to the largest, count as equal: .1 + .2 ties with .3


def majority_vote(votes: dict[str, Tensor], *, present: Tensor | None = None) -> Tensor:
    """The class with the most votes; of tied classes, the one that the first model among their voters names.

    Args:
        votes: for each of M models (B,) class numbers, integers; their order in the dict is the column order of
            ``present``, and decides ties.
        present: (B, M) bool, default all. A missing vote counts for nothing and may hold any number.

    Returns:
        (B,) class numbers.

    Raises:
        TypeError: votes that are no dict of integer tensors, or ``present`` not bool. ValueError: shapes differ, or a
            row without any vote.
    """
    return weighted_vote(votes, None, present=present)


def weighted_vote(
    votes: dict[str, Tensor], weights: dict[str, float] | None, *, present: Tensor | None = None
) -> Tensor:
    """The class whose voters weigh most; ties as in ``majority_vote``.

    Args:
        votes, present: as in ``majority_vote``.
        weights: a number > 0 for each model, e.g. its validation accuracy, or better the log odds of it; None is 1 each.

    Returns:
        (B,) class numbers.

    Raises:
        As ``majority_vote``; ValueError: weights of other models, or one that is not > 0.
    """
    ballot, present = _ballot(votes, present)
    weight = weight_vector(weights, list(votes), ballot.new_empty(0, dtype=torch.float64))
    used = torch.where(present, weight, 0)  # (B, M)
    agree = ballot.unsqueeze(2) == ballot.unsqueeze(1)  # (B, M, M)
    support = (agree * used.unsqueeze(1)).sum(dim=2).masked_fill(~present, -1)  # of the class that model m names
    best = support.amax(dim=1, keepdim=True)
    first = (support >= best * (1 - TIE)).long().argmax(dim=1, keepdim=True)  # of equals, argmax is the first
    return ballot.gather(1, first).squeeze(1)


def _ballot(votes: dict[str, Tensor], present: Tensor | None) -> tuple[Tensor, Tensor]:
    """Votes and ``present``, both (B, M)."""
    values = in_order(votes, votes if isinstance(votes, dict) else (), "votes")
    if not values:
        raise ValueError("votes is empty, needs at least one model")
    expect(**{f"votes[{m!r}]": (v, "B") for m, v in votes.items()})
    for m, v in votes.items():
        if v.is_floating_point() or v.is_complex() or v.dtype == torch.bool:
            raise TypeError(f"votes[{m!r}] has dtype {v.dtype}, needs integers: class numbers, e.g. scores.argmax(1)")
    ballot = torch.stack([comparable(v) for v in values], dim=1)
    if present is None:
        return ballot, torch.ones_like(ballot, dtype=torch.bool)
    check_present(present, votes, ballot)
    return ballot, present
