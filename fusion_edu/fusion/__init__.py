"""Fusion of modalities: of their features, or of the decisions of one model each.

What holds for all of them:

- Modalities are a ``dict[str, Tensor]`` with a row for each sample. Layers fix the names and their order when they are
  built; the order within the dict of a call does not matter, another set of keys is refused.
- ``present`` (B, M) bool says which modalities a sample has, one column a modality in that order (for the functions: in
  the order of the dict); None means all. A missing entry may hold anything, NaN too: neither the result nor a gradient
  depends on it. What stands in for it is said by each. A sample without any modality is refused.
- Attention layers also take a sequence of tokens (B, T, D_m) for a modality, and ``masks``: modality -> (B, T) bool, True
  where a token is real. Padding may hold anything, too; a modality without any token counts as missing.
- ``ModalityDropout`` and ``MissingTokens`` are layers around a layer; ``CrossModalImputer`` predicts what is missing, for any of them.
- Row i of the result depends on row i of the inputs alone. (``propagate`` is no layer: it sends messages between samples.)
- Device and dtype come from the inputs, which have the dtype of the weights, or autocast is at work.
- Looking at values (a row without any modality, a row that is no distribution)
  waits for a GPU to finish; it is left out on the "meta" device, inside ``torch.compile`` and under ``torch.func.vmap``.
"""

from fusion_edu.fusion.decision.average import average_logits, average_probabilities
from fusion_edu.fusion.decision.folds import fold_numbers, out_of_fold
from fusion_edu.fusion.decision.jury import majority_accuracy, right_votes
from fusion_edu.fusion.decision.learned_average import LearnedAverage
from fusion_edu.fusion.decision.product import product_of_experts, product_of_gaussians
from fusion_edu.fusion.decision.stacking import Stacking
from fusion_edu.fusion.decision.vote import majority_vote, weighted_vote
from fusion_edu.fusion.feature.attention import attention, attention_weights
from fusion_edu.fusion.feature.attention_pool import AttentionPool
from fusion_edu.fusion.feature.bilinear import Bilinear
from fusion_edu.fusion.feature.bottleneck import Bottleneck
from fusion_edu.fusion.feature.concat import Concat
from fusion_edu.fusion.feature.cross_attention import CrossAttention
from fusion_edu.fusion.feature.film import FiLM
from fusion_edu.fusion.feature.gated import Gated
from fusion_edu.fusion.feature.gmu import GMU
from fusion_edu.fusion.feature.graph import nearest_neighbours, normalised_adjacency, propagate
from fusion_edu.fusion.feature.graph_fusion import GraphFusion
from fusion_edu.fusion.feature.low_rank import LowRankFusion
from fusion_edu.fusion.feature.mixture import MixtureOfExperts
from fusion_edu.fusion.feature.mlb import MLB
from fusion_edu.fusion.feature.self_attention import SelfAttention
from fusion_edu.fusion.feature.sizes import parameter_counts
from fusion_edu.fusion.feature.tensor_fusion import TensorFusion
from fusion_edu.fusion.feature.weighted_sum import WeightedSum
from fusion_edu.fusion.missing.dropout import ModalityDropout, drop_modalities
from fusion_edu.fusion.missing.impute import CrossModalImputer
from fusion_edu.fusion.missing.tokens import MissingTokens

__all__ = [
    "GMU",
    "MLB",
    "AttentionPool",
    "Bilinear",
    "Bottleneck",
    "Concat",
    "CrossAttention",
    "CrossModalImputer",
    "FiLM",
    "Gated",
    "GraphFusion",
    "LearnedAverage",
    "LowRankFusion",
    "MissingTokens",
    "MixtureOfExperts",
    "ModalityDropout",
    "SelfAttention",
    "Stacking",
    "TensorFusion",
    "WeightedSum",
    "attention",
    "attention_weights",
    "average_logits",
    "average_probabilities",
    "drop_modalities",
    "fold_numbers",
    "majority_accuracy",
    "majority_vote",
    "nearest_neighbours",
    "normalised_adjacency",
    "out_of_fold",
    "parameter_counts",
    "product_of_experts",
    "product_of_gaussians",
    "propagate",
    "right_votes",
    "weighted_vote",
]
