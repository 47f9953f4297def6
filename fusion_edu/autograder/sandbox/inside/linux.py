"""The few Linux calls that Python 3.11 does not offer: namespaces, mounts, capabilities, clone. Raises OSError with the call's name."""

import ctypes
import os
import platform
from typing import Any

THREAD = 0x10000
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
MNT_DETACH = 2
ATTR_RDONLY, AT_RECURSIVE, AT_FDCWD = 1, 0x8000, -100
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
NUMBERS = {
    "x86_64": {"clone": 56, "pivot_root": 155, "capset": 126},
    "aarch64": {"clone": 220, "pivot_root": 41, "capset": 91},
}
COMMON = {"mount_setattr": 442, "landlock_create_ruleset": 444, "landlock_add_rule": 445, "landlock_restrict_self": 446}
SIGCHLD = 17

libc: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None  # asked on Linux only


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(name: str, *args: Any) -> int:
    """A system call by name."""
    number = (COMMON | NUMBERS.get(platform.machine(), {})).get(name)
    if number is None:
        raise OSError(38, f"{name} is unknown on {platform.machine()}")
    return _checked(name, libc.syscall(ctypes.c_long(number), *args))


def unshare(flags: int) -> None:
    """Leave the namespaces that ``flags`` names."""
    _checked("unshare", libc.unshare(flags))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    text = [part.encode() or None for part in (source, target, kind)]
    _checked(f"mount {target}", libc.mount(*text, ctypes.c_ulong(flags), data.encode() or None))


def read_only(target: str) -> None:
    """Make a mount and all below it read-only."""
    attributes = (ctypes.c_uint64 * 4)(ATTR_RDONLY, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    syscall("mount_setattr", AT_FDCWD, target.encode(), AT_RECURSIVE, ctypes.byref(attributes), size)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root, and detach what was the root before."""
    syscall("pivot_root", new.encode(), old.encode())
    os.chdir("/")
    inside = "/" + os.path.relpath(old, new)
    _checked("umount2", libc.umount2(inside.encode(), MNT_DETACH))
    os.rmdir(inside)


def prctl(option: int, value: int) -> None:
    """prctl(2) with one argument."""
    _checked("prctl", libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0))


def fork_into(flags: int) -> int:
    """As os.fork, with the child in new namespaces; with NEWPID the child is process 1 there."""
    python = ctypes.pythonapi
    python.PyOS_BeforeFork()
    call = ctypes.PyDLL(None, use_errno=True).syscall  # keeps the lock of the interpreter
    pid: int = call(
        ctypes.c_long(NUMBERS[platform.machine()]["clone"]), ctypes.c_long(flags | SIGCHLD), None, None, None, None
    )
    if pid == 0:
        python.PyOS_AfterFork_Child()
        return 0
    number = ctypes.get_errno()
    python.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(number, f"clone: {os.strerror(number)}")
    return pid


def drop_capabilities() -> None:
    """Give up all capabilities, for this process and whatever it starts."""
    for number in range(64):
        if libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(number), 0, 0, 0) != 0:
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    syscall("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
