"""The exercises: all tasks by id, one file a lesson of the syllabus, and what an answer may use of the library."""

import os
from importlib import import_module

from fusion_edu.autograder.course import Course, ProjectFile
from fusion_edu.syllabus import LESSONS

__all__ = ["COURSE", "TASKS"]

os.environ.setdefault("KERAS_BACKEND", "torch")  # for answers; Keras reads this at its import

TASKS = {task.id: task for number in LESSONS for task in import_module(f"{__name__}.lesson{number}").TASKS}
COURSE = Course(
    where="fusion_edu.tasks:COURSE",
    tasks=tuple(TASKS.values()),
    library="fusion_edu",
    helpers=("fusion_edu.shapes",),
    given=("fusion_edu.tasks.given",),
    ready=(
        *(
            "sklearn",
            "torchmetrics",
            "torcheval",
            "evaluate",
            "torchtext",
            "transformers",
            "scipy.special",
            "scipy.spatial.distance",
        ),
        *("keras.src.losses", "keras.src.metrics", "keras.src.layers.attention", "torch.nn.attention.flex_attention"),
        *(f"keras.src.ops.nn.{name}categorical_crossentropy" for name in ("", "sparse_")),
    ),
    slow=("keras",),
    lessons={number: f"{lesson.title} (notebooks/{lesson.stem}.ipynb)" for number, lesson in LESSONS.items()},
    record="fusion_edu.checks.progress:record",
    projects="fusion_edu.capstone.classes:grade_folder",
    project_file=ProjectFile(
        "submission.json", "fusion_edu.capstone.points:own_tasks", ("capstone", "submission.json")
    ),
)
