"""Stacking: a model that learns whom to trust, from predictions for samples the experts had not seen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from fusion_edu.fusion.decision.folds import fold_numbers, out_of_fold
from fusion_edu.fusion.decision.scores import check_probabilities
from fusion_edu.fusion.inputs import check_present, in_order
from fusion_edu.values import class_numbers

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

Predict = Callable[[Tensor], Tensor]
Train = Callable[[Tensor, Tensor], Predict]


def _trained(train: Train) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Training and prediction in one call, as ``out_of_fold`` wants them."""
    return lambda x, y, new: train(x, y)(new)


class Stacking:
    """Experts, one a modality, and a scikit-learn classifier on their out-of-fold probabilities.

    Args:
        experts: for each modality ``train(x, y) -> predict``, where ``predict(x_new)`` gives (n, C) probabilities;
            its order is the column order of ``present``.
        folds: >= 2, of the out-of-fold predictions.
        seed: of the folds.
        meta: classifier with ``predict_proba``, cloned before use; default ``LogisticRegression()``.

    Missing: an expert trains on the samples that have its modality; elsewhere its C probabilities are 0, and an
    indicator tells the meta-learner so. Missing entries of x may hold anything, NaN too.

    Source: Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1.
    """

    def __init__(
        self, experts: dict[str, Train], *, folds: int = 5, seed: int = 0, meta: "ClassifierMixin | None" = None
    ) -> None:
        if not experts:
            raise ValueError("experts is empty, needs at least one modality")
        self.experts, self.folds, self.seed = dict(experts), folds, seed
        from sklearn.linear_model import LogisticRegression  # here: it takes a second

        self.meta = LogisticRegression() if meta is None else meta

    def fit(
        self, x: dict[str, Tensor], y: Tensor, present: Tensor | None = None, *, groups: Tensor | None = None
    ) -> "Stacking":
        """Train the meta-learner on out-of-fold predictions, then each expert on all its samples.

        Args:
            x: (N, ...) inputs of each modality. y: (N,) classes 0..C-1. present: (N, M) bool, default all.
            groups: (N,) numbers; samples of one group never stand on both sides of a fold.

        Raises:
            TypeError, ValueError: other keys than the experts', shapes that differ, a row without any modality, a
                class of y with fewer samples (that have a modality) than folds, or predictions that are no
                probabilities.
        """
        present = self._check(x, y, present)
        y = class_numbers("y", y)
        if not len(y) or y.min() < 0:
            raise ValueError(
                f"y has {len(y)} rows and the smallest is {y.min() if len(y) else None}, needs classes 0..C-1"
            )
        self.classes = int(y.max()) + 1
        columns, self.predictors = [], {}
        for (m, train), here in zip(self.experts.items(), present.unbind(1), strict=True):
            mine, target = x[m][here], y[here]
            try:
                fold = fold_numbers(target, self.folds, seed=self.seed, groups=None if groups is None else groups[here])
            except ValueError as error:
                raise ValueError(f"of the rows that have {m!r}: {error}") from error
            seen = out_of_fold(mine, target, fold, _trained(train))
            columns.append(self._spread(m, seen, here))
            self.predictors[m] = train(mine, target)
        from sklearn.base import clone

        self.fitted_ = clone(self.meta).fit(self._meta_features(columns, present), y.cpu().numpy())
        return self

    def predict(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        """(B, C) probabilities, on the device of ``x``, float32."""
        if not hasattr(self, "fitted_"):
            raise ValueError("Stacking is not trained, needs fit(x, y) first")
        present = self._check(x, None, present)
        columns = []
        for (m, predict), here in zip(self.predictors.items(), present.unbind(1), strict=True):
            seen = predict(x[m][here]) if here.any() else torch.empty(0, self.classes)
            columns.append(self._spread(m, seen, here))
        seen = torch.as_tensor(self.fitted_.predict_proba(self._meta_features(columns, present)), dtype=torch.float32)
        probs = seen.new_zeros(len(seen), self.classes)
        probs[:, torch.as_tensor(self.fitted_.classes_)] = seen  # a class that y did not have keeps 0
        return probs.to(present.device)

    def _check(self, x: dict[str, Tensor], y: Tensor | None, present: Tensor | None) -> Tensor:
        values = in_order(x, self.experts)
        rows = len(values[0] if y is None else y)
        for m, v in x.items():
            if len(v) != rows:
                raise ValueError(
                    f"x[{m!r}] has {len(v)} rows, needs {rows} as {'the first has' if y is None else 'y has'}"
                )
        if present is None:
            return torch.ones(rows, len(values), dtype=torch.bool, device=values[0].device)
        check_present(present, self.experts, values[0])
        return present

    def _spread(self, m: str, seen: Tensor, here: Tensor) -> Tensor:
        """(N, C) probabilities of expert m on the CPU, 0 where its modality is missing."""
        seen = torch.as_tensor(seen).detach().cpu().double()
        if seen.ndim != 2 or seen.shape[1] != self.classes:
            raise ValueError(f"expert {m!r} gave shape {tuple(seen.shape)}, needs (n, C={self.classes}) probabilities")
        check_probabilities(seen, torch.ones(len(seen), dtype=torch.bool), f"expert {m!r}")
        full = seen.new_zeros(len(here), self.classes)
        full[here.cpu()] = seen
        return full

    def _meta_features(self, columns: list[Tensor], present: Tensor) -> np.ndarray:
        """(N, M C) probabilities, and (N, M) indicators of what is there, less its mean 1 where nothing is missing."""
        return torch.cat([*columns, present.cpu().double() - 1], dim=1).numpy()
