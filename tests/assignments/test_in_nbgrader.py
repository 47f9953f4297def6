"""A1 and A4 go through the unmodified nbgrader, from the release to the feedback, and each task gets the mark of our marker."""

import csv
import shutil
import sys

import nbformat
import pytest
from nbgrader_steps import classroom, nbgrader

from fusion_edu.__main__ import main

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="grade needs Linux"),
]
WRONG = {  # an answer, what is changed in it, and the words of the feedback
    "A1": ("answer-A1-1", " / seen.sum()", " / len(y)", "missing labels count as perfect predictions"),
    "A4": ("answer-A4-2", "(1 - alpha)", "alpha", "your sets hold the truth with probability alpha only"),
}


@pytest.fixture(params=["A1", "A4"])
def handed_in(request, tmp_path):
    """A class of three: ada has the model solution, bob one wrong answer in it, cy hands in what was handed out."""
    name, out, marks = request.param, tmp_path / "out", tmp_path / "marks"
    (tmp_path / "class.csv").write_text("id\nada\nbob\ncy\n")
    made = ["--roster", str(tmp_path / "class.csv"), "--out", str(out), "--marks", str(marks), "--seed", "s" * 20]
    assert main(["assignment", name, *made]) == 0
    for who in ("ada", "bob"):
        each = marks / "solutions" / who / f"{name}.ipynb"
        book = nbformat.read(each if each.exists() else marks / "solutions" / f"{name}.ipynb", as_version=4)
        if who == "bob":
            where, right, wrong, _ = WRONG[name]
            cell = next(c for c in book.cells if c.metadata.get("nbgrader", {}).get("grade_id") == where)
            assert right in cell.source
            cell.source = cell.source.replace(right, wrong)
        nbformat.write(book, out / who / f"{name}.ipynb")
    return name, tmp_path


def test_from_release_to_feedback(handed_in):
    name, folder = handed_in
    course = folder / "class"
    classroom.lay_out(course, confined=False)
    shutil.copytree(folder / "marks/nbgrader/source", course / "source", dirs_exist_ok=True)
    nbgrader(course, "generate_assignment", name)
    released = (course / "release" / name / f"{name}.ipynb").read_text()
    assert "HIDDEN TESTS" not in released
    for who in ("ada", "bob", "cy"):
        shutil.copytree(folder / "out" / who, course / "submitted" / who / name)
    nbgrader(course, "autograde", name)
    nbgrader(course, "generate_feedback", name)
    assert main(["assignment", name, "grade", str(folder / "out"), "--out", str(folder / "marks")]) == 0
    with open(folder / "marks/grades.csv", encoding="utf-8-sig", newline="") as file:
        ours = {
            row["learner"]: {task: int(got) for task, got in row.items() if task.startswith(f"{name}.")}
            for row in csv.DictReader(file)
        }
    assert by_task(course, name) == ours
    most, handed_out = {"A1": (60, 10), "A4": (20, 0)}[name]  # one program of A1 is right as it is
    assert {who: sum(row.values()) for who, row in ours.items()} == {"ada": most, "bob": most - 10, "cy": handed_out}
    page = (course / "feedback/bob" / name / f"{name}.html").read_text(encoding="utf-8")
    assert WRONG[name][-1] in page


def by_task(course, name):
    """Points of each check, from nbgrader's gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return {
            each.student.id: {
                grade.name.removeprefix("check-").replace("-", "."): grade.score
                for notebook in each.notebooks
                for grade in notebook.grades
                if grade.name.startswith("check-")
            }
            for each in book.assignment_submissions(name)
        }
