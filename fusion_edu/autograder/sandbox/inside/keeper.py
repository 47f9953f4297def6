"""The first process of a sandbox: runs a quick pass itself, or keeps careful ones, of which it never runs a line."""

import contextlib
import os
import select
import signal
import time
from typing import Any

import numpy as np

from fusion_edu.autograder.sandbox.inside import frames
from fusion_edu.autograder.sandbox.inside.inputs import Inputs
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.autograder.sandbox.inside.notebook_run import Pass


def serve(sock: int, base: int, inputs: Inputs) -> None:
    """Say who this is, then do what the judge asks: one quick pass, or careful ones until it hangs up.

    Args:
        sock: connected to the judge.
        base: bytes of address space of the warm process.
        inputs: the cases of all tasks; those that are not asked for are forgotten first.
    """
    frames.send(sock, frames.pack({"pid": os.getpid(), "uid": os.getuid(), "groups": os.getgroups()}))
    asked, _ = frames.receive(sock)
    limits = Limits(**asked["limits"])
    for task in inputs.keys() - set(asked["tasks"]):
        del inputs[task]
    if not asked["careful"]:
        return _quick(asked["cells"], inputs, sock, limits, base)
    with contextlib.suppress(EOFError):
        while True:
            limits = Limits(**asked["limits"])
            how, data = _one_pass(asked["cells"], inputs, sock, limits, base)
            frames.send(sock, frames.pack({"ended": how}, [np.frombuffer(data, np.uint8)]))
            asked, _ = frames.receive(sock)
    return None


def _quick(cells: list[dict[str, Any]], inputs: Inputs, sock: int, limits: Limits, base: int) -> None:
    """Everything in this process, without a keeper: it ends with the pass, and the sandbox with it."""
    limits.apply(base)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Pass(cells, inputs, (sock,), limits, careful=False, confined=os.getpid() == 1).run()


def _one_pass(cells: list[dict[str, Any]], inputs: Inputs, sock: int, limits: Limits, base: int) -> tuple[str, bytes]:
    said, out = os.pipe()
    done, mark = os.pipe()
    confined = os.getpid() == 1
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            for fd in (sock, said, done):
                os.close(fd)
            limits.apply(base)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            Pass(cells, inputs, (out, mark), limits, careful=True, confined=confined).run()
        finally:
            os.write(mark, b".")
            os._exit(0)
    os.close(out)
    os.close(mark)
    try:
        return _listen(said, done, sock, limits, pid)
    finally:
        os.close(said)
        os.close(done)


def _listen(said: int, done: int, sock: int, limits: Limits, pid: int) -> tuple[str, bytes]:
    """What a pass says, until it is done, is silent, says too much or takes too long; then nothing of it is left."""
    parts, size, how, most = [], 0, "", limits.output
    deadline = time.monotonic() + limits.run
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
    """End every process of the sandbox but this one; without namespaces, those that stayed in the session of the pass."""
    alone = os.getpid() == 1
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL) if alone else os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1 if alone else pid, 0)[0]:
            pass
