"""The gradient of a loss over a whole batch, in the memory of a small part of it."""

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor

from fusion_edu.train.batches import Inputs, check_loss, check_whole, size, slices, take

E = TypeVar("E", Tensor, tuple[Tensor, ...], dict[str, Tensor])


def grad_cache(encode: Callable[[Any], E], x: Inputs, loss: Callable[[E], Tensor], *, chunk: int) -> Tensor:
    """``loss(encode(x)).backward()`` with the graph of ``chunk`` rows in memory at a time; the gradient is the same.

    Three steps: encode all rows without a graph; compute the loss, and its gradient by each *embedding*; encode again,
    part by part, and send these gradients back. It costs one more forward pass.

    Args:
        encode: x -> embeddings (N, D), or a tuple or dict of such, one row a row of x. Row i may depend on row i alone: with
            batch normalisation in train mode the parts have other statistics than the whole.
        x: (N, ...) tensor, or one such tensor a modality.
        loss: embeddings of all N rows -> scalar. May gather over processes.
        chunk: rows a part, >= 1; a single row left over joins the part before it.

    Returns:
        The loss, without a graph. The gradients are *added* to ``.grad``, as ``backward`` does, of the encoder's
        weights and of what the loss learns.

    Raises:
        ValueError: chunk < 1, no rows, a loss that is no scalar or has no graph, embeddings with another number of rows.

    Source: Gao et al. 2021 (GradCache), arXiv:2101.06983. Dropout drops the same units both times.
    """
    check_whole(chunk=chunk)
    first = next(iter(x.values())) if isinstance(x, dict) else x
    if not size(first):
        raise ValueError("x is empty, needs at least one row")
    parts = list(slices(torch.arange(size(first)), chunk))
    devices = [first.device] if first.device.type == "cuda" else []
    states, made = [], []
    with torch.no_grad():
        for rows in parts:
            states.append(_state(devices))
            made.append(encode(take(x, rows, first.device)))
    leaves = [torch.cat([_flat(one)[k] for one in made]).requires_grad_() for k in range(len(_flat(made[0])))]
    for leaf in leaves:
        if len(leaf) != size(first):
            raise ValueError(f"encode gave {len(leaf)} rows for {size(first)}, needs one embedding a row of x")
    value = loss(_like(made[0], leaves))
    check_loss(value)
    value.backward()
    for rows, state in zip(parts, states, strict=True):
        with torch.random.fork_rng(devices):
            _restore(state, devices)
            again = _flat(encode(take(x, rows, first.device)))
        # no gradient where the loss does not look, or a tower is frozen
        pairs = [
            (e, leaf.grad[rows])
            for e, leaf in zip(again, leaves, strict=True)
            if leaf.grad is not None and e.requires_grad
        ]
        if pairs:
            torch.autograd.backward([e for e, _ in pairs], [grad for _, grad in pairs])
    return value.detach()


def _flat(embeddings: Any) -> list[Tensor]:
    if isinstance(embeddings, dict):
        return list(embeddings.values())
    return [embeddings] if isinstance(embeddings, Tensor) else list(embeddings)


def _like(pattern: Any, leaves: list[Tensor]) -> Any:
    if isinstance(pattern, dict):
        return dict(zip(pattern, leaves, strict=True))
    return leaves[0] if isinstance(pattern, Tensor) else tuple(leaves)


def _state(devices: list[torch.device]) -> list[Tensor]:
    return [torch.get_rng_state(), *(torch.cuda.get_rng_state(device) for device in devices)]


def _restore(state: list[Tensor], devices: list[torch.device]) -> None:
    torch.set_rng_state(state[0])
    for device, kept in zip(devices, state[1:], strict=True):
        torch.cuda.set_rng_state(kept, device)
