"""Why did the model say that, and which modality said it?"""

from fusion_edu.explain.decomposition import Decomposition, decomposition
from fusion_edu.explain.emap import emap
from fusion_edu.explain.grad_cam import grad_cam
from fusion_edu.explain.gradients import completeness_gap, integrated_gradients, saliency
from fusion_edu.explain.information import Information, information, mutual_information, table
from fusion_edu.explain.occlusion import deletion_curve, occlusion
from fusion_edu.explain.shapley import leave_one_out, shapley, solo
from fusion_edu.explain.shuffled import coalitions, of_others, randomised, shuffled_control
from fusion_edu.explain.similarity import rank_correlation

__all__ = [
    "Decomposition",
    "Information",
    "coalitions",
    "completeness_gap",
    "decomposition",
    "deletion_curve",
    "emap",
    "grad_cam",
    "information",
    "integrated_gradients",
    "leave_one_out",
    "mutual_information",
    "occlusion",
    "of_others",
    "randomised",
    "rank_correlation",
    "saliency",
    "shapley",
    "shuffled_control",
    "solo",
    "table",
]
