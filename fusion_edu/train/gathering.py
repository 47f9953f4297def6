"""The rows of all processes, for losses in which every sample is a negative of every other: with their gradient."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


def all_gather(x: Tensor, group: Any = None) -> Tensor:
    """The rows of ``x`` of all processes behind each other, by rank; each process may have another number of rows, or none.

    ``torch.distributed.all_gather`` gives the same values *without* a graph: the loss is right, and the gradient lacks
    all that a sample does as a negative elsewhere. Here the gradient of a row is summed over the losses of all
    processes and goes back to the one that has it. So where each process computes the loss of the whole batch, and
    DistributedDataParallel averages over processes, the step is that of one process with all rows.

    Args:
        x: (N, ...) on every process with the same further axes and dtype; without a process group, or with one process,
            it comes back as it is.
        group: of ``torch.distributed``; default all.

    Returns:
        (sum of all N, ...), equal on every process. Its backward pass is a collective, too: every process must run it.

    Raises:
        ValueError: ``x`` has no axis of rows, or other further axes than on another process.

    Source: as ``gather_with_grad`` of OpenCLIP, github.com/mlfoundations/open_clip; and for batches of different sizes.
    """
    if not isinstance(x, Tensor) or not x.ndim:
        raise ValueError(f"x is {x!r}, needs a tensor (N, ...) with an axis of rows")
    if not (dist.is_available() and dist.is_initialized()) or dist.get_world_size(group) == 1:
        return x
    return _Gather.apply(x, group)  # type: ignore[no-untyped-call]


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, group: Any) -> Tensor:
        parts = _rows(x.contiguous(), group)
        rank = dist.get_rank(group)
        ctx.group, ctx.first, ctx.rows = group, sum(len(part) for part in parts[:rank]), len(x)
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        total = grads[0].contiguous().clone()
        dist.all_reduce(total, group=ctx.group)
        return total[ctx.first : ctx.first + ctx.rows], None


def _rows(x: Tensor, group: Any) -> list[Tensor]:
    """The rows of each process. What is sent has the same size everywhere, so short ones are filled up and cut again."""
    shapes: list[Any] = [None] * dist.get_world_size(group)
    dist.all_gather_object(shapes, tuple(x.shape), group=group)
    for rank, shape in enumerate(shapes):
        if shape[1:] != tuple(x.shape[1:]):
            raise ValueError(f"x has shape {tuple(x.shape)}, needs (N, ...) as process {rank} has: {shape}")
    most = max(shape[0] for shape in shapes)
    padded = torch.cat([x, x.new_zeros(most - len(x), *x.shape[1:])])
    parts = [torch.empty_like(padded) for _ in shapes]
    dist.all_gather(parts, padded, group=group)
    return [part[: shape[0]] for part, shape in zip(parts, shapes, strict=True)]
