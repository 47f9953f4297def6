"""The warm process: has imported torch and NumPy, knows no answer, and forks one confined keeper per submission."""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

from fusion_edu.autograder.sandbox.inside import (
    alone,
    confine,
    huge_pages,
    inputs,
    landlock,
    linux,
    newroot,
    preload,
    seccomp,
    standins,
)

NOBODY = 60_000  # user ids above it belong to nobody


def main(fd: int) -> None:
    """Get ready, say hello, then fork for each request.

    Args:
        fd: control socket. A message "cases" brings a file of cases that sandboxes shall have, "fork" a socket for the
            first process of a new sandbox, "end" ends that one.

    The first message brings a file of settings: "tier", "scratch" (an empty folder), "hidden" (folders never to be seen),
    "modules" (to import first), "packages" (the engine's and the course's), "staged" (what stands here of them),
    "withheld" (what must not), "canaries" (files that must not be seen).
    """
    status = 1
    try:
        _serve(fd)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)  # torch would wait at the end for a thread that no fork has


def _serve(fd: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C the judge hears, and hangs up
    control = socket.socket(fileno=os.dup(fd))  # the lowest number there is: sandboxes close those up to 255
    os.close(fd)
    _, files, _, _ = socket.recv_fds(control, 64, 1)
    settings = json.loads(os.pread(files[0], os.fstat(files[0]).st_size, 0))
    os.close(files[0])
    try:
        base, fence = _get_ready(settings)
    except (OSError, AssertionError, ImportError) as error:
        control.send(json.dumps({"error": f"{error}"}).encode())
        return
    settings = {name: settings[name] for name in ("tier", "scratch")}  # the rest is nothing for submissions
    control.send(json.dumps({"pid": os.getpid(), "landlock": fence}).encode())
    cases: inputs.Inputs = {}
    while True:
        message, fds, _, _ = socket.recv_fds(control, 64, 1)
        if message == b"cases":
            cases |= inputs.load(fds[0])
            os.close(fds[0])
            control.send(b"ready")
        elif message == b"fork":
            _sandbox(control, settings, fds[0], base, cases)
        else:
            return


def _sandbox(control: socket.socket, settings: dict[str, Any], sock: int, base: int, cases: inputs.Inputs) -> None:
    """One sandbox, until the judge says that it is done with it, or is gone."""
    confined = settings["tier"] == "namespaces"
    pid = _fork(confined, settings["scratch"], sock, base, cases)
    os.close(sock)
    control.send(b"ready")
    control.recv(64)
    if not confined:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, 9)
    os.kill(pid, 9)
    os.waitpid(pid, 0)  # with it ends everything in its namespace
    control.send(b"ended")


def _get_ready(settings: dict[str, Any]) -> tuple[int, int]:
    confined = settings["tier"] == "namespaces"
    sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in f"{finder!r}".lower()]
    if confined:
        _enter()
    _write("/proc/self/oom_score_adj", "900")  # should memory end, it ends here
    preload.warm_up([*settings["staged"], *settings["modules"]])
    _without_threads()
    gc.collect()
    huge_pages.collapse()
    with open("/proc/self/statm", encoding="ascii") as file:
        base = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    threads = len(os.listdir("/proc/self/task"))
    assert threads == 1, f"the warm process has {threads} threads, needs 1: a fork takes only one along"
    alone.kernel_tells = alone.is_single()
    if confined:
        canaries = newroot.names_of(settings["canaries"])
        newroot.build(settings["scratch"], settings["hidden"])
        seen = [path for path in canaries if os.path.exists(path)]
        assert not seen, f"{seen[0]} can be seen where submissions run"
    _knows_no_answer(settings)
    standins.install(settings["packages"], settings["staged"])
    seccomp.program()
    null = os.open("/dev/null", os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    os.close(null)
    gc.freeze()
    return base, landlock.version() if confined else 0


def _without_threads() -> None:
    """Go on in a fork, which has none of the threads of this process. That one becomes a small one that waits, and both end together."""
    parent = os.getpid()
    told, ready = os.pipe()
    pid = os.fork()
    if pid:
        os.set_inheritable(ready, True)
        wait = f"import os; os.write({ready}, b'.'); os.close({ready}); os.waitpid({pid}, 0)"
        try:
            os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", wait])
        finally:
            os._exit(1)
    os.close(ready)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or not os.read(told, 1):  # it needs its files until then
        os._exit(1)
    os.close(told)


def _enter() -> None:
    """Own mounts, IPC and host name; an ordinary user gets them through a user namespace."""
    uid, gid = os.getuid(), os.getgid()
    own = linux.NEWNS | linux.NEWIPC | linux.NEWUTS
    if uid == 0:
        return linux.unshare(own)
    linux.unshare(own | linux.NEWUSER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    return _write("/proc/self/gid_map", f"{gid} {gid} 1")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _knows_no_answer(settings: dict[str, Any]) -> None:
    """Of engine and course only what was staged is loaded, and what is withheld cannot be imported."""
    packages = tuple(settings["packages"])
    own = {name for name in sys.modules if any(name == p or name.startswith(p + ".") for p in packages)}
    loaded = sorted(own - set(settings["staged"]))
    assert not loaded, f"{loaded[0]} is loaded where submissions run"
    for name in settings["withheld"]:
        try:
            found = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            found = None
        assert found is None, f"{name} can be imported where submissions run"


def _fork(confined: bool, scratch: str, sock: int, base: int, cases: inputs.Inputs) -> int:
    own = linux.NEWNS | linux.NEWIPC | linux.NEWPID | linux.NEWNET | linux.NEWUTS
    nobody = NOBODY + os.getpid() % 5000  # one for each worker, so that limits on processes are its own
    pid = linux.fork_into(own) if confined else os.fork()
    if pid:
        return pid
    try:
        os.dup2(sock, 3)
        os.closerange(4, 256)
        from fusion_edu.autograder.sandbox.inside import keeper

        confine.keeper(newroot.WRITABLE if confined else scratch, nobody, confined)
        keeper.serve(3, base, cases)
    finally:
        os._exit(0)
