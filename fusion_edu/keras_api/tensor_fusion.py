"""Tensor fusion for Keras."""

from math import prod

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Tensor
from fusion_edu.keras_api.fusion_layer import FusionLayer
from fusion_edu.keras_api.modalities import Dims, features, with_one


@keras.saving.register_keras_serializable(package="fusion_edu")
class TensorFusion(FusionLayer):
    """``fusion_edu.fusion.TensorFusion``: a linear map of the outer product of all [1; x_m].

    The last modality is contracted after the others, so that the product is built without it.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        name, dtype, trainable: as in any Keras layer.

    Call: x {m: (B, dims[m])}, present (B, M) bool, default all; returns (B, D). Missing: [1, 0, ..., 0].
    """

    dim: int

    def __init__(
        self, dims: Dims, dim: int, name: str | None = None, dtype: str | None = None, trainable: bool = True
    ) -> None:
        super().__init__(dims, dim, name, dtype, trainable)
        self.sizes = [1 + d for d in self.dims.values()]
        start = keras.initializers.RandomNormal(stddev=prod(self.sizes) ** -0.5)
        self.kernel = self.add_weight(shape=(*self.sizes, dim), initializer=start, name="kernel")
        self.bias = self.add_weight(shape=(dim,), initializer="zeros", name="bias")

    def call(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        *first, last = [with_one(part) for part in features(x, self.dims, present)]
        product = ops.ones_like(last[:, :1])
        for vector in first:
            pairs = ops.expand_dims(product, 2) * ops.expand_dims(vector, 1)
            product = ops.reshape(pairs, (-1, product.shape[1] * vector.shape[1]))
        kernel = ops.reshape(self.kernel, (prod(self.sizes[:-1]), self.sizes[-1] * self.dim))
        left = ops.reshape(ops.matmul(product, kernel), (-1, self.sizes[-1], self.dim))
        return ops.matmul(ops.expand_dims(last, 1), left)[:, 0] + self.bias
