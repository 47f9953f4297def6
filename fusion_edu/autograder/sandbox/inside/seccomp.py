"""The third fence: system calls that homework has no use for are refused, so that less of the kernel can be attacked."""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable
from functools import lru_cache

from fusion_edu.autograder.sandbox.inside import linux

ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF operations
X32 = 0x40000000  # the same calls once more, under other numbers
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in seccomp_data
PR_SET_SECCOMP, FILTER = 22, 2
# fmt: off
REFUSED = {  # by name: the call's number on x86_64 and on aarch64
    "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "open_by_handle_at": (304, 265), "kcmp": (312, 272), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273), "memfd_create": (319, 279),
    # limits of these are the machine's or the user's
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "msgget": (68, 186),
    "mq_open": (240, 180), "setpriority": (141, 140), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122), "sched_setattr": (314, 274), "ioprio_set": (251, 30), "syslog": (103, 116),
    "io_setup": (206, 0), "inotify_init": (253, None), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    "flock": (73, 32),  # it locks the very file that others have
}
ALIKE = {  # newer calls have one number everywhere
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438,
    "process_madvise": 440, "mount_setattr": 442, "memfd_secret": 447, "process_mrelease": 448, "open_tree_attr": 467,
}
# fmt: on
BY_MACHINE = {"x86_64": (0xC000003E, 56, 157), "aarch64": (0xC00000B7, 220, 167)}  # architecture, clone, prctl
# socket: AF_UNIX; prlimit64: of oneself; unshare: CLONE_THREAD, which changes nothing, and fails where there is another thread
FIRST_ONLY = {"x86_64": ((41, 1), (302, 0), (272, linux.THREAD)), "aarch64": ((198, 1), (261, 0), (97, linux.THREAD))}
CLONE3 = 435
HANDLERS = {"x86_64": 13, "aarch64": 134}  # rt_sigaction


@lru_cache(maxsize=1)
def program() -> bytes:
    """The filter for this machine."""
    machine = platform.machine()
    return b"".join(_program(*BY_MACHINE[machine], refused(machine), FIRST_ONLY[machine]))


def refused(machine: str) -> list[int]:
    """Numbers of the calls that are refused whatever is asked."""
    column = list(BY_MACHINE).index(machine)
    own = [numbers[column] for numbers in REFUSED.values()]
    return sorted({*ALIKE.values(), *(number for number in own if number is not None)})


def restrict() -> bool:
    """Refuse them from now on, here and in what this process starts. False on a processor whose numbers are not known.

    Call it after PR_SET_NO_NEW_PRIVS.
    """
    return platform.machine() in BY_MACHINE and _install(program())


def refuse_handlers() -> bool:
    """From now on this process can say no more what handles a signal."""
    machine = platform.machine()
    if machine not in BY_MACHINE:
        return False
    steps = [_step(LOAD, NUMBER), _step(EQUAL, HANDLERS[machine], 0, 1), _step(RETURN, ERRNO | errno.EPERM)]
    return _install(b"".join([*steps, _step(RETURN, ALLOW)]))


def _install(content: bytes) -> bool:
    code = ctypes.create_string_buffer(content, len(content))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]  # noqa: RUF012

    whole = Program(len(content) // 8, ctypes.addressof(code))
    if linux.libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(FILTER), ctypes.byref(whole), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return True


def _step(operation: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", operation, yes, no, value)


def _program(
    architecture: int, clone: int, prctl: int, refused: list[int], first_only: Iterable[tuple[int, int]]
) -> list[bytes]:
    step = _step

    def refuse(number: int, code: int) -> list[bytes]:
        return [step(EQUAL, number, 0, 1), step(RETURN, ERRNO | code)]

    steps = [step(LOAD, ARCHITECTURE), step(EQUAL, architecture, 1, 0), step(RETURN, KILL), step(LOAD, NUMBER)]
    steps += [step(LEAST, X32, 0, 1), step(RETURN, ERRNO | errno.ENOSYS)]
    steps += refuse(CLONE3, errno.ENOSYS)  # the C library then uses clone, whose flags can be read
    for number in refused:
        steps += refuse(number, errno.EPERM)
    steps += [step(EQUAL, prctl, 0, 4), step(LOAD, FIRST_ARGUMENT)]  # to outlive the warm process
    steps += [step(EQUAL, linux.PR_SET_PDEATHSIG, 0, 1), step(RETURN, ERRNO | errno.EPERM), step(RETURN, ALLOW)]
    for number, first in first_only:
        steps += [step(EQUAL, number, 0, 4), step(LOAD, FIRST_ARGUMENT), step(EQUAL, first, 0, 1), step(RETURN, ALLOW)]
        steps += [step(RETURN, ERRNO | errno.EPERM)]
    steps += [step(EQUAL, clone, 0, 3), step(LOAD, FIRST_ARGUMENT)]
    steps += [step(ANY_BIT, linux.NEWUSER, 0, 1), step(RETURN, ERRNO | errno.EPERM)]
    return [*steps, step(RETURN, ALLOW)]
