"""Every loss with inputs that suit it: what the tests of all losses at once are parametrised by."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
import torch
from torch import Tensor

from fusion_edu import losses

B, C, D = 6, 4, 3
CLASSES = torch.tensor([0, 3, 1, 1, 2, 0])
SIMILAR = torch.tensor([1, 0, 0, 1, 1, 0])


@dataclass(frozen=True)
class Call:
    """``loss(*inputs, *rest, reduction=..., weight=...)``; only ``inputs`` are floating, and get gradients."""

    loss: Callable[..., Tensor]
    inputs: tuple[Tensor, ...]
    rest: tuple[Tensor, ...] = ()
    weights: int = B  # length of weight: samples, or classes
    mixes: bool = False  # the other rows of the batch are negatives or positives: no row has a loss of its own

    def __call__(self, *inputs: Tensor, **options) -> Tensor:
        inputs = inputs or self.inputs
        return self.loss(*inputs, *(r.to(inputs[0].device) for r in self.rest), **options)


def _draw(n: int, *shape: int) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(7)
    return torch.randn(n, *shape, generator=generator, dtype=torch.float64).unbind()


TOKENS = torch.tensor([[3, 0, 0], [1, 0, 0], [2, 0, 0], [2, 0, 0], [1, 0, 0], [3, 0, 0]])  # one, and padding
SOFT = _draw(1, B, C)[0].softmax(1)
CALLS = {
    "mse": Call(losses.mse, _draw(2, B)),
    "huber": Call(losses.huber, _draw(2, B)),
    "gaussian_nll": Call(losses.gaussian_nll, _draw(3, B)),
    "cross_entropy": Call(losses.cross_entropy, _draw(1, B, C), (CLASSES,), C),
    "cross_entropy of soft labels": Call(losses.cross_entropy, _draw(1, B, C), (SOFT,), C),
    "cross_entropy_from_probabilities": Call(losses.cross_entropy_from_probabilities, (SOFT,), (CLASSES,), C),
    "sequence_cross_entropy": Call(losses.sequence_cross_entropy, _draw(1, B, 3, C), (TOKENS,)),
    "focal": Call(losses.focal, _draw(1, B, C), (CLASSES,), C),
    "contrastive": Call(losses.contrastive, (_draw(1, B)[0].abs(),), (SIMILAR,)),
    "contrastive_from_embeddings": Call(losses.contrastive_from_embeddings, _draw(2, B, D), (SIMILAR,)),
    "triplet": Call(losses.triplet, _draw(3, B, D)),
    "info_nce": Call(losses.info_nce, _draw(2, B, D), mixes=True),
    "info_nce in chunks": Call(partial(losses.info_nce, chunk=4), _draw(2, B, D), mixes=True),
    "clip": Call(losses.clip, _draw(2, B, D), mixes=True),
    "clip in chunks": Call(partial(losses.clip, chunk=4), _draw(2, B, D), mixes=True),
    "siglip": Call(losses.siglip, _draw(2, B, D), mixes=True),
    "siglip in chunks": Call(partial(losses.siglip, chunk=4), _draw(2, B, D), mixes=True),
    "supervised_contrastive": Call(losses.supervised_contrastive, _draw(1, B, D), (SIMILAR,), mixes=True),
}
every_loss = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
reductions = pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
dtypes = pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16], ids=str)
