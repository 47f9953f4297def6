"""Assignment A4, the sensor that was not there: two tasks, and predictions for every pattern of missing sensors."""

from dataclasses import replace
from functools import partial

from fusion_edu.autograder.check import check as check_of
from fusion_edu.tasks import COURSE as LESSONS

PARTS = ("10.2", "12.5")

COURSE = replace(
    LESSONS,
    where="fusion_edu.assignments.a4:COURSE",
    tasks=tuple(replace(LESSONS.task(of), id=f"A4.{n}", points=10) for n, of in enumerate(PARTS, 1)),
    lessons={"A4": "The sensor that was not there"},
    record="",
    project_file=None,
    projects="fusion_edu.assignments.sensor:grade_folder",
)

check = partial(check_of, COURSE)
