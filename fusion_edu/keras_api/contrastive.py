"""Contrastive loss for Keras."""

import math

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Config, Tensor, check_shape
from fusion_edu.keras_api.loss import CheckedLoss


@keras.saving.register_keras_serializable(package="fusion_edu")
class Contrastive(CheckedLoss):
    """``fusion_edu.losses.contrastive``: 1/2 [y d^2 + (1 - y) max(margin - d, 0)^2] a pair, y = 1 similar.

    Args:
        margin: > 0, in units of the distance: beyond it a dissimilar pair costs nothing.
        reduction: as in Keras; the default is the mean over the batch, which gives the 1/(2N) of the article.
        name: name of the loss in Keras's logs.
        dtype: dtype of the computation, default ``keras.config.floatx()``.

    Call: y_true (B,) or (B, 1) of 0 and 1; y_pred of the same shape, distances >= 0; sample_weight a number, (B,) or (B, 1).

    Raises:
        ValueError: shapes differ or are not those, the batch is empty, ``margin`` <= 0.
    """

    def __init__(
        self,
        margin: float = 1.0,
        reduction: str = "sum_over_batch_size",
        name: str = "contrastive",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not 0 < margin < math.inf:
            raise ValueError(f"margin is {margin}, needs > 0 and finite")
        self.margin = margin

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        check_shape(y_true, y_pred, axes="B 1" if len(y_pred.shape) == 2 else "B")
        if len(y_pred.shape) == 2:
            if y_pred.shape[1] not in (1, None):
                raise ValueError(f"y_pred has shape {tuple(y_pred.shape)}, needs (B,) or (B, 1): one distance a pair")
            y_true, y_pred = y_true[:, 0], y_pred[:, 0]
        zero = ops.zeros_like(y_pred)  # where a term does not count: 0 times a square that overflows would be NaN
        pull = y_true * ops.square(ops.where(y_true == 0, zero, y_pred))
        push = (1 - y_true) * ops.square(ops.where(y_true == 1, zero, ops.maximum(self.margin - y_pred, 0)))
        return (pull + push) / 2

    def get_config(self) -> Config:
        return super().get_config() | {"margin": self.margin}
