"""One file stops no class, budgets hold, identities are their own, and nothing of the answers is seen inside."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
import unicodedata
import zipfile
from pathlib import Path

import pytest
import torch
from attacks import ATTACKS, RIGHT, WRONG, inside
from classroom import cell, cells, notebook

from fusion_edu.__main__ import main
from fusion_edu.autograder import notebook as reading
from fusion_edu.autograder import static
from fusion_edu.autograder.marking import export, handed_in, one, similar, submissions
from fusion_edu.autograder.marking.batch import Settings
from fusion_edu.autograder.marking.grade import grade
from fusion_edu.autograder.marking.marker import Marker
from fusion_edu.autograder.marking.roster import read as read_roster
from fusion_edu.autograder.marking.store import Store
from fusion_edu.autograder.marking.submissions import find
from fusion_edu.autograder.marking.variant import secret_of
from fusion_edu.autograder.outcome import Array, Outcome, pack_outcome
from fusion_edu.autograder.sandbox import response
from fusion_edu.autograder.sandbox.host import Host, NoSandbox
from fusion_edu.autograder.sandbox.inside import frames, newroot
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.autograder.sandbox.staging import canaries
from fusion_edu.checks import progress
from fusion_edu.tasks import COURSE

GOOD = notebook(cells(RIGHT))


def archive(path: Path, content: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as made:
        for name, data in content.items():
            made.writestr(name, data)
    return path


def notes(folder: Path) -> dict[str, str]:
    return {each.learner: each.load().note for each in find(folder)}


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_that_may_ask_for_any_memory_is_a_note(tmp_path, how):
    archive(tmp_path / "a.zip", {"x.ipynb": GOOD}, how)
    assert "unusual" in notes(tmp_path)["a"]


@pytest.mark.parametrize("place", range(0, 400, 7))
def test_an_archive_that_is_damaged_anywhere_stops_nothing(tmp_path, place):
    path = archive(tmp_path / "a.zip", {"x.ipynb": GOOD}, zipfile.ZIP_LZMA if place % 2 else zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    data[-1 - place % len(data)] ^= 0xFF
    data[place % len(data)] ^= 0xFF
    path.write_bytes(data)
    (tmp_path / "b.ipynb").write_bytes(GOOD)
    assert {"a", "b"} == notes(tmp_path).keys()


@pytest.mark.parametrize("error", [RecursionError, MemoryError, AttributeError, KeyError("x"), OSError(5, "no")])
def test_any_error_of_one_entry_is_its_note(tmp_path, monkeypatch, error):
    def broken(path, *more):
        raise error

    (tmp_path / "a.ipynb").write_bytes(GOOD)
    (tmp_path / "b").mkdir()
    monkeypatch.setattr(submissions, "_folder", broken)
    monkeypatch.setattr(handed_in, "_bytes", broken)
    assert all("cannot be read" in note for note in notes(tmp_path).values())


def test_an_archive_that_shrinks_is_a_note(tmp_path):
    path = archive(tmp_path / "a.zip", {"x.ipynb": GOOD, "y.ipynb": GOOD})
    found = find(tmp_path)
    archive(path, {"z.txt": b""})
    assert all("cannot be unpacked" in each.load().note for each in found)


def test_a_deep_folder_is_met(tmp_path):
    os.makedirs(tmp_path / "in" / "deep")
    at = os.open(tmp_path / "in" / "deep", os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=at)
        at, old = os.open("d", os.O_RDONLY, dir_fd=at), at
        os.close(old)
    os.close(at)
    (tmp_path / "in" / "b.ipynb").write_bytes(GOOD)
    try:
        assert {"deep", "b"} == notes(tmp_path / "in").keys()
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / "in" / "deep")], check=True)


def test_an_archive_of_very_many_files_costs_no_time(tmp_path):
    archive(tmp_path / "a.zip", {f"{n}.ipynb": b"" for n in range(10_000)}, zipfile.ZIP_STORED)
    started = time.process_time()
    assert "too many" in notes(tmp_path)["a"]
    assert time.process_time() - started < 1


def test_what_an_archive_unpacks_to_is_limited(tmp_path):
    archive(tmp_path / "a.zip", {f"{n}.ipynb": b" " * 19_000_000 for n in range(8)})
    assert len(find(tmp_path)) == 5
    assert "unpacks to more than" in notes(tmp_path)["a"]


@pytest.mark.parametrize("name", ["a.txt", "a.ipynb.txt", "a.tar.gz", "a", "a.7z", "notes.pdf", "a.ipynb~"])
def test_every_entry_gets_a_row(tmp_path, name):
    (tmp_path / name).write_bytes(GOOD)
    (found,) = find(tmp_path)
    assert "it is not marked" in found.note


@pytest.mark.parametrize("name", ["A.IPYNB", "A.Ipynb"])
def test_capitals_are_read(tmp_path, name):
    (tmp_path / name).write_bytes(GOOD)
    assert find(tmp_path)[0].load().data == GOOD


def test_an_archive_in_capitals_and_what_mac_adds(tmp_path):
    archive(tmp_path / "A.ZIP", {"x.ipynb": GOOD, "._x.ipynb": b"junk", "__MACOSX/._x.ipynb": b"", "more.zip": b""})
    (found,) = find(tmp_path)
    assert found.load().data == GOOD
    assert "another archive" in found.note


def test_a_pipe_is_no_link(tmp_path):
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a" / "x.ipynb")
    os.mkfifo(tmp_path / "b.ipynb")
    assert "link" not in "".join(notes(tmp_path).values())


def test_names_are_told_apart(tmp_path):
    for name in ("ann.ipynb", "ann (2).ipynb", "ANN.ipynb"):
        (tmp_path / name).write_bytes(GOOD)
    archive(tmp_path / "ann.zip", {"x.ipynb": GOOD})
    found = find(tmp_path)
    assert len({each.learner.casefold() for each in found}) == 4


def test_one_name_in_two_forms_of_unicode(tmp_path):
    for form in ("NFC", "NFD"):
        (tmp_path / (unicodedata.normalize(form, "Zoé") + ".ipynb")).write_bytes(GOOD)
    found = find(tmp_path)
    assert len({unicodedata.normalize("NFC", each.learner).casefold() for each in found}) == 2


def test_file_names_of_pages_have_128_bits():
    made = export.slug({"learner": "ann", "name": "x"})
    assert len(made.rpartition("-")[2]) * 4 >= 128


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1",
        "-1",
        "@x",
        " =1",
        "\t=1",
        "\r=1",
        "a;=1+1;b",
        "a,=1",
        "\uff1d1",
        "\uff0b1",
        "\uff20x",
        "a\n=1",
        '"=1',
        "\ufeff=1",
    ],
)
def test_no_cell_is_a_formula(text):
    assert export.cell(text)[0] == "'"


@pytest.mark.parametrize("text", ["ann", "a-b", "x=1", "Smith, Ann", "3 - 2"])
def test_usual_text_stays(text):
    assert export.cell(text) == text


@pytest.mark.parametrize(
    "source", ["x = [" + "0," * 500_000 + "]", "a;" * 400_000, "-" * 900_000 + "1", "f(" * 300_000, "x\n" * 400_000]
)
def test_a_huge_cell_costs_no_time(source):
    started = time.process_time()
    found = reading.read(notebook([cell(source), cell("y = 1")]), "x")
    assert "needs at most" in found[0].source
    assert found[1].source == "y = 1"
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "source",
    [
        "!a\n" * 12_000,
        "!a\n" * 450 + "b = 1\n" * 7_000,
        "a?\n" * 450,
        "x = %a\n" * 450,
        "x y\n(\n" + "a" * 9_000 + "\n) b?\n",
        "!a\r" * 1_000 + "\n(\n",
        "!a\u2028" * 1_000 + "\n(\n",
    ],
)
def test_many_magics_cost_no_time(source):
    started = time.process_time()
    found = reading.read(notebook([cell(source) for _ in range(5)] + [cell("%matplotlib inline\ny = 1")]), "x")
    assert "too many shell lines and magics" in found[0].source
    assert found[-1].source.splitlines()[-1] == "y = 1"
    assert time.process_time() - started < 10


def test_a_chain_of_names_is_followed_in_no_time():
    chain = [f"b{i} = b{i + 1}\n" for i in range(18_000)]
    sources = ["".join(chain[i : i + 3_000]) for i in range(0, len(chain), 3_000)]
    found = reading.read(notebook([cell(source) for source in sources]), "x")
    started = time.process_time()
    assert "b18000" in static.needed(found, ["b0"])
    assert time.process_time() - started < 5


def test_an_answer_that_uses_very_much_is_compared_in_no_time():
    sources = ["a = 1\n" * 12_000] * 5 + [RIGHT.replace("margin)", "margin + a - a)")]
    found = reading.read(notebook([cell(source) for source in sources]), "x")
    started = time.process_time()
    assert similar.forms(found, COURSE.lesson("04"), {"04.3": sources[-1]})["04.3"][0]
    assert time.process_time() - started < 10


def test_many_helpers_of_many_lines_are_compared_in_no_time():
    lines = "".join(f"    y{i} = y{i - 1} + 1\n" for i in range(1, 250))
    helpers = [f"def h{k}(y0):\n{lines}    return y249\n" for k in range(20)]
    used = RIGHT.replace("return ", "return " + " + ".join(f"h{k}(0)" for k in range(20)) + " + ")
    found = reading.read(notebook([cell(source) for source in [*helpers, used]]), "x")
    started = time.process_time()
    forms = similar.forms(found, COURSE.lesson("04"), {task.id: used for task in COURSE.lesson("04")})
    assert forms["04.3"][0]
    assert time.process_time() - started < 20


def test_many_cells_are_parsed_once(monkeypatch):
    static.forget()
    found = reading.read(notebook([cell(f"x{n} = {n}") for n in range(900)]), "x")
    for _ in range(40):
        for each in found:
            static.parse(each.source)
    assert static.parse.cache_info().misses == 900


@pytest.mark.parametrize("data", [b'{"cells": [' + b"[]," * 600_000 + b"[]]}", b'{"a": [' + b"1," * 4_000_000 + b"1]}"])
def test_a_file_of_very_many_parts_is_refused_before_it_is_read(data):
    started = time.process_time()
    with pytest.raises(reading.Unreadable, match="more than a notebook needs"):
        reading.read(data, "x")
    assert time.process_time() - started < 1


@pytest.fixture(scope="module")
def host(confined):
    made = Host(COURSE, "namespaces")
    yield made
    made.close()


LIMITS = Limits(cell=1.5, task=1.5, run=9)


def points(host, second: str) -> tuple[dict[str, int], float]:
    result = Marker(COURSE, host, "secret", LIMITS).mark(notebook(cells(second)), "x.ipynb", "x")
    return {mark["task"]: mark["points"] for mark in result["marks"]}, result["seconds"]


@pytest.mark.thorough
def test_endless_cells_and_wrong_answers_share_one_deadline(host):
    content = cells(WRONG)
    for number in range(8):
        content.insert(1, cell(f"print({number})\nwhile True: pass\n"))
    limits = Limits(cell=1, task=1, run=6)
    result = Marker(COURSE, host, "secret", limits).mark(notebook(content), "x.ipynb", "x")
    assert result["seconds"] < 1 + 6 + 20


KINDS = [
    "shared memory",
    "queue",
    "packet socket",
    "internet socket",
    "limits",
    "priority",
    "kernel log",
    "inotify",
    "fanotify",
    "lock of a file",
]


@pytest.mark.parametrize("kind", KINDS)
def test_calls_that_homework_has_no_use_for_are_refused(host, kind):
    tries = {
        "shared memory": "r = c.shmget(1, 4096, 0o1666)",
        "queue": "r = c.msgget(1, 0o1666)",
        "packet socket": "r = c.socket(17, 3, 0)",
        "internet socket": "r = c.socket(2, 1, 0)",
        "limits": "r = c.prlimit(os.getppid(), 7, None, None)",
        "priority": "r = c.setpriority(0, os.getppid(), 19)",
        "kernel log": "r = c.klogctl(10, None, 0)",
        "inotify": "r = c.inotify_init1(0)",
        "fanotify": "r = c.fanotify_init(0x200, 0)",
        "lock of a file": "r = c.flock(os.open(os.__file__, os.O_RDONLY), 2)",
    }
    body = f"import ctypes, os\nc = ctypes.CDLL(None, use_errno=True)\n{tries[kind]}\nassert r < 0"
    right = RIGHT.replace("    return", "\n".join("    " + line for line in body.split("\n")) + "\n    return")
    assert points(host, right)[0]["04.3"] == 10


ALONE = """import os, resource, select, time
ENDED, THERE = os.pipe()
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        time.sleep(100)
os.close(THERE)
def mse_loss(pred, target, reduction="mean"):
    try:
        resource.setrlimit(resource.RLIMIT_NPROC, (32, 32))
    except ValueError:
        pass
    try:
        if os.fork() == 0:
            os._exit(0)
        raise KeyError("a process could be started")
    except OSError:
        pass
    if not select.select([ENDED], [], [], 1)[0]:
        raise KeyError("a process was left")
    if pred.shape != target.shape:
        raise ValueError("shape")
    error = (pred - target) ** 2
    return error if reduction == "none" else error.sum() if reduction == "sum" else error.mean()
