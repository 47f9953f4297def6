"""Attention pooling: learned queries ask all modalities, and all their tokens, at once."""

import torch
from torch import Tensor, nn

from fusion_edu.fusion.feature.attention import attention, attention_weights, check_heads
from fusion_edu.fusion.feature.tokens import Masks, token_features
from fusion_edu.fusion.inputs import check_dims


class AttentionPool(nn.Module):
    r"""Weighted mean of projected tokens; head k weighs them by :math:`\mathrm{softmax}_t(q_k^\top z_t / \sqrt{D / h})`.

    With one head and one token a modality it is ``Gated``: one weight a sample and modality. With D heads each unit
    of the result chooses by itself.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        heads: h, a divisor of D.

    Shape: x[m] (B, dims[m]) or tokens (B, T_m, dims[m]); present (B, M) bool, default all; masks[m] (B, T_m) bool,
    default no padding; returns (B, D).
    Missing: weight 0; the real tokens share the weight 1. Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.feature.tokens.token_features``.
    Source: Ilse et al. 2018, arXiv:1802.04712; heads as in Lee et al. 2019, arXiv:1810.00825.
    """

    def __init__(self, dims: dict[str, int], dim: int, *, heads: int = 1) -> None:
        super().__init__()
        dim, heads = check_heads(dim, heads)
        self.dims, self.dim, self.heads = check_dims(dims), dim, heads
        self.project = nn.ModuleDict({m: nn.Linear(d, dim) for m, d in self.dims.items()})
        self.query = nn.Parameter(torch.randn(dim))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None, masks: Masks | None = None) -> Tensor:
        query, z, mask = self._tokens(x, present, masks)
        return attention(query, z, z, mask, heads=self.heads).squeeze(1)

    def weights(self, x: dict[str, Tensor], present: Tensor | None = None, masks: Masks | None = None) -> Tensor:
        """(B, heads, T): the weight of each token, modality behind modality; rows sum to 1."""
        query, z, mask = self._tokens(x, present, masks)
        return attention_weights(query, z, mask, heads=self.heads).squeeze(2)

    def _tokens(
        self, x: dict[str, Tensor], present: Tensor | None, masks: Masks | None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        parts, real = token_features(x, self, present, masks)
        z = torch.cat([layer(part) for layer, part in zip(self.project.values(), parts, strict=True)], dim=1)
        return self.query.expand(len(z), 1, -1), z, None if real is None else torch.cat(real, dim=1)
