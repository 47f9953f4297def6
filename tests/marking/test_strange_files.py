"""What a file is comes from where it lies; whatever stands in it costs little and takes nobody else's name."""

import contextlib
import io
import json
import os
import struct
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from attacks import RIGHT
from classroom import cell, cells, notebook

from fusion_edu.autograder import notebook as reading
from fusion_edu.autograder.marking import export, grade, one
from fusion_edu.autograder.marking.batch import Settings
from fusion_edu.autograder.marking.handed_in import MOST_NOTEBOOKS, UNSHARED
from fusion_edu.autograder.marking.mark import Judge
from fusion_edu.autograder.marking.submissions import find
from fusion_edu.autograder.sandbox import response
from fusion_edu.autograder.sandbox.inside import frames
from fusion_edu.tasks import COURSE, TASKS

GOOD = notebook(cells(RIGHT))
OF_OTHERS = "x_1_1001_05.ipynb", "ada_1001_91001_04.ipynb", "Ada L_1001_assignsubmission_file_/04.ipynb"


def packed(members) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return whole.getvalue()


def test_a_learners_zip_beside_others_is_no_class(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(GOOD)
    (tmp_path / "bo.zip").write_bytes(packed((name, GOOD) for name in OF_OTHERS))
    found = find(tmp_path)
    assert {each.learner for each in found} == {"ada", "bo"}
    assert all("those of several learners" in each.note for each in found if each.learner == "bo")


def test_a_learners_folder_beside_others_is_no_class(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(GOOD)
    for name in OF_OTHERS:
        path = tmp_path / "bo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(GOOD)
    assert {each.learner for each in find(tmp_path)} == {"ada", "bo"}


@pytest.mark.parametrize("top", ["", "class/"])
def test_deeper_names_in_the_zip_of_a_class_are_the_learners_own(tmp_path, top):
    mine = "eve_1002_assignsubmission_file_", "Ada L_1001_assignsubmission_file_"
    names = [
        f"{mine[0]}/{mine[1]}/04.ipynb",
        f"{mine[0]}/ada_1001_91001_04.ipynb",
        "cy_1003_assignsubmission_file_/04.ipynb",
    ]
    (tmp_path / "c.zip").write_bytes(packed((top + name, GOOD) for name in names))
    assert {each.learner for each in find(tmp_path / "c.zip")} == {"1002", "1003"}
    plain = ["ada/04.ipynb", "bo/04.ipynb", f"eve/{mine[1]}/04.ipynb"]
    (tmp_path / "d.zip").write_bytes(packed((top + name, GOOD) for name in plain))
    assert "1001" not in {each.learner for each in find(tmp_path / "d.zip")}


def test_very_many_notebooks_of_one_learner_share_time(tmp_path):
    (tmp_path / "eve.zip").write_bytes(packed((f"{number}.ipynb", GOOD) for number in range(80)))
    (tmp_path / "ada.zip").write_bytes(packed((f"{number}.ipynb", GOOD) for number in range(UNSHARED)))
    found = find(tmp_path)
    eve = [each for each in found if each.learner == "eve"]
    assert len(eve) == MOST_NOTEBOOKS
    assert sum(each.share for each in eve) == pytest.approx(UNSHARED)
    assert {each.share for each in found if each.learner == "ada"} == {1}
    settings = Settings(COURSE.where, "s", lesson="04")
    assert settings.key(eve[0]) != settings.key(find(tmp_path / "ada.zip")[0])


ODD_NAMES = [
    "../../x.ipynb", "/x.ipynb", "C:\\x.ipynb", "..\\x.ipynb", "a/../../x.ipynb", "x\x1b[2J.ipynb", "\u202egnp.ipynb", " .ipynb",
    "x" * 3000 + ".ipynb", "CON.ipynb", "a\nb.ipynb", "=1+1.ipynb", "<script>.ipynb", "a\x7f.ipynb", "ﬁ.ipynb", "👩‍👩‍👧.ipynb",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_in_a_zip(tmp_path, name):
    (tmp_path / "eve.zip").write_bytes(packed([(name, GOOD), ("04.ipynb", GOOD)]))
    (tmp_path / "ada.ipynb").write_bytes(GOOD)
    found = find(tmp_path)
    assert {each.learner for each in found} == {"eve", "ada"}
    for each in found:
        each = each.load()
        assert each.name.isprintable()
        assert len(each.name) < 300
        assert export.slug({"learner": each.learner, "name": each.name}).isprintable()


def test_names_of_bytes_that_are_no_text(tmp_path):
    for name in (b"\xff\xfe.ipynb", b"\xff\xfd.ipynb", b"\xed\xa0\x80.zip"):
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
            file.write(GOOD)
    found = [each.load() for each in find(tmp_path)]
    assert len({each.learner for each in found}) == 3
    json.dumps([each.name for each in found], ensure_ascii=False).encode()


def _encrypted() -> bytes:
    data = bytearray(packed([("x.ipynb", GOOD)]))
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(head) + at] |= 1
    return bytes(data)


def _lies_about_its_size() -> bytes:
    data = bytearray(packed([("x.ipynb", b" " * 30_000_000)]))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def _one_body_many_names() -> bytes:
    data = packed([("x.ipynb", b" " * 1_000_000)])
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, tail = data[at:end], bytearray(data[end:])
    tail[8:12] = struct.pack("<HH", 500, 500)
    tail[12:16] = struct.pack("<I", 500 * len(entry))
    return data[:at] + entry * 500 + bytes(tail)


ZIPS = {
    "encrypted": _encrypted,
    "lies about its size": _lies_about_its_size,
    "one body, many names": _one_body_many_names,
    "in itself": lambda: packed([("a.zip", packed([("b.zip", packed([("x.ipynb", GOOD)]))]))]),
    "one name a hundred times": lambda: packed([("x.ipynb", GOOD)] * 100),
    "a folder that is called so": lambda: packed([("x.ipynb/", b""), ("x.ipynb/x.ipynb", GOOD)]),
    "one byte": lambda: b"P",
    "only its end": lambda: b"PK\x05\x06" + b"\xff" * 18,
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", ZIPS)
def test_odd_zips(tmp_path, kind):
    (tmp_path / "eve.zip").write_bytes(ZIPS[kind]())
    (tmp_path / "ada.ipynb").write_bytes(GOOD)
    started = time.process_time()
    found = [each.load() for each in find(tmp_path)]
    assert {each.learner for each in found} == {"eve", "ada"}
    assert len(found) <= MOST_NOTEBOOKS + 1
    assert all(len(each.data) <= reading.MOST_BYTES + 1 for each in found)
    assert time.process_time() - started < 10


def test_sparse_files_and_links(tmp_path):
    for name in ("a.ipynb", "b.zip"):
        with open(tmp_path / name, "wb") as file:
            file.truncate(20_000_000_000)
    os.symlink("/etc/passwd", tmp_path / "c.ipynb")
    os.symlink("/", tmp_path / "d")
    (tmp_path / "e").mkdir()
    os.symlink("..", tmp_path / "e" / "e")
    os.symlink("/etc/passwd", tmp_path / "e" / "x.ipynb")
    started = time.process_time()
    found = {each.learner: each.load() for each in find(tmp_path)}
    assert found.keys() == {"a", "b", "c", "d", "e"}
    assert all(b"root" not in each.data for each in found.values())
    assert time.process_time() - started < 5


def _book(**more) -> bytes:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1"}]} | more).encode()


BOOKS = {
    "worksheets of numbers": b'{"worksheets": [1]}',
    "worksheets of lists": b'{"worksheets": [[1]]}',
    "cells that are a dict": _book(cells={"a": 1}),
    "cells that are text": _book(cells="code"),
    "cells that are lists of text": _book(cells=[["code", "x"]]),
    "kinds that are lists": _book(cells=[{"cell_type": ["code"], "source": "x"}]),
    "sources of all kinds": _book(cells=[{"cell_type": "code", "source": [1, None, ["x"], {"a": 1}, "y = 1"]}]),
    "a source that is a number": _book(cells=[{"cell_type": "code", "source": 1e308}]),
    "ids of all kinds": _book(cells=[{"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": [1]}}}] * 2),
    "metadata that is a list": _book(cells=[{"cell_type": "code", "source": "x", "metadata": [1]}]),
    "one id for all": _book(cells=[{"cell_type": "code", "source": "x", "id": "a", "metadata": {"nbgrader": {"grade_id": "answer-04-3"}}}] * 900),
    "no numbers": b'{"nbformat": NaN, "x": [Infinity, -Infinity], "cells": [{"cell_type": "code", "source": "x"}]}',
    "a long number": b'{"nbformat": ' + b"9" * 5000 + b', "cells": []}',
    "half characters": b'{"cells": [{"cell_type": "code", "source": "x = \\"\\ud800\\u0000\\""}]}',
    "keys twice": b'{"cells": 1, "cells": [{"cell_type": "code", "source": "x"}]}',
    "deep": b'{"cells": ' + b"[" * 99_000 + b"]" * 99_000 + b"}",
    "deep outputs": b'{"cells": [{"cell_type": "code", "source": "x", "outputs": ' + b"[" * 900 + b"]" * 900 + b"}]}",
    "format 2": b'{"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "input": "x", "language": "python"}]}]}',
    "two marks at its beginning": b"\xef\xbb\xbf\xef\xbb\xbf" + _book(),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOOKS)
def test_odd_notebooks_are_read_or_refused_in_a_sentence(kind):
    started = time.process_time()
    with contextlib.suppress(reading.Unreadable):
        found = reading.read(BOOKS[kind], "x")
        assert all(isinstance(each.source, str) and isinstance(each.grade_id, str) for each in found)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "source", ["\n" * 49_000 + "x = (", "\n" * 2_000_000, " \t\n" * 500_000, "\t \n" * 16_000 + "("]
)
def test_very_many_empty_lines_cost_no_time(source):
    started = time.process_time()
    found = reading.read(notebook([cell(source), cell("y = 1")]), "x")
    assert found[1].source == "y = 1"
    assert time.process_time() - started < 5


