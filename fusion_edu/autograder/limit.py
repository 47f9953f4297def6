"""A limit on time, where the platform has one: the main thread of a POSIX system. Elsewhere a check has none."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType

SECONDS = 10.0  # of a check, where nobody says otherwise
LOOK_FOR = "look for a loop that never ends, or for work that is done again and again"
PATIENCE = 4  # times the limit on the clock, for an answer that waits instead of computing


class TimeUp(BaseException):
    """The limit is reached. No Exception, so that ``except Exception`` in an answer does not swallow it."""


@contextlib.contextmanager
def seconds(limit: float) -> Iterator[bool]:
    """Raise TimeUp in the block after ``limit`` seconds of computing; yields whether the limit holds here.

    Time of the processor counts, so that a busy machine fails no right answer; on the clock it ends at 4 times the limit.

    It stops Python code at its next instruction, so one long call of a library runs to its end. On Windows and
    outside the main thread nothing is stopped: use ``python -m fusion_edu check``, which ends the whole process.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield False
        return

    computed, clock = time.process_time(), time.monotonic()

    def stop(number: int, frame: FrameType | None) -> None:
        if time.process_time() - computed >= limit or time.monotonic() - clock >= PATIENCE * limit:
            raise TimeUp

    before = signal.signal(signal.SIGALRM, stop)
    # again and again, should it come too early or an answer swallow it
    signal.setitimer(signal.ITIMER_REAL, limit, min(limit, 0.5))
    try:
        yield True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
