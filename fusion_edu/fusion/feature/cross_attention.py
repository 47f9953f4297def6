"""Cross-attention: the tokens of one modality look at those of the others."""

import torch
from torch import Tensor, nn

from fusion_edu.encoders.masks import masked_mean
from fusion_edu.fusion.feature.attention import Block, check_heads
from fusion_edu.fusion.feature.tokens import Masks, token_features
from fusion_edu.fusion.inputs import check_dims


class CrossAttention(nn.Module):
    """Each token of ``query`` collects what it needs from the tokens of all others; then the mean of these tokens.

    A layer costs the number of queries times the number of keys. Samples never look at each other: the axis that is
    attended over is that of the tokens, whatever their number.

    Args:
        dims: input width of each modality, at least two; its order is the column order of ``present``.
        dim: width D of the fused vector.
        query: the modality that looks; default the last of ``dims``.
        heads: a divisor of D.

    Shape: x[m] (B, dims[m]) or tokens (B, T_m, dims[m]); present (B, M) bool, default all; masks[m] (B, T_m) bool,
    default no padding; returns (B, D).
    Missing: with nothing to look at, a token stays what it is. Without ``query`` a vector of zeros looks in its place.
    Missing entries of x may hold anything, NaN too.

    Raises: ValueError at construction: ``query`` is not in ``dims``. In the call: as
        ``fusion_edu.fusion.feature.tokens.token_features``.
    Source: Lu et al. 2019 (ViLBERT), arXiv:1908.02265; Tsai et al. 2019 (MulT), arXiv:1906.00295.
    """

    def __init__(self, dims: dict[str, int], dim: int, *, query: str | None = None, heads: int = 1) -> None:
        super().__init__()
        dim, heads = check_heads(dim, heads)
        self.dims, self.dim = check_dims(dims, least=2), dim
        self.query = list(self.dims)[-1] if query is None else query
        if self.query not in self.dims:
            raise ValueError(f"query is {query!r}, needs one of {', '.join(self.dims)}")
        self.project = nn.ModuleDict({m: nn.Linear(d, dim) for m, d in self.dims.items()})
        self.block = Block(dim, heads)

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None, masks: Masks | None = None) -> Tensor:
        queries, asking, keys, mask = self._tokens(x, present, masks)
        return masked_mean(self.block(queries, mask, keys), asking)

    def weights(self, x: dict[str, Tensor], present: Tensor | None = None, masks: Masks | None = None) -> Tensor:
        """(B, heads, T_query, K): where each token looks; the keys of the others stand behind each other."""
        queries, _, keys, mask = self._tokens(x, present, masks)
        return self.block.weights(queries, mask, keys)

    def _tokens(
        self, x: dict[str, Tensor], present: Tensor | None, masks: Masks | None
    ) -> tuple[Tensor, Tensor | None, Tensor, Tensor | None]:
        parts, real = token_features(x, self, present, masks)
        which = list(self.dims).index(self.query)
        if real is not None and not parts[which].shape[1]:  # no token that could look: zeros do
            parts[which] = parts[which].new_zeros(len(parts[which]), 1, parts[which].shape[2])
            real[which] = real[which].new_zeros(len(real[which]), 1)
        z = {m: self.project[m](part) for m, part in zip(self.dims, parts, strict=True)}
        keys = torch.cat([z[m] for m in self.dims if m != self.query], dim=1)
        if real is None:
            return z[self.query], None, keys, None
        masks = dict(zip(self.dims, real, strict=True))
        asking = masks[self.query] | ~masks[self.query].any(1, keepdim=True)  # without any, all zeros ask
        return z[self.query], asking, keys, torch.cat([masks[m] for m in self.dims if m != self.query], dim=1)
