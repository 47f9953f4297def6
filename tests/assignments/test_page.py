"""docs/assignments.md: its commands are those that there are, and its points add up."""

import re
import shlex
from pathlib import Path

import pytest

from fusion_edu.__main__ import main
from fusion_edu.assignments import a3, a4, claims_notebooks, fuse, sensor
from fusion_edu.assignments.command import COURSES
from fusion_edu.autograder.course import find
from fusion_edu.syllabus import LESSONS

PAGE = (Path(__file__).parents[2] / "docs/assignments.md").read_text(encoding="utf-8")
TEACHING = (Path(__file__).parents[2] / "docs/teaching.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix(".venv/bin/fusion-edu ") for line in PAGE.splitlines() if line.startswith(".venv/bin/fusion-edu ")
]


@pytest.mark.parametrize("name", COURSES)
def test_the_first_command_makes_a_class(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text("id\nada\nbob\n")
    assert len(COMMANDS) == 2
    assert main(shlex.split(COMMANDS[0].replace("A1", name))) == 0
    assert Path(f"HANDOUT/ada/{name}.ipynb").exists()
    assert Path(f"MARKS/nbgrader/source/{name}/{name}.ipynb").exists()
    assert Path("MARKS/results.sqlite").exists()
    first = Path(f"HANDOUT/bob/{name}.ipynb").read_bytes()
    assert main(shlex.split(COMMANDS[0].replace("A1", name))) == 0
    assert Path(f"HANDOUT/bob/{name}.ipynb").read_bytes() == first


def after(text):
    """The lessons that stand in a text, and all that they build on."""
    found, left = set(), re.findall(r"\b\d\d\b", text)
    while left:
        number = left.pop()
        found.add(number)
        left += LESSONS[number].needs
    return found


@pytest.mark.parametrize(("name", "course"), [("A3", a3), ("A4", a4)])
def test_no_assignment_comes_before_its_lessons(name, course):
    """Its tasks are of lessons that were; a Shapley value, which A4's page asks for, is of 13."""
    needs = {task.partition(".")[0] for task in course.PARTS} | ({"13"} if name == "A4" else set())
    assert "Shapley" in claims_notebooks.SENSOR_WRITTEN
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| **{name}**"))
    assert needs <= after(row.split("|")[2])
    assert needs <= after(re.search(rf"{name} after ([\d, and]+)", TEACHING)[1])
    assert all(task in PAGE for task in course.PARTS)


def test_a_week_of_a_plan_has_ninety_minutes():
    (paragraph,) = (each for each in TEACHING.split("\n\n") if "weeks with 90 minutes" in each)
    plans = re.findall(r"\d\d(?: or \d\d)?(?: · \d\d(?: or \d\d)?)+", paragraph)
    assert [len(plan.split(" · ")) for plan in plans] == [12, 6]
    long = {number for plan in plans for number in re.findall(r"\d\d", plan) if LESSONS[number].minutes > 90}
    assert long == {"09"}
    assert f"Lesson 09 has {LESSONS['09'].minutes} minutes" in TEACHING
    assert f"00 ({LESSONS['00'].minutes} minutes) at home" in TEACHING
    for plan in plans:
        every = ["00", *re.findall(r"\d\d", plan)]
        assert all(set(LESSONS[n].needs) <= set(every[:at]) for at, n in enumerate(every)), plan


def test_the_points_add_up():
    points = {name: sum(task.points for task in find(where).tasks) for name, where in COURSES.items()}
    assert points == {"A1": 60, "A2": 80, "A3": 20, "A4": 20}
    assert 4 * (fuse.NUMBERS + fuse.KIND + fuse.FLOOR + fuse.DECISION) == 60
    assert sensor.NUMBERS + sensor.WORST + 2 * sensor.COVERED == 60
    assert [int(n) for n in re.findall(r"\*\*\w+\*\* \((\d+)\)", PAGE)] == [8, 8, 4]
