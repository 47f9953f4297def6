"""An autograder that names the mistake, and knows no course: a ``course.Course`` is handed over.

``check`` runs an answer in this process, ``selfcheck`` in one beside it, ``sandbox`` where no answer is and nothing can be
harmed; ``judge`` alone decides what came out of it, and ``marking`` does that for a class. docs/own_course.md says how to
use it for a course of your own.
"""

__all__: list[str] = []  # a course imports from the modules: case, check, course, task
