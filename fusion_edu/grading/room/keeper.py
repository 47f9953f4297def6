"""The first process of a room. It never runs a line of a submission: it forks the passes, ends them, and hands over what they said."""

import contextlib
import os
import select
import signal
import time

import numpy as np

from . import frames
from .cells import Pass
from .inputs import unpack_case
from .limits import Limits


def serve(sock: int, base: int) -> None:
    """Answer the judge until it hangs up: first the cases, then one pass after the other.

    Args:
        sock: connected to the judge; closed before any line of a submission runs.
        base: bytes of address space of the warm process.
    """
    frames.send(sock, frames.pack({"pid": os.getpid(), "uid": os.getuid(), "groups": os.getgroups()}))
    header, arrays = frames.receive(sock)
    limits = Limits(**header["limits"])
    cases = {
        task: {"cases": [unpack_case(case, arrays) for case in content["cases"]], "forbidden": content["forbidden"]}
        for task, content in header["tasks"].items()
    }
    with contextlib.suppress(EOFError):
        while True:
            header, _ = frames.receive(sock)
            how, data = _one_pass(header, cases, sock, limits, base)
            frames.send(sock, frames.pack({"ended": how}, [np.frombuffer(data, np.uint8)]))


def _one_pass(asked: dict, cases: dict, sock: int, limits: Limits, base: int) -> tuple[str, bytes]:
    said, out = os.pipe()
    done, mark = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            for fd in (sock, said, done):
                os.close(fd)
            limits.apply(base)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            Pass(asked["cells"], cases, (out, mark), limits, careful=asked["careful"]).run()
        finally:
            os.write(mark, b".")
            os._exit(0)
    os.close(out)
    os.close(mark)
    try:
        seconds = limits.run if asked["careful"] else limits.task
        return _listen(said, done, sock, seconds, limits.output, pid)
    finally:
        os.close(said)
        os.close(done)


def _listen(said: int, done: int, sock: int, seconds: float, most: int, pid: int) -> tuple[str, bytes]:
    """What a pass says, until it is done, is silent, says too much or takes too long; then nothing of it is left."""
    parts, size, how = [], 0, ""
    deadline = time.monotonic() + seconds
    while not how:
        ready = select.select([said, done, sock], [], [], max(0.0, deadline - time.monotonic()))[0]
        if sock in ready:
            os._exit(0)  # the judge has hung up
        if said in ready:
            part = os.read(said, 1 << 16)
            parts.append(part)
            size += len(part)
            how = _closed(done) if not part else "flooded" if size > most else ""
        elif done in ready:
            how = _closed(done)
        elif not ready:
            how = "timed_out"
    _end_all(pid)
    while size <= most and select.select([said], [], [], 0)[0] and (part := os.read(said, 1 << 16)):
        parts.append(part)
        size += len(part)
    return how, b"".join(parts)


def _closed(done: int) -> str:
    """ "done" where the pass left its mark, else "silent"."""
    return "done" if select.select([done], [], [], 0)[0] and os.read(done, 1) else "silent"


def _end_all(pid: int) -> None:
    """End every process of the room but this one; without a room, those that stayed in the session of the pass."""
    alone = os.getpid() == 1
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL) if alone else os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1 if alone else pid, 0)[0]:
            pass
