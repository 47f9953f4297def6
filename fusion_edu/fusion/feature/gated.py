"""A gate that weighs the modalities anew for every sample."""

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.values import whole


class Gated(nn.Module):
    r"""Sum of projected modalities, weighted by a softmax gate: :math:`\sum_m g_m z^{(m)}, z^{(m)} = W_m x^{(m)} + b_m`.

    The gate :math:`g = \mathrm{softmax}_m(v^\top z^{(m)})` gives one number a sample and modality. ``GMU`` gates
    every unit by itself.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D).
    Missing: weight 0; those present share the weight 1. Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.inputs.features``.
    """

    def __init__(self, dims: dict[str, int], dim: int) -> None:
        super().__init__()
        dim = whole("dim", dim)
        self.dims, self.dim = check_dims(dims), dim
        self.project = nn.ModuleDict({m: nn.Linear(d, dim) for m, d in self.dims.items()})
        self.score = nn.Linear(dim, 1, bias=False)  # the same for all: a constant would cancel in the softmax

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        z = self._project(x, present)
        return (self._gate(z, present) * z).sum(dim=0)

    def gate(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        """The weights (B, M) of each sample; rows sum to 1."""
        return self._gate(self._project(x, present), present).squeeze(-1).T

    def _project(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        parts = features(x, self, present)
        layers = self.project.values()
        return torch.stack([layer(part) for layer, part in zip(layers, parts, strict=True)])  # (M, B, D): sums faster

    def _gate(self, z: Tensor, present: Tensor | None) -> Tensor:
        score = self.score(z)  # (M, B, 1)
        if present is not None:
            score = score.masked_fill(~present.T.unsqueeze(-1), -torch.inf)
        return score.softmax(dim=0)
