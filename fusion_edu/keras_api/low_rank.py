"""Low-rank fusion for Keras."""

from math import prod

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Config, Tensor
from fusion_edu.keras_api.fusion_layer import FusionLayer
from fusion_edu.keras_api.modalities import Dims, check_size, features, with_one


@keras.saving.register_keras_serializable(package="fusion_edu")
class LowRankFusion(FusionLayer):
    """``fusion_edu.fusion.LowRankFusion``: a sum of ``rank`` products of linear maps of [1; x_m].

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        rank: number of products.
        name, dtype, trainable: as in any Keras layer.

    Call: x {m: (B, dims[m])}, present (B, M) bool, default all; returns (B, D). Missing: [1, 0, ..., 0].
    """

    def __init__(
        self, dims: Dims, dim: int, rank: int, name: str | None = None, dtype: str | None = None, trainable: bool = True
    ) -> None:
        super().__init__(dims, dim, name, dtype, trainable)
        check_size("rank", rank)
        self.rank = rank = int(rank)
        scale = rank ** (-0.5 / len(self.dims))
        self.factors = [
            self.add_weight(
                shape=(rank, 1 + d, dim),
                initializer=keras.initializers.RandomNormal(stddev=scale * (1 + d) ** -0.5),
                name=f"{m}_factor",
            )
            for m, d in self.dims.items()
        ]
        self.bias = self.add_weight(shape=(dim,), initializer="zeros", name="bias")

    def call(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self.dims, present)
        maps = [ops.einsum("bi,rid->brd", with_one(v), f) for v, f in zip(parts, self.factors, strict=True)]
        return ops.sum(prod(maps[1:], start=maps[0]), axis=1) + self.bias

    def get_config(self) -> Config:
        return super().get_config() | {"rank": self.rank}
