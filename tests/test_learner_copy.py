"""The learner's folder: what the learner wrote survives every update, and nothing in it gives a result away."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("learner_copy", ROOT / "tools/learner_copy.py")
copy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(copy)
NAME = "exercises/04_exercises.ipynb"


def book(*sources: str, ran: bool = False) -> bytes:
    """A notebook of code cells, as it is handed out or as JupyterLab saves it after a run."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": ["7"]}] if ran else []
    cells = [
        {"cell_type": "code", "source": [s], "metadata": {}, "outputs": outputs, "execution_count": 1 if ran else None}
        for s in sources
    ]
    return json.dumps({"cells": cells, "metadata": {"widgets": {}} if ran else {}, "nbformat": 4}).encode()


def test_what_is_missing_is_written_and_the_rest_stays_byte_for_byte(tmp_path):
    assert copy.hand_out({NAME: book("a"), "docs/x.md": b"x"}, tmp_path) == []
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*") if path.name != copy.RECORD}
    assert len(times) == 2
    assert copy.hand_out({NAME: book("a"), "docs/x.md": b"x"}, tmp_path) == []
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())


@pytest.mark.parametrize("ran", [False, True])
def test_what_was_only_read_or_run_follows_the_course(tmp_path, ran):
    copy.hand_out({NAME: book("a")}, tmp_path)
    (tmp_path / NAME).write_bytes(book("a", ran=ran))
    assert copy.hand_out({NAME: book("b")}, tmp_path) == []
    assert (tmp_path / NAME).read_bytes() == book("b")


def test_a_changed_file_is_never_touched_and_the_new_one_lies_beside_once(tmp_path):
    copy.hand_out({NAME: book("a")}, tmp_path)
    (tmp_path / NAME).write_bytes(book("my answer", ran=True))
    assert copy.hand_out({NAME: book("a")}, tmp_path) == []
    (line,) = copy.hand_out({NAME: book("b")}, tmp_path)
    assert line == f"{NAME} has changed in the course; yours stays, and the new one is 04_exercises.new.ipynb"
    assert (tmp_path / NAME).read_bytes() == book("my answer", ran=True)
    assert (tmp_path / "exercises/04_exercises.new.ipynb").read_bytes() == book("b")
    assert copy.hand_out({NAME: book("b")}, tmp_path) == []
    assert (tmp_path / NAME).read_bytes() == book("my answer", ran=True)


def test_a_notebook_that_the_learner_runs_keeps_its_outputs(tmp_path):
    copy.hand_out({NAME: book("a")}, tmp_path)
    (tmp_path / NAME).write_bytes(book("a", ran=True))
    copy.hand_out({NAME: book("a")}, tmp_path)
    assert (tmp_path / NAME).read_bytes() == book("a", ran=True)


@pytest.mark.parametrize("record", [b"", b"[]", b"{", b'{"x": 3}', None])
def test_without_its_record_everything_there_is_the_learners(tmp_path, record):
    copy.hand_out({NAME: book("a")}, tmp_path)
    (tmp_path / copy.RECORD).unlink() if record is None else (tmp_path / copy.RECORD).write_bytes(record)
    assert len(copy.hand_out({NAME: book("b")}, tmp_path)) == 1
    assert (tmp_path / NAME).read_bytes() == book("a")


def test_a_notebook_that_is_no_notebook_is_the_learners_too(tmp_path):
    copy.hand_out({NAME: book("a")}, tmp_path)
    (tmp_path / NAME).write_bytes(b"not json")
    copy.hand_out({NAME: book("b")}, tmp_path)
    assert (tmp_path / NAME).read_bytes() == b"not json"


def test_a_file_that_left_the_course_goes_only_if_it_was_not_changed(tmp_path):
    copy.hand_out({"notebooks/a.ipynb": book("a"), "notebooks/b.ipynb": book("b")}, tmp_path)
    (tmp_path / "notebooks/b.ipynb").write_bytes(book("mine"))
    copy.hand_out({}, tmp_path)
    assert [path.name for path in tmp_path.glob("notebooks/*")] == ["b.ipynb"]


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    copy.hand_out({NAME: book("a")}, tmp_path)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copy.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        copy.hand_out({NAME: book("b")}, tmp_path)
    assert (tmp_path / NAME).read_bytes() == book("a")
    assert [path.name for path in (tmp_path / "exercises").iterdir()] == ["04_exercises.ipynb"]


@pytest.fixture(scope="module")
def files():
    return copy.course(ROOT)


def test_no_result_is_handed_out(files):
    for name, content in files.items():
        if name.startswith(copy.CLEARED) and name.endswith(".ipynb"):
            cells = [cell for cell in json.loads(content)["cells"] if cell["cell_type"] == "code"]
            assert not any(cell["outputs"] or cell["execution_count"] for cell in cells), name


def test_every_relative_link_of_a_notebook_leads_somewhere_in_the_folder(files):
    books = [name for name in files if name.endswith(".ipynb")]
    assert len(books) >= 3 * 14
    for name in books:
        assert set(copy.linked(name, files[name], ROOT)) <= files.keys()
    assert {"docs/tools.md", "docs/glossary.md"} <= files.keys()
    assert not any(name.startswith(("tests/", "tools/", "course/", "benchmarks/")) for name in files)


def test_an_old_python_can_read_the_file():
    import ast

    ast.parse((ROOT / "tools/learner_copy.py").read_text(), feature_version=(3, 8))
