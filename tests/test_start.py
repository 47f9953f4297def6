"""The launcher: every failure is one sentence that says what to do, and leaves nothing that a second run would trust."""

import importlib.util
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ONE_SENTENCE = r"^start\.py: [^\n]+\.$"


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start.py as a module that works in a folder of its own."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in {name for pins in module.PINS.values() for name in pins}:
        (tmp_path / name).write_text("")
    (tmp_path / "tests").mkdir()  # as in the whole repository: commands for authors ask for it
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    return module


@pytest.fixture
def environments(start, monkeypatch):
    """The authors' environments, in the same folder."""
    monkeypatch.setitem(sys.modules, "start", start)
    spec = importlib.util.spec_from_file_location("environments", ROOT / "tools/environments.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(start, capsys, *arguments) -> str:
    """Run a command that must fail; return the one sentence it says."""
    assert start.main(list(arguments)) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("start.py: "), error
    assert error.endswith("."), error
    assert "\n" not in error, error
    assert "Traceback" not in error
    return error


def pretend(start, monkeypatch, output: str, status: int = 1):
    """Let every pip run print ``output`` and end with ``status``; the environment itself is pretended to work."""
    monkeypatch.setattr(start, "works", lambda venv: True)
    monkeypatch.setattr(start.build, "report", lambda *_: None)
    fake = f"import sys; sys.stdout.write({output!r}); sys.exit({status})"
    real = subprocess.Popen
    monkeypatch.setattr(start.subprocess, "Popen", lambda command, **kw: real([sys.executable, "-c", fake], **kw))


def test_python_too_old(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "PYTHON", (99, 0))
    assert "needs 99.0 or newer" in said(start, capsys)


def test_an_old_python_can_read_the_file():
    import ast

    for path in (ROOT / "start.py", *(ROOT / "tools/launch").glob("*.py")):
        ast.parse(path.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("module", ["ensurepip", "venv"])
def test_debian_without_venv_or_ensurepip(start, monkeypatch, capsys, module):
    monkeypatch.setitem(sys.modules, module, None)
    assert "sudo apt install python3" in said(start, capsys)


def test_a_folder_that_cannot_be_written(start, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(start, "VENV", tmp_path / "requirements.txt" / ".venv")  # a file is in the way, also for root
    assert "cannot be written" in said(start, capsys)


def test_a_full_disk_is_seen_before_the_download(start, monkeypatch, capsys):
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 2**30})())
    assert "1.0 GiB are free" in said(start, capsys)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n", "disk is full"),
        (
            "WARNING: Retrying ... NewConnectionError: Temporary failure in name resolution\nERROR: No matching distribution found\n",
            "check the network",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE\n", "damaged"),
        ("urllib3.exceptions.ProtocolError: Connection broken: IncompleteRead(12 bytes read)\n", "check the network"),
        ("PermissionError: [Errno 13] Permission denied: '.venv/lib'\n", "cannot be written"),
        (
            "ERROR: No matching distribution found for torch==2.13.0 (from -r requirements.txt)\n",
            "has no PyTorch for Python 3.",
        ),
        ("", "run this command again"),
    ],
)
def test_a_failed_install_says_why_and_is_not_trusted(start, monkeypatch, capsys, output, words):
    pretend(start, monkeypatch, output)
    assert words in said(start, capsys)
    assert not list(start.VENV.glob(".ready-*"))
    assert not start.ready(start.VENV, "base")


def test_a_broken_environment_is_made_anew(start):
    broken = start.python_of(start.VENV)
    broken.parent.mkdir(parents=True)
    broken.write_text("not a program")
    (start.VENV / ".ready-base").write_text(start.stamp_of("base"))
    assert not start.ready(start.VENV, "base")
    start.make_venv(start.VENV)
    assert start.works(start.VENV)


def test_a_failed_environment_leaves_nothing(start, monkeypatch, capsys):
    monkeypatch.setattr(start.sys, "executable", sys.executable)
    monkeypatch.setattr(
        start.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1, "", "Error: no pip\n")
    )
    assert "virtual environment could not be made" in said(start, capsys)
    assert not start.VENV.exists()


