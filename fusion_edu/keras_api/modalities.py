"""Modalities as a dict of Keras tensors: their order, their shapes, and zeros where they are missing."""

import operator
from collections.abc import Iterable, Mapping

from keras import ops

from fusion_edu.keras_api.arguments import Tensor

Dims = Mapping[str, int] | Iterable[tuple[str, int]]


def check_dims(dims: Dims) -> dict[str, int]:
    """``dims`` as a dict; a saved layer gives pairs, whose order no file format changes."""
    dims = dict(dims)
    if not dims:
        raise ValueError("dims has 0 modalities, needs at least 1")
    for m, d in dims.items():
        check_size(f"dims[{m!r}]", d)
    return {m: int(d) for m, d in dims.items()}  # no file format knows NumPy's numbers


def check_size(name: str, value: int) -> None:
    """Refuse a width or rank that is no whole number >= 1."""
    try:
        number = operator.index(value)  # Python's, NumPy's ...
    except TypeError:
        number = 0
    if isinstance(value, bool) or number < 1:
        raise ValueError(f"{name} is {value!r}, needs a whole number >= 1")


def features(x: dict[str, Tensor], dims: dict[str, int], present: Tensor | None) -> list[Tensor]:
    """(B, D_m) tensors in the order of ``dims``, 0 where ``present`` (B, M) is false."""
    if not isinstance(x, dict) or set(x) != set(dims):
        has = ", ".join(x) if isinstance(x, dict) else type(x).__name__
        raise ValueError(f"x has {has}, needs exactly {', '.join(dims)}")
    for m, d in dims.items():
        if len(x[m].shape) != 2 or x[m].shape[1] not in (d, None):
            raise ValueError(f"x[{m!r}] has shape {tuple(x[m].shape)}, needs (B, {d})")
    parts = [x[m] for m in dims]
    rows = _rows(x, dims)
    if present is None:
        return parts
    fits = len(present.shape) == 2 and (rows is None or present.shape[0] in (rows, None))
    if not fits or present.shape[1] not in (len(dims), None):
        batch = "B" if rows is None else f"B={rows}"
        raise ValueError(
            f"present has shape {tuple(present.shape)}, needs ({batch}, M={len(dims)}), columns {', '.join(dims)}"
        )
    there = ops.cast(present, "bool")
    return [ops.where(there[:, k : k + 1], part, ops.zeros_like(part)) for k, part in enumerate(parts)]


def _rows(x: dict[str, Tensor], dims: dict[str, int]) -> int | None:
    """The number of rows that all modalities have; one that is not known yet (None) fits any."""
    rows: int | None = None
    for m, d in dims.items():
        if x[m].shape[0] is None:
            continue
        if rows is not None and x[m].shape[0] != rows:
            raise ValueError(f"x[{m!r}] has shape {tuple(x[m].shape)}, needs (B={rows}, {d})")
        rows = x[m].shape[0]
    return rows


def with_one(part: Tensor) -> Tensor:
    """(B, 1 + D): [1; x]."""
    return ops.concatenate([ops.ones_like(part[:, :1]), part], axis=1)


def softmax_of_present(scores: Tensor, present: Tensor | None) -> Tensor:
    """Softmax over the last axis of (..., M), 0 where ``present`` is false."""
    if present is not None:
        scores = ops.where(ops.cast(present, "bool"), scores, ops.full_like(scores, float("-inf")))
    return ops.softmax(scores, axis=-1)
