"""What the Keras losses share: shapes are checked before anything is cast; a weight for each sample, or step of one."""

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Config, Tensor


class CheckedLoss(keras.losses.Loss):
    """A loss of y_true and y_pred (B, ...); ``sample_weight`` a number, (B,), (B, 1) or the first axes of y_pred."""

    per_step = False  # whether a sample has steps that may weigh differently

    def __call__(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
        if sample_weight is None:
            return super().__call__(self.targets(y_true, y_pred), y_pred)
        weight = ops.convert_to_tensor(sample_weight)
        shape, size = tuple(weight.shape), tuple(y_pred.shape)
        if len(shape) == 2 and shape[1] == 1:
            weight, shape = weight[:, 0], shape[:1]
        most = len(size) if self.per_step else 1
        if len(shape) > most or any(
            w is not None and n is not None and w != n for w, n in zip(shape, size, strict=False)
        ):
            need = "a number, (B,), (B, 1)" + (" or the first axes of y_pred" if self.per_step else "")
            raise ValueError(f"sample_weight has shape {shape}, needs {need}; y_pred has shape {size}")
        if len(shape) < 2:
            return super().__call__(self.targets(y_true, y_pred), y_pred, weight)
        self.targets(y_true, y_pred)  # its shapes are checked, for (B, 1) could be flattened too
        flat = [ops.reshape(values, (-1, *values.shape[len(shape) :])) for values in (y_true, y_pred)]
        loss = super().__call__(*flat, ops.reshape(weight, (-1,)))
        return ops.reshape(loss, ops.shape(weight)) if len(loss.shape) else loss

    def targets(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """``y_true`` as ``call`` takes it, before it is cast to the dtype of the loss."""
        return y_true

    def get_config(self) -> Config:
        return super().get_config() | {"dtype": self.dtype}
