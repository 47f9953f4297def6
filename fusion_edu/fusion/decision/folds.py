"""Predictions for samples that the model has not seen, for all samples."""

from collections.abc import Callable

import torch
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.values import class_numbers, comparable, whole

FitPredict = Callable[[Tensor, Tensor, Tensor], Tensor]


def fold_numbers(y: Tensor, folds: int = 5, *, seed: int = 0, groups: Tensor | None = None) -> Tensor:
    """A fold 0..folds-1 for each sample, with the same mixture of classes in each; whole groups stay together.

    Args:
        y: (N,) class numbers, each at least ``folds`` times, and in at least ``folds`` groups.
        folds: >= 2.
        seed: of the shuffling.
        groups: (N,) numbers; samples of one group (a person, a text) share a fold.

    Returns:
        (N,) long, on the device of ``y``.

    Raises:
        TypeError: ``y`` is not whole. ValueError: fewer than 2 folds, or a class with fewer samples (groups) than folds.
    """
    folds = whole("folds", folds, 2)
    expect(y=(y, "N"), **({} if groups is None else {"groups": (groups, "N")}))
    y = class_numbers("y", y, bool_too=True)
    if not len(y):
        raise ValueError("y is empty, needs at least folds samples of each class")
    counted, what = (y, "samples") if groups is None else (_one_a_group(y, groups), "groups")
    rarest = int(counted.unique(return_counts=True)[1].min())
    if rarest < folds:
        raise ValueError(f"y has a class with {rarest} {what}, needs at least folds={folds} of each")
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold  # here: it takes a second

    splitter = (StratifiedKFold if groups is None else StratifiedGroupKFold)(folds, shuffle=True, random_state=seed)
    labels = y.cpu().numpy()
    number = torch.empty(len(y), dtype=torch.long)
    parts = splitter.split(labels, labels, None if groups is None else groups.cpu().numpy())
    for k, (_, held_out) in enumerate(parts):
        number[torch.from_numpy(held_out)] = k
    return number.to(y.device)


def _one_a_group(y: Tensor, groups: Tensor) -> Tensor:
    """The class of each group, once for each class that it has."""
    _, group = comparable(groups).to(y.device).unique(return_inverse=True)
    return torch.stack([y, group], dim=1).unique(dim=0)[:, 0]


def out_of_fold(x: Tensor, y: Tensor, fold: Tensor, fit_predict: FitPredict) -> Tensor:
    """Each sample predicted by a model that was trained on the other folds.

    Args:
        x: (N, ...) inputs.
        y: (N, ...) targets.
        fold: (N,) integers, e.g. ``fold_numbers(y)``.
        fit_predict: ``fit_predict(x_train, y_train, x_new)`` trains a fresh model and predicts one row for each of
            ``x_new``.

    Returns:
        (N, ...) predictions, in the order of the samples.

    Raises:
        ValueError: lengths differ, only one fold, or a prediction without a row for each sample.
    """
    expect(fold=(fold, "N"))
    if fold.is_floating_point() or fold.is_complex():
        raise TypeError(f"fold has dtype {fold.dtype}, needs integers: the number of a fold")
    fold = comparable(fold)
    for name, values in (("x", x), ("y", y)):
        if len(values) != len(fold):
            raise ValueError(f"{name} has {len(values)} rows, needs {len(fold)} as fold has")
    numbers = fold.unique().tolist()
    if len(numbers) < 2:
        raise ValueError(f"fold has {len(numbers)} different numbers, needs >= 2: nothing is left to train on")
    parts: list[Tensor] = []
    rows: list[Tensor] = []
    for k in numbers:
        held_out = fold == k
        got = torch.as_tensor(fit_predict(x[~held_out], y[~held_out], x[held_out]))
        count = int(held_out.sum())
        if got.ndim == 0 or len(got) != count or (parts and got.shape[1:] != parts[0].shape[1:]):
            need = (count, *(parts[0] if parts else got).shape[1:])
            raise ValueError(f"fit_predict gave shape {tuple(got.shape)} for fold {k}, needs {need}")
        parts.append(got)
        rows.append(held_out.nonzero()[:, 0])
    return torch.cat(parts)[torch.cat(rows).argsort().to(parts[0].device)]
