"""Children of a pass: hear what one says, and end it."""

import os
import select
import signal
import time


def listen(pid: int, said: int, deadline: float, most: int) -> tuple[bytes, str]:
    """What a child says until it ends, or has to; and "done", "died" or "timed_out"."""
    parts, size = [], 0
    handle = os.pidfd_open(pid)
    try:
        while True:
            ready = select.select([said, handle], [], [], max(0.0, deadline - time.monotonic()))[0]
            part = os.read(said, 1 << 16) if said in ready else b""
            parts.append(part)
            size += len(part)
            if not ready or size > most:
                end(pid)
                return b"".join(parts[:-1]), "died" if ready else "timed_out"
            if not part and (handle in ready or said in ready):
                break
        if not select.select([handle], [], [], max(0.0, deadline - time.monotonic()))[0]:
            end(pid)
            return b"".join(parts), "timed_out"
    finally:
        os.close(handle)
    return b"".join(parts), "done" if os.waitpid(pid, 0)[1] == 0 else "died"


def end(pid: int) -> str:
    """Kill a child; what it was killed by, where it had died before."""
    os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return f"exit status {code}" if code >= 0 else signal.Signals(-code).name
