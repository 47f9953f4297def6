"""Scores of predicted classes: tensors in, floats out, scikit-learn underneath.

Every function takes ``pred`` as class labels (N,) or as scores (N, C), of which the largest wins, and ``target`` (N,)
as class labels 0..C-1. Errors name the argument: a TypeError where it is no tensor or
of a dtype that cannot be meant, else a ValueError.

Source: definitions of scikit-learn's ``sklearn.metrics``; a class never predicted (or never there) scores 0, not nan.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fusion_edu.values import class_numbers, comparable

Score = float | list[float]


def _metrics() -> Any:
    from sklearn import metrics  # here: it takes a second, and who scores nothing need not wait

    return metrics


def accuracy(pred: Tensor, target: Tensor) -> float:
    """Share of samples whose class is right, 0 to 1."""
    labels, truth, _ = _labels(pred, target)
    return float(_metrics().accuracy_score(truth, labels))


def precision(pred: Tensor, target: Tensor, *, average: str | None = "macro") -> Score:
    """Of the samples called c, the share that are c; ``average`` as in :func:`f1`."""
    return _averaged(_metrics().precision_score, pred, target, average)


def recall(pred: Tensor, target: Tensor, *, average: str | None = "macro") -> Score:
    """Of the samples that are c, the share that were found; ``average`` as in :func:`f1`."""
    return _averaged(_metrics().recall_score, pred, target, average)


def f1(pred: Tensor, target: Tensor, *, average: str | None = "macro") -> Score:
    """Harmonic mean of precision and recall.

    Args:
        average: "macro", the plain mean over the classes that occur in ``pred`` or ``target``; "micro", all decisions
            pooled (equals accuracy here); None, a list with one value per class 0..C-1.
    """
    return _averaged(_metrics().f1_score, pred, target, average)


def confusion(pred: Tensor, target: Tensor) -> Tensor:
    """Counts (C, C), long: row = true class, column = predicted class.

    Args:
        pred: (N,) class labels or (N, C) scores; of labels, C is the largest one of both + 1.
        target: (N,) class labels.
    """
    labels, truth, classes = _labels(pred, target)
    cells = torch.from_numpy(truth * classes + labels)
    return torch.bincount(cells, minlength=classes**2).reshape(classes, classes)


def _averaged(score: Callable[..., Any], pred: Tensor, target: Tensor, average: str | None) -> Score:
    if average not in ("macro", "micro", None):
        raise ValueError(f"average is {average!r}, needs 'macro', 'micro' or None")
    labels, truth, classes = _labels(pred, target)
    which = list(range(classes)) if average is None else None
    value = score(truth, labels, labels=which, average=average, zero_division=0)
    return value.tolist() if average is None else float(value)


def _labels(pred: Tensor, target: Tensor) -> tuple[np.ndarray, np.ndarray, int]:
    """Labels (N,), truth (N,) as numpy, and the number of classes C."""
    for name, given in (("pred", pred), ("target", target)):
        if not isinstance(given, Tensor):
            raise TypeError(f"{name} is a {type(given).__name__}, needs a torch tensor")
    target = class_numbers("target", target, bool_too=True)
    if target.ndim != 1 or not len(target):
        raise ValueError(f"target has shape {tuple(target.shape)}, needs N >= 1 class labels, whole numbers (N,)")
    pred = comparable(pred)
    if pred.is_complex():
        raise TypeError(f"pred has dtype {pred.dtype}, needs class labels, whole numbers (N,), or scores (N, C)")
    if pred.ndim == 2 and pred.shape[1] > 1:
        if not torch.isfinite(pred).all():
            raise ValueError("pred holds nan or infinite scores: no class can be chosen")
        labels = pred.argmax(dim=1)
    elif pred.ndim == 1 and not pred.is_floating_point():
        labels = pred
    else:
        raise ValueError(
            f"pred is {pred.dtype} of shape {tuple(pred.shape)}, needs class labels, whole numbers (N,), or scores (N, C)"
        )
    if len(labels) != len(target):
        raise ValueError(f"pred has {len(labels)} samples, needs {len(target)} as target has")
    labels = labels.long()
    if min(labels.min(), target.min()) < 0:
        raise ValueError("pred or target holds a negative label, needs 0..C-1")
    seen = int(max(labels.max(), target.max())) + 1
    if pred.ndim == 2 and seen > pred.shape[1]:
        raise ValueError(f"target holds label {int(target.max())}, needs < C={pred.shape[1]} as pred has")
    classes = pred.shape[1] if pred.ndim == 2 else seen
    return labels.cpu().numpy(), target.cpu().numpy(), classes
