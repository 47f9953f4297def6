"""Pairs of rows with as many similar ones as asked for."""

import torch
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import whole


def sample_pairs(
    left: Tensor, right: Tensor, n: int, seed: int, *, similar_share: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    """n random pairs of a left and a right row, a share of them with equal labels.

    Drawn blindly, one pair in C would be similar; a loss then sees mostly dissimilar ones.

    Args:
        left, right: (L,) and (R,) labels of the rows of the two sides, e.g. pictures and sounds.
        n: pairs, >= 1.
        seed: of the draws; the global generator is not touched.
        similar_share: probability that a pair is similar, 0 to 1.

    Returns:
        i, j: (n,) rows on the left and on the right. similar: (n,) float32, 1 where their labels agree.

    Raises:
        ValueError: n < 1, no left row, a share outside 0..1, or a left label for which the right has no partner of the wanted kind.
    """
    if not expect(left=(left, "L"), right=(right, "R"))["L"]:
        raise ValueError("left is empty, needs at least one row to pair")
    n = whole("n", n)
    if not 0 <= similar_share <= 1:
        raise ValueError(f"similar_share is {similar_share}, needs 0 to 1")
    generator = torch.Generator().manual_seed(seed)
    i = torch.randint(len(left), (n,), generator=generator)
    similar = torch.rand(n, generator=generator) < similar_share
    j = torch.empty(n, dtype=torch.long)
    for label in left[i].unique():
        for wanted in (True, False):
            rows = ((left[i] == label) & (similar == wanted)).nonzero().squeeze(1)
            partners = ((right == label) == wanted).nonzero().squeeze(1)
            if len(rows) and not len(partners):
                raise ValueError(
                    f"right has no row {'with' if wanted else 'without'} label {label.item()}, needs one to pair with"
                )
            if len(rows):
                j[rows] = partners[torch.randint(len(partners), (len(rows),), generator=generator)]
    return i, j, similar.float()
