"""Training: one function, one record of what happened; and small steps for a loop of your own, where losses or modalities compete."""

from fusion_edu.progress import Bar
from fusion_edu.train.balance import blending_weights, modulate, ogm_coefficients
from fusion_edu.train.gradients import gradient_cosine, loss_gradients, pcgrad, set_gradients
from fusion_edu.train.history import History
from fusion_edu.train.loop import fit

__all__ = [
    "Bar",
    "History",
    "blending_weights",
    "fit",
    "gradient_cosine",
    "loss_gradients",
    "modulate",
    "ogm_coefficients",
    "pcgrad",
    "set_gradients",
]
