"""Self-attention over the tokens of all modalities: everything may look at everything."""

import torch
from torch import Tensor, nn

from fusion_edu.encoders.masks import masked_mean
from fusion_edu.fusion.feature.attention import Block, check_heads
from fusion_edu.fusion.feature.tokens import Masks, mean_of_present, token_features
from fusion_edu.fusion.inputs import check_dims
from fusion_edu.values import whole


class SelfAttention(nn.Module):
    """Transformer layers over one sequence made of all tokens; then the mean of each modality, and of these.

    A layer costs the square of the number of all tokens. It knows no order: add positions to the tokens before. The
    bias of each modality's projection says whose token it is.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        heads: a divisor of D; layers: >= 1.

    Shape: x[m] (B, dims[m]) or tokens (B, T_m, dims[m]); present (B, M) bool, default all; masks[m] (B, T_m) bool,
    default no padding; returns (B, D).
    Missing: nothing looks at it, and it is left out of the mean. Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.feature.tokens.token_features``.
    Source: Vaswani et al. 2017, arXiv:1706.03762; one stream for two modalities: arXiv:1908.03557.
    """

    def __init__(self, dims: dict[str, int], dim: int, *, heads: int = 1, layers: int = 1) -> None:
        super().__init__()
        dim, heads = check_heads(dim, heads)
        layers = whole("layers", layers)
        self.dims, self.dim = check_dims(dims), dim
        self.project = nn.ModuleDict({m: nn.Linear(d, dim) for m, d in self.dims.items()})
        self.layers = nn.ModuleList(Block(dim, heads) for _ in range(layers))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None, masks: Masks | None = None) -> Tensor:
        parts, real = token_features(x, self, present, masks)
        parts = [layer(part) for layer, part in zip(self.project.values(), parts, strict=True)]
        tokens, mask = torch.cat(parts, dim=1), None if real is None else torch.cat(real, dim=1)
        for layer in self.layers:
            tokens = layer(tokens, mask)
        parts = tokens.split([part.shape[1] for part in parts], dim=1)
        means = [masked_mean(part, None if real is None else real[m]) for m, part in enumerate(parts)]
        return mean_of_present(means, real)
