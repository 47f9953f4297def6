"""All tasks by id; one file a lesson."""

from . import lesson00, lesson01, lesson02, lesson03, lesson04

TASKS = {task.id: task for lesson in (lesson00, lesson01, lesson02, lesson03, lesson04) for task in lesson.TASKS}
