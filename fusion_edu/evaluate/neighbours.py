"""k nearest neighbours: a classifier with nothing to train, so what it scores is what the distances know."""

import torch
from torch import Tensor

from fusion_edu.shapes import expect


def neighbours(train: Tensor, labels: Tensor, test: Tensor, *, k: int = 5) -> Tensor:
    """The commonest label among the k rows of ``train`` that are nearest to each row of ``test``.

    Args:
        train: (N, D) rows whose labels are known; the distance is Euclidean, so each feature counts by its spread.
        labels: (N,) class numbers, long.
        test: (M, D).
        k: voters, 1 to N; among classes with as many votes the smallest number wins.

    Returns:
        (M,) class numbers.

    Raises:
        ValueError: shapes that do not fit, or k out of range.

    Source: Cover and Hart, "Nearest neighbor pattern classification", IEEE Trans. Information Theory 13 (1967).
    """
    rows = expect(train=(train, "N D"), labels=(labels, "N"), test=(test, "M D"))["N"]
    if not 1 <= k <= rows:
        raise ValueError(f"k is {k}, needs 1 to {rows}, the rows of train")
    near = torch.cdist(test, train).topk(k, largest=False).indices  # (M, k)
    return labels[near].mode(dim=1).values
