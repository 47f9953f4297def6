"""What a teacher gives by mistake is one sentence that says what to do; no option does nothing in silence, and no file is lost."""

import json
import os
import re
import sqlite3
import time
import zipfile
from pathlib import Path

import pytest
from attacks import RIGHT
from classroom import cells, notebook

from fusion_edu.__main__ import main
from fusion_edu.autograder import render
from fusion_edu.autograder.marking import batch, roster
from fusion_edu.autograder.marking.owner import reader
from fusion_edu.autograder.marking.store import Store
from fusion_edu.autograder.marking.submissions import find


class Nowhere:
    """A host for notebooks of which nothing is run."""

    tier = "none"

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture
def grade(tmp_path, monkeypatch, capsys):
    """Marks the empty notebook of Ann; exit status and what was said."""
    monkeypatch.setattr(batch, "open_host", lambda *given: Nowhere())
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.ipynb").write_bytes(b"")

    def run(*options: str, folder=tmp_path / "in") -> tuple[int, str]:
        status = main(["grade", str(folder), "--out", str(tmp_path / "out"), "--seed", "s", "--lesson", "04", *options])
        return status, capsys.readouterr().err

    return run


def test_options_that_would_do_nothing_are_refused(grade, tmp_path):
    for options, words in (
        (["--assignment", "Exercises (55)"], "add --format canvas"),
        (["--solutions", str(tmp_path / "none")], "is no folder"),
    ):
        status, said = grade(*options)
        assert status == 2
        assert words in said


def test_a_table_without_learners_is_said(grade):
    status, said = grade("--format", "canvas", "--format", "moodle")
    assert status == 0
    assert "canvas.csv has no learner" in said
    assert "moodle.csv has no learner" in said


def test_a_solution_that_cannot_be_read_is_named(grade, tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "04.ipynb").write_bytes(notebook(cells(RIGHT))[:-9])
    status, said = grade("--solutions", str(tmp_path / "solutions"))
    assert status == 2
    assert "solutions: 04.ipynb is no notebook" in said


def test_links_that_lead_in_a_circle(grade, tmp_path):
    (tmp_path / "round").symlink_to(tmp_path / "round")
    status, said = grade(folder=tmp_path / "round")
    assert status == 2
    assert "is no folder of submissions" in said


def test_marks_that_cannot_be_a_folder(grade, tmp_path):
    (tmp_path / "out").write_text("x")
    status, said = grade()
    assert status == 2
    assert said.startswith(f"{tmp_path / 'out'} cannot be used (File exists)")


def test_what_a_teacher_keeps_beside_the_pages_stays(grade, tmp_path):
    (tmp_path / "out" / "feedback" / "old.html").mkdir(parents=True)
    (tmp_path / "out" / "feedback" / "mine.html").write_text("mine")
    assert grade()[0] == 0
    assert (tmp_path / "out" / "feedback" / "mine.html").read_text() == "mine"


PLACES = {
    "Blackboard": [f"Ex4_user{n}_attempt_2026-11-01-10-00-00_04.ipynb" for n in range(3)],
    "Brightspace": [f"{n}-77 - Person {n} - Nov 1, 2026 900 PM/04.ipynb" for n in range(3)],
    "folders": ["ann/04.ipynb", "bob/04.ipynb"],
}


def zipped(folder, system):
    """The zip of a class, as a system names what is in it."""
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for name in PLACES[system]:
            archive.writestr(name, b"")


@pytest.mark.parametrize("system", PLACES)
@pytest.mark.parametrize("unpacked", [False, True])
def test_a_class_that_nothing_tells_apart_is_said(tmp_path, system, unpacked):
    zipped(tmp_path, system)
    if unpacked:
        with zipfile.ZipFile(tmp_path / "all.zip") as archive:
            archive.extractall(tmp_path / "all")
        (tmp_path / "all.zip").unlink()
    found = find(tmp_path)
    assert {each.learner for each in found} == {"all"}
    assert "--name-pattern" in found[0].note


def test_a_pattern_tells_the_learners_of_blackboard_apart(tmp_path):
    zipped(tmp_path, "Blackboard")
    found = find(tmp_path, reader("{name}_{login}_attempt_{file}"))
    assert {each.learner for each in found} == {"user0", "user1", "user2"}


def test_a_pattern_of_many_fields_costs_no_time():
    started = time.process_time()
    assert reader("{id}_{name}_{email}_{login}_{file}_Z")("a_" * 5000) is None
    assert time.process_time() - started < 1
    found = reader("x_{id}_{name}_hw{file}.v")("x_12_Ada_L_hw04_hw.v.ipynb")
    assert (found.id, found.name, found.file) == ("12", "Ada_L", "04_hw.ipynb")


@pytest.mark.parametrize("head", ["sep=;\r\n", '"sep=;"\n', "\n\n", " \r\n\r\nSEP=;\n\n"])
def test_what_excel_writes_above_the_heads(tmp_path, head):
    (tmp_path / "r.csv").write_bytes(f"{head}id;name\r\n7;Ada\r\n".encode())
    assert [person.id for person in roster.read(tmp_path / "r.csv").people] == ["7"]


