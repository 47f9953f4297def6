"""``check FILE.ipynb``, once and with ``--watch``: a real process, and a file that is saved, broken and mended while it looks."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from attacks import RIGHT
from classroom import cell, cells, notebook

from fusion_edu.__main__ import main
from fusion_edu.autograder.selfcheck.watch import versions

ROOT = Path(__file__).parents[2]
BROKEN = RIGHT.replace("return (", "return ((")
ALL = "04.2", "04.3", "04.4"  # of the five tasks of lesson 04, those that the notebook holds


class Watched:
    """A running ``check --watch``, and what it shows, one screen after the other."""

    def __init__(self, file: Path, home: Path) -> None:
        own = {"FUSION_EDU_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "fusion_edu", "check", str(file), "--watch"]
        self.process = subprocess.Popen(
            command, env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def screen(self, end: str) -> str:
        """What comes until a line that holds ``end``; nothing more is waited for."""
        text = ""
        while end not in text.rpartition("\n---")[2]:
            line = self.lines.get(timeout=120)
            assert line, f"it ended: {text}"
            text += line
        return text

    def stop(self) -> str:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            pytest.fail(f"it does not stop; it showed {list(self.lines.queue)}")
        return "".join(iter(lambda: self.lines.get(timeout=10), ""))


@pytest.fixture
def watched(tmp_path):
    started = []

    def start(file):
        started.append(Watched(file, tmp_path / "home"))
        return started[0]

    yield start
    for each in started:
        each.process.kill()


@pytest.mark.thorough
@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is no signal there")
def test_a_working_hour(watched, tmp_path):
    """Wrong, saved without a change, half-saved, broken in one cell, mended, gone and back, stopped."""
    file = tmp_path / "x.ipynb"
    file.write_bytes(notebook(cells(RIGHT.replace(".mean()", ".sum()"))))
    watch = watched(file)
    first = watch.screen("Ctrl+C")
    assert "✗ 04.3" in first
    assert "✓ 04.2" in first
    assert "30 of 70 points" in first
    assert "smallest failing input" in first
    assert "Next: 04.1" in first
    book = json.loads(file.read_bytes())
    book["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    file.write_text(json.dumps(book))  # no line of code changed: this shows nothing
    file.write_bytes(file.read_bytes()[:200])
    assert "cannot be parsed" in watch.screen("saved again")
    file.write_bytes(notebook(cells(BROKEN)))
    broken = watch.screen("Ctrl+C")
    assert "is no Python" in broken
    assert "✓ 04.2" in broken, "a cell that cannot be read cost another one"
    assert "04.3" in broken
    file.unlink()
    file.write_bytes(notebook(cells(RIGHT)))
    mended = watch.screen("Ctrl+C")
    assert "now right" in mended
    assert "40 of 70 points" in mended
    assert "Traceback" not in (said := watch.stop())
    assert "Stopped: 40 of 70 points" in said
    assert watch.process.returncode == 1
    tries = json.loads((tmp_path / "home" / "checks.json").read_text())
    assert {task: tries[task]["tries"] for task in ALL} == {"04.2": 1, "04.3": 3, "04.4": 1}


def test_an_interrupt_whose_exception_was_lost_still_stops(tmp_path):
    file, stopped = tmp_path / "x.ipynb", threading.Event()
    file.write_bytes(b"{}")
    found = versions(file, stopped)
    assert next(found) == b"{}"
    stopped.set()
    assert list(found) == []


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("    import os\n    os._exit(3)\n", "ended the whole process"),
        ("    while True:\n        pass\n", "had not finished"),
        ("    raise KeyError('here')\n", "raised KeyError"),
    ],
)
def test_a_bad_answer_costs_itself_alone(body, words, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path / "home"))
    file = tmp_path / "x.ipynb"
    file.write_bytes(notebook(cells("def triplet_loss(d_pos, d_neg, margin=0.2):\n" + body)))
    assert main(["check", str(file)]) == 1
    said = capsys.readouterr().out
    assert words in said
    assert "✗ 04.3" in said
    assert "✓ 04.2" in said
    assert "✓ 04.4" in said


def test_what_an_earlier_cell_did_and_a_renamed_function_count(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path / "home"))
    content = cells(RIGHT.replace("triplet_loss", "my_triplets").replace("return", "return TABLE['one'] *"))
    content.insert(1, cell("TABLE = {}\nfor name in ['one']:\n    TABLE[name] = 1\nprint('noise')"))
    (tmp_path / "x.ipynb").write_bytes(notebook(content))
    assert main(["check", str(tmp_path / "x.ipynb")]) == 1
    assert "✓ 04.3" in capsys.readouterr().out


@pytest.mark.thorough
def test_a_solution_is_all_right_and_an_exercise_says_where_to_begin(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path / "home"))
    assert main(["check", str(ROOT / "solutions/00_solutions.ipynb")]) == 0
    assert "All right! Next: lesson 01" in capsys.readouterr().out
    assert main(["check", str(ROOT / "exercises/00_exercises.ipynb")]) == 1
    assert "Next: 00.1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [("none.ipynb", None, "No such file"), ("x.ipynb", b"{", "cannot be parsed"), ("x.ipynb", b"", "is empty")],
)
def test_a_file_that_is_none_is_one_sentence(name, data, words, tmp_path, capsys):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    for also in ([], ["--watch"])[: 1 if data is not None else 2]:
        assert main(["check", str(tmp_path / name), *also]) == 2
        assert words in capsys.readouterr().err


def test_a_notebook_for_no_lesson(tmp_path, capsys):
    (tmp_path / "x.ipynb").write_bytes(notebook([cell("x = 1")]))
    assert main(["check", str(tmp_path / "x.ipynb")]) == 1
    assert "holds no answer to any task of the course" in capsys.readouterr().out
