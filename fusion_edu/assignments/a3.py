"""Assignment A3, fuse or don't fuse: two fusions to write, and four data sets of the learner's own to decide about."""

from dataclasses import replace
from functools import partial

from fusion_edu.autograder.check import check as check_of
from fusion_edu.tasks import COURSE as LESSONS

PARTS = ("05.3", "06.3")

COURSE = replace(
    LESSONS,
    where="fusion_edu.assignments.a3:COURSE",
    tasks=tuple(replace(LESSONS.task(of), id=f"A3.{n}", points=10) for n, of in enumerate(PARTS, 1)),
    lessons={"A3": "Fuse or don't fuse"},
    record="",
    project_file=None,
    projects="fusion_edu.assignments.fuse:grade_folder",
)

check = partial(check_of, COURSE)
