"""A limit on time, where the platform has one: the main thread of a POSIX system. Elsewhere a check has none."""

import contextlib
import signal
import threading
from collections.abc import Iterator


class TimeUp(BaseException):
    """The limit is reached. No Exception, so that ``except Exception`` in an answer does not swallow it."""


@contextlib.contextmanager
def seconds(limit: float) -> Iterator[bool]:
    """Raise TimeUp in the block after ``limit`` seconds; yields whether the limit holds here.

    It stops Python code at its next instruction, so one long call of a library runs to its end. On Windows and
    outside the main thread nothing is stopped: use ``python -m fusion_edu check``, which ends the whole process.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield False
        return

    def stop(number, frame):
        raise TimeUp

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit, 0.5)  # again, should an answer swallow the first
    try:
        yield True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
