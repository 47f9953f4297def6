"""Every fusion layer with inputs that suit it: what the tests of all layers at once are parametrised by."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor, nn

from fusion_edu import fusion

B = 6
DIMS = {"image": 3, "text": 4, "audio": 2}
PAIR = {"image": 3, "text": 4}
SAME = {"image": 4, "text": 4, "audio": 4}
PATH = [("image", "text"), ("text", "audio")]
Dims = dict[str, int]


@dataclass(frozen=True)
class Case:
    """``build(dims)`` makes the layer; its oracle is the function of this name in ``fusion_oracles``."""

    oracle: str
    build: Callable[[Dims], nn.Module]
    dims: Dims

    def layer(self, dims: Dims | None = None) -> nn.Module:
        torch.manual_seed(3)
        layer = self.build(self.dims if dims is None else dims).double()
        for p in layer.parameters():  # no parameter stays at a special value such as 0
            p.data.add_(0.3 * torch.randn_like(p))
        return layer


CASES = {
    "Concat": Case("concat", fusion.Concat, DIMS),
    "Concat, projected": Case("concat", lambda d: fusion.Concat(d, 5), DIMS),
    "Concat, normalised, with indicators": Case("concat", lambda d: fusion.Concat(d, 5, normalise=True, indicate=True), DIMS),
    "WeightedSum": Case("weighted_sum", lambda d: fusion.WeightedSum(d, 5), DIMS),
    "WeightedSum of equal widths": Case("weighted_sum", fusion.WeightedSum, SAME),
    "WeightedSum, fixed": Case("weighted_sum", lambda d: fusion.WeightedSum(d, 5, weights=range(1, len(d) + 1)), DIMS),
    "Gated": Case("gated", lambda d: fusion.Gated(d, 5), DIMS),
    "GMU": Case("gmu", lambda d: fusion.GMU(d, 5), DIMS),
    "FiLM": Case("film", lambda d: fusion.FiLM(d, 5), DIMS),
    "FiLM by the first": Case("film", lambda d: fusion.FiLM(d, 5, condition="image"), DIMS),
    "Bilinear": Case("bilinear", lambda d: fusion.Bilinear(d, 5), PAIR),
    "MLB": Case("mlb", lambda d: fusion.MLB(d, 5, rank=3), DIMS),
    "TensorFusion": Case("tensor_fusion", lambda d: fusion.TensorFusion(d, 5), DIMS),
    "LowRankFusion": Case("low_rank", lambda d: fusion.LowRankFusion(d, 5, rank=3), DIMS),
    "MixtureOfExperts": Case("mixture", lambda d: fusion.MixtureOfExperts(d, 5, experts=3), DIMS),
    "AttentionPool": Case("attention_pool", lambda d: fusion.AttentionPool(d, 6), DIMS),
    "AttentionPool, three heads": Case("attention_pool", lambda d: fusion.AttentionPool(d, 6, heads=3), DIMS),
    "SelfAttention": Case("self_attention", lambda d: fusion.SelfAttention(d, 6, heads=2, layers=2), DIMS),
    "CrossAttention": Case("cross_attention", lambda d: fusion.CrossAttention(d, 6, heads=2), DIMS),
    "CrossAttention by the first": Case("cross_attention", lambda d: fusion.CrossAttention(d, 6, query="image"), DIMS),
    "Bottleneck": Case("bottleneck", lambda d: fusion.Bottleneck(d, 6, tokens=2, heads=2), DIMS),
    "GraphFusion": Case("graph_fusion", lambda d: fusion.GraphFusion(d, 6), DIMS),
    "GraphFusion of a path": Case("graph_fusion", lambda d: fusion.GraphFusion(d, 6, edges=PATH, layers=2), DIMS),
    "LearnedAverage": Case("average_of_probabilities", lambda d: fusion.LearnedAverage(list(d)), SAME),
    "LearnedAverage of logits": Case("average_of_logits", lambda d: fusion.LearnedAverage(list(d), of="logits"), SAME),
}  # fmt: skip
every_layer = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def inputs(dims: Dims, batch: int = B, seed: int = 11, scale: float = 1.0) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {m: scale * torch.randn(batch, d, generator=generator, dtype=torch.float64) for m, d in dims.items()}


def some_present(dims: Dims, batch: int = B, seed: int = 5) -> Tensor:
    """(B, M) with every modality missing and there at least once, where the batch is large enough; no empty row."""
    generator = torch.Generator().manual_seed(seed)
    present = torch.rand(batch, len(dims), generator=generator) < 0.5
    rows = torch.arange(batch)
    present[rows, rows % len(dims)] = True
    for m in range(min(batch, len(dims))):
        present[(m + 1) % batch, m] = False
        present[(m + 1) % batch, (m + 1) % len(dims)] = True
    return present


def spoilt(x: dict[str, Tensor], present: Tensor, bad: float) -> dict[str, Tensor]:
    """``x`` with ``bad`` in all missing entries; leaves that take gradients."""
    columns = zip(x.items(), present.unbind(1), strict=True)
    return {m: torch.where(here[:, None], v, bad).requires_grad_() for (m, v), here in columns}
