"""Training: one function, one record of what happened."""

from fusion_edu.progress import Bar
from fusion_edu.train.history import History
from fusion_edu.train.loop import fit

__all__ = ["Bar", "History", "fit"]
