"""What every fusion asks of its modalities and of ``present``; each error names the argument, its value and the need."""

from collections.abc import Iterable
from typing import TypeVar, cast

import torch
from torch import Tensor, nn

from fusion_edu.precision import check_dtype
from fusion_edu.shapes import expect
from fusion_edu.values import all_true, whole

T = TypeVar("T")


def check_dims(dims: dict[str, int], *, least: int = 1) -> dict[str, int]:
    """A copy of ``dims``: width >= 1 of at least ``least`` modalities, whose names can stand in a ``state_dict``."""
    if len(dims) < least:
        raise ValueError(f"dims has {len(dims)} modalities, needs at least {least}")
    for name in dims:
        check_name(name)
    return {name: whole(f"dims[{name!r}]", width) for name, width in dims.items()}


def check_name(name: str) -> None:
    """Refuse a modality that PyTorch could not use as the name of a submodule."""
    taken = isinstance(name, str) and (hasattr(nn.ModuleDict(), name) or hasattr(nn.ParameterDict(), name))
    if not isinstance(name, str) or not name or "." in name or taken:
        raise ValueError(
            f"modality is named {name!r}, needs a word without '.' that is no attribute of nn.ModuleDict or ParameterDict"
        )


def in_order(x: dict[str, T], names: Iterable[str], what: str = "x") -> list[T]:
    """The entries of ``x`` in the order of ``names``; the order within ``x`` does not matter, its keys must be these."""
    names = list(names)
    if not isinstance(x, dict):
        raise TypeError(f"{what} is a {type(x).__name__}, needs a dict of the modalities {', '.join(names)}")
    extra, lacking = [m for m in x if m not in names], [m for m in names if m not in x]
    if extra or lacking:
        has = f"has {', '.join(map(repr, extra))}" if extra else f"lacks {', '.join(map(repr, lacking))}"
        hint = "" if extra else ": where a modality is missing give any values, and say so in present"
        raise ValueError(f"{what} {has}, needs exactly {', '.join(names)}{hint}")
    return [x[m] for m in names]


def check_present(present: Tensor, names: Iterable[str], like: Tensor, what: str = "present") -> None:
    """Refuse a mask that is not (B, M) bool beside ``like`` (B, ...), or that has a row with nothing to fuse."""
    names = list(names)
    if isinstance(present, Tensor):
        _check_bool(present, what)
    if not isinstance(present, Tensor) or tuple(present.shape) != (len(like), len(names)):
        need = f"(B={len(like)}, M={len(names)}), columns {', '.join(names)}"
        raise ValueError(f"{what} has shape {tuple(getattr(present, 'shape', ()))}, needs {need}")
    if present.device != like.device:
        raise ValueError(f"{what} is on {present.device}, needs {like.device}, the device of x")
    _check_rows(present, what)


def check_some(present: Tensor, what: str = "present") -> None:
    """Refuse a mask that is not (B, M) bool, or that has a row with nothing to fuse."""
    expect(**{what: (present, "B M")})
    _check_bool(present, what)
    _check_rows(present, what)


def _check_bool(present: Tensor, what: str) -> None:
    if present.dtype != torch.bool:
        raise TypeError(f"{what} has dtype {present.dtype}, needs bool: True where the modality is there")


def _check_rows(present: Tensor, what: str) -> None:
    some = present.any(dim=1)
    if not all_true(some):
        row = int((~some).nonzero()[0])
        raise ValueError(f"{what} has no modality in row {row}, needs at least one: there is nothing to fuse")


def scores_of_present(scores: Tensor, present: Tensor | None) -> Tensor:
    """Scores (M,) as they are, or (B, M) with -inf where ``present`` is false: what a softmax makes 0."""
    return scores if present is None else scores.masked_fill(~present, -torch.inf)


def weights_of_present(scores: Tensor, present: Tensor | None) -> Tensor:
    """Softmax of scores (M,): (M,), or (B, M) with 0 where ``present`` is false, which is checked here."""
    if present is not None:
        check_some(present)
        expect(scores=(scores, "M"), present=(present, "B M"))
        if present.device != scores.device:
            raise ValueError(f"present is on {present.device}, needs {scores.device}, the device of the layer")
    return scores_of_present(scores, present).softmax(dim=-1)


def fill_missing(values: list[Tensor], present: Tensor | None, fill: float = 0.0) -> list[Tensor]:
    """Every (B, ...) tensor with ``fill`` where its modality is missing: before any arithmetic, so that NaN cannot leak."""
    if present is None:
        return values
    away = (~present).unbind(1)
    return [v.masked_fill(a.view(-1, *[1] * (v.ndim - 1)), fill) for v, a in zip(values, away, strict=True)]


def check_floating(tensors: dict[str, tuple[Tensor, str]]) -> None:
    """Refuse shapes that ``expect`` refuses, integers, and tensors on different devices."""
    expect(**tensors)
    first = next(iter(tensors.values()))[0]
    for name, (values, _) in tensors.items():
        if not values.is_floating_point():
            raise TypeError(f"{name} has dtype {values.dtype}, needs a floating dtype")
        if values.device != first.device:
            raise ValueError(f"{name} is on {values.device}, needs {first.device}, the device of the first modality")


def widths(layer: nn.Module) -> dict[str, int]:
    """``layer.dims``: the modalities that a fusion layer takes, and their widths."""
    return cast(dict[str, int], layer.dims)


def fusion_dims(layer: nn.Module) -> dict[str, int]:
    """A copy of the ``dims`` of a fusion layer that another one is built around."""
    dims = getattr(layer, "dims", None)
    if not isinstance(layer, nn.Module) or not isinstance(dims, dict):
        raise TypeError(f"layer is a {type(layer).__name__}, needs a fusion layer with dims, e.g. Concat")
    return check_dims(dims)


def features(x: dict[str, Tensor], layer: nn.Module, present: Tensor | None) -> list[Tensor]:
    """Checked (B, D_m) features in the order of ``layer.dims``, 0 where missing.

    Raises:
        TypeError: ``x`` is no dict of floating tensors in the dtype of the weights, ``present`` is not bool. ValueError:
            other keys than those of ``dims``, a shape or device that does not fit, a row of ``present`` without any
            modality.
    """
    dims = widths(layer)
    values = in_order(x, dims)
    given = {f"x[{m!r}]": v for m, v in zip(dims, values, strict=True)}
    check_floating({name: (v, f"B {d}") for (name, v), d in zip(given.items(), dims.values(), strict=True)})
    for name, v in given.items():
        check_dtype(name, v, layer)
    if present is not None:
        check_present(present, dims, values[0])
    return fill_missing(values, present)
