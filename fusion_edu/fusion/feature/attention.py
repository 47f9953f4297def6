"""Scaled dot-product attention with missing keys, and the blocks made of it: PyTorch's fused kernels do the work."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fusion_edu.fusion.inputs import check_floating
from fusion_edu.precision import casts
from fusion_edu.values import whole


def attention(query: Tensor, key: Tensor, value: Tensor, key_mask: Tensor | None = None, *, heads: int = 1) -> Tensor:
    r"""Each query's weighted mean of the values: :math:`\mathrm{softmax}(Q K^\top / \sqrt{D / h})\, V`.

    Args:
        query: (B, Q, D).
        key, value: (B, K, D) and (B, K, E).
        key_mask: (B, K) bool, True where a key is real; default all. Keys and values elsewhere may hold anything, NaN
            too. A row without any real key gives zeros, and no gradient.
        heads: h, which cuts D and E into h slices that attend by themselves.

    Returns:
        (B, Q, E). (The weights themselves are never stored: ``attention_weights`` computes them.)

    Raises:
        TypeError: a mask that is not bool, or integers. ValueError: shapes or devices that do not fit, heads that do
            not divide D and E.
    Source: Vaswani et al. 2017, arXiv:1706.03762, eq. 1.
    """
    _check(query, key, key_mask, heads, value)
    if not key.shape[1]:  # no key at all
        return query.new_zeros(*query.shape[:2], value.shape[2])
    if key_mask is None:
        q, k, v = (_split(t, heads) for t in (query, key, value))
        return _joined(F.scaled_dot_product_attention(q, k, v))
    key, value = (t.masked_fill(~key_mask.unsqueeze(2), 0.0) for t in (key, value))  # 0 times NaN would be NaN
    q, k, v = (_split(t, heads) for t in (query, key, value))
    return _joined(F.scaled_dot_product_attention(q, k, v, attn_mask=_allowed(key_mask)))


def attention_weights(query: Tensor, key: Tensor, key_mask: Tensor | None = None, *, heads: int = 1) -> Tensor:
    """The weights (B, h, Q, K) of ``attention``: rows sum to 1, or are 0 where there is no real key."""
    _check(query, key, key_mask, heads)
    if key_mask is None:
        return _scores(query, key, heads).softmax(-1)
    scores = _scores(query, key.masked_fill(~key_mask.unsqueeze(2), 0.0), heads)
    weights = scores.masked_fill(~_allowed(key_mask), -torch.inf).softmax(-1)
    return weights.masked_fill(~key_mask[:, None, None, :], 0.0)


class MultiHead(nn.Module):
    """``attention`` between linear maps of the queries and of the keys; nothing to look at gives 0.

    Args:
        dim: width D of queries, keys and result; heads: must divide it.

    Shape: queries (B, Q, D), keys (B, K, D), key_mask (B, K); returns (B, Q, D).
    Without biases but for the queries': that of a key would cancel in the softmax, and the others would answer where
    nothing was asked.
    """

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        dim, heads = check_heads(dim, heads)
        self.heads = heads
        self.query = nn.Linear(dim, dim)
        self.key, self.value, self.out = (nn.Linear(dim, dim, bias=False) for _ in range(3))
        for layer in (self.query, self.key, self.value):  # as nn.MultiheadAttention: scores of variance 1, not 1/9
            nn.init.xavier_uniform_(layer.weight)

    def forward(self, queries: Tensor, keys: Tensor, key_mask: Tensor | None = None) -> Tensor:
        seen = attention(self.query(queries), self.key(keys), self.value(keys), key_mask, heads=self.heads)
        return self.out(seen)

    def weights(self, queries: Tensor, keys: Tensor, key_mask: Tensor | None = None) -> Tensor:
        """(B, heads, Q, K)."""
        return attention_weights(self.query(queries), self.key(keys), key_mask, heads=self.heads)


class Block(nn.Module):
    """A transformer layer, normalised first: look around, then think, each added to what was there.

    Args:
        dim: width D; heads: of the attention; the hidden layer has 2 D units.

    Shape: tokens (B, T, D), context (B, K, D) to look at, default the tokens themselves; mask (B, K) of the context;
    returns (B, T, D).
    Source: Xiong et al. 2020, arXiv:2002.04745 (pre-norm); GELU as in arXiv:1606.08415.
    """

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.look = MultiHead(dim, heads)
        self.think = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))
        self.norm = nn.LayerNorm(dim)

    def forward(self, tokens: Tensor, mask: Tensor | None = None, context: Tensor | None = None) -> Tensor:
        tokens = tokens + self.look(*self._normalised(tokens, context), mask)
        return tokens + self.think(tokens)

    def weights(self, tokens: Tensor, mask: Tensor | None = None, context: Tensor | None = None) -> Tensor:
        """(B, heads, T, K): where each token looks."""
        return self.look.weights(*self._normalised(tokens, context), mask)

    def _normalised(self, tokens: Tensor, context: Tensor | None) -> tuple[Tensor, Tensor]:
        tokens = self.norm(tokens)
        return tokens, tokens if context is None else self.norm(context)


def check_heads(dim: int, heads: int) -> tuple[int, int]:
    """Both as ints; a number of heads that does not divide the width is refused."""
    dim = whole("dim", dim)
    heads = whole("heads", heads)
    if dim % heads:
        raise ValueError(f"heads is {heads}, needs a divisor of dim = {dim}")
    return dim, heads


def _check(query: Tensor, key: Tensor, key_mask: Tensor | None, heads: int, value: Tensor | None = None) -> None:
    tensors = {"query": (query, "B Q D"), "key": (key, "B K D")}
    tensors = tensors if value is None else tensors | {"value": (value, "B K E")}
    check_floating(tensors)
    for name, (values, _) in tensors.items():
        if values.dtype != query.dtype and not casts(values):
            raise TypeError(f"{name} has dtype {values.dtype}, needs {query.dtype}, the dtype of query")
    check_heads(query.shape[2], heads)
    if value is not None:
        check_heads(value.shape[2], heads)
    if key_mask is None:
        return
    if not isinstance(key_mask, Tensor) or key_mask.dtype != torch.bool:
        raise TypeError(f"key_mask has dtype {getattr(key_mask, 'dtype', None)}, needs bool: True where a key is real")
    if key_mask.shape != key.shape[:2]:
        raise ValueError(f"key_mask has shape {tuple(key_mask.shape)}, needs {tuple(key.shape[:2])}, (B, K)")
    if key_mask.device != key.device:
        raise ValueError(f"key_mask is on {key_mask.device}, needs {key.device}, the device of key")


def _split(x: Tensor, heads: int) -> Tensor:
    return x.unflatten(2, (heads, -1)).transpose(1, 2)  # (B, h, T, D / h)


def _joined(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(2)


def _scores(query: Tensor, key: Tensor, heads: int) -> Tensor:
    q, k = _split(query, heads), _split(key, heads)
    return q @ k.transpose(2, 3) / q.shape[3] ** 0.5


def _allowed(key_mask: Tensor) -> Tensor:
    """The mask (B, 1, 1, K); a row without any key may look at all of them: they are 0, and so is what it sees."""
    return (key_mask | ~key_mask.any(1, keepdim=True))[:, None, None, :]
