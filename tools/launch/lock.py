"""One set-up at a time: a second one waits until the first has ended, however it ends."""

from __future__ import annotations

import contextlib
import errno
import time

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

BUSY = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@contextlib.contextmanager
def alone(path, waiting: str, pause: float = 0.3):
    """Alone among the processes that lock ``path``; where the file system knows no locks, without one.

    Args:
        path: the lock's file, made where it is missing; the system frees the lock of a process that ends.
        waiting: printed once, where another process has it.
    """
    with open(path, "ab") as file:
        told = False
        while not taken(file):
            if not told:
                print(waiting, flush=True)
                told = True
            time.sleep(pause)
        yield


def taken(file) -> bool:
    """Try to take the lock; False while another process has it."""
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        return error.errno not in BUSY
    return True
