"""The file system of the sandbox: a fresh root that holds Python, the system's libraries and nothing else, all read-only."""

import os
import sys
import sysconfig

from fusion_edu.autograder.sandbox.inside import linux

SYSTEM = (
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/bin",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/bin",
    "/lib",
    "/lib64",
    "/lib32",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


WRITABLE = "/submission"  # each submission gets its own, in memory


def python_folders() -> list[str]:
    """Folders that this Python needs, wherever they are: its libraries and programs, never a whole prefix."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix}
    own = {os.path.join(prefix, part) for prefix in prefixes for part in ("lib", "lib64", "bin", "pyvenv.cfg")}
    own |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    own = {path for path in own if os.path.exists(path)}
    return sorted({*own, *map(os.path.realpath, own)})


def names_of(paths: list[str]) -> list[str]:
    """All names that files and folders have in the new root: a folder that is shown may be a link, as a venv's lib64 is to lib."""
    found = set(paths)
    for shown in (*SYSTEM, *python_folders()):
        real = os.path.realpath(shown)
        found |= {shown + path[len(real) :] for path in paths if path == real or path.startswith(real + "/")}
    return sorted(found)


def build(scratch: str, hidden: list[str]) -> None:
    """Make ``scratch`` the root of this mount namespace.

    Args:
        scratch: an empty folder to mount the new root on.
        hidden: folders that must not be seen in it, where they lie below one that is.
    """
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", scratch, "tmpfs", linux.MS_NOSUID, "mode=755,size=1m")
    shown = {*SYSTEM, *DEVICES, *python_folders()}
    hidden = names_of(hidden)
    for path in sorted({*shown, *hidden}, key=lambda path: (path.count("/"), path)):
        target = scratch + path
        if path not in shown:
            if os.path.isfile(target):
                linux.mount("/dev/null", target, flags=linux.MS_BIND)
            elif os.path.isdir(target):
                linux.mount("tmpfs", target, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=64k")
        elif os.path.islink(path) and path in SYSTEM:
            os.symlink(os.readlink(path), target)
        elif os.path.exists(path):
            _bind(path, target)
    os.mkdir(scratch + WRITABLE)
    if not os.path.exists(scratch + "/tmp"):
        os.symlink(WRITABLE, scratch + "/tmp")
    os.mkdir(scratch + "/old")
    linux.pivot_root(scratch, scratch + "/old")
    linux.read_only("/")


def _bind(path: str, target: str) -> None:
    if os.path.exists(target) and os.path.samefile(path, target):
        return
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    linux.mount(path, target, flags=linux.MS_BIND | linux.MS_REC)
