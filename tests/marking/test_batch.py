"""The same marks however they are made; a run that was killed goes on; the files that come out."""

import csv
import json
import multiprocessing
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attacks import ATTACKS, RIGHT, WRONG
from classroom import cells, notebook

from fusion_edu.__main__ import main

NAMED = RIGHT.replace(".mean()", ".sum()")
SOURCES = [
    RIGHT,
    WRONG,
    NAMED,
    ATTACKS["os._exit in a cell"],
    ATTACKS["forged messages"],
    ATTACKS["sys.exit in a function"],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    own = tmp_path_factory.mktemp("submissions")
    for number in range(24):
        (own / f"learner{number:02}.ipynb").write_bytes(notebook(cells(SOURCES[number % len(SOURCES)])))
    (own / "empty.ipynb").write_bytes(b"")
    return own


@pytest.fixture(scope="module")
def marks(confined, folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    assert main(["grade", str(folder), "--out", str(out), "--seed", "s", "--lesson", "04"]) == 0
    return out


def files(out: Path) -> dict[str, bytes]:
    """All files but those that hold times."""
    every = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return {name: data for name, data in every.items() if not name.startswith(("results.sqlite", "class.html"))}


@pytest.mark.thorough
def test_two_workers_give_the_same_bytes(folder, marks, tmp_path):
    assert main(["grade", str(folder), "--out", str(tmp_path), "--seed", "s", "--lesson", "04", "--workers", "2"]) == 0
    assert files(tmp_path) == files(marks)


@pytest.mark.thorough
def test_a_dask_cluster_that_loses_a_worker_gives_the_same_bytes(folder, marks, tmp_path):
    distributed = pytest.importorskip("distributed")
    killed = []

    def kill_one(pid: int) -> None:
        while not rows(tmp_path):
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        killed.append(len(rows(tmp_path)))

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        threading.Thread(target=kill_one, args=(cluster.workers[0].pid,), daemon=True).start()
        arguments = ["--out", str(tmp_path), "--seed", "s", "--lesson", "04", "--scheduler", cluster.scheduler_address]
        assert main(["grade", str(folder), *arguments]) == 0
    assert killed, "no worker was killed"
    assert killed[0] < 25, "the worker was killed too late"
    assert files(tmp_path) == files(marks)


@pytest.mark.thorough
@pytest.mark.parametrize("done", [0, 5, 24])
def test_a_killed_run_goes_on_and_marks_nothing_twice(folder, marks, tmp_path, done):
    arguments = ["grade", str(folder), "--out", str(tmp_path), "--seed", "s", "--lesson", "04"]
    run = subprocess.Popen([sys.executable, "-m", "fusion_edu", *arguments], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (tmp_path / "results.sqlite").exists() or len(rows(tmp_path)) < done:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    run.kill()
    run.wait()
    before = rows(tmp_path)
    assert len(before) >= done
    assert main(arguments) == 0
    after = rows(tmp_path)
    assert len(after) == 25
    assert before.items() <= after.items(), "a result was made again"
    assert files(tmp_path) == files(marks)


@pytest.mark.thorough
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_process_and_no_traceback(folder, confined, tmp_path, workers, number):
    out, log = tmp_path / "out", tmp_path / "log"
    arguments = ["grade", str(folder), "--out", str(out), "--seed", "s", "--workers", workers]
    with log.open("w") as file:
        run = subprocess.Popen([sys.executable, "-m", "fusion_edu", *arguments], stderr=file, start_new_session=True)
    deadline = time.monotonic() + 120
    while not rows(out):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(run.pid, number) if number == signal.SIGINT else run.send_signal(number)  # Ctrl-C reaches all of them
    run.wait(30)
    deadline = time.monotonic() + 10
    while left := [pid for pid in filter(str.isdecimal, os.listdir("/proc")) if _group(pid) == run.pid]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    assert "Traceback" not in log.read_text()


def _group(pid: str) -> int:
    """The group of a process that runs, 0 where it is none."""
    try:
        state, _, group = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return 0
    return 0 if state in "ZX" else int(group)


@pytest.mark.thorough
def test_a_worker_that_is_killed_costs_nothing(folder, marks, tmp_path):
    killed = []

    def kill_one() -> None:
        while not rows(tmp_path):
            time.sleep(0.02)
        worker = multiprocessing.active_children()[0]
        os.kill(worker.pid, signal.SIGKILL)
        killed.append(worker.pid)

    threading.Thread(target=kill_one, daemon=True).start()
    arguments = ["--out", str(tmp_path), "--seed", "s", "--lesson", "04", "--workers", "2"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fusion_edu.autograder.marking.batch.BATCH", 3)
        assert main(["grade", str(folder), *arguments]) == 0
    assert killed
    assert files(tmp_path) == files(marks)


def rows(out: Path) -> dict[str, str]:
    path = out / "results.sqlite"
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return dict(connection.execute("select key, content from results"))
    except sqlite3.OperationalError:
        return {}


def test_the_same_run_again_marks_nothing(folder, marks):
    before = rows(marks)
    started = time.monotonic()
    assert main(["grade", str(folder), "--out", str(marks), "--seed", "s", "--lesson", "04"]) == 0
    assert time.monotonic() - started < 5
    assert rows(marks) == before


def test_grades(marks):
    table = {row["learner"]: row for row in csv.DictReader((marks / "grades.csv").open(encoding="utf-8-sig"))}
    assert len(table) == 25
    assert [table[f"learner{n:02}"]["points"] for n in range(6)] == ["40", "30", "30", "30", "30", "30"]
    assert table["empty"]["note"] == "empty.ipynb is empty"
    assert {row["max_points"] for row in table.values()} == {"70"}


def test_gradescope_and_junit(marks):
    first = json.loads(next((marks / "gradescope").glob("learner00-*.json")).read_text())
    assert first["score"] == 40
    assert {"name", "score", "max_score", "status", "visibility", "output"} <= set(first["tests"][0])
    suites = ElementTree.parse(marks / "junit.xml").getroot()
    assert len(suites) == 25
    assert suites.find(".//testsuite[@name='learner00: learner00.ipynb']").get("failures") == "2"


def test_feedback_names_the_mistake_and_never_what_was_expected(marks):
    text = next((marks / "feedback").glob("learner02-*.html")).read_text()
    assert "Named mistakes:" in text
    assert "Smallest failing input" in text
    assert "xpected" not in re.sub(r"<style>.*?</style>", "", text)


def test_the_page_of_the_class(marks):
    text = (marks / "class.html").read_text()
    for part in ("namespaces", "How hard each task was", "Which mistakes are made where", "Answers that look alike"):
        assert part in text
    assert "learner00.ipynb" in text
    assert text.count("<script") == 1  # its own: test_tables has it and its policy


def test_names_and_answers_are_escaped(confined, tmp_path):
    own, out = tmp_path / "in", tmp_path / "out"
    own.mkdir()
    evil = RIGHT.replace("return", "raise ValueError('<script>alert(1)</script>')\n    return")
    (own / "=<script>x.ipynb").write_bytes(notebook(cells(evil)))
    assert main(["grade", str(own), "--out", str(out), "--seed", "s"]) == 0
    for path in [*out.glob("*.html"), *out.glob("feedback/*.html")]:
        assert not re.search("<script>(x|alert)", path.read_text())
    assert "'=<script>x" in (out / "grades.csv").read_text()


def test_a_wrong_call_is_one_sentence(tmp_path, capsys):
    assert main(["grade", str(tmp_path / "none"), "--out", str(tmp_path / "o")]) == 2
    assert "is no folder of submissions" in capsys.readouterr().err


def test_without_confinement_marks_are_refused(folder, tmp_path, capsys, monkeypatch):
    from fusion_edu.autograder.sandbox import host

    def none(course, tier, hidden=()):
        raise host.NoSandbox("unshare: Operation not permitted")

    monkeypatch.setattr(host, "Host", none)
    assert main(["grade", str(folder), "--out", str(tmp_path), "--seed", "t"]) == 2
    assert "--trust-submissions" in capsys.readouterr().err


def test_elsewhere_than_on_linux_marks_are_refused(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert main(["grade", str(folder), "--out", str(tmp_path), "--seed", "t"]) == 2
    assert "Linux" in capsys.readouterr().err
