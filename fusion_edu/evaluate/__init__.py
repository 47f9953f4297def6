"""How good is it, how sure is it, and how sure are we: scores, calibration, intervals, paired comparisons."""

from fusion_edu.evaluate.calibration import Reliability, ece, ece_floor, reliability
from fusion_edu.evaluate.claims import Claim, claim
from fusion_edu.evaluate.classification import accuracy, confusion, f1, precision, recall
from fusion_edu.evaluate.conformal import conformal_sets, coverage
from fusion_edu.evaluate.cost import Cost, cost
from fusion_edu.evaluate.intervals import Interval, gain, interval
from fusion_edu.evaluate.modality import ModalityGain, is_correct, modality_gain
from fusion_edu.evaluate.neighbours import knn_predict
from fusion_edu.evaluate.paired import Bounds, McNemar, mcnemar, paired_bootstrap, paired_power
from fusion_edu.evaluate.probe import linear_probe
from fusion_edu.evaluate.retrieval import median_rank, ranks, recall_at_k
from fusion_edu.evaluate.robustness import Robustness, robustness, robustness_area
from fusion_edu.evaluate.seeds import over_seeds
from fusion_edu.evaluate.temperature import apply_temperature, fit_temperature
from fusion_edu.evaluate.translation import bleu, chrf

__all__ = [
    "Bounds",
    "Claim",
    "Cost",
    "Interval",
    "McNemar",
    "ModalityGain",
    "Reliability",
    "Robustness",
    "accuracy",
    "apply_temperature",
    "bleu",
    "chrf",
    "claim",
    "conformal_sets",
    "confusion",
    "cost",
    "coverage",
    "ece",
    "ece_floor",
    "f1",
    "fit_temperature",
    "gain",
    "interval",
    "is_correct",
    "knn_predict",
    "linear_probe",
    "mcnemar",
    "median_rank",
    "modality_gain",
    "over_seeds",
    "paired_bootstrap",
    "paired_power",
    "precision",
    "ranks",
    "recall",
    "recall_at_k",
    "reliability",
    "robustness",
    "robustness_area",
]
