"""Marks come back to Canvas and Moodle under their own ids and heads, and a learner has one row over all lessons."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

from fusion_edu.autograder.marking import learners, lms, roster
from fusion_edu.autograder.marking.class_page import class_page
from fusion_edu.autograder.marking.handed_in import Submission
from fusion_edu.autograder.marking.owner import Owner
from fusion_edu.autograder.marking.returned import moodle_zip
from fusion_edu.tasks import COURSE


def result(learner, lesson, got, name="x.ipynb", note=""):
    """A marked notebook: ``got`` points in its first task, none elsewhere."""
    marks = [
        {"task": task.id, "title": task.title, "outcome": "correct" if first and got else "not_attempted", "points": got * first,
         "max_points": task.points, "mistakes": ["no half"] if first else []}
        for first, task in ((at == 0, task) for at, task in enumerate(COURSE.lesson(lesson)))
    ]  # fmt: skip
    rest = {"sources": {marks[0]["task"]: "x"}, "read": True}
    return {"learner": learner, "name": name, "lesson": lesson, "note": note, "marks": marks} | rest


RESULTS = [
    result("1001", "04", 15),
    result("1001", "05", 7),
    result("1002", "04", 3, "old.ipynb"),
    result("1002", "04", 11, "new.ipynb"),
    result("1003", "04", 5, note="handed in late"),
]
MOST = {lesson: sum(task.points for task in COURSE.lesson(lesson)) for lesson in ("04", "05")}
EXPORT = """Student,ID,SIS User ID,SIS Login ID,Section,"Exercises (55)"
    Points Possible,,,,,140
