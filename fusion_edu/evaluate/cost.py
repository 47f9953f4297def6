"""What a model costs: numbers to learn, numbers to keep, operations. Counted, not guessed."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode


@dataclass(frozen=True)
class Cost:
    """Of one call on one batch.

    Attributes:
        parameters: numbers in the weights; a shared one counts once.
        trainable: those of them that learn.
        activations: numbers that the call keeps for the backward pass, weights and inputs left out; memory in training
            grows with these and with the batch.
        flops: of matrix products and convolutions in the forward pass; a multiply and an add are two. A backward pass
            costs about twice as much. All else (normalising, softmax, element by element) counts as 0.
    """

    parameters: int
    trainable: int
    activations: int
    flops: int


def cost(module: nn.Module, *args: Any) -> Cost:
    """Count what ``module(*args)`` needs. It is called twice, in its own mode, so that batch statistics move in train mode.

    Args:
        module: any Module; gradients are not touched.
        args: as it takes them.

    Raises:
        ValueError: a parameter that no number knows yet (a lazy module before its first call).

    Source: operations are those of ``torch.utils.flop_counter``.
    """
    weights = list(module.parameters())
    if any(isinstance(p, nn.parameter.UninitializedParameter) for p in weights):
        raise ValueError("module has lazy parameters, needs one call before it can be counted")
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        module(*args)
    return Cost(
        parameters=sum(p.numel() for p in weights),
        trainable=sum(p.numel() for p in weights if p.requires_grad),
        activations=_kept(module, args),
        flops=counter.get_total_flops(),
    )


def _kept(module: nn.Module, args: tuple[Any, ...]) -> int:
    """Numbers saved for backward, each storage once."""
    known = {t.untyped_storage()._cdata for t in (*module.parameters(), *module.buffers(), *_tensors(args))}
    found: dict[int, tuple[Tensor, int]] = {}  # the tensor is kept, so that no later one gets its place in memory

    def keep(t: Tensor) -> Tensor:
        storage = t.untyped_storage()
        if storage._cdata not in known:
            found[storage._cdata] = t, storage.nbytes() // t.element_size()
        return t

    with torch.enable_grad(), saved_tensors_hooks(keep, lambda t: t):
        module(*args)
    return sum(count for _, count in found.values())


def _tensors(content: Any) -> list[Tensor]:
    if isinstance(content, Tensor):
        return [content]
    values = content.values() if isinstance(content, dict) else content if isinstance(content, list | tuple) else ()
    return [t for value in values for t in _tensors(value)]
