"""Arrays that are costly to make are made once and kept in the cache; a damaged file there is made again."""

import contextlib
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from fusion_edu import storage
from fusion_edu.data.sources import SOURCES

Arrays = dict[str, np.ndarray]


def prepared(
    name: str, make: Callable[[], Arrays], *, sources: tuple[str, ...], version: int, **settings: str | int
) -> Arrays:
    """The arrays of ``make()``, from the cache if they were made before out of the same files, settings and version.

    Args:
        name: begins the file's name.
        sources: keys of SOURCES; their hashes are part of the key.
        version: raise it when ``make`` gives another result.
    """
    hashes = [SOURCES[source].sha256 for source in sources]
    key = hashlib.sha256(json.dumps([hashes, version, settings], sort_keys=True).encode()).hexdigest()[:16]
    path = storage.cache() / "prepared" / f"{name}-{key}.npz"
    kept = read(path)
    if kept is not None:
        return kept
    arrays = make()
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time at the next call, not the lesson
        storage.write(path, content.getvalue())
    return arrays


def read(path: Path) -> Arrays | None:
    """The arrays of a file, or None if it is missing or damaged: reading a member checks its CRC."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {member: file[member] for member in file.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
