"""A kept mark is used again exactly as long as nothing that decides it has changed."""

import pytest

from fusion_edu.grading import decides
from fusion_edu.grading.batch import Settings
from fusion_edu.grading.submissions import Submission

ADA = Submission("ada", "x.ipynb", b'{"cells": [{"source": "def contrastive_loss(d, y, margin): ..."}]}')


@pytest.fixture(autouse=True)
def copied(tmp_path, monkeypatch):
    """Tasks and engine in a folder of the test's own."""
    tasks = tmp_path / "tasks"
    tasks.mkdir()
    for number in ("04", "15"):
        (tasks / f"lesson{number}.py").write_text(f"TASKS = [{number!r}]")
    (tmp_path / "judge.py").write_text("points = 60")
    monkeypatch.setattr(decides, "TASK_FOLDER", tasks)
    monkeypatch.setattr(decides, "ENGINE", (tmp_path,))
    return tmp_path


def key() -> str:
    decides.engine.cache_clear()
    decides.lesson.cache_clear()
    return Settings("secret").key(ADA)


def test_a_mended_reference_marks_its_lesson_again(copied):
    before = key()
    (copied / "tasks/lesson04.py").write_text("TASKS = ['mended']")
    assert key() != before


def test_another_lesson_is_left_alone(copied):
    before = key()
    (copied / "tasks/lesson15.py").write_text("TASKS = ['one mistake more']")
    assert key() == before


def test_another_rule_of_the_engine_marks_all_again(copied):
    before = key()
    (copied / "judge.py").write_text("points = 50")
    assert key() != before


@pytest.fixture(autouse=True)
def afterwards():
    yield
    decides.engine.cache_clear()
    decides.lesson.cache_clear()
