"""The card at the top of a lesson: how long it takes, what it needs, what it runs on."""

import os
import time
from pathlib import Path

import torch

from fusion_edu import storage
from fusion_edu.syllabus import LESSONS, Lesson
from fusion_edu.widgets import answers
from fusion_edu.widgets.form import card, output

RUN_TIMES = Path(__file__).parent.parent / "run_times.json"  # {"04": 14}: processor time in seconds, by the builder


def header(number: str) -> None:
    """Show the card of one lesson, and note for the home page that the learner was here.

    Raises:
        ValueError: there is no lesson of this number.
    """
    if number not in LESSONS:
        raise ValueError(f"number is {number!r}, needs one of {', '.join(LESSONS)}")
    lesson = LESSONS[number]
    answers.save("visits", number, {"at": time.time()})
    facts = {"Reading and running": f"about {lesson.minutes} minutes", "Before it": _needs(lesson)}
    run = run_time(number)
    if run:
        facts["All cells"] = run
    facts["Device here"] = device_here()
    rows = "".join(f"<li><b>{name}:</b> {fact}</li>" for name, fact in facts.items())
    page = card(f'<b>Lesson {number} · {lesson.title}</b><ul style="margin:4px 0">{rows}</ul>')
    output(text=f"Lesson {number}: {lesson.title}; about {lesson.minutes} minutes", page=page)


def _needs(lesson: Lesson) -> str:
    links = [f'<a href="{LESSONS[n].stem}.ipynb">{n} {LESSONS[n].title}</a>' for n in lesson.needs]
    return ", ".join(links) or "nothing but some Python"


def run_time(number: str) -> str:
    """What the builder measured, in words; "" where it has not."""
    seconds = storage.read_json(RUN_TIMES, {}).get(number)
    if not isinstance(seconds, int | float):
        return ""
    return f"about {max(1, round(seconds))} s of work for one CPU core"


def device_here() -> str:
    """What torch would compute on here, in words."""
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()} (GPU)"
    if torch.backends.mps.is_available():
        return "Apple GPU"
    cores = os.cpu_count() or 1
    return f"CPU, {cores} core{'s' * (cores > 1)}; that is enough"
