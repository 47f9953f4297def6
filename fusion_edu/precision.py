"""Functions that are computed in full precision, whatever ``torch.autocast`` they are called under."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch
from torch import Tensor, nn

__all__ = ["casts", "check_dtype", "full_precision"]

P = ParamSpec("P")
T = TypeVar("T")


def full_precision(function: Callable[P, T]) -> Callable[P, T]:
    """``function`` with autocast switched off on the device of its first tensor: a loss needs more than its 3 digits."""

    @wraps(function)
    def computed(*args: P.args, **options: P.kwargs) -> T:
        first = next((value for value in (*args, *options.values()) if isinstance(value, Tensor)), None)
        if first is None or not casts(first):
            return function(*args, **options)
        with torch.autocast(first.device.type, enabled=False):
            return function(*args, **options)

    return computed


def casts(values: Tensor) -> bool:
    """Whether autocast is at work on the device of ``values``."""
    kind = values.device.type
    return torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)


def check_dtype(name: str, values: Tensor, module: nn.Module) -> None:
    """Refuse integers, and another dtype than that of the weights; autocast brings them together by itself."""
    if not values.is_floating_point():
        raise TypeError(f"{name} has dtype {values.dtype}, needs a floating dtype")
    weight = next(module.parameters(), None)
    if weight is not None and values.dtype != weight.dtype and not casts(values):
        raise TypeError(f"{name} has dtype {values.dtype}, needs {weight.dtype}, the dtype of the layer's weights")
