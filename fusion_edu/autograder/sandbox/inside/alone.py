"""While an answer is watched, no process and no thread but its own is there to compute for it."""

import contextlib
import os
import resource
import signal
import sys


def is_alone() -> bool:
    """Whether this first process of a namespace has neither a child nor another thread of Python."""
    if len(sys._current_frames()) > 1:
        return False
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def hand_over(*, confined: bool) -> None:
    """Go on in a fork, which has none of the threads of this process, and in a process namespace as the only one but the first."""
    if os.fork():
        os._exit(0)
    if confined:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)  # the kernel finds them all at once: nothing can fork away from it


def stay_alone() -> None:
    """From now on this process can start neither a process nor a thread, whatever it does: no limit can be raised again."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
