"""Mean squared error for Keras."""

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Tensor, check_shape
from fusion_edu.keras_api.loss import CheckedLoss


@keras.saving.register_keras_serializable(package="fusion_edu")
class MeanSquaredError(CheckedLoss):
    """Squared error, averaged over the axes of a sample, then reduced over the batch: ``fusion_edu.losses.mse``.

    Args:
        reduction: as in Keras; the default is the mean over the batch. "none" gives one value a sample, (B,), and
            "sum" adds those (``mse`` keeps, or adds, every element).
        name: name of the loss in Keras's logs.
        dtype: dtype of the computation, default ``keras.config.floatx()``.

    Call: y_true and y_pred (B, ...) of one shape; sample_weight a number, (B,), (B, 1), or the first axes
    of y_pred (a weight for each step, (B, T)); then each step counts as a sample. Unlike ``keras.losses.MeanSquaredError`` it
    refuses (B,) beside (B, 1), and it keeps the samples of 1-D input apart, so that their weights count.

    Raises:
        ValueError: shapes differ or the batch is empty.
    """

    per_step = True

    def __init__(
        self, reduction: str = "sum_over_batch_size", name: str = "mean_squared_error", dtype: str | None = None
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)

    def targets(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        check_shape(y_true, y_pred, axes="B ...")
        return y_true

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        check_shape(y_true, y_pred, axes="B ...")
        squared = ops.square(y_pred - y_true)  # (B, ...)
        return ops.mean(squared, axis=tuple(range(1, len(squared.shape)))) if len(squared.shape) > 1 else squared
