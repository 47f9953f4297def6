"""Gated fusion for Keras."""

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Tensor
from fusion_edu.keras_api.fusion_layer import FusionLayer
from fusion_edu.keras_api.modalities import Dims, features, softmax_of_present


@keras.saving.register_keras_serializable(package="fusion_edu")
class Gated(FusionLayer):
    """``fusion_edu.fusion.Gated``: a softmax gate weighs the projected modalities anew for every sample.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        name, dtype, trainable: as in any Keras layer.

    Call: x {m: (B, dims[m])}, present (B, M) bool, default all; returns (B, D).
    Missing: weight 0; a row with nothing present gives NaN.
    """

    def __init__(
        self, dims: Dims, dim: int, name: str | None = None, dtype: str | None = None, trainable: bool = True
    ) -> None:
        super().__init__(dims, dim, name, dtype, trainable)
        self.project = self.projections(dim)
        self.score = self.add_weight(shape=(dim, 1), initializer="glorot_uniform", name="score")

    def call(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self.dims, present)
        z = ops.stack([ops.matmul(part, w) + b for part, (w, b) in zip(parts, self.project, strict=True)], axis=1)
        gate = softmax_of_present(ops.matmul(z, self.score)[..., 0], present)  # (B, M)
        return ops.sum(ops.expand_dims(gate, -1) * z, axis=1)
