"""``python -m fusion_edu check`` from end to end, and reading answers out of files."""

import json
import os
import subprocess
import sys

import pytest

from fusion_edu.__main__ import main
from fusion_edu.autograder import load
from fusion_edu.checks import TASKS

RIGHT = "def contrastive_loss(d, y, margin=1.0):\n    return (y * d**2 + (1 - y) * (margin - d).clamp(min=0) ** 2).sum() / (2 * len(d))\n"
NO_HALF = RIGHT.replace("(2 * len(d))", "len(d)")


def notebook(*sources):
    cells = [
        {"cell_type": "code", "source": s.splitlines(keepends=True), "metadata": {}, "outputs": []} for s in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def ask(tmp_path):
    def run(task, name, content, *options):
        if content is not None:
            (tmp_path / name).write_text(content)
        environment = os.environ | {"FUSION_EDU_HOME": str(tmp_path / "home"), "PYTHONPATH": os.getcwd()}
        command = [sys.executable, "-m", "fusion_edu", "check", task, str(tmp_path / name), *options]
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    return run


@pytest.fixture
def inside(tmp_path, capsys):
    """The same from this process, where the course is there already: status, and what was printed."""

    def run(task, name, content, *options):
        if content is not None:
            (tmp_path / name).write_text(content)
        status = main(["check", task, str(tmp_path / name), "--no-record", *options])
        return status, capsys.readouterr().out

    return run


def test_a_named_mistake_as_one_line_of_json(ask, tmp_path):
    done = ask("04.2", "answer.py", "print('noise')\n" + NO_HALF, "--json")
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    result = json.loads(done.stdout)
    assert result.pop("message").startswith("Your loss is twice ours")
    assert {name: result[name] for name in ("task", "outcome", "mistakes", "points")} == {
        "task": "04.2",
        "outcome": "incorrect",
        "mistakes": ["no half"],
        "points": 0,
    }
    assert json.loads((tmp_path / "home" / "checks.json").read_text())["04.2"]["tries"] == 1


def test_a_right_answer_in_a_notebook_by_name(inside):
    cells = "import torch\n%matplotlib inline\n", "1 / 0", RIGHT, 'check("04.2", contrastive_loss)'
    status, printed = inside("contrastive_loss", "answer.ipynb", notebook(*cells), "--json")
    assert (status, json.loads(printed)["outcome"], json.loads(printed)["points"]) == (0, "correct", 20)


def test_readable_text(inside):
    status, printed = inside("04.2", "answer.py", NO_HALF)
    assert status == 1
    assert "Not yet (0 of 20 points)" in printed
    assert "smallest failing input" in printed


def test_a_file_that_ends_the_program(ask):
    done = ask(
        "04.2", "answer.py", "def contrastive_loss(d, y, margin=1.0):\n    import os\n    os._exit(0)\n", "--json"
    )
    assert (done.returncode, json.loads(done.stdout)["outcome"], done.stderr) == (1, "raised", "")
    assert "ended the whole process" in json.loads(done.stdout)["message"]


@pytest.mark.thorough
def test_a_file_that_never_ends(ask):
    done = ask(
        "04.2", "answer.py", "def contrastive_loss(d, y, margin=1.0):\n    while True: pass\n", "--json", "--limit", "5"
    )
    assert (done.returncode, json.loads(done.stdout)["outcome"], done.stderr) == (1, "timed_out", "")
    assert "had not finished" in json.loads(done.stdout)["message"]


@pytest.mark.parametrize(
    ("task", "name", "content", "outcome", "words", "status"),
    [
        ("9.9", "answer.py", RIGHT, "", "task '9.9' is unknown", 2),
        ("04.2", "missing.py", None, "", "cannot be read", 2),
        ("04.2", "answer.py", "def contrastive_loss(:\n", "raised", "answer.py, line 1, is no Python", 1),
        ("04.2", "answer.py", "def other(): ...\n", "not_attempted", "defines no function contrastive_loss", 1),
    ],
)
def test_what_goes_wrong_is_one_sentence(inside, task, name, content, outcome, words, status):
    found, printed = inside(task, name, content, "--json")
    result = json.loads(printed)
    assert (result["outcome"], result.get("points", 0), found) == (outcome, 0, status)
    assert words in result["message"]


def test_tasks_are_listed(capsys):
    assert main(["tasks"]) == 0
    listed = capsys.readouterr().out
    assert listed.count("\n") == len(TASKS)
    assert "04.2  contrastive_loss(d, y, margin=1.0)  20 points" in listed


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ipynb", "{ not json", "cannot be parsed"),
        ("a.ipynb", "[]", "is no notebook"),
        ("a.ipynb", notebook("def f(:\n"), "code cell 1, line 1, is no Python"),
        ("a.ipynb", notebook("x = 1\n\nimport nowhere_to_be_found"), "code cell 1, line 3, fails"),
        ("a.py", "f = 1 / 0", "line 1, fails when it is run: ZeroDivisionError"),
        ("a.py", "import nowhere", "ModuleNotFoundError"),
        ("a.txt", "", "neither a .py nor an .ipynb"),
        ("a.py", "f = 3", "defines no function f"),
    ],
)
def test_a_bad_file_gives_one_sentence(tmp_path, name, content, words):
    (tmp_path / name).write_text(content)
    with pytest.raises(load.LoadError, match=words):
        load.function(tmp_path / name, "f")


