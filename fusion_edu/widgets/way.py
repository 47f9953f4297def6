"""Where a learner is on the way through the course, and what comes next: facts in, one sentence out."""

from collections.abc import Mapping
from dataclasses import dataclass

from fusion_edu.syllabus import Lesson
from fusion_edu.widgets.map_svg import State, exercises_at, lesson_at

Visits = Mapping[str, Mapping[str, object]]  # lesson number -> {"at": seconds since 1970}


@dataclass(frozen=True)
class Exercise:
    """A task of the course and what the learner has of it."""

    id: str
    title: str
    best: float
    points: float


@dataclass(frozen=True)
class Step:
    """What to do next, and the notebook in which to do it; ``to`` is "" where all is done."""

    words: str
    to: str


def last(visits: Visits, lessons: Mapping[str, Lesson]) -> str:
    """The lesson that was opened last; "" where none was. What is no time in a damaged file counts as never."""
    times = {n: at for n, visit in visits.items() if n in lessons and isinstance(at := visit.get("at"), int | float)}
    return max(times, key=times.__getitem__, default="")


def next_step(
    lessons: Mapping[str, Lesson], states: Mapping[str, State], visits: Visits, exercises: list[Exercise]
) -> Step:
    """The lesson that was begun last comes first, then the first that is not done: read it, then solve what is open."""
    waiting = [number for number in lessons if states[number].word != "done"]
    here = last(visits, lessons)
    if not waiting:
        return Step("Every lesson of this track is done. Choose a longer one, or a claim of your own to defend.", "")
    number = here if here in waiting else waiting[0]
    lesson = lessons[number]
    if number not in visits:
        return Step(f"Lesson {number}, {lesson.title}: about {lesson.minutes} minutes", lesson_at(lesson))
    for task in exercises:
        if task.id.split(".")[0] == number and task.best < task.points:
            return Step(f"Exercise {task.id}, {task.title}: {task.points:g} points", exercises_at(lesson))
    return Step(f"Lesson {number}, {lesson.title}", lesson_at(lesson))