"Müller, Ada",1001,u1,ada,A,
"Müller, Ada",1002,u2,ada2,B,
"=Missing, Mia",1010,u10,mia,B,
"""
SHEET = """Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 2001,Ada Müller,1001,ada@x.org,Submitted,,100.00,Yes,"Saturday, 28 November 2026, 9:00 PM",-,
Participant 2002,Ada Müller,1002,ada2@x.org,Submitted,,100.00,Yes,-,-,
Participant 2010,Mia,1010,mia@x.org,No submission,,100.00,Yes,-,-,
"""


def table(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def known(tmp_path, text, system, numbers):
    """The learners of RESULTS, with a roster of this text and the numbers that the system gave."""
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    read = roster.read(tmp_path / "roster.csv")
    handed = [Submission(who, "x", owner=Owner(system, who, number=number)) for who, number in numbers.items()]
    return read, learners.by_learner(RESULTS, learners.people(handed, read))


def test_canvas_gets_its_own_ids_and_a_column_a_lesson(tmp_path):
    _, rows = known(tmp_path, EXPORT, "canvas", {"1001": "1001", "1002": "1002", "1003": ""})
    text = lms.canvas(rows, MOST)
    head, possible, *people = table(text)
    assert not text.startswith("\ufeff")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lesson 04", "Lesson 05"]
    assert possible[0].strip() == "Points Possible"
    assert possible[5:] == [f"{MOST['04']}", f"{MOST['05']}"]
    assert people[0] == ["Müller, Ada", "1001", "u1", "ada", "A", "15", "7"]
    assert people[1] == ["Müller, Ada", "1002", "u2", "ada2", "B", "11", ""]
    assert people[2] == ["'=Missing, Mia", "1010", "u10", "mia", "B", "", ""]
    assert people[3][1:] == ["1003", "", "", "", "5", ""]  # not on the roster: Canvas's own number is all there is


def test_canvas_gets_the_sum_where_an_assignment_is_named(tmp_path):
    _, rows = known(tmp_path, EXPORT, "canvas", {})
    head, possible, *people = table(lms.canvas(rows, MOST, "Exercises (55)"))
    assert head[5:] == ["Exercises (55)"]
    assert possible[5:] == [f"{MOST['04'] + MOST['05']}"]
    assert [row[5] for row in people] == ["22", "11", ""]  # 1003 has no number of Canvas


def test_moodle_gets_its_worksheet_back(tmp_path):
    read, rows = known(tmp_path, SHEET, "moodle", {"1001": "2001", "1002": "2002"})
    text = lms.moodle(rows, MOST, read.heads)
    assert text.startswith("\ufeff")
    got, want = table(text), table(SHEET)
    assert got[0] == want[0]
    for mine, theirs in zip(got[1:], want[1:], strict=True):
        assert [cell for at, cell in enumerate(mine) if at not in (5, 10)] == [
            cell for at, cell in enumerate(theirs) if at not in (5, 10)
        ]
    assert [row[5] for row in got[1:]] == ["22", "11", ""]
    assert "04.1" in got[1][10]
    assert "no half" in got[1][10]
    assert got[3][10] == ""


def test_moodle_without_a_worksheet(tmp_path):
    _, rows = known(tmp_path, EXPORT, "moodle", {"1001": "2001"})
    head, row = table(lms.moodle(rows, MOST))
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(head)
    assert (row[head.index("Identifier")], row[head.index("Grade")]) == ("Participant 2001", "22")
    assert row[head.index("Maximum Grade")] == f"{sum(MOST.values())}"


def test_a_row_for_each_learner(tmp_path):
    _, rows = known(tmp_path, EXPORT, "canvas", {"1003": "1003"})
    text = lms.table(rows, MOST)
    assert text.startswith("\ufeff")
    by_id = {row["id"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    assert [by_id[one]["points"] for one in ("1001", "1002", "1003", "1010")] == ["22", "11", "5", "0"]
    assert by_id["1001"]["max_points"] == f"{sum(MOST.values())}"
    assert by_id["1002"]["note"] == "2 notebooks for lesson 04: new.ipynb counts"
    assert by_id["1003"]["note"] == "not on the roster; handed in late"
    assert by_id["1010"]["note"] == "handed in nothing"
    assert by_id["1010"]["04"] == ""


@pytest.mark.parametrize("order", [1, -1])
def test_the_best_notebook_counts_in_any_order(order):
    [row] = learners.by_learner(RESULTS[2:4][::order], {})
    assert (row.total, row.points("04"), row.points("05")) == (11, 11, None)


def test_no_cell_of_a_roster_comes_back_as_a_formula(tmp_path):
    read, rows = known(tmp_path, SHEET.replace("ada@x.org", "=1+1@x.org"), "moodle", {"1001": "2001"})
    assert table(lms.moodle(rows, MOST, read.heads))[1][3] == "'=1+1@x.org"
    _, rows = known(tmp_path, EXPORT.replace(",ada,", ",=1+1,"), "canvas", {})
    assert table(lms.canvas(rows, MOST))[2][3] == "'=1+1"


def test_a_whole_course_handed_in_counts_with_the_notebook_of_the_lesson():
    other = [
        result("ada", "04", 0, name, f"{name} is for another lesson") | {"sources": {}}
        for name in ("03.ipynb", "05.ipynb")
    ]
    spoilt = result("ada", "04", 0, "cut.ipynb", "cut.ipynb is empty") | {"sources": {}, "read": False}
    alone = result("bob", "04", 0, "03.ipynb", "03.ipynb is for another lesson") | {"sources": {}}
    handed = [other[0], result("ada", "04", 15, "04.ipynb"), other[1], spoilt, alone]
    kept = learners.for_lesson(handed, "04")
    assert [each["name"] for each in kept] == ["04.ipynb", "cut.ipynb", "03.ipynb"]
    assert kept[0]["note"] == "2 notebooks without an answer to lesson 04 left out"
    assert kept[2] == alone
    assert learners.for_lesson(handed, "") == handed


def test_what_is_no_notebook_is_not_counted_as_one():
    text = result("ada", "04", 0, "onlinetext.html", "onlinetext.html is no notebook") | {"sources": {}, "read": False}
    untouched = result("ada", "04", 0, "work.ipynb")
    for handed in ([text, untouched], [untouched, text]):
        [row] = learners.by_learner(handed, {})
        assert row.note == "onlinetext.html is no notebook"
        assert row.best["04"]["name"] == "work.ipynb"
    [row] = learners.by_learner([text], {})
    assert row.points("04") == 0


def test_the_class_page_counts_learners_not_files():
    handed = [
        result("ada", "04", 0, "report.pdf") | {"read": False},
        result("ada", "04", 3, "old.ipynb"),
        result("ada", "04", 35, "new.ipynb"),
        result("bob", "04", 14),
    ]
    timed = [each | {"cells": {}, "hints": [], "shapes": {}, "seconds": 1.0} for each in handed]
    absent = roster.Person("mia")
    people = learners.by_learner(timed, {"mia": absent})
    page = class_page(COURSE, timed, people)
    assert MOST["04"] == 70
    assert "3 learners, 4 submissions" in page
    assert "median mark of those who handed in 35 %" in page  # of 50 % and 20 %
    row = page[page.index("Marks of the class") :].partition("</table>")[0].rpartition("<tr>")[2]
    assert re.findall(r">(\w+)<", row) == ["learners", *"0010010000"]


@pytest.mark.parametrize(
    ("written", "says"), [("100.00", True), ("10", True), ("70.00", False), ("70,00", False), ("-", False)]
)
def test_another_maximum_in_the_worksheet_is_said(tmp_path, written, says):
    (tmp_path / "roster.csv").write_text(SHEET.replace("100.00", f'"{written}"'), encoding="utf-8")
    people = roster.read(tmp_path / "roster.csv").people
    said = lms.maxima(people, {"04": 70}, ["moodle"])
    assert len(said) == says
    assert all(f"is {written}, and 70 points" in line and "Moodle's assignment to 70" in line for line in said)
    assert lms.maxima(people, {"04": 70}, ["canvas"]) == lms.maxima(people, {}, ["moodle"]) == []


def test_the_points_of_each_lesson_are_told():
    text = (Path(__file__).parents[2] / "docs" / "teaching.md").read_text(encoding="utf-8")
    told = re.search(r"Points of the lessons:\s+([\d ·]+)\.", text)[1]
    found = {}
    for task in COURSE.tasks:
        found[task.lesson] = found.get(task.lesson, 0) + task.points
    assert {lesson: int(points) for lesson, points in map(str.split, told.split(" · "))} == found


def test_moodle_gets_the_pages_under_the_numbers_of_its_participants(tmp_path):
    _, rows = known(tmp_path, SHEET, "moodle", {"1001": "2001", "1002": "2002"})
    data = moodle_zip(rows, lambda result: f"{result['name']} {result['learner']} \ud800")
    assert data == moodle_zip(rows, lambda result: f"{result['name']} {result['learner']} \ud800")
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            _, number, kind, plugin, file = name.split("_", 4)  # as Moodle reads it
            assert (kind, plugin) == ("assignfeedback", "file")
            found.setdefault(number, {})[file] = archive.read(name).decode()
    assert found == {
        "2001": {"feedback-04.html": "x.ipynb 1001 ?", "feedback-05.html": "x.ipynb 1001 ?"},
        "2002": {"feedback-04.html": "new.ipynb 1002 ?"},
    }
