"""Cross-entropy for Keras, from logits or from probabilities."""

import keras
from keras import ops

from fusion_edu.keras_api.arguments import Config, Tensor, check_shape
from fusion_edu.keras_api.loss import CheckedLoss

SMALLEST_NORMAL = {"float16": 2.0**-14, "bfloat16": 2.0**-126, "float32": 2.0**-126, "float64": 2.0**-1022}


@keras.saving.register_keras_serializable(package="fusion_edu")
class CrossEntropy(CheckedLoss):
    """``fusion_edu.losses.cross_entropy``, or ``cross_entropy_from_probabilities`` where ``from_logits`` is false.

    Args:
        from_logits: whether y_pred holds logits (default; Keras's own default is False) or probabilities. These are
            neither clipped at 1e-7 nor renormalised, as Keras does: the gradient is -1/p down to the smallest normal
            number of ``dtype``; below it the loss is constant (87.3 nats in float32), also at p = 0.
        label_smoothing: eps in [0, 1): the target becomes (1 - eps) y + eps / C.
        reduction: as in Keras; the default is the mean over the batch.
        name: name of the loss in Keras's logs.
        dtype: dtype of the computation, default ``keras.config.floatx()``.

    Call: y_pred (B, C); y_true (B,) or (B, 1) class indices, never cast to ``dtype`` (float16 knows no 2049), or (B, C)
    probabilities; sample_weight a number, (B,) or (B, 1). An index outside 0..C-1 gives NaN.

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

    def targets(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """(B, C) probabilities in the dtype of the loss; made of indices here, while they still are whole numbers."""
        if len(y_true.shape) == 2 and y_true.shape[1] == 1 and len(y_pred.shape) == 2 and y_pred.shape[1] != 1:
            y_true = y_true[:, 0]
        check_shape(y_true, y_pred, axes="B C", drop_classes=True)
        if len(y_true.shape) == 2:
            return y_true
        classes, index = y_pred.shape[1], ops.cast(y_true, "int32")
        known = ops.expand_dims(ops.logical_and(index >= 0, index < classes), 1)
        chosen = ops.one_hot(ops.clip(index, 0, classes - 1), classes, dtype=self.dtype)
        return ops.where(known, chosen, ops.full_like(chosen, float("nan")))

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        check_shape(y_true, y_pred, axes="B C", drop_classes=True)
        nll = self._negative_log(y_pred)  # (B, C)
        if len(y_true.shape) == 1:
            values = ops.take_along_axis(nll, ops.expand_dims(ops.cast(y_true, "int32"), 1), axis=1)[:, 0]
        else:
            unasked = ops.logical_and(y_true == 0, ops.isinf(nll))  # 0 log 0 = 0
            values = ops.sum(y_true * ops.where(unasked, ops.zeros_like(nll), nll), axis=1)
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
