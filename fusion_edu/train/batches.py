"""Rows of a tensor, or of one tensor per modality: the same call takes both."""

import math
from collections.abc import Iterator
from typing import overload

import torch
from torch import Tensor

from fusion_edu.values import whole

Inputs = Tensor | dict[str, Tensor]


def size(x: Tensor) -> int:
    """Number of samples N of an (N, ...) tensor."""
    return x.shape[0] if x.ndim else 0


@overload
def take(x: Tensor, rows: Tensor, device: torch.device) -> Tensor: ...
@overload
def take(x: dict[str, Tensor], rows: Tensor, device: torch.device) -> dict[str, Tensor]: ...
def take(x: Inputs, rows: Tensor, device: torch.device) -> Inputs:
    """The given rows of every tensor, on ``device``."""
    if isinstance(x, dict):
        return {name: take(part, rows, device) for name, part in x.items()}
    return x.index_select(0, rows.to(x.device)).to(device)


def slices(rows: Tensor, batch_size: int) -> Iterator[Tensor]:
    """Consecutive batches; the last one may be smaller, and a row left over by itself joins the batch before it.

    One row has no negatives, and no batch statistics.
    """
    parts = list(rows.split(batch_size))
    if len(parts) > 1 and len(parts[-1]) == 1 and batch_size > 1:
        parts[-2:] = [torch.cat(parts[-2:])]
    return iter(parts)


def check_data(x: Inputs, y: Tensor, x_name: str, y_name: str) -> None:
    """Refuse data that is no tensor, empty, or of different lengths, naming the argument."""
    parts = {f"{x_name}[{m!r}]": part for m, part in x.items()} if isinstance(x, dict) else {x_name: x}
    for name, part in {**parts, y_name: y}.items():
        if not isinstance(part, Tensor):
            raise TypeError(f"{name} is a {type(part).__name__}, needs a torch tensor of shape (N, ...)")
    if not parts or not size(y):
        raise ValueError(f"{x_name if not parts else y_name} is empty, needs at least one sample")
    for name, part in parts.items():
        if size(part) != size(y):
            raise ValueError(f"{name} has {size(part)} samples, needs {size(y)} as {y_name} has")


def check_loss(value: object) -> None:
    """Refuse a loss that is no scalar tensor, or has no way back to what it was computed from."""
    if not isinstance(value, Tensor) or value.ndim:
        gave = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else f"a {type(value).__name__}"
        raise ValueError(f"loss gave {gave}, needs a scalar tensor: take its mean over the batch")
    if not value.requires_grad:
        raise ValueError(
            "loss gave a number without a graph, needs one to learn from: no item(), detach() or no_grad()"
        )


def check_finite(loss: float, epoch: int, learning_rate: float, x: Inputs, y: Tensor, of: str = "") -> None:
    """Refuse a loss that is nan or infinite, and name the likely culprit; ``of`` stands before "loss", "x" and "y"."""
    if math.isfinite(loss):
        return
    parts = {f"{of}x[{m!r}]": part for m, part in x.items()} if isinstance(x, dict) else {f"{of}x": x}
    bad = [name for name, part in {**parts, f"{of}y": y}.items() if not torch.isfinite(part).all()]
    advice = (
        f"{' and '.join(bad)} holds nan or infinite values: fill or mask them first"
        if bad
        else f"try learning_rate={learning_rate / 10:g} (it is {learning_rate:g}), clip=1.0, or a loss that is safe at 0"
    )
    raise FloatingPointError(f"{of}loss is {loss} in epoch {epoch + 1}: {advice}")


def check_numbers(**numbers: float | None) -> None:
    """Refuse numbers that are not above 0 and finite; None means "not asked for"."""
    for name, value in numbers.items():
        if value is not None and not 0 < value < math.inf:
            raise ValueError(f"{name} is {value}, needs > 0 and finite")


def check_whole(**numbers: int | None) -> None:
    """Refuse what counts something and is no whole number >= 1; None means "not asked for"."""
    for name, value in numbers.items():
        if value is not None:
            whole(name, value)
