"""The three losses and the fusion layers as Keras 3 classes, written with ``keras.ops`` alone: any backend runs them.

The layers take ``layer(x, present=None)`` with a dict of modalities, as those of ``fusion_edu.fusion``, and give the same
numbers for the same weights (a Keras kernel is (in, out), PyTorch's is (out, in)). A graph has no values to look at, so a
row without any modality is not refused.

What differs in the losses from ``fusion_edu.losses``, because Keras users expect it:

- Order ``(y_true, y_pred)``.
- ``reduction`` is Keras's: "sum_over_batch_size" (the default, also called "mean"), "sum", "none" or None, and
  "mean_with_sample_weight". With ``sample_weight`` the default divides by the number of samples; the "mean" of
  ``fusion_edu.losses`` divides by the sum of the weights, which Keras calls "mean_with_sample_weight".
- Inputs are cast to ``dtype`` (default ``keras.config.floatx()``, float32), and the loss comes back in it.
- Shapes are checked; values are not, for a compiled graph has none to look at.

This package imports Keras and no torch.
"""

from fusion_edu.keras_api.backend import settle
from fusion_edu.optional import needed_by

settle()
with needed_by("fusion_edu.keras_api"):
    from fusion_edu.keras_api.concat import Concat
    from fusion_edu.keras_api.contrastive import Contrastive
    from fusion_edu.keras_api.cross_entropy import CrossEntropy
    from fusion_edu.keras_api.gated import Gated
    from fusion_edu.keras_api.low_rank import LowRankFusion
    from fusion_edu.keras_api.mean_squared_error import MeanSquaredError
    from fusion_edu.keras_api.tensor_fusion import TensorFusion
    from fusion_edu.keras_api.weighted_sum import WeightedSum

__all__ = [
    "Concat",
    "Contrastive",
    "CrossEntropy",
    "Gated",
    "LowRankFusion",
    "MeanSquaredError",
    "TensorFusion",
    "WeightedSum",
]
