"""Feature-wise linear modulation: one modality turns the knobs of the others."""

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.values import whole


class FiLM(nn.Module):
    r"""The condition c scales and shifts each unit of the others: :math:`(1 + \gamma(c)) \odot h + \beta(c)`.

    :math:`h = \sum_{m \ne c} (W_m x^{(m)} + b_m)`; gamma and beta are linear in the condition, and small at first.

    Args:
        dims: input width of each modality, at least two; its order is the column order of ``present``.
        dim: width D of the fused vector.
        condition: the modality that modulates; default the last of ``dims``.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D).
    Missing: without the condition nothing is modulated, gamma = beta = 0; a missing other adds nothing to h.
    Missing entries of x may hold anything, NaN too.

    Raises: ValueError at construction: ``condition`` is not in ``dims``. In the call: as
        ``fusion_edu.fusion.inputs.features``.
    Source: Perez et al. 2018, arXiv:1709.07871.
    """

    def __init__(self, dims: dict[str, int], dim: int, *, condition: str | None = None) -> None:
        super().__init__()
        dim = whole("dim", dim)
        self.dims, self.dim = check_dims(dims, least=2), dim
        self.condition = list(self.dims)[-1] if condition is None else condition
        if self.condition not in self.dims:
            raise ValueError(f"condition is {condition!r}, needs one of {', '.join(self.dims)}")
        self.project = nn.ModuleDict({m: nn.Linear(d, dim) for m, d in self.dims.items() if m != self.condition})
        self.modulate = nn.Linear(self.dims[self.condition], 2 * dim)  # gamma, then beta

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = dict(zip(self.dims, features(x, self, present), strict=True))
        here = {} if present is None else dict(zip(self.dims, present.unsqueeze(-1).unbind(1), strict=True))

        def only(m: str, values: Tensor) -> Tensor:  # the bias of a missing modality must not act either
            return torch.where(here[m], values, 0) if here else values

        first, *others = [only(m, layer(parts[m])) for m, layer in self.project.items()]
        hidden = sum(others, start=first)
        gamma, beta = only(self.condition, self.modulate(parts[self.condition])).chunk(2, dim=1)
        return torch.addcmul(hidden + beta, gamma, hidden)
