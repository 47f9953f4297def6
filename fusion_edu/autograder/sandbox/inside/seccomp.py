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
REFUSED = {  # setns mount umount2 pivot_root chroot ptrace process_vm_readv/writev add_key request_key keyctl bpf
    "x86_64": [
        308,
        165,
        166,
        155,
        161,
        101,
        310,
        311,
        248,
        249,
        250,
        321,
        298,
        323,
        425,
        304,
        312,
        246,
        320,
        175,
        313,
        319,
    ],
    "aarch64": [
        268,
        40,
        39,
        41,
        51,
        117,
        270,
        271,
        217,
        218,
        219,
        280,
        241,
        282,
        425,
        265,
        272,
        104,
        294,
        105,
        273,
        279,
    ],
}  # fmt: skip  (and perf_event_open userfaultfd io_uring_setup open_by_handle_at kcmp kexec_load kexec_file_load init_module finit_module memfd_create)
MORE = {  # shmget shmat shmctl semget msgget mq_open setpriority sched_setparam/scheduler/affinity/attr ioprio_set syslog io_setup
    # inotify_init1 fanotify_init, and inotify_init where there is one: their limits are the machine's or the user's
    # flock: it locks the very file that others have
    "x86_64": [29, 30, 31, 64, 68, 240, 141, 142, 144, 203, 314, 251, 103, 206, 294, 300, 253, 73],
    "aarch64": [194, 196, 195, 190, 186, 180, 140, 118, 119, 122, 274, 30, 116, 0, 26, 262, 32],
}
COMMON = [
    426,
    427,
    425,
    424,
    428,
    429,
    430,
    431,
    432,
    433,
    438,
    440,
    442,
    447,
    448,
    467,
]  # io_uring_* pidfd_send_signal open_tree move_mount fs* pidfd_getfd process_madvise mount_setattr memfd_secret process_mrelease
# open_tree_attr
BY_MACHINE = {"x86_64": (0xC000003E, 56, 157), "aarch64": (0xC00000B7, 220, 167)}  # architecture, clone, prctl
# socket: AF_UNIX; prlimit64: of oneself; unshare: CLONE_THREAD, which changes nothing, and fails where there is another thread
FIRST_ONLY = {"x86_64": ((41, 1), (302, 0), (272, 0x10000)), "aarch64": ((198, 1), (261, 0), (97, 0x10000))}
CLONE3 = 435
HANDLERS = {"x86_64": 13, "aarch64": 134}  # rt_sigaction


@lru_cache(maxsize=1)
def program() -> bytes:
    """The filter for this machine."""
    machine = platform.machine()
    return b"".join(_program(*BY_MACHINE[machine], [*REFUSED[machine], *MORE[machine], *COMMON], FIRST_ONLY[machine]))


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
