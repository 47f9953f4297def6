"""What is read of a file, and what a course and a command line are told of wrong names and numbers."""

import dataclasses
import json
import threading

import pytest

from fusion_edu.autograder import execute, limit, load, notebook, static
from fusion_edu.autograder.cli import main
from fusion_edu.autograder.course import find
from fusion_edu.autograder.notebook import Cell, Unreadable, plain_python
from fusion_edu.tasks import COURSE


def cells(*sources):
    return [Cell(number, source, "") for number, source in enumerate(sources, 1)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"[1, 2", "is no notebook"),
        (b"[1, 2]", "is no notebook"),
        (b'{"cells": 3}', "its cells are no list of cells"),
        (b'{"cells": [1]}', "its cells are no list of cells"),
        (b'{"cells": [{"cell_type": "markdown", "source": "x"}]}', "has no code cell"),
    ],
)
def test_what_is_no_notebook_is_one_sentence(content, words):
    with pytest.raises(Unreadable, match=words) as told:
        notebook.read(content, "mine.ipynb")
    assert "mine.ipynb" in str(told.value)
    assert "\n" not in str(told.value)


def test_more_cells_than_anybody_writes_are_refused(monkeypatch):
    monkeypatch.setattr(notebook, "MOST_CELLS", 2)
    data = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}] * 3}).encode()
    with pytest.raises(Unreadable, match="has 3 code cells, needs at most 2"):
        notebook.read(data, "mine.ipynb")


def test_other_languages_and_broken_python_are_left_as_they_are():
    assert plain_python("%%bash\nrm -rf x") == ""
    assert plain_python("%%time\nx = 1").strip() == "x = 1"
    assert plain_python("def f(:\n  pass").strip() == "def f(:\n  pass"


def test_plain_values_are_read_and_nothing_is_run():
    found = static.literals(cells("a = {'x': [1, 2.5, None]}\nb = print('ran')", "a, c = 1, 2", "d = 1e999"), "abcd")
    assert found == {"a": '{"x": [1, 2.5, null]}'}
    assert static.literals(cells("a = 1", "a = [2]"), ["a"]) == {"a": "[2]"}
    assert static.literals(cells(f"a = '{'x' * static.LONGEST_LITERAL}'"), ["a"]) == {}


def test_a_failure_in_words():
    failures = execute.run("x = 1\ny = 1 / 0\nz = x", "mine.py", scope := {})
    assert [str(failure) for failure in failures] == ["line 2: ZeroDivisionError: division by zero"]
    assert scope["z"] == 1
    assert str(execute.run("def f(:", "mine.py", {})[0]).startswith("line 1 is no Python: ")
    assert str(execute.Failure(None, "too deep")) == "it is no Python: too deep"


def test_an_error_that_cannot_even_be_told():
    source = "class Odd(Exception):\n    def __str__(self): raise RuntimeError\nraise Odd"
    assert [failure.text for failure in execute.run(source, "mine.py", {})] == ["Odd: "]


def test_magics_stand_in_for_ipython_and_do_nothing():
    loaded = load.Loaded(
        cells("get_ipython().run_line_magic('matplotlib', 'inline')\ndef f(x):\n    return x"), "m.ipynb", ["f"]
    )
    assert loaded.function("f")(3) == 3
    assert loaded.scope["display"].anything(1)(2) is loaded.scope["display"]
    with pytest.raises(AttributeError):
        loaded.scope["display"].__len__()
    with pytest.raises(load.LoadError, match=r"m\.ipynb defines no function g") as told:
        loaded.function("g")
    assert told.value.outcome == "not_attempted"


def test_a_cell_that_does_not_finish_costs_its_functions(monkeypatch):
    monkeypatch.setattr(load, "CELL_SECONDS", 0.2)
    slow = "import os\nn = 0\nwhile n >= 0:\n    n += 1\ndef f(x):\n    return n"
    loaded = load.Loaded(cells(slow, "def g(x):\n    return x"), "m.ipynb", ["f", "g"])
    assert loaded.function("g")(1) == 1
    with pytest.raises(load.LoadError, match=r"did not finish within 0\.2 s") as told:
        loaded.function("f")
    assert told.value.outcome == "timed_out"


def test_outside_the_main_thread_nothing_is_stopped():
    told = []

    def work():
        with limit.seconds(0.01) as limited:
            told.append(limited)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert told == [False]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("no_such_module:COURSE", "cannot be imported"),
        ("fusion_edu.tasks:NONE", "cannot be imported"),
        ("fusion_edu.tasks:TASKS", "is a dict, needs a Course"),
    ],
)
def test_a_course_that_is_none_is_named(where, words):
    with pytest.raises(ValueError, match=words):
        find(where)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "class", "--out", "o", "--workers", "0"], "'0' is no number of processes, needs 1 to 1000"),
        (["check", "a.ipynb", "--limit", "-1"], "'-1' is no number of seconds, needs more than 0"),
        (["check", "a.ipynb", "--limit", "soon"], "'soon' is no number of seconds, needs more than 0"),
    ],
)
def test_a_number_that_is_none_is_refused(capsys, arguments, words):
    with pytest.raises(SystemExit):
        main(arguments, course="fusion_edu.tasks:COURSE")
    assert words in capsys.readouterr().err


def test_check_needs_a_notebook_or_a_task_and_a_file(capsys):
    assert main(["check", "mine.py"], course="fusion_edu.tasks:COURSE") == 2
    assert "check needs a notebook, or a task and a file" in capsys.readouterr().err


def test_what_an_answer_may_call_is_one_sentence():
    assert dataclasses.replace(COURSE, library="").rule == ""
    assert dataclasses.replace(COURSE, helpers=()).rule == "Your answer may call nothing of `fusion_edu`."
