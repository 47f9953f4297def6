"""Concatenation for Keras."""

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Config, Tensor
from fusion_edu.keras_api.fusion_layer import FusionLayer
from fusion_edu.keras_api.modalities import Dims, features


@keras.saving.register_keras_serializable(package="fusion_edu")
class Concat(FusionLayer):
    """``fusion_edu.fusion.Concat``: all features side by side, then a linear map if ``dim`` is given.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of a linear map after it; None for none.
        indicate: append the M columns of ``present`` as 1 and 0.
        name, dtype, trainable: as in any Keras layer.

    Call: x {m: (B, dims[m])}, present (B, M) bool, default all; returns (B, D). Missing: 0.
    """

    def __init__(
        self,
        dims: Dims,
        dim: int | None = None,
        indicate: bool = False,
        name: str | None = None,
        dtype: str | None = None,
        trainable: bool = True,
    ) -> None:
        super().__init__(dims, dim, name, dtype, trainable)
        self.indicate = indicate
        self.joined = sum(self.dims.values()) + len(self.dims) * indicate
        if dim is not None:
            self.kernel = self.add_weight(shape=(self.joined, dim), initializer="glorot_uniform", name="kernel")
            self.bias = self.add_weight(shape=(dim,), initializer="zeros", name="bias")

    @property
    def width(self) -> int:
        return self.joined if self.dim is None else self.dim

    def call(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        parts = features(x, self.dims, present)
        if self.indicate:
            here = [ops.ones_like(part[:, :1]) for part in parts]
            parts = parts + (here if present is None else [ops.cast(present, parts[0].dtype)])
        joined = ops.concatenate(parts, axis=1)
        return joined if self.dim is None else ops.matmul(joined, self.kernel) + self.bias

    def get_config(self) -> Config:
        return super().get_config() | {"indicate": self.indicate}
