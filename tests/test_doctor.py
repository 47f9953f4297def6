"""The doctor finds what is missing, names the command that mends it, and changes nothing."""

import importlib.util
from pathlib import Path

import pytest

from fusion_edu.data import fetch

spec = importlib.util.spec_from_file_location("doctor", Path(__file__).parent.parent / "tools/doctor.py")
doctor = importlib.util.module_from_spec(spec)
spec.loader.exec_module(doctor)


def test_all_is_well_here(capsys):
    assert doctor.main() == 0
    text = capsys.readouterr().out
    assert "all as pinned" in text
    assert "All is well." in text
    assert "MISSING" not in text


def test_missing_data_are_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path / "empty"))
    assert doctor.main() == 1
    text = capsys.readouterr().out
    assert text.count("MISSING") == len(fetch.FIRST_LESSONS)
    assert "To mend it: python3 start.py" in text
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize(
    ("line", "words"), [("torch==0.0.1", "torch is"), ("nothing-at-all==1.0", "nothing-at-all is missing, needs 1.0")]
)
def test_another_version_is_named(monkeypatch, tmp_path, line, words):
    (tmp_path / "requirements.txt").write_text(line + "\n")
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    assert words in doctor.packages()[0]