def test_not_text_and_too_large(tmp_path):
    (tmp_path / "a.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(load.LoadError, match="is not UTF-8 text"):
        load.function(tmp_path / "a.py", "f")
    with open(tmp_path / "b.ipynb", "wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(load.LoadError, match="has more than 20 MB"):
        load.function(tmp_path / "b.ipynb", "f")


def test_the_last_definition_of_a_notebook_counts_and_trainings_do_not_run(tmp_path):
    source = notebook(
        "def f():\n    return 1",
        "def f():\n    return 2",
        "f = f if False else f\nwhile True:\n    pass",
        "broken = 1 / 0",
    )
    (tmp_path / "a.ipynb").write_text(source)
    assert load.function(tmp_path / "a.ipynb", "f")() == 2


MARGIN = "def f(d):\n    return d * HALF\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.py", "HALF = 1.0\nHALF /= 2\n" + MARGIN),
        ("a.py", "(HALF := 0.5)\n" + MARGIN),
        ("a.py", "if True:\n    HALF = 0.5\n" + MARGIN),
        ("a.py", "try:\n    import nowhere\nexcept ImportError:\n    HALF = 0.5\n" + MARGIN),
        ("a.py", "HALF = 0\nfor _ in range(5):\n    HALF += 0.1\n" + MARGIN),
        ("a.py", "TABLE = {}\nTABLE.update(half=0.5)\ndef f(d):\n    return d * TABLE['half']\n"),
        ("a.py", "from __future__ import annotations\nHALF = 0.5\ndef f(d: Nowhere):\n    return d * HALF\n"),
        ("a.py", "from dataclasses import dataclass\n@dataclass\nclass Half:\n    x: float = 0.5\ndef f(d):\n    return d * Half().x\n"),
        ("a.py", "from beside import HALF\n" + MARGIN),
        ("A.PY", "HALF = 0.5\n" + MARGIN),
        ("a.py", "text = 'a\u2028b'\nHALF = 0.5\n" + MARGIN),
        ("a.ipynb", notebook("%matplotlib inline\nHALF = 0.5\ndef f(d):\n    return (d\n        * HALF\n        if d\n        != 3 else d * 0.5)\n")),
        ("a.ipynb", notebook("files = !ls\nimport torch\ntorch.mean?\nHALF = 0.5\n" + MARGIN)),
        ("a.ipynb", notebook("%%time\nHALF = 0.5\n" + MARGIN)),
        ("A.IPYNB", notebook("def f(d):\n    return (d\n% 7) * 0.5")),
    ],
)  # fmt: skip
def test_python_is_read_as_python_reads_it(tmp_path, name, content):
    (tmp_path / "beside.py").write_text("HALF = 0.5\n")
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert load.function(tmp_path / name, "f")(3.0) == 1.5
