"""Shape checks for Keras tensors; an axis of unknown size (None, while a graph is traced) fits any other."""

from typing import Any

Tensor = Any  # of whichever backend: Keras has no type that holds for all of them
Shape = tuple[int | None, ...]
Config = dict[str, Any]  # what a saved layer or loss is made from again


def _fits(have: Shape, need: Shape) -> bool:
    return len(have) == len(need) and all(h is None or n is None or h == n for h, n in zip(have, need, strict=True))


def check_shape(y_true: Tensor, y_pred: Tensor, *, axes: str, drop_classes: bool = False) -> None:
    """Refuse an empty batch, and a ``y_true`` that would broadcast.

    Args:
        y_true, y_pred: the arguments of a loss.
        axes: what ``y_pred`` needs, e.g. "B C"; "B ..." is any number of axes from one up.
        drop_classes: ``y_true`` may also lack the last axis of ``y_pred``.
    """
    have, shape = tuple(y_true.shape), tuple(y_pred.shape)
    names = axes.split()
    if len(shape) != len(names) and not (names[-1] == "..." and shape):
        raise ValueError(f"y_pred has shape {shape}, needs ({', '.join(names)})")
    if 0 in shape:
        raise ValueError(f"y_pred is empty, shape {shape}: needs at least one sample")
    needs = [shape, shape[:-1]] if drop_classes else [shape]
    if not any(_fits(have, need) for need in needs):
        raise ValueError(f"y_true has shape {have}, needs {' or '.join(map(str, needs))} to go with y_pred")
