"""Training: one function, one record of what happened; whole-batch gradients in parts, and over processes."""

from fusion_edu.progress import Bar
from fusion_edu.train.gathering import all_gather
from fusion_edu.train.grad_cache import grad_cache
from fusion_edu.train.history import History
from fusion_edu.train.loop import fit
from fusion_edu.train.processes import run_processes

__all__ = ["Bar", "History", "all_gather", "fit", "grad_cache", "run_processes"]
