"""Retrieval: how far down the list does a query find a right answer?"""

import math

import scipy
import torch
from torch import Tensor

from fusion_edu.evaluate.intervals import of_share
from fusion_edu.evaluate.paired import Bounds
from fusion_edu.shapes import expect
from fusion_edu.values import comparable, whole


def ranks(similarity: Tensor, relevant: Tensor | None = None) -> Tensor:
    """Place of the best right answer of each query, 1 being the top of the list.

    Args:
        similarity: (Q, N) one query a row, one item of the list a column; larger is more alike.
        relevant: (Q, N) bool, which items are right answers, one or more a query, e.g.
            ``owner_of_query[:, None] == owner_of_item``. None: item i alone is right for query i, and Q = N.

    Returns:
        (Q,) int64. A wrong item that ties with the best right one is counted as before it: a model that says the same
        of everything gets the last places, not the first.

    Raises:
        TypeError: a similarity that is complex, or ``relevant`` not bool. ValueError: shapes or devices that do not fit, a
            query without a right answer, or a similarity that is NaN.
    """
    sizes = expect(similarity=(similarity, "Q N"))
    if relevant is None:
        if sizes["Q"] != sizes["N"]:
            raise ValueError(
                f"similarity has shape {tuple(similarity.shape)}, needs a square one, or relevant that says what is right"
            )
        relevant = torch.eye(sizes["Q"], dtype=torch.bool, device=similarity.device)
    expect(relevant=(relevant, f"{sizes['Q']} {sizes['N']}"))
    if relevant.dtype != torch.bool:
        raise TypeError(f"relevant has dtype {relevant.dtype}, needs bool: True where the item is a right answer")
    if relevant.device != similarity.device:
        raise ValueError(f"relevant is on {relevant.device}, needs {similarity.device}, the device of similarity")
    if not sizes["Q"] or not relevant.any(1).all():
        raise ValueError("relevant has a query without a right answer, needs at least one in every row")
    if similarity.is_complex():
        raise TypeError(f"similarity has dtype {similarity.dtype}, needs real numbers")
    if similarity.dtype == torch.bool:
        similarity = similarity.byte()
    similarity = comparable(similarity)
    if similarity.isnan().any():
        raise ValueError("similarity holds nan, needs numbers")
    lowest = -torch.inf if similarity.is_floating_point() else torch.iinfo(similarity.dtype).min
    best = similarity.masked_fill(~relevant, lowest).amax(1, keepdim=True)
    return ((similarity >= best) & ~relevant).sum(1) + 1


def recall_at_k(rank: Tensor, k: int, *, confidence: float = 0.95) -> Bounds:
    """R@k: share of the queries that have a right answer among their first k, with Wilson's interval.

    This is the hit rate that the retrieval literature calls recall: one right answer is enough, however many there are.

    Args:
        rank: (Q,) from :func:`ranks`.
        k: >= 1.
        confidence: share of such intervals that hold the true value, between 0 and 1. The queries count as independent:
            five captions of one picture are not.

    Raises:
        ValueError: no ranks, one below 1, or ``k`` or ``confidence`` out of range.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    n = _checked(rank, confidence)
    k = whole("k", k)
    hits = int((rank.double() <= k).sum())
    return Bounds(hits / n, *of_share(hits, n, confidence), n)


def median_rank(rank: Tensor, *, confidence: float = 0.95) -> Bounds:
    """The median place of the best right answer; half of the queries do as well or better. Lower is better.

    The interval runs between two of the ranks themselves, found from the binomial distribution of how many queries lie
    below the true median; it assumes nothing about how the ranks are spread. Where no two of them reach the confidence
    (at 0.95, of fewer than 6 queries), it runs from 1 to infinity. ``Bounds.mean`` holds the median.

    Args: as :func:`recall_at_k`.

    Source: Thompson 1936, doi:10.1214/aoms/1177732502.
    """
    n = _checked(rank, confidence)
    ordered = rank.double().sort().values
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]).item() / 2
    # the order statistics `below` and n + 1 - below, counted from 1
    below = int(scipy.stats.binom.ppf((1 - confidence) / 2, n, 0.5))
    if below < 1:
        return Bounds(middle, 1.0, math.inf, n)
    return Bounds(middle, ordered[below - 1].item(), ordered[n - below].item(), n)


def _checked(rank: Tensor, confidence: float) -> int:
    n = expect(rank=(rank, "Q"))["Q"]
    if not n or not (rank.double() >= 1).all():
        raise ValueError("rank is empty or holds a number below 1, needs places that count from 1")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}, needs a share between 0 and 1, e.g. 0.95")
    return n