@pytest.mark.parametrize("text", ["\ufe661", "\u22121", "\ufe621", "a\t\ufe6bx", "\u3000=1", "\u00a0=1", "a|=1"])
def test_no_other_sign_begins_a_formula(text):
    assert export.cell(text)[0] == "'"


def _said(value) -> bytes:
    outcome = {"value": value, "error": None, "errors": [], "error_text": "", "error_line": None, "gradient": None}
    outcome |= {"changed": [], "repeats": True, "randomness": False, "printed": ""}
    return frames.pack({"outcomes": [outcome] * 40, "stub": False, "ran": []})


def _deep() -> bytes:
    text = b'{"outcomes": ' + b"[" * 100_000 + b"]" * 100_000 + b', "sizes": []}'
    return struct.pack("<II", len(text), 0) + text


FORGED = {
    "many parts": lambda: _said([[0.0] * 10] * 1000),
    "many keys": lambda: _said({"dict": {f"{number}": 1 for number in range(1000)}}),
    "very many keys": lambda: _said({"dict": {f"{number}": 1 for number in range(9000)}}),
    "long text": lambda: _said("x" * 90_000),
    "deep": _deep,
    "wrong kinds": lambda: frames.pack(
        {"outcomes": [{"value": 1, "changed": [["x"], 9**9]}], "stub": False, "ran": [[1], "x"]}
    ),
}


