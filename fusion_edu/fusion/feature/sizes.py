"""How many numbers each fusion learns."""

import torch

from fusion_edu.fusion.feature.concat import Concat
from fusion_edu.fusion.feature.film import FiLM
from fusion_edu.fusion.feature.gated import Gated
from fusion_edu.fusion.feature.gmu import GMU
from fusion_edu.fusion.feature.low_rank import LowRankFusion
from fusion_edu.fusion.feature.mlb import MLB
from fusion_edu.fusion.feature.tensor_fusion import TensorFusion
from fusion_edu.fusion.feature.weighted_sum import WeightedSum


def parameter_counts(*, width: int, modalities: int, rank: int, dim: int = 64) -> dict[str, int]:
    """Numbers that each fusion of M modalities, all of one width, learns: counted on the layers, without memory for them.

    Args:
        width: features of each modality.
        modalities: M >= 2.
        rank: of the two fusions that have one.
        dim: width of the fused vector.
    """
    dims = {f"m{k}": width for k in range(modalities)}
    with torch.device("meta"):
        layers = {
            "concat + linear": Concat(dims, dim),
            "weighted sum": WeightedSum(dims, dim),
            "gate a sample": Gated(dims, dim),
            "gate a unit (GMU)": GMU(dims, dim),
            "FiLM": FiLM(dims, dim),
            "MLB": MLB(dims, dim, rank=rank),
            "low-rank": LowRankFusion(dims, dim, rank=rank),
            "tensor": TensorFusion(dims, dim),
        }
    return {name: sum(p.numel() for p in layer.parameters()) for name, layer in layers.items()}
