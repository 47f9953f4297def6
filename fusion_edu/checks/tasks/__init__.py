"""All tasks by id; one file a lesson."""

from . import (
    lesson00,
    lesson01,
    lesson02,
    lesson03,
    lesson04,
    lesson05,
    lesson06,
    lesson07,
    lesson08,
    lesson09,
    lesson12,
    lesson14,
    lesson15,
    lesson18,
)

LESSONS = (
    lesson00,
    lesson01,
    lesson02,
    lesson03,
    lesson04,
    lesson05,
    lesson06,
    lesson07,
    lesson08,
    lesson09,
    lesson12,
    lesson14,
    lesson15,
    lesson18,
)
TASKS = {task.id: task for lesson in LESSONS for task in lesson.TASKS}
