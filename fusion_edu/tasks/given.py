"""Small models that a task hands to an answer, as an argument; calling them is allowed."""

import math
from collections import OrderedDict

import torch
from torch import Tensor, nn


def nearest(x_train: Tensor, y_train: Tensor, x_test: Tensor) -> Tensor:
    """Of each test row the target of the nearest training row: a memoriser, perfect on what it has seen."""
    return y_train[torch.cdist(x_test, x_train).argmin(1)]


def average(x_train: Tensor, y_train: Tensor, x_test: Tensor) -> Tensor:
    """The mean training target for every test row."""
    return y_train.mean().expand(len(x_test))


def fading(x_train: Tensor, y_train: Tensor, x_test: Tensor) -> Tensor:
    """A mean of the training targets for every test row, each counting twice as much as the one before: their order matters."""
    weights = 2.0 ** torch.arange(len(y_train), dtype=y_train.dtype, device=y_train.device)
    return ((weights @ y_train) / weights.sum()).expand(len(x_test))


def slope(x_train: Tensor, y_train: Tensor, x_test: Tensor) -> Tensor:
    """A straight line through the origin along the sum of the features."""
    s = x_train.sum(1)
    return x_test.sum(1) * (s @ y_train) / (s @ s)


def mix_tokens(x: Tensor) -> Tensor:
    """Every token (N, T, D) plus the mean of all tokens of its sample: the plainest layer in which tokens see each other."""
    return x + x.mean(1, keepdim=True)


def double_tokens(x: Tensor) -> Tensor:
    """Every token (N, T, D) twice as large; no token sees another."""
    return 2 * x


def look_back(x: Tensor) -> Tensor:
    """Every token (N, T, D) plus the mean of all tokens up to it: a layer to which the order of tokens matters."""
    places = torch.arange(1, x.shape[1] + 1, dtype=x.dtype, device=x.device)[:, None]
    return x + x.cumsum(1) / places


def two_parts() -> nn.Module:
    """A model of two parts, in eval mode: an encoder with batch normalisation and dropout, and a head with dropout."""
    encoder = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.1))
    head = nn.Sequential(nn.Dropout(0.5), nn.Linear(4, 2))
    return nn.Sequential(OrderedDict(encoder=encoder, head=head)).eval()


def three_parts() -> nn.Module:
    """A model of three parts, two of whose names begin alike, and one of which is frozen already."""
    parts = {
        "text": nn.Sequential(nn.Embedding(5, 3), nn.LayerNorm(3)),
        "text_head": nn.Linear(3, 2, bias=False),
        "image": nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2), nn.Sequential(nn.Dropout(0.2), nn.Linear(2, 3))),
    }
    model = nn.ModuleDict(parts)
    model["image"].requires_grad_(False)
    return model


def shared_weight() -> nn.Module:
    """A model that reads and writes words with one table: an embedding, and a linear layer with the same weight."""
    words, guess = nn.Embedding(5, 3), nn.Linear(3, 5)
    guess.weight = words.weight
    return nn.Sequential(OrderedDict(words=words, text=nn.Sequential(nn.LayerNorm(3), nn.Dropout(0.1)), guess=guess))


def bent(x: Tensor, w: Tensor) -> Tensor:
    """Rows (n, D) to embeddings tanh(x w) (n, E), at most four rows at a time: more do not fit."""
    if len(x) > 4:
        raise MemoryError(f"x has {len(x)} rows, at most 4 fit")
    return torch.tanh(x @ w)


def straight(x: Tensor, w: Tensor) -> Tensor:
    """Rows (n, D) to embeddings x w (n, E), at most four rows at a time: more do not fit."""
    if len(x) > 4:
        raise MemoryError(f"x has {len(x)} rows, at most 4 fit")
    return x @ w


def _against_the_others(z: Tensor) -> Tensor:
    scores = z @ z.T
    return scores.masked_fill(torch.eye(len(z), dtype=torch.bool, device=z.device), -torch.inf).logsumexp(1)


def apart(z: Tensor) -> Tensor:
    """A contrastive loss of embeddings (N, E), N >= 2: each row against all others."""
    return _against_the_others(z).mean()


def ranked(z: Tensor) -> Tensor:
    """The same, with the term of row i (from 0) i + 1 times: the order of the rows counts."""
    return (_against_the_others(z) * torch.arange(1, len(z) + 1, device=z.device)).mean()


def spread(z: Tensor) -> Tensor:
    """Minus the variance of embeddings (N, E) over the batch, summed over the E numbers: every row counts through the mean."""
    return -((z - z.mean(0)) ** 2).mean(0).sum()


def square_sum(x: Tensor) -> Tensor:
    """Sum of squares of each row (N, D) to (N,)."""
    return x.square().sum(1)


def first_times_last(x: Tensor) -> Tensor:
    """Product of the first and the last feature of each row (N, D) to (N,)."""
    return x[:, 0] * x[:, -1]


def late_start(x: Tensor) -> Tensor:
    """What the sum of a row has above 1, (N, D) to (N,): flat, then steep."""
    return (x.sum(1) - 1).relu()


def curved(x: Tensor) -> Tensor:
    """A saturating sum plus a cube of the first feature, (N, D) to (N,)."""
    return torch.tanh(x.sum(1)) + 0.3 * x[:, 0] ** 3


def _modalities(group: frozenset[int]) -> frozenset[int]:
    if not isinstance(group, (frozenset, set)):
        raise TypeError(f"v takes a frozenset of modality numbers, got a {type(group).__name__}")
    return frozenset(group)


def additive_game(group: frozenset[int]) -> float:
    """Each modality m brings 2**m, whoever else is there."""
    return float(sum(2**m for m in _modalities(group)))


def xor_game(group: frozenset[int]) -> float:
    """0 and 1 together are worth 1, anything less nothing."""
    return float({0, 1} <= _modalities(group))


def copies_game(group: frozenset[int]) -> float:
    """Any one is worth 1, and more bring no more."""
    return float(len(_modalities(group)) > 0)


def mixed_game(group: frozenset[int]) -> float:
    """0.5 for nobody; 0 helps alone, 1 and 2 only together, 0 and 1 help each other."""
    here = _modalities(group)
    return 0.5 + 0.2 * (0 in here) + 0.3 * ({1, 2} <= here) + 0.1 * ({0, 1} <= here)


def irregular_game(group: frozenset[int]) -> float:
    """A value without any rule, also for nobody."""
    return math.sin(1 + 0.7 * sum(2**m for m in _modalities(group))) + 0.3 * len(_modalities(group))
