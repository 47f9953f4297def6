"""What the Keras fusion layers share."""

import keras

from fusion_edu.keras_api.arguments import Config, Shape, Tensor
from fusion_edu.keras_api.modalities import Dims, check_dims, check_size


class FusionLayer(keras.layers.Layer):
    """A layer over ``{modality: (B, D_m)}`` and an optional ``present`` (B, M); ``dims`` fixes names, widths and order.

    Its weights exist from the start, because ``dims`` says all about them.
    """

    def __init__(
        self,
        dims: Dims,
        dim: int | None = None,
        name: str | None = None,
        dtype: str | None = None,
        trainable: bool = True,
    ) -> None:
        super().__init__(name=name, dtype=dtype, trainable=trainable)
        if dim is not None:
            check_size("dim", dim)
        self.dims, self.dim = check_dims(dims), None if dim is None else int(dim)
        self.supports_masking = False

    def projections(self, dim: int) -> list[tuple[Tensor, Tensor]]:
        """A kernel (D_m, dim) and a bias (dim,) for each modality."""
        return [
            (
                self.add_weight(shape=(d, dim), initializer="glorot_uniform", name=f"{m}_kernel"),
                self.add_weight(shape=(dim,), initializer="zeros", name=f"{m}_bias"),
            )
            for m, d in self.dims.items()
        ]

    def compute_output_shape(self, x_shape: dict[str, Shape], present_shape: Shape | None = None) -> Shape:
        return (next(iter(x_shape.values()))[0], self.width)

    @property
    def width(self) -> int:
        """Width D of the result."""
        assert self.dim is not None  # Concat alone has none, and says its own width
        return self.dim

    def get_config(self) -> Config:
        return super().get_config() | {"dims": [list(pair) for pair in self.dims.items()], "dim": self.dim}
