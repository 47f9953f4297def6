"""Contrastive loss of many pairs, some rows at a time: one number a pair is all that backward needs.

The plain formula writes the differences, their squares and the gradients of both, several times what it is given.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from fusion_edu.lengths import LARGE, SMALL, length

ROWS = 2048  # at a time: with 128 numbers each, 1 MiB of float32, which stays in the cache next to a core


class PairLosses(Function):
    """Losses (B,) of pairs a, b (B, D), ``similar`` (B,) bool: squares of a distance or of its lack, halved.

    Source: Hadsell 2006, doi:10.1109/CVPR.2006.100, with the derivative that follows: (a - b) times one number a pair.
    """

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor, similar: Tensor, margin: float) -> Tensor:
        distance = row_distances(a, b)
        lack = (margin - distance).clamp_min(0)
        ctx.margin = margin
        ctx.save_for_backward(a, b, similar, _slope(distance, similar, margin))
        return torch.where(similar, distance, lack).square() / 2

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (upstream,) = grads
        a, b, similar, slope = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad[:2]
        if torch.is_grad_enabled():  # create_graph: what comes out is differentiated again
            slope = _slope(length(a - b).squeeze(1), similar, ctx.margin)
            grad = (a - b) * (upstream * slope).unsqueeze(1)
        else:
            grad = torch.sub(a, b).mul_((upstream * slope).unsqueeze(1))
        return grad if need_a else None, -grad if need_b else None, None, None


def _slope(distance: Tensor, similar: Tensor, margin: float) -> Tensor:
    """(B,) what a - b is multiplied by to be the gradient; 0 where a dissimilar pair coincides."""
    lack = (margin - distance).clamp_min(0)
    return torch.where(similar, 1.0, torch.where(distance == 0, 0.0, -lack / torch.where(distance == 0, 1.0, distance)))


def row_distances(a: Tensor, b: Tensor) -> Tensor:
    """(B,) distances of row i of ``a`` from row i of ``b``, without a difference of all rows in memory."""
    distance = a.new_empty(len(a))
    buffer = a.new_empty(min(ROWS, len(a)), a.shape[1])
    for first in range(0, len(a), ROWS):
        rows = slice(first, min(first + ROWS, len(a)))
        off = torch.sub(a[rows], b[rows], out=buffer[: rows.stop - first])
        torch.linalg.vector_norm(off, dim=1, out=distance[rows])
    odd = ~((distance > SMALL) & (distance < LARGE))  # equal rows, or squares that leave the range of the dtype
    if odd.any():
        distance[odd] = length(a[odd] - b[odd]).squeeze(1)
    return distance
