"""Training: one function, one record of what happened; whole-batch gradients in parts and over processes; steps for losses that compete."""

from fusion_edu.progress import Bar
from fusion_edu.train.balance import blending_weights, modulate, ogm_coefficients
from fusion_edu.train.gathering import all_gather
from fusion_edu.train.grad_cache import grad_cache
from fusion_edu.train.gradients import gradient_cosine, loss_gradients, pcgrad, set_gradients
from fusion_edu.train.history import History
from fusion_edu.train.loop import fit
from fusion_edu.train.processes import run_processes

__all__ = [
    "Bar",
    "History",
    "all_gather",
    "blending_weights",
    "fit",
    "grad_cache",
    "gradient_cosine",
    "loss_gradients",
    "modulate",
    "ogm_coefficients",
    "pcgrad",
    "run_processes",
    "set_gradients",
]
