"""Weighted sum for Keras."""

import math
from collections.abc import Sequence

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Config, Tensor
from fusion_edu.keras_api.fusion_layer import FusionLayer
from fusion_edu.keras_api.modalities import Dims, features, softmax_of_present


@keras.saving.register_keras_serializable(package="fusion_edu")
class WeightedSum(FusionLayer):
    """``fusion_edu.fusion.WeightedSum`` with a projection: one weight a modality, the same for every sample.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        weights: None learns them, from equal ones on; else M fixed numbers > 0, of which only the ratio counts.
        name, dtype, trainable: as in any Keras layer.

    Call: x {m: (B, dims[m])}, present (B, M) bool, default all; returns (B, D).
    Missing: the weights of those present are scaled up to sum 1; a row with nothing present gives NaN.
    """

    def __init__(
        self,
        dims: Dims,
        dim: int,
        weights: Sequence[float] | None = None,
        name: str | None = None,
        dtype: str | None = None,
        trainable: bool = True,
    ) -> None:
        super().__init__(dims, dim, name, dtype, trainable)
        self.fixed = None if weights is None else [float(w) for w in weights]
        if self.fixed is not None and (
            len(self.fixed) != len(self.dims) or not all(0 < w < math.inf for w in self.fixed)
        ):
            raise ValueError(f"weights is {weights}, needs {len(self.dims)} finite numbers > 0, one a modality")
        self.project = self.projections(dim)
        if weights is None:
            self.scores = self.add_weight(shape=(len(self.dims),), initializer="zeros", name="scores")

    def call(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self.dims, present)
        scores = self.scores if self.fixed is None else _logs(self.fixed)
        scores = ops.expand_dims(ops.convert_to_tensor(scores, dtype=parts[0].dtype), 0)
        weights = softmax_of_present(scores + ops.zeros_like(parts[0][:, :1]), present)
        z = ops.stack([ops.matmul(part, w) + b for part, (w, b) in zip(parts, self.project, strict=True)], axis=1)
        return ops.sum(ops.expand_dims(weights, -1) * z, axis=1)

    def get_config(self) -> Config:
        return super().get_config() | {"weights": self.fixed}


def _logs(weights: list[float]) -> list[float]:
    """What softmax makes the shares of: of the ratios, so that no weight is too small for float16."""
    return [math.log(w) - math.log(max(weights)) for w in weights]
