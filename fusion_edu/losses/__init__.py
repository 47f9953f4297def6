"""The losses of the course: pure functions of tensors, one a file.

What holds for all of them:

- Order ``(prediction, target)``, as in PyTorch; ``fusion_edu.keras_api`` has the Keras order.
- ``reduction`` is "none", "mean" or "sum". A weighted mean divides by the sum of the weights.
- float64 stays float64; float32, bfloat16 and float16 are computed and returned in float32, also under
  ``torch.autocast``, because a squared error of 300 no longer fits float16. Gradients come back in the dtype of the input, so beyond
  65504 they are infinite in float16: what gradient scaling is for. Call ``backward`` outside the autocast block, as PyTorch
  advises: inside, a gradient is as rough as the narrow dtype.
- Device and dtype come from the inputs, which must lie on one device; nothing broadcasts silently.
- Shapes, dtypes and values are checked, an empty batch is refused. Checking values waits for a GPU to finish; it is
  left out on the "meta" device (no values there), inside ``torch.compile`` and under ``torch.func.vmap``.
- In the losses of a whole batch the other rows are the negatives (``info_nce``, ``clip``, ``siglip``,
  ``supervised_contrastive``) or the statistics (``barlow_twins``, ``vicreg``): they mix the rows, and change with B.
"""

from fusion_edu.losses.barlow_twins import barlow_twins
from fusion_edu.losses.clip import CLIPLoss, clip
from fusion_edu.losses.contrastive import contrastive, contrastive_from_embeddings
from fusion_edu.losses.cross_entropy import cross_entropy
from fusion_edu.losses.distance import safe_distance
from fusion_edu.losses.focal import focal
from fusion_edu.losses.gaussian_nll import gaussian_nll
from fusion_edu.losses.hardest import batch_hard
from fusion_edu.losses.huber import huber
from fusion_edu.losses.info_nce import info_nce
from fusion_edu.losses.load_balance import load_balance
from fusion_edu.losses.mse import mse
from fusion_edu.losses.pairs import all_pairs
from fusion_edu.losses.prefix import prefix_cross_entropy
from fusion_edu.losses.probabilities import cross_entropy_from_probabilities
from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.losses.sequence import sequence_cross_entropy
from fusion_edu.losses.siglip import SigLIPLoss, siglip
from fusion_edu.losses.supervised_contrastive import supervised_contrastive
from fusion_edu.losses.triplet import triplet
from fusion_edu.losses.uncertainty import UncertaintyWeighting, uncertainty_weighted
from fusion_edu.losses.vicreg import vicreg

__all__ = [
    "CLIPLoss",
    "SigLIPLoss",
    "UncertaintyWeighting",
    "all_pairs",
    "barlow_twins",
    "batch_hard",
    "clip",
    "contrastive",
    "contrastive_from_embeddings",
    "cross_entropy",
    "cross_entropy_from_probabilities",
    "focal",
    "gaussian_nll",
    "huber",
    "info_nce",
    "load_balance",
    "mse",
    "prefix_cross_entropy",
    "reduce_loss",
    "safe_distance",
    "sequence_cross_entropy",
    "siglip",
    "supervised_contrastive",
    "triplet",
    "uncertainty_weighted",
    "vicreg",
]
