"""While an answer is watched, nothing is there to compute for it: no process, no thread, no signal, no other watcher."""

import contextlib
import ctypes
import errno
import importlib
import os
import resource
import signal
import sys
from typing import Any

from fusion_edu.autograder.sandbox.inside import linux, seccomp

SIGNALS: Any = importlib.import_module("_signal")  # what is in signal can be changed in a cell
# counts all that Python has started, also those that wait in C and have no frame
threads: Any = importlib.import_module("_thread")._count
kernel_tells = True  # whether a process that has one thread hears so: the warm process, which has, tries it


def is_single() -> bool:
    """Whether this process has one thread only: Python counts those alone that it has started, the kernel all of them."""
    if kernel_tells and linux.libc.unshare(linux.THREAD) != 0:
        return ctypes.get_errno() != errno.EINVAL  # a container may refuse the question
    return True


def is_alone() -> bool:
    """Whether this first process of a namespace has neither a child nor another thread."""
    if threads() or not is_single():
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
    forget_handlers()
    seccomp.refuse_handlers()  # what handles a signal could run in the middle of the profile function


def forget_handlers() -> None:
    """No signal runs a function of a cell any more."""
    for number in SIGNALS.valid_signals():
        if callable(SIGNALS.getsignal(number)):
            SIGNALS.signal(number, SIGNALS.SIG_DFL)


def no_other_watch() -> None:
    """Take away what a cell has set to watch: what runs there is hidden from ours."""
    sys.settrace(None)
    monitoring: Any = getattr(sys, "monitoring", None)  # Python 3.12
    for tool in range(6) if monitoring else ():
        for event in range(20):
            with contextlib.suppress(ValueError):
                monitoring.register_callback(tool, 1 << event, None)
