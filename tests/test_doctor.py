"""The doctor finds what is missing, names the command that mends it, and changes nothing."""

import pytest

from fusion_edu import doctor
from fusion_edu.data import fetch


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
    ("line", "words"),
    [
        ("torch==0.0.1", "torch is 2.13.0, needs 0.0.1"),
        ("Nothing_at.all==1.0", "nothing-at-all is missing, needs 1.0"),
        ("", "torch is 2.13.0, needs a line in constraints.txt"),
    ],
)
def test_another_version_is_named(monkeypatch, tmp_path, line, words):
    monkeypatch.setattr(doctor.metadata, "version", lambda name: {"torch": "2.13.0+cpu"}.get(name) or missing(name))
    (tmp_path / "requirements.txt").write_text(
        "# comment\n" + ("nothing-at-all" if "othing" in line else "torch") + "\n"
    )
    (tmp_path / "constraints.txt").write_text(line + "\n")
    assert doctor.pins(tmp_path) == [words]


def missing(name):
    raise doctor.metadata.PackageNotFoundError(name)


def test_a_library_without_the_course_is_told_its_extras_and_that_all_is_well(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(doctor, "COURSE", tmp_path)
    monkeypatch.setattr(doctor, "has", lambda package: package in {"torch", "numpy", "scipy", "sklearn", "keras"})
    assert doctor.main() == 0
    text = capsys.readouterr().out
    assert "[keras] complete" in text
    assert "[text] not installed (sacrebleu, transformers)" in text
    assert "start.py" not in text


def test_a_library_without_torch_is_told_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(doctor, "COURSE", tmp_path)
    monkeypatch.setattr(doctor, "has", lambda package: package != "torch")
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path / "empty"))
    assert doctor.main() == 1
    text = capsys.readouterr().out
    assert "torch is missing" in text
    assert "To mend it: python -m pip install fusion_edu" in text
