"""Weighted sum: one weight a modality, the same for every sample."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, features, scores_of_present, weights_of_present
from fusion_edu.values import whole


class WeightedSum(nn.Module):
    r"""Convex combination of the modalities, :math:`\sum_m a_m W_m x^{(m)}` with :math:`a = \mathrm{softmax}(w)`.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector; None sums the features as they are, and all widths must be equal.
        weights: None learns w, from equal weights on; else M fixed numbers > 0, in the order of ``dims``, of which
            only the ratio counts.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D).
    Missing: the weights of those present are scaled up to sum 1. Missing entries of x may hold anything, NaN too.

    Raises: ValueError at construction: widths differ without ``dim``, or weights that are not M numbers > 0. In the
        call: as ``fusion_edu.fusion.inputs.features``.
    """

    def __init__(self, dims: dict[str, int], dim: int | None = None, *, weights: Sequence[float] | None = None) -> None:
        super().__init__()
        self.dims = check_dims(dims)
        widths = set(self.dims.values())
        if dim is None and len(widths) > 1:
            raise ValueError(f"dims is {self.dims}, needs equal widths, or dim to project them to")
        if dim is not None:
            dim = whole("dim", dim)
        self.dim = min(widths) if dim is None else dim
        self.project = nn.ModuleDict(
            {m: nn.Identity() if dim is None else nn.Linear(d, dim) for m, d in self.dims.items()}
        )
        if weights is None:
            self.scores = nn.Parameter(torch.zeros(len(self.dims)))
        else:
            self.register_buffer("scores", _log_weights(weights, len(self.dims)))

    def weights(self, present: Tensor | None = None) -> Tensor:
        """The weights in use: (M,), or (B, M) where ``present`` is given; each row sums to 1.

        Raises:
            TypeError: ``present`` is no bool tensor. ValueError: it is not (B, M), or a row has no modality.
        """
        return weights_of_present(self.scores, present)

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self, present)
        z = torch.stack([layer(part) for layer, part in zip(self.project.values(), parts, strict=True)])  # (M, B, D)
        weights = scores_of_present(self.scores, present).softmax(dim=-1).to(z.dtype)  # under autocast z is narrower
        return torch.tensordot(weights, z, 1) if present is None else (weights.T.unsqueeze(-1) * z).sum(dim=0)


def _log_weights(weights: Sequence[float], count: int) -> Tensor:
    numbers = [float(w) for w in weights]
    if len(numbers) != count or not all(0 < w < math.inf for w in numbers):
        raise ValueError(f"weights is {list(weights)}, needs {count} finite numbers > 0, one a modality")
    logs = torch.tensor(numbers, dtype=torch.float64).log()  # softmax of it is w / sum(w)
    return (logs - logs.amax()).to(torch.get_default_dtype())
