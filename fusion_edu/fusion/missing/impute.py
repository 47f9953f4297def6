"""Predict a hidden modality from the others: masked modelling of features."""

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, check_present, check_some, features
from fusion_edu.values import whole


class CrossModalImputer(nn.Module):
    """Predicts the features of every modality from those that are there.

    One hidden layer on all features (0 where missing) and on ``present``. Train it with ``hidden_error`` on samples that
    *have* the modalities which it hides; it needs no labels.

    Args:
        dims: width of each modality; its order is the column order of ``present``.
        hidden: width of the hidden layer.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns modality -> (B, dims[m]) predictions.
    Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.inputs.features``.

    Source: masked modelling: Devlin 2018, arXiv:1810.04805; across modalities: Bachmann, "MultiMAE", 2022, arXiv:2204.01678.
    """

    def __init__(self, dims: dict[str, int], hidden: int = 128) -> None:
        super().__init__()
        hidden = whole("hidden", hidden)
        self.dims = check_dims(dims)
        width = sum(self.dims.values())
        self.net = nn.Sequential(nn.Linear(width + len(self.dims), hidden), nn.ReLU(), nn.Linear(hidden, width))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> dict[str, Tensor]:
        parts = features(x, self, present)
        ones = parts[0].new_ones(len(parts[0]), len(parts))
        made = self.net(torch.cat([*parts, ones if present is None else present.to(ones.dtype)], dim=1))
        return dict(zip(self.dims, made.split(list(self.dims.values()), dim=1), strict=True))

    def fill(self, x: dict[str, Tensor], present: Tensor) -> dict[str, Tensor]:
        """``x`` as it is where present, and predicted where missing: for a model that was trained on complete data."""
        parts, made = features(x, self, present), self(x, present)
        here = present.unsqueeze(2).unbind(1)
        return {
            m: torch.where(h, part, made[m].to(part.dtype)) for m, part, h in zip(self.dims, parts, here, strict=True)
        }

    def hidden_error(self, x: dict[str, Tensor], shown: Tensor, present: Tensor | None = None) -> Tensor:
        """Squared error of what was hidden, in squared units of x: (B,), the mean of each row's hidden modalities.

        Args:
            x, present: as in the call.
            shown: (B, M) bool, what the prediction may see, e.g. ``drop_modalities(present, 0.5)``. What is present and not
                shown is to be predicted; a row with nothing hidden has error 0.

        Raises:
            TypeError: ``shown`` not bool. ValueError: its shape or device, or a row that shows nothing of what is present.
        """
        parts = features(x, self, present)
        check_present(shown, self.dims, parts[0], "shown")
        there = torch.ones_like(shown) if present is None else present
        check_some(shown & there, "shown")
        made = self(x, shown & there)
        hidden = there & ~shown
        errors = [(made[m] - part).square().mean(dim=1) for m, part in zip(self.dims, parts, strict=True)]
        total = torch.where(hidden, torch.stack(errors, dim=1), 0).sum(dim=1)
        return total / hidden.sum(dim=1).clamp_min(1)
