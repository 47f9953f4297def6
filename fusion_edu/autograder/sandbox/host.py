"""The judge's end of the warm process that forks sandboxes."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fusion_edu.autograder.course import Course
from fusion_edu.autograder.sandbox.inside.inputs import Inputs, pack
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.autograder.sandbox.sandbox import NoSandbox, Sandbox
from fusion_edu.autograder.sandbox.staging import canaries, packages, stage, withheld, withheld_folders

ENVIRONMENT = {"LANG": "C.UTF-8", "KERAS_BACKEND": "torch", "MPLBACKEND": "agg"} | dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
START_SECONDS = 400.0  # importing torch from a cold disk, on a machine that does much else
RUN = (
    "import sys; sys.path.insert(0, {path!r}); from fusion_edu.autograder.sandbox.inside.zygote import main; main({fd})"
)


class Host:
    """A warm process of one tier; close it when done.

    Args:
        course: whose answers run.
        tier: "namespaces" or "none".
        hidden: folders that submissions must never see, e.g. those of the submissions and of the marks.
        modules: what to import besides torch and NumPy, before any submission comes.
    """

    def __init__(self, course: Course, tier: str, hidden: tuple[Path, ...] = (), modules: tuple[str, ...] = ()) -> None:
        self.course, self.tier, self.hidden, self.modules = course, tier, hidden, modules
        self.folder = Path(tempfile.mkdtemp(prefix="fusion_edu_sandbox_"))
        self.folder.chmod(0o711)
        self.process: subprocess.Popen[bytes] | None = None
        self.brought: Inputs = {}
        self.landlock = 0
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        barred = _barred() if self.tier == "none" else None
        if barred is not None:
            raise NoSandbox(f"Python lies below {barred}, which only root may enter, and submissions never run as root")
        staged, scratch = self.folder / "staged", self.folder / "root"
        modules = stage(staged, self.course)
        scratch.mkdir()
        scratch.chmod(0o777 if self.tier == "none" else 0o755)
        settings = {
            "tier": self.tier,
            "scratch": str(scratch),
            "hidden": [str(path.resolve()) for path in (*withheld_folders(self.course), *self.hidden)],
            "modules": list(self.modules),
            "packages": packages(self.course),
            "staged": modules,
            "withheld": withheld(self.course),
            "canaries": [str(path.resolve()) for path in canaries(self.course)],
        }
        self._run(staged)
        self.landlock = self._greeted(settings)["landlock"]
        if self.tier == "namespaces":
            shutil.rmtree(self.folder, ignore_errors=True)  # all of it is loaded, and the sandbox has a root of its own

    def _run(self, staged: Path) -> None:
        """Start the process, with one end of a socket."""
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        code = RUN.format(path=str(staged), fd=theirs.fileno())
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", code],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=(self.folder / "errors").open("wb"),
                cwd="/",
                env=ENVIRONMENT | {"KERAS_HOME": str(self.folder / "keras")},
            )

    def _greeted(self, settings: dict[str, Any]) -> dict[str, Any]:
        """What it says once it is ready."""
        self.control.settimeout(START_SECONDS)
        file = os.memfd_create("settings")  # on the command line everybody could read the teacher's paths
        try:
            os.write(file, json.dumps(settings).encode())
            with contextlib.suppress(OSError):  # it has ended already, which the next line tells
                socket.send_fds(self.control, [b"settings"], [file])
        finally:
            os.close(file)
        try:
            hello: dict[str, Any] = json.loads(self.control.recv(4096) or b"{}")
        except (OSError, ValueError):  # too late, or it has ended
            hello = {}
        if "pid" not in hello:
            said = (self.folder / "errors").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise NoSandbox(hello.get("error") or (said[-1] if said else "the warm process did not start"))
        return hello

    def ask(self, message: bytes, *fds: int) -> None:
        """One request to the warm process, and its answer.

        Raises:
            NoSandbox: it has ended.
        """
        try:
            socket.send_fds(self.control, [message], fds) if fds else self.control.send(message)
            answered = self.control.recv(64)
        except OSError:
            answered = b""
        if not answered:
            raise NoSandbox("the warm process has ended")

    def bring(self, tasks: Inputs) -> None:
        """Inputs of tasks that the sandboxes from now on have; those that are there already are not sent again."""
        new = {task: content for task, content in tasks.items() if self.brought.get(task) is not content}
        if not new:
            return
        file = os.memfd_create("inputs")
        try:
            with open(file, "wb", closefd=False) as whole:
                whole.write(pack(new))
            os.lseek(file, 0, os.SEEK_SET)
            self.ask(b"cases", file)
        finally:
            os.close(file)
        self.brought |= new

    def sandbox(self, tasks: Iterable[str], limits: Limits) -> Sandbox:
        """A fresh sandbox with the inputs of ``tasks``, which were brought before."""
        return Sandbox(self, tasks, limits)

    def close(self) -> None:
        """End the warm process and remove its folder."""
        if hasattr(self, "control"):
            self.control.close()
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _barred() -> Path | None:
    """A folder on the way to this Python that an unprivileged user could not enter, where this program runs as root."""
    ways = {path for prefix in (sys.prefix, sys.base_prefix) for path in [Path(prefix), *Path(prefix).parents]}
    closed = sorted(path for path in ways if not path.stat().st_mode & 1)
    return closed[0] if closed and os.getuid() == 0 else None


def open_host(course: Course, trust: bool, hidden: tuple[Path, ...] = ()) -> Host:
    """The best warm process that this machine gives.

    Args:
        course: whose answers run.
        trust: whether to run submissions without confinement where there is no other way.
        hidden: folders that submissions must never see.

    Raises:
        NoSandbox: it gives none, and ``trust`` is not set; the text says what to do.
    """
    if not sys.platform.startswith("linux"):
        raise NoSandbox(
            f"submissions can be confined on Linux only, this is {sys.platform}: use Linux, WSL or a container"
        )
    try:
        return Host(course, "namespaces", hidden)
    except NoSandbox as error:
        if trust:
            return Host(course, "none", hidden)
        raise NoSandbox(
            f"submissions cannot be confined here ({error}). Allow user namespaces (docs/grading.md says how), or, if "
            "you trust every submission, add --trust-submissions: they then run with your rights"
        ) from error