def test_changed_pins_are_noticed(start, monkeypatch):
    monkeypatch.setattr(start, "works", lambda venv: True)
    start.VENV.mkdir()
    start.finished(start.VENV, "base")
    assert start.ready(start.VENV, "base")
    (start.ROOT / "constraints.txt").write_text("torch==0\n")
    assert not start.ready(start.VENV, "base")


def test_offline_says_what_is_missing(start, capsys):
    assert "--offline forbids downloads" in said(start, capsys, "--offline")
    assert "--offline forbids downloads" in said(start, capsys, "test", "--offline")


def test_a_taken_port(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "set_up", lambda **_: None)
    monkeypatch.setattr(start, "fetch", lambda _: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "choose another with --port" in said(start, capsys, "--port", str(taken.getsockname()[1]))
    assert "choose another with --port" in said(start, capsys, "--port", "99999")


def test_a_failed_download_of_data_stops_the_launch(start, monkeypatch):
    monkeypatch.setattr(start, "set_up", lambda **_: None)
    monkeypatch.setattr(start, "run", lambda *command, **_: 3)
    with pytest.raises(SystemExit) as stop:
        start.main([])
    assert stop.value.code == 3


def test_doctor_names_the_one_command(start, capsys):
    assert start.main(["doctor"]) == 1
    assert "To mend it: python3 start.py" in capsys.readouterr().out
    assert not start.VENV.exists(), "the doctor changes nothing"


def test_unknown_command_is_refused():
    done = subprocess.run([sys.executable, ROOT / "start.py", "fly"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "invalid choice: 'fly'" in done.stderr


def test_a_tool_gets_the_rest_of_the_line_and_stands_where_the_user_does(start, monkeypatch, tmp_path):
    seen = {}
    monkeypatch.setattr(start, "set_up", lambda **kw: seen.update(kw))
    monkeypatch.setattr(start, "run", lambda *command, cwd: seen.update(command=command, cwd=cwd) or 0)
    monkeypatch.chdir(tmp_path)
    assert start.main(["grade", "handed_in", "--out", "marks", "--workers", "2"]) == 0
    assert seen["command"] == ("-m", "fusion_edu", "grade", "handed_in", "--out", "marks", "--workers", "2")
    assert (seen["cwd"], seen["dev"]) == (tmp_path, False)


def test_the_course_opens_in_the_learners_folder_with_widgets_that_stay(start, monkeypatch):
    ran = []
    monkeypatch.setattr(start, "set_up", lambda **_: None)
    monkeypatch.setattr(start, "run", lambda *command, **_: ran.append(command) or 0)
    assert start.main(["--no-browser"]) == 0
    fetch, copy, lab = ran
    assert copy == ("tools/learner_copy.py", str(start.ROOT / "my_course"))
    assert f"--ServerApp.root_dir={start.ROOT / 'my_course'}" in lab
    settings = json.loads((start.VENV / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}


# --- one at a time, and a folder that moves ---------------------------------------------------------------------------


def test_a_second_set_up_waits_for_the_first_and_then_finds_its_work(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "works", lambda venv: True)
    holder = (
        "import sys; from tools.launch import lock\n"
        f"with lock.alone({str(start.ROOT / '.setup.lock')!r}, ''):\n    print('mine', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as first:
        assert first.stdout.readline() == "mine\n"

        def looked(seconds):  # the second set-up found the lock taken; the first one ends its work, and itself
            if first.poll() is None:
                start.finished(start.VENV, "base")
                first.kill()
                first.wait()

        monkeypatch.setattr(start.lock.time, "sleep", looked)
        monkeypatch.setattr(start, "pip", lambda *_, **__: pytest.fail("the second one installs what is there already"))
        start.set_up()
    assert capsys.readouterr().out.count("Another set-up of this folder is running") == 1


@pytest.mark.thorough
def test_a_moved_environment_names_no_old_place(start, monkeypatch, tmp_path):
    """The scripts of its packages, activate and pyvenv.cfg follow; the name of the new folder has a space in it."""
    old = tmp_path / "before" / ".venv"
    subprocess.run([sys.executable, "-m", "venv", str(old)], check=True)
    assert not start.place.moved(old)
    new = tmp_path / "and after" / ".venv"
    new.parent.mkdir()
    old.parent.rename(tmp_path / "gone")
    (tmp_path / "gone" / ".venv").rename(new)
    assert start.place.moved(new)
    start.place.heal(new, start.python_of(new))
    assert not start.place.moved(new)
    for path in new.joinpath("bin").iterdir():
        if path.is_file() and not path.is_symlink():
            assert str(old).encode() not in path.read_bytes(), path.name
    shown = subprocess.run([new / "bin/pip", "--version"], capture_output=True, text=True, check=True).stdout
    assert str(new) in shown
    script = f'. "{new}/bin/activate" && python -c "import sys; print(sys.prefix)"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.strip() == str(new)


def test_a_moved_folder_is_mended_without_a_network_and_its_stamps_stay(start, monkeypatch):
    done = []
    monkeypatch.setattr(start, "works", lambda venv: True)
    monkeypatch.setattr(
        start.place, "heal", lambda venv, python: (venv / "pyvenv.cfg").write_text(f"command = python -m venv {venv}\n")
    )
    monkeypatch.setattr(start, "pip", lambda venv, *words, **_: done.append(words))
    monkeypatch.setattr(start, "register_kernel", lambda *_: done.append("kernel"))
    start.VENV.mkdir()
    start.finished(start.VENV, "base")
    (start.VENV / "pyvenv.cfg").write_text(
        "home = /usr/bin\ncommand = /usr/bin/python3 -m venv --clear /elsewhere/a b/.venv\n"
    )
    assert start.place.made_at(start.VENV) == "/elsewhere/a b/.venv"
    assert not start.ready(start.VENV, "base")
    start.set_up(offline=True)
    assert done == [("install", "--no-deps", "--no-build-isolation", "-e", "."), "kernel"]
    assert start.ready(start.VENV, "base")


# --- which PyTorch ----------------------------------------------------------------------------------------------------


def test_another_index_for_torch_is_used_remembered_and_makes_the_environment_anew(start, environments, monkeypatch):
    ran = []
    monkeypatch.setattr(start, "works", lambda venv: venv.exists())
    monkeypatch.setattr(start.build, "report", lambda *_: None)
    monkeypatch.setattr(start, "pip", lambda venv, *words, **_: ran.append((venv.name, " ".join(words))))
    monkeypatch.setattr(start, "compile_all", lambda venv: ran.append((venv.name, "compiled")))
    monkeypatch.setattr(start, "register_kernel", lambda *_: None)
    monkeypatch.setattr(start, "make_venv", lambda venv: (venv.mkdir(exist_ok=True), (venv / "pyvenv.cfg").touch()))
    start.set_up()
    assert not [words for _, words in ran if "--index-url" in words]
    (start.VENV / "old").touch()
    start.set_up(torch_index="https://example.org/cpu")
    assert not (start.VENV / "old").exists()
    start.set_up()
    environments.learner(False)
    torch = "install --no-deps torch -c constraints.txt --index-url https://example.org/cpu"
    assert [venv for venv, words in ran if words == torch] == [".venv", ".venv-learner"]
    assert [venv for venv, words in ran if words == "compiled"] == [".venv", ".venv"]


def test_modules_are_compiled_and_one_that_cannot_be_stops_nothing(start):
    venv = start.VENV
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    package = next(venv.glob("*/*/site-packages"), venv / "Lib/site-packages") / "a"
    package.mkdir()
    (package / "module.py").write_text("x = 1\n")
    (package / "template.py").write_text("{{ name }} = }\n")
    start.compile_all(venv)
    assert [path.name.split(".")[0] for path in package.rglob("*.pyc")] == ["module"]


def test_a_disk_that_cuda_does_not_fit_on_is_seen_before_the_download(start, monkeypatch, capsys):
    told = {
        "install": [
            {"metadata": {"name": name, "version": "1"}, "download_info": {"url": name}}
            for name in ("torch", "nvidia_cublas")
        ]
    }
    monkeypatch.setattr(start, "make_venv", lambda venv: venv.mkdir(exist_ok=True))
    monkeypatch.setattr(start, "works", lambda venv: True)
    monkeypatch.setattr(start.build, "report", lambda *_: told)
    monkeypatch.setattr(start.build, "size", lambda url: 3 * 2**29)
    monkeypatch.setattr(start.build, "nvidia", lambda: False)
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 8 * 2**30})())
    error = said(start, capsys)
    assert "8.0 GiB are free" in error
    assert "3.0 GiB of PyTorch with CUDA" in error
    assert "--torch-index https://download.pytorch.org/whl/cpu" in error


def test_backends_that_do_not_exist_here_cost_one_line(start, environments, monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(start.machine, "without_tensorflow", lambda facts: "TensorFlow has no build for this")
    monkeypatch.setattr(start, "make_venv", lambda venv: venv.mkdir(exist_ok=True))
    monkeypatch.setattr(start, "pip", lambda venv, *words, **_: ran.append(words))
    environments.backends(False)
    assert capsys.readouterr().out == "TensorFlow has no build for this\n"
    assert ran == [("install", "-r", "requirements-backends.txt", "-c", "constraints-backends.txt")]


def test_author_commands_keep_their_names_and_run_on_their_own_page(start, monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(start, "set_up", lambda **kw: seen.append(kw["dev"]))
    monkeypatch.setattr(start, "run", lambda *command, **_: seen.append(command) or 0)
    for command in ("test", "build", "redraw", "lint", "bench"):
        assert start.main([command, "--offline", "04", "-k", "two words"]) == 0
    page = str(start.ROOT / "tools/author.py")
    assert seen[1::2] == [
        (page, c, "--offline", "04", "-k", "two words") for c in ("test", "build", "redraw", "lint", "bench")
    ]
    assert seen[0::2] == [True] * 5


def test_a_walk_takes_the_lessons_that_are_named_and_is_no_strict_run(monkeypatch):
    from tools import author

    ran = []
    monkeypatch.setattr(author.start, "fetch", lambda _: None)
    monkeypatch.setattr(author.environments, "learner", lambda _: None)
    monkeypatch.setattr(author.environments, "run", lambda *words, **extra: ran.append((words, extra)) or 0)
    assert author.main(["test", "--walk", "04", "05"]) == author.main(["test", "--offline", "--walk"]) == 0
    (some, settings), (whole, _) = ran
    assert some[-3:] == ("tests/lab/walk.py", "-k", "home or 04 or 05")
    assert whole[-1] == "tests/lab/walk.py"
    assert settings["FUSION_EDU_STRICT"] == ""


def test_every_lesson_is_run_by_one_of_three_commits_and_each_by_all(monkeypatch):
    from tools import author, share

    ran = []
    monkeypatch.setattr(author.start, "fetch", lambda _: None)
    for name in ("learner", "backends", "library"):
        monkeypatch.setattr(author.environments, name, lambda _: None)
    monkeypatch.setattr(author.environments, "run", lambda *words, **_: ran.append(words) or 0)

    def lessons(words):
        return {Path(word).name[:2] for word in words if Path(word).parent.name == "notebooks"} - {"ho"}

    for commit in (6, 7, 8):
        monkeypatch.setattr(share, "turn", lambda commit=commit: commit)
        assert author.main(["test"]) == 0
    assert author.main(["test", "--all"]) == 0
    *shares, every = map(lessons, ran)
    assert every == {path.name[:2] for path in (author.ROOT / "course/lessons").glob("*.py")}
    assert sorted(number for share in shares for number in share) == sorted(every)
    assert all({"tests", "solutions"} <= set(words) for words in ran)
    assert ran[3][ran[3].index("-m", 2) + 1] == ""
    assert "" not in ran[0]
    others = [sorted(every)[(6 + k) % 3 :: 3] for k in (1, 2)]  # what .ci/run asks `redraw --part` for
    assert shares[0] == every.difference(*others)


@pytest.mark.parametrize("told", ["", "1a2b3c4"])
def test_the_turn_is_a_number_with_git_and_without(monkeypatch, told):
    from tools import share

    class Done:
        stdout = told and f"{told}\n"

    monkeypatch.setattr(share.subprocess, "run", lambda *_, **__: Done)
    assert share.turn() == (0x1A2B3C4 if told else 0)
