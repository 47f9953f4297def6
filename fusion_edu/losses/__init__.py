"""The losses of the course: pure functions of tensors, one a file.

What holds for all of them:

- Order ``(prediction, target)``, as in PyTorch; ``fusion_edu.keras_api`` has the Keras order.
- ``reduction`` is "none", "mean" or "sum". A weighted mean divides by the sum of the weights.
- float64 stays float64; float32, bfloat16 and float16 are computed and returned in float32, because a squared
  error of 300 no longer fits float16. Gradients come back in the dtype of the input, so beyond
  65504 they are infinite in float16: what gradient scaling is for.
- Device and dtype come from the inputs, which must lie on one device; nothing broadcasts silently.
- Shapes, dtypes and values are checked, an empty batch is refused. Checking values waits for a GPU to finish; it is
  left out on the "meta" device (no values there) and inside ``torch.compile``.
"""

from fusion_edu.losses.contrastive import contrastive, contrastive_from_embeddings
from fusion_edu.losses.cross_entropy import cross_entropy
from fusion_edu.losses.distance import safe_distance
from fusion_edu.losses.focal import focal
from fusion_edu.losses.gaussian_nll import gaussian_nll
from fusion_edu.losses.huber import huber
from fusion_edu.losses.mse import mse
from fusion_edu.losses.pairs import all_pairs
from fusion_edu.losses.probabilities import cross_entropy_from_probabilities
from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.losses.triplet import triplet

__all__ = [
    "all_pairs",
    "contrastive",
    "contrastive_from_embeddings",
    "cross_entropy",
    "cross_entropy_from_probabilities",
    "focal",
    "gaussian_nll",
    "huber",
    "mse",
    "reduce_loss",
    "safe_distance",
    "triplet",
]
