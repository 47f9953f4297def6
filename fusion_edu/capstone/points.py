"""Points of a project, by rules that anyone can compute, from its file and its answers; the rest come from running it twice."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch

from fusion_edu.capstone.handed_in import Project, read
from fusion_edu.capstone.numbers import recomputed

LEAKS, NUMBERS, TABLE, ANSWERS = 8, 8, 10, 10  # greatest points of each line
OF_FILE = LEAKS + NUMBERS + TABLE + ANSWERS
TOLERANCE = 1e-6
LESSONS = {"loss": ("02", "03", "04", "09"), "fusion": ("05", "06", "08")}  # whose tasks are losses, fusions


@dataclass(frozen=True)
class Points:
    """``got`` of ``most`` for one line of the brief, and a sentence that says why."""

    line: str
    got: int
    most: int
    why: str


def marked(project: Project, right: Collection[str] | None = None) -> list[Points]:
    """The lines that a file and marked answers can show.

    Args:
        right: ids of the tasks that the notebook's own answers do right, as ``grade`` found; None where nobody looked.
    """
    due = recomputed(project)
    lines = [leaks(project), numbers(project, due), table(project, due)]
    return lines if right is None else [*lines, answers(project, right)]


def own_tasks(data: bytes) -> tuple[str, ...] | None:
    """Ids of the tasks that a ``submission.json`` names as own loss and own fusion; None where it cannot be read."""
    try:
        tasks = read(data).tasks
    except ValueError:
        return None
    return tuple(tasks[kind] for kind, lessons in LESSONS.items() if tasks.get(kind, "").partition(".")[0] in lessons)


def leaks(project: Project) -> Points:
    """8 points: no group and no row on both sides, and no test row before the end of training where rows have a time."""
    shared = int(torch.isin(project.groups["test"], project.groups["train"]).sum())
    known = set(project.rows["train"])
    twins = sum(row in known for row in project.rows["test"])
    early = int((project.times["test"] <= project.times["train"].max()).sum()) if project.times else 0
    found = [(3, shared, "test rows have a group that is also in training"), (3, twins, "test rows have a twin in training"),
             (2, early, "test rows are not later than all of training")]  # fmt: skip
    said = [f"{count} {what}" for _, count, what in found if count]
    return Points(
        "no leak",
        sum(points for points, count, _ in found if not count),
        LEAKS,
        "; ".join(said) or "nothing is on both sides",
    )


def numbers(project: Project, due: Mapping[str, float]) -> Points:
    """8 points: what is reported is what follows from the predictions, ``due``."""
    off = [
        name for name, value in due.items() if not abs(project.reported.get(name, float("nan")) - value) <= TOLERANCE
    ]
    got = NUMBERS * (len(due) - len(off)) // len(due) if due else 0
    said = (
        f"{len(off)} of {len(due)} numbers are not reported, or differ: {', '.join(off[:4])}"
        if off
        else "all numbers agree"
    )
    return Points("reported numbers", got, NUMBERS, said)


def table(project: Project, due: Mapping[str, float]) -> Points:
    """10 points: three seeds, each modality alone and missing, interactions removed, an interval, calibration."""
    every = [set(run) for run in project.runs]
    there = set.intersection(*every)
    distinct = len({tuple(run["full"].flatten().tolist()) for run in project.runs if "full" in run})
    parts = {
        "three different seeds": (2, distinct >= 3),
        "each modality alone": (2, len(project.modalities) >= 2),
        "each modality missing": (
            2,
            len(project.modalities) >= 2 and {f"missing: {m}" for m in project.modalities} <= there,
        ),
        "without interactions": (1, "additive" in there),
        "the gain with its interval": (2, {"gain", "gain low", "gain high"} <= due.keys() & project.reported.keys()),
        "calibration (ECE)": (1, "ece" in due and "ece" in project.reported),
    }
    lacking = [name for name, (_, given) in parts.items() if not given]
    return Points("compulsory table", sum(points for points, given in parts.values() if given), TABLE,
                  f"missing: {', '.join(lacking)}" if lacking else "complete")  # fmt: skip


def answers(project: Project, right: Collection[str]) -> Points:
    """10 points: an own loss and an own fusion, each an answer of the notebook to a task of the course."""
    got, said = 0, []
    for kind, lessons in LESSONS.items():
        task = project.tasks.get(kind, "")
        if task.partition(".")[0] not in lessons:
            said.append(f"{kind}: {task or 'none'} is no task of lessons {', '.join(lessons)}")
        elif task not in right:
            said.append(f"{kind}: no right answer to {task} in the notebook")
        else:
            got += ANSWERS // 2
            said.append(f"{kind}: {task} is right")
    return Points("own loss and fusion", got, ANSWERS, "; ".join(said))
