"""The parts of start.py: which machines are refused, what pip says it would bring, and a home that cannot be written."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools.launch import Problem, build, home, machine, pip

ROOT = Path(__file__).parent.parent
GOOD = machine.Facts((3, 12, 4), "CPython", 64, False, "Linux", "x86_64", None, (2, 36))
OLDEST, NEWEST = (3, 11), (3, 14)


def refusal(**facts) -> str:
    return machine.refusal(GOOD._replace(**facts), OLDEST, NEWEST)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"python": (3, 11, 0)},
        {"python": (3, 14, 2)},
        {"processor": "aarch64", "libc": (2, 28)},
        {"libc": None},  # unknown: pip will say
        {"system": "Windows", "processor": "AMD64", "libc": None},
        {"system": "Darwin", "processor": "arm64", "macos": 14, "libc": None},
        {"system": "Darwin", "processor": "arm64", "macos": 26, "libc": None},
    ],
)
def test_machines_that_pytorch_has_a_build_for_are_let_in(facts):
    assert refusal(**facts) == ""


@pytest.mark.parametrize(
    ("facts", "name", "way"),
    [
        ({"python": (3, 10, 14)}, "this is Python 3.10.14", "python.org/downloads"),
        ({"python": (3, 15, 0)}, "this is Python 3.15.0", "3.11 to 3.14"),
        ({"kind": "PyPy"}, "this is PyPy", "CPython"),
        ({"bits": 32}, "32-bit Python", "64-bit"),
        ({"free_threaded": True, "python": (3, 14, 0)}, "free-threaded build of Python 3.14.0", "ordinary"),
        ({"system": "Darwin", "processor": "x86_64", "macos": 13}, "Macs with an Intel processor", "Apple processor"),
        ({"system": "Darwin", "processor": "arm64", "macos": 13}, "macOS 13", "14 or newer"),
        ({"system": "Windows", "processor": "ARM64"}, "Windows on the processor ARM64", "AMD64"),
        ({"processor": "armv7l"}, "Linux on the processor armv7l", "x86_64 and aarch64"),
        ({"processor": "riscv64"}, "the processor riscv64", "x86_64"),
        ({"libc": ()}, "musl", "glibc"),
        ({"libc": (2, 17)}, "glibc 2.17", "2.28 or newer"),
        ({"system": "FreeBSD"}, "no build for FreeBSD", "Linux, Windows and macOS"),
        ({"system": "android"}, "no build for android", "another computer"),
        ({"system": "MSYS2"}, "MSYS2", "python.org/downloads"),
    ],
)
def test_machines_without_a_build_are_refused_by_name_with_a_way(monkeypatch, facts, name, way):
    monkeypatch.setattr(machine.shutil, "which", lambda _: None)
    said = refusal(**facts)
    assert name in said
    assert way in said
    assert "\n" not in said


def test_a_python_that_fits_and_is_here_is_named(monkeypatch):
    monkeypatch.setattr(machine.shutil, "which", lambda name: name if name in ("python3.11", "python3.13") else None)
    assert refusal(python=(3, 15, 1)).endswith("run `python3.13 start.py`")


def test_this_machine_is_let_in():
    assert machine.refusal(machine.facts(), OLDEST, NEWEST) == ""


def test_the_bounds_of_start_are_those_of_the_package():
    import start

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    above = f"{start.NEWEST[0]}.{start.NEWEST[1] + 1}"
    assert project["requires-python"] == f">={machine.dotted(start.PYTHON)},<{above}"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"python": (3, 14, 0)}, "Python 3.14"),
        ({"processor": "aarch64"}, "Linux on aarch64"),
        ({"system": "Darwin", "processor": "arm64"}, ""),
    ],
)
def test_tensorflow_is_left_out_where_it_has_no_build(facts, words):
    line = machine.without_tensorflow(GOOD._replace(**facts))
    assert (words in line) if words else (line == "")


# --- what pip would bring ---------------------------------------------------------------------------------------------


def told(**packages: str) -> dict:
    """A report of pip; name -> version."""
    return {
        "install": [
            {"metadata": {"name": name, "version": version}, "download_info": {"url": f"https://index/{name}"}}
            for name, version in packages.items()
        ]
    }


def test_cuda_is_known_by_what_comes_with_it():
    assert build.build(told(torch="2.13.0", nvidia_cudnn_cu13="9"), lambda url: 2**30) == (True, 2.0, True)
    assert build.build(told(torch="2.13.0", triton="3"), lambda url: 0).cuda
    assert build.build(told(torch="2.13.0+cu130"), lambda url: 0).cuda
    assert build.build(told(torch="2.13.0+cpu", sympy="1"), lambda url: 2**28) == (False, 0.5, True)
    assert build.build(told(torch="2.13.0"), lambda url: 0) == (False, 0.0, True)


def test_a_size_that_is_not_known_is_taken_as_usual():
    unknown = {"https://index/torch": 100, "https://index/triton": None}
    assert build.build(told(torch="2", triton="3"), unknown.get) == (True, 2.7, False)


def test_the_size_of_a_file_needs_no_download(tmp_path):
    wheel = tmp_path / "a wheel+cpu.whl"
    wheel.write_bytes(b"x" * 1234)
    assert build.size(wheel.as_uri()) == 1234
    assert build.size((tmp_path / "none.whl").as_uri()) is None


@pytest.mark.parametrize(
    ("cuda", "gib", "free", "gpu", "words"),
    [
        (False, 0.2, 50, False, None),
        (True, 2.7, 50, True, None),
        (True, 2.7, 50, False, "shows no NVIDIA GPU"),
        (True, 2.7, 11, True, "needs about 11"),  # 3 * 2.7 + 3 = 11.1
        (False, 0.5, 4.4, False, "free some space"),
    ],
)
def test_what_does_not_fit_is_refused_and_cuda_for_nothing_is_said(cuda, gib, free, gpu, words):
    def weigh():
        return build.weigh(build.Build(cuda, gib, True), free, gpu, "python3 start.py")

    if words is None:
        assert weigh() == ""
    elif "NVIDIA" in words:
        assert words in weigh()
        assert f"python3 start.py --torch-index {build.CPU_INDEX}" in weigh()
    else:
        with pytest.raises(Problem, match=words) as problem:
            weigh()
        assert (build.CPU_INDEX in f"{problem.value}") == cuda


FAKE_PYTHON = """#!/bin/sh
if [ "$1" = -c ]; then echo 26.3; exit; fi
asked="$*"
while [ "$1" != --report ]; do shift; done
echo "{\\"asked\\": \\"$asked\\"}" > "$2"
"""


def test_pip_is_asked_for_torch_alone_and_installs_nothing(tmp_path):
    fake = tmp_path / "python"
    fake.write_text(FAKE_PYTHON)
    fake.chmod(0o755)
    asked = build.report(str(fake), tmp_path, "")["asked"]
    assert asked.startswith("-m pip install")
    assert asked.endswith("torch -c constraints.txt")
    assert "--dry-run --ignore-installed" in asked
    assert "--index-url" not in asked
    assert "--index-url https://cpu --no-deps torch" in build.report(str(fake), tmp_path, "https://cpu")["asked"]


def test_without_an_answer_of_pip_the_set_up_goes_on(tmp_path):
    assert build.report(str(tmp_path / "no python"), tmp_path, "") is None
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho 26.3; exit 3\n")
    fake.chmod(0o755)
    assert build.report(str(fake), tmp_path, "") is None


def test_packages_go_into_the_environment_whatever_pip_is_told_elsewhere(monkeypatch):
    for name in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror")
    found = pip.environment()
    assert found["PIP_USER"] == "0"
    assert found["PIP_INDEX_URL"] == "https://mirror"
    assert not {"PIP_TARGET", "PIP_PREFIX"} & set(found)


# --- a home that cannot be written ------------------------------------------------------------------------------------


def test_a_home_that_cannot_be_written_is_replaced_by_the_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("FUSION_EDU_HOME", raising=False)
    monkeypatch.setenv("KERAS_HOME", "/of/the/user")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home.settings(tmp_path) == {}
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file" / "home"))  # a file is in the way, also for root
    found = home.settings(tmp_path)
    assert found["FUSION_EDU_HOME"] == str(tmp_path / ".home" / "fusion_edu_home")
    assert "JUPYTER_RUNTIME_DIR" in found
    assert "KERAS_HOME" not in found, "what the user has set stands"
    assert home.settings(tmp_path / "file") == {}, "nowhere to write: programs do without"


def test_a_check_says_its_result_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").touch()
    right = "def contrastive_loss(d, y, margin=1.0):\n    return (y * d**2 + (1 - y) * (margin - d).clamp(min=0) ** 2).sum() / (2 * len(d))\n"
    (tmp_path / "answer.py").write_text(right)
    nowhere = str(tmp_path / "file" / "home")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("FUSION_EDU", "XDG"))}
    environment |= {"HOME": nowhere, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "fusion_edu", "check", "04.2", str(tmp_path / "answer.py"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert json.loads(done.stdout)["outcome"] == "correct", done.stderr
    assert done.returncode == 0
    assert "progress was not saved" in done.stderr
    assert "Traceback" not in done.stderr
