"""Looking at the values of tensors where that is possible, and whole numbers of every width."""

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

__all__ = [
    "SUM_TOLERANCE",
    "UNSIGNED",
    "all_true",
    "check_finite",
    "class_numbers",
    "comparable",
    "known_true",
    "readable",
    "whole",
]

SUM_TOLERANCE = 1e-2  # rows of probabilities add up to 1 this well, even in bfloat16
UNSIGNED = (torch.uint16, torch.uint32, torch.uint64)  # of these PyTorch cannot even tell the larger one


def readable(values: Tensor) -> bool:
    """Whether values can be looked at: not on the "meta" device, in ``torch.compile`` or under ``torch.func.vmap``."""
    return _looked(values, lambda: values.flatten()[:1].any()) is not None


def all_true(ok: Tensor) -> bool:
    """Whether all of ``ok`` is true; also True where values cannot be looked at."""
    return _looked(ok, ok.all) is not False


def known_true(ok: Tensor) -> bool:
    """Whether all of ``ok`` is true, and can be looked at."""
    return _looked(ok, ok.all) is True


def _looked(values: Tensor, question: Callable[[], Tensor]) -> bool | None:
    """The answer to a question about values, or None where they cannot be looked at."""
    if values.is_meta or torch.compiler.is_compiling():
        return None
    try:
        return bool(question())
    except RuntimeError as error:
        if "vmap" not in str(error):
            raise
        return None


def check_finite(name: str, values: Tensor) -> None:
    """Refuse NaN and infinity, where values can be looked at."""
    if not all_true(torch.isfinite(values)):
        raise ValueError(f"{name} holds nan or infinite numbers, needs finite ones")


def class_numbers(name: str, values: Tensor, *, bool_too: bool = False) -> Tensor:
    """``values`` as int64, from integers of any width, or from bool where that will do, too.

    Raises:
        TypeError: they are something else.
    """
    if values.is_floating_point() or values.is_complex() or (values.dtype == torch.bool and not bool_too):
        need = "integers or bool" if bool_too else "integers"
        raise TypeError(f"{name} has dtype {values.dtype}, needs {need}: class numbers")
    return values.long()


def comparable(values: Tensor) -> Tensor:
    """``values``, in int64 where PyTorch cannot compare their dtype."""
    return values.long() if values.dtype in UNSIGNED else values


def whole(name: str, value: Any, least: int = 1, need: str = "") -> int:
    """``value`` as an int: Python's, NumPy's or whatever counts as an index, but no bool.

    Raises:
        ValueError: another number, or one below ``least``; ``need`` ends the sentence.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or number < least:
        raise ValueError(f"{name} is {value!r}, needs a whole number {need or f'>= {least}'}")
    return number
