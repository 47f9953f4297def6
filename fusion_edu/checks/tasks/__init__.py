"""All tasks by id; one file a lesson of the syllabus."""

from importlib import import_module

from fusion_edu.syllabus import LESSONS

TASKS = {task.id: task for number in LESSONS for task in import_module(f"{__name__}.lesson{number}").TASKS}
