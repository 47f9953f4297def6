"""The same notebook marked by nbgrader and by otter-grader, both unmodified: seconds and processor seconds a submission."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import classroom  # of tests/marking

ROOT = Path(__file__).parents[2]
POINTS = {"04.2": ("contrastive_loss", 20), "04.3": ("triplet_loss", 10), "04.4": ("make_pairs", 10)}
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "peers"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
"""


def _cells(second: str) -> list[dict]:
    """The notebook of the tests with a line of imports, and its checks as nbgrader wants them."""
    found = classroom.cells(second)
    found[0]["source"] = ["from fusion_edu.checks import check\n", *found[0]["source"]]
    for number, cell in enumerate(found):
        own = cell["metadata"].get("nbgrader")
        cell |= {"id": f"cell-{number}", "execution_count": None}
        if own:
            asked = own["grade_id"].startswith("check")
            task = own["grade_id"].removeprefix("check-").replace("-", ".")
            own |= {"grade": asked, "solution": not asked, "locked": asked, "task": False, "schema_version": 3}
            own |= {"points": POINTS[task][1]} if asked else {}
    return found


def notebook(second: str) -> bytes:
    """A submission for nbgrader and for otter."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": _cells(second), "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}).encode()


def nbgrader(folder: Path, second: str, number: int) -> tuple[float, float]:
    """(wall clock, processor) seconds of ``nbgrader autograde`` for each of so many submissions, which must get full marks."""
    environment = _environment(sys.executable)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    _write(folder / "source" / "a" / "a.ipynb", notebook(second))
    _run([sys.executable, "-m", "nbgrader", "generate_assignment", "a"], folder, environment)
    for student in range(number):
        _write(folder / "submitted" / f"s{student}" / "a" / "a.ipynb", notebook(second))
    started = _clocks()
    _run([sys.executable, "-m", "nbgrader", "autograde", "a"], folder, environment)
    seconds = _since(started, number)
    _run([sys.executable, "-m", "nbgrader", "export"], folder, environment)
    marks = [line.split(",") for line in (folder / "grades.csv").read_text().splitlines()]
    column = marks[0].index("score")
    assert [float(row[column]) for row in marks[1:]] == [40.0] * number, marks
    return seconds


def otter(python: str, folder: Path, second: str, number: int) -> tuple[float, float]:
    """The same for ``otter run``, with the Python of an environment that has otter-grader and torch."""
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"show_hidden": True}))
        for task, (name, points) in POINTS.items():
            code = f">>> check({task!r}, {name}).points\n{points}"
            case = {"code": code, "hidden": False, "locked": False}
            suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
            test = {"name": f"q{task[3:]}", "points": points, "suites": [suite]}
            archive.writestr(f"tests/q{task[3:]}.py", f"OK_FORMAT = True\ntest = {test!r}\n")
    started = _clocks()
    for student in range(number):
        own = folder / f"s{student}"
        _write(own / "a.ipynb", notebook(second))
        command = [python, "-m", "otter", "run", "a.ipynb", "-a", "../autograder.zip", "-o", ".", "--no-logo"]
        _run(command, own, _environment(python))
        told = json.loads((own / "results.json").read_text())
        assert sum(test["score"] for test in told["tests"] if test.get("score")) == 40, told
    return _since(started, number)


def _clocks() -> tuple[float, float]:
    """Wall clock, and processor time of ended children."""
    times = os.times()
    return times.elapsed, times.children_user + times.children_system


def _since(started: tuple[float, float], number: int) -> tuple[float, float]:
    wall, processor = ((now - then) / number for now, then in zip(_clocks(), started, strict=True))
    return wall, processor


def _environment(python: str) -> dict[str, str]:
    """So that ``python``'s own programs are found, and the library."""
    path = str(Path(python).parent) + os.pathsep + os.environ["PATH"]
    return os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
