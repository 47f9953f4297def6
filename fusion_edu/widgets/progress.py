"""The map of the course: what needs what, and how far the learner is."""

from collections.abc import Mapping

import ipywidgets

from fusion_edu.syllabus import LESSONS, Lesson
from fusion_edu.widgets.form import box, output
from fusion_edu.widgets.map_svg import State, draw, image

Points = Mapping[str, tuple[float, float]]


def progress_map(points: Points | None = None, *, lessons: Mapping[str, Lesson] = LESSONS) -> None:
    """Show the lessons as a graph, each done, started or open, with its points.

    Args:
        points: task id ("04.2") -> (points, most points) of all tasks; default the learner's progress file,
            and then a button reads it again.
        lessons: number -> Lesson.
    """
    now = states(_read() if points is None else points, lessons)
    output(text=summary(now), live=_live(points, lessons), page=image(lessons, now, alt=summary(now)))


def _live(points: Points | None, lessons: Mapping[str, Lesson]) -> ipywidgets.VBox:
    """The drawing, which scrolls where the window is narrow, and a button that reads the progress file again."""
    wide = {"width": "100%", "overflow": "auto", "height": "auto"}
    drawing = ipywidgets.HTML(draw(lessons, states(_read() if points is None else points, lessons)), layout=wide)
    if points is not None:
        return box(drawing)
    layout = {"width": "auto", "align_self": "flex-start"}
    button = ipywidgets.Button(description="Refresh the map", icon="refresh", layout=layout)

    def refresh(_button: object) -> None:
        drawing.value = draw(lessons, states(_read(), lessons))

    button.on_click(refresh)
    return box(drawing, button)


def _read() -> Points:
    from fusion_edu.checks import TASKS, progress  # only here: a lesson that shows no map need not load the tasks

    done = progress.read()
    return {task.id: (done.get(task.id, {}).get("best", 0), task.points) for task in TASKS.values()}


def states(points: Points, lessons: Mapping[str, Lesson]) -> dict[str, State]:
    """Sum the tasks of each lesson: "04.2" belongs to lesson "04"."""
    found = {}
    for number in lessons:
        tasks = [pair for task, pair in points.items() if task.split(".")[0] == number]
        got, most = sum(p for p, _ in tasks), sum(m for _, m in tasks)
        word = "open" if got <= 0 else "started" if got < most else "done"
        found[number] = State(word, got, most)
    return found


def summary(now: Mapping[str, State]) -> str:
    """The map in one sentence."""
    done = sum(state.word == "done" for state in now.values())
    each = "; ".join(f"{number} {state}" for number, state in now.items())
    return f"Course map, {done} of {len(now)} lessons done. {each}."
