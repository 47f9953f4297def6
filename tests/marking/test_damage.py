"""Damaged notebooks are marked without loss, and what cannot be read gets a line that says why."""

import os
import time
import zipfile
from pathlib import Path

import pytest
from attacks import ATTACKS, RIGHT, WRONG
from classroom import cell, cells, notebook
from damage import DAMAGES, UNREADABLE

from fusion_edu.autograder.marking.handed_in import MOST_NOTEBOOKS
from fusion_edu.autograder.marking.marker import Marker, case_seed
from fusion_edu.autograder.marking.submissions import find
from fusion_edu.autograder.sandbox.host import Host
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.tasks import COURSE


@pytest.fixture(scope="module")
def marker(confined):
    warm = Host(COURSE, "namespaces")
    marker = Marker(COURSE, warm, "secret", Limits())
    yield marker
    marker.close()


def points(result):
    return {mark["task"]: mark["points"] for mark in result["marks"]}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_costs_nothing(marker, damage):
    got = points(marker.mark(DAMAGES[damage](), "x.ipynb", "x"))
    assert (got["04.2"], got["04.3"], got["04.4"]) == (20, 10, 10)


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable_files_get_a_clear_line(marker, kind):
    data, text = UNREADABLE[kind]
    assert text in marker.mark(data, "x.ipynb", "x")["note"]


def test_another_lesson_is_named(marker):
    for_04 = Marker(COURSE, marker.host, "secret", Limits(), lesson="02")
    result = for_04.mark(notebook(cells(RIGHT)), "x.ipynb", "x")
    assert result["note"] == "x.ipynb is for lesson 04, not 02"
    assert set(points(result).values()) == {0}


def test_a_named_mistake_and_its_message(marker):
    source = RIGHT.replace(".mean()", ".sum()")
    mark = next(m for m in marker.mark(notebook(cells(source)), "x.ipynb", "x")["marks"] if m["task"] == "04.3")
    assert mark["outcome"] == "incorrect"
    assert len(mark["mistakes"]) == 1
    assert mark["evidence"]["call"].startswith("triplet_loss(")


SOLUTIONS = sorted((Path(__file__).parents[2] / "solutions").glob("*.ipynb"))
PATIENT = Limits(cell=30, task=30, run=200, cpu=60)


@pytest.mark.sample(3)
@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_solution_passes_and_every_exercise_is_not_attempted(marker, path, monkeypatch):
    monkeypatch.setattr(marker, "limits", PATIENT)  # what is asked here is not how busy the machine is
    marks = marker.mark(path.read_bytes(), path.name, "x")["marks"]
    assert {mark["outcome"] for mark in marks} == {"correct"}, marks
    stub = path.parents[1] / "exercises" / path.name.replace("solutions", "exercises")
    marks = marker.mark(stub.read_bytes(), path.name, "x")["marks"]
    assert {mark["outcome"] for mark in marks} == {"not_attempted"}, marks


@pytest.mark.parametrize(
    "source", [ATTACKS["deep expression"], ATTACKS["long chain"], "x" * 999 + "=" * 999, "?" * 99_999]
)
def test_no_source_is_too_much_for_the_judge(marker, source):
    started = time.monotonic()
    got = points(marker.mark(notebook([*cells(RIGHT), cell(source), cell(" " * 99_999 + source)]), "x.ipynb", "x"))
    assert (got["04.2"], got["04.3"], got["04.4"]) == (20, 10, 10)
    assert time.monotonic() - started < 60


def test_whatever_goes_wrong_with_one_file_is_said_and_stops_nothing(marker, monkeypatch):
    def broken(*arguments):
        raise RecursionError

    monkeypatch.setattr("fusion_edu.autograder.marking.marker.lesson_of", broken)
    assert marker.mark(notebook(cells(RIGHT)), "x.ipynb", "x")["note"] == "x.ipynb could not be read (RecursionError)"


