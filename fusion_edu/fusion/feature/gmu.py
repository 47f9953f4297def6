"""Gated multimodal unit: a gate for every unit, which sees all modalities."""

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.values import whole


class GMU(nn.Module):
    r"""Each unit of the fused vector chooses its modality: :math:`\sum_m g^{(m)} \odot \tanh(W_m x^{(m)})`.

    The gates :math:`g^{(m)} = \mathrm{softmax}_m(G_m [x^{(1)}; \dots; x^{(M)}])` see all modalities and compete unit by
    unit. For two modalities that is the paper's :math:`z \odot h_1 + (1 - z) \odot h_2` with
    :math:`z = \sigma(W_z [x^{(1)}; x^{(2)}])`, :math:`W_z = G_1 - G_2`. (For more the paper takes M sigmoids, which do
    not compete; here the gates of a unit sum to 1 for any M.)

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D), each in [-1, 1].
    Missing: gate 0, and 0 in what the other gates see. Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.inputs.features``.
    Source: Arevalo et al. 2017, arXiv:1702.01992, without biases, as there.
    """

    def __init__(self, dims: dict[str, int], dim: int) -> None:
        super().__init__()
        dim = whole("dim", dim)
        self.dims, self.dim = check_dims(dims), dim
        self.project = nn.ModuleDict({m: nn.Linear(d, dim, bias=False) for m, d in self.dims.items()})
        # G_1, ..., G_M, one below another
        self.gates = nn.Linear(sum(self.dims.values()), len(self.dims) * dim, bias=False)

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self, present)
        z = torch.stack([layer(part) for layer, part in zip(self.project.values(), parts, strict=True)], dim=1)
        return (self._gate(parts, present) * z.tanh()).sum(dim=1)  # of (B, M, D)

    def gate(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        """The gates (B, M, D); they sum to 1 over the modalities."""
        return self._gate(features(x, self, present), present)

    def _gate(self, parts: list[Tensor], present: Tensor | None) -> Tensor:
        score = self.gates(torch.cat(parts, dim=1)).unflatten(1, (len(parts), self.dim))  # (B, M, D)
        if present is not None:
            score = score.masked_fill(~present.unsqueeze(-1), -torch.inf)
        return score.softmax(dim=1)
