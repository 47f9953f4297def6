#!/usr/bin/env python3
"""Set up the course and open it: `python3 start.py`. Standard library only, so that a bare Python runs it.

python3 start.py            set up, fetch the data, open the course in JupyterLab
python3 start.py test       set up and pass every test
python3 start.py doctor     what is installed, which device, which data, and what mends what is missing
python3 start.py check FILE.ipynb              check your own notebook from a terminal (--watch)
python3 start.py classroom DIR                 lay out an nbgrader course
python3 start.py grade SUBMISSIONS --out DIR   mark submissions in a process that holds no answers
python3 start.py build      build the notebooks from course/
python3 start.py redraw     run lessons with other seeds, as other processors would: docs/claims.md
python3 start.py lint       check style and types
python3 start.py bench      print the benchmark tables
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LEARNER = ROOT / ".venv-learner"  # what a learner has and nothing else: notebooks are built and tested in it
BACKENDS = ROOT / ".venv-backends"
LEARNERS = "my_course"  # the folder that a learner works in
NEEDS_GIB = 4  # the learner's set, unpacked, with its data; the CUDA build of torch takes 6 more
PYTHON = (3, 11)
BASE = ["requirements.txt", "constraints.txt", "pyproject.toml"]
PINS = {
    "base": BASE,
    "dev": [*BASE, "requirements-dev.txt", "requirements-boxing.txt"],
    "backends": ["requirements-backends.txt"],
}
# What every notebook and test runs with: results depend on the thread count, and no hub is asked for anything.
KERNEL = {"KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


class Problem(Exception):
    """A failure that the user can mend: one sentence that says how."""


# --- the environment ------------------------------------------------------------------------------------------------


def python_of(venv: Path) -> Path:
    """The interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(venv: Path) -> bool:
    """Whether a virtual environment is there and its Python starts."""
    try:
        return subprocess.run([python_of(venv), "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def stamp_of(level: str) -> str:
    """What a finished set-up writes down: it changes with the pins, with Python and with the place of the folder."""
    content = [(ROOT / name).read_bytes() for name in PINS[level]]
    return hashlib.sha256(b"\0".join([sys.version.encode(), str(ROOT).encode(), *content])).hexdigest()


def ready(venv: Path, level: str) -> bool:
    """Whether this level of the environment was finished with these very pins, and still starts."""
    stamp = venv / f".ready-{level}"
    return stamp.is_file() and stamp.read_text() == stamp_of(level) and works(venv)


def finished(venv: Path, level: str) -> None:
    """Write the stamp: the last act of a set-up, so that a broken one is never trusted."""
    (venv / f".ready-{level}").write_text(stamp_of(level))


def check_machine(venv: Path) -> None:
    """Refuse early, in one sentence, what would fail late and unclearly."""
    if sys.version_info < PYTHON:
        raise Problem(
            f"this is Python {sys.version.split()[0]}, and the course needs {PYTHON[0]}.{PYTHON[1]} or newer: "
            "install one from https://www.python.org/downloads and run start.py with it"
        )
    try:
        import ensurepip  # noqa: F401
        import venv as _  # noqa: F401
    except ImportError:
        raise Problem(
            "this Python comes without venv or ensurepip: on Debian or Ubuntu run "
            f"`sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv`, then this command again"
        ) from None
    try:
        venv.mkdir(exist_ok=True)
        probe = venv / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise Problem(
            f"{ROOT} cannot be written ({error.strerror}): copy the course to a folder of your own, or free some space"
        ) from None
    free = shutil.disk_usage(ROOT).free / 2**30
    if free < NEEDS_GIB and not (venv / ".ready-base").exists():
        raise Problem(f"{free:.1f} GiB are free on this disk and the set-up needs about {NEEDS_GIB}: free some space")


def make_venv(venv: Path) -> None:
    """Make the environment anew where it is missing or broken; keep it where it works."""
    if works(venv):
        return
    print(f"Making {venv.name} ...", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        raise Problem(
            f"the virtual environment could not be made ({last_line(made.stdout + made.stderr)}): {way_out(made.stderr)}"
        )


def last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no message")


def way_out(log: str) -> str:
    """What to do about a failed install, read from what it printed."""
    if re.search(r"No space left|Errno 28|disk quota", log, re.I):
        return "the disk is full; free some space and run this command again"
    if re.search(r"do not match the hashes|hash mismatch", log, re.I):
        return "a download arrived damaged; run this command again"
    if re.search(
        r"name resolution|getaddrinfo|NewConnectionError|ConnectTimeout|Max retries|ProxyError|unreachable|ReadTimeout|"
        r"Connection (aborted|broken|reset|refused)|IncompleteRead|Could not find a version|No matching distribution",
        log,
        re.I,
    ):
        return "packages could not be downloaded; check the network (or proxy) and run this command again"
    if re.search(r"Permission denied|Errno 13|Read-only", log, re.I):
        return f"{ROOT} cannot be written; copy the course to a folder of your own"
    return "run this command again; if it stays, delete the folder .venv and start anew"


def pip(venv: Path, *arguments: str, title: str) -> None:
    """Run pip with a short progress line; on failure keep the log and say one sentence."""
    environment = {
        k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"
    }  # compiled once, imports start fast
    command = [
        str(python_of(venv)),
        "-m",
        "pip",
        *arguments,
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
    ]
    print(f"{title} ...", flush=True)
    here, log = 0, []
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        cwd=ROOT,
    ) as process:
        for line in process.stdout:
            log.append(line)
            if found := re.match(r"\s*(?:Downloading|Using cached)\s+(\S+)(.*)", line):
                here += 1
                overwrite(f"  {here} fetched: {found[1].rsplit('/', 1)[-1]}{found[2]}")
            elif line.startswith("Installing collected packages"):
                overwrite(f"  {here} packages fetched; unpacking them ...")
    overwrite("")
    if process.returncode:
        text = "".join(log)
        errors = "\n".join(line for line in log if "ERROR" in line or "error" in line) or text
        with contextlib.suppress(OSError):
            (venv / "setup.log").write_text(text, encoding="utf-8")
        raise Problem(f"the installation stopped ({last_line(errors)[:200]}): {way_out(text)}")


def overwrite(text: str) -> None:
    """Show one line in the place of the last one, on a terminal; a log gets none of it."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r" + text[:width].ljust(width) + ("" if text else "\r"), end="", flush=True)


def set_up(dev: bool = False, offline: bool = False) -> None:
    """Bring .venv to its level, doing only what is not done yet."""
    levels = ["base", "dev"] if dev else ["base"]
    if ready(VENV, levels[-1]):
        return
    check_machine(VENV)
    refuse_offline(VENV, offline)
    for level in levels:
        (VENV / f".ready-{level}").unlink(missing_ok=True)
    make_venv(VENV)
    install_base(VENV, "Installing the packages (once, some minutes)")
    if dev:
        pip(
            VENV, "install", "-r", "requirements-dev.txt", "-c", "constraints.txt", title="Installing what authors need"
        )
    for level in levels:
        finished(VENV, level)


def set_up_backends(offline: bool) -> None:
    """A second environment in which Keras runs on TensorFlow and JAX: the same losses must give the same numbers there."""
    if ready(BACKENDS, "backends"):
        return
    check_machine(BACKENDS)
    refuse_offline(BACKENDS, offline)
    make_venv(BACKENDS)
    pip(BACKENDS, "install", "-r", PINS["backends"][0], title="Installing Keras's other backends (once, for the tests)")
    finished(BACKENDS, "backends")


def set_up_learner(offline: bool) -> None:
    """A second environment with only what a learner gets, so that no notebook leans on an author's packages."""
    if ready(LEARNER, "base"):
        return
    check_machine(LEARNER)
    refuse_offline(LEARNER, offline)
    make_venv(LEARNER)
    install_base(LEARNER, "Installing what a learner has, beside it (once, for the tests)")
    finished(LEARNER, "base")


def install_base(venv: Path, title: str) -> None:
    """The packages of a learner, fusion_edu itself, and the kernel."""
    pip(venv, "install", "-r", "requirements.txt", "-c", "constraints.txt", title=title)
    pip(venv, "install", "--no-deps", "--no-build-isolation", "-e", ".", title="Installing fusion_edu")
    register_kernel(venv)


def refuse_offline(venv: Path, offline: bool) -> None:
    """Say what --offline cannot do."""
    if offline:
        raise Problem(
            f"{venv.name} is not ready and --offline forbids downloads: run this command once without --offline"
        )


def register_kernel(venv: Path) -> None:
    """Give the notebooks' kernel this Python and these settings, and switch JupyterLab's news pop-up off."""
    settings = [word for name, value in KERNEL.items() for word in ("--env", name, value)]
    done = subprocess.run(
        [str(python_of(venv)), "-m", "ipykernel", "install", "--sys-prefix", "--name", "python3", *settings],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Problem(
            f"the kernel could not be registered ({last_line(done.stderr)}): delete {venv.name} and run this command again"
        )
    settle_lab(venv)


def settle_lab(venv: Path) -> None:
    """Switch JupyterLab's news pop-up off, and let it save widgets with a notebook, so that they are there the next day."""
    settings = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    }
    overrides = venv / "share/jupyter/lab/settings/overrides.json"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps(settings) + "\n", encoding="utf-8")


def environment() -> dict[str, str]:
    """The environment of everything that runs in .venv."""
    path = str(python_of(VENV).parent) + os.pathsep + os.environ.get("PATH", "")
    there = (BACKENDS / ".ready-backends").is_file()
    others = {"FUSION_EDU_BACKENDS_PYTHON": str(python_of(BACKENDS))} if there else {}
    return {**os.environ, **KERNEL, **others, "PATH": path, "PYTHONPATH": str(ROOT)}


def run(*command: str, cwd: Path = ROOT, **extra: str) -> int:
    """Run a Python command line in .venv and return its exit status."""
    return subprocess.run([str(python_of(VENV)), *command], cwd=cwd, env={**environment(), **extra}).returncode


def fetch(offline: bool) -> None:
    """Fetch and verify the data of the lessons; the fetcher says what is wrong in one sentence of its own."""
    status = run("-m", "fusion_edu.data.fetch", *(["--offline"] if offline else []))
    if status:
        raise SystemExit(status)


# --- the commands ---------------------------------------------------------------------------------------------------


def lab(options: argparse.Namespace) -> int:
    """Open the learner's folder in JupyterLab: what the learner changed stays, all else follows the course."""
    set_up(offline=options.offline)
    fetch(options.offline)
    port = ["--port", str(options.port), "--ServerApp.port_retries=0"] if options.port else []
    if options.port:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", options.port))
            except (OSError, OverflowError) as error:
                raise Problem(
                    f"port {options.port} cannot be used ({error}): choose another with --port, or leave --port out"
                ) from None
    settle_lab(VENV)  # an environment that was made by an earlier version has less
    if status := run("tools/learner_copy.py", str(ROOT / LEARNERS)):
        return status
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    quiet = ["--no-browser"] if options.no_browser else []
    print("Opening the course; press Ctrl+C here to stop it.", flush=True)
    return run(
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={ROOT / LEARNERS}",
        f"--LabApp.extra_labextensions_path={ROOT / 'tools/labextension'}",
        "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb",
        *port,
        *root,
        *quiet,
        *options.rest,
    )


def test(options: argparse.Namespace) -> int:
    """Pass every test: the library's, the checks', the notebooks' (nbval), the browser's."""
    set_up(dev=True, offline=options.offline)
    fetch(options.offline)
    paths = options.rest or ["tests", "notebooks", "solutions"]
    set_up_learner(options.offline)
    if not options.rest:
        set_up_backends(options.offline)
    nbval = [
        "--nbval",
        "--nbval-sanitize-with",
        "tests/sanitize.cfg",
        "--nbval-cell-timeout=300",
    ]
    return run(
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        *nbval,
        *paths,
        PYTHONDONTWRITEBYTECODE="",
        FUSION_EDU_STRICT="1",  # a claim that does not hold is an error here
        JUPYTER_PATH=str(LEARNER / "share/jupyter"),  # notebooks run with what a learner has
    )


def doctor(options: argparse.Namespace) -> int:
    """Say what is installed and what is missing; change nothing."""
    print(f"Python      {sys.version.split()[0]} at {sys.executable}")
    print(f"Course      {ROOT} ({shutil.disk_usage(ROOT).free / 2**30:.0f} GiB free)")
    if not ready(VENV, "base"):
        state = "is out of date or broken" if VENV.exists() else "is not made yet"
        print(f"Packages    {VENV.name} {state}")
        print("\nTo mend it: python3 start.py")
        return 1
    return run("tools/doctor.py")


def tool(*command: str, dev: bool = True, notebooks: bool = False):
    """A command that sets up, then runs one tool where the user stands, with the rest of the command line.

    ``notebooks``: the tool runs notebooks, and they run with what a learner has.
    """

    def go(options: argparse.Namespace) -> int:
        set_up(dev=dev, offline=options.offline)
        if dev:
            fetch(options.offline)
        if notebooks:
            set_up_learner(options.offline)
        kernels = {"JUPYTER_PATH": str(LEARNER / "share/jupyter")} if notebooks else {}
        return run(*command, *options.rest, cwd=Path.cwd(), **kernels)

    return go


def bench(options: argparse.Namespace) -> int:
    """Print every benchmark's table, one after the other."""
    set_up(dev=True, offline=options.offline)
    fetch(options.offline)
    return max([run(str(path)) for path in sorted((ROOT / "benchmarks").glob("*.py"))], default=0)


def lint(options: argparse.Namespace) -> int:
    """Check style, format and types; all three speak, whatever the first one finds."""
    set_up(dev=True, offline=options.offline)
    tools = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
    return max(run("-m", *command) for command in tools)


COMMANDS = {
    "lab": lab,
    "test": test,
    "doctor": doctor,
    "check": tool("-m", "fusion_edu", "check", dev=False),
    "grade": tool("-m", "fusion_edu", "grade", dev=False),
    "classroom": tool(str(ROOT / "tools/classroom.py")),
    "build": tool(str(ROOT / "tools/build.py"), notebooks=True),
    "redraw": tool(str(ROOT / "tools/redraw.py"), notebooks=True),
    "lint": lint,
    "bench": bench,
}


def main(arguments: list[str]) -> int:
    """Read the command line, run the command, and turn a Problem into one sentence and exit status 1."""
    parser = argparse.ArgumentParser(
        prog="start.py", allow_abbrev=False, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "command",
        nargs="?",
        default="lab",
        choices=COMMANDS,
        metavar="command",
        help="lab (default), " + ", ".join(list(COMMANDS)[1:]),
    )
    parser.add_argument("--offline", action="store_true", help="download nothing; say what is missing instead")
    parser.add_argument("--no-browser", action="store_true", help="print JupyterLab's address instead of opening it")
    parser.add_argument("--port", type=int, help="JupyterLab's port (default: the first free one from 8888 on)")
    options, options.rest = parser.parse_known_args(arguments)
    try:
        return COMMANDS[options.command](options)
    except Problem as problem:
        print(f"\nstart.py: {problem}.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nstart.py: {error}: {way_out(str(error))}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstart.py: stopped; run the same command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