"""


def test_a_watched_answer_is_alone_and_stays_so(host):
    result = Marker(COURSE, host, "secret", LIMITS).mark(notebook([cell(ALONE)]), "x.ipynb", "x")
    [mark] = [mark for mark in result["marks"] if mark["task"] == "02.1"]
    assert mark["points"] == mark["max_points"], mark["message"]


ELSEWHERE = """import _xxsubinterpreters as other, functools
def bleu(cand, ref, n=2):
    number = functools.partial(other.create)()
    functools.partial(other.run_string, number, "import math")()
    functools.partial(other.destroy, number)()
    return 0.5
"""


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="the module has another name there")
def test_another_interpreter_earns_nothing(host):  # not in this process, whose torch would suffer
    result = Marker(COURSE, host, "secret", LIMITS).mark(notebook([cell(ELSEWHERE)]), "x.ipynb", "x")
    [mark] = [mark for mark in result["marks"] if mark["task"] == "15.3"]
    assert mark["outcome"] in ("forbidden", "timed_out"), mark[
        "message"
    ]  # now and then two interpreters wait for each other
    assert mark["points"] == 0


def test_what_could_make_the_watcher_deaf_is_not_there(host):
    deaf = "import torch\nassert not hasattr(torch._C._autograd, '_enable_record_function')\nassert not hasattr(torch.autograd, '_enable_record_function')\n"
    assert points(host, inside(deaf).replace("d_pos.sum()", RIGHT.partition("return ")[2].strip()))[0]["04.3"] == 10


def test_no_message_is_a_command_of_a_platform():
    mark = {
        "task": "04.3",
        "title": "T",
        "points": 0,
        "max_points": 10,
        "message": "Your function raised E: \n::error::x\r::add-mask::y\x1b[2J",
    }
    lines = list(one.said({"note": "::stop-commands::x\n::x", "marks": [mark]}))
    assert [line.partition(" ")[0] for line in lines] == ["Note:", "04.3"]
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    "harm", ["setrlimit(resource.RLIMIT_NOFILE, (3, 3))", "setrlimit(resource.RLIMIT_FSIZE, (0, 0))"]
)
def test_harm_to_its_own_process_costs_no_other_answer(host, harm):
    got, _ = points(host, inside(f"import resource\nresource.{harm}\nopen('x', 'w').write('x' * 99)"))
    assert (got["04.2"], got["04.3"], got["04.4"]) == (20, 0, 10)


def test_unknown_future_costs_one_statement(host):
    assert points(host, "from __future__ import nothing_of_that_name\n" + RIGHT)[0]["04.3"] == 10


def test_a_full_folder_costs_no_other_answer(host):
    got, _ = points(host, ATTACKS["fills the disk"])
    assert (got["04.2"], got["04.4"]) == (20, 10)


def test_no_prefix_is_shown_whole():
    shown = {*newroot.SYSTEM, *newroot.python_folders()}
    assert not shown & {"/usr", "/usr/local", "/", "/home", "/root", "/opt", "/usr/src", "/usr/share"}


def test_a_file_with_answers_that_can_be_seen_stops_everything(confined, monkeypatch):
    monkeypatch.setattr("fusion_edu.autograder.sandbox.host.canaries", lambda course: [Path("/usr/bin/env")])
    with pytest.raises(NoSandbox, match="can be seen"):
        Host(COURSE, "namespaces")


def test_canaries_are_all_tasks_and_solutions():
    names = {path.name for path in canaries(COURSE)}
    assert {"lesson04.py", "04_solutions.ipynb"} <= names


def test_the_command_line_shows_no_path_of_the_teacher(confined, tmp_path):
    made = Host(COURSE, "namespaces", (tmp_path,))
    try:
        assert str(tmp_path).encode() not in Path(f"/proc/{made.process.pid}/cmdline").read_bytes()
    finally:
        made.close()


@pytest.mark.parametrize(("claimed", "came", "fine"), [
    ("float32", "float32", True), ("bfloat16", "float32", True), ("float16", "float32", True), ("bfloat16", "float64", False),
    ("float32", "float64", False), ("float16", "float64", False), ("float64", "float32", False), ("x" * 999, "float32", False),
])  # fmt: skip
def test_a_claimed_dtype_is_that_of_the_bytes(claimed, came, fine):
    import numpy as np

    arrays: list = []
    content = pack_outcome(Outcome(Array("tensor", claimed, np.zeros(2, came))), arrays)
    data = frames.pack({"outcomes": [content], "stub": False, "ran": []}, arrays)
    assert (response.Response(data, "done").run.ended == "done") == fine


@pytest.mark.parametrize("spoil", ["text", "cut", "older", "newer", "folder"])
def test_a_spoilt_store_is_one_sentence(tmp_path, spoil):
    path = tmp_path / "results.sqlite"
    Store(path).close()
    if spoil == "text":
        path.write_bytes(b"hello" * 1000)
    elif spoil == "cut":
        path.write_bytes(path.read_bytes()[:3000])
    elif spoil == "folder":
        path.unlink()
        path.mkdir()
    else:
        with sqlite3.connect(path) as connection:
            if spoil == "older":
                connection.execute("drop table results")
                connection.execute("create table results (key text)")
            else:
                connection.execute("pragma user_version = 99")
    with pytest.raises(ValueError, match="new folder"):
        Store(path)


@pytest.mark.parametrize("content", ["{}", "[]", "null", "nonsense", "[" * 100_000])
def test_a_spoilt_result_is_one_sentence(tmp_path, content):
    store = Store(tmp_path / "results.sqlite")
    with store.connection:
        store.connection.execute("insert into results values ('k', 'ann', 'x', ?)", (content,))
    with pytest.raises(ValueError, match="spoilt result of ann"):
        store.results({"k"})
    store.close()


@pytest.mark.parametrize("content", [b"hello" * 1000, b""])
def test_the_secret_of_a_spoilt_store_is_one_sentence(tmp_path, content):
    (tmp_path / "results.sqlite").write_bytes(content)
    with pytest.raises(ValueError, match="give the --seed"):
        secret_of(tmp_path)


@pytest.mark.parametrize("text", ['id,name\n1,"' + "x" * 200_000, "id,name\n1,a\0b\n", "id,name\r1,a\r2,b\r"])
def test_an_odd_roster_is_read_or_one_sentence(tmp_path, text):
    (tmp_path / "r.csv").write_bytes(text.encode())
    try:
        found = read_roster(tmp_path / "r.csv").people[0].id
    except ValueError as error:
        found = f"{error}"
    assert found == "1" or "is no CSV" in found


def test_a_lesson_that_is_none_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ipynb").write_bytes(GOOD)
    with pytest.raises(ValueError, match="lesson '99' has no tasks, needs one of 00, 01"):
        grade(tmp_path / "in", tmp_path / "out", Settings(COURSE.where, "s", lesson="99"))
    assert one.main([str(tmp_path / "in"), "--course", COURSE.where, "--lesson", "99"]) == 2


@pytest.mark.parametrize("number", ["0", "-1", "\u00b2", "1001", "9" * 30, "9" * 5000])
def test_odd_numbers_of_workers_are_refused(number, capsys):
    with pytest.raises(SystemExit):
        main(["grade", "x", "--out", "y", "--workers", number])
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("source", ["import os\nos._exit(0)", "import fusion_edu.autograder.record as r", "from fusion_edu.autograder.sandbox import inside",
                                    "import sys\nsys.modules['fusion_edu.autograder.outcome']"])  # fmt: skip
def test_who_speaks_with_the_marker_is_named(source):
    assert static.suspicious([reading.Cell(1, source, "")])


SOCKETS = """import os, stat
def found():
    for number in range(4, 1024):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass
