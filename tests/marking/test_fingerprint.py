"""A kept mark is used again exactly as long as nothing that decides it has changed."""

import os

import pytest

from fusion_edu.autograder.marking import fingerprint
from fusion_edu.autograder.marking.batch import Settings
from fusion_edu.autograder.marking.submissions import Submission
from fusion_edu.tasks import COURSE

ADA = Submission("ada", "x.ipynb", b'{"cells": [{"source": "def contrastive_loss(d, y, margin): ..."}]}')


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Tasks and engine in a folder of the test's own."""
    for name in ("lesson04.py", "lesson15.py", "engine/judge.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("as it was")

    def file_of(function):
        return str(tmp_path / f"{function.__module__.rpartition('.')[2]}.py")

    monkeypatch.setattr(fingerprint.inspect, "getfile", file_of)
    monkeypatch.setattr(fingerprint, "ENGINE", tmp_path / "engine")
    return tmp_path


@pytest.mark.parametrize(("file", "again"), [("lesson04.py", True), ("lesson15.py", False), ("engine/judge.py", True)])
def test_what_decides_a_mark_and_nothing_else_marks_again(copied, file, again):
    before = Settings(COURSE.where, "secret").key(ADA)
    (copied / file).write_text("mended")
    os.utime(copied / file, ns=(1, 1))
    assert (Settings(COURSE.where, "secret").key(ADA) != before) == again
