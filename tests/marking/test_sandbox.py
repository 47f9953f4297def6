"""Frames that lie, a warm process that ends, and what the sandbox must not know."""

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from attacks import ATTACKS, RIGHT, WRONG
from classroom import cells, notebook

from fusion_edu.autograder.case import tensors
from fusion_edu.autograder.marking import batch
from fusion_edu.autograder.marking.batch import Settings
from fusion_edu.autograder.marking.marker import Marker
from fusion_edu.autograder.marking.submissions import Submission
from fusion_edu.autograder.sandbox import response
from fusion_edu.autograder.sandbox.host import Host, NoSandbox
from fusion_edu.autograder.sandbox.inside import frames
from fusion_edu.autograder.sandbox.inside.inputs import pack_case, unpack_case
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.autograder.sandbox.staging import stage
from fusion_edu.checks import TASKS
from fusion_edu.tasks import COURSE

ARRAYS = [np.arange(6.0).reshape(2, 3), np.array(True), np.zeros((0, 4), np.int64), np.asfortranarray(np.eye(3, 2))]


def test_frames_keep_what_they_carry():
    data = b"before" + frames.pack({"a": [1, None, "é"]}, ARRAYS) + b"rest"
    header, arrays, end = frames.unpack(data, len(b"before"))
    assert (header["a"], data[end:]) == ([1, None, "é"], b"rest")
    for was, now in zip(ARRAYS, arrays, strict=True):
        np.testing.assert_array_equal(was, now)
        assert was.dtype == now.dtype


def test_frames_that_are_changed_anywhere_are_refused_or_plain():
    whole = frames.pack({"task": "04.2", "case": 0}, ARRAYS)
    generator = np.random.default_rng(0)
    for _ in range(3000):
        data = bytearray(whole)
        for place in generator.integers(0, len(data), 3):
            data[place] = generator.integers(256)
        try:
            header, arrays, _ = frames.unpack(bytes(data[: generator.integers(1, len(data) + 1)]))
        except frames.BadFrame:
            continue
        assert isinstance(header, dict)
        assert all(array.dtype != object for array in arrays)
    for cut in range(len(whole)):
        with pytest.raises(frames.BadFrame):
            frames.unpack(whole[:cut])


def test_objects_neither_leave_nor_enter():
    with pytest.raises(ValueError, match="[Oo]bject"):
        frames.pack({}, [np.array([print], dtype=object)])
    head = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    data = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(8)
    with pytest.raises(frames.BadFrame):
        frames._array(data)


def test_noise_is_read_as_nothing():
    generator = np.random.default_rng(1)
    for size in (0, 1, 8, 100, 10_000):
        assert response.read(generator.bytes(size)) == ({}, {})


@pytest.mark.parametrize("task", TASKS)
def test_inputs_cross_unchanged(task):
    for case in TASKS[task].cases(3):
        arrays = []
        again = unpack_case(pack_case(case, arrays), arrays)
        assert (again.gradient, again.randomness) == (case.gradient, case.randomness)
        assert [type(item) for item in again.args] == [type(item) for item in case.args]
        for was, now in zip(tensors([case.args, case.also]), tensors([again.args, again.also]), strict=True):
            assert was.dtype == now.dtype
            np.testing.assert_array_equal(was.numpy(), now.numpy())


def test_no_answer_is_staged(tmp_path):
    stage(tmp_path, COURSE)
    found = {path.relative_to(tmp_path / "fusion_edu").as_posix() for path in tmp_path.rglob("*.py")}
    assert {name.split("/")[0] for name in found} == {"__init__.py", "autograder", "shapes.py", "tasks"}
    assert {name for name in found if name.startswith("tasks/")} == {"tasks/__init__.py", "tasks/given.py"}
    assert not {"judge.py", "diagnose.py", "forbidden.py", "task.py"} & {Path(name).name for name in found}
    text = "".join(path.read_text() for path in tmp_path.rglob("*.py"))
    assert "def contrastive_loss" not in text
    assert "reference=" not in text


def test_a_warm_process_that_ends_is_replaced(confined):
    settings = Settings(COURSE.where, "s", lesson="04")
    one = Submission("amy", "amy.ipynb", notebook(cells(RIGHT)))
    try:
        first = batch.mark_all([one], settings)[0]
        os.kill(batch._markers[settings].host.process.pid, signal.SIGKILL)
        second = batch.mark_all([one], settings)[0]
        assert first["marks"] == second["marks"]
    finally:
        batch.close(settings)


def runs(pid: int | str) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_nothing_outlives_a_warm_process_that_is_killed(confined):
    warm = Host(COURSE, "namespaces")
    sandbox = warm.sandbox([], Limits(task=60))
    sleeps = {"number": 1, "source": "import os, time\nos.fork()\ntime.sleep(1000)", "snapshot": False, "asked": []}
    pid = warm.process.pid
    zygote = int(Path(f"/proc/{pid}/task/{pid}/children").read_text())
    first = int(Path(f"/proc/{zygote}/task/{zygote}/children").read_text())
    thread = threading.Thread(target=sandbox.quick, args=([sleeps],))
    thread.start()
    deadline = time.monotonic() + 30
    while not (inside := Path(f"/proc/{first}/task/{first}/children").read_text().split()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    warm.process.kill()
    thread.join(30)
    assert not thread.is_alive()
    while any(map(runs, [first, *inside])):
        assert time.monotonic() < deadline, "a process of the sandbox is left"
        time.sleep(0.02)
    warm.close()


def test_a_flood_of_small_frames_is_read_in_no_time():
    started = time.monotonic()
    assert response.read(frames.pack({}) * 1_000_000) == ({}, {})
    assert time.monotonic() - started < 5


def test_without_confinement_the_marks_are_the_same_and_the_tier_is_named():
    settings = Settings(COURSE.where, "s", lesson="04", trust=True)
    try:
        warm = Host(COURSE, "none")
    except NoSandbox as error:
        pytest.skip(f"{error}")
    batch._markers[settings] = Marker(COURSE, warm, "s", Limits(), lesson="04")
    try:
        for source, points in ((RIGHT, 40), (WRONG, 30), (ATTACKS["kill the parent in a function"], 30)):
            result = batch.mark_all([Submission("amy", "amy.ipynb", notebook(cells(source)))], settings)[0]
            assert sum(mark["points"] for mark in result["marks"]) == points
            assert result["tier"] == "none"
    finally:
        batch.close(settings)