assert not list(found())
"""


def test_no_descriptor_of_the_marker_comes_along_however_many_it_has(confined):
    many = [os.open(os.devnull, os.O_RDONLY) for _ in range(300)]
    try:
        made = Host(COURSE, "namespaces")
        body = RIGHT.replace("    return", "    assert not list(found())\n    return")
        assert points(made, SOCKETS.replace("assert not list(found())\n", "") + body)[0]["04.3"] == 10
        made.close()
    finally:
        for number in many:
            os.close(number)


def test_a_single_file_is_hidden_too(confined, tmp_path):
    libraries = Path(torch.__file__).parent  # shown to submissions
    hidden = Host(COURSE, "namespaces", (libraries / "version.py",))
    body = f"assert not open({str(libraries / 'version.py')!r}).read()"
    right = RIGHT.replace("    return", f"    {body}\n    return")
    assert points(hidden, right)[0]["04.3"] == 10
    hidden.close()


@pytest.mark.parametrize(
    "content", ['{"04.2": {"mistakes": {"no half": "x"}}}', '{"04.2": {"mistakes": {"no half": null}}}', "[" * 100_000]
)
def test_a_spoilt_progress_file_stops_no_check(tmp_path, monkeypatch, content):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path))
    (tmp_path / "checks.json").write_text(content)
    progress.record("04.2", outcome="incorrect", points=0, max_points=20, mistakes=("no half",))
    assert progress.read()["04.2"]["mistakes"] == {"no half": 1}


def test_marks_inside_the_submissions_are_refused(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(GOOD)
    with pytest.raises(ValueError, match="outside of the submissions"):
        grade(tmp_path, tmp_path / "out", Settings(COURSE.where, "s"))


def test_learners_who_are_gone_have_no_page(confined, tmp_path):
    own = tmp_path / "in"
    own.mkdir()
    for name in ("ann", "bob"):
        (own / f"{name}.ipynb").write_bytes(b"")
    settings = Settings(COURSE.where, "s", lesson="04")
    grade(own, tmp_path / "out", settings, bar=False)
    (own / "bob.ipynb").unlink()
    grade(own, tmp_path / "out", settings, bar=False)
    assert [path.name[:3] for path in (tmp_path / "out" / "feedback").iterdir()] == ["ann"]


def test_a_file_swapped_while_it_is_marked_is_kept_under_its_own_bytes(tmp_path):
    settings = Settings(COURSE.where, "s", lesson="04")
    path = tmp_path / "a.ipynb"
    path.write_bytes(GOOD)
    (found,) = find(tmp_path)
    before = settings.key(found)
    path.write_bytes(b"other")
    assert settings.key(found.load()) != before


def test_two_checks_at_once_lose_no_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path))

    def record() -> None:
        for _ in range(20):
            progress.record("04.2", outcome="incorrect", points=0, max_points=20)

    threads = [threading.Thread(target=record) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert json.loads((tmp_path / "checks.json").read_text())["04.2"]["tries"] == 60
