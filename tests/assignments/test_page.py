"""docs/assignments.md: its commands are those that there are, and its points add up."""

import re
import shlex
from pathlib import Path

import pytest

from fusion_edu.__main__ import main
from fusion_edu.assignments import fuse, sensor
from fusion_edu.assignments.command import COURSES
from fusion_edu.autograder.course import find

PAGE = (Path(__file__).parents[2] / "docs/assignments.md").read_text(encoding="utf-8")
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


def test_the_points_add_up():
    points = {name: sum(task.points for task in find(where).tasks) for name, where in COURSES.items()}
    assert points == {"A1": 60, "A2": 80, "A3": 20, "A4": 20}
    assert 4 * (fuse.NUMBERS + fuse.KIND + fuse.FLOOR + fuse.DECISION) == 60
    assert sensor.NUMBERS + sensor.WORST + 2 * sensor.COVERED == 60
    assert [int(n) for n in re.findall(r"\*\*\w+\*\* \((\d+)\)", PAGE)] == [8, 8, 4]
