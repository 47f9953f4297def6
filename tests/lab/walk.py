"""A walk through the course as a learner takes it: `start.py test --walk`, or `--walk 04 05` for two lessons.

Each lesson is run from top to bottom, its exercises are answered wrong and then right, and the home page counts it all.
It runs by request alone: no file of this name is collected.
"""

import re
import sys

import nbformat
import pytest
from lab_steps import ROOT, end_kernels, expect_no_error, opened, run_all, run_to, write
from playwright.sync_api import Locator, Page, expect

from fusion_edu.autograder.task import Task
from fusion_edu.syllabus import LESSONS
from fusion_edu.tasks import COURSE

sys.path.insert(0, str(ROOT / "tests/marking"))

import honest  # noqa: E402

PLAIN = re.compile(r"[^`$*_<>&\n]{12,}")  # words of a message that look the same on the page


def test_the_home_page_welcomes(page, lab):
    opened(page, lab, "notebooks/home.ipynb")
    expect(page.locator(".jp-Notebook").get_by_text("Welcome.").first).to_be_visible(timeout=120_000)
    expect_no_error(page)


@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson(page, lab, number):
    opened(page, lab, f"notebooks/{LESSONS[number].stem}.ipynb")
    run_all(page, 3600)
    expect_no_error(page)
    end_kernels(page, lab)


@pytest.mark.parametrize("number", LESSONS)
def test_the_exercises(page, lab, number):
    lesson, tasks = LESSONS[number], COURSE.lesson(number)
    path = f"notebooks/{lesson.stem}.ipynb"
    opened(page, lab, path)
    run_to(page, path, "widgets.header", ".jp-OutputArea-output", 120)  # now this is where the learner was last
    end_kernels(page, lab)

    opened(page, lab, f"exercises/{lesson.exercises}.ipynb")
    run_all(page, 600)
    solved = answers(f"solutions/{lesson.solutions}.ipynb")
    for task in tasks:
        wrong, words = mistaken(task)
        expect(answered(page, task, wrong)).to_contain_text(words, timeout=120_000)
        right = answered(page, task, solved[task.id])
        expect(right).to_contain_text(f"{task.points} of {task.points} points", timeout=120_000)
    expect_no_error(page)
    end_kernels(page, lab)

    opened(page, lab, "notebooks/home.ipynb")
    most = sum(task.points for task in tasks)
    standing = page.locator(".jp-Notebook").get_by_text(f"You were last in {number}")
    expect(standing).to_contain_text(f"{most} of {most} points", timeout=120_000)
    end_kernels(page, lab)


def answers(path: str) -> dict[str, str]:
    """Task -> the source of its answer in a notebook."""
    return {task: source for kind, task, source in _marked(path) if kind == "answer"}


def mistaken(task: Task) -> tuple[str, str]:
    """A cell with a mistake of the catalogue, and words by which the check names it."""
    cells = dict(honest.answers(task))
    found = ((mistake.id, PLAIN.match(mistake.message)) for mistake in task.mistakes)
    key, words = next((key, words[0].strip()) for key, words in found if words)
    return cells[f"mistake: {key}"], words


def answered(page: Page, task: Task, source: str) -> Locator:
    """Write an answer, run it and the check that comes next, and give the check's cell."""
    kinds = [(kind, of) for kind, of, _ in _marked(f"exercises/{LESSONS[task.lesson].exercises}.ipynb")]
    place = kinds.index(("answer", task.id))
    write(page, place, source)
    page.keyboard.press("Shift+Enter")
    return page.locator(".jp-CodeCell").nth(place + 1)


def _marked(path: str) -> list[tuple[str, str, str]]:
    """Of each code cell what nbgrader knows of it: "answer" or "check", the task, and the source."""
    code = [cell for cell in nbformat.read(ROOT / path, as_version=4).cells if cell.cell_type == "code"]
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id", "").split("-", 1) for cell in code]
    return [(kind[0], kind[-1].replace("-", "."), cell.source) for kind, cell in zip(ids, code, strict=True)]
