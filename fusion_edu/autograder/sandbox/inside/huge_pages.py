"""Huge pages: a fork copies one entry for each of them, and not one for each 4 KiB that a process has ever touched."""

import ctypes

from fusion_edu.autograder.sandbox.inside import linux

HUGE = 2 << 20
MADV_COLLAPSE = 25  # Linux 6.1


def collapse() -> int:
    """Put the private memory of this process into huge pages; bytes that were, 0 where the kernel cannot.

    Measured with torch loaded: a fork and its end cost 4 ms of processor time, without this 14 ms.
    """
    done = 0
    with open("/proc/self/maps", encoding="utf-8") as file:
        lines = [line.split() for line in file]
    for place, rights, _, _, file_number, *name in lines:
        start, end = (int(part, 16) for part in place.split("-"))
        start, end = -(-start // HUGE) * HUGE, end // HUGE * HUGE
        if rights == "rw-p" and file_number == "0" and name in ([], ["[heap]"]) and start < end:
            size = ctypes.c_size_t(end - start)
            done += end - start if linux.libc.madvise(ctypes.c_void_p(start), size, MADV_COLLAPSE) == 0 else 0
    return done
