"""How good is it, and how sure are we: scores, intervals over seeds, paired gains."""

from fusion_edu.evaluate.classification import accuracy, confusion, f1, precision, recall
from fusion_edu.evaluate.intervals import Interval, gain, interval
from fusion_edu.evaluate.neighbours import neighbours
from fusion_edu.evaluate.seeds import over_seeds

__all__ = [
    "Interval",
    "accuracy",
    "confusion",
    "f1",
    "gain",
    "interval",
    "neighbours",
    "over_seeds",
    "precision",
    "recall",
]
