"""Whether a fetched file is there and right: its SHA-256, looked at again only when the file may have changed."""

import hashlib
from pathlib import Path

from fusion_edu import storage
from fusion_edu.data.sources import Source


def downloads() -> Path:
    """Folder of the fetched files."""
    return storage.cache() / "downloads"


def verified(source: Source) -> bool:
    """Whether the file is there and right: by size, time and the stamp of an earlier check, else by its whole SHA-256."""
    file = downloads() / source.filename
    try:
        if not file.is_file() or file.stat().st_size != source.size:
            return False
        if storage.read_json(stamp_path(source), {}) == marks(source):
            return True
        if sha256(file) != source.sha256:
            return False
        stamp(source)
    except OSError:
        return False
    return True


def stamp_path(source: Source) -> Path:
    """Where the result of the last full check is kept."""
    return downloads() / ".verified" / f"{source.filename}.json"


def marks(source: Source) -> dict[str, str | int]:
    """What must be unchanged for an earlier check to count."""
    facts = (downloads() / source.filename).stat()
    return {"sha256": source.sha256, "size": facts.st_size, "modified_ns": facts.st_mtime_ns}


def stamp(source: Source) -> None:
    """Note that the file was verified; a cache that is only readable goes without, and is checked in full each time."""
    try:
        storage.write_json(stamp_path(source), marks(source))
    except OSError:
        return


def sha256(file: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
