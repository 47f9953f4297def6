"""Cross-entropy for Keras, from logits or from probabilities."""

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Config, Tensor, check_shape

SMALLEST_NORMAL = {"float16": 2.0**-14, "bfloat16": 2.0**-126, "float32": 2.0**-126, "float64": 2.0**-1022}


@keras.saving.register_keras_serializable(package="fusion_edu")
class CrossEntropy(keras.losses.Loss):
    """``fusion_edu.losses.cross_entropy``, or ``cross_entropy_from_probabilities`` where ``from_logits`` is false.

    Args:
        from_logits: whether y_pred holds logits (default; Keras's own default is False) or probabilities. These are
            neither clipped at 1e-7 nor renormalised, as Keras does: the gradient is -1/p down to the smallest normal
            number of ``dtype``; below it the loss is constant (87.3 nats in float32), also at p = 0.
        label_smoothing: eps in [0, 1): the target becomes (1 - eps) y + eps / C.
        reduction: as in Keras; the default is the mean over the batch.
        name: name of the loss in Keras's logs.
        dtype: dtype of the computation, default ``keras.config.floatx()``.

    Call: y_pred (B, C); y_true (B,) class indices or (B, C) probabilities; sample_weight (B,).

    Raises:
        ValueError: shapes do not fit, the batch is empty, ``label_smoothing`` outside [0, 1).
    """

    def __init__(
        self,
        from_logits: bool = True,
        label_smoothing: float = 0.0,
        reduction: str = "sum_over_batch_size",
        name: str = "cross_entropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"label_smoothing is {label_smoothing}, needs >= 0 and < 1")
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        check_shape(y_true, y_pred, axes="B C", drop_classes=True)
        nll = self._negative_log(y_pred)  # (B, C)
        if len(y_true.shape) == 1:
            values = ops.take_along_axis(nll, ops.expand_dims(ops.cast(y_true, "int32"), 1), axis=1)[:, 0]
        else:
            values = ops.sum(y_true * nll, axis=1)
        if not self.label_smoothing:
            return values
        return (1 - self.label_smoothing) * values + self.label_smoothing * ops.mean(nll, axis=1)

    def _negative_log(self, y_pred: Tensor) -> Tensor:
        if not self.from_logits:
            return -ops.log(ops.maximum(y_pred, SMALLEST_NORMAL[keras.backend.standardize_dtype(y_pred.dtype)]))
        z = y_pred - ops.stop_gradient(ops.max(y_pred, axis=1, keepdims=True))
        return ops.log(ops.sum(ops.exp(z), axis=1, keepdims=True)) - z

    def get_config(self) -> Config:
        return super().get_config() | {"from_logits": self.from_logits, "label_smoothing": self.label_smoothing}
