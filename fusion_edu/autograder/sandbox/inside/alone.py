"""While an answer is watched, no process and no thread but its own is there to compute for it."""

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Iterator

ROUNDS = 5  # of killing: what is being killed may fork meanwhile
AHEAD = 64  # process numbers that may have been given since


def is_alone() -> bool:
    """Whether this first process of a namespace has neither a child nor another thread of Python."""
    if len(sys._current_frames()) > 1:
        return False
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def hand_over() -> None:
    """Go on in a fork, which has none of the threads of this process."""
    if os.fork():
        os._exit(0)


def end_others() -> None:
    """In a process namespace: end every process but the first, the parent and this one."""
    own = {os.getpid(), os.getppid()}
    for _ in range(ROUNDS):
        ended = 0
        for pid in range(2, os.getpid() + AHEAD):
            if pid not in own:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
                    ended += 1
        if not ended:
            return


@contextlib.contextmanager
def kept_alone() -> Iterator[list[bool]]:
    """In the block no process and no thread can be started; afterwards the list that it yields says whether that held."""
    before = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, before[1]))
    held: list[bool] = []
    try:
        yield held
    finally:
        held.append(resource.getrlimit(resource.RLIMIT_NPROC)[0] == 0)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NPROC, before)