@pytest.mark.parametrize("content", [b"PK\x03\x04 xlsx", "id\tname\n7\tAda\n".encode("utf-16-le"), b"\0" * 99])
def test_a_roster_that_is_no_text_says_how_to_save_it(tmp_path, content):
    (tmp_path / "r.csv").write_bytes(content)
    with pytest.raises(ValueError, match="save the table as CSV") as caught:
        roster.read(tmp_path / "r.csv")
    assert f"{caught.value}".isprintable()


DAMAGE = {
    "marks": [3, [{}], [None]],
    "note": [3, None],
    "seconds": ["x", None],
    "cells": [[1], {"x": "y"}, {"1": 2}],
    "hints": [3, [1]],
    "sources": [{"04.1": 1}],
    "shapes": [[1], {"04.1": []}, {"04.1": ["a", 1]}],
    "lesson": [None],
    "read": [None, 1],
    "own_cases": [None, 1],
}


@pytest.mark.parametrize("name", [*DAMAGE, "points", "outcome", "evidence", "learner"])
def test_a_result_that_is_damaged_inside_is_one_sentence(grade, tmp_path, name):
    assert grade()[0] == 0
    path = tmp_path / "out" / "results.sqlite"
    with sqlite3.connect(path) as connection:
        [text] = connection.execute("select content from results").fetchone()
    whole = json.loads(text)
    marks = [{"marks": [mark | {name: ["x"]} for mark in whole["marks"]]}]
    for change in [{name: each} for each in DAMAGE[name]] if name in DAMAGE else marks:
        with sqlite3.connect(path) as connection:
            if name == "learner":
                connection.execute("update results set learner = x'ff'")
            else:
                connection.execute("update results set content = ?", (json.dumps(whole | change),))
        status, said = grade()
        assert status == 2
        assert "spoilt result" in said


def test_a_store_that_another_program_holds_is_one_sentence(tmp_path, monkeypatch):
    Store(tmp_path / "results.sqlite").close()
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path: connect(path, timeout=0.1))
    with connect(tmp_path / "results.sqlite") as other:
        other.execute("begin exclusive")
        with pytest.raises(ValueError, match="end other runs"):
            Store(tmp_path / "results.sqlite")


def test_no_text_of_a_learner_turns_a_page_around():
    page = render.html("feedback.html", result={"learner": "\u202eada", "name": "\u2067x", "note": "\u200f", "marks": [], "cells": {}},
                       got=0, most=0, rows=[], hints={}, cells=[("1", "\u2066x")], anchor=str, said=str)  # fmt: skip
    assert not {chr(code) for code in render.OBEYED} & set(page)
    assert "\ufffdada" in page


@pytest.mark.skipif(os.name == "nt", reason="other devices there")
def test_a_scheduler_that_is_none_is_named(grade):
    pytest.importorskip("distributed")
    status, said = grade("--scheduler", "nonsense")
    assert status == 2
    assert "--scheduler nonsense cannot be reached" in said


def test_a_table_of_an_lms_without_the_points_of_projects_says_so(grade, tmp_path):
    assert "notebooks alone" not in grade("--format", "moodle")[1]
    project = tmp_path / "in" / "bob"
    project.mkdir()
    (project / "work.ipynb").write_bytes(b"")
    (project / "submission.json").write_text("{")
    status, said = grade("--format", "moodle")
    assert status == 0
    first, second = said.splitlines()[-2:]
    assert first == "moodle.csv holds the points of notebooks alone, not these:"
    assert second.startswith("bob: 0 of 36 points")


def test_one_learner_is_marked_anew_and_nobody_else(grade, tmp_path, monkeypatch):
    (tmp_path / "in" / "bob.ipynb").write_bytes(b"")
    assert grade()[0] == 0
    marked = []
    run = batch.run

    def noted(left, *given, **how):
        marked.append([each.learner for each in left])
        return run(left, *given, **how)

    monkeypatch.setattr(batch, "run", noted)
    assert grade()[0] == grade("--again", "bob")[0] == 0
    assert marked == [[], ["bob"]]
    assert len((tmp_path / "out" / "grades.csv").read_text().splitlines()) == 3
    status, said = grade("--again", "eve")
    assert (status, "--again eve: nobody" in said) == (2, True)


def test_the_secret_is_printed_for_who_marks_elsewhere(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(batch, "open_host", lambda *given: Nowhere())
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.ipynb").write_bytes(b"")
    marks = ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--lesson", "04"]
    assert main([*marks, "--secret"]) == 2
    assert main(marks) == 0
    capsys.readouterr()
    assert main([*marks, "--secret"]) == 0
    printed = capsys.readouterr().out.strip()
    with sqlite3.connect(tmp_path / "out" / "results.sqlite") as kept:
        assert kept.execute("select content from settings").fetchall() == [(printed,)]


@pytest.mark.parametrize("command", ["check", "grade"])
def test_every_option_is_told(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    docs = Path(__file__).parents[2] / "docs" / "grading.md"
    told = re.findall(r"--[a-z][a-z-]+", docs.read_text(encoding="utf-8"))
    assert len(options) > 4
    assert options <= {*told, "--out"}


def test_a_format_that_would_write_nothing_is_refused(grade, capsys):
    with pytest.raises(SystemExit):
        grade("--format", "csv")
    assert "invalid choice: 'csv'" in capsys.readouterr().err


def test_the_help_of_an_assignment_names_its_own_command(capsys):
    with pytest.raises(SystemExit):
        main(["assignment", "A1", "grade", "--help"])
    assert capsys.readouterr().out.startswith("usage: fusion-edu assignment A1 grade ")
