"""Training: one function, one record of what happened."""

from fusion_edu.train.history import History
from fusion_edu.train.loop import fit
from fusion_edu.train.progress import Bar

__all__ = ["Bar", "History", "fit"]
