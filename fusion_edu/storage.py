"""Where progress and downloads live, and how they are written: beside, then renamed, so that nothing is ever half there."""

import contextlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fusion_edu.optional import needed_by

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # the only way to say that a module is missing

__all__ = ["cache", "home", "locked", "read_json", "write", "write_json"]


def home() -> Path:
    """Folder of the learner's progress; ``FUSION_EDU_HOME`` overrides it."""
    if chosen := os.environ.get("FUSION_EDU_HOME"):
        return Path(chosen)
    with needed_by("the folder of your progress"):
        import platformdirs
    return Path(platformdirs.user_data_dir("fusion_edu", appauthor=False))


def cache() -> Path:
    """Folder of downloads and computed features; ``FUSION_EDU_CACHE`` overrides it."""
    if chosen := os.environ.get("FUSION_EDU_CACHE"):
        return Path(chosen)
    with needed_by("the folder of downloads"):
        import platformdirs
    return Path(platformdirs.user_cache_dir("fusion_edu", appauthor=False))


def write(path: Path, content: bytes) -> None:
    """Write a whole file or none: readers see the old content or the new one, never a part.

    Raises:
        OSError: with one sentence that names the folder and the way out.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with open(beside, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(
            f"{path} could not be written ({error.strerror or error}): free some space or make {path.parent} writable"
        ) from error


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone among the processes that lock ``path``, which need not be there; without a lock where the system has none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(f".{path.name}.lock"), "ab") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_json(path: Path, content: Any) -> None:
    """Write ``content`` as JSON, whole or not at all."""
    write(path, json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True).encode())


def read_json(path: Path, default: Any) -> Any:
    """Read JSON; a missing file gives ``default``, a corrupt one is set aside under a new name and gives ``default``.

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, type(default)):
            return content
    except FileNotFoundError:
        return default
    except (ValueError, RecursionError):
        pass
    with contextlib.suppress(OSError):
        os.replace(path, path.with_name(f"{path.name}.corrupt-{time.time_ns()}"))
    return default