@pytest.mark.parametrize("kind", FORGED)
def test_forged_outcomes_cost_the_judge_no_time_and_earn_nothing(kind):
    task = TASKS["04.3"]
    judge = Judge(COURSE, task, task.cases(3))
    started = time.process_time()
    found = judge.mark(response.Response(FORGED[kind](), "done"))
    assert found.points == 0
    assert len(found.message) <= 2000
    assert time.process_time() - started < 10


def test_two_runs_at_once_into_one_folder(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    for number in range(6):
        (tmp_path / "in" / f"{number}.ipynb").write_bytes(b"")

    def marked(left, settings, **how):
        for each in left:
            time.sleep(0.02)
            yield [each], [{"key": settings.key(each), "lesson": "04", "note": "", "marks": [], "cells": {}, "hints": [],
                            "sources": {}, "shapes": {}, "read": False, "own_cases": False, "tier": "none", "seconds": 0.0}]  # fmt: skip

    monkeypatch.setattr(grade.batch, "run", marked)
    settings = Settings(COURSE.where, "s", lesson="04")
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(grade.grade, tmp_path / "in", tmp_path / "out", settings, bar=False) for _ in range(2)]
        assert [run.result() for run in runs] == [tmp_path / "out"] * 2
    assert len(list((tmp_path / "out" / "feedback").iterdir())) == 6


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device here")
def test_a_full_disk_leaves_no_half_result_of_a_platform(tmp_path, monkeypatch, capsys):
    def full(file) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(one, "best", lambda *given: {"name": "x", "note": "", "marks": [], "cells": {}})
    monkeypatch.setattr("fusion_edu.storage.os.fsync", full)
    (tmp_path / "x.ipynb").write_bytes(notebook([cell("x = 1")]))
    target = tmp_path / "results.json"
    given = [str(tmp_path / "x.ipynb"), "--course", COURSE.where, "--lesson", "04", "--gradescope", str(target)]
    assert one.main(given) == 2
    assert not target.exists()
    assert "No space left" in capsys.readouterr().err