def test_hidden_inputs_depend_on_the_secret_and_on_the_learner():
    assert case_seed("a", "04.2") == case_seed("a", "04.2")
    assert (
        len({case_seed("a", "04.2"), case_seed("b", "04.2"), case_seed("a", "04.3"), case_seed("a", "04.2", "amy")})
        == 4
    )


@pytest.fixture
def folder(tmp_path):
    good = notebook(cells(WRONG))
    (tmp_path / "secret.ipynb").write_bytes(b"CANARY")
    own = tmp_path / "in"
    (own / "bob" / "04").mkdir(parents=True)
    (own / "bob" / "04" / "x.ipynb").write_bytes(good)
    (own / "Bob.ipynb").write_bytes(good)
    (own / "none").mkdir()
    (own / "link.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (own / "inner").mkdir()
    (own / "inner" / "link.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (own / "up").symlink_to(tmp_path)
    (own / "=cmd|x.ipynb").write_bytes(good)
    (own / "bad.zip").write_bytes(b"PK no zip")
    with zipfile.ZipFile(own / "eve.zip", "w") as archive:
        archive.writestr("../../escaped.ipynb", good)
        archive.writestr("/etc/escaped.ipynb", good)
        archive.writestr("a\\..\\..\\escaped.ipynb", good)
        link = zipfile.ZipInfo("link.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(tmp_path / "secret.ipynb"))
        archive.writestr("ok.ipynb", good)
    with zipfile.ZipFile(own / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.ipynb", b" " * 60_000_000)
    with zipfile.ZipFile(own / "many.zip", "w") as archive:
        for number in range(150):
            archive.writestr(f"{number}.ipynb", good)
    with zipfile.ZipFile(own / "torn.zip", "w") as archive:
        archive.writestr("torn.ipynb", good)
    torn = bytearray((own / "torn.zip").read_bytes())
    torn[80] ^= 255  # the sum of the file is another one now
    (own / "torn.zip").write_bytes(torn)
    return own


def test_every_file_name_is_met_and_none_leads_outside(folder):
    before = sorted(os.walk(folder.parent))
    found = {each.learner: each.load() for each in find(folder)}
    assert all(b"CANARY" not in each.data for each in found.values())
    assert {"bob", "Bob (2)"} <= found.keys() or {"Bob", "bob (2)"} <= found.keys()
    assert any("submission 2 of the name" in each.note for each in found.values())
    assert "link" in found["link"].note
    assert "link" in found["inner"].note
    assert "link" in found["up"].note
    assert "no notebook" in found["none"].note
    assert "cannot be unpacked" in found["bad"].note
    assert found["eve"].note.count("outside itself") == 4
    assert found["eve"].name == "ok.ipynb"
    assert len(found["bomb"].data) == 20_000_001
    assert sum(each.learner == "many" for each in find(folder)) == MOST_NOTEBOOKS
    assert f"at most {MOST_NOTEBOOKS}" in found["many"].note or f"more than {MOST_NOTEBOOKS}" in found["many"].note
    assert "cannot be unpacked" in found["torn"].note
    assert sorted(os.walk(folder.parent)) == before


def test_a_folder_without_submissions_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no submission"):
        find(tmp_path)
    with pytest.raises(ValueError, match="is no folder"):
        find(tmp_path / "nowhere")


@pytest.mark.parametrize("inner", ["a" * 240 + ".ipynb", "deep/" * 60 + "x.ipynb", "week\\04\\x.ipynb"])
@pytest.mark.parametrize("place", ["at the top", "in the learner's folder"])
def test_a_long_path_in_an_archive_is_no_damage(tmp_path, inner, place):
    folder = tmp_path / "in" / ("ann" if place != "at the top" else ".")
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "ann.zip", "w") as archive:
        entry = zipfile.ZipInfo("x")
        entry.filename = inner
        archive.writestr(entry, b"{}")
    [found] = [each.load() for each in find(tmp_path / "in")]
    assert (found.learner, found.data, found.note) == ("ann", b"{}", "")
