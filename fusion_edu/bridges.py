"""Bridges from a picture encoder to a language model: what stands where the vectors of words would stand.

Both ends may be frozen; the bridge alone learns. ``Projector`` keeps the number of tokens, ``Prefix`` makes k of one
vector, ``Resampler`` makes k of any number, by learned queries.
"""

import torch
from torch import Tensor, nn

from fusion_edu.encoders.masks import masked_mean
from fusion_edu.fusion.feature.attention import Block, check_heads
from fusion_edu.fusion.inputs import check_floating
from fusion_edu.precision import check_dtype
from fusion_edu.values import whole

__all__ = ["Prefix", "Projector", "Resampler"]


class Projector(nn.Module):
    """Every token by the same map into the space of the words.

    Args:
        inputs: width D of a token of the picture; width: E of a word's vector.
        hidden: units of one hidden layer (GELU); None is a single linear map.

    Shape: tokens (B, T, D); returns (B, T, E). A padded token gives a token that is padding, too.

    Raises: TypeError, ValueError in the call: tokens that are not floating, or of another shape or dtype than the weights.
    Source: Liu et al. 2023 (LLaVA), arXiv:2304.08485; with a hidden layer: arXiv:2310.03744.
    """

    def __init__(self, inputs: int, width: int, *, hidden: int | None = None) -> None:
        super().__init__()
        inputs, width = whole("inputs", inputs), whole("width", width)
        hidden = None if hidden is None else whole("hidden", hidden)
        self.inputs = inputs
        self.map = (
            nn.Linear(inputs, width)
            if hidden is None
            else nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, width))
        )

    def forward(self, tokens: Tensor) -> Tensor:
        _check(tokens, self, f"B T {self.inputs}")
        return self.map(tokens)


class Prefix(nn.Module):
    """The mean of the tokens, by one linear map into k tokens: where things are is lost before the bridge begins.

    Args:
        inputs: width D of a token of the picture; width: E of a word's vector.
        tokens: k.

    Shape: tokens (B, T, D), T >= 1, or (B, D); mask (B, T) bool, True where a token is real; returns (B, k, E).
        A row without any real token has a mean of zeros.

    Raises: TypeError, ValueError in the call: as ``Projector``; a mask that does not fit.
    Source: Tsimpoukelli et al. 2021 (Frozen), arXiv:2106.13884, where the encoder learns as well.
    """

    def __init__(self, inputs: int, width: int, *, tokens: int) -> None:
        super().__init__()
        inputs, width, tokens = whole("inputs", inputs), whole("width", width), whole("tokens", tokens)
        self.inputs, self.width, self.tokens = inputs, width, tokens
        self.map = nn.Linear(inputs, tokens * width)

    def forward(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        if isinstance(tokens, Tensor) and tokens.ndim == 2:
            tokens = tokens.unsqueeze(1)
        tokens, mask = _masked(tokens, mask, self, self.inputs)
        if not tokens.shape[1]:
            raise ValueError(f"tokens has shape {tuple(tokens.shape)}, needs T >= 1: there is nothing to average")
        mean = masked_mean(tokens, mask)
        return self.map(mean).view(len(mean), self.tokens, self.width)


class Resampler(nn.Module):
    """k learned queries look at the tokens of the picture: k tokens come out, however many go in.

    Args:
        inputs: width D of a token of the picture; width: E, of a query and of a word's vector.
        queries: k.
        places: T, where each place has a vector of its own, added to its token; None for tokens that know where they are,
            or whose number varies.
        heads: a divisor of E; layers: >= 1.
        self_attention: the queries look at each other before they look at the picture, as in Q-Former.

    Shape: tokens (B, T, D); mask (B, T) bool, True where a token is real, others may hold anything; returns (B, k, E).
        A row without any real token gives what the queries are by themselves. A layer costs k T, not T squared.

    Raises: TypeError, ValueError in the call: as ``Projector``; T is not ``places``; a mask that does not fit.
    Source: Jaegle 2021 (Perceiver), arXiv:2103.03206; Alayrac 2022 (Flamingo), arXiv:2204.14198; Li 2023 (BLIP-2,
        Q-Former), arXiv:2301.12597.
    """

    def __init__(
        self,
        inputs: int,
        width: int,
        *,
        queries: int,
        places: int | None = None,
        heads: int = 1,
        layers: int = 1,
        self_attention: bool = False,
    ) -> None:
        super().__init__()
        width, heads = check_heads(width, heads)
        inputs, queries, layers = whole("inputs", inputs), whole("queries", queries), whole("layers", layers)
        places = None if places is None else whole("places", places)
        self.inputs, self.places = inputs, places
        self.project = nn.Linear(inputs, width)
        self.queries = nn.Parameter(torch.randn(queries, width))
        self.where = None if places is None else nn.Parameter(0.1 * torch.randn(places, width))
        self.talk = nn.ModuleList(Block(width, heads) for _ in range(layers if self_attention else 0))
        self.layers = nn.ModuleList(Block(width, heads) for _ in range(layers))

    def forward(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        seen, mask = self._tokens(tokens, mask)
        found = self.queries.expand(len(seen), -1, -1)
        for step, layer in enumerate(self.layers):
            if self.talk:
                found = self.talk[step](found)
            found = layer(found, mask, seen)
        return found

    def weights(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, heads, k, T): where each query looks in the first layer; rows sum to 1, or are 0 without a real token."""
        seen, mask = self._tokens(tokens, mask)
        found = self.queries.expand(len(seen), -1, -1)
        first = self.layers[0]
        assert isinstance(first, Block)
        return first.weights(self.talk[0](found) if self.talk else found, mask, seen)

    def _tokens(self, tokens: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
        tokens, mask = _masked(tokens, mask, self, self.inputs, "T" if self.places is None else str(self.places))
        seen = self.project(tokens)
        return seen if self.where is None else seen + self.where, mask


def _check(tokens: Tensor, layer: nn.Module, pattern: str) -> None:
    check_floating({"tokens": (tokens, pattern)})
    check_dtype("tokens", tokens, layer)


def _masked(
    tokens: Tensor, mask: Tensor | None, layer: nn.Module, inputs: int, places: str = "T"
) -> tuple[Tensor, Tensor | None]:
    """Checked tokens, 0 where the mask says that there is none: before any arithmetic, so that NaN cannot leak."""
    _check(tokens, layer, f"B {places} {inputs}")
    if mask is None:
        return tokens, None
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        dtype = getattr(mask, "dtype", type(mask).__name__)
        raise TypeError(f"mask has dtype {dtype}, needs bool: True where a token is real")
    if mask.shape != tokens.shape[:2] or mask.device != tokens.device:
        has = f"shape {tuple(mask.shape)} on {mask.device}"
        raise ValueError(f"mask has {has}, needs {tuple(tokens.shape[:2])}, (B, T), on {tokens.device}")
    return tokens.masked_fill(~mask.unsqueeze(2), 0.0), mask
