"""A course about something else is checked in a notebook, on the command line and in the sandbox, with nbgrader and without."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.utils import determine_grade
from small.tasks import COURSE, check

from fusion_edu.autograder.marking.batch import Settings, run
from fusion_edu.autograder.marking.submissions import Submission
from fusion_edu.autograder.sandbox.host import NoSandbox

HERE = Path(__file__).parent
INITIALS = "def initials(name):\n    return ''.join(w[0].upper() for w in name.split())\n"
VOWELS = "from small.helpers import is_vowel\ndef vowels(text):\n    return sum(is_vowel(x) for x in text)\n"
NO_COMMA = "def repeat(text, times=2):\n    return text * times\n"
SOLVED = "from small import solved\ndef initials(name):\n    return solved.initials(name)\n"


def notebook(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python"}})


def answer(source, name):
    scope = {}
    exec(source, scope)
    return scope[name]


@pytest.mark.parametrize(
    ("task", "source", "name", "outcome", "mistakes"),
    [
        ("1.1", INITIALS, "initials", "correct", ()),
        ("1.1", INITIALS.replace(".upper()", ""), "initials", "incorrect", ("small",)),
        ("1.1", INITIALS.replace("w[0].upper()", "w[-1]"), "initials", "incorrect", ("small", "last")),
        ("1.1", SOLVED, "initials", "forbidden", ()),
        ("1.2", VOWELS, "vowels", "correct", ()),
        ("1.3", NO_COMMA, "repeat", "incorrect", ("no comma",)),
    ],
)
def test_in_this_process(task, source, name, outcome, mistakes):
    found = check(task, answer(source, name), seed=0)
    assert (found.outcome, found.mistakes) == (outcome, mistakes)
    assert outcome != "forbidden" or "small.helpers" in found.message


def test_a_statement_says_what_may_be_called():
    statement = COURSE.statement(COURSE.task("1.1"))
    assert "Of `small` your answer may call `small.helpers`, and nothing else." in statement


def test_in_a_notebook_and_for_nbgrader():
    book = notebook("from small.tasks import check", NO_COMMA, "check('1.3', repeat)", VOWELS, "check('1.2', vowels)")
    client = NotebookClient(book, resources={"metadata": {"path": str(HERE)}})
    client.execute(env=os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])})
    for position, points in ((2, 0), (4, 10)):
        cell = book.cells[position]
        cell.metadata["nbgrader"] = {
            "grade": True,
            "solution": False,
            "points": 10,
            "grade_id": "x",
            "schema_version": 3,
        }
        assert determine_grade(cell) == (points, 10)


def test_on_the_command_line(tmp_path):
    file = tmp_path / "x.ipynb"
    nbformat.write(notebook(INITIALS, VOWELS, NO_COMMA), file)
    command = [sys.executable, "-m", "fusion_edu.autograder", "--course", COURSE.where, "check", str(file), "--json"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["task"], each["outcome"], each["points"]) for each in found] == [
        ("1.1", "correct", 10),
        ("1.2", "correct", 10),
        ("1.3", "incorrect", 0),
    ], done.stderr
    assert done.returncode == 1


def test_in_the_sandbox():
    books = {"right": (INITIALS, VOWELS, NO_COMMA), "copied": (SOLVED, VOWELS)}
    handed = [Submission(who, "x.ipynb", nbformat.writes(notebook(*cells)).encode()) for who, cells in books.items()]
    try:
        found = {batch[0].learner: results[0]["marks"] for batch, results in run(handed, Settings(COURSE.where, "s"))}
    except NoSandbox as error:
        pytest.skip(f"submissions cannot be confined here: {error}")
    marks = {who: [(mark["outcome"], mark["points"], mark["mistakes"]) for mark in each] for who, each in found.items()}
    assert marks["right"] == [("correct", 10, []), ("correct", 10, []), ("incorrect", 0, ["no comma"])]
    assert marks["copied"] == [("forbidden", 0, []), ("correct", 10, []), ("not_attempted", 0, [])]
