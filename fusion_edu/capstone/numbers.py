"""The numbers that follow from a project's predictions: what its report must state."""

import torch

from fusion_edu.capstone.handed_in import Project
from fusion_edu.evaluate import accuracy, ece, is_correct, paired_bootstrap


def recomputed(project: Project) -> dict[str, float]:
    """Means over the runs, and the gain over the best single modality with its interval over test rows.

    Returns:
        "accuracy: full", "accuracy: alone: m", ... for every prediction there is; "ece"; and, where ``best_alone`` is one of the
        modalities, "gain", "gain low" and "gain high": 95 % paired bootstrap over the test rows, each row's mean over the runs.
    """
    names = [name for name in project.runs[0] if all(name in run for run in project.runs)]
    mean = {name: sum(accuracy(run[name], project.y) for run in project.runs) / len(project.runs) for name in names}
    found = {f"accuracy: {name}": value for name, value in mean.items()}
    if "full" in names:
        found["ece"] = sum(ece(run["full"], project.y) for run in project.runs) / len(project.runs)
    best = f"alone: {project.best_alone}"
    if "full" in names and best in names and len(project.y) > 1:
        full, alone = (
            torch.stack([is_correct(run[n], project.y).double() for run in project.runs]).mean(0)
            for n in ("full", best)
        )
        gain = paired_bootstrap(full, alone)
        found |= {"gain": gain.mean, "gain low": gain.low, "gain high": gain.high}
    return found
