"""The three losses of the course as Keras 3 classes, written with ``keras.ops`` alone: any backend runs them.

What differs from ``fusion_edu.losses``, because Keras users expect it:

- Order ``(y_true, y_pred)``.
- ``reduction`` is Keras's: "sum_over_batch_size" (the default, also called "mean"), "sum", "none" or None, and
  "mean_with_sample_weight". With ``sample_weight`` the default divides by the number of samples; the "mean" of
  ``fusion_edu.losses`` divides by the sum of the weights, which Keras calls "mean_with_sample_weight".
- Inputs are cast to ``dtype`` (default ``keras.config.floatx()``, float32), and the loss comes back in it.
- Shapes are checked; values are not, for a compiled graph has none to look at.

This package imports Keras and no torch.
"""

from fusion_edu.keras_api.contrastive import Contrastive
from fusion_edu.keras_api.cross_entropy import CrossEntropy
from fusion_edu.keras_api.mean_squared_error import MeanSquaredError

__all__ = ["Contrastive", "CrossEntropy", "MeanSquaredError"]
