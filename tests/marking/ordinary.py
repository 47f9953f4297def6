"""Run a Python file as an ordinary user where the tests run as root: ``python ordinary.py FILE ARGUMENTS``.

The Python of the tests may lie below a folder that only root may enter. Here, for this process alone, such folders are
replaced by open ones that hold what is needed and nothing else.
"""

import os
import sys
from pathlib import Path

NOBODY = 65534


def needed() -> list[Path]:
    """Folders that the file needs: Python's, the library's, and that of the file."""
    import fusion_edu

    folders = [sys.prefix, sys.base_prefix, Path(fusion_edu.__file__).parent.parent]
    return sorted({Path(folder).resolve() for folder in folders} | {Path(folder) for folder in folders})


def open_up(folders: list[Path]) -> None:
    """Make ``folders`` reachable for everybody, in a mount namespace of this process."""
    from fusion_edu.autograder.sandbox.inside import linux

    linux.unshare(linux.NEWNS)
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    closed = {}
    for folder in folders:
        barred = next((p for p in [*reversed(folder.parents), folder] if not p.stat().st_mode & 1), None)
        if barred is not None:
            closed.setdefault(barred, []).append((folder, os.open(folder, os.O_PATH)))
    for barred, inside in closed.items():
        linux.mount("tmpfs", str(barred), "tmpfs", 0, "mode=755")
        for folder, handle in inside:
            folder.mkdir(parents=True, exist_ok=True)
            linux.mount(f"/proc/self/fd/{handle}", str(folder), flags=linux.MS_BIND | linux.MS_REC)
            os.close(handle)


if __name__ == "__main__":
    open_up(needed())
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.environ["HOME"] = "/nonexistent"
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
