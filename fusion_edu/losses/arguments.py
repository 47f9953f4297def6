"""What every loss asks of its arguments; each error names the argument, its value and the need."""

import math
from functools import reduce

import torch
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import all_true


def check_tensors(**tensors: Tensor) -> None:
    """Refuse empty tensors, and tensors of one call that lie on different devices."""
    first_name, first = next(iter(tensors.items()))
    for name, tensor in tensors.items():
        if tensor.numel() == 0:
            raise ValueError(f"{name} is empty, shape {tuple(tensor.shape)}: needs at least one sample")
        if tensor.device != first.device:
            raise ValueError(f"{name} is on {tensor.device}, needs {first.device}, the device of {first_name}")


def check_same_shape(**tensors: Tensor) -> None:
    """Refuse tensors that are empty, on different devices, or of another shape than the first: no broadcasting."""
    first = next(iter(tensors.values()))
    pattern = " ".join(map(str, getattr(first, "shape", ())))
    expect(**{name: (tensor, pattern) for name, tensor in tensors.items()})
    check_tensors(**tensors)


def widen(**tensors: Tensor) -> tuple[Tensor, ...]:
    """The tensors in their common dtype, at least float32; the first must be floating.

    float16 and bfloat16 are too narrow to square and to sum in; integers (a rating, a label) follow the first.
    """
    for name, tensor in tensors.items():
        if tensor.is_complex():
            raise TypeError(f"{name} has dtype {tensor.dtype}, needs real numbers")
    name, first = next(iter(tensors.items()))
    if not first.is_floating_point():
        raise TypeError(f"{name} has dtype {first.dtype}, needs a floating dtype")
    dtype = reduce(torch.promote_types, (tensor.dtype for tensor in tensors.values()), torch.float32)
    return tuple(tensor.to(dtype) for tensor in tensors.values())


def check_values(name: str, values: Tensor, ok: Tensor, need: str) -> None:
    """Refuse ``values`` where the bool mask ``ok`` is false; skipped where values cannot be looked at."""
    if all_true(ok):
        return
    raise ValueError(f"{name} has the value {values[~ok].flatten()[0].item():.6g}, needs {need}")


def scalar_like(name: str, value: Tensor | float, a: Tensor) -> Tensor:
    """``value`` as a scalar tensor beside ``a``; one with axes is refused, for it would broadcast."""
    if isinstance(value, Tensor) and value.ndim:
        raise ValueError(f"{name} has shape {tuple(value.shape)}, needs () or a number")
    return torch.as_tensor(value, dtype=a.dtype, device=a.device)


def inverse_like(name: str, value: float, a: Tensor) -> Tensor:
    """1 / ``value`` as a scalar tensor beside ``a``; refused where it leaves the dtype of ``a``."""
    inverse = scalar_like(name, 1 / value, a)
    if not all_true(torch.isfinite(inverse)):
        raise ValueError(f"{name} is {value}, needs more: 1 / {name} is infinite in {a.dtype}")
    return inverse


def check_number(name: str, value: float | Tensor, low: float, high: float = math.inf, *, closed: bool = False) -> None:
    """Refuse a number outside (low, high), or outside [low, high) where ``closed``; NaN and infinity are outside.

    A tensor that would learn is refused, too: not every way of computing gives it a gradient.
    """
    if isinstance(value, Tensor) and (value.ndim or value.requires_grad):
        is_ = "requires grad" if value.requires_grad else f"has shape {tuple(value.shape)}"
        raise TypeError(
            f"{name} {is_}, needs a number, e.g. its item(): no gradient comes back to it. clip and siglip learn their scale"
        )
    if not (low <= value < high if closed else low < value < high):
        need = f"{'>=' if closed else '>'} {low:g} and {'finite' if high == math.inf else f'< {high:g}'}"
        raise ValueError(f"{name} is {value}, needs {need}")
