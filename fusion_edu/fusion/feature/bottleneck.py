"""Attention bottlenecks: modalities talk through a few shared tokens only."""

import torch
from torch import Tensor, nn

from fusion_edu.encoders.masks import masked_mean
from fusion_edu.fusion.feature.attention import Block, check_heads
from fusion_edu.fusion.feature.tokens import Masks, mean_of_present, token_features
from fusion_edu.fusion.inputs import check_dims
from fusion_edu.values import whole


class Bottleneck(nn.Module):
    r"""Each modality has its own transformer, and all of them share a few tokens z that they read and write.

    In layer l, :math:`[h^{(m)}; z^{(m)}] = \mathrm{Block}_{l,m}([h^{(m)}; z])` with the same z for all m, and then
    :math:`z = \mathrm{mean}_m z^{(m)}`. A layer costs :math:`\sum_m (T_m + b)^2` instead of :math:`(\sum_m T_m)^2`. The
    result is the mean over each modality's tokens, and over the modalities.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        tokens: b, number of shared tokens.
        heads: a divisor of D.
        layers: >= 2, since what one modality writes is read in the next layer.

    Shape: x[m] (B, dims[m]) or tokens (B, T_m, dims[m]); present (B, M) bool, default all; masks[m] (B, T_m) bool,
    default no padding; returns (B, D).
    Missing: it writes nothing, and is left out of both means. Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.feature.tokens.token_features``.
    Source: Nagrani et al. 2021 (MBT), arXiv:2107.00135, eq. 8 and 9; there a class token takes the place of the mean.
    """

    def __init__(self, dims: dict[str, int], dim: int, *, tokens: int = 4, heads: int = 1, layers: int = 2) -> None:
        super().__init__()
        dim, heads = check_heads(dim, heads)
        tokens = whole("tokens", tokens)
        layers = whole("layers", layers)
        if layers < 2:
            raise ValueError(f"layers is {layers}, needs >= 2: what one modality writes is read in the next layer")
        self.dims, self.dim = check_dims(dims), dim
        self.project = nn.ModuleDict({m: nn.Linear(d, dim) for m, d in self.dims.items()})
        self.shared = nn.Parameter(torch.randn(tokens, dim))
        self.layers = nn.ModuleList(nn.ModuleDict({m: Block(dim, heads) for m in self.dims}) for _ in range(layers))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None, masks: Masks | None = None) -> Tensor:
        parts, real = token_features(x, self, present, masks)
        parts = [layer(part) for layer, part in zip(self.project.values(), parts, strict=True)]
        shared = self.shared.expand(len(parts[0]), -1, -1)
        for blocks in self.layers:
            assert isinstance(blocks, nn.ModuleDict)
            steps = [
                _step(block, part, shared, _mask(real, m))
                for m, (block, part) in enumerate(zip(blocks.values(), parts, strict=True))
            ]
            parts = [part for part, _ in steps]
            shared = mean_of_present([copy for _, copy in steps], real)
        return mean_of_present([masked_mean(part, _mask(real, m)) for m, part in enumerate(parts)], real)


def _mask(real: list[Tensor] | None, m: int) -> Tensor | None:
    return None if real is None else real[m]


def _step(block: nn.Module, part: Tensor, shared: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """One modality reads and writes the shared tokens: its own ones, and its copy of them."""
    if mask is not None:
        mask = torch.cat([mask, mask.new_ones(shared.shape[:2])], dim=1)
    both = block(torch.cat([part, shared], dim=1), mask)
    return both.tensor_split([part.shape[1]], dim=1)
