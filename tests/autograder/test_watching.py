"""``check --watch`` in this process: what it shows after each save, and how it ends. tests/marking/test_watch.py has it as a process."""

import json

import pytest
from small.tasks import COURSE, check

from fusion_edu.autograder.selfcheck import watch

INITIALS = "def initials(name):\n    return ''.join(w[0].upper() for w in name.split())\n"
REPEAT = "def repeat(text, times=2):\n    return text * times\n"
MENDED = "def repeat(text, times=2):\n    return ','.join([text] * times)\n"


def saved(*sources):
    cells = [{"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


class Checks:
    """Checks each cell's function here and now; a cell that is empty is a task that nobody has begun."""

    course = COURSE

    def prepare(self):
        """Nothing to do: each check is made here."""

    def check(self, cells, path):
        answers = []
        for task, name, cell in zip(("1.1", "1.3"), ("initials", "repeat"), cells, strict=True):
            scope = {}
            exec(cell.source or f"def {name}(*args):\n    raise NotImplementedError", scope)
            found = check(task, scope[name], seed=0)
            answers.append(found.as_json() | {"text": f"{found}"})
        return "1", answers


@pytest.fixture
def watched(tmp_path, monkeypatch, capsys):
    """Watch a file that is saved so; gives (exit status, the screens, what was recorded)."""

    def run(*saves, record=None):
        def versions(_path, stopped):
            yield from saves
            raise KeyboardInterrupt

        monkeypatch.setattr(watch, "versions", versions)
        (tmp_path / "x.ipynb").touch()
        kept = []
        keep = record or (lambda task, **what: kept.append((task, what["outcome"])))
        status = watch.watch(tmp_path / "x.ipynb", Checks(), keep)
        return status, capsys.readouterr().out.split("-" * 60)[1:], kept

    return run


def test_wrong_then_right(watched):
    status, screens, kept = watched(
        saved("", REPEAT), saved("", REPEAT), b"{", b"", saved(INITIALS, REPEAT), saved(INITIALS, MENDED)
    )
    first, broken, empty, second, third = screens
    assert "… 1.1" in first
    assert "✗ 1.3" in first
    assert "smallest failing input" in first
    assert "Next: 1.1" in first
    assert "read again when it is saved again" in broken
    assert "is empty" in empty
    assert "now right" in second
    assert "✗ 1.3" in second
    assert "All right!" in third
    assert "Stopped: " in third
    assert status == 0
    assert kept == [("1.1", "not_attempted"), ("1.3", "incorrect"), ("1.1", "correct"), ("1.3", "correct")]


def test_what_was_right_and_is_no_longer(watched):
    status, screens, _ = watched(saved(INITIALS, MENDED), saved(INITIALS, REPEAT))
    assert "no longer right" in screens[1]
    assert status == 1


def test_another_mistake_is_news(watched):
    _, screens, _ = watched(saved(INITIALS, REPEAT), saved(INITIALS, "def repeat(text, times=2):\n    return 1\n"))
    assert "changed" in screens[1]


def test_progress_that_cannot_be_kept_is_one_sentence(watched):
    def full(task, **what):
        raise OSError("no space left on device")

    _, screens, _ = watched(saved(INITIALS, MENDED), record=full)
    assert "Your progress was not saved: no space left on device." in screens[0]


def test_a_name_that_is_wrong_from_the_start_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        watch.watch(tmp_path / "none.ipynb", Checks(), lambda task, **what: None)
