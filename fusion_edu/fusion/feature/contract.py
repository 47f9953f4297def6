"""Contract an outer product of vectors with a weight, without building more of the product than pays.

The full product of M vectors has ``S = S_1 ... S_M`` entries a sample. Cut the modalities in two: the product of the
first k is built, a matrix multiplication with the weight leaves what belongs to the others, and the product of those
contracts the rest. Every cut does the same ``2 S D`` operations a sample in that matrix multiplication; what differs is
what is written and read again beside it: ``S_1 ... S_k`` numbers built and ``S_{k+1} ... S_M D`` left. k = M builds the
whole product ("materialised"), k = 1 builds none ("factorised"), and the best often lies between them: for 3 x 129 to 8
they build and leave 2,146,689 and 8, 129 and 133,128, and at k = 2 only 16,641 and 1,032 numbers.
"""

from math import prod

import torch
from torch import Tensor

LEFT = 4  # what a number left costs, in numbers built: measured, forward and backward, batches of 16 to 256


def cost(sizes: list[int], out: int, cut: int) -> int:
    """What a contraction writes and reads again a sample, in numbers built: ``best_cut`` makes it small."""
    built, left = prod(sizes[:cut]), prod(sizes[cut:])
    return built + LEFT * left * out + (left if len(sizes) - cut > 1 else 0)


def best_cut(sizes: list[int], out: int) -> int:
    """The k in 1..M of least cost; the larger k of equals."""
    return min(range(len(sizes), 0, -1), key=lambda cut: cost(sizes, out, cut))


def outer(vectors: list[Tensor]) -> Tensor:
    """(B, S_1 ... S_k), each row the flattened outer product of its vectors; the first varies slowest."""
    product = vectors[0]
    for vector in vectors[1:]:
        product = (product.unsqueeze(2) * vector.unsqueeze(1)).flatten(1)
    return product


def contract(vectors: list[Tensor], weight: Tensor, cut: int | None = None) -> Tensor:
    """Sum over all entries of the outer product, times the weight.

    Args:
        vectors: M tensors (B, S_m).
        weight: (S_1, ..., S_M, D).
        cut: k as above; default the cheapest. The result does not depend on it but for rounding.

    Returns:
        (B, D).
    """
    *sizes, out = weight.shape
    cut = best_cut(sizes, out) if cut is None else cut
    kept = outer(vectors[:cut]) @ weight.flatten(cut).flatten(0, cut - 1)  # (B, what is left times D)
    if cut == len(sizes):
        return kept
    rest = outer(vectors[cut:])
    return torch.bmm(rest.unsqueeze(1), kept.unflatten(1, (-1, out))).squeeze(1)
