#!/usr/bin/env python3
"""Set up the course and open it: `python3 start.py`. Standard library only, so that a bare Python runs it.

python3 start.py            set up, fetch the data, open the course in JupyterLab
python3 start.py test       set up and pass every test
python3 start.py doctor     what is installed, which device, which data, and what mends what is missing
python3 start.py check FILE.ipynb              check your own notebook from a terminal (--watch)
python3 start.py classroom DIR                 lay out an nbgrader course
python3 start.py grade SUBMISSIONS --out DIR   mark submissions in a process that holds no answers
python3 start.py build | redraw | site | lint | coverage | bench  for authors: tools/author.py
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # where tools/ is, wherever this is imported from

from tools.launch import Problem, build, home, lock, machine, place
from tools.launch.kernel import KERNEL, register_kernel, settle_lab
from tools.launch.pip import last_line, run_pip, way_out

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LEARNERS = "my_course"  # the folder that a learner works in
NEEDS_GIB = 4  # the learner's set, unpacked, with its data; what a CUDA build of torch adds is asked of pip
PYTHON, NEWEST = (3, 11), (3, 14)  # what PyTorch has builds for; pyproject.toml says the same
BASE = ["requirements.txt", "constraints.txt", "pyproject.toml"]
PINS = {
    "base": BASE,
    "dev": [*BASE, "requirements-dev.txt", "requirements-boxing.txt"],
    "backends": ["requirements-backends.txt", "constraints-backends.txt"],
    "library": ["constraints.txt", "pyproject.toml"],
    "site": ["requirements-site.txt", "constraints-site.txt"],
}


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
    """What a finished set-up writes down: it changes with the pins and with Python."""
    content = [(ROOT / name).read_bytes() for name in PINS[level]]
    return hashlib.sha256(b"\0".join([sys.version.encode(), *content])).hexdigest()


def stamped(venv: Path, level: str) -> bool:
    """Whether this level of the environment was finished with these very pins."""
    stamp = venv / f".ready-{level}"
    return stamp.is_file() and stamp.read_text() == stamp_of(level)


def ready(venv: Path, level: str) -> bool:
    """Whether it is finished, stands where it was made, and starts."""
    return stamped(venv, level) and not place.moved(venv) and works(venv)


def finished(venv: Path, level: str) -> None:
    """Write the stamp: the last act of a set-up, so that a broken one is never trusted."""
    (venv / f".ready-{level}").write_text(stamp_of(level))


def check_machine(venv: Path) -> None:
    """Refuse early, in one sentence, what would fail late and unclearly."""
    if why_not := machine.refusal(machine.facts(), PYTHON, NEWEST):
        raise Problem(why_not)
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
    """Make the environment anew where it is missing or broken; keep it where it works, and mend it where it was moved."""
    if works(venv) and (not place.moved(venv) or healed(venv)):
        return
    print(f"Making {venv.name} ...", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        raise Problem(
            f"the virtual environment could not be made ({last_line(made.stdout + made.stderr)}): {way_out(made.stderr, ROOT)}"
        )


def healed(venv: Path) -> bool:
    """Mend an environment that was moved with its folder; False where it has to be made anew."""
    print(f"{venv.name} was made in another folder; writing its scripts anew ...", flush=True)
    try:
        place.heal(venv, python_of(venv))
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def pip(venv: Path, *arguments: str, title: str) -> None:
    """Run pip in an environment, in the folder of the course. It leaves the modules as they are: see ``compile_all``."""
    run_pip(venv, python_of(venv), ROOT, *arguments, "--no-compile", title=title)


def compile_all(venv: Path) -> None:
    """Compile all modules, on every core (pip takes one): imports start fast, also where the folder is read-only later.

    Only for what people work in; in the environments of tests a module is compiled when it is first imported.
    """
    print("Compiling them, so that they start fast ...", flush=True)
    folder = str(venv / ("Lib" if os.name == "nt" else f"lib/python{sys.version_info[0]}.{sys.version_info[1]}"))
    command = [str(python_of(venv)), "-m", "compileall", "-q", "-j", "0", folder]
    # packages bring templates that cannot be compiled: what it says of them, and its exit status, mean nothing
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def bring(venv: Path, levels: list[str], offline: bool, install, stale=lambda: False) -> None:
    """Bring an environment to its level, doing only what is not done yet, and one set-up of this folder at a time.

    Args:
        install: called with whether this is the first time; puts the packages into the environment.
        stale: whether what is there is to be forgotten; asked again once nobody else sets up.
    """
    if ready(venv, levels[-1]) and not stale():
        return
    check_machine(venv)
    with lock.alone(ROOT / ".setup.lock", "Another set-up of this folder is running; waiting for it to end ..."):
        anew = stale()
        if ready(venv, levels[-1]) and not anew:
            return
        if stamped(venv, levels[-1]) and not anew and works(venv) and healed(venv):
            if levels[0] == "base":
                install_course(venv)
            return
        refuse_offline(venv, offline)
        first = not (venv / f".ready-{levels[0]}").exists()
        for level in levels:
            (venv / f".ready-{level}").unlink(missing_ok=True)
        if anew:
            shutil.rmtree(venv, ignore_errors=True)
        make_venv(venv)
        install(first or anew)
        for level in levels:
            finished(venv, level)


def set_up(dev: bool = False, offline: bool = False, torch_index: str = "") -> None:
    """Bring .venv to its level. ``torch_index``: where PyTorch comes from, instead of the usual index; it is remembered."""
    chosen = torch_index or torch_source()

    def install(first: bool) -> None:
        if first:
            say_what_comes(VENV, chosen)
        install_base(VENV, "Installing the packages (once, some minutes)", chosen)
        if chosen:
            (VENV / ".torch-index").write_text(chosen, encoding="utf-8")
        if dev:
            words = ("install", "-r", "requirements-dev.txt", "-c", "constraints.txt")
            pip(VENV, *words, title="Installing what authors need")
        compile_all(VENV)

    def stale() -> bool:
        return (VENV / "pyvenv.cfg").exists() and chosen != torch_source()

    bring(VENV, ["base", "dev"] if dev else ["base"], offline, install, stale)


def torch_source() -> str:
    """The index that PyTorch came from where one was chosen, else ""."""
    try:
        return (VENV / ".torch-index").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def say_what_comes(venv: Path, torch_index: str) -> None:
    """Ask pip which PyTorch it would bring; refuse what does not fit on the disk, and say where CUDA comes for nothing."""
    told = build.report(str(python_of(venv)), ROOT, torch_index)
    if told is None:
        print("What pip would bring could not be asked; going on.", flush=True)
        return
    found = build.build(told)
    if line := build.weigh(found, shutil.disk_usage(ROOT).free / 2**30, build.nvidia()):
        print(line, flush=True)


def install_torch(venv: Path, torch_index: str) -> None:
    """PyTorch from an index of its own, where one was chosen."""
    if torch_index:
        words = ("install", "--no-deps", "torch", "-c", "constraints.txt", "--index-url", torch_index)
        pip(venv, *words, title=f"Installing PyTorch from {torch_index}")


def install_base(venv: Path, title: str, torch_index: str = "") -> None:
    """The packages of a learner, fusion_edu itself, and the kernel."""
    install_torch(venv, torch_index)
    pip(venv, "install", "-r", "requirements.txt", "-c", "constraints.txt", title=title)
    install_course(venv)


def install_course(venv: Path) -> None:
    """fusion_edu from this folder, and the kernel: what names the place of the folder, and needs no network."""
    pip(venv, "install", "--no-deps", "--no-build-isolation", "-e", ".", title="Installing fusion_edu")
    register_kernel(venv, python_of(venv))


def refuse_offline(venv: Path, offline: bool) -> None:
    """Say what --offline cannot do."""
    if offline:
        raise Problem(
            f"{venv.name} is not ready and --offline forbids downloads: run this command once without --offline"
        )


def environment() -> dict[str, str]:
    """The environment of everything that runs in .venv."""
    path = str(python_of(VENV).parent) + os.pathsep + os.environ.get("PATH", "")
    return {**os.environ, **KERNEL, **home.settings(ROOT), "PATH": path, "PYTHONPATH": str(ROOT)}


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
    set_up(offline=options.offline, torch_index=options.torch_index)
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
        "--LabApp.default_url=/lab/tree/notebooks/home.ipynb",
        *port,
        *root,
        *quiet,
        *options.rest,
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
    return run("-m", "fusion_edu", "doctor")


def tool(*command: str, dev: bool = True):
    """A command that sets up, then runs one tool where the user stands, with the rest of the command line."""

    def go(options: argparse.Namespace) -> int:
        set_up(dev=dev, offline=options.offline, torch_index=options.torch_index)
        if dev:
            fetch(options.offline)
        return run(*command, *options.rest, cwd=Path.cwd())

    return go


def author(options: argparse.Namespace) -> int:
    """A command for authors: it has a page of its own, and runs in .venv."""
    if not (ROOT / "tests").is_dir():
        raise Problem(f"{options.command} is for authors: it needs the whole repository, this copy has no tests/")
    set_up(dev=True, offline=options.offline, torch_index=options.torch_index)
    offline = ["--offline"] if options.offline else []
    return run(str(ROOT / "tools/author.py"), options.command, *offline, *options.rest, cwd=Path.cwd())


COMMANDS = {
    "lab": lab,
    "test": author,
    "doctor": doctor,
    "check": tool("-m", "fusion_edu", "check", dev=False),
    "grade": tool("-m", "fusion_edu", "grade", dev=False),
    "classroom": tool(str(ROOT / "tools/classroom.py")),
    **dict.fromkeys(("build", "redraw", "site", "lint", "coverage", "bench"), author),
}


def main(arguments: list[str]) -> int:
    """Read the command line and run the command."""
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
    parser.add_argument("--torch-index", default="", metavar="URL", help=f"bring PyTorch from here: {build.CPU_INDEX}")
    options, options.rest = parser.parse_known_args(arguments)
    return saying_problems(lambda: COMMANDS[options.command](options))


def saying_problems(command) -> int:
    """Run a command and give its exit status; a Problem is one sentence and exit status 1."""
    try:
        return command()
    except Problem as problem:
        print(f"\nstart.py: {problem}.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nstart.py: {error}: {way_out(str(error), ROOT)}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstart.py: stopped; run the same command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
