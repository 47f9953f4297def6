"""What changes in training where several processes share the work: `torchrun` has started them, and set up their group."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn


def processes() -> int:
    """How many share the work; 1 where ``torch.distributed`` is not set up."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def rank() -> int:
    """Which of them this is, from 0."""
    return dist.get_rank() if processes() > 1 else 0


def share(rows: Tensor) -> Tensor:
    """This process's part of the rows; the parts of all, behind each other, are the rows again."""
    return rows.tensor_split(processes())[rank()]


def same_start(modules: list[nn.Module]) -> None:
    """Every process begins with the weights and buffers of the first one."""
    if processes() > 1:
        for module in modules:
            for values in module.state_dict().values():
                dist.broadcast(values, 0)


def average_gradients(parameters: list[nn.Parameter]) -> None:
    """The mean over the processes, of every parameter: one that got none counts as 0."""
    if processes() == 1:
        return
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        dist.all_reduce(parameter.grad)
        parameter.grad /= processes()


def of_all(value: Any) -> list[Any]:
    """What each process has, by rank."""
    if processes() == 1:
        return [value]
    found: list[Any] = [None] * processes()
    dist.all_gather_object(found, value)
    return found
