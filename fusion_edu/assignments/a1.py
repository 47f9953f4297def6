"""Assignment A1, the bug hunt, as a course of its own: the same marking as for the lessons, and ``assignment.csv`` beside it."""

from functools import partial

from fusion_edu.assignments.programs import PROGRAMS
from fusion_edu.autograder.check import check as check_of
from fusion_edu.autograder.course import Course

COURSE = Course(
    where="fusion_edu.assignments.a1:COURSE",
    tasks=tuple(program.task for program in PROGRAMS),
    library="fusion_edu",
    helpers=("fusion_edu.shapes",),
    lessons={"A1": "Bug hunt"},
    projects="fusion_edu.assignments.hunt:grade_folder",
    literals=("FOUND",),
)

check = partial(check_of, COURSE)
