"""A learned vector in the place of what is missing."""

from typing import Any

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import features, fusion_dims


class MissingTokens(nn.Module):
    """A fusion layer that puts a learned vector in the place of each missing modality; the layer inside sees all of them.

    The vectors begin at 0, the mean of standardised features. They learn only from samples that lack a modality: where the
    training data lack none, put a ``ModalityDropout`` around it.

    Args:
        layer: a layer of ``fusion_edu.fusion`` with ``dims``, for features (B, D_m).

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns what ``layer`` returns.
    Missing: the token of that modality, the same for all samples. Missing entries of x may hold anything, NaN too.

    Raises: TypeError at construction: no fusion layer. In the call: as ``fusion_edu.fusion.inputs.features``.
    """

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.dims, self.layer = fusion_dims(layer), layer
        self.dim: Any = getattr(layer, "dim", None)
        self.token = nn.ParameterDict({m: nn.Parameter(torch.zeros(d)) for m, d in self.dims.items()})

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self, present)
        if present is not None:
            away = (~present).unsqueeze(2).unbind(1)
            tokens = [self.token[m].to(part.dtype) for m, part in zip(self.dims, parts, strict=True)]
            parts = [torch.where(a, t, part) for a, t, part in zip(away, tokens, parts, strict=True)]
        return self.layer(dict(zip(self.dims, parts, strict=True)))
