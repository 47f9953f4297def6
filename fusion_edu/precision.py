"""Functions that are computed in full precision, whatever ``torch.autocast`` they are called under."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch
from torch import Tensor

__all__ = ["casts", "full_precision"]

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
